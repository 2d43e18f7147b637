/*
 * The orders.  Texts are sorted eight bytes at a time: the next eight bytes of each are its key, and
 * only what is equal so far goes on with those behind.  That compares numbers side by side where
 * comparing the texts would miss the cache twice for each of a million comparisons.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/index.h"

#define DEPTH_MOST 64 /* eights of bytes */

/* A line of the folded text; its end counts as the smallest byte. */
struct line {
	const uint8_t *at;
	size_t len;
};

static struct line fold_line(const struct table *t, uint32_t i, int number)
{
	size_t len;
	const char *at = row_fold(t, i, &len), *end = at + len;
	for (; number > 0 && at < end; number--) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		at = newline ? newline + 1 : end;
	}
	const char *newline = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
	return (struct line){ (const uint8_t *)at, (size_t)((newline ? newline : end) - at) };
}

static struct line name_of(const struct table *t, uint32_t i)
{
	return fold_line(t, i, 0);
}

static struct line subject_of(const struct table *t, uint32_t i)
{
	return fold_line(t, i, 1);
}

static struct line issuer_of(const struct table *t, uint32_t i)
{
	return fold_line(t, i, 2);
}

static const struct row *row_at(const struct table *t, uint32_t i)
{
	static const struct row none;
	return i < t->count ? &t->rows[i] : &none;
}

/* Numbers that sort as the signed ones do. */
static uint64_t unsign(int64_t number)
{
	return (uint64_t)number ^ 1ull << 63;
}

static uint64_t days_of(const struct table *t, uint32_t i)
{
	return unsign(row_at(t, i)->not_after);
}

static uint64_t added_of(const struct table *t, uint32_t i)
{
	return unsign(row_at(t, i)->added);
}

static uint64_t big_endian(const uint8_t *bytes, size_t len)
{
	uint64_t key = 0;
	for (size_t i = 0; i < 8; i++)
		key = key << 8 | (i < len ? bytes[i] : 0);
	return key;
}

static uint64_t fingerprint_of_row(const struct table *t, uint32_t i)
{
	return big_endian(row_at(t, i)->sha256, 8);
}

static uint64_t key_of(const struct table *t, uint32_t i)
{
	const struct row *row = row_at(t, i);
	uint64_t name = big_endian((const uint8_t *)row->algorithm, sizeof row->algorithm);
	return name | (row->key_bits & 0xffffff);
}

/* One of the two says what is sorted by. */
static const struct order_row {
	struct line (*text)(const struct table *table, uint32_t i);
	uint64_t (*number)(const struct table *table, uint32_t i);
} orders[ORDER_COUNT] = {
	[ORDER_NAME] = { .text = name_of },
	[ORDER_DAYS] = { .number = days_of },
	[ORDER_SUBJECT] = { .text = subject_of },
	[ORDER_ISSUER] = { .text = issuer_of },
	[ORDER_ADDED] = { .number = added_of },
	[ORDER_KEY] = { .number = key_of },
	[ORDER_FINGERPRINT] = { .number = fingerprint_of_row },
};

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_lines(struct line a, struct line b)
{
	int order = memcmp(a.at, b.at, a.len < b.len ? a.len : b.len);
	return order ? order : compare_numbers(a.len, b.len);
}

static int compare_by(enum order order, const struct table *a, uint32_t i, const struct table *b,
	uint32_t j)
{
	const struct order_row *o = &orders[order];
	if (o->text)
		return compare_lines(o->text(a, i), o->text(b, j));
	return compare_numbers(o->number(a, i), o->number(b, j));
}

int order_compare(enum order order, const struct table *a, uint32_t i, const struct table *b,
	uint32_t j)
{
	int by = compare_by(order, a, i, b, j);
	if (by == 0 && order != ORDER_NAME && order != ORDER_FINGERPRINT)
		by = compare_by(ORDER_NAME, a, i, b, j);
	return by ? by : memcmp(row_at(a, i)->sha256, row_at(b, j)->sha256, FINGERPRINT_SIZE);
}

int order_compare_text(enum order order, const struct table *table, uint32_t i, const char *folded,
	size_t len)
{
	struct line line = orders[order].text(table, i);
	return compare_lines(line, (struct line){ (const uint8_t *)folded, len });
}

/* What is sorted: `tie` settles what the key doesn't. */
struct item {
	uint64_t key;
	const uint8_t *rest; /* of a text, behind what the key holds */
	uint32_t tie, row;
};

struct sorter {
	const struct table *table;
	const struct order_row *order;
	bool by_fingerprint; /* what ties go by where there are no ranks */
	bool number_is_part; /* of the fingerprint: it decides where the number doesn't */
};

static int compare_items(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int order = compare_numbers(x->key, y->key);
	return order ? order : compare_numbers(x->tie, y->tie);
}

