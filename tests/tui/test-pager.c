#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "tui/pager.h"

static enum reaction press(struct pager *pager, const char *name)
{
	struct key key;
	assert_true(key_parse(name, &key));
	return pager_key(pager, &key);
}

static void draw(struct pager *pager, int rows, int cols)
{
	pager_draw(pager, (struct area){ 0, 0, rows, cols });
}

static struct pager numbered(int count)
{
	struct pager pager = { 0 };
	for (int i = 0; i < count; i++)
		rows_format(&pager.rows, ROLE_VALUE, NULL, "line %d", i);
	return pager;
}

static void test_empty(void **state)
{
	struct pager pager = { 0 };
	char text[16];
	(void)state;
	draw(&pager, 5, 20);
	assert_int_equal(pager_lines(&pager, 20), 0);
	assert_int_equal(press(&pager, "j"), REACT_NONE);
	assert_false(pager_search(&pager, "x"));
	assert_false(pager_again(&pager, -1));
	pager_position(&pager, text, sizeof text);
	assert_string_equal(text, "all");
	pager_done(&pager);
}

static void check_lines(const char *label, const char *text, int cols, int want)
{
	struct pager pager = { 0 };
	rows_add(&pager.rows, ROLE_VALUE, label, text);
	assert_int_equal(pager_lines(&pager, cols), want);
	pager_done(&pager);
}

static void test_wrapping(void **state)
{
	(void)state;
	check_lines(NULL, "one two three", 20, 1);
	check_lines(NULL, "one two three", 13, 1);
	check_lines(NULL, "one two three", 12, 2);
	check_lines(NULL, "one two three", 7, 2);
	check_lines(NULL, "one two three", 5, 3);
	check_lines(NULL, "abcdefghij", 4, 3);
	check_lines(NULL, "abcdefghij", 1, 10);
	check_lines(NULL, "abcdefghij", 0, 10);
	check_lines(NULL, "a      b", 3, 2);
	check_lines(NULL, "", 10, 1);
	check_lines(NULL, NULL, 10, 1);
	check_lines("heading", NULL, 3, 1);
	check_lines("ab", "one two", 12, 1); /* the label takes four columns */
	check_lines("ab", "one two", 9, 2); /* but no more than a third */
}

static void test_scrolling(void **state)
{
	struct pager pager = numbered(100);
	char text[16];
	(void)state;
	draw(&pager, 10, 20);
	assert_int_equal(press(&pager, "k"), REACT_NONE);
	assert_int_equal(press(&pager, "j"), REACT_REPAINT);
	assert_int_equal(pager.top, 1);
	press(&pager, "Space");
	assert_int_equal(pager.top, 10);
	press(&pager, "PgUp");
	assert_int_equal(pager.top, 1);
	press(&pager, "G");
	assert_int_equal(pager.top, 90);
	assert_int_equal(press(&pager, "Down"), REACT_NONE);
	pager_position(&pager, text, sizeof text);
	assert_string_equal(text, "end");
	press(&pager, "g");
	pager_position(&pager, text, sizeof text);
	assert_string_equal(text, "top");
	pager.top = 45;
	pager_position(&pager, text, sizeof text);
	assert_string_equal(text, "50%");
	assert_int_equal(press(&pager, "x"), REACT_UNHANDLED);
	pager_done(&pager);
}

/* A row comes into sight by as little scrolling as it takes. */
static void test_showing_a_row(void **state)
{
	struct pager pager = numbered(100);
	(void)state;
	pager_show(&pager, 50); /* it doesn't know its size before it is painted */
	assert_int_equal(pager.top, 0);
	draw(&pager, 10, 20);
	pager_show(&pager, 9);
	assert_int_equal(pager.top, 0);
	pager_show(&pager, 50);
	assert_int_equal(pager.top, 41);
	pager_show(&pager, 45);
	assert_int_equal(pager.top, 41);
	pager_show(&pager, 3);
	assert_int_equal(pager.top, 3);
	pager_show(&pager, 1000);
	assert_int_equal(pager.top, 90);
	pager_done(&pager);
}

static void test_fewer_rows(void **state)
{
	struct pager pager = numbered(100);
	(void)state;
	draw(&pager, 10, 20);
	press(&pager, "G");
	rows_done(&pager.rows);
	rows_add(&pager.rows, ROLE_VALUE, NULL, "one");
	pager_changed(&pager);
	draw(&pager, 10, 20);
	assert_int_equal(pager.top, 0);
	assert_int_equal(pager.count, 1);
	pager_done(&pager);
}

