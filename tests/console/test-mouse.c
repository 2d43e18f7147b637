/*
 * The mouse, by the bytes that terminals send: what is under the pointer is meant, and with it off the
 * terminal hears nothing of it.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "support/desk.h"
#include "support/unit.h"

#define MOUSE_ON  "\033[?1000h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1000l"

enum { LEFT = 0, RIGHT = 2, RELEASE = 3, WHEEL_UP = 64, WHEEL_DOWN = 65, WHEEL_LEFT = 66 };

/* Places are counted from 1 on the wire. */
static void mouse(struct desk_test *d, int button, int row, int col)
{
	char bytes[64];
	if (button == LEFT)
		snprintf(bytes, sizeof bytes, "\033[<0;%d;%dM\033[<0;%d;%dm", col + 1, row + 1, col + 1,
			row + 1);
	else
		snprintf(bytes, sizeof bytes, "\033[<%d;%d;%dM", button, col + 1, row + 1);
	term_press(d->term, bytes);
}

/* Where that text stands, and so many columns behind its beginning. */
static void click(struct desk_test *d, const char *text, int behind)
{
	int col, row = term_find(d->term, text, &col);
	if (row < 0)
		fail_msg("no '%s' to click on", text);
	mouse(d, LEFT, row, col + behind);
}

static void open_with_mouse(struct desk_test *d, int rows, int cols, unsigned look)
{
	desk_open(d, rows, cols, look);
	term_press(d->term, ":");
	term_press(d->term, "set mouse on\r");
	assert_true(term_has(d->term, "mouse is on"));
}

static bool heard(struct desk_test *d, const char *bytes)
{
	return strstr(buf_text(term_raw(d->term)), bytes) != NULL;
}

/* What the terminal sends all the same is a key for nobody. */
static void test_off(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	term_press(d.term, "jj");
	mouse(&d, LEFT, 5, 20);
	mouse(&d, LEFT, 6, 20);
	mouse(&d, WHEEL_DOWN, 4, 20);
	assert_true(term_has(d.term, "3 of 7"));
	term_signal(d.term, SIGTERM);
	assert_int_equal(term_wait_exit(d.term), 0);
	assert_false(heard(&d, "?1000") || heard(&d, "?1006") || heard(&d, "?1002") || heard(&d, "?1003"));
	term_check_restored(d.term);
	term_free(d.term);
	tmp_free(d.tmp);
}

static void test_on_and_off(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_with_mouse(&d, 24, 80, DESK_PLAIN);
	assert_true(heard(&d, MOUSE_ON));
	assert_false(heard(&d, MOUSE_OFF));
	term_raw_reset(d.term);
	term_press(d.term, ":");
	term_press(d.term, "set mouse=off\r");
	assert_true(heard(&d, MOUSE_OFF));
	term_raw_reset(d.term);
	desk_close(&d);
}

/* Started with it by the settings, and given back however it ends. */
static void check_end(int signo, int status)
{
	struct desk_test d = { 0 };
	open_with_mouse(&d, 24, 80, DESK_PLAIN);
	term_signal(d.term, signo);
	assert_int_equal(term_wait_exit(d.term), status);
	assert_true(heard(&d, MOUSE_OFF));
	term_check_restored(d.term);
	term_free(d.term);
	tmp_free(d.tmp);
}

static void test_ends(void **state)
{
	(void)state;
	check_end(SIGTERM, 0);
	check_end(SIGHUP, 0);
	check_end(SIGQUIT, 128 + SIGQUIT);
	if (!UNIT_SLOW) /* the sanitizers make another end of it */
		check_end(SIGSEGV, 128 + SIGSEGV);
}

/* Where nobody could continue it Ctrl-Z gives the terminal back and takes it again. */
static void test_suspended(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_with_mouse(&d, 24, 80, DESK_PLAIN);
	term_raw_reset(d.term);
	term_press(d.term, TERM_CTRL('Z'));
	const char *off = strstr(buf_text(term_raw(d.term)), MOUSE_OFF);
	assert_non_null(off);
	assert_non_null(strstr(off, MOUSE_ON));
	desk_close(&d);
}

