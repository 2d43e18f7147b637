#include "codec/utf16.h"

#include <string.h>

#include "support/unit.h"

#define BYTES(literal) span_of(literal, sizeof(literal) - 1)

static void decode(struct span bytes, bool big_endian, const char *want)
{
	struct buf out = { 0 };

	utf16_decode(&out, bytes, big_endian);
	assert_string_equal(buf_text(&out), want);
	buf_done(&out);
}

static void decodes_both_orders(void **state)
{
	(void)state;
	decode(BYTES("\0a\0\xe4\x26\x03\xd8\x3d\xde\x00"), true, "aä☃😀");
	decode(BYTES("a\0\xe4\0\x03\x26\x3d\xd8\x00\xde"), false, "aä☃😀");
	decode(BYTES(""), true, "");
}

static void halves_of_characters_stay_visible(void **state)
{
	(void)state;
	decode(BYTES("\xd8\x00\0a"), true,
		"\xed\xa0\x80"
		"a");
	decode(BYTES("\xd8\x00\xd8\x00"), true, "\xed\xa0\x80\xed\xa0\x80");
	decode(BYTES("\xdc\x00"), true, "\xed\xb0\x80");
	decode(BYTES("\0ab"), true, "a\xff");
}

static void encodes_passwords(void **state)
{
	struct buf out = { 0 };

	(void)state;
	utf16_encode(&out, "aä😀\xff");
	assert_int_equal(out.len, 10);
	assert_memory_equal(out.data, "\0a\0\xe4\xd8\x3d\xde\x00\0\xff", 10);
	buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes_both_orders),
		cmocka_unit_test(halves_of_characters_stay_visible),
		cmocka_unit_test(encodes_passwords),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
