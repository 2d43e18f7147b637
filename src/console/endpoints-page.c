/*
 * The list of endpoints, what needs attention first, and beside it the one under the cursor where
 * the screen has room for both.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/text.h"
#include "console/endpoints.h"
#include "console/pages.h"
#include "console/split.h"
#include "tui/screen.h"

static const struct split_habit habit = { .from = 108, .share = 50 }; /* the texts want room */

enum {
	COLUMN_LEVEL, COLUMN_NAME, COLUMN_SERVICE, COLUMN_DIALECT, COLUMN_DAYS, COLUMN_TEXT,
	COLUMN_PURPOSE, COLUMN_IDENTITY, COLUMN_UNTIL, COLUMN_TLS, COLUMN_CHECKED, COLUMN_NOTE, COLUMNS
};

static const char *level_word(size_t i)
{
	static const char *const others[] = { N_("checking"), N_("unknown"), NULL };
	if (i < OUTCOME_COUNT)
		return outcome_name((enum outcome_level)i);
	return i < OUTCOME_COUNT + 3 ? others[i - OUTCOME_COUNT] : NULL;
}

static const struct grid_column end_columns[COLUMNS] = {
	[COLUMN_LEVEL] = { "level", N_("critical, warning, ok"),
		{ .title = N_("Level"), .min = 9, .want = 9, .word = level_word }, false },
	[COLUMN_NAME] = { "name", N_("the name that people gave"),
		{ .title = N_("Name"), .min = 10, .want = 20 }, false },
	[COLUMN_SERVICE] = { "service", N_("host and port"),
		{ .title = N_("Service"), .min = 20, .want = 24, .rank = 2 }, false },
	[COLUMN_DIALECT] = { "dialect", N_("the way to TLS"),
		{ .title = N_("Dialect"), .min = 8, .want = 8, .rank = 3 }, false },
	[COLUMN_DAYS] = { "days", N_("days until the first of its chain expires"),
		{ .title = N_("Days"), .min = 5, .want = 5, .right = true }, false },
	[COLUMN_TEXT] = { "reason", N_("why it stands so"),
		{ .title = N_("Reason"), .min = 26, .want = 40, .rank = 1, .stretch = true },
		false },
	[COLUMN_PURPOSE] = { "purpose", N_("what it is used for"),
		{ .title = N_("Purpose"), .min = 8, .want = 20 }, true },
	[COLUMN_IDENTITY] = { "identity", N_("what is shown there"),
		{ .title = N_("Identity"), .min = 8, .want = 20 }, true },
	[COLUMN_UNTIL] = { "until", N_("the day that the first of its chain ends"),
		{ .title = N_("Until"), .min = 10, .want = 10 }, true },
	[COLUMN_TLS] = { "tls", N_("the version that was agreed"),
		{ .title = N_("TLS"), .min = 6, .want = 7 }, true },
	[COLUMN_CHECKED] = { "checked", N_("when it was probed"),
		{ .title = N_("Checked"), .min = 10, .want = 20 }, true },
	[COLUMN_NOTE] = { "note", N_("what was noted"),
		{ .title = N_("Note"), .min = 12, .want = 24, .stretch = true }, true },
};
const struct grid_kind endpoint_grid = GRID(end_columns, REMEMBER_COLUMNS_ENDPOINTS);

/* --- painting ------------------------------------------------------------------------- */

/* Texts of the file are as people typed them. */
static const char *saved_text(const struct end_row *is, size_t which)
{
	const struct endpoint *e = is->seen.endpoint;
	const char *text = which == COLUMN_PURPOSE  ? e->purpose :
			   which == COLUMN_IDENTITY ? e->identity :
			   which == COLUMN_NOTE	    ? e->note :
						      NULL;
	return text ? text : "";
}

static const char *seen_text(const struct end_row *is, size_t which, char out[CLOCK_ISO])
{
	const struct report *report = is->seen.done ? is->seen.probed.report : NULL;
	if (which == COLUMN_TLS)
		return report && report->version ? report->version : "";
	if (which == COLUMN_CHECKED)
		return report ? lang_time(out, report->when) : "";
	return is->seen.expiry.first ? lang_date(out, is->seen.expiry.when) : "";
}

static void draw_cell(const struct desk *desk, const struct list_row *row, const struct end_row *is,
	size_t i)
{
	const struct end_view *ends = desk->ends;
	const char *found = ends->search.len ? ends->search.data : NULL;
	size_t which = desk->grid.which[i];
	char days[24] = "", level[64], when[CLOCK_ISO];
	const char *saved = saved_text(is, which);
	char *safe = text_safe(saved, strlen(saved));
	enum role role = end_level_role(is);
	bool again = end_is_known(is) && end_is_waiting(is);
	snprintf(level, sizeof level, "%s%s", _(end_level_words(is)), again ? "…" : "");
	if (is->seen.expiry.first)
		snprintf(days, sizeof days, "%lld", (long long)is->seen.expiry.days_left);
	const struct {
		enum role role;
		const char *text;
	} cells[COLUMNS] = {
		[COLUMN_LEVEL] = { role, level },
		[COLUMN_NAME] = { ROLE_NORMAL, is->name },
		[COLUMN_SERVICE] = { ROLE_NORMAL, is->place },
		[COLUMN_DIALECT] = { ROLE_DIM, is->seen.endpoint->dialect->name },
		[COLUMN_DAYS] = { role, days },
		[COLUMN_TEXT] = { ROLE_DIM, is->seen.text ? is->seen.text : "" },
		[COLUMN_PURPOSE] = { ROLE_NORMAL, safe },
		[COLUMN_IDENTITY] = { ROLE_NORMAL, safe },
		[COLUMN_UNTIL] = { role, seen_text(is, which, when) },
		[COLUMN_TLS] = { ROLE_DIM, seen_text(is, which, when) },
		[COLUMN_CHECKED] = { ROLE_DIM, seen_text(is, which, when) },
		[COLUMN_NOTE] = { ROLE_DIM, safe },
	};
	columns_cell(row->area, 0, &desk->grid.columns[i], &desk->grid.places[i],
		list_role(row, cells[which].role), cells[which].text, found);
	free(safe);
}

