#include "support/unit.h"

#include <locale.h>
#include <string.h>

#include "tui/line.h"

static enum reaction press(struct line *line, const char *name)
{
	struct key key;
	assert_true(key_parse(name, &key));
	return line_key(line, &key);
}

/* Keys by name with blanks between them. */
static void type(struct line *line, const char *names)
{
	char name[KEY_NAME];
	while (*names) {
		size_t len = strcspn(names, " ");
		memcpy(name, names, len);
		name[len] = '\0';
		assert_int_equal(press(line, name), REACT_REPAINT);
		names += len + (names[len] == ' ');
	}
}

static void check(const char *start, const char *names, const char *want)
{
	struct line *line = line_new(LINE_PLAIN, start);
	type(line, names);
	assert_string_equal(line_text(line), want);
	line_free(line);
}

static void test_editing(void **state)
{
	(void)state;
	check(NULL, "a b c", "abc");
	check("abc", "Left x", "abxc");
	check("abc", "Home x End y", "xabcy");
	check("abc", "C-a C-f x C-e C-b y", "axbyc");
	check("abc", "Backspace Left Backspace", "b");
	check("abc", "Home Delete Right C-d", "b");
	check("abc", "Left C-k", "ab");
	check("abc", "Left C-u", "c");
	check("one two  ", "C-w", "one ");
	check("one two", "Left C-w", "one o");
	check("", "Backspace Delete C-w C-k C-u Left Right", "");
	check("abc", "Home Left Backspace", "abc");
	check("abc", "End Right Delete", "abc");
}

static void test_characters_of_many_bytes(void **state)
{
	(void)state;
	check("Z\xc3\xbcrich", "Home Right Right x", "Z\xc3\xbcxrich");
	check("\xe6\x97\xa5\xe6\x9c\xac", "Backspace", "\xe6\x97\xa5");
	check("ae\xcc\x81z", "Left Backspace", "az"); /* a letter and its accent are one */
	check(NULL, "\xc3\xa4", "\xc3\xa4");
}

static void paste(struct line *line, const char *bytes, size_t len)
{
	struct key key = { .code = K_PASTE, .paste = bytes, .paste_len = len };
	assert_int_equal(line_key(line, &key), REACT_REPAINT);
}

static void test_paste(void **state)
{
	struct line *line = line_new(LINE_PLAIN, "[]");
	(void)state;
	press(line, "Left");
	paste(line, "a\r\nb\tc\033[31m\xff\xe2\x80\xae\0d\n\n", 19);
	assert_string_equal(line_text(line), "[a b c[31md]");
	line_free(line);
}

static void test_too_much(void **state)
{
	static char text[40000];
	struct line *line = line_new(LINE_PLAIN, NULL);
	(void)state;
	memset(text, 'a', sizeof text);
	paste(line, text, sizeof text);
	assert_int_equal(strlen(line_text(line)), 16384);
	type(line, "x Home y");
	assert_int_equal(strlen(line_text(line)), 16384);
	line_free(line);
}

static void test_keys_that_dont_edit(void **state)
{
	static const char *const names[] = { "Enter", "Esc", "Tab", "S-Tab", "Up", "Down", "F1",
		"PgUp", "M-x", "C-x", "S-Left" };
	struct line *line = line_new(LINE_PLAIN, "abc");
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		assert_int_equal(press(line, names[i]), REACT_UNHANDLED);
	assert_string_equal(line_text(line), "abc");
	line_free(line);
}

static const char *recall(void *ctx, int step)
{
	static const char *const lines[] = { "one", "two" };
	int *at = ctx;
	if (*at + step < 0 || *at + step > 1)
		return NULL;
	*at += step;
	return lines[*at];
}

/* What is typed first replaces what was there; whoever moves in it wants to keep it. */
static void test_selected(void **state)
{
	static const char *const cases[][2] = { { "x", "x" }, { "End x", "abcx" },
		{ "Left x", "abxc" }, { "x y", "xy" }, { "Backspace x", "abx" } };
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct line *line = line_new(LINE_PLAIN, "abc");
		line_select(line);
		type(line, cases[i][0]);
		assert_string_equal(line_text(line), cases[i][1]);
		line_free(line);
	}
}

static void test_no_pem(void **state)
{
	static const char pem[] = "  \n-----BEGIN PRIVATE KEY-----\nMAA=\n";
	const struct key key = { .code = K_PASTE, .paste = pem, .paste_len = sizeof pem - 1 };
	struct line *line = line_new(LINE_PLAIN, "abc");
	(void)state;
	line_select(line);
	assert_true(line_refuses(&key));
	assert_int_equal(line_key(line, &key), REACT_NONE);
	assert_string_equal(line_text(line), "abc");
	line_free(line);
}

static void test_history(void **state)
{
	struct line *line = line_new(LINE_PLAIN, "x");
	int at = 2;
	(void)state;
	line_history(line, recall, &at);
	assert_int_equal(press(line, "Up"), REACT_REPAINT);
	assert_string_equal(line_text(line), "two");
	press(line, "Up");
	assert_string_equal(line_text(line), "one");
	assert_int_equal(press(line, "Up"), REACT_NONE);
	press(line, "Down");
	type(line, "!");
	assert_string_equal(line_text(line), "two!");
	line_free(line);
}

static void test_masked(void **state)
{
	struct line *line = line_new(LINE_MASKED, NULL);
	(void)state;
	assert_string_equal(line_text(line), "");
	const char *before = line_text(line);
	for (int i = 0; i < 1000; i++)
		type(line, "s");
	assert_ptr_equal(line_text(line), before); /* it never moved, so it left no copy */
	type(line, "C-u");
	for (int i = 0; i < 1000; i++)
		assert_int_equal(before[i], 0);
	line_free(line);
}

int main(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_editing),
		cmocka_unit_test(test_characters_of_many_bytes),
		cmocka_unit_test(test_paste),
		cmocka_unit_test(test_too_much),
		cmocka_unit_test(test_keys_that_dont_edit),
		cmocka_unit_test(test_selected),
		cmocka_unit_test(test_no_pem),
		cmocka_unit_test(test_history),
		cmocka_unit_test(test_masked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
