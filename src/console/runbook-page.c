/*
 * One runbook: its steps and its inputs are one list, and below it stands all about the row under
 * the cursor.  A step is ticked off by one key: who and when is known, and undo takes it back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/trust.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/pages.h"
#include "console/runbooks.h"
#include "tui/columns.h"

#define DETAIL_ROWS 7
#define DETAIL_FROM 15 /* rows of the page */

enum { COLUMN_BOX, COLUMN_NUMBER, COLUMN_ROLE, COLUMN_TEXT, COLUMNS };

static const char *role_word(size_t i)
{
	return i < RUNBOOK_NOBODY ? runbook_role_name((enum runbook_role)i) : NULL;
}

static const struct column step_columns[COLUMNS] = {
	[COLUMN_BOX] = { .title = "", .min = 3, .want = 3 },
	[COLUMN_NUMBER] = { .title = N_("No"), .min = 2, .want = 3, .right = true, .rank = 2 },
	[COLUMN_ROLE] = { .title = N_("Role"),
		.min = 13,
		.want = 13,
		.rank = 1,
		.word = role_word },
	[COLUMN_TEXT] = { .title = N_("Step"), .min = 16, .want = 40, .stretch = true },
};

enum role runbook_role_look(enum runbook_role role)
{
	static const enum role looks[] = { [RUNBOOK_SECURITY] = ROLE_UNTRUSTED,
		[RUNBOOK_USER_MANAGER] = ROLE_LINK,
		[RUNBOOK_ADMINISTRATOR] = ROLE_TRUSTED,
		[RUNBOOK_OPERATIONS] = ROLE_EXPIRING,
		[RUNBOOK_NOBODY] = ROLE_DIM };
	return looks[role];
}

/* --- what is where ------------------------------------------------------------------------- */

const struct runbook *runbook_opened(struct desk *desk)
{
	struct runbook_view *v = &desk->books;
	runbooks_refresh(desk);
	for (size_t i = 0; v->open && i < v->all.count; i++)
		if (strcmp(v->all.items[i].file, v->open) == 0)
			return &v->all.items[i];
	return NULL;
}

static const struct runbook_input *input_at(const struct runbook *book, size_t row)
{
	size_t at = row - book->step_count;
	return row >= book->step_count && at < book->input_count ? &book->inputs[at] : NULL;
}

static const struct runbook_step *step_at(const struct runbook *book, size_t row)
{
	return row < book->step_count ? &book->steps[row] : NULL;
}

static size_t number_of(const struct runbook *book, const struct runbook_step *step)
{
	return (size_t)(step - book->steps);
}

static void place(struct runbook_view *v, const struct runbook *book)
{
	const struct runbook_step *next = runbook_next(book);
	list_resize(&v->rows, book->input_count + book->step_count);
	if (!v->placed && book->step_count)
		list_select(&v->rows, next ? number_of(book, next) : 0);
	v->placed = true;
}

enum reaction runbook_open(struct desk *desk, const struct runbook *book)
{
	struct runbook_view *v = &desk->books;
	char *file = mem_text(book->file);
	free(v->open);
	v->open = file;
	v->placed = false;
	list_select(&v->rows, 0);
	desk_push(desk, PAGE_RUNBOOK);
	return REACT_LAYOUT;
}

/* --- painting ------------------------------------------------------------------------------ */

static void draw_cells(const struct list_row *row, const char *const cells[COLUMNS],
	const enum role roles[COLUMNS])
{
	struct column_place places[COLUMNS];
	columns_place(step_columns, COLUMNS, row->area.cols, places);
	for (int i = 0; i < COLUMNS; i++)
		columns_cell(row->area, 0, &step_columns[i], &places[i], list_role(row, roles[i]),
			cells[i], NULL);
}

static void draw_input(const struct list_row *row, const struct runbook_input *input)
{
	char *text = mem_format("%s: %s", input->name, input->value);
	enum role role = *input->value ? ROLE_VALUE : ROLE_DIM;
	draw_cells(row, (const char *const[COLUMNS]){ "", "", _("input"), text },
		(const enum role[COLUMNS]){ ROLE_DIM, ROLE_DIM, ROLE_DIM, role });
	free(text);
}

static const char *tick_mark(bool done)
{
	if (screen_is_plain())
		return done ? _("done") : _("still open");
	return done ? "[x]" : "[ ]";
}