static void test_setting(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	desk_leave(d.term);
	tmp_text(d.tmp, "certary.conf", "mouse = true;\n");
	d.term = term_open(24, 80, "xterm-256color", NULL,
		ARGV("certary", "--config", tmp_path(d.tmp, "certary.conf"), "--store",
			tmp_path(d.tmp, "desk")));
	assert_true(heard(&d, MOUSE_ON));
	desk_close(&d);
}

static void test_rows(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_with_mouse(&d, 24, 80, DESK_PLAIN);
	mouse(&d, LEFT, 4, 20);
	assert_true(term_has(d.term, "3 of 7"));
	mouse(&d, WHEEL_DOWN, 4, 20);
	assert_true(term_has(d.term, "6 of 7"));
	mouse(&d, WHEEL_UP, 4, 20);
	assert_true(term_has(d.term, "3 of 7"));
	mouse(&d, RIGHT, 5, 20);
	mouse(&d, RELEASE, 5, 20);
	mouse(&d, WHEEL_LEFT, 5, 20);
	mouse(&d, LEFT + 32, 5, 20); /* moved with the button held */
	mouse(&d, LEFT, 15, 20);     /* below the rows */
	term_press(d.term, "\033[<0;0;0M");
	term_press(d.term, "\033[<0;99999;99999M");
	assert_true(term_has(d.term, "3 of 7"));
	mouse(&d, LEFT, 4, 30); /* the selected one */
	assert_true(term_has(d.term, " certary  Certificate "));
	desk_close(&d);
}

/* Both halves at once: the second one isn't meant for the page that the first one has opened. */
static void test_double_click(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_with_mouse(&d, 24, 80, DESK_PLAIN);
	term_press(d.term, "\033[<0;21;6M\033[<0;21;6m\033[<0;21;6M\033[<0;21;6m");
	assert_true(term_has(d.term, " certary  Certificate "));
	desk_close(&d);
}

static void test_views_and_hints(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_with_mouse(&d, 24, 80, DESK_PLAIN);
	click(&d, "5 Journal", 4);
	assert_true(term_has(d.term, "v verify"));
	click(&d, "2 Identities", 0);
	assert_true(term_has(d.term, "c create"));
	click(&d, "1 Certs", 2);
	assert_true(term_has(d.term, "i import"));
	click(&d, "f filter", 3);
	assert_true(term_has(d.term, "Show only"));
	click(&d, "blocked", 0);
	assert_false(term_has(d.term, "Show only"));
	assert_true(term_has(d.term, " 1 of 1"));
	click(&d, "? help", 0);
	assert_true(term_has(d.term, "Enter F3"));
	click(&d, "q leave", 2);
	assert_false(term_has(d.term, "Enter F3"));
	desk_close(&d);
}

static void test_heads(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_with_mouse(&d, 24, 80, DESK_PLAIN);
	click(&d, "Days", 1);
	assert_true(term_has(d.term, "by days ") && !term_has(d.term, "downwards"));
	click(&d, "Days", 1);
	assert_true(term_has(d.term, "by days downwards"));
	click(&d, "State", 0);
	assert_true(term_has(d.term, "by state "));
	desk_close(&d);
}

/* A dialog hides what it lies over, also from the mouse. */
static void test_dialogs(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_with_mouse(&d, 24, 120, DESK_PLAIN);
	click(&d, "d delete", 0);
	assert_true(term_has(d.term, "n leave"));
	click(&d, "5 Journal", 2);
	mouse(&d, LEFT, 2, 3);
	assert_true(term_has(d.term, "n leave"));
	click(&d, "n leave", 3);
	assert_false(term_has(d.term, "n leave"));
	assert_int_equal(tmp_count(d.tmp, "desk/trash"), 1);
	click(&d, "d delete", 3);
	click(&d, "y delete", 2);
	assert_true(term_has(d.term, "u takes it back"));
	assert_int_equal(tmp_count(d.tmp, "desk/trash"), 2);
	desk_close(&d);
}

