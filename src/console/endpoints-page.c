/*
 * The list of endpoints, what needs attention first, and beside it the one under the cursor where the
 * screen has room for both.  Whatever was seen of an endpoint outlives a change of the file, as long as
 * the service is still the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/endpoints.h"
#include "console/pages.h"
#include "tui/columns.h"

#define SPLIT_FROM 108 /* columns: the texts want room */

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
	[COLUMN_LEVEL] = { .title = "Level", .min = 9, .want = 9 },
	[COLUMN_NAME] = { .title = "Name", .min = 10, .want = 20 },
	[COLUMN_SERVICE] = { .title = "Service", .min = 20, .want = 24, .rank = 2 },
	[COLUMN_DIALECT] = { .title = "Dialect", .min = 8, .want = 8, .rank = 3 },
	[COLUMN_DAYS] = { .title = "Days", .min = 5, .want = 5, .right = true },
	[COLUMN_TEXT] = { .title = "Reason", .min = 26, .want = 40, .rank = 1, .stretch = true },
};

/* --- reading them --------------------------------------------------------------------- */

static char *safe_text(const char *text)
{
	return text_safe(text, strlen(text));
}

static struct end_row *row_named(const struct end_view *ends, const char *name)
{
	for (size_t i = 0; name && i < ends->count; i++)
		if (strcmp(ends->rows[i].seen.endpoint->name, name) == 0)
			return &ends->rows[i];
	return NULL;
}

static void fill_row(struct end_row *row, const struct endpoint *endpoint)
{
	char *place = endpoint_place(endpoint);
	row->name = safe_text(endpoint->name);
	row->place = safe_text(place);
	row->seen.endpoint = endpoint;
	free(place);
}

/* What was seen before moves over, to be judged by the thresholds of now. */
static void inherit(struct end_row *row, struct end_row *old)
{
	const struct endpoint *endpoint = row->seen.endpoint;
	row->seen = old->seen;
	row->seen.endpoint = endpoint;
	row->wanted = old->wanted;
	row->asked = old->asked;
	row->fresh = old->fresh;
	row->stale = old->seen.done;
	old->seen = (struct checked){ .endpoint = old->seen.endpoint };
}

static void read_all(struct desk *desk, struct end_view *ends)
{
	struct end_view before = *ends;
	ends->err = (struct error){ 0 };
	ends->all = (struct endpoints){ 0 };
	if (!app_endpoints(desk->app, &ends->all, &ends->err))
		ends->all = (struct endpoints){ 0 };
	ends->count = ends->all.count;
	ends->rows = mem_new((ends->count + 1) * sizeof *ends->rows);
	for (size_t i = 0; i < ends->count; i++) {
		const struct endpoint *endpoint = &ends->all.items[i];
		struct end_row *old = row_named(&before, endpoint->name);
		fill_row(&ends->rows[i], endpoint);
		if (old && ends_same_service(endpoint, old->seen.endpoint))
			inherit(&ends->rows[i], old);
		else
			ends->rows[i].wanted = ends->begun;
	}
	for (size_t i = 0; i < before.count; i++)
		end_row_done(&before.rows[i]);
	free(before.rows);
	endpoints_done(&before.all);
	ends->read = true;
}

struct end_view *ends_of(struct desk *desk)
{
	if (!desk->ends)
		desk->ends = mem_new(sizeof *desk->ends);
	if (!desk->ends->read) {
		read_all(desk, desk->ends);
		desk->ends->stale = true;
	}
	return desk->ends;
}

void endpoints_page_reload(struct desk *desk)
{
	struct end_view *ends = desk->ends;
	if (!ends || !ends->read)
		return;
	read_all(desk, ends);
	ends_resort(desk);
	if (!ends->begun)
		return;
	ends_probe_wanted(desk);
	ends_do_chores(desk);
}

void ends_done(struct desk *desk)
{
	struct end_view *ends = desk->ends;
	if (!ends)
		return;
	ends_break_off(desk);
	for (size_t i = 0; i < ends->count; i++)
		end_row_done(&ends->rows[i]);
	free(ends->rows);
	free(ends->shown);
	free(ends->selected);
	free(ends->editing);
	endpoints_done(&ends->all);
	identities_done(&ends->identities);
	buf_done(&ends->search);
	pager_done(&ends->detail);
	pager_done(&ends->history);
	probe_wish_done(&ends->work.wish);
	free(ends);
	desk->ends = NULL;
}

/* --- which show, and in which order --------------------------------------------------- */

static bool has_words(const char *text, const char *folded)
{
	struct buf buf = { 0 };
	char *safe = safe_text(text ? text : "");
	text_fold(&buf, safe);
	bool has = strstr(buf_text(&buf), folded) != NULL;
	buf_done(&buf);
	free(safe);
	return has;
}

static bool matches(const struct end_row *row, const char *folded)
{
	const struct endpoint *e = row->seen.endpoint;
	const char *const texts[] = { e->name, row->place, e->dialect->name, e->purpose, e->identity,
		e->note, row->seen.text };
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (has_words(texts[i], folded))
			return true;
	return false;
}

static bool shows(const struct end_view *ends, const struct end_row *row)
{
	bool fine = end_is_known(row) && row->seen.level == OUTCOME_OK;
	return !(ends->attention && fine) &&
	       (!ends->search.len || matches(row, ends->search.data));
}

