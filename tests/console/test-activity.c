/*
 * What was said stays until somebody can have read it, and is found again; the page of it.
 */
#include "console/activity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/desk.h"
#include "support/unit.h"

static void test_bounded(void **state)
{
	struct activity a = { 0 };
	char text[32];
	(void)state;
	for (int i = 0; i < ACTIVITY_MOST + 7; i++) {
		snprintf(text, sizeof text, "number %d", i);
		activity_add(&a, i, ROLE_GOOD, text);
	}
	assert_int_equal(a.count, ACTIVITY_MOST);
	assert_int_equal(activity_at(&a, 0)->time, 7);
	assert_string_equal(activity_at(&a, 0)->text, "number 7");
	snprintf(text, sizeof text, "number %d", ACTIVITY_MOST + 6);
	assert_string_equal(activity_at(&a, ACTIVITY_MOST - 1)->text, text);
	activity_add(&a, 0, ROLE_GOOD, activity_at(&a, 0)->text); /* the one that goes */
	assert_string_equal(activity_at(&a, ACTIVITY_MOST - 1)->text, "number 7");
	activity_done(&a);
	assert_int_equal(a.count, 0);
}

static void test_long_text(void **state)
{
	struct activity a = { 0 };
	struct buf text = { 0 };
	(void)state;
	buf_char(&text, 'x');
	for (int i = 0; i < ACTIVITY_TEXT; i++)
		buf_text_add(&text, "\xc3\xa4");
	activity_add(&a, 0, ROLE_ERROR, buf_text(&text));
	size_t len = strlen(activity_at(&a, 0)->text);
	assert_int_equal(len, ACTIVITY_TEXT - 1); /* in whole characters */
	assert_memory_equal(activity_at(&a, 0)->text, text.data, len);
	buf_done(&text);
	activity_done(&a);
}

static void test_levels(void **state)
{
	(void)state;
	assert_string_equal(activity_level(ROLE_ERROR), "error");
	assert_string_equal(activity_level(ROLE_WARNING), "warning");
	assert_string_equal(activity_level(ROLE_GOOD), "done");
	assert_string_equal(activity_level(ROLE_STATUS), "note");
}

static void decide(struct desk_test *d, const char *key)
{
	term_press(d->term, key);
	term_press(d->term, "y");
}

static void test_page(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	term_press(d.term, "!");
	assert_true(term_has(d.term, "Nothing was said or done yet."));
	term_press(d.term, "q");
	decide(&d, "b");
	term_press(d.term, "u");
	term_press(d.term, "y");
	term_press(d.term, "=");
	term_press(d.term, ":");
	term_press(d.term, "show nothing-like-it\r");
	term_wait_text(d.term, "ended with status");
	term_press(d.term, "!");
	golden_check(d.term, "messages-80x24-utf8");
	term_press(d.term, "/");
	term_press(d.term, "undo\r");
	assert_true(term_has(d.term, "undo"));
	term_raw_reset(d.term);
	term_press(d.term, "y");
	assert_non_null(strstr(buf_text(term_raw(d.term)), "\033]52;c;"));
	assert_true(term_has(d.term, "if the terminal allows it"));
	term_raw_reset(d.term);
	desk_close(&d);
}

static void test_narrow(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 12, 40, DESK_PLAIN);
	decide(&d, "b");
	term_press(d.term, "!");
	golden_check(d.term, "messages-40x12-utf8");
	term_resize(d.term, 24, 80);
	assert_true(term_has(d.term, "2026-01-15T12:00:00Z"));
	desk_close(&d);
}

/* In plain words as well: the cursor goes to the newest, and stays with it. */
static void test_in_words(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 12, 80, DESK_SPOKEN);
	for (int i = 0; i < 12; i++)
		term_press(d.term, "=");
	decide(&d, "b");
	term_press(d.term, "!");
	assert_true(term_has(d.term, "done; u takes it back"));
	desk_run(&d, 0, ARGV("untrust", "--yes", "Example Issuing CA"));
	term_wait_text(d.term, "the store was changed elsewhere");
	desk_close(&d);
}