static void test_panes(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_with_mouse(&d, 20, 120, DESK_PLAIN);
	assert_true(term_has(d.term, "1 of 7"));
	mouse(&d, WHEEL_DOWN, 5, 90); /* the other pane, and the keyboard stays */
	assert_true(term_has(d.term, "1 of 7"));
	term_press(d.term, "j");
	assert_true(term_has(d.term, "2 of 7"));
	mouse(&d, LEFT, 5, 90);
	assert_false(term_has(d.term, " of 7"));
	mouse(&d, WHEEL_DOWN, 5, 20); /* to the fifth row */
	assert_false(term_has(d.term, " of 7"));
	mouse(&d, LEFT, 6, 20); /* it is selected, so that this only takes the keyboard */
	assert_true(term_has(d.term, "1 Certificates") && term_has(d.term, "5 of 7"));
	term_press(d.term, "j");
	assert_true(term_has(d.term, "6 of 7"));
	desk_close(&d);
}

static void test_typed_search(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_with_mouse(&d, 24, 80, DESK_PLAIN);
	term_press(d.term, "/exam");
	click(&d, "f filter", 0);
	assert_true(term_has(d.term, "Show only"));
	term_press(d.term, TERM_ESC);
	assert_true(term_has(d.term, "/exam"));
	assert_false(term_has(d.term, "/examf"));
	desk_close(&d);
}

static void test_form(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_with_mouse(&d, 30, 90, DESK_PLAIN);
	term_press(d.term, "p");
	click(&d, "TLS version", 2); /* its label: only there */
	assert_true(term_has(d.term, ">  TLS version"));
	click(&d, "any", 0);
	assert_true(term_has(d.term, "Enter choose"));
	click(&d, "Service", 0); /* beside the box */
	assert_false(term_has(d.term, "Enter choose"));
	assert_true(term_has(d.term, "any  "));
	click(&d, "any", 0);
	click(&d, "1.2", 0);
	assert_true(term_has(d.term, "1.2 ") && !term_has(d.term, "Enter choose"));
	click(&d, "[ Probe ]", 3); /* refused, and told where */
	assert_true(term_has(d.term, "1 to mend"));
	click(&d, "HTTP path", 20);
	term_press(d.term, "/abc");
	assert_true(term_has(d.term, "/abc"));
	click(&d, "Esc leave", 1);
	assert_true(term_has(d.term, "1 Certificates"));
	desk_close(&d);
}

static void test_import(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_with_mouse(&d, 24, 80, DESK_PLAIN);
	struct run r = { 0 };
	assert_int_equal(run(&r, ARGV("sh", "-c", "mkdir \"$0/in\" && cat tests/data/certs/spare.pem "
		"tests/data/certs/root.pem > \"$0/in/two.pem\"", tmp_path(d.tmp, NULL)), NULL, NULL), 0);
	run_done(&r);
	term_press(d.term, "i");
	click(&d, "in/", 0);
	click(&d, "in/", 1); /* the selected one is entered */
	click(&d, "two.pem", 0);
	term_wait_text(d.term, "2 certificates");
	click(&d, "[x]", 1); /* in the pane that hasn't the keyboard */
	assert_true(term_has(d.term, "[ ]"));
	click(&d, "[ ]", 1);
	assert_false(term_has(d.term, "[ ]"));
	desk_close(&d);
}

/* The wizard: its hints, its forms, and boxes that are ticked. */
static void test_setup(void **state)
{
	struct desk_test d = { .tmp = tmp_new() };
	struct run r = { 0 };
	(void)state;
	tmp_text(d.tmp, "certary.conf", "mouse = true;\n");
	assert_int_equal(run(&r, ARGV("sh", "-c", "mkdir -p \"$0/$1\" && "
		"cp tests/data/certs/root.pem \"$0/$1/one.crt\" && cp tests/data/certs/spare.pem "
		"\"$0/$1/two.crt\"", tmp_path(d.tmp, NULL), "root/usr/local/share/ca-certificates"),
		NULL, NULL), 0);
	run_done(&r);
	d.term = term_open(24, 80, "xterm-256color", ARGV(DESK_CLOCK),
		ARGV("env", "-C", tmp_path(d.tmp, NULL), run_program(), "--config", "certary.conf",
			"--store", "desk", "setup", "--root", "root"));
	click(&d, "[ Next ]", 3);
	assert_true(term_has(d.term, "Step 2 of 8"));
	click(&d, "PgUp back", 6);
	assert_true(term_has(d.term, "Step 1 of 8"));
	click(&d, "PgDn next", 0);
	click(&d, "[ Next ]", 3); /* elsewhere: the same place once more would be a double click */
	assert_true(term_has(d.term, "Step 3 of 8"));
	term_wait_text(d.term, "[x] spare");
	mouse(&d, WHEEL_DOWN, 12, 20);
	int row, col;
	row = term_find(d.term, "[x] spare", &col);
	mouse(&d, LEFT, row, col);
	assert_true(term_has(d.term, "[ ] spare") && term_has(d.term, "[x] Example Root"));
	click(&d, "Esc leave", 0);
	term_press(d.term, "Q");
	assert_int_equal(term_wait_exit(d.term), 0);
	term_check_restored(d.term);
	term_free(d.term);
	tmp_free(d.tmp);
}

