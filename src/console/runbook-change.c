/*
 * What is done with the row of a runbook under the cursor: ticked off, filled in, annotated, run.
 */
#include <stdlib.h>
#include <string.h>

#include "app/trust.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/command-run.h"
#include "console/pages.h"
#include "console/runbooks.h"

static const char *text_at(const struct runbook *book, size_t row)
{
	const struct runbook_input *input = runbook_input_at(book, row);
	const struct runbook_step *step = runbook_step_at(book, row);
	return input ? input->name : step ? step->text : "";
}

static void remember(struct desk *desk, const struct runbook *book, size_t row)
{
	desk->books.about = row;
	free(desk->books.about_text);
	desk->books.about_text = mem_text(text_at(book, row));
}

/* What the dialog was about: somebody may have edited the file meanwhile. */
static const struct runbook *about(struct desk *desk)
{
	const struct runbook *book = runbook_opened(desk);
	if (book && strcmp(text_at(book, desk->books.about), desk->books.about_text) == 0)
		return book;
	desk_say(desk, ROLE_WARNING, "the runbook was edited meanwhile: look again");
	return NULL;
}

static enum reaction end_plan(struct desk *desk, bool ok, const struct error *err)
{
	if (ok && desk->plan.count)
		return desk_carry_out(desk);
	plan_done(&desk->plan);
	return ok ? REACT_REPAINT : desk_error(desk, err);
}

static enum reaction tick(
	struct desk *desk, const struct runbook *book, size_t row, const char *why)
{
	const struct runbook_step *step = runbook_step_at(book, row);
	plan_done(&desk->plan);
	size_t number = runbook_number_of(book, step);
	bool ok = app_plan_runbook_tick(book, number, !step->done, why, &desk->plan);
	if (why && *why)
		app_plan_why(&desk->plan, why);
	return end_plan(desk, ok, NULL);
}

static enum reaction value_given(struct desk *desk, struct dialog *dialog, bool done)
{
	const struct runbook *book = done ? about(desk) : NULL;
	struct error err = { 0 };
	if (!book)
		return REACT_REPAINT;
	plan_done(&desk->plan);
	bool ok = app_plan_runbook_set(book, runbook_input_at(book, desk->books.about)->name,
		dialog_text(dialog), &desk->plan, &err);
	return end_plan(desk, ok, &err);
}

static enum reaction ask(struct desk *desk, const struct runbook *book, size_t row,
	const char *title, const char *prompt, const char *text, dialog_end_fn *end)
{
	struct buf raw = { 0 };
	struct rows rows = { 0 };
	remember(desk, book, row);
	text_unescape(&raw, text ? text : "");
	if (runbook_step_at(book, row))
		rows_add(&rows, ROLE_VALUE, NULL, runbook_step_at(book, row)->text);
	struct dialog *dialog = dialog_ask(title, &rows, prompt, LINE_PLAIN, buf_text(&raw));
	buf_done(&raw);
	return desk_ask(desk, dialog, end);
}

/* Of a step the row of the first input that its command lacks; behind all rows: it lacks none. */
static size_t input_of(const struct runbook *book, size_t row)
{
	const struct runbook_step *step = runbook_step_at(book, row);
	size_t rows = book->step_count + book->input_count;
	if (!step)
		return row;
	for (size_t i = 0; step->command && i < book->input_count; i++) {
		char *hole = mem_format("<%s>", book->inputs[i].name);
		bool lacks = !*book->inputs[i].value && strstr(step->filled, hole);
		free(hole);
		if (lacks)
			return book->step_count + i;
	}
	return rows;
}

static size_t first_empty(const struct runbook *book)
{
	size_t i = 0;
	while (i < book->input_count && *book->inputs[i].value)
		i++;
	return book->step_count + i;
}

/* On a step: what its command lacks, else whatever is empty first. */
static enum reaction fill_in(struct desk *desk, const struct runbook *book, size_t row)
{
	size_t at = input_of(book, row);
	if (!runbook_input_at(book, at))
		at = first_empty(book);
	const struct runbook_input *input = runbook_input_at(book, at);
	if (input)
		return ask(desk, book, at, input->name, N_("Value"), input->value, value_given);
	desk_say(desk, ROLE_STATUS, "every input is filled in: they stand below the steps");
	return REACT_REPAINT;
}

