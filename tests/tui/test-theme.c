#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "support/term.h"
#include "support/tmp.h"
#include "tui/theme.h"

static bool same_look(const struct look *a, const struct look *b)
{
	return a->fg == b->fg && a->bg == b->bg && a->attrs == b->attrs;
}

static const char *const shipped[] = { "default", "dark", "light", "mono", "contrast" };

static void test_looks(void **state)
{
	static const struct {
		const char *text;
		struct look look;
	} cases[] = {
		{ "default", { -1, -2, 0 } },
		{ "red", { 1, -2, 0 } },
		{ "bright-red on blue bold", { 9, 4, LOOK_BOLD } },
		{ "  12\ton 255  dim underline reverse ", { 12, 255,
			LOOK_DIM | LOOK_UNDERLINE | LOOK_REVERSE } },
		{ "#fF8000 on default", { COLOUR_RGB | 0xff8000, -1, 0 } },
		{ "bold", { -2, -2, LOOK_BOLD } },
		{ "on red", { -2, 1, 0 } },
		{ "", { -2, -2, 0 } },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct look looks[DEPTH_COUNT];
		struct error err;
		if (!looks_parse(looks, cases[i].text, &err))
			fail_msg("%s", err.text);
		for (size_t d = 0; d < DEPTH_COUNT; d++)
			assert_true(same_look(&looks[d], &cases[i].look));
	}
}

/* The first of which the terminal has all colours, and else the last. */
static void test_fewer_colours(void **state)
{
	static const struct {
		const char *text;
		int32_t fg[DEPTH_COUNT];
	} cases[] = {
		{ "#ff0000 or 160 or red", { 1, 160, COLOUR_RGB | 0xff0000 } },
		{ "#ff0000 or red", { 1, 1, COLOUR_RGB | 0xff0000 } },
		{ "160 or red", { 1, 160, 160 } },
		{ "7 on #000000 or 160", { 160, 160, 7 } },
		{ "#ff0000", { COLOUR_RGB | 0xff0000, COLOUR_RGB | 0xff0000, COLOUR_RGB | 0xff0000 } },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct look looks[DEPTH_COUNT];
		struct error err;
		if (!looks_parse(looks, cases[i].text, &err))
			fail_msg("%s", err.text);
		for (size_t d = 0; d < DEPTH_COUNT; d++)
			assert_int_equal(looks[d].fg, cases[i].fg[d]);
	}
	assert_int_equal(theme_depth(8), DEPTH_16);
	assert_int_equal(theme_depth(88), DEPTH_16);
	assert_int_equal(theme_depth(256), DEPTH_256);
	assert_int_equal(theme_depth(1 << 24), DEPTH_TRUE);
}

static void test_no_looks(void **state)
{
	static const char *const texts[] = { "rot", "red blue", "red on", "on on red", "256", "-1",
		"#12345", "#1234567", "#12345g", "red on blue on green", "1x", "bright-", "brightred",
		"red on bold", "red or blue", "red or 160", "160 on 3 or #ff0000", "160 or", "or red",
		"160 or red or blue", "160 on or red" };
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct look looks[DEPTH_COUNT] = { { 7, 7, 7 } };
		struct error err = { 0 };
		if (looks_parse(looks, texts[i], &err))
			fail_msg("'%s' is a look", texts[i]);
		assert_int_equal(err.code, ERROR_FAILED);
		assert_int_equal(looks[0].fg, 7);
	}
}

static void test_built_in(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROLE_COUNT; i++) {
		struct look looks[DEPTH_COUNT];
		assert_non_null(role_rows[i].name);
		assert_true(strlen(role_rows[i].help) > 5);
		assert_true(looks_parse(looks, role_rows[i].look, NULL));
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(role_rows[i].name, role_rows[k].name);
	}
}

static void test_shipped_themes_have_all_roles(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof shipped / sizeof *shipped; i++) {
		struct theme theme;
		struct error err;
		char *path = mem_format("themes/%s.theme", shipped[i]);
		if (!theme_load(&theme, path, &err))
			fail_msg("%s", err.text);
		free(path);
	}
}

static void test_default_file_is_the_built_in(void **state)
{
	struct theme file, built_in;
	struct error err;
	(void)state;
	theme_default(&built_in);
	assert_true(theme_load(&file, "themes/default.theme", &err));
	for (size_t d = 0; d < DEPTH_COUNT; d++)
		for (size_t i = 0; i < ROLE_COUNT; i++)
			assert_true(same_look(&file.looks[d][i], &built_in.looks[d][i]));
}

