/*
 * --plain: what a screen reader meets.  Every screen is free of lines and of signs that stand for words, the
 * cursor is seen and stands where the matter is, and a move sends little more than its place.
 */
#include <stdlib.h>
#include <string.h>

#include "support/desk.h"
#include "support/unit.h"

/* Of what decorates other screens nothing is there, and whoever follows the cursor finds it. */
static void check_plain(struct term *t)
{
	static const char *const signs[] = { "\u2500", "\u2502", "\u250c", "\u2514", "\u2713", "\u2717",
		"\u25bc", "\u25b2", "\u2026", "[x]", "[ ]", "+--", "---" };
	int row, col;
	bool seen;
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (term_has(t, signs[i]))
			fail_msg("'%s' is on the screen", signs[i]);
	term_cursor(t, &row, &col, &seen);
	assert_true(seen);
}

static void check_golden(struct term *t, const char *name)
{
	check_plain(t);
	golden_check(t, name);
}

static void assert_cursor(struct term *t, int row, int col)
{
	int y, x;
	bool seen;
	term_cursor(t, &y, &x, &seen);
	assert_int_equal(y, row);
	assert_int_equal(x, col);
	assert_true(seen);
}

static void assert_cursor_on(struct term *t, const char *text)
{
	int y, x;
	bool seen;
	term_cursor(t, &y, &x, &seen);
	char *row = term_row(t, y);
	if (!strstr(row, text))
		fail_msg("the cursor is on '%s', not on '%s'", row, text);
	free(row);
	assert_true(seen);
}

/* Page by page, as large as most terminals are. */
static void test_pages(void **state)
{
	static const struct {
		const char *keys, *name;
	} pages[] = {
		{ "", "plain-list-80x24" },
		{ "jjj\r", "plain-certificate-80x24" },
		{ "qw", "plain-why-80x24" },
		{ "qf", "plain-filter-80x24" },
		{ TERM_ESC "t", "plain-nothing-to-do-80x24" },
		{ "gt", "plain-trust-80x24" },
		{ "n", NULL },
		{ " =", "plain-compare-80x24" },
		{ "q*2", "plain-identities-80x24" },
		{ "\r", "plain-identity-80x24" },
		{ "qc\r", "plain-form-80x24" },
		{ TERM_TAB TERM_TAB, "plain-form-to-mend-80x24" },
		{ TERM_TAB TERM_ENTER, "plain-form-options-80x24" },
		{ TERM_ESC, NULL },
		{ TERM_ESC, NULL },
		{ TERM_ESC, NULL },
		{ "3", "plain-endpoints-80x24" },
		{ "4", "plain-targets-80x24" },
		{ "5", "plain-journal-80x24" },
		{ "1:", "plain-command-80x24" },
	};
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_IDENTITIES | DESK_SPOKEN);
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
		if (*pages[i].keys)
			term_press(d.term, pages[i].keys);
		if (pages[i].name)
			check_golden(d.term, pages[i].name);
	}
	term_press(d.term, TERM_ESC);
	desk_close(&d);
}

/* Keys come and go: what counts is how they are said. */
static void test_help(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_SPOKEN);
	term_press(d.term, "?");
	check_plain(d.term);
	assert_true(term_has(d.term, "Enter F3: all its properties"));
	term_press(d.term, "q");
	desk_close(&d);
}

static void test_small(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 12, 40, DESK_SPOKEN);
	check_golden(d.term, "plain-list-40x12");
	term_press(d.term, "\r");
	check_golden(d.term, "plain-certificate-40x12");
	term_press(d.term, "qt");
	check_golden(d.term, "plain-trust-40x12");
	term_press(d.term, TERM_ESC);
	desk_close(&d);
}

/* Wide enough for two panes elsewhere: here it stays one, and Tab goes nowhere. */
static void test_one_column(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 140, DESK_SPOKEN);
	check_plain(d.term);
	assert_false(term_has(d.term, "In the store"));
	term_press(d.term, TERM_TAB "j");
	assert_cursor(d.term, 3, 0);
	desk_close(&d);
}

