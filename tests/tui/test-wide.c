/*
 * Texts of two columns a character, as Japanese has them: columns, hints, boxes and forms stay in
 * line, and a line is broken where one may be.
 */
#include "tui/scene.h"

#include "tui/columns.h"
#include "tui/dialog.h"
#include "tui/form.h"
#include "tui/keymap.h"
#include "tui/pager.h"

/* --- scenes -------------------------------------------------------------------------------- */

static const struct binding rows[] = {
	{ .keys = "?", .action = 1, .hint = "ヘルプ", .help = "このヘルプ" },
	{ .keys = "q", .action = 2, .hint = "終了", .help = "終わる" },
	{ .keys = "x", .action = 3, .hint = "leave", .help = "leave" },
};
static const struct keymap keys = KEYMAP("全般", rows);

static void paint_hints(struct area area)
{
	const struct keymap *const maps[] = { &keys };
	keymap_hints(area_cut_top(&area, 1), maps, 1, 0);
}

static const struct column columns[] = {
	{ .title = "名前", .min = 6, .want = 10 },
	{ .title = "状態", .min = 8, .want = 8 },
	{ .title = "日数", .min = 4, .want = 4, .right = true },
	{ .title = "Subject", .min = 5, .want = 5, .stretch = true },
};
#define COUNT (sizeof columns / sizeof *columns)

static void paint_columns(struct area area)
{
	static const char *const cells[][COUNT] = {
		{ "narrow", "trusted", "12", "|" },
		{ "東京支店証明書", "信頼済み", "345", "|" },
		{ "東京支店", "隔離", "6", "|" },
	};
	struct column_place places[COUNT];
	columns_place(columns, COUNT, area.cols, places);
	columns_head(area_cut_top(&area, 1), 0, columns, places, COUNT, 0, false);
	for (int y = 0; y < 3; y++)
		for (size_t i = 0; i < COUNT; i++)
			columns_cell(
				area, y, &columns[i], &places[i], ROLE_NORMAL, cells[y][i], NULL);
}

static const struct form_option options[] = {
	{ "サーバー用", "サーバーが使う" },
	{ "client", NULL },
};

static const struct form_field fields[] = {
	{ .kind = FORM_HEADING, .label = "名称" },
	{ .key = "name",
		.label = "一般名",
		.kind = FORM_TEXT,
		.flags = FORM_REQUIRED,
		.cols = 20,
		.help = "サーバーのホスト名、または人の名前。" },
	{ .key = "use",
		.label = "Use",
		.kind = FORM_CHOICE,
		.options = options,
		.option_count = 2,
		.help = "何に使うか。" },
	{ .key = "days",
		.label = "有効期間",
		.kind = FORM_NUMBER,
		.least = 1,
		.most = 900,
		.unit = "日",
		.help = "日数。" },
	{ .key = "sure", .label = "確認", .kind = FORM_YES_NO, .help = "よろしいですか。" },
};

static struct form *form;
static struct dialog *dialog;

static void paint_form(struct area area)
{
	if (!form) {
		form = form_new("証明書を作る", "作成", fields, sizeof fields / sizeof *fields);
		form_set(form, "name", "東京支店");
		form_set_number(form, "days", 90);
	}
	form_draw(form, area);
}

static void key_form(const struct key *key)
{
	form_key(form, key);
}

static void paint_dialog(struct area area)
{
	struct rows text = { 0 };
	if (!dialog) {
		rows_add(&text, ROLE_VALUE, "対象", "CN=東京支店 ルートCA");
		rows_add(&text, ROLE_VALUE, "subject", "CN=a");
		dialog = dialog_confirm(
			"この証明書を信頼しますか?", DIALOG_DANGER, &text, "信頼する");
		dialog_no(dialog, "やめる");
		dialog_third(dialog, "w", "理由を書く");
	}
	dialog_draw(dialog, area);
}

static void paint_choose(struct area area)
{
	static const struct dialog_option choices[] = {
		{ "s", "サーバー用の証明書", 1, "サーバーが使う" },
		{ "c", "client", 2, "for a client" },
	};
	if (!dialog)
		dialog = dialog_choose("用途", NULL, choices, 2);
	dialog_draw(dialog, area);
}

static void paint_wrapped(struct area area)
{
	static struct pager pager;
	if (!pager.rows.count)
		rows_add(&pager.rows, ROLE_NORMAL, NULL,
			"CA は「信頼済み」です。だれでも証明書に署名できます。 END");
	pager_draw(&pager, area_part(area, 0, 0, area.rows, 12));
}

