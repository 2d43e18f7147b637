#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "tui/key.h"

/* All keys of the decoder at that time, names with blanks between them. */
static char *take(struct keys *keys, int64_t now)
{
	struct buf names = { 0 };
	struct key key;
	while (keys_next(keys, &key, now)) {
		char name[KEY_NAME];
		buf_format(&names, "%s%s", names.len ? " " : "",
			key.code == K_PASTE ? "paste" : key_spell(name, &key));
	}
	return buf_take(&names);
}

static void check(const char *bytes, size_t len, const char *want)
{
	struct keys *keys = keys_new(25);
	keys_feed(keys, bytes, len, 0);
	char *names = take(keys, 0);
	assert_string_equal(names, want);
	free(names);
	assert_int_equal(keys_wait(keys, 0), -1);
	keys_free(keys);
}

/* The same bytes in one piece, and each by itself. */
static void check_both(const char *bytes, const char *want)
{
	struct keys *keys = keys_new(25);
	struct buf all = { 0 };
	check(bytes, strlen(bytes), want);
	for (const char *p = bytes; *p; p++) {
		keys_feed(keys, p, 1, 0);
		char *names = take(keys, 0);
		buf_format(&all, "%s%s", all.len && *names ? " " : "", names);
		free(names);
	}
	assert_string_equal(buf_text(&all), want);
	buf_done(&all);
	keys_free(keys);
}

static void test_characters(void **state)
{
	(void)state;
	check_both("jk G", "j k Space G");
	check_both("\xc3\xa4\xe6\x97\xa5\xf0\x9f\x98\x80", "\xc3\xa4 \xe6\x97\xa5 \xf0\x9f\x98\x80");
	check_both("\r\n\t\x7f\b", "Enter Enter Tab Backspace Backspace");
	check_both("\x01\x0c\x1a\x1c\x1f", "C-a C-l C-z C-\\ C-_");
	check("\0", 1, "C-Space");
}

static void test_bad_utf8_is_dropped(void **state)
{
	(void)state;
	check_both("a\xff" "b\xc3" "c\xc2\x9b" "d\x80", "a b c d");
	check("\xed\xa0\x80" "x", 4, "x");
}

static void test_sequences(void **state)
{
	(void)state;
	check_both("\033[A\033OB\033[C\033OD", "Up Down Right Left");
	check_both("\033[5~\033[6~\033[H\033[F\033[1~\033[4~", "PgUp PgDn Home End Home End");
	check_both("\033OP\033[15~\033[24~\033[[A\033[[E", "F1 F5 F12 F1 F5");
	check_both("\033[1;5A\033[3;2~\033[1;2P\033[Z", "C-Up S-Delete S-F1 S-Tab");
	check_both("\033OM\033Oq", "Enter 1");
	check_both("\033[97;5u\033[27u", "C-a Esc");
}

static void test_unknown_sequences_are_swallowed(void **state)
{
	(void)state;
	check_both("\033[99;9Xj", "j");
	check_both("\033[?62;22cj", "j");
	check_both("\033[>41;354;0cj", "j");
	check_both("\033[200000000000000000~j", "j");
	check_both("\033[1;2;3;4;5;6;7~", "S-Home");
	check_both("\033]11;rgb:0000/0000/0000\033\\j", "j");
	check_both("\033]52;c;ZGQ=\aj", "j");
	check_both("\033P1$r0m\033\\j", "j");
	check_both("\033O!j", "j");
	check_both("\033[\001j", "C-a j");
	check_both("\033[[Zj", "j");
}

static void test_defined_sequences(void **state)
{
	struct keys *keys = keys_new(25);
	(void)state;
	keys_define(keys, "\033[@q", K_F1 + 3, 0);
	keys_define(keys, "\033X", K_DELETE, 0);
	keys_define(keys, NULL, K_UP, 0);
	keys_define(keys, "x", K_UP, 0);
	keys_feed(keys, "\033[@q\033Xx", 7, 0);
	char *names = take(keys, 0);
	assert_string_equal(names, "F4 Delete x");
	free(names);
	keys_free(keys);
}

static void test_escape_alone(void **state)
{
	struct keys *keys = keys_new(25);
	struct key key;
	(void)state;
	keys_feed(keys, "\033", 1, 1000);
	assert_false(keys_next(keys, &key, 1000));
	assert_int_equal(keys_wait(keys, 1000), 25);
	assert_false(keys_next(keys, &key, 1024));
	assert_int_equal(keys_wait(keys, 1024), 1);
	assert_true(keys_next(keys, &key, 1025));
	assert_true(key_is(&key, "Esc"));
	assert_false(keys_next(keys, &key, 1025));
	assert_int_equal(keys_wait(keys, 1025), -1);
	keys_free(keys);
	check_both("\033\033[A", "Esc Up");
	check("\033x", 2, "M-x");
}

/* A slow line must not turn the rest of a sequence into letters. */
static void test_half_a_sequence(void **state)
{
	struct keys *keys = keys_new(25);
	struct key key;
	(void)state;
	keys_feed(keys, "\033[1", 3, 0);
	assert_false(keys_next(keys, &key, 200));
	keys_feed(keys, ";5D", 3, 200);
	assert_true(keys_next(keys, &key, 200));
	assert_true(key_is(&key, "C-Left"));
	keys_feed(keys, "\033[1", 3, 300);
	assert_false(keys_next(keys, &key, 10000));
	assert_int_equal(keys_wait(keys, 10000), -1);
	keys_feed(keys, "\xe6\x97", 2, 10000);
	assert_false(keys_next(keys, &key, 10001));
	keys_feed(keys, "j", 1, 10002);
	assert_true(keys_next(keys, &key, 10002));
	assert_true(key_is(&key, "j"));
	keys_free(keys);
}

