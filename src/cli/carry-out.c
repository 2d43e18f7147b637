/*
 * From plan to deed.  Shown is what will be written ahead into the journal, row by row.
 */
#include <stdlib.h>
#include <string.h>

#include "app/deploy.h"
#include "app/endpoint.h"
#include "app/impact.h"
#include "app/trust.h"
#include "base/lang.h"
#include "cli/run.h"

static void print_row(const struct plan_row *row, bool dry, bool aside)
{
	char hex[FINGERPRINT_HEX];
	bool print = !plan_row_is_endpoint(row); /* of which it would be the hash of the name */
	fingerprint_hex(plan_row_print(row), hex);
	/* TRANSLATORS: what would be done, by the name of the command: "would trust NAME" */
	tell(aside, dry ? _("would %s %s%s%.16s") : "%s %s%s%.16s", row->op, row->name,
		print ? "  " : "", print ? hex : "");
	if (row->was && row->now)
		tell(aside, "  %s -> %s\n", plan_row_was(row, ""), plan_row_now(row, ""));
	else if (row->now)
		tell(aside, "  -> %s\n", plan_row_now(row, ""));
	else
		tell(aside, "  %s -> nothing\n", plan_row_was(row, ""));
}

/* Nobody reads the warnings of more rows than these. */
#define EXPLAINED_MOST 20

/* Its lines, and it is done. */
static void print_lines(struct buf *words, const char *before, bool aside)
{
	char *save = NULL;
	for (char *line = words->len ? strtok_r(words->data, "\n", &save) : NULL; line;
		line = strtok_r(NULL, "\n", &save))
		tell(aside, "%s%s\n", before, line);
	buf_done(words);
}

static void print_consequences(const struct run *run, const struct plan_row *row, bool aside)
{
	struct buf words = { 0 };
	app_consequences(run->app, row, &words);
	print_lines(&words, "  ", aside);
}

/*
 * What it does to the endpoints, of all rows together and before anything is done.  Endpoints that
 * can't be read are told of by what asks for them.
 */
static void add_impact(const struct run *run, const struct plan *plan, struct buf *out)
{
	struct impact impact = { 0 };
	struct error ignored;
	if (app_impact_plan(run->app, plan, &impact, &ignored))
		impact_words(&impact, out);
	app_reach_words(run->app, plan, out);
	impact_done(&impact);
}

/* The same for programs; NULL where it is no decision, or not looked at. */
static struct json *find_impact(const struct run *run, const struct plan *plan)
{
	enum decision which;
	struct impact impact = { 0 };
	struct error ignored;
	bool decides = plan->op && (decision_find(plan->op, &which) || strcmp(plan->op, "undo") == 0);
	struct json *o = decides && app_impact_plan(run->app, plan, &impact, &ignored) ?
				 impact_json(&impact) :
				 NULL;
	impact_done(&impact);
	return o;
}

void print_plan(const struct run *run, const struct plan *plan, bool dry, bool aside)
{
	if (plan->about)
		tell(aside, "%s\n", plan->about);
	for (size_t i = 0; i < plan->count; i++) {
		print_row(&plan->rows[i], dry, aside);
		if (plan->count <= EXPLAINED_MOST)
			print_consequences(run, &plan->rows[i], aside);
	}
}

/* What was decided reaches nobody before it is deployed. */
static void print_behind(const struct run *run)
{
	size_t n = app_targets_behind(run->app);
	if (n)
		print_format(lang_n("%zu target is behind the store: certary deploy\n",
				     "%zu targets are behind the store: certary deploy\n", n),
			n);
}

static void print_result(const struct run *run, const struct plan *plan, int64_t seq, bool dry,
	struct buf *impact, struct json *take_impact, struct json *take_more)
{
	if (!run_has(run, OPTION_JSON)) {
		print_plan(run, plan, dry, false);
		print_lines(impact, "", false);
		if (seq && app_reaches_consumers(plan))
			print_behind(run);
		json_free(take_more);
		return;
	}
	struct json *o = take_more ? take_more : json_new_object();
	json_bool(o, "dry_run", dry);
	if (seq)
		json_int(o, "seq", seq);
	json_set(o, "plan", plan_json(plan));
	if (take_impact)
		json_set(o, "impact", take_impact);
	print_json(o);
	json_free(o);
}

/* The operator sees what they say yes to: whole fingerprints and what each row admits. */
static bool confirmed(struct run *run, const struct plan *plan)
{
	struct buf impact = { 0 };
	char hex[FINGERPRINT_HEX];
	if (plan->about)
		print_format("%s\n", plan->about);
	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_row *row = &plan->rows[i];
		print_format("%s %s: %s -> %s\n  %s\n  SHA-256 %s\n", row->op, row->name,
			plan_row_was(row, N_("nothing")), plan_row_now(row, N_("nothing")),
			row->subject ? row->subject : "", fingerprint_hex(plan_row_print(row), hex));
		if (plan->count <= EXPLAINED_MOST)
			print_consequences(run, row, false);
	}
	add_impact(run, plan, &impact);
	print_lines(&impact, "", false);
	return ask_yes(plan->count == 1 ? N_("Do it?") : N_("Do all of it?"));
}

static bool permitted(struct run *run, const struct plan *plan, enum carry_need need, bool ask,
	struct error *err)
{
	if (run_has(run, OPTION_YES))
		return true;
	if (ask && ask_possible() && !run_has(run, OPTION_JSON))
		return confirmed(run, plan) ||
		       error_set(err, ERROR_SECRET, "%s: not confirmed, nothing was changed", plan->op);
	if (need == CARRY_CONFIRMATION)
		return error_set(err, ERROR_SECRET, "%s: needs a confirmation (--yes gives it)",
			plan->op);
	return true;
}

bool carry(struct run *run, struct plan *plan, enum carry_need need, bool ask, int64_t *seq,
	struct error *err)
{
	app_plan_why(plan, run->args->text[OPTION_WHY]);
	*seq = 0;
	return run_has(run, OPTION_DRY_RUN) || plan->count == 0 ||
	       (permitted(run, plan, need, ask, err) && app_apply(run->app, plan, seq, err));
}

bool carry_out(struct run *run, struct plan *plan, enum carry_need need, bool ask,
	struct json *take_more, struct error *err)
{
	bool dry = run_has(run, OPTION_DRY_RUN);
	int64_t seq;
	struct buf impact = { 0 };
	struct json *figures = NULL;
	if (run_has(run, OPTION_JSON))
		figures = find_impact(run, plan);
	else
		add_impact(run, plan, &impact);
	if (!carry(run, plan, need, ask, &seq, err)) {
		buf_done(&impact);
		json_free(figures);
		json_free(take_more);
		return false;
	}
	if (plan->count == 0 && !run_has(run, OPTION_JSON) && !take_more)
		print_format("%s: nothing to do, it is so already\n", plan->op);
	print_result(run, plan, seq, dry, &impact, figures, take_more);
	return true;
}

#define TRIES 5

bool plan_and_carry_out(struct run *run, plan_fn *make, enum carry_need need, bool ask,
	struct error *err)
{
	bool ok = false;
	for (int i = 0; i < TRIES && !ok; i++) {
		struct plan plan = { 0 };
		struct error again = { 0 };
		ok = make(run, &plan, err) && carry_out(run, &plan, need, ask, NULL, err);
		plan_done(&plan);
		if (ok || !err->stale)
			break;
		app_reload(run->app, &again);
	}
	return ok;
}
