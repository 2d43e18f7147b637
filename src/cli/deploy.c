/*
 * deploy and target show: what each consumer would get and lose, and what came of it.
 */
#include "app/deploy.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/deploy.h"
#include "cli/run.h"

#define LISTED_MOST 40 /* rows of a target that are printed one by one; --json has all */

/* --- telling the plan ---------------------------------------------------------------------- */

static void tell_lines(const char *before, const char *text)
{
	char *copy = mem_text(text ? text : ""), *save = NULL;
	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		print_format("  %s%s\n", before, line);
	free(copy);
}

static void tell_rows(const struct deploy_target_plan *plan)
{
	char hex[FINGERPRINT_HEX];
	size_t told = 0, changes = plan->count - plan->tally[DEPLOY_KEEP], columns = 7;
	for (int i = 0; i < DEPLOY_CHANGES; i++)
		columns = print_columns(columns, deploy_change_word((enum deploy_change)i));
	for (size_t i = 0; i < plan->count && told < LISTED_MOST; i++) {
		const struct deploy_row *row = &plan->rows[i];
		if (row->change == DEPLOY_KEEP)
			continue;
		struct buf word = { 0 };
		print_cell(&word, lang_text(deploy_change_word(row->change)), columns, false);
		print_format("  %s%s  %.16s\n", buf_text(&word), row->name ? row->name : "",
			fingerprint_hex(&row->print, hex));
		buf_done(&word);
		told++;
	}
	if (told < changes)
		print_format("  … and %zu more (--json has all of them)\n", changes - told);
}

static void tell_what_stays(const struct deploy_target_plan *plan)
{
	size_t kept = plan->tally[DEPLOY_KEEP];
	if (kept)
		print_format(lang_n("  %zu stays as it is\n", "  %zu stay as they are\n", kept), kept);
	if (plan->theirs)
		print_format(lang_n("  %zu that isn't certary's stays untouched\n",
				     "  %zu that aren't certary's stay untouched\n", plan->theirs),
			plan->theirs);
}

static void tell_target(const struct deploy_target_plan *plan)
{
	print_format("%s  %s  %s\n", plan->name, plan->kind, plan->place ? plan->place : "");
	if (plan->outcome == DEPLOY_UNAVAILABLE) {
		tell_lines(_("not available: "), plan->why);
		return;
	}
	tell_rows(plan);
	if (!plan->stale)
		print_format("  nothing to do\n");
	tell_what_stays(plan);
	tell_lines("! ", plan->warnings);
	if (plan->tool && plan->stale)
		print_format("  runs %s\n", plan->tool);
}

static void tell_outcome(const struct deploy_target_plan *plan)
{
	if (plan->outcome == DEPLOY_DONE)
		print_format("  done: %zu read back by %s\n", plan->read_back,
			plan->reader ? lang_text(plan->reader) : "certary");
	if (plan->outcome == DEPLOY_BACK)
		tell_lines(_("put back as it was: "),
			plan->why ? plan->why : _("another target failed"));
	if (plan->outcome == DEPLOY_STUCK)
		tell_lines(_("STUCK: "), plan->why);
	if (plan->outcome == DEPLOY_DONE)
		tell_lines(_("restart: "), plan->restart);
}

void tell_deploy_plan(const struct deploy_plan *plan, bool after)
{
	for (size_t i = 0; i < plan->count; i++) {
		tell_target(&plan->items[i]);
		if (after)
			tell_outcome(&plan->items[i]);
	}
}

static void print_plan_json(const struct deploy_plan *plan, bool dry)
{
	struct json *o = deploy_plan_json(plan);
	json_bool(o, "dry_run", dry);
	print_json(o);
	json_free(o);
}

/* --- doing it ------------------------------------------------------------------------------ */


/* The passphrase of an identity's key: asked for where somebody is there to be asked. */
static bool ask_for(void *ctx, const char *identity, struct buf *out, struct error *err)
{
	(void)ctx;
	char *prompt = mem_format(_("Passphrase of the key of %s: "), identity);
	bool ok = ask_possible() && ask_secret(prompt, out);
	free(prompt);
	return ok || error_set(err, ERROR_SECRET,
			     "deploy: the key of %s is sealed, and nobody is there to be asked",
			     identity);
}

static bool is_stale(const struct deploy_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->items[i].stale)
			return true;
	return false;
}

static const struct deploy_target_plan *shared_one(const struct deploy_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->items[i].shared && plan->items[i].stale)
			return &plan->items[i];
	return NULL;
}

/* Nothing is written anywhere while one of them is out of reach. */
static bool all_available(const struct deploy_plan *plan, struct error *err)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->items[i].outcome == DEPLOY_UNAVAILABLE)
			return error_set(err, ERROR_FAILED,
				"deploy: %s is not available: %s (nothing was written anywhere)",
				plan->items[i].name, plan->items[i].why);
	return true;
}