static void test_mono_has_no_colour(void **state)
{
	struct theme theme;
	(void)state;
	assert_true(theme_load(&theme, "themes/mono.theme", NULL));
	for (size_t i = 0; i < ROLE_COUNT; i++) {
		const struct look *look = &theme.looks[DEPTH_256][i];
		assert_int_equal(look->fg, COLOUR_DEFAULT);
		assert_int_equal(look->bg, COLOUR_DEFAULT);
		assert_int_equal(look->attrs, role_rows[i].mono);
	}
}

static void put_colour(struct buf *out, int32_t colour)
{
	if (colour == COLOUR_DEFAULT)
		buf_text_add(out, "default");
	else
		buf_format(out, colour & COLOUR_RGB ? "#%06x" : "%d", (unsigned)colour & 0xffffff);
}

static void put_look(struct buf *out, const struct look *look)
{
	static const char *const attrs[] = { "bold", "dim", "underline", "reverse" };
	put_colour(out, look->fg);
	buf_text_add(out, " on ");
	put_colour(out, look->bg);
	for (size_t i = 0; i < sizeof attrs / sizeof *attrs; i++)
		if (look->attrs & 1u << i)
			buf_format(out, " %s", attrs[i]);
}

/*
 * What each role looks like, with 256 colours and with 16: with the roles of each screen (support/roles.h) that is
 * what the screens look like.
 */
static void test_golden_looks(void **state)
{
	struct buf out = { 0 };
	(void)state;
	for (size_t i = 0; i < sizeof shipped / sizeof *shipped; i++) {
		struct theme theme;
		char *path = mem_format("themes/%s.theme", shipped[i]);
		assert_true(theme_load(&theme, path, NULL));
		buf_format(&out, "== %s\n", shipped[i]);
		for (size_t r = 0; r < ROLE_COUNT; r++) {
			buf_format(&out, "%s: ", role_rows[r].name);
			put_look(&out, &theme.looks[DEPTH_256][r]);
			buf_text_add(&out, " or ");
			put_look(&out, &theme.looks[DEPTH_16][r]);
			assert_true(same_look(&theme.looks[DEPTH_TRUE][r], &theme.looks[DEPTH_256][r]));
			buf_char(&out, '\n');
		}
		free(path);
	}
	golden_text(buf_text(&out), "roles/looks");
	buf_done(&out);
}

/* A whole theme but for one role, which is said in another way. */
static char *theme_with(size_t role, const char *line)
{
	struct buf text = { 0 };
	for (size_t i = 0; i < ROLE_COUNT; i++)
		if (i == role)
			buf_text_add(&text, line);
		else
			buf_format(&text, "%s = \"red\";\n", role_rows[i].name);
	return buf_take(&text);
}

static void test_broken_themes(void **state)
{
	static const struct {
		const char *line, *says;
	} cases[] = {
		{ "dim = \"rot\";\n", "x.theme:2: 'rot'" },
		{ "dim = 5;\n", "x.theme:2: 'dim'" },
		{ "dimm = \"red\";\n", "x.theme:2: there is no role 'dimm'" },
		{ "dim = ;\n", "x.theme:2: " },
	};
	struct tmp *tmp = *state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct theme theme, built_in;
		struct error err = { 0 };
		char *text = theme_with(ROLE_DIM, cases[i].line);
		tmp_text(tmp, "x.theme", text);
		free(text);
		assert_false(theme_load(&theme, tmp_path(tmp, "x.theme"), &err));
		if (!strstr(err.text, cases[i].says))
			fail_msg("'%s' doesn't say '%s'", err.text, cases[i].says);
		theme_default(&built_in);
		for (size_t r = 0; r < ROLE_COUNT; r++)
			assert_true(same_look(&theme.looks[0][r], &built_in.looks[0][r]));
	}
}

/* Roles come later than themes that people have. */
static void test_missing_role(void **state)
{
	struct tmp *tmp = *state;
	struct theme theme, built_in;
	struct error err = { 0 };
	char *text = theme_with(ROLE_LIMITED, "");
	tmp_text(tmp, "old.theme", text);
	free(text);
	theme_default(&built_in);
	if (!theme_load(&theme, tmp_path(tmp, "old.theme"), &err))
		fail_msg("%s", err.text);
	assert_true(same_look(&theme.looks[0][ROLE_LIMITED], &built_in.looks[0][ROLE_LIMITED]));
	assert_int_equal(theme.looks[0][ROLE_UNTRUSTED].fg, 1);
}

static const struct theme_entry *listed(const struct theme_list *list, const char *name)
{
	const struct theme_entry *found = NULL;
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].name, name) == 0) {
			assert_null(found); /* once */
			found = &list->items[i];
		}
	assert_non_null(found);
	return found;
}

