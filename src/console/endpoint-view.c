/*
 * The endpoints as the console knows them: read from the file, which of them show, and in which
 * order.  Whatever was seen of one outlives a change of the file, as long as the service is still
 * the same.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/endpoints.h"
#include "console/pages.h"

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
	row->outdone = old->outdone;
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

void ends_refresh(struct desk *desk)
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
	ends_refresh(desk);
	bool any = ends->list.cursor < ends->shown_count;
	return any ? &ends->rows[ends->shown[ends->list.cursor]] : NULL;
}

void ends_remember_cursor(struct desk *desk)
{
	const struct end_row *row = ends_current(desk);
	char *name = row ? mem_text(row->seen.endpoint->name) : NULL;
	free(desk->ends->selected);
	desk->ends->selected = name;
	desk->ends->work_ready = false;
	desk->ends->detail_stale = true;
	pager_start(&desk->ends->detail);
}

struct end_row *ends_pin(struct desk *desk)
{
	struct end_row *row = ends_current(desk);
	if (row && (!desk->ends->selected ||
			   strcmp(desk->ends->selected, row->seen.endpoint->name) != 0))
		ends_remember_cursor(desk);
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

size_t ends_count_level(const struct desk *desk, enum outcome_level level)
{
	size_t n = 0;
	for (size_t i = 0; desk->ends && i < desk->ends->count; i++)
		n += end_is_known(&desk->ends->rows[i]) && desk->ends->rows[i].seen.level == level;
	return n;
}
