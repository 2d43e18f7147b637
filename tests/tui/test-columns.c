#include "support/unit.h"

#include "tui/columns.h"

static const struct column columns[] = {
	{ .title = "name", .min = 10, .want = 20, .stretch = true },
	{ .title = "state", .min = 9, .want = 9, .rank = 1 },
	{ .title = "ends", .min = 10, .want = 10, .rank = 2 },
	{ .title = "days", .min = 4, .want = 5, .rank = 3, .right = true },
};

#define COUNT (sizeof columns / sizeof *columns)

static void check(int width, const int *cols, const int *x)
{
	struct column_place places[COUNT];
	columns_place(columns, COUNT, width, places);
	for (size_t i = 0; i < COUNT; i++) {
		assert_int_equal(places[i].cols, cols[i]);
		if (cols[i] > 0)
			assert_int_equal(places[i].x, x[i]);
	}
}

static void test_widths(void **state)
{
	(void)state;
	check(80, (int[]){ 53, 9, 10, 5 }, (int[]){ 0, 54, 64, 75 });
	check(47, (int[]){ 20, 9, 10, 5 }, (int[]){ 0, 21, 31, 42 });
	check(36, (int[]){ 10, 9, 10, 4 }, (int[]){ 0, 11, 21, 32 });
	check(35, (int[]){ 14, 9, 10, 0 }, (int[]){ 0, 15, 25, 0 });
	check(30, (int[]){ 20, 9, 0, 0 }, (int[]){ 0, 21, 0, 0 });
	check(12, (int[]){ 12, 0, 0, 0 }, (int[]){ 0, 0, 0, 0 });
	check(3, (int[]){ 3, 0, 0, 0 }, (int[]){ 0, 0, 0, 0 });
	check(0, (int[]){ 0, 0, 0, 0 }, (int[]){ 0, 0, 0, 0 });
}

/* Whatever the width: what shows stands side by side and inside. */
static void test_nothing_overlaps(void **state)
{
	(void)state;
	for (int width = 0; width < 200; width++) {
		struct column_place places[COUNT];
		int end = -1;
		columns_place(columns, COUNT, width, places);
		for (size_t i = 0; i < COUNT; i++) {
			if (places[i].cols == 0)
				continue;
			assert_true(places[i].x > end);
			end = places[i].x + places[i].cols;
			assert_true(end <= width);
		}
	}
}

static void test_two_that_stretch(void **state)
{
	static const struct column two[] = {
		{ .title = "a", .min = 1, .want = 1, .stretch = true },
		{ .title = "b", .min = 1, .want = 1, .stretch = true },
	};
	struct column_place places[2];
	(void)state;
	columns_place(two, 2, 10, places);
	assert_int_equal(places[0].cols, 5);
	assert_int_equal(places[1].cols, 4);
	assert_int_equal(places[1].x, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_widths),
		cmocka_unit_test(test_nothing_overlaps),
		cmocka_unit_test(test_two_that_stretch),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
