#include "app/runbook.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/lang.h"
#include "cli/run.h"

/* --- for programs -------------------------------------------------------------------------- */

static struct json *step_json(const struct runbook_step *step)
{
	struct json *o = json_new_object();
	const char *role = runbook_role_name(step->role);
	json_bool(o, "done", step->done);
	json_text(o, "role", *role ? role : NULL);
	json_text(o, "text", step->text);
	json_text(o, "command", step->filled);
	json_text(o, "when", step->when);
	json_text(o, "who", step->who);
	json_text(o, "why", step->why);
	json_text(o, "note", step->note);
	return o;
}

static struct json *inputs_json(const struct runbook *book)
{
	struct json *o = json_new_object();
	for (size_t i = 0; i < book->input_count; i++)
		json_text(o, book->inputs[i].name,
			*book->inputs[i].value ? book->inputs[i].value : NULL);
	return o;
}

static struct json *book_json(const struct runbook *book, bool whole)
{
	struct json *o = json_new_object(), *steps = json_new_array();
	json_text(o, "name", book->name);
	json_text(o, "template", *book->template ? book->template : NULL);
	json_int(o, "steps_done", (int64_t)book->done_count);
	json_int(o, "steps_count", (int64_t)book->step_count);
	json_set(o, "inputs", inputs_json(book));
	for (size_t i = 0; whole && i < book->step_count; i++)
		json_append(steps, step_json(&book->steps[i]));
	if (whole)
		json_set(o, "steps", steps);
	else
		json_free(steps);
	return o;
}

/* --- list ---------------------------------------------------------------------------------- */

static const struct table_column columns[] = {
	{ N_("NAME"), N_("Name"), 24 },
	{ N_("TEMPLATE"), N_("Template"), 10 },
	{ N_("DONE"), N_("Done"), 6 },
	{ N_("ROLE"), N_("Role"), 13 },
	{ N_("NEXT STEP"), N_("Next step"), 0 },
};

#define COLUMNS (sizeof columns / sizeof *columns)

static const char *role_of(const struct runbook *book)
{
	const struct runbook_step *next = runbook_next(book);
	return next ? runbook_role_name(next->role) : "";
}

static void print_book(const struct runbook *book, const struct table *table)
{
	char done[48];
	const struct runbook_step *next = runbook_next(book);
	snprintf(done, sizeof done, "%zu/%zu", book->done_count, book->step_count);
	table_row(table,
		(const char *[]){ book->name, book->template, done, lang_text(role_of(book)),
			next ? next->text : _("done") });
}

bool run_runbook_list(struct run *run, struct error *err)
{
	struct table table = { columns, COLUMNS, { 0 } };
	struct runbooks all = { 0 };
	struct json *list = run_has(run, OPTION_JSON) ? json_new_array() : NULL;
	bool ok = app_runbooks(run->app, &all, err);
	for (size_t i = 0; ok && i < all.count; i++)
		table_hold(&table, 3, role_of(&all.items[i]));
	if (ok && !list && all.count)
		table_head(&table);
	else if (ok && !list)
		print_format("no runbooks yet (certary runbook new NAME)\n");
	for (size_t i = 0; ok && i < all.count; i++) {
		if (list)
			json_append(list, book_json(&all.items[i], false));
		else
			print_book(&all.items[i], &table);
	}
	if (ok && list)
		print_json(list);
	json_free(list);
	runbooks_done(&all);
	return ok;
}

/* --- show ---------------------------------------------------------------------------------- */

static void print_done(const struct runbook_step *step)
{
	char when[CLOCK_ISO];
	if (step->when)
		print_format("          done %s by %s", lang_kept(when, step->when), step->who);
	else
		print_format("          done by %s", step->who);
	print_format(step->why ? " (%s)\n" : "%s\n", step->why ? step->why : "");
}

