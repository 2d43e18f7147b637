#include "base/text.h"

#include "support/unit.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define CODE_POINTS 0x110000
#define ROUNDS      (UNIT_SLOW ? 4000 : 40000)

/* The same bytes in every run, so that a failure can be looked at again. */
static uint32_t seed = 20251123;

static uint32_t random_below(uint32_t most)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % most;
}

static bool is_surrogate(uint32_t cp)
{
	return cp >= 0xd800 && cp <= 0xdfff;
}

/* What the header promises of every output, whatever went in. */
static void check_safe(const char *safe, size_t len)
{
	const char *p = safe, *end = safe + len;
	assert_int_equal(strlen(safe), len);
	assert_true(text_is_utf8(safe, len));
	while (p < end) {
		int32_t cp = text_next(&p, end);
		if (cp < 0 || !text_shown((uint32_t)cp))
			fail_msg("U+%04X got through", (unsigned)cp);
	}
	assert_true(text_is_safe(safe));
}

/* In place, behind something that isn't touched. */
static void check_tail(const void *bytes, size_t len, const struct buf *safe)
{
	struct buf tail = { 0 };
	buf_text_add(&tail, "\x1b<");
	buf_add(&tail, bytes, len);
	text_escape_tail(&tail, 2);
	assert_int_equal(tail.len, 2 + safe->len);
	assert_memory_equal(tail.data, "\x1b<", 2);
	assert_string_equal(tail.data + 2, buf_text(safe));
	buf_done(&tail);
}

static void check_round_trip(const void *bytes, size_t len)
{
	struct buf safe = { 0 }, back = { 0 }, again = { 0 };
	text_escape(&safe, bytes, len);
	check_safe(buf_text(&safe), safe.len);
	check_tail(bytes, len, &safe);
	text_unescape(&back, buf_text(&safe));
	assert_int_equal(back.len, len);
	if (len > 0)
		assert_memory_equal(back.data, bytes, len);
	text_guard(&again, buf_text(&safe));
	assert_string_equal(buf_text(&again), buf_text(&safe));
	buf_done(&safe);
	buf_done(&back);
	buf_done(&again);
}

static void check_code_point(uint32_t cp)
{
	static struct buf raw, safe, want, back; /* kept, or allocating would take most of the time */
	struct buf *all[] = { &raw, &safe, &want, &back };
	for (size_t i = 0; i < 4; i++)
		buf_cut(all[i], 0);
	text_put(&raw, cp);
	const char *p = raw.data;
	assert_true(text_next(&p, raw.data + raw.len) == (int32_t)cp && p == raw.data + raw.len);
	if (text_shown(cp))
		text_put(&want, cp);
	else
		buf_format(&want, cp < 0x80 ? "\\x%02x" : "\\u{%x}", cp);
	text_escape(&safe, raw.data, raw.len);
	assert_string_equal(buf_text(&safe), buf_text(&want));
	text_unescape(&back, buf_text(&safe));
	assert_true(back.len == raw.len && memcmp(back.data, raw.data, raw.len) == 0);
}

static void test_every_code_point(void **state)
{
	(void)state;
	for (uint32_t cp = 0; cp < CODE_POINTS; cp++)
		if (!is_surrogate(cp))
			check_code_point(cp);
}

/* In long texts, with a letter between so that no mark is one too many. */
static void test_every_code_point_in_a_row(void **state)
{
	(void)state;
	for (uint32_t first = 0; first < CODE_POINTS; first += 0x800) {
		struct buf raw = { 0 };
		for (uint32_t cp = first; cp < first + 0x800 && !is_surrogate(first); cp++) {
			text_put(&raw, cp);
			buf_char(&raw, 'o');
		}
		check_round_trip(buf_text(&raw), raw.len);
		buf_done(&raw);
	}
}

static void test_random_bytes(void **state)
{
	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		uint8_t bytes[48];
		size_t len = random_below(sizeof bytes + 1);
		for (size_t b = 0; b < len; b++)
			bytes[b] = (uint8_t)random_below(256);
		check_round_trip(bytes, len);
	}
}

/* Pieces that meet badly: halves of escapes, marks, stray lead and continuation bytes. */
static void test_random_pieces(void **state)
{
	static const char *const pieces[] = { "\\", "x", "u", "{", "}", "41", "x41", "u{301}", "\\x5c",
		"\\u{202e}", "\u0301", "\u0308", "\u202e", "\u200b", "\xc2", "\x80", "\xe2\x80",
		"\xed\xa0\x80", "\xf4\x90", "\x1b[", "\n", "\x7f", "a", "ü", "漢", "\U0001f512",
		"\xff", "\xc0\x80" };
	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		struct buf raw = { 0 };
		for (uint32_t n = random_below(12); n > 0; n--)
			buf_text_add(&raw, pieces[random_below(sizeof pieces / sizeof *pieces)]);
		check_round_trip(buf_text(&raw), raw.len);
		buf_done(&raw);
	}
}