/* The row under the cursor, where something may be changed. */
static const struct runbook *to_change(struct desk *desk, size_t *row)
{
	const struct runbook *book = runbook_opened(desk);
	*row = desk->books.rows.cursor;
	return book && *text_at(book, *row) && !desk_refuse_read_only(desk) ? book : NULL;
}

enum reaction action_tick(struct desk *desk)
{
	size_t row;
	const struct runbook *book = to_change(desk, &row);
	if (!book)
		return REACT_REPAINT;
	return runbook_step_at(book, row) ? tick(desk, book, row, NULL) : fill_in(desk, book, row);
}

/* Opening a step again loses who ticked it and when: nobody does that by the key that goes on. */
enum reaction action_tick_open(struct desk *desk)
{
	const struct runbook *book = runbook_opened(desk);
	const struct runbook_step *step = book ? runbook_step_at(book, desk->books.rows.cursor) : NULL;
	if (!step || !step->done)
		return action_tick(desk);
	desk_say(desk, ROLE_STATUS, "it is done: Space opens it again");
	return REACT_REPAINT;
}

static enum reaction why_given(struct desk *desk, struct dialog *dialog, bool done)
{
	const struct runbook *book = done ? about(desk) : NULL;
	return book ? tick(desk, book, desk->books.about, dialog_text(dialog)) : REACT_REPAINT;
}

enum reaction action_tick_why(struct desk *desk)
{
	size_t row;
	const struct runbook *book = to_change(desk, &row);
	const struct runbook_step *step = book ? runbook_step_at(book, row) : NULL;
	if (!step)
		return REACT_REPAINT;
	return ask(desk, book, row, step->done ? N_("Open again") : N_("Done"),
		N_("Why, or who says so"), NULL, why_given);
}

enum reaction action_fill_in(struct desk *desk)
{
	size_t row;
	const struct runbook *book = to_change(desk, &row);
	return book ? fill_in(desk, book, row) : REACT_REPAINT;
}

static enum reaction note_given(struct desk *desk, struct dialog *dialog, bool done)
{
	const struct runbook *book = done ? about(desk) : NULL;
	struct error err = { 0 };
	if (!book)
		return REACT_REPAINT;
	plan_done(&desk->plan);
	size_t number = runbook_number_of(book, runbook_step_at(book, desk->books.about));
	bool ok = app_plan_runbook_note(book, number, dialog_text(dialog), &desk->plan, &err);
	return end_plan(desk, ok, &err);
}

enum reaction action_note_step(struct desk *desk)
{
	size_t row;
	const struct runbook *book = to_change(desk, &row);
	const struct runbook_step *step = book ? runbook_step_at(book, row) : NULL;
	return step ? ask(desk, book, row, N_("Note"), N_("Note"), step->note, note_given)
		    : REACT_REPAINT;
}

const struct runbook *runbook_step_here(struct desk *desk, size_t *step)
{
	size_t row;
	const struct runbook *book = to_change(desk, &row);
	if (!book || !runbook_step_at(book, row))
		return NULL;
	remember(desk, book, row);
	*step = runbook_number_of(book, runbook_step_at(book, row));
	return book;
}

const struct runbook *runbook_step_again(struct desk *desk, size_t *step)
{
	const struct runbook *book = about(desk);
	if (!book || !runbook_step_at(book, desk->books.about)) /* an input may stand there now */
		return NULL;
	*step = runbook_number_of(book, runbook_step_at(book, desk->books.about));
	return book;
}

/* --- the command of a step ----------------------------------------------------------------- */

/* Whoever may write to the store has written it: what it changes is asked about, whatever it says. */
enum reaction action_run_step(struct desk *desk)
{
	const struct runbook *book = runbook_opened(desk);
	const struct runbook_step *step = book ? runbook_step_at(book, desk->books.rows.cursor) : NULL;
	if (!step)
		return REACT_REPAINT;
	if (!step->filled || !text_starts(step->filled, "certary ")) {
		desk_say(desk, ROLE_STATUS, "this step has no command of certary's");
		return REACT_REPAINT;
	}
	if (runbook_input_at(book, input_of(book, desk->books.rows.cursor)) || strstr(step->filled, "…")) {
		desk_say(desk, ROLE_WARNING,
			"its command isn't complete: e fills in what is missing");
		return REACT_REPAINT;
	}
	if (step->held) {
		desk_say(desk, ROLE_WARNING, "its command can't take a value: it begins with a dash, "
			"or its place is within quotes");
		return REACT_REPAINT;
	}
	return command_run_read(desk, step->filled + strlen("certary "));
}
