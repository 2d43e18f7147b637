/*
 * The list of endpoints, what needs attention first, and beside it the one under the cursor where
 * the screen has room for both.
 */
#include <stdio.h>

#include "base/lang.h"
#include "console/endpoints.h"
#include "console/pages.h"
#include "console/split.h"
#include "tui/columns.h"

static const struct split_habit habit = { .from = 108, .share = 50 }; /* the texts want room */

enum {
	COLUMN_LEVEL,
	COLUMN_NAME,
	COLUMN_SERVICE,
	COLUMN_DIALECT,
	COLUMN_DAYS,
	COLUMN_TEXT,
	COLUMNS
};

static const struct column end_columns[COLUMNS] = {
	[COLUMN_LEVEL] = { .title = N_("Level"), .min = 9, .want = 9 },
	[COLUMN_NAME] = { .title = N_("Name"), .min = 10, .want = 20 },
	[COLUMN_SERVICE] = { .title = N_("Service"), .min = 20, .want = 24, .rank = 2 },
	[COLUMN_DIALECT] = { .title = N_("Dialect"), .min = 8, .want = 8, .rank = 3 },
	[COLUMN_DAYS] = { .title = N_("Days"), .min = 5, .want = 5, .right = true },
	[COLUMN_TEXT] = { .title = N_("Reason"), .min = 26, .want = 40, .rank = 1, .stretch = true },
};

/* --- painting ------------------------------------------------------------------------- */

static void draw_row(void *ctx, const struct list_row *row)
{
	struct desk *desk = ctx;
	const struct end_view *ends = desk->ends;
	const struct end_row *is = &ends->rows[ends->shown[row->index]];
	const char *found = ends->search.len ? ends->search.data : NULL;
	struct column_place places[COLUMNS];
	char days[24] = "", level[24];
	enum role role = list_role(row, end_level_role(is)), plain = list_role(row, ROLE_NORMAL);
	bool again = end_is_known(is) && end_is_waiting(is);
	snprintf(level, sizeof level, "%s%s", end_level_words(is), again ? "…" : "");
	if (is->seen.expiry.first)
		snprintf(days, sizeof days, "%lld", (long long)is->seen.expiry.days_left);
	const struct {
		enum role role;
		const char *text;
	} cells[COLUMNS] = {
		[COLUMN_LEVEL] = { role, level },
		[COLUMN_NAME] = { plain, is->name },
		[COLUMN_SERVICE] = { plain, is->place },
		[COLUMN_DIALECT] = { list_role(row, ROLE_DIM), is->seen.endpoint->dialect->name },
		[COLUMN_DAYS] = { role, days },
		[COLUMN_TEXT] = { list_role(row, ROLE_DIM), is->seen.text ? is->seen.text : "" },
	};
	columns_place(end_columns, COLUMNS, row->area.cols, places);
	for (int i = 0; i < COLUMNS; i++)
		columns_cell(row->area, 0, &end_columns[i], &places[i], cells[i].role,
			cells[i].text, found);
}

static void draw_empty(const struct end_view *ends, struct area area)
{
	struct pager text = { 0 };
	if (ends->err.code) {
		rows_add(&text.rows, ROLE_ERROR, NULL, ends->err.text);
	} else if (ends->count && ends->attention && !ends->search.len) {
		rows_add(&text.rows, ROLE_GOOD, NULL,
			"Nothing needs attention. f shows all of them again.");
	} else if (ends->count) {
		rows_add(&text.rows, ROLE_DIM, NULL, "Nothing matches. / and Enter show all.");
	} else {
		rows_add(&text.rows, ROLE_NORMAL, NULL,
			"No endpoints yet: the services that this server talks to.");
		rows_blank(&text.rows);
		rows_add(&text.rows, ROLE_DIM, "c",
			"saves one: from then on it is checked whenever you come here, and by "
			"certary check");
		rows_add(&text.rows, ROLE_DIM, "p",
			"probes a service first; a saves it from there");
	}
	pager_changed(&text);
	pager_draw(&text, area_part(area, 1, 2, area.rows - 1, area.cols - 3));
	pager_done(&text);
}

static size_t sorted_column(const struct end_view *ends)
{
	static const size_t columns[SORT_COUNT] = { [SORT_ATTENTION] = COLUMN_LEVEL,
		[SORT_NAME] = COLUMN_NAME, [SORT_DAYS] = COLUMN_DAYS };
	return columns[ends->sort];
}

