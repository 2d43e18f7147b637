/*
 * What the console remembers: values, the file, and what mustn't happen to it.
 */
#include "console/remember.h"

#include <string.h>
#include <sys/stat.h>

#include "support/tmp.h"
#include "support/unit.h"

#define FILE "state/certary/console"

static struct remember *loaded(struct tmp *tmp)
{
	struct error err = { 0 };
	struct remember *memory = remember_new(tmp_path(tmp, FILE));
	if (!remember_load(memory, &err))
		fail_msg("%s", err.text);
	return memory;
}

static void save(struct remember *memory)
{
	assert_true(remember_save(memory));
	remember_free(memory);
}

static void test_values_come_back(void **state)
{
	struct tmp *tmp = *state;
	struct stat st;
	struct remember *memory = loaded(tmp);
	assert_string_equal(remember_text(memory, REMEMBER_THEME), "");
	assert_int_equal(remember_number(memory, REMEMBER_SPLIT_BESIDE), 0);
	assert_string_equal(remember_text(memory, REMEMBER_SPLIT_BESIDE), "");
	assert_int_equal(remember_number(memory, REMEMBER_THEME), 0);
	remember_set_text(memory, REMEMBER_THEME, "a \"quoted\\\n\x01 th\xc3\xa9me");
	remember_set_number(memory, REMEMBER_SPLIT_BESIDE, 40);
	save(memory);
	assert_int_equal(stat(tmp_path(tmp, FILE), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(tmp_count(tmp, "state/certary"), 1);
	memory = loaded(tmp);
	assert_string_equal(remember_text(memory, REMEMBER_THEME), "a \"quoted\\\n\x01 th\xc3\xa9me");
	assert_int_equal(remember_number(memory, REMEMBER_SPLIT_BESIDE), 40);
	remember_set_text(memory, REMEMBER_THEME, "");
	save(memory);
	assert_null(strstr(tmp_read(tmp, FILE, NULL), "theme"));
}

static void test_nothing_changed_is_nothing_written(void **state)
{
	struct tmp *tmp = *state;
	struct remember *memory = loaded(tmp);
	remember_set_text(memory, REMEMBER_THEME, "");
	remember_set_number(memory, REMEMBER_SPLIT_BESIDE, 0);
	save(memory);
	assert_false(tmp_exists(tmp, "state"));
}

static void test_two_consoles(void **state)
{
	struct tmp *tmp = *state;
	tmp_text(tmp, FILE, "theme = \"paper\"; later = 3; else = \"x\"; groups = { a = 1; };\n");
	struct remember *one = loaded(tmp), *other = loaded(tmp);
	remember_set_text(one, REMEMBER_SPLIT, "below");
	remember_set_number(other, REMEMBER_SPLIT_BELOW, 30);
	remember_set_text(other, REMEMBER_THEME, "night");
	save(other);
	save(one);
	one = loaded(tmp);
	assert_string_equal(remember_text(one, REMEMBER_SPLIT), "below");
	assert_string_equal(remember_text(one, REMEMBER_THEME), "night");
	assert_int_equal(remember_number(one, REMEMBER_SPLIT_BELOW), 30);
	assert_non_null(strstr(tmp_read(tmp, FILE, NULL), "later = 3;"));
	assert_non_null(strstr(tmp_read(tmp, FILE, NULL), "else = \"x\";"));
	remember_free(one);
}

static void test_what_makes_no_sense_is_a_default(void **state)
{
	struct tmp *tmp = *state;
	tmp_text(tmp, FILE, "theme = 7; split = ( \"below\" ); split_below = 4000; split_beside = \"60\";\n");
	struct remember *memory = loaded(tmp);
	assert_string_equal(remember_text(memory, REMEMBER_THEME), "");
	assert_string_equal(remember_text(memory, REMEMBER_SPLIT), "");
	assert_int_equal(remember_number(memory, REMEMBER_SPLIT_BELOW), 0);
	assert_int_equal(remember_number(memory, REMEMBER_SPLIT_BESIDE), 0);
	remember_set_number(memory, REMEMBER_SPLIT_BESIDE, 99);
	assert_int_equal(remember_number(memory, REMEMBER_SPLIT_BESIDE), 0);
	remember_free(memory);
}

static void test_a_broken_file(void **state)
{
	struct tmp *tmp = *state;
	struct error err = { 0 };
	tmp_text(tmp, FILE, "theme = \"paper\n");
	struct remember *memory = remember_new(tmp_path(tmp, FILE));
	assert_false(remember_load(memory, &err));
	assert_non_null(strstr(err.text, "certary/console:"));
	assert_string_equal(remember_text(memory, REMEMBER_THEME), "");
	assert_true(remember_save(memory)); /* nothing was changed: it stays for its owner to look at */
	assert_string_equal(tmp_read(tmp, FILE, NULL), "theme = \"paper\n");
	remember_set_text(memory, REMEMBER_THEME, "night");
	save(memory);
	memory = loaded(tmp);
	assert_string_equal(remember_text(memory, REMEMBER_THEME), "night");
	remember_free(memory);
}

static void test_where_nothing_can_be_written(void **state)
{
	struct tmp *tmp = *state;
	tmp_text(tmp, "file", "");
	struct remember *memory = remember_new(tmp_path(tmp, "file/certary/console"));
	remember_set_text(memory, REMEMBER_THEME, "night");
	assert_false(remember_save(memory));
	remember_free(memory);
	memory = remember_new(NULL);
	assert_true(remember_load(memory, NULL));
	remember_set_text(memory, REMEMBER_THEME, "night");
	assert_false(remember_save(memory));
	assert_string_equal(remember_text(memory, REMEMBER_THEME), "night");
	remember_free(memory);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, tmp_setup, tmp_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_values_come_back),
		TEST(test_nothing_changed_is_nothing_written),
		TEST(test_two_consoles),
		TEST(test_what_makes_no_sense_is_a_default),
		TEST(test_a_broken_file),
		TEST(test_where_nothing_can_be_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
