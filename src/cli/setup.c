/*
 * setup: a new installation from a file of answers.  Without one it is the console's wizard, which
 * main opens where somebody is at a terminal.
 */
#include "app/setup.h"

#include <stdlib.h>
#include <string.h>

#include "app/check.h"
#include "app/trust.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/deploy.h"
#include "cli/probe.h"
#include "cli/run.h"

struct setup_run {
	struct answers answers;
	struct setup_found found;
	struct new_key key;
	struct setup_plan plan;
	struct buf words, told;
	struct json *json; /* NULL: for people */
	int64_t seq;
};

static bool print_answers(const struct answers *answers)
{
	struct buf out = { 0 };
	answers_write(answers, &out);
	print_text(buf_text(&out));
	buf_done(&out);
	return true;
}

static bool read_answers(const struct run *run, struct answers *out, struct error *err)
{
	const char *path = run->args->text[OPTION_ANSWERS];
	answers_init(out);
	return !path || answers_read(out, path, err);
}

/* Files that the answers name are looked into with what is found. */
static bool look(struct run *run, struct setup_run *s, struct error *err)
{
	const struct answer_value *value = &s->answers.values[ANSWER_IMPORT];
	const char **paths = mem_new((value->count + 1) * sizeof *paths);
	const char *given = run->args->text[OPTION_SETUP_ROOT];
	char *root = given ? realpath(given, NULL) : NULL;
	struct setup_wish wish = { .root = root ? root : given ? given : "/", .paths = paths };
	for (size_t i = 0; i < value->count; i++)
		if (strchr(value->items[i], '/'))
			paths[wish.path_count++] = value->items[i];
	bool ok = app_setup_find(run->app, &wish, &s->found, err) &&
		  app_setup_ask(run->app, &s->answers, &wish, &s->found, err);
	free(paths);
	free(root);
	return ok;
}

static bool make_key(struct run *run, struct setup_run *s, struct error *err)
{
	struct making making;
	bool ok = app_setup_making(run->app, &s->answers, &s->found, &making, err) &&
		  app_key_make(making.kind, NULL, &s->key, err);
	making_done(&making);
	return ok;
}

static bool make_plan(struct run *run, struct setup_run *s, struct error *err)
{
	bool needs = app_setup_needs_key(run->app, &s->answers, &s->found);
	app_setup_words(run->app, &s->answers, &s->found, &s->words);
	bool ok = (!needs || make_key(run, s, err)) &&
		  app_setup_plan(run->app, &s->answers, &s->found, needs ? &s->key : NULL, &s->plan, err);
	if (ok)
		app_plan_why(&s->plan.plan, run->args->text[OPTION_WHY]);
	return ok;
}

/* --- what is told ---------------------------------------------------------------------------- */

static struct json *lines_json(const struct buf *text)
{
	struct json *list = json_new_array();
	char *copy = mem_text(buf_text(text)), *save = NULL;
	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		json_append_text(list, line);
	free(copy);
	return list;
}

static void tell_problems(const struct setup_run *s)
{
	for (size_t i = 0; i < s->found.haul.problem_count; i++) {
		const struct import_problem *p = &s->found.haul.problems[i];
		if (import_is_refusal(p) && !p->key) /* a service's own pair in one file is as it should be */
			print_warning("%s: %s", p->file, p->why);
	}
}

static void tell_done(const struct setup_run *s)
{
	const struct setup_plan *p = &s->plan;
	char *counts = setup_counts(p);
	if (!s->seq)
		print_format("All of it is there already; nothing was changed.\n");
	else
		print_format(p->identity ? _("Done: %s, a key. certary undo takes it back.\n") :
					   _("Done: %s. certary undo takes it back.\n"),
			counts);
	free(counts);
	print_text(buf_text(&s->told));
}

static void put_plan(struct setup_run *s, const struct run *run)
{
	json_text(s->json, "store", app_store_path(run->app));
	json_bool(s->json, "dry_run", run_has(run, OPTION_DRY_RUN));
	json_set(s->json, "summary", lines_json(&s->words));
	if (s->seq)
		json_int(s->json, "seq", s->seq);
	json_set(s->json, "told", lines_json(&s->told));
	json_set(s->json, "plan", plan_json(&s->plan.plan));
}

/* --- afterwards ------------------------------------------------------------------------------ */

static void tell_checks(struct setup_run *s, const struct checks *checks)
{
	struct json *list = json_new_array();
	for (size_t i = 0; i < checks->count; i++)
		if (s->json)
			json_append(list, checked_json(&checks->items[i]));
		else
			print_checked(&checks->items[i]);
	if (s->json)
		json_set(s->json, "endpoints", list);
	else
		json_free(list);
}