/* What isn't known yet may be worse than ok. */
static int rank_of(const struct end_row *row)
{
	return !end_is_known(row) ? OUTCOME_OK : row->seen.level == OUTCOME_OK ? OUTCOME_COUNT :
							(int)row->seen.level;
}

static int compare_days(const struct end_row *x, const struct end_row *y)
{
	bool has_x = x->seen.expiry.first, has_y = y->seen.expiry.first;
	if (has_x != has_y)
		return has_x ? -1 : 1;
	return x->seen.expiry.when == y->seen.expiry.when ? 0 :
	       x->seen.expiry.when < y->seen.expiry.when  ? -1 : 1;
}

static int compare(const void *a, const void *b, void *ctx)
{
	const struct end_view *ends = ctx;
	const struct end_row *x = &ends->rows[*(const size_t *)a];
	const struct end_row *y = &ends->rows[*(const size_t *)b];
	int by = 0;
	if (ends->sort == SORT_ATTENTION)
		by = rank_of(x) - rank_of(y);
	if (!by && ends->sort != SORT_NAME)
		by = compare_days(x, y);
	return by ? by : strcmp(x->seen.endpoint->name, y->seen.endpoint->name);
}

static void narrow(struct desk *desk)
{
	struct end_view *ends = desk->ends;
	free(ends->shown);
	ends->shown = mem_new((ends->count + 1) * sizeof *ends->shown);
	ends->shown_count = 0;
	for (size_t i = 0; i < ends->count; i++)
		if (shows(ends, &ends->rows[i]))
			ends->shown[ends->shown_count++] = i;
	qsort_r(ends->shown, ends->shown_count, sizeof *ends->shown, compare, ends);
	list_resize(&ends->list, ends->shown_count);
	const struct end_row *row = row_named(ends, ends->selected);
	for (size_t i = 0; row && i < ends->shown_count; i++)
		if (&ends->rows[ends->shown[i]] == row)
			list_select(&ends->list, i);
	ends->stale = false;
}

static void refresh(struct desk *desk)
{
	if (ends_of(desk)->stale)
		narrow(desk);
}

void ends_resort(struct desk *desk)
{
	struct end_view *ends = desk->ends;
	ends->stale = ends->detail_stale = true;
	ends->work_ready = false;
	ends->work.link_count = 0; /* they point into what was seen before */
	desk->reaction |= REACT_REPAINT;
}

struct end_row *ends_current(struct desk *desk)
{
	struct end_view *ends = ends_of(desk);
	refresh(desk);
	bool any = ends->list.cursor < ends->shown_count;
	return any ? &ends->rows[ends->shown[ends->list.cursor]] : NULL;
}

static void remember_selected(struct desk *desk)
{
	const struct end_row *row = ends_current(desk);
	char *name = row ? mem_text(row->seen.endpoint->name) : NULL;
	free(desk->ends->selected);
	desk->ends->selected = name;
	desk->ends->work_ready = false;
	desk->ends->detail_stale = true;
	desk->ends->detail.top = 0;
}

struct end_row *ends_pin(struct desk *desk)
{
	struct end_row *row = ends_current(desk);
	if (row && (!desk->ends->selected ||
			   strcmp(desk->ends->selected, row->seen.endpoint->name) != 0))
		remember_selected(desk);
	return row;
}

/* Whatever narrows the list must not hide it. */
void ends_select(struct desk *desk, const char *name)
{
	struct end_view *ends = ends_of(desk);
	free(ends->selected);
	ends->selected = mem_text(name);
	ends->attention = false;
	buf_cut(&ends->search, 0);
	ends_resort(desk);
}

struct probe_work *ends_work(struct desk *desk)
{
	const struct end_row *row = ends_current(desk);
	struct probe_work *work = &desk->ends->work;
	if (desk->ends->work_ready)
		return work;
	probe_wish_done(&work->wish);
	work->probed = row ? row->seen.probed : (struct probed){ 0 };
	work->done = row && row->seen.done;
	work->link_count = work->link = 0;
	if (row)
		endpoint_wish(row->seen.endpoint, &work->wish);
	if (work->done)
		probe_find_links(desk, work);
	desk->ends->work_ready = true;
	return work;
}

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
	refresh(desk);
	bool split = area.cols >= SPLIT_FROM && ends->shown_count > 0;
	ends->detail_focus = ends->detail_focus && split;
	if (ends->shown_count == 0) {
		draw_empty(ends, area);
	} else if (!split) {
		draw_list(desk, area, true);
	} else {
		struct area left = area_cut_left(&area, area.cols / 2);
		struct area gap = area_cut_left(&area, 2);
		draw_list(desk, left, !ends->detail_focus);
		area_line_down(gap, 0, ROLE_BORDER);
		endpoint_page_draw(desk, area);
	}
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

size_t ends_count_level(const struct desk *desk, enum outcome_level level)
{
	size_t n = 0;
	for (size_t i = 0; desk->ends && i < desk->ends->count; i++)
		n += end_is_known(&desk->ends->rows[i]) && desk->ends->rows[i].seen.level == level;
	return n;
}

/* --- keys ----------------------------------------------------------------------------- */

enum reaction endpoints_page_key(struct desk *desk, const struct key *key)
{
	if (desk->ends->detail_focus)
		return pager_key(&desk->ends->detail, key);
	enum reaction r = list_key(&desk->ends->list, key);
	if (r != REACT_UNHANDLED)
		remember_selected(desk);
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
