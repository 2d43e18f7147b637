/*
 * Which columns a list has: the list above, as it is with what was chosen so far, and below it the
 * columns to tick, to move and to widen.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "console/endpoints.h"
#include "console/list-columns.h"
#include "console/pages.h"
#include "console/targets.h"

#define PREVIEW_LEAST 3 /* rows */

static const struct grid_kind *kind_of_page(enum page page)
{
	switch (page) {
	case PAGE_LIST:
		return &certificate_grid;
	case PAGE_IDENTITIES:
		return &identity_grid;
	case PAGE_ENDPOINTS:
		return &endpoint_grid;
	case PAGE_TARGETS:
		return &target_grid;
	default:
		return NULL;
	}
}

/* What is ticked stays in its row: nothing jumps away from under the cursor. */
static void choose(struct desk *desk)
{
	struct column_view *v = &desk->choosing;
	struct grid_choice choice = { .count = v->count };
	struct buf text = { 0 };
	for (size_t i = 0; i < v->count; i++)
		if (v->ticked[i])
			choice.items[choice.shown++] = v->items[i];
	grid_write(&text, v->kind, &choice);
	remember_set_text(desk->memory, v->kind->memory, buf_text(&text));
	buf_done(&text);
}

static void read_choice(struct desk *desk)
{
	struct column_view *v = &desk->choosing;
	struct grid_choice choice;
	grid_read(&choice, v->kind, remember_text(desk->memory, v->kind->memory));
	v->count = choice.count;
	for (size_t i = 0; i < choice.count; i++) {
		v->items[i] = choice.items[i];
		v->ticked[i] = i < choice.shown;
	}
	list_resize(&v->list, v->count);
}

enum reaction action_choose_columns(struct desk *desk)
{
	struct column_view *v = &desk->choosing;
	const struct grid_kind *kind = kind_of_page(desk_page(desk));
	if (!kind) {
		desk_say(desk, ROLE_STATUS, "this page has no columns to choose");
		return REACT_REPAINT;
	}
	v->kind = kind;
	v->under = desk_page(desk);
	v->list = (struct list){ 0 };
	free(v->before);
	v->before = mem_text(remember_text(desk->memory, kind->memory));
	read_choice(desk);
	desk_push(desk, PAGE_COLUMNS);
	return REACT_LAYOUT;
}

/* --- painting ------------------------------------------------------------------------------ */

enum { COLUMN_TICK, COLUMN_TITLE, COLUMN_WIDTH, COLUMN_HELP, COLUMNS };

static const char *width_word(size_t i)
{
	static const char *const words[] = { N_("no room"), N_("auto") };
	return i < sizeof words / sizeof *words ? words[i] : NULL;
}

static const struct column choice_columns[COLUMNS] = {
	[COLUMN_TICK] = { .title = "", .min = 3, .want = 3 },
	[COLUMN_TITLE] = { .title = N_("Column"), .min = 11, .want = 14 },
	[COLUMN_WIDTH] = { .title = N_("Width"),
		.min = 7,
		.want = 7,
		.rank = 1,
		.word = width_word },
	[COLUMN_HELP] = { .title = "", .min = 12, .want = 40, .rank = 2, .stretch = true },
};

/* Of what was painted above; -1: it isn't among them. */
static int painted_width(const struct desk *desk, size_t which)
{
	const struct grid *grid = &desk->grid;
	bool same = grid->kind && grid->kind->memory == desk->choosing.kind->memory;
	for (size_t i = 0; same && i < grid->count; i++)
		if (grid->which[i] == which)
			return grid->places[i].cols;
	return -1;
}

static void width_text(const struct desk *desk, size_t row, char out[64])
{
	const struct column_view *v = &desk->choosing;
	const struct grid_item *item = &v->items[row];
	if (v->ticked[row] && painted_width(desk, item->which) == 0)
		snprintf(out, 64, "%s", _("no room"));
	else if (item->width)
		snprintf(out, 64, "%d", item->width);
	else
		snprintf(out, 64, "%s", v->ticked[row] ? _("auto") : "");
}

static void draw_row(void *ctx, const struct list_row *row)
{
	struct desk *desk = ctx;
	const struct column_view *v = &desk->choosing;
	const struct grid_column *column = &v->kind->columns[v->items[row->index].which];
	struct column_place places[COLUMNS];
	char width[64];
	enum role plain = list_role(row, v->ticked[row->index] ? ROLE_NORMAL : ROLE_DIM);
	width_text(desk, row->index, width);
	const char *cells[COLUMNS] = { v->ticked[row->index] ? "[x]" : "[ ]",
		_(column->column.title), width, _(column->help) };
	columns_place(choice_columns, COLUMNS, row->area.cols, places);
	for (int i = 0; i < COLUMNS; i++)
		columns_cell(row->area, 0, &choice_columns[i], &places[i],
			i == COLUMN_HELP ? list_role(row, ROLE_DIM) : plain, cells[i], NULL);
}