static const struct scene scenes[] = {
	{ .name = "hints", .paint = paint_hints },
	{ .name = "columns", .paint = paint_columns },
	{ .name = "form", .paint = paint_form, .key = key_form },
	{ .name = "dialog", .paint = paint_dialog },
	{ .name = "choose", .paint = paint_choose },
	{ .name = "wrapped", .paint = paint_wrapped },
};

static struct term *open_scene(int rows_of, int cols, const char *name)
{
	return scene_open(rows_of, cols, "xterm-256color", NULL, name);
}

/* --- tests --------------------------------------------------------------------------------- */

static int column_of(struct term *t, const char *text)
{
	int col = -1;
	assert_true(term_find(t, text, &col) >= 0);
	return col;
}

static void test_hints(void **state)
{
	struct term *t = open_scene(4, 40, "hints");
	(void)state;
	check_row(t, 0, "? ヘルプ  q 終了  x leave");
	assert_int_equal(column_of(t, "x leave"), 2 + 6 + 2 + 2 + 4 + 2);
	scene_close(t);
	t = open_scene(4, 15, "hints"); /* one that doesn't fit isn't begun */
	check_row(t, 0, "? ヘルプ");
	scene_close(t);
}

static void test_columns(void **state)
{
	struct term *t = open_scene(6, 50, "columns");
	(void)state;
	int state_col = column_of(t, "状態"), last = column_of(t, "Subject");
	check_row(t, 0, "名前▲      状態     日数 Subject");
	for (int row = 1; row <= 3; row++)
		assert_string_equal(term_attr(t, row, last).text, "|");
	assert_int_equal(column_of(t, "trusted"), state_col);
	assert_int_equal(column_of(t, "信頼済み"), state_col);
	assert_int_equal(column_of(t, "隔離"), state_col);
	assert_true(term_has(t, "東京支店… ")); /* seven characters of two columns each, in ten */
	scene_close(t);
}

/* Every row of the box ends in its border. */
static void check_box(struct term *t)
{
	int left, right, top = term_find(t, "┌", &left), bottom = term_find(t, "└", NULL);
	assert_true(top >= 0 && bottom > top);
	term_find(t, "┐", &right);
	for (int row = top + 1; row < bottom; row++) {
		assert_string_equal(term_attr(t, row, left).text, "│");
		assert_string_equal(term_attr(t, row, right).text, "│");
	}
	assert_string_equal(term_attr(t, top, right).text, "┐");
	assert_string_equal(term_attr(t, bottom, right).text, "┘");
}

static void test_dialogs(void **state)
{
	static const int cols[] = { 80, 50, 40 };
	(void)state;
	for (size_t i = 0; i < sizeof cols / sizeof *cols; i++) {
		struct term *t = open_scene(16, cols[i], "dialog");
		check_box(t);
		assert_int_equal(column_of(t, "CN=東京"), column_of(t, "CN=a"));
		assert_true(term_has(t, "y 信頼する   n やめる"));
		scene_close(t);
		t = open_scene(16, cols[i], "choose");
		check_box(t);
		assert_int_equal(column_of(t, "サーバー用の証明書"), column_of(t, "client"));
		scene_close(t);
	}
}

static void test_form(void **state)
{
	struct term *t = open_scene(24, 80, "form");
	(void)state;
	check_box(t);
	int values = column_of(t, "東京支店");
	assert_int_equal(column_of(t, "90"), values);
	assert_int_equal(column_of(t, "サーバー用"), values);
	assert_int_equal(column_of(t, "[ ] no"), values);
	assert_int_equal(column_of(t, "[ 作成 ]"), values);
	assert_true(term_has(t, "一般名 *"));
	term_press(t, TERM_TAB);
	term_press(t, TERM_ENTER); /* the options, in a box of their own */
	assert_int_equal(column_of(t, "client"), values + 1);
	term_press(t, TERM_ESC);
	scene_close(t);
}

/* No sign that closes begins a line, none that opens ends one. */
static void test_lines_are_broken(void **state)
{
	struct term *t = open_scene(8, 40, "wrapped");
	(void)state;
	check_row(t, 0, "CA は「信頼");
	check_row(t, 1, "済み」です。");
	check_row(t, 2, "だれでも証明");
	check_row(t, 3, "書に署名でき");
	check_row(t, 4, "ます。 END");
	scene_close(t);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hints),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_dialogs),
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_lines_are_broken),
	};
	int status = scene_main(argc, argv, scenes, sizeof scenes / sizeof *scenes);
	return status >= 0 ? status : cmocka_run_group_tests_name("tui/wide", tests, NULL, NULL);
}
