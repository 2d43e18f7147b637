/*
 * Themes in the console: looked at, kept, put back; broken ones.  Those of the wizard: test-setup.c.
 */
#include <string.h>

#include "support/desk.h"
#include "support/unit.h"

#define OWN "config/certary/themes/own.theme"

static struct term_cell look_of(struct term *t, const char *text)
{
	int col, row = term_find(t, text, &col);
	assert_true(row >= 0);
	return term_attr(t, row, col);
}

/* The colours of a trusted one's state, behind whatever dialog is open. */
static void check_trusted(struct term *t, int fg, int bg)
{
	struct term_cell cell = look_of(t, "trusted     2176");
	assert_int_equal(cell.fg, fg);
	assert_int_equal(cell.bg, bg);
}

static void check_default(struct term *t)
{
	check_trusted(t, 2, -1);
}

static void check_dark(struct term *t)
{
	check_trusted(t, 114, 234);
}

static struct term *open_with(struct desk_test *d, const char *own)
{
	desk_open(d, 24, 80, DESK_PLAIN);
	tmp_text(d->tmp, OWN, own);
	return d->term;
}

static void test_list_shows_each(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	struct term *t = open_with(&d, "description = \"mine \u00e9\";\ntrusted = \"201\";\n");
	check_default(t);
	term_press(t, "T");
	assert_true(term_has(t, "default   The terminal's own sixteen"));
	assert_true(term_has(t, "contrast  Bright on black"));
	assert_true(term_has(t, "own       mine"));
	check_default(t);
	term_press(t, "j");
	check_trusted(t, 46, 16);
	term_press(t, "j");
	check_dark(t);
	assert_int_equal(look_of(t, "Theme").bg, 234);
	assert_int_equal(term_attr(t, 20, 40).bg, 234); /* where nothing stands */
	term_press(t, "G");
	check_trusted(t, 201, -1);
	term_press(t, TERM_ESC);
	check_default(t);
	assert_false(term_has(t, "theme"));
	desk_close(&d);
}

static void test_keeping(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	struct term *t = open_with(&d, "");
	term_press(t, "Tjj\r");
	check_dark(t);
	assert_true(term_has(t, "theme dark"));
	term_press(t, "5");
	assert_int_equal(look_of(t, "Journal").bg, 234);
	term_press(t, "T"); /* from any page; the cursor is on the one that is shown */
	assert_true(term_has(t, ">3     dark"));
	term_press(t, "4"); /* by its number */
	assert_int_equal(look_of(t, "Journal").bg, 231);
	term_press(t, "1Tkk" TERM_F10); /* a question that is open is answered by no */
	check_trusted(t, 22, 231);
	desk_close(&d);
}

static void test_resized_while_open(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	struct term *t = open_with(&d, "");
	term_press(t, "Tjj");
	term_resize(t, 8, 30);
	term_resize(t, 24, 80);
	check_dark(t);
	term_press(t, "\r");
	check_dark(t);
	desk_close(&d);
}

static void test_by_name(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	struct term *t = open_with(&d, "trusted = \"201\";\n");
	term_press(t, ":theme dark\r");
	check_dark(t);
	term_press(t, ":theme own\r");
	check_trusted(t, 201, -1);
	term_press(t, ":theme  ./" OWN " \r");
	check_trusted(t, 201, -1);
	term_press(t, ":theme\r");
	assert_true(term_has(t, "Enter choose"));
	term_press(t, TERM_ESC);
	term_press(t, ":theme nosuch\r");
	assert_true(term_has(t, "there is no theme 'nosuch'"));
	term_press(t, TERM_ESC);
	check_default(t);
	desk_close(&d);
}

static void test_completed(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	struct term *t = open_with(&d, "");
	term_press(t, ":theme contr\t");
	assert_true(term_has(t, "theme contrast"));
	term_press(t, TERM_ESC);
	term_press(t, ":theme d\t");
	assert_true(term_has(t, "default  dark"));
	term_press(t, TERM_ESC);
	term_press(t, ":them\t");
	assert_true(term_has(t, ": theme"));
	term_press(t, TERM_ESC);
	desk_close(&d);
}

#define BROKEN "# a word that is none\ntrusted = \"114\";\nblocked = \"rot\";\n"