static void check_list(void)
{
	struct theme_list list = { 0 };
	theme_list(&list);
	assert_string_equal(list.items[0].name, "default");
	for (size_t i = 2; i < list.count; i++)
		assert_true(strcmp(list.items[i - 1].name, list.items[i].name) < 0);
	assert_string_equal(listed(&list, "own")->about, "mine");
	assert_false(listed(&list, "own")->broken);
	assert_true(listed(&list, "broken")->broken);
	assert_non_null(strstr(listed(&list, "broken")->about, "broken.theme:2: "));
	theme_list_done(&list);
	assert_int_equal(list.count, 0);
}

/* The configuration folder is looked up once in a process. */
static void test_search(void **state)
{
	struct tmp *tmp = *state;
	struct theme theme;
	struct error err = { 0 };
	char *text = theme_with(ROLE_DIM, "dim = \"cyan\";\n");
	setenv("XDG_CONFIG_HOME", tmp_path(tmp, NULL), 1);
	tmp_text(tmp, "certary/themes/own.theme", text);
	free(text);
	assert_true(theme_load(&theme, "own", &err));
	assert_int_equal(theme.looks[0][ROLE_DIM].fg, 6);
	assert_true(theme_load(&theme, "default", &err));
	assert_false(theme_load(&theme, "no-such-theme", &err));
	assert_int_equal(err.code, ERROR_NOT_FOUND);
	assert_non_null(strstr(err.text, "no-such-theme"));
	assert_false(theme_load(&theme, "./no-such-file", &err));
	tmp_text(tmp, "certary/themes/own.theme", "description = \"mine\";\n");
	tmp_text(tmp, "certary/themes/broken.theme", "# no text\ndescription = 5;\n");
	tmp_text(tmp, "certary/themes/\033odd.theme", "");
	check_list();
}

/* A background is said once, and what a theme lacks follows it. */
static void test_background(void **state)
{
	struct tmp *tmp = *state;
	struct theme theme;
	struct error err = { 0 };
	tmp_text(tmp, "own.theme", "normal = \"white on blue\";\nlink = \"red\";\n"
		"title = \"on black\";\nmarked = \"default on default\";\n");
	if (!theme_load(&theme, tmp_path(tmp, "own.theme"), &err))
		fail_msg("%s", err.text);
	const struct look *looks = theme.looks[DEPTH_256];
	assert_true(same_look(&looks[ROLE_LINK], &(struct look){ 1, 4, 0 }));
	assert_true(same_look(&looks[ROLE_TITLE], &(struct look){ 7, 0, 0 }));
	assert_true(same_look(&looks[ROLE_MARKED], &(struct look){ -1, -1, 0 }));
	assert_true(same_look(&looks[ROLE_VALUE], &(struct look){ 7, 4, 0 }));
	assert_true(same_look(&looks[ROLE_HEADING], &(struct look){ 7, 4, LOOK_BOLD }));
}

static void test_colours(void **state)
{
	(void)state;
	assert_int_equal(colour_map(COLOUR_DEFAULT, 8), COLOUR_DEFAULT);
	assert_int_equal(colour_map(3, 8), 3);
	assert_int_equal(colour_map(11, 8), 3);
	assert_int_equal(colour_map(11, 16), 11);
	assert_int_equal(colour_map(203, 256), 203);
	assert_int_equal(colour_map(196, 16), 9);
	assert_int_equal(colour_map(196, 8), 1);
	assert_int_equal(colour_map(231, 16), 15);
	assert_int_equal(colour_map(232, 8), 0);
	assert_int_equal(colour_map(COLOUR_RGB | 0xff0000, 256), 196);
	assert_int_equal(colour_map(COLOUR_RGB | 0x808080, 256), 244);
	assert_int_equal(colour_map(COLOUR_RGB | 0x00ff00, 16), 10);
	assert_int_equal(colour_map(COLOUR_RGB | 0x00ff00, 8), 2);
	assert_int_equal(colour_map(COLOUR_RGB | 0x123456, 1 << 24), 0x123456);
	assert_int_equal(colour_map(3, 1 << 24), 3);
	for (int32_t c = 0; c < 256; c++)
		assert_in_range(colour_map(c, 8), 0, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_looks),
		cmocka_unit_test(test_fewer_colours),
		cmocka_unit_test(test_no_looks),
		cmocka_unit_test(test_built_in),
		cmocka_unit_test(test_shipped_themes_have_all_roles),
		cmocka_unit_test(test_default_file_is_the_built_in),
		cmocka_unit_test(test_mono_has_no_colour),
		cmocka_unit_test(test_golden_looks),
		cmocka_unit_test_setup_teardown(test_broken_themes, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_missing_role, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_search, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_background, tmp_setup, tmp_teardown),
		cmocka_unit_test(test_colours),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
