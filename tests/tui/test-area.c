#include "tui/scene.h"

#include "tui/columns.h"
#include "tui/dialog.h"
#include "tui/keymap.h"
#include "tui/line.h"
#include "tui/pager.h"

/* --- scenes -------------------------------------------------------------------------------- */

static void paint_texts(struct area area)
{
	area_text(area, 0, 0, ROLE_NORMAL, "plain Z\xc3\xbcrich \xe6\x97\xa5\xe6\x9c\xac e\xcc\x81!");
	area_text_in(area, 1, 0, 6, ROLE_NORMAL, "0123456789");
	area_text_in(area, 2, 0, 6, ROLE_NORMAL, "012345");
	area_text_in(area, 3, 0, 4, ROLE_NORMAL, "\xe6\x97\xa5\xe6\x9c\xac\xe6\x97\xa5");
	area_text(area, 4, area.cols - 3, ROLE_NORMAL, "edge of it");
	area_text_right(area, 5, 0, 10, ROLE_NORMAL, "right");
	area_text(area, -1, 0, ROLE_ERROR, "above");
	area_text(area, 0, -1, ROLE_ERROR, "left");
	area_text(area, area.rows, 0, ROLE_ERROR, "below");
	area_text_found(area, 6, 0, 30, ROLE_NORMAL, "Find me, FIND me", "find");
	area_format(area, 7, 2, ROLE_ERROR, "%d of %s", 3, "x");
	area_text(area, area.rows - 1, area.cols - 1, ROLE_NORMAL, "#");
}

static void paint_boxes(struct area area)
{
	struct area left = area_cut_left(&area, 12), bottom = area_cut_bottom(&area, 2);
	area_box(left, ROLE_BORDER, ROLE_TITLE, "a title too long");
	area_clear(area_inside(left), ROLE_CURSOR);
	area_line_across(bottom, 0, ROLE_BORDER);
	area_line_down(area, 1, ROLE_BORDER);
	area_box(area_part(area, 1, 3, 1, 5), ROLE_BORDER, ROLE_TITLE, NULL);
	area_box(area_part(area, 0, 3, 2, 2), ROLE_BORDER, ROLE_TITLE, "no room");
}

static void paint_cursor(struct area area)
{
	area_text(area, 2, 0, ROLE_NORMAL, "row");
	area_cursor(area, 2, 3, true);
}

static const struct binding bindings[] = {
	{ .keys = "t", .hint = "trust", .help = "trust it", .flags = BINDING_WRITES },
	{ .keys = "? F1", .hint = "help", .help = "help" },
	{ .keys = "q", .hint = "leave", .help = "leave" },
};
static const struct keymap map = KEYMAP("Keys", bindings);

static void paint_hints(struct area area)
{
	const struct keymap *const maps[] = { &map };
	keymap_hints(area_cut_top(&area, 1), maps, 1, 0);
	keymap_hints(area_cut_top(&area, 1), maps, 1, BINDING_WRITES);
}

static void paint_rows(struct area area)
{
	struct pager pager = { 0 };
	rows_heading(&pager.rows, "Heading");
	rows_add(&pager.rows, ROLE_VALUE, "subject", "CN=one two three four five six seven");
	rows_add(&pager.rows, ROLE_ERROR, "", "behind the label");
	rows_add(&pager.rows, ROLE_VALUE, NULL, "no label");
	pager_draw(&pager, area);
	pager_done(&pager);
}

static void paint_dialog(struct area area)
{
	struct rows rows = { 0 };
	for (int i = 0; i < 30; i++)
		rows_format(&rows, ROLE_VALUE, i ? "" : "subject", "value %d", i);
	struct dialog *dialog = dialog_confirm("Delete?", DIALOG_DANGER, &rows, "delete");
	dialog_draw(dialog, area);
	dialog_free(dialog);
}

static void paint_ask(struct area area)
{
	struct dialog *dialog = dialog_ask("Pass", NULL, "passphrase", LINE_MASKED, "s\xc3\xa4s");
	dialog_draw(dialog, area);
	dialog_free(dialog);
}

static struct dialog *choice;

static void paint_choose(struct area area)
{
	static const struct dialog_option options[] = {
		{ .key = "s", .text = "Self-signed", .help = "nobody trusts it unless told to" },
		{ .key = "r", .text = "A request", .help = "a CA makes a certificate of it" },
		{ .key = "c", .text = "Signed by your company's CA" },
		{ .key = "n", .text = "A new CA", .help = "trusted wherever you install it" },
	};
	if (!choice)
		choice = dialog_choose("Create", NULL, options, 4);
	dialog_draw(choice, area);
}

static void key_choose(const struct key *key)
{
	dialog_key(choice, key);
}

static struct line *line;