/* How they stand is told, and is no error of setting up. */
static bool look_at_endpoints(struct run *run, struct setup_run *s, struct error *err)
{
	struct checks checks;
	if (!answers_yes(&s->answers, ANSWER_PROBE))
		return true;
	if (!checks_init(run->app, NULL, 0, 0, &checks, err))
		return false;
	bool ok = checks.count == 0 || (checks_run(&checks, err) && checks_remember(&checks, err));
	if (ok)
		tell_checks(s, &checks);
	checks_done(&checks);
	return ok;
}

static bool has_targets(struct run *run, bool *out, struct error *err)
{
	struct targets all = { 0 };
	bool ok = app_targets(run->app, &all, err);
	*out = ok && all.count > 0;
	targets_done(&all);
	return ok;
}

static bool all_available(const struct deploy_plan *plan, struct error *err)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->items[i].outcome == DEPLOY_UNAVAILABLE)
			return error_set(err, ERROR_FAILED, "%s is not available: %s",
				plan->items[i].name, plan->items[i].why);
	return true;
}

static bool is_stale(const struct deploy_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->items[i].stale)
			return true;
	return false;
}

static bool deploy_to_targets(struct run *run, struct setup_run *s, struct error *err)
{
	struct deployment d = { 0 };
	const struct deploy_wish wish = { 0 };
	const struct deploy_run how = { .why = run->args->text[OPTION_WHY] };
	bool any = answers_yes(&s->answers, ANSWER_DEPLOY);
	if (any && !has_targets(run, &any, err))
		return false;
	if (!any)
		return true;
	bool ok = app_deploy_prepare(run->app, &wish, &d, err) && all_available(&d.plan, err);
	bool stale = ok && is_stale(&d.plan);
	ok = ok && (!stale || app_deploy_carry_out(run->app, &d, &how, err));
	if (s->json)
		json_set(s->json, "deployment", deploy_plan_json(&d.plan));
	else
		tell_deploy_plan(&d.plan, stale);
	if (!ok)
		error_wrap(err, "setup: the store is there, but nothing was deployed");
	else if (d.late.code) { /* deployed, but not all that belongs to it is done */
		*err = d.late;
		ok = error_wrap(err, "setup");
	}
	deployment_done(&d);
	return ok;
}

/* --- all of it ------------------------------------------------------------------------------- */

static bool permitted(struct run *run, const struct setup_run *s, struct error *err)
{
	if (run_has(run, OPTION_YES) || s->json || !ask_possible())
		return true;
	print_text(buf_text(&s->words));
	return ask_yes("Do it?") ||
	       error_set(err, ERROR_SECRET, "setup: not confirmed, nothing was changed");
}

static bool do_it(struct run *run, struct setup_run *s, struct error *err)
{
	struct error later = { 0 };
	if (!permitted(run, s, err) ||
		!app_setup_apply(run->app, &s->answers, &s->plan, &s->seq, &s->told, err))
		return false;
	if (s->json)
		put_plan(s, run);
	else
		tell_done(s);
	app_reload(run->app, &later);
	return look_at_endpoints(run, s, err) && deploy_to_targets(run, s, err);
}

static bool show_plan(struct run *run, struct setup_run *s)
{
	if (s->json) {
		put_plan(s, run);
		return true;
	}
	print_text(buf_text(&s->words));
	print_plan(run, &s->plan.plan, true, false);
	return true;
}

static void setup_done(struct setup_run *s)
{
	json_free(s->json);
	buf_done(&s->words);
	buf_done(&s->told);
	setup_plan_done(&s->plan);
	new_key_done(&s->key);
	setup_found_done(&s->found);
	answers_done(&s->answers);
}

static bool set_up(struct run *run, struct setup_run *s, struct error *err)
{
	if (!run_has(run, OPTION_ANSWERS))
		return error_set(err, ERROR_SECRET, "setup: nobody is at a terminal to be asked (--answers "
			"FILE answers; --print-answers shows what there is to say)");
	if (!app_setup_store(run->app, &s->answers, run->args->text[OPTION_STORE], err) ||
		!look(run, s, err) || !make_plan(run, s, err))
		return false;
	tell_problems(s);
	bool ok = run_has(run, OPTION_DRY_RUN) ? show_plan(run, s) : do_it(run, s, err);
	if (s->json && (ok || s->seq))
		print_json(s->json);
	return ok;
}

bool cli_wants_wizard(const struct arguments *args)
{
	return !args->console && args->command == COMMAND_SETUP && !args->set[OPTION_ANSWERS] &&
	       !args->set[OPTION_PRINT_ANSWERS] && !args->set[OPTION_JSON] &&
	       !args->set[OPTION_DRY_RUN] && !args->set[OPTION_READ_ONLY] && ask_possible();
}

bool run_setup(struct run *run, struct error *err)
{
	struct setup_run s = { .json = run_has(run, OPTION_JSON) ? json_new_object() : NULL };
	bool ok = read_answers(run, &s.answers, err);
	if (ok && run_has(run, OPTION_PRINT_ANSWERS))
		ok = print_answers(&s.answers);
	else
		ok = ok && set_up(run, &s, err);
	setup_done(&s);
	return ok;
}