/* What is read aloud is said once: a name that is the place, days that the reason begins with. */
static bool is_said_elsewhere(const struct end_row *is, size_t which)
{
	char days[24];
	const char *text = is->seen.text;
	int len = snprintf(days, sizeof days, "%lld ", (long long)is->seen.expiry.days_left);
	return (which == COLUMN_SERVICE && strcmp(is->name, is->place) == 0) ||
	       (which == COLUMN_DAYS && is->seen.expiry.first && text &&
		       strncmp(text, days, (size_t)len) == 0);
}

static bool comes_first(size_t which)
{
	return which == COLUMN_LEVEL || which == COLUMN_NAME || which == COLUMN_TEXT;
}

/* In plain words cells follow each other as they are painted, and the end of the row may be cut. */
static void draw_row_in_words(const struct desk *desk, const struct list_row *row,
	const struct end_row *is)
{
	const struct grid *grid = &desk->grid;
	for (int late = 0; late < 2; late++)
		for (size_t i = 0; i < grid->count; i++) {
			bool first = i == 0 || comes_first(grid->which[i]);
			if (first == !late && (i == 0 || !is_said_elsewhere(is, grid->which[i])))
				draw_cell(desk, row, is, i);
		}
}

static void draw_row(void *ctx, const struct list_row *row)
{
	const struct desk *desk = ctx;
	const struct end_view *ends = desk->ends;
	const struct end_row *is = &ends->rows[ends->shown[row->index]];
	if (screen_is_plain()) {
		draw_row_in_words(desk, row, is);
		return;
	}
	for (size_t i = 0; i < desk->grid.count; i++)
		draw_cell(desk, row, is, i);
}

static void draw_empty(const struct end_view *ends, struct area area)
{
	struct pager text = { 0 };
	if (ends->err.code) {
		rows_add(&text.rows, ROLE_ERROR, NULL, ends->err.text);
	} else if (ends->count && ends->attention && !ends->search.len) {
		rows_add(&text.rows, ROLE_GOOD, NULL,
			_("Nothing needs attention. f shows all of them again."));
	} else if (ends->count) {
		rows_add(&text.rows, ROLE_DIM, NULL, _("Nothing matches. / and Enter show all."));
	} else {
		rows_add(&text.rows, ROLE_NORMAL, NULL,
			_("No endpoints yet: the services that this server talks to."));
		rows_blank(&text.rows);
		rows_about(&text.rows, ROLE_DIM, "c",
			_("saves one: from then on it is checked whenever you come here, and by "
			  "certary check"));
		rows_about(&text.rows, ROLE_DIM, "p",
			_("probes a service first; a saves it from there"));
	}
	pager_changed(&text);
	pager_draw(&text, area_part(area, 1, 2, area.rows - 1, area.cols - 3));
	pager_done(&text);
}

static const char *const sort_names[SORT_COUNT] = { [SORT_ATTENTION] = "level",
	[SORT_NAME] = "name", [SORT_DAYS] = "days" };

enum reaction endpoints_page_sort(struct desk *desk, size_t column)
{
	for (size_t i = 0; i < SORT_COUNT; i++) {
		if (strcmp(sort_names[i], grid_name(&desk->grid, column)) != 0)
			continue;
		desk->ends->sort = (enum end_sort)i;
		ends_resort(desk);
		return REACT_REPAINT;
	}
	return REACT_NONE;
}

/* Where every name is the place, the reason has the room of the service. */
static const struct grid_kind *grid_of(const struct end_view *ends)
{
	static struct grid_column brief[COLUMNS];
	static const struct grid_kind briefly = GRID(brief, REMEMBER_COLUMNS_ENDPOINTS);
	for (size_t i = 0; i < ends->shown_count; i++) {
		const struct end_row *row = &ends->rows[ends->shown[i]];
		if (strcmp(row->name, row->place) != 0)
			return &endpoint_grid;
	}
	memcpy(brief, end_columns, sizeof brief);
	brief[COLUMN_SERVICE].unusual = true;
	return &briefly;
}

static void draw_list(struct desk *desk, struct area area, bool focus)
{
	struct end_view *ends = desk->ends;
	struct area head = area_cut_top(&area, 1);
	area_clear_row(head, 0, ROLE_HEADING);
	area_cut_left(&head, LIST_MARGIN);
	grid_head(&desk->grid, desk->memory, grid_of(ends), head, sort_names[ends->sort], false);
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
		snprintf(out, size, _("checked %zu/%zu"), ends->run_count - ends->run_left,
			ends->run_count);
	else
		list_position(&ends->list, out, size);
}

void endpoints_narrowing(const struct desk *desk, struct buf *out)
{
	const struct end_view *ends = desk->ends;
	if (ends->job)
		buf_text_add(out, _("checking, x ends it "));
	if (ends->attention)
		buf_text_add(out, _("needs attention "));
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

#define LOOK_AGAIN_MS 60000

/* All are probed by themselves whenever somebody comes, unless that was just now; r does it at once. */
enum reaction action_view_endpoints(struct desk *desk)
{
	action_view_list(desk);
	struct end_view *ends = ends_of(desk);
	desk_push(desk, PAGE_ENDPOINTS);
	if (!ends->begun || (!ends->job && clock_ms() - ends->looked >= LOOK_AGAIN_MS))
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
	if (!only)
		ends->looked = clock_ms();
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
