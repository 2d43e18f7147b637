/*
 * Choices of columns: what is written is read again, and what makes no sense harms nothing.
 */
#include "console/grid.h"

#include <string.h>

#include "console/desk.h"
#include "console/list-columns.h"
#include "support/unit.h"

static const struct grid_column columns[] = {
	{ "name", "a name", { .title = "Name", .min = 4, .want = 10, .stretch = true }, false },
	{ "days", "a number", { .title = "Days", .min = 4, .want = 4, .right = true }, false },
	{ "note", "a text", { .title = "Note", .min = 4, .want = 10 }, true },
};
static const struct grid_kind kind = GRID(columns, REMEMBER_COLUMNS_CERTIFICATES);

/* What is read and written again, and all columns are there once. */
static void check(const char *text, const char *want)
{
	struct grid_choice choice;
	struct buf out = { 0 };
	unsigned seen = 0;
	grid_read(&choice, &kind, text);
	assert_int_equal(choice.count, kind.count);
	for (size_t i = 0; i < choice.count; i++)
		seen |= 1u << choice.items[i].which;
	assert_int_equal(seen, 7);
	grid_write(&out, &kind, &choice);
	assert_string_equal(buf_text(&out), want);
	buf_done(&out);
}

static void test_reading_and_writing(void **state)
{
	(void)state;
	check("", "");
	check("name days", "");
	check("days name", "days name");
	check("name:12 days", "name:12 days");
	check("note", "note");
	check("name note:2 days:400", "name note:2 days:400");
}

static void test_what_makes_no_sense(void **state)
{
	(void)state;
	check("   ", "");
	check("nothing of that", "");
	check("note note:9 note", "note");
	check("note:", "note");
	check("note:1", "note");
	check("note:-5 days:401", "note days");
	check("note:999999999999999999999 name", "note name");
	check("note:7x name:: :5 : days", "note name days");
	check("names nam note\tx  days ", "days");
}

static int place_of(const struct remember *memory, int cols, size_t i)
{
	struct grid grid;
	grid_head(&grid, memory, &kind, (struct area){ 0, 0, 1, cols }, "days", false);
	return i < grid.count ? grid.places[i].cols : -1;
}

static void test_room(void **state)
{
	struct remember *memory = remember_new(NULL);
	(void)state;
	assert_int_equal(place_of(memory, 40, 0), 35); /* what is left is the name's */
	assert_int_equal(place_of(memory, 40, 1), 4);
	assert_int_equal(place_of(memory, 40, 2), -1);
	remember_set_text(memory, REMEMBER_COLUMNS_CERTIFICATES, "note:20 name:8 days");
	assert_int_equal(place_of(memory, 60, 0), 20);
	assert_int_equal(place_of(memory, 60, 1), 8); /* who has set a width gets no more */
	assert_int_equal(place_of(memory, 60, 2), 4);
	assert_int_equal(place_of(memory, 20, 0), 10); /* where there is little room it gives way */
	assert_int_equal(place_of(memory, 9, 2), 0);   /* and the last one goes first */
	assert_int_equal(place_of(memory, 9, 1), 4);
	assert_int_equal(place_of(memory, 3, 1), 0);
	remember_free(memory);
}

/* The tables themselves: names that can be told apart, texts that say something. */
static void test_tables(void **state)
{
	const struct grid_kind *const all[] = { &certificate_grid, &identity_grid, &endpoint_grid,
		&target_grid };
	(void)state;
	for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
		struct grid_choice choice;
		assert_true(all[k]->count <= GRID_MOST);
		grid_read(&choice, all[k], "");
		assert_true(choice.shown >= 4 && choice.shown < choice.count);
		for (size_t i = 0; i < all[k]->count; i++) {
			const struct grid_column *c = &all[k]->columns[i];
			assert_true(c->name && *c->name && !strpbrk(c->name, ": "));
			assert_true(c->help && *c->help && c->column.title && *c->column.title);
			assert_true(c->column.min > 0 && c->column.want >= c->column.min);
			assert_true(c->unusual == (i >= choice.shown));
			for (size_t j = 0; j < i; j++)
				assert_string_not_equal(c->name, all[k]->columns[j].name);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reading_and_writing),
		cmocka_unit_test(test_what_makes_no_sense),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_tables),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
