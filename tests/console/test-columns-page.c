/*
 * Columns that somebody chooses: live, kept, put back, and there again the next time.
 */
#include <stdlib.h>
#include <string.h>

#include "support/desk.h"
#include "support/unit.h"

/* The titles of the list. */
static void check_titles(struct term *term, const char *want)
{
	char *row = term_row(term, 1), *at = row;
	char *found = strdup(row);
	size_t len = 0;
	for (; *at; at++) /* blanks run together: widths are looked at elsewhere */
		if (*at != ' ' || (len > 0 && found[len - 1] != ' '))
			found[len++] = *at;
	found[len] = '\0';
	assert_string_equal(found, want);
	free(found);
	free(row);
}

static void test_ticking_is_seen_at_once(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	term_press(d.term, "C");
	golden_check(d.term, "columns-80x24");
	term_press(d.term, "jj j j ");
	check_titles(d.term, "Name▲ State Issuer");
	term_press(d.term, "K");
	check_titles(d.term, "Name▲ State Issuer");
	term_press(d.term, "KK");
	check_titles(d.term, "Name▲ Issuer State");
	term_press(d.term, "K");
	check_titles(d.term, "Issuer Name▲ State");
	term_press(d.term, TERM_ENTER);
	check_titles(d.term, "Issuer Name▲ State");
	assert_true(term_has(d.term, "CN=Example Root CA,O="));
	desk_close(&d);
}

static void test_put_back(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	term_press(d.term, "C ");
	check_titles(d.term, "State Days Subject");
	term_press(d.term, "j j ");
	check_titles(d.term, "Subject");
	term_press(d.term, "j ");
	assert_true(term_has(d.term, "one column has to stay"));
	check_titles(d.term, "Subject");
	term_press(d.term, TERM_ESC);
	check_titles(d.term, "Name▲ State Days Subject");
	term_press(d.term, "C q");
	check_titles(d.term, "Name▲ State Days Subject");
	assert_true(term_has(d.term, "1 of 7")); /* and the list is still open */
	desk_close(&d);
	desk_open(&d, 24, 80, DESK_PLAIN);
	assert_false(tmp_exists(d.tmp, "state"));
	desk_close(&d);
}

/* Where a title stands. */
static int column_of(struct term *term, const char *title)
{
	int col = -1;
	assert_int_equal(term_find(term, title, &col), 1);
	return col;
}

static void test_widths(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	int at = column_of(d.term, "State");
	term_press(d.term, "C<<<");
	assert_int_equal(column_of(d.term, "State"), at - 3);
	term_press(d.term, ">");
	assert_int_equal(column_of(d.term, "State"), at - 2);
	term_press(d.term, "a");
	assert_int_equal(column_of(d.term, "State"), at);
	for (int i = 0; i < 20; i++)
		term_press(d.term, TERM_LEFT TERM_LEFT);
	assert_int_equal(column_of(d.term, "State"), 3 + 2 + 1);
	term_press(d.term, "r");
	assert_int_equal(column_of(d.term, "State"), at);
	desk_close(&d);
}

static void test_remembered(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 120, DESK_PLAIN);
	term_press(d.term, "||"); /* the list alone */
	term_press(d.term, "CG < <" TERM_ENTER);
	check_titles(d.term, "Name▲ State Days Subject Ticket");
	desk_leave(d.term);
	d.term = desk_another(&d, 24, 120, DESK_PLAIN);
	check_titles(d.term, "Name▲ State Days Subject Ticket");
	assert_non_null(strstr(tmp_read(d.tmp, "state/certary/console", NULL),
		"columns_certificates = \"name state days subject ticket:"));
	term_press(d.term, "Cr" TERM_ENTER);
	desk_leave(d.term);
	assert_null(strstr(tmp_read(d.tmp, "state/certary/console", NULL), "columns"));
	d.term = desk_another(&d, 24, 80, DESK_PLAIN);
	desk_close(&d);
}

/* All of them at once: what a certificate tells of itself stands there, and what has no room says so. */
static void test_all_columns(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 30, 300, DESK_PLAIN);
	term_press(d.term, "||C");
	for (int i = 0; i < 15; i++)
		term_press(d.term, i ? "j " : "jjjj ");
	assert_false(term_has(d.term, "no room"));
	term_press(d.term, TERM_ENTER);
	golden_check(d.term, "columns-all-300x30");
	term_resize(d.term, 30, 80);
	term_press(d.term, "CG");
	assert_true(term_has(d.term, "no room"));
	desk_close(&d);
}

static void test_other_pages(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_IDENTITIES);
	term_press(d.term, "2");
	term_press(d.term, "||");
	term_press(d.term, "CG k " TERM_ENTER);
	check_titles(d.term, "Name▲ Kind State Days Added Note");
	assert_true(term_has(d.term, "key also"));
	term_press(d.term, "1");
	check_titles(d.term, "Name▲ State Days Subject"); /* each list has its own */
	term_press(d.term, "5C");
	assert_true(term_has(d.term, "no columns to choose"));
	desk_close(&d);
}

static void test_small_screens(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 12, 40, DESK_PLAIN);
	term_press(d.term, "C");
	golden_check(d.term, "columns-40x12");
	term_resize(d.term, 5, 20);
	term_press(d.term, "jjjj KKK ");
	term_resize(d.term, 12, 40);
	term_press(d.term, "G" TERM_ENTER);
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ticking_is_seen_at_once),
		cmocka_unit_test(test_put_back),
		cmocka_unit_test(test_widths),
		cmocka_unit_test(test_remembered),
		cmocka_unit_test(test_all_columns),
		cmocka_unit_test(test_other_pages),
		cmocka_unit_test(test_small_screens),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
