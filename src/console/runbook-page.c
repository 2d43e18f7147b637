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
#define SMALL_ROWS  4 /* where there are fewer: what doesn't fit into a row of the list can still be read */
#define SMALL_FROM  8

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

const struct runbook_input *runbook_input_at(const struct runbook *book, size_t row)
{
	size_t at = row - book->step_count;
	return row >= book->step_count && at < book->input_count ? &book->inputs[at] : NULL;
}

const struct runbook_step *runbook_step_at(const struct runbook *book, size_t row)
{
	return row < book->step_count ? &book->steps[row] : NULL;
}

size_t runbook_number_of(const struct runbook *book, const struct runbook_step *step)
{
	return (size_t)(step - book->steps);
}

static void place(struct runbook_view *v, const struct runbook *book)
{
	const struct runbook_step *next = runbook_next(book);
	list_resize(&v->rows, book->input_count + book->step_count);
	if (!v->placed && book->step_count)
		list_select(&v->rows, next ? runbook_number_of(book, next) : 0);
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
	const struct runbook_input *input = runbook_input_at(book, row->index);
	const struct runbook_step *step = runbook_step_at(book, row->index);
	char number[24];
	if (input)
		draw_input(row, input);
	if (!step)
		return;
	snprintf(number, sizeof number, "%zu", runbook_number_of(book, step) + 1);
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
	const struct runbook_input *input = runbook_input_at(book, v->rows.cursor);
	const struct runbook_step *step = runbook_step_at(book, v->rows.cursor);
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
	if (area.rows >= SMALL_FROM)
		draw_detail(v, book,
			area_cut_bottom(&area, area.rows >= DETAIL_FROM ? DETAIL_ROWS : SMALL_ROWS));
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