static void paint_line(struct area area)
{
	if (!line)
		line = line_new(LINE_PLAIN, "0123456789abcdef");
	line_draw(line, area_part(area, 1, 2, 1, 10), ROLE_FIELD, true);
}

static void key_line(const struct key *key)
{
	line_key(line, key);
}

static const struct scene scenes[] = {
	{ .name = "texts", .paint = paint_texts },
	{ .name = "boxes", .paint = paint_boxes },
	{ .name = "ascii", .paint = paint_boxes, .ascii = ASCII_YES },
	{ .name = "cursor", .paint = paint_cursor },
	{ .name = "hints", .paint = paint_hints },
	{ .name = "rows", .paint = paint_rows },
	{ .name = "dialog", .paint = paint_dialog },
	{ .name = "ask", .paint = paint_ask },
	{ .name = "choose", .paint = paint_choose, .key = key_choose },
	{ .name = "line", .paint = paint_line, .key = key_line },
};

/* --- tests --------------------------------------------------------------------------------- */

static void test_geometry(void **state)
{
	struct area whole = { 10, 20, 8, 30 }, rest = whole;
	(void)state;
	struct area top = area_cut_top(&rest, 3), right = area_cut_right(&rest, 100);
	assert_true(top.y == 10 && top.x == 20 && top.rows == 3 && top.cols == 30);
	assert_true(right.y == 13 && right.rows == 5 && right.cols == 30 && right.x == 20);
	assert_true(rest.rows == 5 && rest.cols == 0);
	struct area part = area_part(whole, -2, 25, 4, 10);
	assert_true(part.y == 10 && part.rows == 2 && part.x == 45 && part.cols == 5);
	part = area_part(whole, 9, 31, 4, 4);
	assert_true(part.rows == 0 && part.cols == 0);
	part = area_middle(whole, 4, 10);
	assert_true(part.y == 12 && part.x == 30 && part.rows == 4 && part.cols == 10);
	part = area_inside((struct area){ 0, 0, 1, 1 });
	assert_true(part.rows == 0 && part.cols == 0);
}

static void test_texts(void **state)
{
	struct term *t = scene_open(10, 30, "xterm-256color", NULL, "texts");
	(void)state;
	check_row(t, 0, "plain Z\xc3\xbcrich \xe6\x97\xa5\xe6\x9c\xac e\xcc\x81!");
	check_row(t, 1, "01234\xe2\x80\xa6");
	check_row(t, 2, "012345");
	check_row(t, 3, "\xe6\x97\xa5\xe2\x80\xa6");
	check_row(t, 4, "                           ed\xe2\x80\xa6");
	check_row(t, 5, "     right");
	assert_int_equal(term_attr(t, 6, 0).bg, 3);
	assert_int_equal(term_attr(t, 6, 4).bg, -1);
	assert_int_equal(term_attr(t, 6, 9).bg, 3);
	check_row(t, 7, "  3 of x");
	assert_true(term_attr(t, 7, 2).bold && term_attr(t, 7, 2).fg == 1);
	check_row(t, 9, "                             #");
	assert_false(term_has(t, "above") || term_has(t, "left") || term_has(t, "below"));
	scene_close(t);
}

static void test_texts_in_ascii(void **state)
{
	struct term *t = scene_open(10, 30, "xterm", ARGV("LC_ALL=C"), "texts");
	(void)state;
	check_row(t, 0, "plain Z?rich ?? e?!");
	check_row(t, 1, "01234~");
	check_row(t, 3, "???");
	scene_close(t);
}

static void test_without_colour(void **state)
{
	static const char *const types[] = { "xterm-mono", "vt100", "xterm" };
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct term *t = scene_open(10, 30, types[i], ARGV("NO_COLOR=1"), "texts");
		for (int y = 0; y < 10; y++)
			for (int x = 0; x < 30; x++)
				assert_true(term_attr(t, y, x).fg == -1 && term_attr(t, y, x).bg == -1);
		assert_true(term_attr(t, 6, 0).reverse);
		assert_true(term_attr(t, 7, 2).bold);
		scene_leave(t);
	}
}

static void test_boxes(void **state)
{
	struct term *t = scene_open(6, 24, "xterm-256color", NULL, "boxes");
	(void)state;
	check_row(t, 0, "┌─ a tit… ─┐ │ ┌┐");
	check_row(t, 1, "│          │ │ └┘");
	check_row(t, 4, "│          │────────────");
	check_row(t, 5, "└──────────┘");
	assert_true(term_attr(t, 1, 1).reverse && !term_attr(t, 1, 0).reverse);
	scene_close(t);
}

