#include "console/split.h"

#include <string.h>

#define LEAST_COLS 20 /* of either part, */
#define LEAST_ROWS 3  /* a heading among them */
#define STEP       5  /* per cent */
#define HALF       50

static const struct way_row {
	const char *name; /* as it is remembered */
	enum remembered share;
} ways[] = {
	[SPLIT_ALONE] = { "alone", REMEMBER_COUNT },
	[SPLIT_BESIDE] = { "beside", REMEMBER_SPLIT_BESIDE },
	[SPLIT_BELOW] = { "below", REMEMBER_SPLIT_BELOW },
};
#define WAYS (sizeof ways / sizeof *ways)

static bool fits(enum split_way way, struct area area)
{
	return way == SPLIT_ALONE || (way == SPLIT_BESIDE ? area.cols >= 2 * LEAST_COLS + 2 :
							    area.rows >= 2 * LEAST_ROWS + 1);
}

static enum split_way way_of(const struct desk *desk, struct area area,
	const struct split_habit *habit)
{
	const char *wanted = remember_text(desk->memory, REMEMBER_SPLIT);
	size_t way = 0;
	while (way < WAYS && strcmp(ways[way].name, wanted) != 0)
		way++;
	if (screen_is_plain()) /* one column */
		return SPLIT_ALONE;
	if (way == WAYS)
		return area.cols >= habit->from ? SPLIT_BESIDE : SPLIT_ALONE;
	return fits((enum split_way)way, area) ? (enum split_way)way : SPLIT_ALONE;
}

static int between(int least, int value, int most)
{
	return value < least ? least : value > most ? most : value;
}

static int list_cols(const struct desk *desk, int cols, const struct split_habit *habit)
{
	int share = (int)remember_number(desk->memory, REMEMBER_SPLIT_BESIDE);
	int list = cols * (share ? share : habit->share) / 100;
	if (!share && habit->most)
		list = between(habit->least, list, habit->most);
	return between(LEAST_COLS, list, cols - 2 - LEAST_COLS);
}

static int list_rows(const struct desk *desk, int rows)
{
	int share = (int)remember_number(desk->memory, REMEMBER_SPLIT_BELOW);
	return between(LEAST_ROWS, rows * (share ? share : HALF) / 100, rows - 1 - LEAST_ROWS);
}

static struct split share_out(const struct desk *desk, struct area area, const struct split_habit *habit)
{
	struct split split = { .way = way_of(desk, area, habit), .list = area };
	split.detail = area;
	if (split.way == SPLIT_ALONE)
		return split;
	if (split.way == SPLIT_BESIDE) {
		split.list = area_cut_left(&split.detail, list_cols(desk, area.cols, habit));
		area_cut_left(&split.detail, 2);
	} else {
		split.list = area_cut_top(&split.detail, list_rows(desk, area.rows));
		area_cut_top(&split.detail, 1);
	}
	return split;
}

static void draw_border(const struct split *split)
{
	struct area list = split->list;
	if (split->way == SPLIT_BESIDE)
		area_line_down((struct area){ list.y, list.x + list.cols, list.rows, 2 }, 0,
			ROLE_BORDER);
	else if (split->way == SPLIT_BELOW)
		area_line_across((struct area){ list.y + list.rows, list.x, 1, list.cols }, 0,
			ROLE_BORDER);
}

struct split split_draw(struct desk *desk, struct area area, const struct split_habit *habit)
{
	struct split split = share_out(desk, area, habit);
	desk->split_area = area;
	desk->split_way = (int)split.way;
	desk->split_list = split.way == SPLIT_BELOW ? split.list.rows : split.list.cols;
	if (!desk->only_moved)
		draw_border(&split);
	return split;
}

/* --- keys ---------------------------------------------------------------------------------- */

static bool has_split(struct desk *desk)
{
	enum page page = desk_page(desk);
	bool is = page == PAGE_LIST || page == PAGE_IDENTITIES || page == PAGE_ENDPOINTS;
	bool plain = screen_is_plain();
	if (!is)
		desk_say(desk, ROLE_STATUS, "this page has no split");
	else if (plain)
		desk_say(desk, ROLE_STATUS, "in plain words there is one column: nothing is split");
	return is && !plain;
}

/* The way that shows now isn't the one that was wanted where there was no room for it. */
enum reaction action_turn_split(struct desk *desk)
{
	struct area area = desk->split_area;
	if (!has_split(desk))
		return REACT_REPAINT;
	enum split_way way = (enum split_way)desk->split_way;
	do
		way = way == SPLIT_BESIDE ? SPLIT_BELOW : way == SPLIT_BELOW ? SPLIT_ALONE : SPLIT_BESIDE;
	while (!fits(way, area));
	if (way == SPLIT_ALONE && desk->split_way == SPLIT_ALONE)
		desk_say(desk, ROLE_WARNING, "no room for a split on this screen");
	else
		remember_set_text(desk->memory, REMEMBER_SPLIT, ways[way].name);
	return REACT_LAYOUT;
}

static enum reaction resize(struct desk *desk, int by)
{
	struct area area = desk->split_area;
	bool beside = desk->split_way == SPLIT_BESIDE;
	if (!has_split(desk))
		return REACT_REPAINT;
	if (desk->split_way == SPLIT_ALONE) {
		desk_say(desk, ROLE_STATUS, "the list is alone: | puts the properties beside or below it");
		return REACT_REPAINT;
	}
	int whole = beside ? area.cols : area.rows;
	int least = beside ? LEAST_COLS : LEAST_ROWS, between_them = beside ? 2 : 1;
	int step = whole * STEP / 100 > 0 ? whole * STEP / 100 : 1;
	int list = between(least, desk->split_list + by * step, whole - between_them - least);
	/* Rounded up, so that the share gives that many again. */
	remember_set_number(desk->memory, ways[desk->split_way].share, (list * 100 + whole - 1) / whole);
	return REACT_LAYOUT;
}

enum reaction action_grow_list(struct desk *desk)
{
	return resize(desk, 1);
}

enum reaction action_shrink_list(struct desk *desk)
{
	return resize(desk, -1);
}
