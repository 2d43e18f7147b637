/*
 * A key that moves the list sends what differs and nothing more, and what it leaves on the screen is
 * what a painting of everything would.
 */
#include <stdlib.h>
#include <string.h>

#include "support/desk.h"
#include "support/unit.h"

static const char *const moves[] = { "j", "j", "j", "k", "j", "j", "k", "k", "k", "G", "k", "g", "j",
	TERM_PGDN, TERM_PGDN, TERM_PGUP, "jjj", "kk", "Gk", "gjjjj", "j j", "kj" };

static struct term_cell *cells(struct term *term)
{
	int rows = term_rows(term), cols = term_cols(term);
	struct term_cell *all = calloc((size_t)rows * (size_t)cols, sizeof *all);
	assert_non_null(all);
	for (int y = 0; y < rows; y++)
		for (int x = 0; x < cols; x++)
			all[y * cols + x] = term_attr(term, y, x);
	return all;
}

/* A blank has no weight and no colour of its own, the right half of a character no look at all. */
static bool same_cell(const struct term_cell *a, const struct term_cell *b)
{
	const char *left = *a->text ? a->text : " ", *right = *b->text ? b->text : " ";
	bool ink = strcmp(left, " ") != 0;
	if (a->width == 0 && b->width == 0)
		return true;
	return strcmp(left, right) == 0 && a->width == b->width && a->reverse == b->reverse &&
	       a->underline == b->underline && a->bg == b->bg &&
	       (!ink || (a->fg == b->fg && a->bold == b->bold));
}

static void check_against_redraw(struct term *term, const char *keys)
{
	int rows = term_rows(term), cols = term_cols(term);
	struct term_cell *moved = cells(term);
	term_press(term, TERM_CTRL('l'));
	struct term_cell *whole = cells(term);
	for (int i = 0; i < rows * cols; i++)
		if (!same_cell(&moved[i], &whole[i]))
			fail_msg("after '%s' at %d:%d '%s' instead of '%s'", keys, i / cols,
				i % cols, moved[i].text, whole[i].text);
	free(moved);
	free(whole);
}

/* Few rows, so that the seven certificates scroll; and wide enough for both panes. */
static void test_moving_is_painting(void **state)
{
	static const struct {
		int rows, cols;
	} sizes[] = { { 7, 80 }, { 8, 40 }, { 9, 130 }, { 5, 60 }, { 24, 80 }, { 30, 118 } };
	(void)state;
	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
		struct desk_test d = { 0 };
		desk_open(&d, sizes[s].rows, sizes[s].cols, DESK_PLAIN);
		for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
			term_press(d.term, moves[i]);
			check_against_redraw(d.term, moves[i]);
		}
		desk_close(&d);
	}
}

/* The same with the properties below the list, where a terminal scrolls by a line. */
static void test_moving_above_properties(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 13, 120, DESK_PLAIN);
	term_press(d.term, "|");
	for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
		term_press(d.term, moves[i]);
		check_against_redraw(d.term, moves[i]);
	}
	desk_close(&d);
}

/* The same under a search that is typed, a dialog that was open, and another size. */
static void test_moving_after_other_things(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 8, 80, DESK_PLAIN);
	term_press(d.term, "/e");
	term_press(d.term, TERM_DOWN);
	check_against_redraw(d.term, "search, down");
	term_press(d.term, TERM_ESC);
	term_press(d.term, "t");
	term_press(d.term, TERM_ESC);
	term_press(d.term, "j");
	check_against_redraw(d.term, "dialog, j");
	term_press(d.term, "5");
	term_press(d.term, "1jj");
	check_against_redraw(d.term, "journal, list, jj");
	term_resize(d.term, 7, 120);
	term_press(d.term, "jj");
	check_against_redraw(d.term, "resize, jj");
	desk_close(&d);
}

/* Properties wait while keys come fast, and are those of the cursor's certificate when they end. */
static void test_details_catch_up(void **state)
{
	struct desk_test d = { 0 };
	int col;
	(void)state;
	desk_open(&d, 24, 130, DESK_PLAIN);
	term_keys(d.term, "j");
	term_press(d.term, "j");
	assert_true(term_has(d.term, "3 of 7"));
	assert_int_equal(term_find(d.term, "│ Example Root CA", &col), 1);
	term_press(d.term, "k\r");
	assert_int_equal(term_find(d.term, "Example Issuing CA", &col), 1);
	desk_close(&d);
}

static size_t sent_by(struct term *term, const char *keys)
{
	term_raw_reset(term);
	term_press(term, keys);
	return term_sent(term);
}

static void test_bytes_of_a_move(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	for (int i = 0; i < 5; i++)
		assert_in_range(sent_by(d.term, "j"), 1, 235);
	assert_in_range(sent_by(d.term, "k"), 1, 235);
	desk_close(&d);
}

/* One row comes in at the edge: it, and the cursor's two. */
static void test_bytes_of_a_scroll(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 10, 80, DESK_PLAIN);
	term_press(d.term, "jjjjj");
	assert_true(term_has(d.term, "6 of 7"));
	assert_in_range(sent_by(d.term, "j"), 1, 290);
	desk_close(&d);
}

static void test_bytes_of_nothing(void **state)
{
	static const struct {
		int rows, cols;
	} sizes[] = { { 24, 80 }, { 30, 130 } };
	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct desk_test d = { 0 };
		desk_open(&d, sizes[i].rows, sizes[i].cols, DESK_PLAIN);
		assert_int_equal(sent_by(d.term, "Q"), 0);
		assert_int_equal(sent_by(d.term, "k"), 0);
		assert_int_equal(sent_by(d.term, TERM_HOME), 0);
		term_press(d.term, "G");
		assert_int_equal(sent_by(d.term, "j"), 0);
		desk_close(&d);
	}
}

/* Nothing but colours and attributes changes from cell to cell: no character set, no palette. */
static void test_no_idle_words(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	term_press(d.term, "jjkG");
	const char *raw = buf_text(term_raw(d.term));
	assert_null(strstr(raw, "\033(B"));
	assert_null(strstr(raw, "\033]104"));
	assert_null(strstr(raw, "\033[39m\033[m"));
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_moving_is_painting),
		cmocka_unit_test(test_moving_above_properties),
		cmocka_unit_test(test_moving_after_other_things),
		cmocka_unit_test(test_details_catch_up),
		cmocka_unit_test(test_bytes_of_a_move),
		cmocka_unit_test(test_bytes_of_a_scroll),
		cmocka_unit_test(test_bytes_of_nothing),
		cmocka_unit_test(test_no_idle_words),
	};
	return cmocka_run_group_tests_name("moves", tests, NULL, NULL);
}
