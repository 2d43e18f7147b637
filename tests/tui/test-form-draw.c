/*
 * How a form looks, on a virtual terminal.  Its owner here refuses host names with two dots in a row,
 * warns of more than 398 days and shows the passphrases only where the key is sealed.
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
		struct term *t = scene_open(
			sizes[i][0], sizes[i][1], "xterm-256color", NULL, "demo");
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

int main(int argc, char **argv)
{
	int status = scene_main(argc, argv, scenes, sizeof scenes / sizeof *scenes);
	if (status >= 0)
		return status;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_options),
	};
	return cmocka_run_group_tests_name("form-draw", tests, NULL, NULL);
}