static void test_mouse(void **state)
{
	struct keys *keys = keys_new(25);
	struct key key;
	(void)state;
	keys_feed(keys, "\033[<0;3;6M\033[<0;3;6m\033[<65;1;2M\033[<35;1;1M", 36, 0);
	assert_true(keys_next(keys, &key, 0));
	assert_true(key.code == K_MOUSE && key.mouse == MOUSE_PRESS && key.row == 5 && key.col == 2);
	assert_true(keys_next(keys, &key, 0));
	assert_true(key.code == K_MOUSE && key.mouse == MOUSE_WHEEL_DOWN);
	assert_false(keys_next(keys, &key, 0));
	keys_free(keys);
}

static void check_paste(struct keys *keys, const char *bytes, size_t len, size_t piece)
{
	struct key key;
	for (size_t at = 0; at < len; at += piece) {
		assert_false(keys_next(keys, &key, 0));
		keys_feed(keys, bytes + at, len - at < piece ? len - at : piece, 0);
	}
	assert_true(keys_next(keys, &key, 0));
	assert_int_equal(key.code, K_PASTE);
	assert_false(key.paste_cut);
	assert_int_equal(key.paste_len, 11);
	assert_memory_equal(key.paste, "a\033[A\nq\0\033[20", 12);
}

static void test_paste(void **state)
{
	static const char bytes[] = "\033[200~a\033[A\nq\0\033[20\033[201~";
	struct keys *keys = keys_new(25);
	struct key key;
	(void)state;
	for (size_t piece = 1; piece < sizeof bytes; piece++)
		check_paste(keys, bytes, sizeof bytes - 1, piece);
	keys_feed(keys, "\033[200~\033[201~j", 13, 0);
	assert_true(keys_next(keys, &key, 0));
	assert_true(key.code == K_PASTE && key.paste_len == 0 && key.paste[0] == '\0');
	assert_true(keys_next(keys, &key, 0));
	assert_true(key_is(&key, "j"));
	keys_free(keys);
}

static void test_paste_too_long(void **state)
{
	struct keys *keys = keys_new(25);
	struct key key;
	size_t len = KEY_PASTE_MAX + 5;
	char *bytes = mem_new(len);
	(void)state;
	memset(bytes, 'a', len);
	keys_feed(keys, "\033[200~", 6, 0);
	keys_feed(keys, bytes, len, 0);
	assert_false(keys_next(keys, &key, 0));
	keys_feed(keys, "more\033[201~j", 11, 0);
	assert_true(keys_next(keys, &key, 0));
	assert_true(key.code == K_PASTE && key.paste_cut && key.paste_len == KEY_PASTE_MAX);
	assert_true(keys_next(keys, &key, 0));
	assert_true(key_is(&key, "j"));
	free(bytes);
	keys_free(keys);
}

static void test_paste_without_an_end(void **state)
{
	struct keys *keys = keys_new(25);
	struct key key;
	(void)state;
	keys_feed(keys, "\033[200~abc", 9, 0);
	assert_false(keys_next(keys, &key, 100));
	assert_true(keys_wait(keys, 100) > 0);
	assert_true(keys_next(keys, &key, 60000));
	assert_true(key.code == K_PASTE && key.paste_len == 3);
	keys_feed(keys, "j", 1, 60000);
	assert_true(keys_next(keys, &key, 60000));
	assert_true(key_is(&key, "j"));
	keys_free(keys);
}

/* Whatever bytes come: the decoder ends, and nothing stays in it for ever. */
static void test_any_bytes(void **state)
{
	uint32_t seed = 1;
	(void)state;
	for (int round = 0; round < 2000; round++) {
		static const char likely[] = "\033\033\033[[O]PA~;0129<Mu\\\a\xc3\xa4";
		struct keys *keys = keys_new(25);
		struct key key;
		char bytes[24];
		for (size_t i = 0; i < sizeof bytes; i++) {
			seed = seed * 1664525 + 1013904223;
			bytes[i] = seed >> 31 ? likely[(seed >> 16) % (sizeof likely - 1)]
					      : (char)(seed >> 20);
		}
		keys_feed(keys, bytes, sizeof bytes, 0);
		while (keys_next(keys, &key, 0))
			;
		while (keys_next(keys, &key, 100000))
			;
		assert_int_equal(keys_wait(keys, 100000), -1);
		keys_free(keys);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_characters),
		cmocka_unit_test(test_bad_utf8_is_dropped),
		cmocka_unit_test(test_sequences),
		cmocka_unit_test(test_unknown_sequences_are_swallowed),
		cmocka_unit_test(test_defined_sequences),
		cmocka_unit_test(test_escape_alone),
		cmocka_unit_test(test_half_a_sequence),
		cmocka_unit_test(test_mouse),
		cmocka_unit_test(test_paste),
		cmocka_unit_test(test_paste_too_long),
		cmocka_unit_test(test_paste_without_an_end),
		cmocka_unit_test(test_any_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