static void check_escape(const char *raw, size_t len, const char *want)
{
	char *safe = text_safe(raw, len);
	assert_string_equal(safe, want);
	free(safe);
}

#define ESCAPES(literal, want) check_escape(literal, sizeof(literal) - 1, want)

static void test_escapes(void **state)
{
	(void)state;
	ESCAPES("", "");
	ESCAPES("a\0b", "a\\x00b");
	ESCAPES("\x1b]0;x\x07", "\\x1b]0;x\\x07");
	ESCAPES("line\r\nnext\t", "line\\x0d\\x0anext\\x09");
	ESCAPES("\xc2\x9b", "\\u{9b}");         /* C1: a control sequence introducer */
	ESCAPES("\x9b", "\\x9b");               /* the same as a stray byte */
	ESCAPES("\u202egpj.exe", "\\u{202e}gpj.exe");
	ESCAPES("a\u200bb\ufeff", "a\\u{200b}b\\u{feff}");
	ESCAPES("\u00a0\u3000\u2028", "\\u{a0}\\u{3000}\\u{2028}");
	ESCAPES("\U000e0041", "\\u{e0041}");    /* a tag character */
	ESCAPES("\xc0\xaf", "\\xc0\\xaf");      /* an overlong slash */
	ESCAPES("\xed\xa0\x80", "\\xed\\xa0\\x80");
	ESCAPES("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
	ESCAPES("\xe2\x82", "\\xe2\\x82");      /* cut off */
	ESCAPES("C:\\dir", "C:\\dir");
	ESCAPES("\\x41", "\\x5cx41");
	ESCAPES("\\u{41}", "\\x5cu{41}");
	ESCAPES("\\", "\\");
	ESCAPES("Zürich 漢字 \U0001f512", "Zürich 漢字 \U0001f512");
}

static size_t count_of(const char *text, const char *piece)
{
	size_t n = 0;
	for (const char *p = strstr(text, piece); p; p = strstr(p + 1, piece))
		n++;
	return n;
}

static void test_marks_are_capped(void **state)
{
	struct buf raw = { 0 };
	(void)state;
	for (int i = 0; i < 100; i++)
		buf_text_add(&raw, i == 0 ? "Z" : "\u0301");
	char *safe = text_safe(raw.data, raw.len);
	assert_int_equal(count_of(safe, "\u0301"), 4);
	assert_int_equal(count_of(safe, "\\u{301}"), 95);
	check_round_trip(raw.data, raw.len);
	free(safe);
	buf_done(&raw);
	ESCAPES("e\u0301\u0302\u0303\u0304x\u0301", "e\u0301\u0302\u0303\u0304x\u0301");
}

static void check_guard(const char *in, const char *want)
{
	struct buf out = { 0 };
	text_guard(&out, in);
	assert_string_equal(buf_text(&out), want);
	assert_int_equal(text_is_safe(in), strcmp(in, want) == 0);
	buf_done(&out);
}

static void test_guard_leaves_safe_text(void **state)
{
	(void)state;
	check_guard("\\x1b is shown", "\\x1b is shown");
	check_guard("\\u{202e}", "\\u{202e}");
	check_guard("a\x1b\xff\u202e", "a\\x1b\\xff\\u{202e}");
	check_guard("", "");
}

static void check_unescape(const char *safe, const char *want)
{
	struct buf out = { 0 };
	text_unescape(&out, safe);
	assert_string_equal(buf_text(&out), want);
	buf_done(&out);
}

static void test_unescape_leaves_what_is_no_escape(void **state)
{
	(void)state;
	check_unescape("\\x1B\\u{FC}", "\x1b\u00fc");
	check_unescape("\\", "\\");
	check_unescape("\\x", "\\x");
	check_unescape("\\x4", "\\x4");
	check_unescape("\\xg1", "\\xg1");
	check_unescape("\\u", "\\u");
	check_unescape("\\u{}", "\\u{}");
	check_unescape("\\u{41", "\\u{41");
	check_unescape("\\u{110000}", "\\u{110000}");
	check_unescape("\\u{0000041}", "\\u{0000041}");
	check_unescape("\\n\\\\", "\\n\\\\");
}

static void test_bad_utf8_is_stepped_over(void **state)
{
	static const char *const bad[] = { "\x80", "\xc1\x80", "\xe0\x80\x80", "\xed\xbf\xbf",
		"\xf0\x80\x80\x80", "\xf5\x80\x80\x80", "\xe2\x28\xa1", "\xc3" };
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const char *p = bad[i];
		assert_int_equal(text_next(&p, bad[i] + strlen(bad[i])), -1);
		assert_ptr_equal(p, bad[i] + 1);
		assert_false(text_is_utf8(bad[i], strlen(bad[i])));
	}
	assert_true(text_is_utf8("", 0));
	assert_false(text_is_utf8("\xc3\xbc", 1));
}