static void draw_row(void *ctx, const struct list_row *row)
{
	struct desk *desk = ctx;
	const struct runbook *book = runbook_opened(desk);
	const struct runbook_input *input = input_at(book, row->index);
	const struct runbook_step *step = step_at(book, row->index);
	char number[24];
	if (input)
		draw_input(row, input);
	if (!step)
		return;
	snprintf(number, sizeof number, "%zu", number_of(book, step) + 1);
	draw_cells(row,
		(const char *const[COLUMNS]){ tick_mark(step->done), number,
			_(runbook_role_name(step->role)), step->text },
		(const enum role[COLUMNS]){ step->done ? ROLE_GOOD : ROLE_NORMAL, ROLE_DIM,
			step->done ? ROLE_DIM : runbook_role_look(step->role),
			step->done ? ROLE_DIM : ROLE_NORMAL });
}

static void add_step(struct rows *rows, const struct runbook_step *step)
{
	char when[CLOCK_ISO];
	rows_add(rows, ROLE_VALUE, NULL, step->text);
	if (step->filled)
		rows_add(rows, ROLE_LINK, "command", step->filled);
	if (step->who)
		rows_format(rows, ROLE_GOOD, _("done"),
			step->when ? N_("%s by %s%s%s") : "%s%s%s%s", step->when ? lang_kept(when, step->when) : "",
			step->who, step->why ? ": " : "", step->why ? step->why : "");
	if (step->note)
		rows_add(rows, ROLE_VALUE, "note", step->note);
}

static void draw_detail(struct runbook_view *v, const struct runbook *book, struct area area)
{
	const struct runbook_input *input = input_at(book, v->rows.cursor);
	const struct runbook_step *step = step_at(book, v->rows.cursor);
	rows_done(&v->detail.rows);
	if (input)
		rows_add(&v->detail.rows, ROLE_VALUE, input->name,
			*input->value ? input->value : _("not filled in yet: e fills it in"));
	if (step)
		add_step(&v->detail.rows, step);
	pager_start(&v->detail);
	pager_changed(&v->detail);
	area_line_across(area_cut_top(&area, 1), 0, ROLE_BORDER);
	pager_draw(&v->detail, area_part(area, 0, LIST_MARGIN, area.rows, area.cols - LIST_MARGIN));
}

static void draw_head(const struct runbook *book, struct area head)
{
	struct area inner = area_part(head, 0, LIST_MARGIN, 1, head.cols - LIST_MARGIN);
	char *done = mem_format(_("%zu of %zu done"), book->done_count, book->step_count);
	int cols = area_width(done) > 17 ? area_width(done) : 17;
	area_clear_row(head, 0, ROLE_HEADING);
	area_text_in(inner, 0, 0, inner.cols - cols - 1, ROLE_HEADING, book->name);
	area_text_right(inner, 0, inner.cols - cols - 1, cols, ROLE_HEADING, done);
	free(done);
}

/* "13 more below: 3 steps, 10 inputs": nobody looks for what nothing hints at. */
static void draw_below(const struct list *list, const struct runbook *book, struct area line)
{
	size_t seen = list->top + (size_t)list->page, all = book->step_count + book->input_count;
	size_t below = all > seen ? all - seen : 0;
	size_t inputs = below < book->input_count ? below : book->input_count,
	       steps = below - inputs;
	char *of_steps = mem_format(lang_n("%zu step", "%zu steps", steps), steps);
	char *of_inputs = mem_format(lang_n("%zu input", "%zu inputs", inputs), inputs);
	area_clear_row(line, 0, ROLE_DIM);
	if (steps && inputs)
		area_format(line, 0, LIST_MARGIN, ROLE_DIM, _("%zu more below: %s, %s"), below,
			of_steps, of_inputs);
	else if (below)
		area_format(line, 0, LIST_MARGIN, ROLE_DIM, _("%zu more below: %s"), below,
			steps ? of_steps : of_inputs);
	free(of_steps);
	free(of_inputs);
}

static void draw_list(struct desk *desk, const struct runbook *book, struct area area)
{
	struct list *list = &desk->books.rows;
	struct area line = { 0 };
	bool more = area.rows > 1 && list->count > (size_t)area.rows;
	if (more)
		line = area_cut_bottom(&area, 1);
	list->draw = draw_row;
	list->ctx = desk;
	list_draw(list, area, true);
	if (more)
		draw_below(list, book, line);
}