static bool permitted(struct run *run, const struct deploy_plan *plan, struct error *err)
{
	const struct deploy_target_plan *shared = shared_one(plan);
	if (run_has(run, OPTION_YES))
		return true;
	if (ask_possible() && !run_has(run, OPTION_JSON)) {
		tell_deploy_plan(plan, false);
		return ask_yes(plan->count == 1 ? N_("Deploy it?") : N_("Deploy to all of them?")) ||
		       error_set(err, ERROR_SECRET, "deploy: not confirmed, nothing was changed");
	}
	return !shared || error_set(err, ERROR_SECRET,
				  "deploy: %s changes more than one application: needs a "
				  "confirmation (--yes gives it)",
				  shared->name);
}

static bool do_it(struct run *run, struct deployment *d, bool *done, struct error *err)
{
	const struct deploy_run how = { .why = run->args->text[OPTION_WHY],
		.reload = run_has(run, OPTION_RELOAD),
		.last = true };
	*done = false;
	if (!all_available(&d->plan, err))
		return false;
	if (!is_stale(&d->plan) && !how.reload) /* receipts are made anew: it is known again what is there */
		return app_deploy_carry_out(run->app, d, &how, err);
	if (!permitted(run, &d->plan, err))
		return false;
	*done = true;
	return app_deploy_carry_out(run->app, d, &how, err);
}

/* What puts it into force was given, and is never run unasked. */
static void tell_reloads(const struct run *run, const struct deploy_plan *plan)
{
	for (size_t i = 0; i < plan->count && !run_has(run, OPTION_RELOAD); i++) {
		const struct deploy_target_plan *t = &plan->items[i];
		if (t->outcome == DEPLOY_DONE && t->reload && t->stale)
			print_format("%s is reloaded by %s: deploy --reload runs it\n", t->name, t->reload);
	}
}

static struct deploy_wish wish_of(struct run *run)
{
	return (struct deploy_wish){ .names = (const char *const *)run->args->words,
		.count = run->args->count,
		.empty_is_meant = run_has(run, OPTION_EMPTY),
		.look = run_has(run, OPTION_DRY_RUN),
		.secret = ask_for,
		.ctx = run };
}

bool run_deploy(struct run *run, struct error *err)
{
	struct deployment d = { 0 };
	const struct deploy_wish wish = wish_of(run);
	bool dry = run_has(run, OPTION_DRY_RUN), done = false;
	bool ok = app_deploy_prepare(run->app, &wish, &d, err);
	if (!ok) {
		deployment_done(&d);
		return false;
	}
	if (dry)
		ok = d.plan.unavailable ? all_available(&d.plan, err) : true;
	else
		ok = do_it(run, &d, &done, err);
	if (run_has(run, OPTION_JSON))
		print_plan_json(&d.plan, dry);
	else if (err->code != ERROR_SECRET)
		tell_deploy_plan(&d.plan, done);
	if (done && !run_has(run, OPTION_JSON))
		tell_reloads(run, &d.plan);
	if (ok && d.late.code) { /* it is done, but no script may take it for all that was asked */
		*err = d.late;
		ok = false;
	}
	deployment_done(&d);
	return ok;
}

/* --- target show --------------------------------------------------------------------------- */

static void show_fields(const struct target *target)
{
	const struct {
		const char *label, *text;
	} fields[] = {
		{ "Kind", target->kind->name },
		{ "Path", target->path ? target->path : target->kind->usual },
		{ "Format", target->format },
		{ "Password", target->password_file },
		{ "Identity", target->identity },
		{ "Key", target->key },
		{ "Chain", target->chain },
		{ "Owner", target->owner },
		{ "Service", target->service },
		{ "Reload", target->reload },
		{ "Note", target->note },
	};
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		char *safe = fields[i].text ? text_safe(fields[i].text, strlen(fields[i].text)) : NULL;
		if (safe)
			tell_field(false, fields[i].label, safe);
		free(safe);
	}
}

static bool show_state(struct run *run, const struct targets *all, const struct target *target,
	struct json *o, struct error *err)
{
	struct target_status *statuses = NULL;
	if (!app_target_statuses(run->app, all, &statuses, err))
		return false;
	const struct target_status *status = &statuses[target - all->items];
	if (o) {
		json_text(o, "state", target_state_word(status->state));
		json_int(o, "deployed", (int64_t)status->count);
	} else {
		tell_field(false, "State", status->text);
	}
	target_statuses_free(statuses, all->count);
	return true;
}

bool run_target_show(struct run *run, struct error *err)
{
	struct targets all = { 0 };
	const struct target *target = NULL;
	struct deployment d = { 0 };
	const char *const name = run->args->words[0];
	const struct deploy_wish wish = { .names = &name, .count = 1, .empty_is_meant = true, .look = true };
	bool json = run_has(run, OPTION_JSON);
	bool ok = app_targets(run->app, &all, err) && app_target_find(&all, name, &target, err);
	struct json *o = ok && json ? target_json(target) : NULL;
	if (ok && !json)
		show_fields(target);
	ok = ok && show_state(run, &all, target, o, err) &&
	     app_deploy_prepare(run->app, &wish, &d, err);
	if (ok && json)
		json_set(o, "plan", deploy_plan_json(&d.plan));
	if (ok && json)
		print_json(o);
	else if (ok)
		tell_deploy_plan(&d.plan, false);
	json_free(o);
	deployment_done(&d);
	targets_done(&all);
	return ok;
}
