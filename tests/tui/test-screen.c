#include "tui/scene.h"

#include "base/mem.h"
#include "tui/list.h"

/* --- scenes -------------------------------------------------------------------------------- */

static char last[64] = "none";
static struct list list;

static void draw_row(void *ctx, const struct list_row *row)
{
	(void)ctx;
	area_format(row->area, 0, 0, list_role(row, ROLE_NORMAL), "row %zu", row->index);
	area_text(row->area, 0, 20, list_role(row, ROLE_TRUSTED), "trusted");
}

static void paint_list(struct area area)
{
	list.draw = draw_row;
	list_resize(&list, 1000);
	struct area status = area_cut_bottom(&area, 1);
	area_format(status, 0, 0, ROLE_STATUS, "%dx%d", screen_area().rows, screen_area().cols);
	list_draw(&list, area, true);
}

static void key_list(const struct key *key)
{
	list_key(&list, key);
}

static void paint_key(struct area area)
{
	area_format(area, 0, 0, ROLE_NORMAL, "key %s", last);
}

/* Ways to end, and what was pressed. */
static void key_key(const struct key *key)
{
	char name[KEY_NAME];
	snprintf(last, sizeof last, "%s", key_spell(name, key));
	if (key->code == K_PASTE)
		snprintf(last, sizeof last, "paste %zu", key->paste_len);
	if (key->code == K_MOUSE)
		snprintf(last, sizeof last, "mouse %d %d", key->row, key->col);
	if (key_is(key, "D"))
		mem_die("out of memory");
	if (key_is(key, "X"))
		exit(7);
	if (key_is(key, "A"))
		raise(SIGABRT);
	if (key_is(key, "F")) /* a job that dies */
		if (fork() == 0)
			raise(SIGABRT);
	if (key_is(key, "C-z"))
		screen_suspend();
	if (key_is(key, "C-l"))
		screen_redraw();
	if (key_is(key, "L")) {
		screen_lend();
		printf("lent to another program\n");
		fflush(stdout);
		screen_resume();
	}
	if (key_is(key, "Y"))
		screen_copy("text\n", 5);
}

static const struct scene scenes[] = {
	{ .name = "list", .paint = paint_list, .key = key_list },
	{ .name = "key", .paint = paint_key, .key = key_key },
	{ .name = "mouse", .paint = paint_key, .key = key_key, .mouse = true },
};

static struct term *open_scene(const char *name)
{
	return scene_open(24, 80, "xterm-256color", NULL, name);
}

/* --- tests --------------------------------------------------------------------------------- */

static void test_terminals(void **state)
{
	static const char *const types[] = { "xterm-256color", "xterm", "linux", "vt100", "screen",
		"tmux-256color", "ansi" };
	(void)state;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		struct term *t = scene_open(24, 80, types[i], NULL, "list");
		assert_true(term_has(t, ">row 0"));
		term_press(t, "j");
		assert_true(term_has(t, ">row 1"));
		assert_true(term_has(t, "24x80"));
		term_keys(t, "q");
		assert_int_equal(term_close(t), 0);
	}
}

static void check_refused(const char *type, const char *says)
{
	struct term *t = term_spawn(24, 80, type, NULL, ARGV(scene_program(), "list"));
	assert_int_equal(term_wait_exit(t), 1);
	if (!strstr(buf_text(term_raw(t)), says))
		fail_msg("TERM=%s: '%s'", type, buf_text(term_raw(t)));
	assert_null(strchr(buf_text(term_raw(t)), '\033'));
	term_free(t);
}

static void test_terminals_that_cant(void **state)
{
	(void)state;
	check_refused("dumb", "can't clear the screen or place its cursor");
	check_refused("no-such-terminal", "no description of the terminal 'no-such-terminal'");
	check_refused("", "TERM isn't set");
}

static void test_no_terminal(void **state)
{
	struct run r = { 0 };
	(void)state;
	assert_int_equal(run(&r, ARGV(scene_program(), "list"), NULL, NULL), ERROR_USAGE);
	assert_non_null(strstr(buf_text(&r.err), "needs a terminal"));
	run_done(&r);
}

static void test_a_key_costs_two_rows(void **state)
{
	struct term *t = open_scene("list");
	(void)state;
	term_press(t, "j");
	term_raw_reset(t);
	term_press(t, "j");
	assert_true(term_sent(t) > 0);
	assert_in_range(term_sent(t), 1, 220);
	scene_close(t);
}

static void test_what_changes_nothing_sends_nothing(void **state)
{
	struct term *t = open_scene("list");
	(void)state;
	term_raw_reset(t);
	term_press(t, "k");
	term_press(t, "x");
	term_press(t, "\033[99;9X");
	assert_int_equal(term_sent(t), 0);
	scene_close(t);
}

static void test_hidden_cursor_is_on_the_row(void **state)
{
	struct term *t = open_scene("list");
	int row, col;
	bool seen;
	(void)state;
	term_press(t, "jjj");
	term_cursor(t, &row, &col, &seen);
	assert_true(row == 3 && col == 0 && !seen);
	scene_close(t);
}

static void test_keys(void **state)
{
	static const struct {
		const char *bytes, *shows;
	} cases[] = {
		{ "a", "key a" }, { TERM_ESC, "key Esc" }, { TERM_UP, "key Up" },
		{ TERM_F1, "key F1" }, { TERM_F10, "key F10" }, { TERM_BACKTAB, "key S-Tab" },
		{ TERM_PGDN, "key PgDn" }, { TERM_DELETE, "key Delete" }, { "\x03", "key C-c" },
		{ "\x13", "key C-s" }, { "\x1c", "key C-\\" }, { "\xc3\xa4", "key \xc3\xa4" },
		{ TERM_PASTE("q\033[A\n"), "paste 5" },
	};
	struct term *t = open_scene("key");
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		term_press(t, cases[i].bytes);
		if (!term_has(t, cases[i].shows))
			fail_msg("no '%s'", cases[i].shows);
	}
	scene_close(t);
}

