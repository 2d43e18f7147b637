#include "support/unit.h"

#include "tui/list.h"

static size_t drawn, first;

static void count_row(void *ctx, const struct list_row *row)
{
	(void)ctx;
	if (drawn++ == 0)
		first = row->index;
}

static enum reaction press(struct list *list, const char *name)
{
	struct key key;
	assert_true(key_parse(name, &key));
	return list_key(list, &key);
}

static void draw(struct list *list, int rows)
{
	drawn = first = 0;
	list_draw(list, (struct area){ 0, 0, rows, 20 }, true);
}

static void test_empty(void **state)
{
	struct list list = { .draw = count_row };
	char text[32];
	(void)state;
	draw(&list, 5);
	assert_int_equal(drawn, 0);
	assert_int_equal(press(&list, "j"), REACT_NONE);
	assert_int_equal(press(&list, "G"), REACT_NONE);
	assert_int_equal(list.cursor, 0);
	list_position(&list, text, sizeof text);
	assert_string_equal(text, "none");
}

static void test_keys(void **state)
{
	struct list list = { .draw = count_row };
	(void)state;
	list_resize(&list, 100);
	draw(&list, 10);
	assert_int_equal(press(&list, "k"), REACT_NONE);
	assert_int_equal(press(&list, "j"), REACT_REPAINT);
	assert_int_equal(list.cursor, 1);
	press(&list, "PgDn");
	assert_int_equal(list.cursor, 10);
	assert_int_equal(list.top, 1);
	press(&list, "End");
	assert_int_equal(list.cursor, 99);
	assert_int_equal(list.top, 90);
	assert_int_equal(press(&list, "Down"), REACT_NONE);
	press(&list, "PgUp");
	assert_int_equal(list.cursor, 90);
	assert_int_equal(list.top, 90);
	press(&list, "k");
	assert_int_equal(list.top, 89);
	press(&list, "g");
	assert_int_equal(list.cursor, 0);
	assert_int_equal(press(&list, "x"), REACT_UNHANDLED);
	assert_int_equal(press(&list, "Enter"), REACT_UNHANDLED);
}

static void test_wheel(void **state)
{
	struct list list = { .draw = count_row };
	struct key key = { .code = K_MOUSE, .mouse = MOUSE_WHEEL_DOWN };
	(void)state;
	list_resize(&list, 100);
	assert_int_equal(list_key(&list, &key), REACT_REPAINT);
	assert_int_equal(list.cursor, 3);
	key.mouse = MOUSE_PRESS;
	assert_int_equal(list_key(&list, &key), REACT_UNHANDLED);
}

static void test_only_what_shows_is_drawn(void **state)
{
	struct list list = { .draw = count_row };
	(void)state;
	list_resize(&list, 1000000);
	list_select(&list, 500000);
	draw(&list, 10);
	assert_int_equal(drawn, 10);
	assert_int_equal(first, 499991);
	draw(&list, 0);
	assert_int_equal(drawn, 0);
}

static void test_a_move_draws_two_rows(void **state)
{
	struct list list = { .draw = count_row };
	struct area area = { 0, 0, 10, 20 };
	(void)state;
	list_resize(&list, 100);
	draw(&list, 10);
	press(&list, "j");
	press(&list, "j");
	drawn = 0;
	list_draw_moved(&list, area, true);
	assert_int_equal(drawn, 2);
	assert_int_equal(first, 0);
	drawn = 0;
	list_draw_moved(&list, area, true); /* nothing moved: the cursor's row again */
	assert_int_equal(drawn, 1);
	press(&list, "PgDn"); /* beside a pane, or without a screen, nothing scrolls */
	drawn = 0;
	list_draw_moved(&list, area, true);
	assert_int_equal(drawn, 10);
}

static void test_leaping(void **state)
{
	struct list list = { .draw = count_row, .leap = true };
	(void)state;
	list_resize(&list, 100);
	draw(&list, 10);
	list_select(&list, 9);
	assert_int_equal(list.top, 0);
	press(&list, "j");
	assert_int_equal(list.top, 5);
	assert_int_equal(list.cursor, 10);
	list_select(&list, 5);
	press(&list, "k");
	assert_int_equal(list.top, 0);
	press(&list, "G");
	assert_int_equal(list.top, 90);
	list_select(&list, 90);
	press(&list, "k");
	assert_int_equal(list.top, 84);
}

static void test_shrinking(void **state)
{
	struct list list = { .draw = count_row };
	(void)state;
	list_resize(&list, 100);
	draw(&list, 10);
	list_select(&list, 99);
	list_resize(&list, 95);
	assert_int_equal(list.cursor, 94);
	list_resize(&list, 3);
	assert_int_equal(list.cursor, 2);
	assert_int_equal(list.top, 0);
	list_resize(&list, 0);
	assert_int_equal(list.cursor, 0);
	list_resize(&list, 100);
	list_select(&list, 50);
	draw(&list, 200); /* a taller screen shows all of it */
	assert_int_equal(list.top, 0);
	draw(&list, 10); /* and a smaller one keeps the cursor in sight */
	assert_int_equal(list.top, 41);
}

static void test_moving_stops_at_the_ends(void **state)
{
	struct list list = { .draw = count_row };
	(void)state;
	list_resize(&list, 10);
	list_move(&list, 1000000000);
	assert_int_equal(list.cursor, 9);
	list_move(&list, -1000000000);
	assert_int_equal(list.cursor, 0);
	list_select(&list, SIZE_MAX);
	assert_int_equal(list.cursor, 9);
}

static void test_row_at(void **state)
{
	struct list list = { .draw = count_row };
	struct area area = { 3, 0, 10, 20 };
	(void)state;
	list_resize(&list, 4);
	assert_int_equal(list_row_at(&list, area, 3), 0);
	assert_int_equal(list_row_at(&list, area, 6), 3);
	assert_int_equal(list_row_at(&list, area, 7), 4);
	assert_int_equal(list_row_at(&list, area, 2), 4);
	assert_int_equal(list_row_at(&list, area, 13), 4);
}

static void test_position_and_role(void **state)
{
	struct list list = { .draw = count_row };
	struct list_row row = { .cursor = true, .focus = true };
	char text[32];
	(void)state;
	list_resize(&list, 143);
	list_select(&list, 11);
	list_position(&list, text, sizeof text);
	assert_string_equal(text, "12 of 143");
	assert_int_equal(list_role(&row, ROLE_TRUSTED), ROLE_CURSOR);
	row.focus = false;
	assert_int_equal(list_role(&row, ROLE_TRUSTED), ROLE_CURSOR_IDLE);
	row.cursor = false;
	assert_int_equal(list_role(&row, ROLE_TRUSTED), ROLE_TRUSTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_wheel),
		cmocka_unit_test(test_only_what_shows_is_drawn),
		cmocka_unit_test(test_a_move_draws_two_rows),
		cmocka_unit_test(test_leaping),
		cmocka_unit_test(test_shrinking),
		cmocka_unit_test(test_moving_stops_at_the_ends),
		cmocka_unit_test(test_row_at),
		cmocka_unit_test(test_position_and_role),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