static void test_width(void **state)
{
	(void)state;
	assert_int_equal(text_width(""), 0);
	assert_int_equal(text_width("abc"), 3);
	assert_int_equal(text_width("Zürich"), 6);
	assert_int_equal(text_width("漢字"), 4);
	assert_int_equal(text_width("e\u0301x"), 2);
}

static void test_fit(void **state)
{
	size_t used = 99;
	(void)state;
	assert_int_equal(text_fit("abc", 2, &used), 2);
	assert_int_equal(used, 2);
	assert_int_equal(text_fit("abc", 9, NULL), 3);
	assert_int_equal(text_fit("漢字", 3, &used), 3); /* half a character is none */
	assert_int_equal(used, 2);
	assert_int_equal(text_fit("e\u0301\u0302x", 1, &used), 5); /* with its marks */
	assert_int_equal(used, 1);
	assert_int_equal(text_fit("abc", 0, &used), 0);
	assert_int_equal(used, 0);
	assert_int_equal(text_fit("", 5, &used), 0);
}

static void test_fit_never_splits(void **state)
{
	const char *text = "aü漢e\u0301\U0001f512z";
	(void)state;
	for (size_t columns = 0; columns <= text_width(text) + 1; columns++) {
		size_t used, n = text_fit(text, columns, &used);
		assert_true(used <= columns);
		assert_true(text_is_utf8(text, n));
		assert_true(n == strlen(text) || strncmp(text + n, "\u0301", 2) != 0);
	}
}

static void check_fold(const char *in, const char *want)
{
	struct buf out = { 0 };
	text_fold(&out, in);
	assert_string_equal(buf_text(&out), want);
	buf_done(&out);
}

static void test_fold(void **state)
{
	(void)state;
	check_fold("ABC xyz [\\]^ 123", "abc xyz [\\]^ 123");
	check_fold("ZÜRICH Ångström ΔΕ Ж", "zürich ångström δε ж");
	check_fold("", "");
}

static void check_trim(const char *in, const char *want)
{
	char *text = mem_text(in);
	text_trim(text);
	assert_string_equal(text, want);
	free(text);
}

static void test_trim(void **state)
{
	(void)state;
	check_trim("  a \t\r\n b  ", "a b");
	check_trim("   ", "");
	check_trim("", "");
	check_trim("a", "a");
	check_trim("a\v\fb ", "a b");
}

static void test_hex(void **state)
{
	struct buf out = { 0 };
	(void)state;
	text_hex(&out, (const uint8_t *)"\x00\xab\xff", 3, ':');
	text_hex(&out, (const uint8_t *)"\x01", 1, ':');
	text_hex(&out, NULL, 0, 0);
	assert_string_equal(buf_text(&out), "00:ab:ff01");
	buf_done(&out);
}

static void test_starts(void **state)
{
	(void)state;
	assert_true(text_starts("abc", "ab"));
	assert_true(text_starts("abc", ""));
	assert_false(text_starts("ab", "abc"));
	assert_false(text_starts("", "a"));
}

static void test_number(void **state)
{
	static const struct {
		const char *text;
		int64_t least, most, number;
		bool ok;
	} rows[] = {
		{ "0", 0, 9, 0, true }, { "007", 0, 9, 7, true }, { "-3", -3, 9, -3, true },
		{ "9223372036854775807", 0, INT64_MAX, INT64_MAX, true },
		{ "9223372036854775808", 0, INT64_MAX, 0, false }, { "10", 0, 9, 0, false },
		{ "-1", 0, 9, 0, false }, { "", 0, 9, 0, false }, { "-", -9, 9, 0, false },
		{ " 1", 0, 9, 0, false }, { "1 ", 0, 9, 0, false }, { "+1", 0, 9, 0, false },
		{ "0x1", 0, 9, 0, false }, { "- 1", -9, 9, 0, false }, { "--1", -9, 9, 0, false },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int64_t n = 0;
		assert_int_equal(text_number(rows[i].text, rows[i].least, rows[i].most, &n), rows[i].ok);
		assert_int_equal(n, rows[i].number);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_code_point),
		cmocka_unit_test(test_every_code_point_in_a_row),
		cmocka_unit_test(test_random_bytes),
		cmocka_unit_test(test_random_pieces),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_marks_are_capped),
		cmocka_unit_test(test_guard_leaves_safe_text),
		cmocka_unit_test(test_unescape_leaves_what_is_no_escape),
		cmocka_unit_test(test_bad_utf8_is_stepped_over),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_fit),
		cmocka_unit_test(test_fit_never_splits),
		cmocka_unit_test(test_fold),
		cmocka_unit_test(test_trim),
		cmocka_unit_test(test_hex),
		cmocka_unit_test(test_starts),
		cmocka_unit_test(test_number),
	};
	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