static void draw_list(struct desk *desk, struct area area, bool focus)
{
	struct end_view *ends = desk->ends;
	struct column_place places[COLUMNS];
	struct area head = area_cut_top(&area, 1);
	struct area inner = area_part(head, 0, LIST_MARGIN, 1, head.cols - LIST_MARGIN);
	area_clear_row(head, 0, ROLE_HEADING);
	columns_place(end_columns, COLUMNS, inner.cols, places);
	columns_head(inner, 0, end_columns, places, COLUMNS, sorted_column(ends), false);
	ends->list.draw = draw_row;
	ends->list.ctx = desk;
	list_draw(&ends->list, area, focus);
}

void endpoint_page_draw(struct desk *desk, struct area area)
{
	const struct end_row *row = ends_current(desk);
	if (desk->ends->detail_stale || desk->ends->work.width != area.cols) {
		desk->ends->work.width = area.cols;
		ends_fill_detail(desk, row);
	}
	pager_draw(&desk->ends->detail, area);
}

void endpoints_page_draw(struct desk *desk, struct area area)
{
	struct end_view *ends = ends_of(desk);
	ends_refresh(desk);
	if (ends->shown_count == 0) {
		ends->detail_focus = false;
		draw_empty(ends, area);
		return;
	}
	struct split split = split_draw(desk, area, &habit);
	ends->detail_focus = ends->detail_focus && split.way != SPLIT_ALONE;
	draw_list(desk, split.list, !ends->detail_focus);
	if (split.way != SPLIT_ALONE)
		endpoint_page_draw(desk, split.detail);
}

struct pager *ends_text(struct desk *desk)
{
	return desk_page(desk) == PAGE_HISTORY ? &desk->ends->history : &desk->ends->detail;
}

void endpoint_history_draw(struct desk *desk, struct area area)
{
	if (desk->ends->detail_stale) {
		ends_fill_history(desk, ends_current(desk));
		desk->ends->detail_stale = false;
	}
	pager_draw(&desk->ends->history, area);
}

void endpoints_page_position(struct desk *desk, char *out, size_t size)
{
	const struct end_view *ends = desk->ends;
	if (ends->job)
		snprintf(out, size, "checked %zu/%zu", ends->run_count - ends->run_left,
			ends->run_count);
	else
		list_position(&ends->list, out, size);
}

void endpoints_narrowing(const struct desk *desk, struct buf *out)
{
	const struct end_view *ends = desk->ends;
	if (ends->job)
		buf_text_add(out, "checking, x ends it ");
	if (ends->attention)
		buf_text_add(out, "needs attention ");
	if (ends->search.len)
		buf_format(out, "/%s ", ends->search.data);
}

/* --- keys ----------------------------------------------------------------------------- */

enum reaction endpoints_page_key(struct desk *desk, const struct key *key)
{
	if (desk->ends->detail_focus)
		return pager_key(&desk->ends->detail, key);
	enum reaction r = list_key(&desk->ends->list, key);
	if (r != REACT_UNHANDLED)
		ends_remember_cursor(desk);
	return r;
}

/* All are probed once by themselves; later r does it. */
enum reaction action_view_endpoints(struct desk *desk)
{
	action_view_list(desk);
	struct end_view *ends = ends_of(desk);
	desk_push(desk, PAGE_ENDPOINTS);
	if (!ends->begun)
		action_check_endpoints(desk);
	return REACT_LAYOUT;
}

enum reaction action_open_endpoint(struct desk *desk)
{
	if (!ends_pin(desk) || desk_page(desk) == PAGE_ENDPOINT)
		return REACT_NONE;
	desk_push(desk, PAGE_ENDPOINT);
	return REACT_LAYOUT;
}

enum reaction action_other_endpoint_pane(struct desk *desk)
{
	desk->ends->detail_focus = desk_page(desk) == PAGE_ENDPOINTS && !desk->ends->detail_focus;
	return REACT_REPAINT;
}

/* On the page of one that one. */
enum reaction action_check_endpoints(struct desk *desk)
{
	struct end_view *ends = ends_of(desk);
	struct end_row *only = desk_page(desk) == PAGE_ENDPOINT ? ends_current(desk) : NULL;
	ends->begun = true;
	for (size_t i = 0; i < ends->count; i++)
		if (!only || only == &ends->rows[i])
			ends->rows[i].wanted = !ends->rows[i].asked;
	ends_probe_wanted(desk);
	return REACT_REPAINT;
}

enum reaction action_end_check(struct desk *desk)
{
	if (!desk->ends->job)
		return REACT_NONE;
	ends_break_off(desk);
	desk_say(desk, ROLE_STATUS, "the check was broken off; r begins again");
	return REACT_REPAINT;
}