void runbook_page_draw(struct desk *desk, struct area area)
{
	struct runbook_view *v = &desk->books;
	const struct runbook *book = runbook_opened(desk);
	if (!book) {
		area_text(area, 1, 2, ROLE_DIM, _("This runbook is no longer there."));
		return;
	}
	place(v, book);
	draw_head(book, area_cut_top(&area, 1));
	if (area.rows >= DETAIL_FROM)
		draw_detail(v, book, area_cut_bottom(&area, DETAIL_ROWS));
	draw_list(desk, book, area);
}

void runbook_page_position(struct desk *desk, char *out, size_t size)
{
	list_position(&desk->books.rows, out, size);
}

enum reaction runbook_page_key(struct desk *desk, const struct key *key)
{
	enum reaction r = list_key(&desk->books.rows, key);
	return r == REACT_UNHANDLED ? r : r | REACT_REPAINT;
}

/* --- a change of the row under the cursor -------------------------------------------------- */

static const char *text_at(const struct runbook *book, size_t row)
{
	const struct runbook_input *input = input_at(book, row);
	const struct runbook_step *step = step_at(book, row);
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
	const struct runbook_step *step = step_at(book, row);
	plan_done(&desk->plan);
	bool ok = app_plan_runbook_tick(book, number_of(book, step), !step->done, why, &desk->plan);
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
	bool ok = app_plan_runbook_set(book, input_at(book, desk->books.about)->name,
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
	if (step_at(book, row))
		rows_add(&rows, ROLE_VALUE, NULL, step_at(book, row)->text);
	struct dialog *dialog = dialog_ask(title, &rows, prompt, LINE_PLAIN, buf_text(&raw));
	buf_done(&raw);
	return desk_ask(desk, dialog, end);
}

/* Of a step the row of the first input that its command lacks; behind all rows: it lacks none. */
static size_t input_of(const struct runbook *book, size_t row)
{
	const struct runbook_step *step = step_at(book, row);
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
	if (!input_at(book, at))
		at = first_empty(book);
	const struct runbook_input *input = input_at(book, at);
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
	return step_at(book, row) ? tick(desk, book, row, NULL) : fill_in(desk, book, row);
}

/* Opening a step again loses who ticked it and when: nobody does that by the key that goes on. */
enum reaction action_tick_open(struct desk *desk)
{
	const struct runbook *book = runbook_opened(desk);
	const struct runbook_step *step = book ? step_at(book, desk->books.rows.cursor) : NULL;
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
	const struct runbook_step *step = book ? step_at(book, row) : NULL;
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
	bool ok = app_plan_runbook_note(book, number_of(book, step_at(book, desk->books.about)),
		dialog_text(dialog), &desk->plan, &err);
	return end_plan(desk, ok, &err);
}

enum reaction action_note_step(struct desk *desk)
{
	size_t row;
	const struct runbook *book = to_change(desk, &row);
	const struct runbook_step *step = book ? step_at(book, row) : NULL;
	return step ? ask(desk, book, row, N_("Note"), N_("Note"), step->note, note_given)
		    : REACT_REPAINT;
}

const struct runbook *runbook_step_here(struct desk *desk, size_t *step)
{
	size_t row;
	const struct runbook *book = to_change(desk, &row);
	if (!book || !step_at(book, row))
		return NULL;
	remember(desk, book, row);
	*step = number_of(book, step_at(book, row));
	return book;
}

const struct runbook *runbook_step_again(struct desk *desk, size_t *step)
{
	const struct runbook *book = about(desk);
	if (!book || !step_at(book, desk->books.about)) /* an input may stand there now */
		return NULL;
	*step = number_of(book, step_at(book, desk->books.about));
	return book;
}

/* --- the command of a step ----------------------------------------------------------------- */

/* Whoever may write to the store has written it: what it changes is asked about, whatever it says. */
enum reaction action_run_step(struct desk *desk)
{
	const struct runbook *book = runbook_opened(desk);
	const struct runbook_step *step = book ? step_at(book, desk->books.rows.cursor) : NULL;
	if (!step)
		return REACT_REPAINT;
	if (!step->filled || !text_starts(step->filled, "certary ")) {
		desk_say(desk, ROLE_STATUS, "this step has no command of certary's");
		return REACT_REPAINT;
	}
	if (input_at(book, input_of(book, desk->books.rows.cursor)) || strstr(step->filled, "…")) {
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
