/*
 * Making a view.  What a query asks for becomes a bit for each row; walking the order that is kept of
 * the index and taking the rows with a bit yields them sorted.  Fresh rows, few, are sorted by
 * themselves and put between.  Where nothing is searched nor filtered, the order itself is the view,
 * all but some rows.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "store/internal.h"
#include "store/search.h"
#include "store/view-segments.h"
#include "store/view.h"

#define USUAL                                                                                      \
	(1u << STATE_TRUSTED | 1u << STATE_LIMITED | 1u << STATE_UNTRUSTED | 1u << STATE_BLOCKED)

struct making {
	struct view *view;
	struct snapshot *now;
	unsigned states;
	enum order order;
	uint8_t *dated; /* rows that a filter by date lets pass; NULL: all */
	uint8_t *issued; /* rows that the wanted issuer has signed; NULL: all */
	uint32_t *fresh; /* rows of the fresh table, sorted */
	size_t *places;  /* the row of the order that each stands before */
	size_t fresh_count;
};

static void push(struct view *view, uint32_t row)
{
	view->own = mem_grow(view->own, view->count, &view->cap, sizeof *view->own);
	view->own[view->count++] = row;
}

static bool flags_pass(const struct making *m, uint8_t flags)
{
	unsigned filters = m->view->query.filters;
	if (!(flags & ROW_ENTRY) || !(m->states & 1u << row_state(flags)))
		return false;
	if ((filters & FILTER_SELF_SIGNED) && !(flags & ROW_SELF_SIGNED))
		return false;
	if ((filters & FILTER_CA) && !(flags & ROW_CA))
		return false;
	return !(filters & FILTER_LEAF) || !(flags & ROW_CA);
}

static bool passes(const struct making *m, uint32_t row)
{
	if (row >= snapshot_rows(m->now) || !flags_pass(m, snapshot_flags(m->now, row)))
		return false;
	if (m->view->last && !search_found(m->view->last, row))
		return false;
	if (m->dated && !(m->dated[row / 8] & 1 << row % 8))
		return false;
	if (m->issued && !(m->issued[row / 8] & 1 << row % 8))
		return false;
	return !snapshot_is_dead(m->now, row);
}

static bool date_passes(const struct query *q, const struct row *row, int64_t now)
{
	if (!row_dates_fit(row))
		return false;
	struct entry e = { .info = { .not_before = row->not_before, .not_after = row->not_after } };
	enum validity validity = entry_validity(&e, now, q->days, q->percent);
	bool expired = !(q->filters & FILTER_EXPIRED) || validity == VALIDITY_EXPIRED;
	return expired && (!(q->filters & FILTER_EXPIRING) || validity == VALIDITY_EXPIRING);
}

static void date_row(struct making *m, uint32_t row)
{
	const struct query *q = &m->view->query;
	if (row < snapshot_rows(m->now) && date_passes(q, snapshot_row(m->now, row), m->view->now))
		m->dated[row / 8] |= (uint8_t)(1 << row % 8);
}

