#include "tui/list.h"

#include <stdio.h>
#include <string.h>

#include "base/lang.h"
#include "tui/screen.h"
#include "tui/spot.h"

static size_t last(const struct list *list)
{
	return list->count > 0 ? list->count - 1 : 0;
}

/*
 * Scroll as little as it takes to have the cursor in sight, and never past the end.  How many rows
 * show is known once the list was painted.
 */
static void follow(struct list *list)
{
	if (list->page <= 0)
		return;
	size_t page = (size_t)list->page, middle = page / 2;
	bool above = list->cursor < list->top, below = list->cursor >= list->top + page;
	if ((above || below) && list->leap)
		list->top = list->cursor > middle ? list->cursor - middle : 0;
	else if (above)
		list->top = list->cursor;
	else if (below)
		list->top = list->cursor - page + 1;
	if (list->count <= page)
		list->top = 0;
	else if (list->top > list->count - page)
		list->top = list->count - page;
}

void list_resize(struct list *list, size_t count)
{
	list->count = count;
	if (list->cursor > last(list))
		list->cursor = last(list);
	follow(list);
}

void list_select(struct list *list, size_t index)
{
	list->cursor = index > last(list) ? last(list) : index;
	follow(list);
}

void list_move(struct list *list, long by)
{
	size_t far = by < 0 ? (size_t)-by : (size_t)by;
	if (by < 0)
		list_select(list, far > list->cursor ? 0 : list->cursor - far);
	else
		list_select(
			list, far > last(list) - list->cursor ? last(list) : list->cursor + far);
}

enum role list_role(const struct list_row *row, enum role otherwise)
{
	if (!row->cursor || screen_is_plain())
		return otherwise;
	return row->focus ? ROLE_CURSOR : ROLE_CURSOR_IDLE;
}

static void draw_row(struct list *list, struct area strip, size_t index, bool focus)
{
	struct list_row row = {
		.index = index,
		.cursor = index == list->cursor,
		.focus = focus,
		.area = strip,
	};
	area_clear_row(strip, 0, list_role(&row, ROLE_NORMAL));
	if (!screen_is_plain()) {
		struct area margin = area_cut_left(&row.area, LIST_MARGIN);
		if (row.cursor)
			area_text(margin, 0, 0, list_role(&row, ROLE_NORMAL), ">");
	}
	if (row.cursor && focus)
		area_cursor(strip, 0, 0, false);
	list->draw(list->ctx, &row);
}

void list_draw(struct list *list, struct area area, bool focus)
{
	list->page = area.rows;
	list->area = area;
	spot_list(area, focus, list->tick, list->press);
	follow(list);
	list->drawn = list->cursor;
	list->drawn_top = list->top;
	for (int y = 0; y < area.rows; y++) {
		struct area strip = area_part(area, y, 0, 1, area.cols);
		size_t index = list->top + (size_t)y;
		if (index < list->count)
			draw_row(list, strip, index, focus);
		else
			area_clear(strip, ROLE_NORMAL);
	}
}

void list_draw_moved(struct list *list, struct area area, bool focus)
{
	size_t was = list->drawn;
	long by = (long)(list->top - list->drawn_top);
	if (by != 0 && !area_scroll(area, by)) {
		list_draw(list, area, focus);
		return;
	}
	for (int y = 0; y < area.rows; y++) {
		size_t index = list->top + (size_t)y;
		bool uncovered = by > 0 ? y >= area.rows - by : y < -by;
		bool marked = index == was || index == list->cursor;
		if (index < list->count && (uncovered || marked))
			draw_row(list, area_part(area, y, 0, 1, area.cols), index, focus);
	}
	list->drawn = list->cursor;
	list->drawn_top = list->top;
}

static enum reaction press(struct list *list, const struct key *key)
{
	const struct area *a = &list->area;
	size_t index = list_row_at(list, *a, key->row);
	if (index == list->count || key->col < a->x || key->col >= a->x + a->cols)
		return REACT_UNHANDLED;
	bool again = index == list->cursor || key->col < a->x + list->tick;
	list_select(list, index);
	return again ? REACT_ACCEPT | REACT_REPAINT : REACT_REPAINT;
}

enum reaction list_key(struct list *list, const struct key *key)
{
	static const struct {
		const char *key;
		int rows, pages, ends;
	} moves[] = {
		{ "j", 1, 0, 0 },
		{ "Down", 1, 0, 0 },
		{ "k", -1, 0, 0 },
		{ "Up", -1, 0, 0 },
		{ "PgDn", 0, 1, 0 },
		{ "C-d", 0, 1, 0 },
		{ "PgUp", 0, -1, 0 },
		{ "C-u", 0, -1, 0 },
		{ "g", 0, 0, -1 },
		{ "Home", 0, 0, -1 },
		{ "G", 0, 0, 1 },
		{ "End", 0, 0, 1 },
	};
	size_t cursor = list->cursor, top = list->top;
	long page = list->page > 1 ? list->page - 1 : 1;
	char name[KEY_NAME];
	size_t i = 0, count = sizeof moves / sizeof *moves;
	if (key->code == K_MOUSE && key->mouse == MOUSE_PRESS)
		return press(list, key);
	if (key->code == K_MOUSE) {
		list_move(list, key->mouse == MOUSE_WHEEL_DOWN ? 3 : -3);
	} else {
		key_spell(name, key);
		while (i < count && strcmp(moves[i].key, name) != 0)
			i++;
		if (i == count)
			return REACT_UNHANDLED;
		if (moves[i].ends)
			list_select(list, moves[i].ends < 0 ? 0 : last(list));
		else
			list_move(list, moves[i].rows + moves[i].pages * page);
	}
	return cursor == list->cursor && top == list->top ? REACT_NONE : REACT_REPAINT;
}

size_t list_row_at(const struct list *list, struct area area, int y)
{
	if (y < area.y || y >= area.y + area.rows)
		return list->count;
	size_t index = list->top + (size_t)(y - area.y);
	return index < list->count ? index : list->count;
}

void list_position(const struct list *list, char *out, size_t size)
{
	if (list->count == 0)
		snprintf(out, size, _("none"));
	else
		snprintf(out, size, _("%zu of %zu"), list->cursor + 1, list->count);
	if (list->count > 0 && screen_is_plain()) /* what changes with each key would be read each time */
		snprintf(out, size, _("%zu in all"), list->count);
}
