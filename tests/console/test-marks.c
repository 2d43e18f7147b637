#include "console/marks.h"

#include "support/unit.h"

#include <string.h>

#define MANY 2000

/* Some begin alike, as those do whose maker had the time to try. */
static struct fingerprint print_of(size_t i)
{
	struct fingerprint print = { { 0 } };
	memcpy(print.bytes + (i % 2 ? 0 : 16), &i, sizeof i);
	return print;
}

static void check(const struct marks *m, const bool *marked)
{
	size_t count = 0;
	for (size_t i = 0; i < MANY; i++) {
		struct fingerprint print = print_of(i);
		if (marks_has(m, &print) != marked[i])
			fail_msg("mark %zu is %s", i, marked[i] ? "missing" : "too many");
		count += marked[i];
	}
	assert_int_equal(m->count, count);
}

static void mark(struct marks *m, bool *marked, size_t i, bool on)
{
	struct fingerprint print = print_of(i);
	if (on)
		marks_add(m, &print);
	else
		marks_remove(m, &print);
	marked[i] = on;
}

static void test_none(void **state)
{
	struct marks m = { 0 };
	struct fingerprint print = print_of(1);
	(void)state;
	assert_false(marks_has(&m, &print));
	marks_remove(&m, &print);
	marks_clear(&m);
	assert_int_equal(m.count, 0);
	marks_done(&m);
	marks_done(&m);
}

static void test_once(void **state)
{
	struct marks m = { 0 };
	struct fingerprint print = print_of(1);
	(void)state;
	marks_add(&m, &print);
	marks_add(&m, &print);
	assert_int_equal(m.count, 1);
	assert_memory_equal(&m.items[0], &print, sizeof print);
	marks_remove(&m, &print);
	assert_false(marks_has(&m, &print));
	marks_done(&m);
}

static void test_many(void **state)
{
	static bool marked[MANY];
	struct marks m = { 0 };
	(void)state;
	memset(marked, 0, sizeof marked);
	for (size_t i = 0; i < MANY; i++)
		mark(&m, marked, i, true);
	check(&m, marked);
	for (size_t i = 0; i < MANY; i += 13)
		mark(&m, marked, i, false);
	check(&m, marked);
	for (size_t i = 0; i < MANY; i += 5)
		mark(&m, marked, i, i % 3 == 0);
	check(&m, marked);
	for (size_t i = 0; i < m.count; i++)
		assert_true(marks_has(&m, &m.items[i]));
	marks_done(&m);
}

/* What was cleared is used again. */
static void test_clear(void **state)
{
	static bool marked[MANY];
	struct marks m = { 0 };
	(void)state;
	for (int round = 0; round < 3; round++) {
		memset(marked, 0, sizeof marked);
		for (size_t i = 0; i < MANY; i += 1 + (size_t)round)
			mark(&m, marked, i, true);
		check(&m, marked);
		marks_clear(&m);
		memset(marked, 0, sizeof marked);
		check(&m, marked);
	}
	marks_done(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_once),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_clear),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
