/*
 * Golden screens: every pane at three sizes, in UTF-8 and ASCII, in colour and mono.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/desk.h"
#include "support/unit.h"

struct size {
	int rows, cols;
	const char *name;
};

static const struct size sizes[] = { { 24, 80, "80x24" }, { 40, 120, "120x40" }, { 12, 40, "40x12" } };

struct look {
	unsigned look;
	const char *name;
};

static const struct look looks[] = {
	{ DESK_PLAIN, "utf8" },
	{ DESK_ASCII | DESK_MONO, "ascii" },
};

struct pane {
	const char *name;
	const char *keys;
};

static const struct pane panes[] = {
	{ "list", "" },
	{ "marked", "j  " },
	{ "search", "/exam" },
	{ "none", "/nothing like it\r" },
	{ "filter", "f" },
	{ "sort", "s" },
	{ "detail", "jj\r" },
	{ "detail-end", "jj\rG" },
	{ "trust", "t" },
	{ "delete-many", "  d" },
	{ "rename", "e" },
	{ "match", "m" },
	{ "why", "fxw" },
	{ "compare", "  =" },
	{ "compare-all", "  =aG" },
	{ "export", "x" },
	{ "journal", "5" },
	{ "journal-line", "5\r" },
	{ "help", "?" },
	{ "command", ":impo\t" },
	{ "themes", "T" },
};

static void shoot(const struct size *size, const struct look *look, const struct pane *pane)
{
	struct desk_test d = { 0 };
	char name[80];
	snprintf(name, sizeof name, "%s-%s-%s", pane->name, size->name, look->name);
	desk_open(&d, size->rows, size->cols, look->look);
	if (pane->keys[0])
		term_press(d.term, pane->keys);
	golden_check(d.term, name);
	term_check_raw(d.term);
	term_press(d.term, TERM_ESC);
	term_press(d.term, TERM_ESC);
	desk_close(&d);
}

static void test_panes(void **state)
{
	(void)state;
	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
		for (size_t l = 0; l < sizeof looks / sizeof *looks; l++)
			for (size_t p = 0; p < sizeof panes / sizeof *panes; p++)
				shoot(&sizes[s], &looks[l], &panes[p]);
}

static void test_empty_store(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_EMPTY);
	term_press(d.term, TERM_ESC);
	golden_check(d.term, "empty-80x24-utf8");
	desk_close(&d);
}

static void test_read_only_shows_it(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_READ_ONLY);
	golden_check(d.term, "read-only-80x24-utf8");
	term_press(d.term, "t");
	assert_true(term_has(d.term, "read-only"));
	desk_close(&d);
}

static bool has_colour(struct term *term)
{
	for (int row = 0; row < term_rows(term); row++) {
		for (int col = 0; col < term_cols(term); col++) {
			struct term_cell cell = term_attr(term, row, col);
			if (cell.fg != -1 || cell.bg != -1)
				return true;
		}
	}
	return false;
}

static struct term_cell look_of(struct term *term, const char *text)
{
	int col, row = term_find(term, text, &col);
	assert_true(row >= 0);
	return term_attr(term, row, col);
}

/* The states are told by words; colours and attributes only underline them. */
static void test_themes(void **state)
{
	static const char *const themes[] = { "default", "dark", "light", "contrast", "mono" };
	(void)state;
	for (size_t i = 0; i < sizeof themes / sizeof *themes; i++) {
		char file[80];
		snprintf(file, sizeof file, "themes/%s.theme", themes[i]);
		char *path = realpath(file, NULL); /* the console starts in another folder */
		assert_non_null(path);
		struct desk_test d = { .theme = path };
		desk_open(&d, 24, 80, DESK_PLAIN);
		assert_int_equal(has_colour(d.term), strcmp(themes[i], "mono") != 0);
		struct term_cell trusted = look_of(d.term, "trusted     2176");
		struct term_cell blocked = look_of(d.term, "blocked     1446");
		bool differ = trusted.fg != blocked.fg || trusted.bold != blocked.bold ||
			      trusted.reverse != blocked.reverse ||
			      trusted.underline != blocked.underline;
		assert_true(differ || strcmp(themes[i], "mono") == 0);
		desk_close(&d);
		free(path);
	}
}

static void test_no_color(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_MONO);
	assert_false(has_colour(d.term));
	assert_true(look_of(d.term, "evil").reverse);
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_panes),
		cmocka_unit_test(test_empty_store),
		cmocka_unit_test(test_read_only_shows_it),
		cmocka_unit_test(test_themes),
		cmocka_unit_test(test_no_color),
	};
	return cmocka_run_group_tests_name("screens", tests, NULL, NULL);
}