/* Named by file and line, and what is shown is the built-in one, all of it. */
static void test_broken(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	struct term *t = open_with(&d, BROKEN);
	term_press(t, "T");
	assert_true(term_has(t, "own       can't be read"));
	term_press(t, "jj");
	check_dark(t);
	term_press(t, "G");
	assert_true(term_has(t, "own.theme:3:"));
	check_default(t);
	term_press(t, "\r");
	assert_true(term_has(t, "own.theme:3: 'rot'"));
	term_press(t, TERM_ESC);
	check_default(t);
	term_press(t, ":theme dark\r");
	check_dark(t);
	term_press(t, ":theme own\r");
	assert_true(term_has(t, "own.theme:3: 'rot'"));
	term_press(t, TERM_ESC);
	check_default(t);
	desk_close(&d);
}

static void test_broken_at_the_start(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_with(&d, BROKEN);
	desk_leave(d.term);
	d.theme = "own";
	d.term = desk_another(&d, 24, 80, DESK_PLAIN);
	assert_true(term_has(d.term, "own.theme:3: 'rot'"));
	term_press(d.term, TERM_ESC);
	check_default(d.term);
	tmp_text(d.tmp, OWN, "trusted = \"201\";\n"); /* mended beside it */
	term_press(d.term, TERM_CTRL('l'));
	check_trusted(d.term, 201, -1);
	tmp_text(d.tmp, OWN, BROKEN);
	term_press(d.term, TERM_CTRL('l'));
	assert_true(term_has(d.term, "reading the theme: "));
	check_default(d.term);
	desk_close(&d);
}

/* What the settings say is kept to at the next start, and that is said; --theme goes before them. */
static void test_settings(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_with(&d, "");
	desk_leave(d.term);
	tmp_text(d.tmp, "config/certary/certary.conf", "theme = \"dark\";\n");
	d.term = desk_another(&d, 24, 80, DESK_PLAIN);
	check_dark(d.term);
	term_press(d.term, ":theme light\r");
	check_trusted(d.term, 22, 231);
	assert_true(term_has(d.term, "theme light until you leave: the settings say theme = \"dark\""));
	term_press(d.term, ":theme dark\r");
	assert_false(term_has(d.term, "until you leave"));
	desk_leave(d.term);
	d.theme = "contrast";
	d.term = desk_another(&d, 24, 80, DESK_PLAIN);
	check_trusted(d.term, 46, 16);
	desk_close(&d);
}

/* Kept where the settings say nothing; who only looks keeps nothing. */
static void test_remembered(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_with(&d, "");
	desk_leave(d.term);
	d.term = desk_another(&d, 24, 80, DESK_READ_ONLY);
	term_press(d.term, ":theme light\r");
	assert_true(term_has(d.term, "theme light until you leave"));
	desk_leave(d.term);
	d.term = desk_another(&d, 24, 80, DESK_PLAIN);
	check_default(d.term);
	term_press(d.term, "Tjj\r");
	assert_false(term_has(d.term, "until you leave"));
	desk_leave(d.term);
	d.term = desk_another(&d, 24, 80, DESK_PLAIN);
	check_dark(d.term);
	term_press(d.term, ":theme ./" OWN "\r"); /* a path is kept whole */
	desk_leave(d.term);
	assert_true(tmp_exists(d.tmp, "state/certary/console"));
	tmp_text(d.tmp, OWN, BROKEN);
	d.term = desk_another(&d, 24, 80, DESK_PLAIN);
	assert_true(term_has(d.term, "own.theme:3:"));
	term_press(d.term, TERM_ESC);
	check_default(d.term);
	desk_leave(d.term);
	tmp_text(d.tmp, "config/certary/certary.conf", "theme = \"contrast\";\n");
	d.term = desk_another(&d, 24, 80, DESK_PLAIN);
	check_trusted(d.term, 46, 16);
	desk_close(&d);
}

static void test_without_colours(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_MONO);
	term_press(d.term, "T");
	for (size_t i = 0; i < 4; i++) {
		term_press(d.term, "j");
		check_trusted(d.term, -1, -1);
		assert_true(look_of(d.term, "blocked").underline);
		assert_true(look_of(d.term, "blocked").bold);
	}
	term_press(d.term, TERM_ESC);
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list_shows_each),
		cmocka_unit_test(test_keeping),
		cmocka_unit_test(test_resized_while_open),
		cmocka_unit_test(test_by_name),
		cmocka_unit_test(test_completed),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_broken_at_the_start),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_remembered),
		cmocka_unit_test(test_without_colours),
	};
	return cmocka_run_group_tests_name("themes", tests, NULL, NULL);
}
