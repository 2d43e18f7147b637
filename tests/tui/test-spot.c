#include "support/unit.h"

#include "tui/list.h"
#include "tui/spot.h"

static const struct area box = { 5, 10, 4, 20 };

static void test_none(void **state)
{
	struct spot spot;
	size_t focused;
	(void)state;
	spots_clear();
	assert_false(spot_at(0, 0, &spot));
	spot_key((struct area){ 3, 3, 0, 9 }, "q");
	spot_key((struct area){ 3, 3, 9, 0 }, "q");
	assert_false(spot_at(3, 3, &spot));
	assert_int_equal(spot_lists(&focused), 0);
}

static void test_edges(void **state)
{
	static const int outside[][2] = { { 4, 10 }, { 9, 10 }, { 5, 9 }, { 5, 30 }, { -1, -1 } };
	struct spot spot;
	(void)state;
	spots_clear();
	spot_key(box, "F10");
	for (size_t i = 0; i < sizeof outside / sizeof *outside; i++)
		assert_false(spot_at(outside[i][0], outside[i][1], &spot));
	assert_true(spot_at(5, 10, &spot) && spot_at(8, 29, &spot));
	assert_int_equal(spot.kind, SPOT_KEY);
	assert_string_equal(spot.key, "F10");
}

static void test_later_ones_lie_above(void **state)
{
	struct spot spot;
	size_t focused;
	(void)state;
	spots_clear();
	spot_list(box, true, 3, NULL);
	spot_column((struct area){ 5, 10, 1, 20 }, 4);
	assert_true(spot_at(5, 12, &spot) && spot.kind == SPOT_COLUMN && spot.column == 4);
	assert_true(spot_at(6, 12, &spot) && spot.kind == SPOT_LIST && spot.focus && spot.tick == 3);
	assert_string_equal(spot.key, "Enter");
	spot_list((struct area){ 20, 0, 4, 20 }, false, 0, "Space");
	spot_text((struct area){ 30, 0, 4, 20 });
	assert_int_equal(spot_lists(&focused), 2);
	assert_int_equal(focused, 1);
}

/* Painted over and over without anything being cleared. */
static void test_noted_again(void **state)
{
	struct spot spot;
	size_t focused;
	(void)state;
	spots_clear();
	for (int i = 0; i < 10000; i++)
		spot_list(box, i % 2, 0, NULL);
	assert_int_equal(spot_lists(&focused), 1);
	assert_int_equal(focused, 1);
	for (int i = 0; i < 10000; i++)
		spot_key((struct area){ i, 0, 1, 1 }, "q");
	assert_true(spot_at(100, 0, &spot));
	assert_false(spot_at(9999, 0, &spot));
	spots_clear();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_later_ones_lie_above),
		cmocka_unit_test(test_noted_again),
	};
	return cmocka_run_group_tests_name("spot", tests, NULL, NULL);
}
