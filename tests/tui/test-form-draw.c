/*
 * How a form looks, on a virtual terminal.  Its owner here refuses host names with two dots in a
 * row, warns of more than 398 days and shows the passphrases only where the key is sealed.
 */
#include "tui/scene.h"

#include "base/text.h"
#include "tui/form-demo.h"

/* --- scenes -------------------------------------------------------------------------------- */

static struct form *form;
static size_t seen;
static bool done;

static void judge(void)
{
	struct rows rows = { 0 };
	long days;
	for (size_t i = 0; i < form_list_count(form, "names"); i++)
		if (strstr(form_list_at(form, "names", i), "..")) {
			char key[32], *name = text_safe(form_list_at(form, "names", i),
					      strlen(form_list_at(form, "names", i)));
			snprintf(key, sizeof key, "names.%zu", i);
			rows_format(&rows, ROLE_ERROR, key, "%s is no host name", name);
			free(name);
		}
	if (form_number(form, "days", &days) && days > 398)
		rows_add(&rows, ROLE_WARNING, "days", "browsers refuse more than 398 days");
	rows_add(&rows, ROLE_NORMAL, NULL, "nobody trusts it unless told to");
	form_show(form, "pass", form_yes(form, "seal"));
	form_show(form, "again", form_yes(form, "seal"));
	form_enable(form, "org", form_choice(form, "profile") != 1);
	form_say(form, &rows);
	seen = form_changed(form);
}

static void paint_demo(struct area area)
{
	if (!form) {
		form = demo_form();
		judge();
	}
	if (done)
		area_text(area, 0, 0, ROLE_NORMAL, "accepted");
	else
		form_draw(form, area);
}

static void key_demo(const struct key *key)
{
	done |= form_key(form, key) == REACT_ACCEPT;
	if (form_changed(form) != seen)
		judge();
}

static const struct scene scenes[] = {
	{ .name = "demo", .paint = paint_demo, .key = key_demo },
	{ .name = "ascii", .paint = paint_demo, .key = key_demo, .ascii = ASCII_YES },
	{ .name = "mouse", .paint = paint_demo, .key = key_demo, .mouse = true },
};

/* --- tests --------------------------------------------------------------------------------- */

/* Typed as a paste, since q leaves a scene. */
#define NAMES TERM_PASTE("www.example.org\nexample.org\nmail..example.org")

static void fill(struct term *t)
{
	term_press(t, "mail server" TERM_TAB);
	term_press(t, NAMES);
}

/* The options over the fields below, each with its half sentence; the cursor's stands below too. */
static void test_options(void **state)
{
	static const int sizes[][2] = { { 24, 80 }, { 12, 40 } };
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char name[40];
		struct term *t =
			scene_open(sizes[i][0], sizes[i][1], "xterm-256color", NULL, "demo");
		term_press(t, "a" TERM_TAB TERM_TAB TERM_TAB TERM_ENTER TERM_DOWN);
		snprintf(name, sizeof name, "form-options-%dx%d-utf8", sizes[i][1], sizes[i][0]);
		golden_check(t, name);
		term_press(t, TERM_ENTER);
		assert_true(term_has(t, "Client"));
		assert_false(term_has(t, "Company CA"));
		assert_true(term_has(t, "Browsers refuse")); /* it went on to the next field */
		scene_close(t);
	}
}