static void test_cursor_follows(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_SPOKEN);
	assert_cursor(d.term, 2, 0);
	term_raw_reset(d.term);
	term_press(d.term, "j");
	assert_cursor_on(d.term, "Example Issuing CA, trusted");
	assert_in_range(term_sent(d.term), 1, 24); /* its place, and no row anew */
	term_press(d.term, TERM_ENTER);
	assert_cursor(d.term, 1, 0);
	term_raw_reset(d.term);
	term_press(d.term, "j");
	assert_cursor(d.term, 2, 0); /* through the lines, before anything scrolls */
	assert_in_range(term_sent(d.term), 1, 24);
	term_press(d.term, "G");
	assert_cursor(d.term, 21, 0);
	term_press(d.term, "g/Serial\r");
	assert_cursor_on(d.term, "Serial");
	term_press(d.term, "q");
	assert_cursor_on(d.term, "Example Issuing CA, trusted");
	desk_close(&d);
}

/* The cursor goes to a message, whole, until the next key. */
static void test_messages(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 12, 40, DESK_SPOKEN);
	term_press(d.term, "jy");
	assert_non_null(strstr(buf_text(term_raw(d.term)), "\033]52;c;MjhmOTgzY2JmYzNjZGQ1OD"));
	term_raw_reset(d.term); /* the one sequence that the check of all bytes doesn't know */
	assert_cursor_on(d.term, "sent to the clipboard");
	assert_true(term_has(d.term, "8517142f") || term_has(d.term, "28f983cbfc3cdd58"));
	term_press(d.term, "k");
	assert_cursor(d.term, 2, 0);
	assert_false(term_has(d.term, "clipboard"));
	desk_close(&d);
}

static void test_marked_and_expired_are_words(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_SPOKEN);
	term_press(d.term, " ");
	assert_true(term_has(d.term, "marked: evil"));
	assert_true(term_has(d.term, "expiring, 16 days left"));
	assert_true(term_has(d.term, "sorted by Name"));
	term_press(d.term, "s");
	term_press(d.term, "d");
	assert_true(term_has(d.term, "sorted by Days"));
	desk_close(&d);
}

/* The setting does what the option does. */
static void test_setting(void **state)
{
	struct desk_test d = { 0 };
	struct tmp *tmp = tmp_new();
	(void)state;
	tmp_text(tmp, "conf", "plain = true;\n");
	desk_open(&d, 24, 80, DESK_PLAIN);
	desk_leave(d.term);
	d.term = term_open(24, 80, "xterm-256color", ARGV(DESK_CLOCK),
		ARGV("certary", "--store", tmp_path(d.tmp, "desk"), "--config", tmp_path(tmp, "conf")));
	check_plain(d.term);
	assert_cursor(d.term, 2, 0);
	desk_close(&d);
	tmp_free(tmp);
}

/* A note in a form that takes several rows: each holds its own part of it. */
static void test_long_note(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 40, 48, DESK_SPOKEN | DESK_IDENTITIES);
	term_press(d.term, "2S");
	term_press(d.term, "app.csr\r");
	term_press(d.term, "secret\r");
	assert_true(term_has(d.term, "good: whoever made the request holds the"));
	assert_true(term_has(d.term, "        key"));
	term_press(d.term, TERM_ESC);
	desk_close(&d);
}

static void test_after_a_resize(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_SPOKEN);
	term_press(d.term, "jj\rjjj");
	term_resize(d.term, 12, 40);
	check_plain(d.term);
	term_resize(d.term, 24, 80);
	check_plain(d.term);
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_small),
		cmocka_unit_test(test_one_column),
		cmocka_unit_test(test_cursor_follows),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_marked_and_expired_are_words),
		cmocka_unit_test(test_setting),
		cmocka_unit_test(test_long_note),
		cmocka_unit_test(test_after_a_resize),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