static void test_search(void **state)
{
	struct pager pager = numbered(100);
	(void)state;
	draw(&pager, 10, 20);
	assert_true(pager_search(&pager, "LINE 4"));
	assert_int_equal(pager.top, 4);
	assert_true(pager_again(&pager, 1));
	assert_int_equal(pager.top, 40);
	assert_true(pager_again(&pager, 1));
	assert_int_equal(pager.top, 41);
	assert_true(pager_again(&pager, -1));
	assert_true(pager_again(&pager, -1));
	assert_int_equal(pager.top, 4);
	assert_true(pager_again(&pager, -1)); /* around the beginning */
	assert_int_equal(pager.top, 49);
	assert_false(pager_search(&pager, "nowhere"));
	assert_int_equal(pager.top, 49);
	assert_false(pager_again(&pager, 1));
	assert_true(pager_search(&pager, NULL));
	assert_null(pager.found);
	pager_done(&pager);
}

static void test_search_in_wrapped_text(void **state)
{
	struct pager pager = { 0 };
	(void)state;
	rows_add(&pager.rows, ROLE_VALUE, "label", "aaaa bbbb cccc dddd eeee ffff gggg");
	rows_add(&pager.rows, ROLE_VALUE, "other", "x");
	draw(&pager, 1, 12);
	assert_true(pager.count > 5);
	assert_true(pager_search(&pager, "dd ee")); /* goes on in the next line */
	size_t at = pager.top;
	assert_true(at > 0 && at < pager.count - 1);
	assert_true(pager_search(&pager, "other"));
	assert_int_equal(pager.top, pager.count - 1);
	pager_done(&pager);
}

static void check_matches(struct pager *pager, const char *want)
{
	char text[40] = "";
	assert_true(pager_matches(pager, text, sizeof text));
	assert_string_equal(text, want);
}

static void test_matches_are_counted(void **state)
{
	struct pager pager = numbered(100);
	char text[40];
	(void)state;
	draw(&pager, 10, 20);
	assert_false(pager_matches(&pager, text, sizeof text));
	pager_search(&pager, "9");
	check_matches(&pager, "match 1 of 19");
	pager_again(&pager, -1);
	check_matches(&pager, "match 19 of 19");
	assert_int_equal(pager.top, 90);
	pager_again(&pager, -1); /* it is in sight as well, so that nothing scrolls */
	check_matches(&pager, "match 18 of 19");
	assert_int_equal(pager.top, 90);
	pager_again(&pager, 1);
	pager_again(&pager, 1);
	check_matches(&pager, "match 1 of 19");
	assert_int_equal(pager.top, 9);
	press(&pager, "g");
	check_matches(&pager, "match 1 of 19"); /* still in sight */
	for (int i = 0; i < 6; i++)
		press(&pager, "PgDn");
	check_matches(&pager, "19 matches");
	pager_again(&pager, 1);
	check_matches(&pager, "match 6 of 19");
	pager_search(&pager, "line 77");
	check_matches(&pager, "match 1 of 1");
	press(&pager, "g");
	check_matches(&pager, "1 match");
	pager_search(&pager, "nowhere");
	check_matches(&pager, "no match");
	pager_done(&pager);
}

/* A line is counted once, and another width has other lines. */
static void test_matches_in_wrapped_text(void **state)
{
	struct pager pager = { 0 };
	(void)state;
	rows_add(&pager.rows, ROLE_VALUE, "hit", "aaaa hit hit cccc hit eeee");
	draw(&pager, 10, 80);
	pager_search(&pager, "hit");
	check_matches(&pager, "match 1 of 1");
	draw(&pager, 10, 9);
	check_matches(&pager, "4 matches");
	pager_again(&pager, 1);
	check_matches(&pager, "match 2 of 4");
	rows_done(&pager.rows);
	pager_changed(&pager);
	draw(&pager, 10, 9);
	check_matches(&pager, "no match");
	pager_done(&pager);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_wrapping),
		cmocka_unit_test(test_scrolling),
		cmocka_unit_test(test_showing_a_row),
		cmocka_unit_test(test_fewer_rows),
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_search_in_wrapped_text),
		cmocka_unit_test(test_matches_are_counted),
		cmocka_unit_test(test_matches_in_wrapped_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