static void test_ascii_boxes(void **state)
{
	struct term *t = scene_open(6, 24, "xterm-256color", NULL, "ascii");
	(void)state;
	check_row(t, 0, "+- a tit~ -+ | ++");
	check_row(t, 4, "|          |------------");
	scene_close(t);
	t = scene_open(6, 24, "vt100", ARGV("LC_ALL=C"), "boxes");
	check_row(t, 5, "+----------+");
	scene_leave(t);
}

static void test_cursor(void **state)
{
	struct term *t = scene_open(6, 24, "xterm-256color", NULL, "cursor");
	int row, col;
	bool seen;
	(void)state;
	term_cursor(t, &row, &col, &seen);
	assert_true(row == 2 && col == 3 && seen);
	scene_close(t);
}

static void test_hints(void **state)
{
	struct term *t = scene_open(3, 30, "xterm-256color", NULL, "hints");
	(void)state;
	check_row(t, 0, "t trust  ? help  q leave");
	check_row(t, 1, "? help  q leave");
	term_resize(t, 3, 20);
	check_row(t, 0, "t trust  ? help");
	term_resize(t, 3, 5);
	check_row(t, 0, "");
	scene_close(t);
}

static void test_rows(void **state)
{
	struct term *t = scene_open(8, 30, "xterm-256color", NULL, "rows");
	(void)state;
	check_row(t, 0, "Heading");
	check_row(t, 1, "subject  CN=one two three four");
	check_row(t, 2, "         five six seven");
	check_row(t, 3, "         behind the label");
	check_row(t, 4, "no label");
	scene_close(t);
}

static void test_dialogs(void **state)
{
	struct term *t = scene_open(12, 50, "xterm-256color", NULL, "dialog");
	int col;
	(void)state;
	assert_int_equal(term_find(t, "Delete?", &col), 0);
	assert_int_equal(term_find(t, "y delete   n leave (Enter, Esc)", NULL), 10);
	assert_true(term_has(t, "PgDn more top"));
	assert_true(term_attr(t, 0, col).bold && term_attr(t, 0, col).fg == 1);
	scene_close(t);
	t = scene_open(12, 50, "xterm-256color", NULL, "ask");
	bool seen;
	int row;
	term_cursor(t, &row, &col, &seen);
	assert_true(seen);
	assert_int_equal(term_find(t, "passphrase: ***", NULL), row);
	scene_close(t);
}

/* An option's half sentence stands below it; the list scrolls by whole options. */
static void test_options_that_explain(void **state)
{
	struct term *t = scene_open(13, 50, "xterm-256color", NULL, "choose");
	int col, row = term_find(t, ">s     Self-signed", &col);
	(void)state;
	assert_true(row >= 0);
	assert_int_equal(term_find(t, "nobody trusts it unless told to", NULL), row + 1);
	assert_true(term_attr(t, row + 1, col + 8).reverse);
	assert_true(term_has(t, "trusted wherever you install it"));
	term_resize(t, 8, 50);
	assert_false(term_has(t, "A new CA"));
	term_press(t, TERM_END);
	assert_true(term_has(t, ">n     A new CA") && term_has(t, "trusted wherever"));
	assert_false(term_has(t, "Self-signed"));
	term_resize(t, 4, 50); /* where one has no room its name is left */
	assert_true(term_has(t, ">n     A new CA"));
	scene_close(t);
}

static void test_line_scrolls(void **state)
{
	struct term *t = scene_open(3, 20, "xterm-256color", NULL, "line");
	int row, col;
	bool seen;
	(void)state;
	check_row(t, 1, "  789abcdef");
	term_cursor(t, &row, &col, &seen);
	assert_true(row == 1 && col == 11 && seen);
	term_press(t, TERM_HOME);
	check_row(t, 1, "  012345678\xe2\x80\xa6");
	term_cursor(t, &row, &col, &seen);
	assert_true(col == 2);
	for (int i = 0; i < 9; i++)
		term_press(t, TERM_RIGHT);
	check_row(t, 1, "  123456789\xe2\x80\xa6");
	term_cursor(t, &row, &col, &seen);
	assert_true(col == 10);
	term_press(t, TERM_END);
	for (int i = 0; i < 8; i++)
		term_press(t, TERM_BACKSPACE);
	check_row(t, 1, "  01234567"); /* there is room for the beginning again */
	scene_close(t);
}

int main(int argc, char **argv)
{
	int status = scene_main(argc, argv, scenes, sizeof scenes / sizeof *scenes);
	if (status >= 0)
		return line_free(line), status;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_geometry),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_texts_in_ascii),
		cmocka_unit_test(test_without_colour),
		cmocka_unit_test(test_boxes),
		cmocka_unit_test(test_ascii_boxes),
		cmocka_unit_test(test_cursor),
		cmocka_unit_test(test_hints),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_dialogs),
		cmocka_unit_test(test_options_that_explain),
		cmocka_unit_test(test_line_scrolls),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
