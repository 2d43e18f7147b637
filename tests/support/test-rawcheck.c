#include "support/rawcheck.h"

#include <string.h>

#include "support/unit.h"

static void expect(enum rawcheck_kind kind, const char *text, const char *what)
{
	char why[200] = "";
	bool clean = rawcheck(kind, text, strlen(text), why, sizeof why);
	if (what == NULL && !clean)
		fail_msg("'%s' should be clean", why);
	if (what != NULL && (clean || strstr(why, what) != why))
		fail_msg("expected '%s', got '%s'", what, why);
}

static void what_curses_sends_is_clean(void **state)
{
	(void)state;
	expect(RAW_TERMINAL, "", NULL);
	expect(RAW_TERMINAL, "\033[?1049h\033[22;0;0t\033[1;24r\033(B\033[m\033[4l\033[?7h\033[39;49m", NULL);
	expect(RAW_TERMINAL, "\033[H\033[2J\033[24;1Hplain \033[0;7mM\xc3\xbcnchen\033(0qqq\033(B\r\n\t\b", NULL);
	expect(RAW_TERMINAL, "\033]7777;12\aafter\033[?12l\033[?25h\033=\033>\0337\0338\033M", NULL);
	expect(RAW_TERMINAL, "\033]104\a\033]R", NULL);
	expect(RAW_TERMINAL, "cut off\033[3", NULL);
	expect(RAW_TERMINAL, "cut off\033]77", NULL);
	expect(RAW_TERMINAL, "cut off\xe2\x94", NULL);
}

static void what_data_may_hold_is_found(void **state)
{
	(void)state;
	expect(RAW_TERMINAL, "\033]0;title\a", "OSC sequence");
	expect(RAW_TERMINAL, "\033]52;c;AAAA\a", "OSC sequence");
	expect(RAW_TERMINAL, "\033]7777;1x\a", "OSC sequence");
	expect(RAW_TERMINAL, "\033Pq\033\\", "unknown escape sequence");
	expect(RAW_TERMINAL, "\033[c", "unknown CSI sequence");
	expect(RAW_TERMINAL, "\033[6n", "unknown CSI sequence");
	expect(RAW_TERMINAL, "\033[31mHX", "escape sequence out of data");
	expect(RAW_TERMINAL, "a\ab", "control character at byte 1");
	expect(RAW_TERMINAL, "\x7f", "DEL");
	expect(RAW_TERMINAL, "\xc2\x9b" "31m", "C1 control");
	expect(RAW_TERMINAL, "\x9b" "31m and", "byte that is no UTF-8");
	expect(RAW_TERMINAL, "\xe2\x80\xae" "abc", "bidirectional control");
	expect(RAW_TERMINAL, "zero\xe2\x80\x8bwidth", "invisible character");
	expect(RAW_TERMINAL, "\xef\xbb\xbf" "mark", "invisible character");
	expect(RAW_TERMINAL, "\xe2\x80\xa8" "line", "line separator");
}

static void marks_pile_up_only_so_far(void **state)
{
	(void)state;
	expect(RAW_TEXT, "a\u0301\u0301\u0301\u0301", NULL);
	expect(RAW_TEXT, "a\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301",
		"more than eight combining marks");
}

static void text_holds_no_sequence_at_all(void **state)
{
	(void)state;
	expect(RAW_TEXT, "name\tvalue\n", NULL);
	expect(RAW_TEXT, "\033[m", "control character");
	expect(RAW_TEXT, "over\rwritten", "control character");
	expect(RAW_TEXT, "a\bb", "control character");
}

static void a_nul_is_found(void **state)
{
	char why[100];
	(void)state;
	assert_false(rawcheck(RAW_TEXT, "a\0b", 3, why, sizeof why));
	assert_string_equal(why, "control character at byte 1: a\\x00b");
	assert_false(rawcheck(RAW_TEXT, "a\0b", 3, NULL, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_curses_sends_is_clean),
		cmocka_unit_test(what_data_may_hold_is_found),
		cmocka_unit_test(marks_pile_up_only_so_far),
		cmocka_unit_test(text_holds_no_sequence_at_all),
		cmocka_unit_test(a_nul_is_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