static void test_golden(void **state)
{
	static const struct {
		int rows, cols;
		const char *scene, *name;
	} shots[] = {
		{ 24, 80, "demo", "form-80x24-utf8" },
		{ 24, 80, "ascii", "form-80x24-ascii" },
		{ 12, 40, "demo", "form-40x12-utf8" },
		{ 60, 200, "demo", "form-200x60-utf8" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof shots / sizeof *shots; i++) {
		struct term *t = scene_open(
			shots[i].rows, shots[i].cols, "xterm-256color", NULL, shots[i].scene);
		fill(t);
		golden_check(t, shots[i].name);
		scene_close(t);
	}
}

/* Above the field where there is more room, and what is clicked is taken. */
static void test_options_above(void **state)
{
	struct term *t = scene_open(20, 80, "xterm-256color", NULL, "mouse");
	char click[32];
	(void)state;
	term_press(t, "a" TERM_TAB TERM_TAB TERM_TAB TERM_TAB TERM_TAB "e");
	int field = term_find(t, ">  Key", NULL), option = term_find(t, "RSA 3072", NULL);
	assert_true(field > 0 && option > 0 && option < field);
	assert_true(term_has(t, "Ed25519: smaller still"));
	snprintf(click, sizeof click, "\033[<0;30;%dM", option + 1);
	term_press(t, click);
	assert_true(term_has(t, "Key            RSA 3072"));
	assert_false(term_has(t, "Ed25519"));
	scene_leave(t);
}

/* Whatever the size becomes, the field that is being typed into stays in sight. */
static void test_resizing(void **state)
{
	static const int sizes[][2] = { { 12, 40 }, { 1, 1 }, { 3, 20 }, { 60, 200 }, { 2, 80 },
		{ 5, 30 }, { 24, 12 }, { 24, 80 } };
	struct term *t = scene_open(24, 80, "xterm-256color", NULL, "demo");
	(void)state;
	fill(t);
	term_press(t, TERM_TAB "ACME");
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		int rows = sizes[i][0], cols = sizes[i][1];
		term_resize(t, rows, cols);
		assert_int_equal(term_has(t, "ACME"), cols > 8);
	}
	term_press(t, "!");
	assert_true(term_has(t, "ACME!"));
	scene_close(t);
}

static void test_hostile_paste(void **state)
{
	struct term *t = scene_open(24, 80, "xterm-256color", NULL, "demo");
	(void)state;
	term_press(t, TERM_PASTE("a\033]0;title\007b\033[2J\r\nc\xe2\x80\xae\xff"));
	assert_true(term_has(t, ">  Common name *  a]0;titleb[2J c   "));
	term_press(t, TERM_TAB TERM_PASTE("..\033[31m\n\033[H..x\x9b"));
	assert_true(term_has(t, "..[31m") && term_has(t, "[H..x"));
	assert_true(term_has(t, "line 2: [H..x is no host name"));
	scene_close(t);
}

/* Two columns for a wide character, also where it has to be scrolled and where it is cut. */
static void test_wide_characters(void **state)
{
	static const char name[] = "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e";
	struct term *t = scene_open(24, 80, "xterm-256color", NULL, "demo");
	int row, col;
	bool visible;
	(void)state;
	term_press(t, name);
	assert_int_equal(term_find(t, name, &col), 2);
	int start = col;
	term_cursor(t, &row, &col, &visible);
	assert_true(visible && row == 2 && col == start + 6);
	term_press(t, TERM_LEFT TERM_BACKSPACE);
	assert_true(term_has(t, "\xe6\x97\xa5\xe8\xaa\x9e"));
	for (int i = 0; i < 30; i++)
		term_press(t, name);
	term_cursor(t, &row, &col, &visible);
	assert_true(visible && row == 2 && col < start + 48);
	assert_int_equal(term_attr(t, 2, start + 50).underline, 0);
	scene_close(t);
}

static void test_secrets_dont_show(void **state)
{
	struct term *t = scene_open(40, 80, "xterm-256color", NULL, "demo");
	(void)state;
	term_press(t, "x" TERM_BACKTAB TERM_BACKTAB "two" TERM_BACKTAB "hidden");
	assert_true(term_has(t, "Passphrase *   ******"));
	assert_true(term_has(t, "Once more      ***"));
	assert_true(term_has(t, "Once more: not the same as above"));
	assert_false(term_has(t, "hidden") || term_has(t, "two"));
	term_press(t, TERM_UP "n");
	assert_false(term_has(t, "Passphrase") || term_has(t, "Once more"));
	scene_close(t);
}