static void sort_items(struct item *items, size_t count)
{
	if (count > 1)
		qsort(items, count, sizeof *items, compare_items);
}

static int compare_prints(const void *a, const void *b, void *ctx)
{
	const struct table *t = ctx;
	const struct item *x = a, *y = b;
	return memcmp(row_at(t, x->row)->sha256, row_at(t, y->row)->sha256, FINGERPRINT_SIZE);
}

/* All of a run have the same text. */
static void settle(const struct sorter *s, struct item *run, size_t count)
{
	if (s->by_fingerprint)
		qsort_r(run, count, sizeof *run, compare_prints, (void *)(uintptr_t)s->table);
}

/* The next eight bytes, padded with zeros, which stand in no text. */
static uint64_t next_key(struct item *item, const uint8_t *end)
{
	uint64_t key = 0;
	size_t i = 0;
	for (; i < 8 && item->rest < end && *item->rest != '\n'; i++)
		key = key << 8 | *item->rest++;
	return i > 0 ? key << 8 * (8 - i) : 0;
}

/* Many may have the same name, of a megabyte: not a call for each eight bytes of that. */
static struct line rest_of(const struct sorter *s, const struct item *item)
{
	const uint8_t *end = (const uint8_t *)s->table->fold + s->table->fold_len;
	const uint8_t *newline = memchr(item->rest, '\n', (size_t)(end - item->rest));
	return (struct line){ item->rest, (size_t)((newline ? newline : end) - item->rest) };
}

static int compare_rests(const void *a, const void *b, void *ctx)
{
	const struct sorter *s = ctx;
	const struct item *x = a, *y = b;
	int order = compare_lines(rest_of(s, x), rest_of(s, y));
	if (order)
		return order;
	return s->by_fingerprint ? compare_prints(a, b, (void *)(uintptr_t)s->table) :
				   compare_numbers(x->tie, y->tie);
}

static void sort_texts(const struct sorter *s, struct item *items, size_t count, unsigned depth)
{
	if (depth == DEPTH_MOST) {
		qsort_r(items, count, sizeof *items, compare_rests, (void *)(uintptr_t)s);
		return;
	}
	const uint8_t *end = (const uint8_t *)s->table->fold + s->table->fold_len;
	for (size_t i = 0; i < count; i++)
		items[i].key = next_key(&items[i], end);
	sort_items(items, count);
	for (size_t from = 0, to; from < count; from = to) {
		for (to = from + 1; to < count && items[to].key == items[from].key; to++)
			;
		bool ended = (items[from].key & 0xff) == 0;
		if (to - from > 1 && ended)
			settle(s, items + from, to - from);
		else if (to - from > 1)
			sort_texts(s, items + from, to - from, depth + 1);
	}
}

static void sort_numbers(const struct sorter *s, struct item *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		items[i].key = s->order->number(s->table, items[i].row);
	sort_items(items, count);
	/* Eight bytes of a fingerprint can be made to agree. */
	for (size_t from = 0, to; s->number_is_part && from < count; from = to) {
		for (to = from + 1; to < count && items[to].key == items[from].key; to++)
			;
		qsort_r(items + from, to - from, sizeof *items, compare_prints,
			(void *)(uintptr_t)s->table);
	}
}

static void sort_rows(const struct sorter *s, uint32_t *rows, size_t count, const uint32_t *ranks)
{
	struct item *items = mem_new((count + 1) * sizeof *items);
	for (size_t i = 0; i < count; i++)
		items[i] = (struct item){ .row = rows[i], .tie = ranks ? ranks[rows[i]] : 0 };
	for (size_t i = 0; s->order->text && i < count; i++)
		items[i].rest = s->order->text(s->table, rows[i]).at;
	if (s->order->text && count > 0) /* of none there may be no texts either */
		sort_texts(s, items, count, 0);
	else
		sort_numbers(s, items, count);
	for (size_t i = 0; i < count; i++)
		rows[i] = items[i].row;
	free(items);
}

void order_sort(enum order order, const struct table *table, uint32_t *rows, size_t count,
	const uint32_t *ranks)
{
	struct sorter s = { .table = table, .order = &orders[order],
		.by_fingerprint = order == ORDER_NAME,
		.number_is_part = order == ORDER_FINGERPRINT };
	uint32_t *own = NULL;
	if (!ranks && order != ORDER_NAME) {
		own = mem_new(((size_t)table->count + 1) * sizeof *own);
		order_sort(ORDER_NAME, table, rows, count, NULL);
		for (size_t i = 0; i < count; i++)
			own[rows[i]] = (uint32_t)i;
	}
	sort_rows(&s, rows, count, ranks ? ranks : own);
	free(own);
}