/* Somebody else's change is told, ours not a second time. */
static void test_elsewhere(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	decide(&d, "b");
	term_press(d.term, "!");
	assert_false(term_has(d.term, "elsewhere"));
	desk_run(&d, 0, ARGV("trust", "--yes", "Example Issuing CA"));
	desk_run(&d, 0, ARGV("untrust", "--yes", "Example Issuing CA"));
	term_wait_text(d.term, "the store was changed elsewhere");
	desk_close(&d);
}

/* What is too long for its row is told to be longer, and stands in full on the page. */
static void test_long_message(void **state)
{
	struct desk_test d = { 0 };
	int col;
	(void)state;
	desk_open(&d, 24, 40, DESK_PLAIN);
	term_press(d.term, "y");
	assert_int_equal(term_find(d.term, " ! ", &col), 22);
	assert_false(term_has(d.term, "allows it"));
	term_raw_reset(d.term); /* of what is for the clipboard */
	term_press(d.term, "!");
	assert_true(term_has(d.term, "allows it"));
	desk_close(&d);
}

/* A key that was typed ahead takes away nothing that nobody saw. */
static void test_typed_ahead(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	term_press(d.term, "=jk");
	assert_true(term_has(d.term, "mark two certificates"));
	term_press(d.term, "j");
	assert_false(term_has(d.term, "mark two certificates"));
	desk_close(&d);
}

/* Several at once: the gravest shows, and how many others there are. */
static void test_several(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	term_press(d.term, "=y="); /* a warning, a note, the warning again */
	assert_true(term_has(d.term, "mark two certificates"));
	assert_true(term_has(d.term, " ! +1"));
	term_raw_reset(d.term); /* of what is for the clipboard */
	term_press(d.term, "!");
	assert_true(term_has(d.term, "note     sent to the clipboard"));
	term_press(d.term, "q");
	assert_false(term_has(d.term, " ! +1"));
	desk_close(&d);
}

static void test_set(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	assert_false(term_has(d.term, "10Quit"));
	term_press(d.term, ":");
	term_press(d.term, "set f" TERM_TAB "y" TERM_TAB "\r");
	assert_true(term_has(d.term, "function_keys is yes"));
	assert_true(term_has(d.term, "1Help   2Import 3Open   4Name   5Trust  6Block"));
	assert_false(term_has(d.term, "? help"));
	term_press(d.term, ":");
	term_press(d.term, "set\r");
	assert_true(term_has(d.term, "mouse is off, function_keys is yes"));
	static const char *const wrong[] = { "set mouse", "set mouse maybe", "set theme dark",
		"set mouse on off", "set =" };
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		term_press(d.term, ":");
		term_press(d.term, wrong[i]);
		term_press(d.term, "\r");
		assert_true(term_has(d.term, "set knows: mouse on or off"));
	}
	term_press(d.term, ":");
	term_press(d.term, "set function_keys no\r");
	assert_true(term_has(d.term, "? help"));
	term_resize(d.term, 40, 120);
	assert_false(term_has(d.term, "10Quit"));
	term_press(d.term, ":");
	term_press(d.term, "set function_keys auto\r");
	assert_true(term_has(d.term, "10Quit") && term_has(d.term, "? help"));
	desk_close(&d);
}

static void test_bar_read_only(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 30, 80, DESK_READ_ONLY);
	assert_true(term_has(d.term, "1Help           3Open                           7Search"));
	term_press(d.term, TERM_F3);
	assert_true(term_has(d.term, " certary  Certificate "));
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bounded),
		cmocka_unit_test(test_long_text),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_narrow),
		cmocka_unit_test(test_in_words),
		cmocka_unit_test(test_elsewhere),
		cmocka_unit_test(test_long_message),
		cmocka_unit_test(test_typed_ahead),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_bar_read_only),
	};
	return cmocka_run_group_tests_name("activity", tests, NULL, NULL);
}
