#include "base/error.h"

#include "support/unit.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

#define ROOM (sizeof((struct error *)NULL)->text)

static void test_set(void **state)
{
	struct error err = { 0 };
	(void)state;
	assert_false(error_set(&err, ERROR_USAGE, "%s: %d", "a", 7));
	assert_int_equal(err.code, ERROR_USAGE);
	assert_string_equal(err.text, "a: 7");
	error_clear(&err);
	assert_int_equal(err.code, ERROR_NONE);
	assert_string_equal(err.text, "");
}

static void test_nobody_listens(void **state)
{
	(void)state;
	assert_false(error_set(NULL, ERROR_FAILED, "x"));
	assert_false(error_errno(NULL, "x"));
	assert_false(error_wrap(NULL, "x"));
	error_clear(NULL);
}

static void test_errno_is_kept(void **state)
{
	struct error err = { .code = ERROR_VERDICT };
	(void)state;
	errno = ENOENT;
	assert_false(error_errno(&err, "%s", "file"));
	assert_int_equal(errno, ENOENT);
	assert_int_equal(err.code, ERROR_FAILED);
	assert_string_equal(err.text, "file: No such file or directory");
}

static void test_wrap_keeps_the_code(void **state)
{
	struct error err = { 0 };
	(void)state;
	error_set(&err, ERROR_SECRET, "no password");
	assert_false(error_wrap(&err, "%s", "store.p12"));
	error_wrap(&err, "import");
	assert_int_equal(err.code, ERROR_SECRET);
	assert_string_equal(err.text, "import: store.p12: no password");
}

static void test_text_is_guarded_once(void **state)
{
	struct error err = { 0 };
	(void)state;
	error_set(&err, ERROR_FAILED, "%s", "a\x1b[2J\n\xff\u202e");
	assert_string_equal(err.text, "a\\x1b[2J\\x0a\\xff\\u{202e}");
	error_wrap(&err, "%s", "\r");
	assert_string_equal(err.text, "\\x0d: a\\x1b[2J\\x0a\\xff\\u{202e}");
}

/* The cut falls on each byte of the characters in turn. */
static void test_cut_between_characters(void **state)
{
	(void)state;
	for (size_t shift = 0; shift < 8; shift++) {
		struct buf raw = { 0 };
		struct error err = { 0 };
		for (size_t i = 0; i < shift; i++)
			buf_char(&raw, 'a');
		while (raw.len < 2 * ROOM)
			buf_text_add(&raw, shift % 2 ? "漢" : "\U0001f512");
		error_set(&err, ERROR_FAILED, "%s", buf_text(&raw));
		size_t len = strlen(err.text);
		assert_true(len < ROOM && len + 4 >= ROOM);
		assert_true(text_is_utf8(err.text, len));
		assert_memory_equal(err.text, raw.data, len);
		buf_done(&raw);
		error_wrap(&err, "%s", "before");
		assert_true(text_is_utf8(err.text, strlen(err.text)));
		assert_true(text_starts(err.text, "before: "));
	}
}

static void test_longest_that_fits(void **state)
{
	char raw[ROOM];
	struct error err = { 0 };
	(void)state;
	memset(raw, 'a', sizeof raw);
	raw[ROOM - 1] = '\0';
	error_set(&err, ERROR_FAILED, "%s", raw);
	assert_string_equal(err.text, raw);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_nobody_listens),
		cmocka_unit_test(test_errno_is_kept),
		cmocka_unit_test(test_wrap_keeps_the_code),
		cmocka_unit_test(test_text_is_guarded_once),
		cmocka_unit_test(test_cut_between_characters),
		cmocka_unit_test(test_longest_that_fits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
