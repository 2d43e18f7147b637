/*
 * Views of a store whose rows are partly the index's, partly fresh and partly dead, against sorting
 * and filtering all of them one by one.
 */
#include "store/view.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/internal.h"
#include "support/shelf.h"

#define COUNT 200
#define NOW   "2026-01-01T00:00:00Z"

/* Their ends stand around the borders of what the filters ask for. */
static const struct {
	const char *from, *to;
} lives[] = {
	{ "2025-01-01T00:00:00Z", "2025-12-31T23:59:58Z" },
	{ "2025-01-01T00:00:00Z", "2025-12-31T23:59:59Z" },
	{ "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z" },
	{ "2025-01-01T00:00:00Z", "2026-01-01T00:00:01Z" },
	{ "2025-01-01T00:00:00Z", "2026-01-01T23:59:59Z" },
	{ "2025-01-01T00:00:00Z", "2026-01-02T00:00:00Z" },
	{ "2025-01-01T00:00:00Z", "2026-01-30T23:59:59Z" },
	{ "2025-01-01T00:00:00Z", "2026-01-31T00:00:00Z" },
	{ "2025-01-01T00:00:00Z", "2026-01-31T00:00:01Z" },
	{ "2025-01-01T00:00:00Z", "2026-01-31T23:59:59Z" },
	{ "2025-01-01T00:00:00Z", "2026-02-01T00:00:00Z" },
	{ "2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z" },
	{ "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z" },
	{ "2026-01-01T00:00:01Z", "2026-01-02T00:00:00Z" },
	{ "2026-01-15T00:00:00Z", "2026-01-20T00:00:00Z" },
	{ "1950-01-01T00:00:00Z", "2049-12-31T23:59:59Z" },
	{ "1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z" },
	{ "1950-01-01T00:00:00Z", "1969-12-31T23:59:59Z" }, /* before time is counted */
	{ "1950-01-01T00:00:00Z", "1960-01-01T00:00:00Z" },
	{ "2026-01-01T00:00:00Z", "9999-12-31T23:59:59Z" },
};
#define LIVES (sizeof lives / sizeof *lives)

static void drop_lives(struct shelf *s, enum state state, size_t from)
{
	for (size_t i = from; i < LIVES; i += 2) {
		char *name = mem_format("%s/life %zu.pem", state_name((int)state), i);
		size_t made = depot_make(s->depot, &(struct certgen){ .cn = i % 3 ? "life" : "Life",
							   .from = lives[i].from,
							   .to = lives[i].to,
							   .key_ids = true });
		depot_drop_pem(s->depot, name, made, i % 4 ? "Name: same\n" : "");
		free(name);
	}
}

/* One half is in the index, the other half is fresh. */
static int set_up(void **state)
{
	struct shelf *s = shelf_new(COUNT);
	drop_lives(s, STATE_UNTRUSTED, 0);
	crowd_fill(s->crowd, s->depot, STATE_TRUSTED, 600, 40);
	depot_open(s->depot);
	depot_open(s->depot);
	drop_lives(s, STATE_BLOCKED, 1);
	crowd_fill(s->crowd, s->depot, STATE_TRUSTED, 0, 10);
	crowd_fill(s->crowd, s->depot, STATE_TRASH, 700, 30);
	for (size_t i = 20; i < 30; i++) {
		char *name = mem_format("store/trusted/m%zu.pem", i);
		tmp_remove(s->depot->tmp, name);
		free(name);
	}
	depot_reload(s->depot);
	const struct snapshot *now = &s->depot->store->now;
	assert_true(
		now->base.table.count > COUNT && now->fresh.count > 40 && now->dead_count >= 20);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	shelf_free(*state);
	return 0;
}

/* An entry with what it is sorted by. */
struct sample {
	struct entry entry;
	char *name, *subject, *issuer;
	int64_t added;
};

struct samples {
	struct sample *items;
	size_t count, cap;
};

static char *folded(const char *text)
{
	struct buf out = { 0 };
	text_fold(&out, text);
	return buf_take(&out);
}

static int64_t added_of(const char *iso)
{
	char digits[15] = "";
	size_t n = 0;
	for (; *iso && n < 14; iso++)
		if (*iso >= '0' && *iso <= '9')
			digits[n++] = *iso;
	return n == 14 ? atoll(digits) : 0;
}

