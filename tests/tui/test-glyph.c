#include "support/unit.h"

#include <locale.h>
#include <string.h>

#include "tui/glyph.h"

static void check(const char *safe, bool utf8, wchar_t first, int cols, size_t len)
{
	struct glyph glyph = glyph_next(safe, utf8);
	assert_int_equal(glyph.chars[0], first);
	assert_int_equal(glyph.cols, cols);
	assert_int_equal(glyph.len, len);
}

static void test_glyphs(void **state)
{
	(void)state;
	check("", true, 0, 1, 0);
	check("ab", true, L'a', 1, 1);
	check("\xc3\xbc", true, 0xfc, 1, 2);
	check("\xe6\x97\xa5x", true, 0x65e5, 2, 3);
	check("e\xcc\x81x", true, L'e', 1, 3);
	check("\xcc\x81x", true, L' ', 1, 2); /* a mark on nothing */
}

static void test_what_has_no_place(void **state)
{
	(void)state;
	check("\n", true, L'?', 1, 1);
	check("\033", true, L'?', 1, 1);
	check("\xc2\x9b", true, L'?', 1, 2);
	check("\xff", true, L'?', 1, 1);
	check("\xf3\xbf\xbf\xbf", true, L'?', 1, 4);
}

static void test_ascii(void **state)
{
	(void)state;
	check("\xc3\xbc", false, L'?', 1, 2); /* and not u, which would be another name */
	check("\xe6\x97\xa5", false, L'?', 1, 3);
	check("\xe2\x80\xa6", false, L'~', 1, 3);
	check("e\xcc\x81x", false, L'e', 1, 3);
}

static void test_marks_without_end(void **state)
{
	char text[200] = "a";
	(void)state;
	for (int i = 0; i < 80; i++)
		strcat(text, "\xcc\x81");
	size_t at = 0;
	for (struct glyph g = glyph_next(text, true); g.len; g = glyph_next(text + at, true)) {
		assert_true(wcslen(g.chars) <= GLYPH_CHARS);
		at += g.len;
	}
	assert_int_equal(at, strlen(text));
}

static void test_match(void **state)
{
	(void)state;
	assert_int_equal(glyph_match("Abc", "ab"), 2);
	assert_int_equal(glyph_match("Abc", "abc"), 3);
	assert_int_equal(glyph_match("Abc", "abcd"), 0);
	assert_int_equal(glyph_match("Abc", "b"), 0);
	assert_int_equal(glyph_match("", "a"), 0);
	assert_int_equal(glyph_match("\xc3\x9c" "ber", "\xc3\xbc" "be"), 4);
}

/* A letter that may carry a mark is left to the closer look. */
static void test_plain(void **state)
{
	(void)state;
	assert_int_equal(glyph_plain(""), 0);
	assert_int_equal(glyph_plain("abc ~"), 5);
	assert_int_equal(glyph_plain("ab\tc"), 2);
	assert_int_equal(glyph_plain("ab\x7f"), 2);
	assert_int_equal(glyph_plain("abe\xcc\x81"), 2);
	assert_int_equal(glyph_plain("\xc3\xa9"), 0);
}

int main(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_glyphs),
		cmocka_unit_test(test_what_has_no_place),
		cmocka_unit_test(test_ascii),
		cmocka_unit_test(test_marks_without_end),
		cmocka_unit_test(test_match),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