/* The first place in the order by date at which a certificate ends at `when` or later. */
static uint32_t first_ending(const struct index *x, int64_t when)
{
	uint32_t low = 0, high = x->header.entries;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2, row = x->orders[ORDER_DAYS][mid];
		if (row < x->table.count && x->table.rows[row].not_after < when)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* By the order of dates only those that can pass are looked at. */
static void filter_dates(struct making *m)
{
	const struct query *q = &m->view->query;
	const struct index *x = &m->now->base;
	uint32_t rows = snapshot_rows(m->now), from = 0, to = x->header.entries;
	if (!(q->filters & (FILTER_EXPIRED | FILTER_EXPIRING)))
		return;
	m->dated = mem_new(rows / 8 + 1);
	if ((q->filters & FILTER_EXPIRING) && !q->days && !q->percent)
		return; /* within no time nothing ends */
	if (q->filters & FILTER_EXPIRED)
		to = first_ending(x, m->view->now);
	else
		from = first_ending(x, m->view->now);
	if ((q->filters & FILTER_EXPIRING) && q->days)
		to = first_ending(x, m->view->now + (q->days + 1) * CLOCK_DAY);
	for (uint32_t i = from; i < to; i++)
		date_row(m, x->orders[ORDER_DAYS][i]);
	for (uint32_t row = x->table.count; row < rows; row++)
		date_row(m, row);
}

/* By the order of issuers, a few of which have the name. */
static void filter_issuer(struct making *m, struct store *store)
{
	const struct cert_info *issuer = m->view->issuer;
	uint32_t cursor = 0, rows = snapshot_rows(m->now);
	struct entry e;
	if (!issuer)
		return;
	m->issued = mem_new(rows / 8 + 1);
	while (store_next_issuer(store, issuer->subject, &cursor, &e))
		if (e.row < rows && cert_info_issued_by(&e.info, issuer))
			m->issued[e.row / 8] |= (uint8_t)(1 << e.row % 8);
}

static size_t place_of(const struct making *m, uint32_t fresh)
{
	const struct index *x = &m->now->base;
	const uint32_t *rows = x->orders[m->order];
	size_t low = 0, high = x->header.entries;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (order_compare(m->order, &x->table, rows[mid], &m->now->fresh, fresh) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void sort_fresh(struct making *m)
{
	uint32_t border = m->now->base.table.count;
	m->fresh = mem_new((m->now->fresh.count + 1) * sizeof *m->fresh);
	for (uint32_t i = 0; i < m->now->fresh.count; i++)
		if (passes(m, border + i))
			m->fresh[m->fresh_count++] = i;
	order_sort(m->order, &m->now->fresh, m->fresh, m->fresh_count, NULL);
	m->places = mem_new((m->fresh_count + 1) * sizeof *m->places);
	for (size_t i = 0; i < m->fresh_count; i++)
		m->places[i] = place_of(m, m->fresh[i]);
}

static void free_fresh(struct making *m)
{
	free(m->fresh);
	free(m->places);
	m->fresh_count = 0;
}

static void walk(struct making *m)
{
	const struct index *x = &m->now->base;
	const uint32_t *rows = x->orders[m->order];
	uint32_t border = x->table.count;
	size_t f = 0;
	for (size_t i = 0; i < x->header.entries; i++) {
		while (f < m->fresh_count && m->places[f] <= i)
			push(m->view, border + m->fresh[f++]);
		if (passes(m, rows[i]))
			push(m->view, rows[i]);
	}
	while (f < m->fresh_count)
		push(m->view, border + m->fresh[f++]);
}

static void collect(struct making *m, unsigned states)
{
	m->states = states;
	sort_fresh(m);
	walk(m);
	free_fresh(m);
}

/* The state is not kept as an order: one state after the other is, each by name. */
static void collect_all(struct making *m, unsigned states)
{
	if (m->order != ORDER_NONE) {
		collect(m, states);
		return;
	}
	m->order = ORDER_NAME;
	for (unsigned s = 0; s < STATE_COUNT; s++)
		if (states & 1u << s)
			collect(m, 1u << s);
}

static void turn_round(struct view *view)
{
	for (size_t i = 0; i < view->count / 2; i++) {
		uint32_t row = view->own[i];
		view->own[i] = view->own[view->count - 1 - i];
		view->own[view->count - 1 - i] = row;
	}
}

/* Where nothing is searched nor filtered, the kept order itself is the view, all but a few rows. */
static bool keep_order(struct making *m, unsigned states)
{
	struct view *view = m->view;
	if (view->last || view->query.filters || view->issuer || m->order == ORDER_NONE)
		return false;
	if (!view->segments)
		view->segments = mem_new(sizeof *view->segments);
	m->states = states;
	sort_fresh(m);
	bool kept = view_segments_make(view->segments, m->now, m->order, states, m->fresh, m->places,
		m->fresh_count);
	free_fresh(m);
	if (!kept)
		return false;
	view->in_runs = true;
	view->kept = m->now->base.orders[m->order];
	view->count = view->segments->rows;
	view->backwards = view->query.reverse;
	return true;
}

static void make(struct view *view, struct store *store)
{
	const struct query *q = &view->query;
	struct making m = { .view = view,
		.now = &store->now,
		.order = q->sort ? (enum order)q->sort->order : ORDER_NAME };
	unsigned states = q->states ? q->states : USUAL;
	view->count = 0;
	view->in_runs = false;
	view->backwards = false;
	if (keep_order(&m, states))
		return;
	filter_dates(&m);
	filter_issuer(&m, store);
	collect_all(&m, states);
	if (q->reverse)
		turn_round(view);
	free(m.dated);
	free(m.issued);
}

void view_start(struct view *view, struct store *store, const struct query *query, int64_t now)
{
	bool same = view->generation == store->generation;
	search_free(view->search);
	view->search = NULL;
	if (!same) {
		search_free(view->last);
		view->last = NULL;
	}
	view->generation = store->generation;
	view->query = *query;
	view->query.text = NULL;
	view->query.issuer = NULL;
	cert_info_free(view->issuer);
	view->issuer = query->issuer ? cert_info_copy(query->issuer) : NULL;
	view->now = now;
	if (query->text && *query->text)
		view->search = search_new(&store->now, query->text, view->last);
	else
		search_free(view->last), view->last = NULL;
}

bool view_step(struct view *view, struct store *store)
{
	if (view->generation != store->generation) /* whoever reloads starts it again */
		return true;
	if (view->search && !search_step(view->search))
		return false;
	if (view->search) {
		search_free(view->last);
		view->last = view->search;
		view->search = NULL;
	}
	make(view, store);
	return true;
}

void view_build(struct view *view, struct store *store, const struct query *query, int64_t now)
{
	view_start(view, store, query, now);
	while (!view_step(view, store))
		;
}

void view_done(struct view *view)
{
	search_free(view->search);
	search_free(view->last);
	if (view->segments)
		view_segments_done(view->segments);
	free(view->segments);
	free(view->own);
	cert_info_free(view->issuer);
	*view = (struct view){ 0 };
}

uint32_t view_row(const struct view *view, size_t index)
{
	size_t at = view->backwards ? view->count - 1 - index : index;
	return view->in_runs ? view_segments_row(view->segments, view->kept, at) : view->own[at];
}

void view_entry(const struct view *view, struct store *store, size_t index, struct entry *out)
{
	store_entry(store, view_row(view, index), out);
}

bool view_find(const struct view *view, struct store *store, const struct fingerprint *cert,
	size_t *index)
{
	struct entry e;
	if (!store_find(store, cert, &e))
		return false;
	for (*index = 0; *index < view->count; ++*index)
		if (view_row(view, *index) == e.row)
			return true;
	return false;
}