static void open_setup(struct desk_test *d, const char *language)
{
	d->tmp = tmp_new();
	tmp_text(d->tmp, "certary.conf", "mouse = true;\n");
	tmp_dir(d->tmp, "root/etc");
	const char *env[] = { DESK_CLOCK, desk_locales(), language, NULL };
	d->term = term_open(24, 80, "xterm-256color", env,
		ARGV("env", "-C", tmp_path(d->tmp, NULL), run_program(), "--config", "certary.conf",
			"--store", "desk", "setup", "--root", "root"));
}

static void close_setup(struct desk_test *d)
{
	term_press(d->term, TERM_ESC);
	term_press(d->term, "Q");
	assert_int_equal(term_wait_exit(d->term), 0);
	term_free(d->term);
	tmp_free(d->tmp);
}

/* In the last step but one the hint on the left leads on; where it stood the summary has "do it". */
static void test_setup_double_click(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_setup(&d, "LANGUAGE=en");
	for (int step = 1; step < 7; step++)
		term_press(d.term, TERM_PGDN);
	assert_true(term_has(d.term, "Step 7 of 8"));
	term_press(d.term, "\033[<0;4;24M\033[<0;4;24m\033[<0;4;24M\033[<0;4;24m");
	assert_true(term_has(d.term, "Step 8 of 8"));
	close_setup(&d);
}

/* Hints of characters that are two columns wide, or several bytes. */
static void test_setup_wide_hints(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_setup(&d, "LANGUAGE=ja");
	for (int step = 1; step < 8; step++)
		term_press(d.term, TERM_PGDN);
	assert_true(term_has(d.term, "8/8"));
	click(&d, "b \u623b\u308b", 0);
	assert_true(term_has(d.term, "7/8"));
	close_setup(&d);
}

/* A dialog in plain words fills the screen: the hints of the page below it aren't there. */
static void test_dialog_in_words(void **state)
{
	struct desk_test d = { 0 };
	int row, col;
	(void)state;
	open_with_mouse(&d, 24, 80, DESK_SPOKEN);
	term_press(d.term, "!");
	row = term_find(d.term, "y copy", &col);
	assert_true(row >= 0);
	term_press(d.term, TERM_F10);
	assert_true(term_has(d.term, "Leave certary?"));
	mouse(&d, LEFT, row, col);
	assert_true(term_has(d.term, "Leave certary?"));
	term_press(d.term, "n");
	desk_close(&d);
}

static void test_message(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_with_mouse(&d, 24, 80, DESK_PLAIN);
	mouse(&d, WHEEL_DOWN, 4, 20); /* takes no message away */
	click(&d, "mouse is on", 2);
	assert_true(term_has(d.term, " certary  Messages "));
	assert_true(term_has(d.term, "done     mouse is on"));
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_off),
		cmocka_unit_test(test_on_and_off),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_suspended),
		cmocka_unit_test(test_setting),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_double_click),
		cmocka_unit_test(test_views_and_hints),
		cmocka_unit_test(test_heads),
		cmocka_unit_test(test_dialogs),
		cmocka_unit_test(test_panes),
		cmocka_unit_test(test_typed_search),
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_import),
		cmocka_unit_test(test_setup),
		cmocka_unit_test(test_setup_double_click),
		cmocka_unit_test(test_setup_wide_hints),
		cmocka_unit_test(test_dialog_in_words),
		cmocka_unit_test(test_message),
	};
	return cmocka_run_group_tests_name("mouse", tests, NULL, NULL);
}