static void test_mouse(void **state)
{
	struct term *t = open_scene("mouse");
	(void)state;
	term_press(t, "\033[<0;3;6M");
	assert_true(term_has(t, "mouse 5 2"));
	scene_close(t);
}

static void test_resize(void **state)
{
	static const int sizes[][2] = { { 12, 40 }, { 1, 1 }, { 2, 3 }, { 1, 80 }, { 50, 1 }, { 60, 200 },
		{ 24, 80 } };
	struct term *t = open_scene("list");
	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		char text[32];
		term_resize(t, sizes[i][0], sizes[i][1]);
		term_press(t, "j");
		snprintf(text, sizeof text, "%dx%d", sizes[i][0], sizes[i][1]);
		assert_true(sizes[i][1] < 8 || term_has(t, text));
	}
	assert_true(term_has(t, ">row 7"));
	scene_close(t);
}

static void test_start_in_a_cell(void **state)
{
	struct term *t = scene_open(1, 1, "xterm-256color", NULL, "list");
	(void)state;
	term_press(t, "j");
	scene_close(t);
}

static void check_end(const char *keys, int signo, int status)
{
	struct term *t = open_scene("key");
	if (keys)
		term_keys(t, keys);
	else
		term_signal(t, signo);
	assert_int_equal(term_wait_exit(t), status);
	term_check_restored(t);
	term_free(t);
}

static void test_ends(void **state)
{
	(void)state;
	check_end("q", 0, 0);
	check_end("D", 0, 1);
	check_end("X", 0, 7);
	check_end("A", 0, 128 + SIGABRT);
	check_end(NULL, SIGTERM, 0); /* the owner's */
	check_end(NULL, SIGINT, 128 + SIGINT);
	check_end(NULL, SIGQUIT, 128 + SIGQUIT);
	check_end(NULL, SIGHUP, 128 + SIGHUP);
	if (!UNIT_SLOW) /* the sanitizers make another end of it */
		check_end(NULL, SIGSEGV, 128 + SIGSEGV);
}

/* A child that dies has a copy of everything, and must leave the terminal alone. */
static void test_a_dying_job_changes_nothing(void **state)
{
	struct term *t = open_scene("key");
	(void)state;
	term_press(t, "F");
	term_raw_reset(t);
	term_press(t, "a");
	assert_true(term_has(t, "key a"));
	assert_null(strstr(buf_text(term_raw(t)), "1049l"));
	scene_close(t);
}

static void test_redraw(void **state)
{
	struct term *t = open_scene("key");
	(void)state;
	term_press(t, TERM_CTRL('L'));
	term_raw_reset(t);
	term_press(t, TERM_CTRL('L'));
	assert_non_null(strstr(buf_text(term_raw(t)), "key C-l"));
	scene_close(t);
}

static void test_lend(void **state)
{
	struct term *t = open_scene("key");
	(void)state;
	term_raw_reset(t);
	term_press(t, "L");
	assert_non_null(strstr(buf_text(term_raw(t)), "lent to another program"));
	assert_true(term_has(t, "key L"));
	assert_false(term_has(t, "lent"));
	term_press(t, TERM_PASTE("ab"));
	assert_true(term_has(t, "paste 2"));
	scene_close(t);
}

/*
 * The scene leads a session of its own, where nobody could continue it: Ctrl-Z stops nothing then,
 * and the screen comes back at once.
 */
static void test_suspend_without_a_shell(void **state)
{
	struct term *t = open_scene("key");
	(void)state;
	term_press(t, "\x1a");
	assert_true(term_has(t, "key C-z"));
	term_signal(t, SIGCONT);
	term_wait_text(t, "key C-z");
	scene_close(t);
}

static void test_copy(void **state)
{
	struct term *t = open_scene("key");
	(void)state;
	term_raw_reset(t);
	term_press(t, "Y");
	assert_non_null(strstr(buf_text(term_raw(t)), "\033]52;c;dGV4dAo=\a"));
	term_raw_reset(t);
	scene_close(t);
}

/* With SIGHUP, which the kernel sends, and without it. */
static void test_vanished_terminal(void **state)
{
	struct term *t = open_scene("list");
	(void)state;
	term_hangup(t);
	assert_int_equal(term_close(t), 128 + SIGHUP);
	signal(SIGHUP, SIG_IGN); /* inherited */
	t = open_scene("list");
	signal(SIGHUP, SIG_DFL);
	term_hangup(t);
	assert_int_equal(term_close(t), 0);
}

int main(int argc, char **argv)
{
	int status = scene_main(argc, argv, scenes, sizeof scenes / sizeof *scenes);
	if (status >= 0)
		return status;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_terminals),
		cmocka_unit_test(test_terminals_that_cant),
		cmocka_unit_test(test_no_terminal),
		cmocka_unit_test(test_a_key_costs_two_rows),
		cmocka_unit_test(test_what_changes_nothing_sends_nothing),
		cmocka_unit_test(test_hidden_cursor_is_on_the_row),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_mouse),
		cmocka_unit_test(test_resize),
		cmocka_unit_test(test_start_in_a_cell),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_a_dying_job_changes_nothing),
		cmocka_unit_test(test_redraw),
		cmocka_unit_test(test_lend),
		cmocka_unit_test(test_suspend_without_a_shell),
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_vanished_terminal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
