#include "codec/tlv.h"

#include <string.h>

#include "support/unit.h"

#define BYTES(literal) span_of(literal, sizeof(literal) - 1)

static void takes_elements_in_order(void **state)
{
	struct span in = BYTES("\x02\x01\x05\x04\x02"
			       "ab"),
		    content;
	struct tlv element;

	(void)state;
	assert_false(tlv_take(&in, TLV_OCTET_STRING, &content));
	assert_true(tlv_take(&in, TLV_INTEGER, &content));
	assert_true(span_equal(content, "\x05", 1));
	assert_true(tlv_next(&in, &element));
	assert_int_equal(element.tag, TLV_OCTET_STRING);
	assert_true(span_equal(element.content, "ab", 2));
	assert_int_equal(span_len(element.whole), 4);
	assert_false(tlv_next(&in, &element));
	assert_false(tlv_take(&in, TLV_INTEGER, &content));
}

static void reads_every_form_of_length(void **state)
{
	struct span in = BYTES("\x04\x81\x01x\x04\x84\x00\x00\x00\x01y\x04\x88\0\0\0\0\0\0\0\1z");
	struct span content;

	(void)state;
	for (const char *want = "xyz"; *want; want++) {
		assert_true(tlv_take(&in, TLV_OCTET_STRING, &content));
		assert_true(span_equal(content, want, 1));
	}
	assert_int_equal(span_len(in), 0);
}

static void refuses_what_does_not_fit(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
	} bad[] = {
		{ "", 0 }, { "\x30", 1 }, { "\x30\x01", 2 },
		{ "\x30\x80\x00\x00", 4 }, /* indefinite */
		{ "\x30\x81", 2 }, { "\x30\x82\x01", 3 },
		{ "\x30\x84\x7f\xff\xff\xff\x00", 7 },                  /* 2 GB */
		{ "\x30\x88\xff\xff\xff\xff\xff\xff\xff\xff\x00", 11 }, /* 2^64 - 1 */
		{ "\x30\x89\x00\x00\x00\x00\x00\x00\x00\x00\x01x", 12 }, { "\x30\xff", 2 },
		{ "\x1f\x01\x00", 3 }, /* a tag above 30 */
	};
	struct tlv element;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct span in = span_of(bad[i].bytes, bad[i].len), before = in;

		assert_false(tlv_next(&in, &element));
		assert_ptr_equal(in.at, before.at);
		assert_non_null(tlv_fault(in));
	}
	assert_non_null(strstr(tlv_fault(BYTES("\x30\x80\x00\x00")), "indefinite"));
	assert_non_null(strstr(tlv_fault(BYTES("\x30\x05\x00")), "cut short"));
}

static void numbers_are_positive_and_fit(void **state)
{
	uint64_t n;

	(void)state;
	assert_true(tlv_number(BYTES("\x00"), &n));
	assert_int_equal(n, 0);
	assert_true(tlv_number(BYTES("\x00\x80"), &n));
	assert_int_equal(n, 128);
	assert_true(tlv_number(BYTES("\x00\xff\xff\xff\xff\xff\xff\xff\xff"), &n));
	assert_true(n == UINT64_MAX);
	assert_false(tlv_number(BYTES(""), &n));
	assert_false(tlv_number(BYTES("\xff"), &n));
	assert_false(tlv_number(BYTES("\x01\x00\x00\x00\x00\x00\x00\x00\x00"), &n));
}

static void looks_into_what_is_cut_short(void **state)
{
	struct span inside;

	(void)state;
	assert_true(tlv_begins(BYTES("\x30\x82\x10\x00\x06\x09"), TLV_OID));
	assert_false(tlv_begins(BYTES("\x30\x82\x10\x00\x06\x09"), TLV_INTEGER));
	assert_true(tlv_begins(BYTES("\x30\x80\x06"), TLV_OID));
	assert_false(tlv_begins(BYTES("\x30\x84\x06"), TLV_OID));
	assert_false(tlv_begins(BYTES("\x31\x02\x06\x00"), TLV_OID));
	assert_false(tlv_enter(BYTES("\x30"), &inside));
	assert_true(tlv_enter(BYTES("\x30\x00"), &inside));
	assert_int_equal(span_len(inside), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_elements_in_order),
		cmocka_unit_test(reads_every_form_of_length),
		cmocka_unit_test(refuses_what_does_not_fit),
		cmocka_unit_test(numbers_are_positive_and_fit),
		cmocka_unit_test(looks_into_what_is_cut_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
