/*
 * The split between a list and the properties: turned, resized, and remembered.
 */
#include <stdlib.h>
#include <string.h>

#include "support/desk.h"
#include "support/unit.h"

/* The row of the line between the two, the list above it; -1: none. */
static int row_between(struct term *term)
{
	int found = -1;
	for (int y = term_rows(term) - 1; y > 0; y--) {
		char *row = term_row(term, y);
		if (strncmp(row, "────────", strlen("────────")) == 0)
			found = y;
		free(row);
	}
	return found;
}

/* The column of the line between the two, the list left of it; -1: none. */
static int column_between(struct term *term)
{
	int column = -1;
	return term_find(term, "│", &column) >= 0 ? column : -1;
}

static void test_turning(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	assert_int_equal(column_between(d.term), -1);
	term_press(d.term, "|");
	assert_int_equal(column_between(d.term), 40);
	golden_check(d.term, "split-beside-80x24");
	term_press(d.term, "|");
	assert_int_equal(row_between(d.term), 11);
	golden_check(d.term, "split-below-80x24");
	term_press(d.term, "j" TERM_TAB TERM_PGDN TERM_TAB "j");
	assert_int_equal(row_between(d.term), 11);
	term_press(d.term, "|");
	assert_int_equal(row_between(d.term), -1);
	assert_int_equal(column_between(d.term), -1);
	term_press(d.term, ">");
	assert_true(term_has(d.term, "the list is alone: |"));
	desk_close(&d);
}

static void test_wide_turns_from_beside(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 40, 120, DESK_PLAIN);
	assert_int_equal(column_between(d.term), 60);
	term_press(d.term, "|");
	assert_int_equal(row_between(d.term), 19);
	desk_close(&d);
}

static void test_resizing_stops_at_the_least(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 40, 120, DESK_PLAIN);
	term_press(d.term, ">");
	assert_int_equal(column_between(d.term), 66);
	term_press(d.term, "<<");
	assert_int_equal(column_between(d.term), 54);
	term_press(d.term, "<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<");
	assert_int_equal(column_between(d.term), 20);
	term_press(d.term, ">>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>");
	assert_int_equal(column_between(d.term), 98);
	term_press(d.term, "|<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<");
	assert_int_equal(row_between(d.term), 4);
	term_press(d.term, ">");
	assert_true(row_between(d.term) > 4);
	desk_close(&d);
}

/* Where there is no room for what was wanted the list is alone, and comes back with the room. */
static void test_small_screens(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 12, 40, DESK_PLAIN);
	term_press(d.term, "|");
	assert_int_equal(column_between(d.term), -1); /* not beside each other in forty columns */
	assert_int_equal(row_between(d.term), 5);
	golden_check(d.term, "split-below-40x12");
	term_resize(d.term, 8, 40);
	assert_int_equal(row_between(d.term), -1);
	term_press(d.term, "|");
	assert_true(term_has(d.term, "no room for a split on"));
	term_resize(d.term, 12, 60);
	assert_int_equal(row_between(d.term), 5);
	term_press(d.term, "||");
	assert_int_equal(column_between(d.term), 30);
	desk_close(&d);
}

static void test_remembered(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_IDENTITIES);
	term_press(d.term, "||>>");
	assert_int_equal(row_between(d.term), 13);
	desk_leave(d.term);
	d.term = desk_another(&d, 24, 80, DESK_PLAIN);
	assert_int_equal(row_between(d.term), 13);
	term_press(d.term, "2"); /* the same on all pages */
	assert_int_equal(row_between(d.term), 13);
	desk_leave(d.term);
	d.term = desk_another(&d, 24, 80, DESK_READ_ONLY);
	term_press(d.term, "|");
	assert_int_equal(row_between(d.term), -1);
	desk_leave(d.term);
	d.term = desk_another(&d, 24, 80, DESK_PLAIN); /* who only looks leaves no trace */
	assert_int_equal(row_between(d.term), 13);
	desk_close(&d);
}

static void test_a_broken_memory(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 120, DESK_PLAIN);
	term_press(d.term, "|");
	desk_leave(d.term);
	tmp_text(d.tmp, "state/certary/console", "split = \"below\n");
	d.term = desk_another(&d, 24, 200, DESK_PLAIN);
	assert_true(term_has(d.term, "it is passed over"));
	assert_int_equal(column_between(d.term), 100);
	term_press(d.term, "j");
	assert_false(term_has(d.term, "it is passed over"));
	desk_leave(d.term);
	assert_string_equal(tmp_read(d.tmp, "state/certary/console", NULL), "split = \"below\n");
	d.term = desk_another(&d, 24, 80, DESK_PLAIN);
	desk_close(&d);
}

static void test_pages_without_a_split(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	term_press(d.term, "5|");
	assert_true(term_has(d.term, "this page has no split"));
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_turning),
		cmocka_unit_test(test_wide_turns_from_beside),
		cmocka_unit_test(test_resizing_stops_at_the_least),
		cmocka_unit_test(test_small_screens),
		cmocka_unit_test(test_remembered),
		cmocka_unit_test(test_a_broken_memory),
		cmocka_unit_test(test_pages_without_a_split),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