static void print_step(const struct runbook_step *step, size_t number)
{
	const char *role = lang_text(runbook_role_name(step->role));
	print_format("%3zu [%c] %s%s%s\n", number, step->done ? 'x' : ' ', role, *role ? ": " : "",
		step->text);
	if (step->filled)
		print_format("          $ %s\n", step->filled);
	if (step->who)
		print_done(step);
	if (step->note)
		print_format("          note: %s\n", step->note);
}

/* By its name as it is typed. */
static void print_input(const struct runbook_input *input)
{
	struct buf line = { 0 };
	print_cell(&line, input->name, 24, false);
	print_format("  %s%s\n", buf_text(&line), input->value);
	buf_done(&line);
}

static void print_whole(const struct runbook *book)
{
	print_format("%s: %zu of %zu done\n", book->name, book->done_count, book->step_count);
	if (book->input_count)
		print_format("\nInputs\n");
	for (size_t i = 0; i < book->input_count; i++)
		print_input(&book->inputs[i]);
	print_format("\nSteps\n");
	for (size_t i = 0; i < book->step_count; i++)
		print_step(&book->steps[i], i + 1);
}

bool run_runbook_show(struct run *run, struct error *err)
{
	struct runbooks all = { 0 };
	const struct runbook *book;
	bool ok = app_runbooks(run->app, &all, err) &&
		  app_runbook_find(&all, run->args->words[0], &book, err);
	if (ok && run_has(run, OPTION_JSON)) {
		struct json *o = book_json(book, true);
		print_json(o);
		json_free(o);
	} else if (ok) {
		print_whole(book);
	}
	runbooks_done(&all);
	return ok;
}

/* --- changes ------------------------------------------------------------------------------- */

static bool plan_new(struct run *run, struct plan *plan, struct error *err)
{
	const struct arguments *args = run->args;
	const struct runbook_wish wish = { .name = args->words[0],
		.template = args->text[OPTION_TEMPLATE],
		.partner = args->text[OPTION_PARTNER],
		.identity = args->text[OPTION_OF_IDENTITY] };
	return app_plan_runbook_new(run->app, &wish, plan, err) && make_store(run, err);
}

static bool plan_note(struct run *run, const struct runbook *book, size_t step, struct plan *plan,
	struct error *err)
{
	const char *text;
	plan->op = "note";
	return note_text(run, 2, book->name, book->steps[step].note, &text, err) &&
	       (!text || app_plan_runbook_note(book, step, text, plan, err));
}

static bool plan_step(struct run *run, const struct runbook *book, struct plan *plan,
	struct error *err)
{
	const struct arguments *args = run->args;
	size_t step;
	if (!app_runbook_step(book, args->words[1], &step, err))
		return false;
	if (args->command == COMMAND_RUNBOOK_NOTE)
		return plan_note(run, book, step, plan, err);
	return app_plan_runbook_tick(book, step, args->command == COMMAND_RUNBOOK_DONE,
		args->text[OPTION_WHY], plan);
}

static bool plan_of(struct run *run, const struct runbook *book, struct plan *plan,
	struct error *err)
{
	if (run->args->command == COMMAND_RUNBOOK_REMOVE)
		return app_plan_runbook_remove(book, plan);
	if (run->args->command == COMMAND_RUNBOOK_SET)
		return app_plan_runbook_set(
			book, run->args->words[1], run->args->words[2], plan, err);
	return plan_step(run, book, plan, err);
}

static bool plan_change(struct run *run, struct plan *plan, struct error *err)
{
	struct runbooks all = { 0 };
	const struct runbook *book;
	if (run->args->command == COMMAND_RUNBOOK_NEW)
		return plan_new(run, plan, err);
	bool ok = app_runbooks(run->app, &all, err) &&
		  app_runbook_find(&all, run->args->words[0], &book, err) &&
		  plan_of(run, book, plan, err);
	runbooks_done(&all);
	return ok;
}

bool run_runbook_change(struct run *run, struct error *err)
{
	return run_note_change(run, plan_change, err);
}
