#include "base/buf.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

static void test_empty(void **state)
{
	struct buf b = { 0 };
	(void)state;
	assert_string_equal(buf_text(&b), "");
	buf_cut(&b, 5);
	buf_add(&b, NULL, 0);
	assert_string_equal(buf_text(&b), "");
	buf_done(&b);
	buf_done(&b);
	buf_wipe(&b);
	char *taken = buf_take(&b);
	assert_string_equal(taken, "");
	free(taken);
}

static void test_grows_with_a_nul_behind(void **state)
{
	struct buf b = { 0 };
	(void)state;
	for (int i = 0; i < 100000; i++) {
		buf_char(&b, (char)('a' + i % 26));
		assert_int_equal(b.data[b.len], '\0');
	}
	assert_int_equal(b.len, 100000);
	assert_int_equal(strlen(buf_text(&b)), 100000);
	assert_true(b.cap > b.len);
	buf_done(&b);
	assert_null(b.data);
	assert_int_equal(b.len + b.cap, 0);
}

static void test_bytes_with_nul(void **state)
{
	struct buf b = { 0 };
	(void)state;
	buf_add(&b, "a\0b", 3);
	buf_char(&b, '\0');
	assert_int_equal(b.len, 4);
	assert_memory_equal(b.data, "a\0b\0", 5);
	buf_done(&b);
}

static void test_format(void **state)
{
	struct buf b = { 0 };
	(void)state;
	buf_format(&b, "%s", "");
	assert_string_equal(buf_text(&b), "");
	buf_format(&b, "%d-%s", 7, "x");
	buf_text_add(&b, "!");
	buf_format(&b, "%*d", 500, 1);
	assert_int_equal(b.len, 4 + 500);
	assert_true(strncmp(b.data, "7-x! ", 5) == 0);
	assert_int_equal(b.data[b.len - 1], '1');
	buf_done(&b);
}

static void test_cut_only_shortens(void **state)
{
	struct buf b = { 0 };
	(void)state;
	buf_text_add(&b, "hello");
	buf_cut(&b, 9);
	assert_string_equal(buf_text(&b), "hello");
	buf_cut(&b, 5);
	buf_cut(&b, 2);
	assert_string_equal(buf_text(&b), "he");
	buf_cut(&b, 0);
	assert_string_equal(buf_text(&b), "");
	buf_done(&b);
}

static void test_reserve_keeps_what_is_there(void **state)
{
	struct buf b = { 0 };
	(void)state;
	buf_reserve(&b, 10);
	assert_string_equal(buf_text(&b), "");
	buf_text_add(&b, "x");
	buf_reserve(&b, 1 << 20);
	assert_true(b.cap > 1 << 20);
	assert_string_equal(buf_text(&b), "x");
	buf_done(&b);
}

static void test_take_leaves_it_empty(void **state)
{
	struct buf b = { 0 };
	(void)state;
	buf_text_add(&b, "mine");
	char *taken = buf_take(&b);
	assert_string_equal(taken, "mine");
	assert_null(b.data);
	assert_int_equal(b.len, 0);
	buf_text_add(&b, "new");
	assert_string_equal(taken, "mine");
	free(taken);
	buf_wipe(&b);
	assert_null(b.data);
}

/* Where it was, everything but what malloc() itself notes there is overwritten. */
static void test_a_secret_leaves_nothing_where_it_was(void **state)
{
	struct buf b = { .secret = true };
	(void)state;
	if (UNIT_SLOW)
		skip(); /* freed memory may not be looked at */
	for (int i = 0; i < 1500; i++)
		buf_char(&b, 'k');
	uintptr_t old = (uintptr_t)b.data;
	char *behind = malloc(4000); /* so that it can't grow where it is */
	buf_reserve(&b, 1 << 20);
	assert_true((uintptr_t)b.data != old);
	const volatile char *left = (const volatile char *)old;
	for (int i = 64; i < 1500; i++)
		assert_int_not_equal(left[i], 'k');
	assert_int_equal(b.len, 1500);
	assert_int_equal(b.data[1499], 'k');
	assert_int_equal(b.data[1500], '\0');
	free(behind);
	buf_done(&b);
	assert_true(b.secret);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_grows_with_a_nul_behind),
		cmocka_unit_test(test_bytes_with_nul),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_cut_only_shortens),
		cmocka_unit_test(test_reserve_keeps_what_is_there),
		cmocka_unit_test(test_take_leaves_it_empty),
		cmocka_unit_test(test_a_secret_leaves_nothing_where_it_was),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