void columns_page_draw(struct desk *desk, struct area area)
{
	struct column_view *v = &desk->choosing;
	struct column_place places[COLUMNS];
	int rows = (int)v->count + 2, most = area.rows * 3 / 5;
	rows = rows < most ? rows : most;
	if (area.rows - rows < PREVIEW_LEAST)
		rows = area.rows - PREVIEW_LEAST;
	struct area below = area_cut_bottom(&area, rows);
	pages[v->under].draw(desk, area);
	area_line_across(below, 0, ROLE_BORDER);
	area_cut_top(&below, 1);
	struct area head = area_cut_top(&below, 1);
	area_clear_row(head, 0, ROLE_HEADING);
	area_cut_left(&head, LIST_MARGIN);
	columns_place(choice_columns, COLUMNS, head.cols, places);
	columns_head(head, 0, choice_columns, places, COLUMNS, COLUMNS, false);
	v->list.draw = draw_row;
	v->list.ctx = desk;
	v->list.press = "Space";
	v->list.tick = LIST_MARGIN + 3;
	list_draw(&v->list, below, true);
}

void columns_page_position(struct desk *desk, char *out, size_t size)
{
	list_position(&desk->choosing.list, out, size);
}

/* --- keys ---------------------------------------------------------------------------------- */

enum reaction columns_page_key(struct desk *desk, const struct key *key)
{
	return list_key(&desk->choosing.list, key);
}

enum reaction action_tick_column(struct desk *desk)
{
	struct column_view *v = &desk->choosing;
	size_t at = v->list.cursor, ticked = 0;
	for (size_t i = 0; i < v->count; i++)
		ticked += v->ticked[i];
	if (v->ticked[at] && ticked == 1) {
		desk_say(desk, ROLE_STATUS, "one column has to stay");
		return REACT_REPAINT;
	}
	v->ticked[at] = !v->ticked[at];
	choose(desk);
	return REACT_REPAINT;
}

static enum reaction move(struct desk *desk, long by)
{
	struct column_view *v = &desk->choosing;
	size_t at = v->list.cursor;
	if (by < 0 ? at == 0 : at + 1 >= v->count)
		return REACT_NONE;
	size_t to = by < 0 ? at - 1 : at + 1;
	struct grid_item item = v->items[at];
	bool ticked = v->ticked[at];
	v->items[at] = v->items[to];
	v->ticked[at] = v->ticked[to];
	v->items[to] = item;
	v->ticked[to] = ticked;
	list_select(&v->list, to);
	choose(desk);
	return REACT_REPAINT;
}

enum reaction action_column_down(struct desk *desk)
{
	return move(desk, 1);
}

enum reaction action_column_up(struct desk *desk)
{
	return move(desk, -1);
}

/* The first step goes from what shows. */
static enum reaction widen(struct desk *desk, int by)
{
	struct column_view *v = &desk->choosing;
	struct grid_item *item = &v->items[v->list.cursor];
	int shown = painted_width(desk, item->which);
	int width = item->width ? item->width :
		    shown > 0	? shown :
				  v->kind->columns[item->which].column.want;
	width += by;
	item->width = width < GRID_WIDTH_LEAST ? GRID_WIDTH_LEAST :
		      width > GRID_WIDTH_MOST  ? GRID_WIDTH_MOST :
						 width;
	v->ticked[v->list.cursor] = true;
	choose(desk);
	return REACT_REPAINT;
}

enum reaction action_column_wider(struct desk *desk)
{
	return widen(desk, 1);
}

enum reaction action_column_narrower(struct desk *desk)
{
	return widen(desk, -1);
}

enum reaction action_column_auto(struct desk *desk)
{
	desk->choosing.items[desk->choosing.list.cursor].width = 0;
	choose(desk);
	return REACT_REPAINT;
}

enum reaction action_columns_usual(struct desk *desk)
{
	remember_set_text(desk->memory, desk->choosing.kind->memory, "");
	read_choice(desk);
	return REACT_REPAINT;
}

enum reaction action_columns_keep(struct desk *desk)
{
	return desk_pop(desk);
}

enum reaction action_columns_back(struct desk *desk)
{
	remember_set_text(desk->memory, desk->choosing.kind->memory, desk->choosing.before);
	return desk_pop(desk);
}