/* Nobody is blamed for an empty field before the form is to be accepted, or was left there. */
static void test_blame(void **state)
{
	struct term *t = scene_open(40, 80, "xterm-256color", NULL, "demo");
	(void)state;
	assert_false(term_has(t, "to mend") || term_has(t, "is needed"));
	term_press(t, TERM_TAB);
	assert_true(term_has(t, "1 to mend") && term_has(t, "Common name: is needed"));
	assert_false(term_has(t, "Passphrase: is needed"));
	term_press(t, TERM_F10);
	assert_true(term_has(t, "2 to mend") && term_has(t, "Passphrase: is needed"));
	assert_true(term_has(t, ">\xe2\x9c\x97 Common name"));
	term_press(t, "a" TERM_F10);
	assert_true(term_has(t, ">\xe2\x9c\x97 Passphrase"));
	term_press(t, "s" TERM_TAB "s");
	assert_false(term_has(t, "to mend"));
	term_press(t, TERM_BACKTAB TERM_BACKTAB TERM_BACKTAB TERM_BACKTAB TERM_END "0");
	assert_true(term_has(t, "1 warning") && term_has(t, ">! Valid for"));
	term_press(t, TERM_F10);
	assert_true(term_has(t, "accepted"));
	scene_close(t);
}

static void test_disabled(void **state)
{
	struct term *t = scene_open(24, 80, "xterm-256color", NULL, "demo");
	(void)state;
	term_press(t, "a" TERM_TAB TERM_TAB "ACME" TERM_TAB " ");
	assert_true(term_has(t, "(ACME)"));
	term_press(t, TERM_BACKTAB "x");
	assert_true(term_has(t, "x  ") && term_has(t, "(ACME)"));
	scene_close(t);
}

/* Without colours everything is told by signs and attributes. */
static void test_without_colour(void **state)
{
	struct term *t =
		scene_open(24, 80, "xterm-256color", ARGV("NO_COLOR=1", "LC_ALL=C"), "demo");
	int col, row;
	(void)state;
	fill(t);
	assert_true(term_has(t, "x  Host names, line 3"));
	row = term_find(t, "mail..example", &col);
	assert_true(row > 0 && term_attr(t, row, col).underline && term_attr(t, row, col).bold);
	assert_true(term_attr(t, row - 1, col).underline && !term_attr(t, row - 1, col).bold);
	assert_true(term_has(t, ">x"));
	for (int y = 0; y < 24; y++)
		for (int x = 0; x < 80; x++)
			assert_true(term_attr(t, y, x).fg == -1 && term_attr(t, y, x).bg == -1);
	scene_close(t);
}

/* A letter costs what it changes, not a screen. */
static void test_little_is_sent(void **state)
{
	struct term *t = scene_open(24, 80, "xterm-256color", NULL, "demo");
	(void)state;
	term_press(t, "a");
	term_raw_reset(t);
	term_press(t, "b");
	assert_true(term_sent(t) < 40);
	scene_close(t);
}

static void test_mouse(void **state)
{
	struct term *t = scene_open(24, 80, "xterm-256color", NULL, "mouse");
	(void)state;
	term_press(t, "\033[<0;30;5M\033[<0;30;5m"); /* counted from 1 */
	assert_true(term_has(t, ">  Organisation"));
	term_press(t, "\033[<65;30;5M");
	assert_true(term_has(t, ">  Made for"));
	term_press(t, "\033[<0;30;23M");
	assert_true(term_has(t, ">  Made for"));
	int col, row = term_find(t, "[x] yes", &col);
	char bytes[32];
	snprintf(bytes, sizeof bytes, "\033[<0;%d;%dM", col + 2, row + 1);
	term_press(t, bytes);
	assert_true(term_has(t, "[ ] no") && term_has(t, ">  Seal the key"));
	term_press(t, bytes);
	assert_true(term_has(t, "[x] yes"));
	snprintf(bytes, sizeof bytes, "\033[<0;%d;%dM", 5, row + 1); /* its label */
	term_press(t, bytes);
	assert_true(term_has(t, "[x] yes"));
	scene_leave(t);
}

int main(int argc, char **argv)
{
	int status = scene_main(argc, argv, scenes, sizeof scenes / sizeof *scenes);
	if (status >= 0)
		return status;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_options_above),
		cmocka_unit_test(test_resizing),
		cmocka_unit_test(test_hostile_paste),
		cmocka_unit_test(test_wide_characters),
		cmocka_unit_test(test_secrets_dont_show),
		cmocka_unit_test(test_blame),
		cmocka_unit_test(test_disabled),
		cmocka_unit_test(test_without_colour),
		cmocka_unit_test(test_little_is_sent),
		cmocka_unit_test(test_mouse),
	};
	return cmocka_run_group_tests_name("form-draw", tests, NULL, NULL);
}
