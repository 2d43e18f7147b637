/*
 * Sorting eight bytes at a time gives what comparing one with another gives.
 */
#include "store/index.h"

#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/snapshot.h"

static uint64_t seed = 99;

static size_t some(size_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(seed >> 33) % below;
}

/* Rows of which many agree in many things. */
static void add_row(struct snapshot *s, const char *name, const char *subject, const char *issuer)
{
	struct row_maker maker = { 0 };
	struct row row = { .flags = ROW_ENTRY,
		.not_after = (int64_t)some(9) - 4,
		.added = (int64_t)some(5),
		.key_bits = (uint32_t)some(3) * 1024 };
	for (int t = 0; t < TEXT_COUNT; t++)
		buf_add(&maker.text, "t", 2);
	row.text_len = (uint32_t)maker.text.len;
	buf_format(&maker.fold, "%s\n%s\n%s\nmore\n", name, subject, issuer);
	memcpy(row.algorithm, some(2) ? "RSA\0\0" : "Ed255", 5);
	row.sha256[some(2) ? 0 : 20] = (uint8_t)some(256);
	for (size_t i = 24; i < FINGERPRINT_SIZE; i++)
		row.sha256[i] = (uint8_t)some(256);
	snapshot_add(s, &row, &maker);
	row_maker_done(&maker);
}

/* Texts that agree for a while, end at every place, and hold bytes of all kinds. */
static void some_text(char *out, size_t size)
{
	static const char *const pieces[] = { "a", "b", "aaaaaaaa", "aaaaaaa", "\xc3\xbc", "\x7f",
		" ", "\xf4\x8f\xbf\xbf", "example", "" };
	size_t len = 0;
	*out = '\0';
	for (size_t n = some(6); n > 0; n--) {
		const char *piece = pieces[some(sizeof pieces / sizeof *pieces)];
		len += (size_t)snprintf(out + len, size - len, "%s", piece);
	}
}

static void fill(struct snapshot *s, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char texts[3][64];
		for (size_t t = 0; t < 3; t++)
			some_text(texts[t], sizeof texts[t]);
		add_row(s, texts[0], texts[1], texts[2]);
	}
}

/* As the index is made: by name first, and then ties go by that. */
static void check_orders(const struct snapshot *s)
{
	uint32_t count = s->fresh.count;
	uint32_t *rows = mem_new((count + 1) * sizeof *rows),
		 *ranks = mem_new((count + 1) * sizeof *ranks);
	for (uint32_t i = 0; i < count; i++)
		rows[i] = i;
	order_sort(ORDER_NAME, &s->fresh, rows, count, NULL);
	for (uint32_t i = 0; i < count; i++)
		ranks[rows[i]] = i;
	for (int order = 0; order < ORDER_COUNT; order++) {
		uint8_t *seen = mem_new(count + 1);
		if (order != ORDER_NAME)
			order_sort((enum order)order, &s->fresh, rows, count, ranks);
		for (uint32_t i = 0; i < count; i++) {
			assert_true(rows[i] < count && !seen[rows[i]]++);
			if (i > 0 && order_compare((enum order)order, &s->fresh, rows[i - 1],
					     &s->fresh, rows[i]) >= 0)
				fail_msg("order %d: place %u", order, i);
		}
		free(seen);
	}
	free(rows);
	free(ranks);
}

static void test_orders(void **state)
{
	static const size_t counts[] = { 0, 1, 2, 3, 10, 100, 1000 };
	(void)state;
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		struct snapshot s = { 0 };
		fill(&s, counts[i]);
		check_orders(&s);
		snapshot_done(&s);
	}
}

/* Whoever makes certificates may give two of them the same name, a megabyte long. */
static void test_long_texts(void **state)
{
	struct snapshot s = { 0 };
	size_t len = 4u << 20;
	char *text = mem_new(len + 1);
	(void)state;
	memset(text, 'x', len);
	for (size_t i = 0; i < 3; i++) {
		add_row(&s, "a", text, text);
		text[len - 1] = (char)('y' + i % 2);
	}
	check_orders(&s);
	snapshot_done(&s);
	free(text);
}

static void test_a_text_and_its_place(void **state)
{
	static const char *const names[] = { "a", "aa", "ab", "b", "b\xc3\xbc" };
	struct snapshot s = { 0 };
	(void)state;
	for (size_t i = 0; i < 5; i++)
		add_row(&s, names[i], "subject", "");
	for (uint32_t i = 0; i < 5; i++)
		for (size_t k = 0; k < 5; k++) {
			int order = order_compare_text(
				ORDER_NAME, &s.fresh, i, names[k], strlen(names[k]));
			assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
		}
	assert_int_equal(order_compare_text(ORDER_SUBJECT, &s.fresh, 0, "subject", 7), 0);
	assert_int_equal(order_compare_text(ORDER_ISSUER, &s.fresh, 0, "", 0), 0);
	assert_true(order_compare_text(ORDER_ISSUER, &s.fresh, 0, "x", 1) < 0);
	assert_int_equal(order_compare_text(ORDER_NAME, &s.fresh, 99, "", 0), 0); /* no such row */
	snapshot_done(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_orders),
		cmocka_unit_test(test_long_texts),
		cmocka_unit_test(test_a_text_and_its_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