static struct samples take_samples(struct store *store)
{
	struct samples all = { 0 };
	struct entry e;
	for (uint32_t at = 0; store_next(store, &at, &e);) {
		all.items = mem_grow(all.items, all.count, &all.cap, sizeof *all.items);
		all.items[all.count++] = (struct sample){ .entry = e,
			.name = folded(e.name),
			.subject = folded(e.info.subject),
			.issuer = folded(e.info.issuer),
			.added = added_of(e.added) };
	}
	return all;
}

static void drop_samples(struct samples *all)
{
	for (size_t i = 0; i < all->count; i++) {
		free(all->items[i].name);
		free(all->items[i].subject);
		free(all->items[i].issuer);
	}
	free(all->items);
}

static int sign(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int by_column(const char *column, const struct sample *a, const struct sample *b)
{
	const struct cert_info *x = &a->entry.info, *y = &b->entry.info;
	if (strcmp(column, "state") == 0)
		return sign(a->entry.state, b->entry.state);
	if (strcmp(column, "days") == 0)
		return sign(x->not_after, y->not_after);
	if (strcmp(column, "subject") == 0)
		return strcmp(a->subject, b->subject);
	if (strcmp(column, "issuer") == 0)
		return strcmp(a->issuer, b->issuer);
	if (strcmp(column, "added") == 0)
		return sign(a->added, b->added);
	if (strcmp(column, "fingerprint") == 0)
		return fingerprint_compare(&x->sha256, &y->sha256);
	if (strcmp(column, "key") == 0) {
		int order = strncmp(x->key_algorithm, y->key_algorithm, 5);
		return order ? order : sign(x->key_bits, y->key_bits);
	}
	assert_string_equal(column, "name");
	return 0;
}

static int compare_samples(const void *a, const void *b, void *ctx)
{
	const struct sample *x = a, *y = b;
	int order = by_column(ctx, x, y);
	if (order == 0)
		order = strcmp(x->name, y->name);
	return order ? order : fingerprint_compare(&x->entry.info.sha256, &y->entry.info.sha256);
}

static bool passes(const struct query *q, const struct entry *e, int64_t now)
{
	unsigned states = q->states ? q->states : 15;
	enum validity validity = entry_validity(e, now, q->days, q->percent);
	return states & 1u << e->state &&
	       (!(q->filters & FILTER_EXPIRED) || validity == VALIDITY_EXPIRED) &&
	       (!(q->filters & FILTER_EXPIRING) || validity == VALIDITY_EXPIRING) &&
	       (!(q->filters & FILTER_SELF_SIGNED) || e->info.self_signed) &&
	       (!(q->filters & FILTER_CA) || e->info.ca) &&
	       (!(q->filters & FILTER_LEAF) || !e->info.ca);
}

/* The samples are sorted as the query wants them; reversed, a view is its own mirror image. */
static size_t check_view(
	struct store *store, const struct samples *all, const struct query *q, int64_t now)
{
	struct view view = { 0 };
	size_t count = 0;
	view_build(&view, store, q, now);
	for (size_t i = 0; i < all->count; i++) {
		const struct entry *want = &all->items[i].entry;
		struct entry got;
		size_t at, found;
		if (!passes(q, want, now)) {
			assert_false(view_find(&view, store, &want->info.sha256, &at));
			continue;
		}
		assert_true(count < view.count);
		at = q->reverse ? view.count - 1 - count : count;
		view_entry(&view, store, at, &got);
		if (got.row != want->row)
			fail_msg("by %s: %s/%s instead of %s/%s at %zu",
				q->sort ? q->sort->name : "-", state_name((int)got.state), got.file,
				state_name((int)want->state), want->file, at);
		assert_int_equal(view_row(&view, at), want->row);
		if (at % 32 == 0) {
			assert_true(view_find(&view, store, &want->info.sha256, &found));
			assert_int_equal(found, at);
		}
		count++;
	}
	assert_int_equal(view.count, count);
	view_done(&view);
	return count;
}

static void sort_samples(struct samples *all, const char *column)
{
	qsort_r(all->items, all->count, sizeof *all->items, compare_samples,
		(void *)(uintptr_t)column);
}

static void test_every_column(void **state)
{
	struct store *store = ((struct shelf *)*state)->depot->store;
	struct samples all = take_samples(store);
	size_t columns;
	const struct view_column *c = view_columns(&columns);
	for (size_t i = 0; i < columns; i++) {
		sort_samples(&all, c[i].name);
		for (unsigned states = 0; states < 32; states++)
			for (int reverse = 0; reverse < 2; reverse++)
				check_view(store, &all,
					&(struct query){ .states = states,
						.sort = &c[i],
						.reverse = reverse },
					certgen_time(NOW));
	}
	drop_samples(&all);
}

static void test_filters(void **state)
{
	struct store *store = ((struct shelf *)*state)->depot->store;
	struct samples all = take_samples(store);
	sort_samples(&all, "subject");
	for (unsigned filters = 0; filters < 32; filters++)
		for (unsigned states = 0; states < 32; states += 5)
			check_view(store, &all,
				&(struct query){ .states = states,
					.filters = filters,
					.days = 30,
					.sort = view_column_find("subject") },
				certgen_time(NOW));
	drop_samples(&all);
}

/* Around each border in days and in percent, at times around each end. */
static void test_dates(void **state)
{
	static const int64_t days[] = { 0, 1, 2, 29, 30, 31, 365, 36500, 3650000 };
	static const int percents[] = { 0, 1, 15, 50, 99, 100 };
	static const char *const times[] = { NOW, "2025-12-31T23:59:59Z", "2026-01-01T00:00:01Z",
		"1970-01-01T00:00:00Z", "1949-01-01T00:00:00Z", "2026-01-31T00:00:00Z",
		"9999-12-31T23:59:59Z" };
	struct store *store = ((struct shelf *)*state)->depot->store;
	struct samples all = take_samples(store);
	size_t found = 0;
	sort_samples(&all, "days");
	for (size_t d = 0; d < sizeof days / sizeof *days; d++)
		for (size_t p = 0; p < sizeof percents / sizeof *percents; p++)
			for (size_t t = 0; t < sizeof times / sizeof *times; t++) {
				struct query q = { .states = 31,
					.filters = FILTER_EXPIRING,
					.days = days[d],
					.percent = percents[p],
					.sort = view_column_find("days"),
					.reverse = t % 2 };
				found += check_view(store, &all, &q, certgen_time(times[t]));
				q.filters = FILTER_EXPIRED;
				found += check_view(store, &all, &q, certgen_time(times[t]));
			}
	assert_true(found > 1000);
	drop_samples(&all);
}

/* Where all is from the index and all is asked for, its orders are the view. */
static void test_kept_orders(void **state)
{
	struct shelf *s = *state;
	struct store *store;
	size_t columns;
	const struct view_column *c = view_columns(&columns);
	depot_open(s->depot);
	depot_close(s->depot);
	shelf_open(s, true, &store);
	assert_int_equal(store->now.fresh.count, 0);
	struct samples all = take_samples(store);
	for (size_t i = 0; i < columns; i++) {
		sort_samples(&all, c[i].name);
		for (int reverse = 0; reverse < 2; reverse++)
			for (unsigned states = 15; states < 32; states += 16)
				check_view(store, &all,
					&(struct query){ .states = states,
						.sort = &c[i],
						.reverse = reverse },
					certgen_time(NOW));
	}
	drop_samples(&all);
	store_close(store);
	depot_open(s->depot);
}

/* Until the last step a view answers the query before; of another store's rows it knows nothing. */
static void test_steps(void **state)
{
	struct store *store = ((struct shelf *)*state)->depot->store;
	struct view view = { 0 };
	struct query all = { .states = 31 }, some = { .states = 31, .text = "life" },
		     fewer = { .states = 31, .text = "life s" };
	view_build(&view, store, &all, certgen_time(NOW));
	size_t count = view.count;
	uint32_t first = view_row(&view, 0);
	assert_int_equal(count, store_count(store));
	view_start(&view, store, &some, certgen_time(NOW));
	assert_int_equal(view.count, count);
	assert_int_equal(view_row(&view, 0), first);
	while (!view_step(&view, store))
		assert_int_equal(view.count, count);
	assert_int_equal(view.count, LIVES);
	view_build(&view, store, &fewer, certgen_time(NOW));
	count = view.count;
	assert_in_range(count, 1, LIVES - 1);
	view_start(&view, store, &some, certgen_time(NOW)); /* given up for another one */
	view_start(&view, store, &all, certgen_time(NOW));
	assert_int_equal(view.count, count);
	view_build(&view, store, &fewer, certgen_time(NOW));
	assert_int_equal(view.count, count);
	view_done(&view);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_column),
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_kept_orders),
		cmocka_unit_test(test_steps),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
