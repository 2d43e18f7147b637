#include "base/set.h"

#include "support/unit.h"

#include <stdio.h>
#include <string.h>

static void test_add_and_has(void **state)
{
	struct set set = { 0 };
	(void)state;
	assert_false(set_has(&set, "a"));
	assert_true(set_add(&set, "a"));
	assert_false(set_add(&set, "a"));
	assert_true(set_add(&set, ""));
	assert_true(set_has(&set, "a"));
	assert_true(set_has(&set, ""));
	assert_false(set_has(&set, "A"));
	set_done(&set);
	assert_false(set_has(&set, "a"));
	set_done(&set);
}

static void test_keeps_a_copy(void **state)
{
	struct set set = { 0 };
	char text[] = "first";
	(void)state;
	const char *kept = set_keep(&set, text);
	assert_ptr_not_equal(kept, text);
	text[0] = 'F';
	assert_string_equal(kept, "first");
	assert_ptr_equal(set_keep(&set, "first"), kept);
	assert_ptr_not_equal(set_keep(&set, text), kept);
	set_done(&set);
}

static void test_many(void **state)
{
	struct set set = { 0 };
	char text[16];
	(void)state;
	for (int i = 0; i < 5000; i++) {
		snprintf(text, sizeof text, "%d", i * 7919 % 5000);
		assert_true(set_add(&set, text));
	}
	for (int i = 0; i < 5000; i++) {
		snprintf(text, sizeof text, "%d", i);
		assert_true(set_has(&set, text));
		assert_false(set_add(&set, text));
	}
	set_done(&set);
}

static void test_lent_texts_and_numbers(void **state)
{
	static const char lent[] = "lent";
	struct set set = { 0 };
	char text[16];
	(void)state;
	assert_null(set_number(&set, lent));
	assert_true(set_lend(&set, lent));
	assert_false(set_lend(&set, "lent"));
	assert_ptr_equal(set_keep(&set, "lent"), lent);
	assert_int_equal(*set_number(&set, "lent"), 0);
	*set_number(&set, "lent") = 7;
	for (int i = 0; i < 1000; i++) { /* the table grows */
		snprintf(text, sizeof text, "%d", i);
		set_add(&set, text);
	}
	assert_int_equal(*set_number(&set, "lent"), 7);
	assert_int_equal(*set_number(&set, "999"), 0);
	assert_null(set_number(&set, "1000"));
	assert_int_equal(set.count, 1001);
	set_done(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lent_texts_and_numbers),
		cmocka_unit_test(test_add_and_has),
		cmocka_unit_test(test_keeps_a_copy),
		cmocka_unit_test(test_many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
