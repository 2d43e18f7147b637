#include "pki/der.h"

#include "support/unit.h"

#include <string.h>

#include "pki/oid.h"

#define DER(literal) ((struct der){ (const uint8_t *)(literal), sizeof(literal) - 1 })

static void walks_elements(void **state)
{
	(void)state;
	struct der in = DER("\x02\x01\x05\x04\x81\x02"
			    "ab\x1f\x81\x02\x01z\x05\x00");
	struct der_item item;
	assert_true(der_next(&in, &item));
	assert_int_equal(item.tag, DER_INTEGER);
	assert_int_equal(item.whole.len, 3);
	assert_true(der_next(&in, &item));
	assert_int_equal(item.tag, DER_OCTETS);
	assert_memory_equal(item.body.data, "ab", 2);
	assert_true(der_next(&in, &item)); /* a tag number beyond 30 */
	assert_memory_equal(item.body.data, "z", 1);
	assert_true(der_next(&in, &item));
	assert_int_equal(item.body.len, 0);
	assert_true(der_end(&in));
	assert_false(der_next(&in, &item));
}

static void refuses_what_does_not_fit(void **state)
{
	(void)state;
	const struct der bad[] = {
		DER("\x30"),
		DER("\x30\x01"),
		DER("\x30\x80\x00\x00"),
		DER("\x30\x81"),
		DER("\x30\x82\x01"),
		DER("\x30\x88\xff\xff\xff\xff\xff\xff\xff\xff"),
		DER("\x30\x89\x01\x00\x00\x00\x00\x00\x00\x00\x00"),
		DER("\x30\xff"),
		DER("\x1f\x81"),
		DER("\x1f\x81\x82"),
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct der in = bad[i];
		struct der_item item;
		assert_false(der_next(&in, &item));
		assert_ptr_equal(in.data, bad[i].data);
	}
}

static void takes_only_its_tag(void **state)
{
	(void)state;
	struct der in = DER("\x02\x01\x05"), body;
	assert_false(der_take(&in, DER_OCTETS, &body));
	assert_int_equal(in.len, 3);
	assert_true(der_only(in, DER_INTEGER, &body));
	assert_false(der_only(DER("\x02\x01\x05\x00"), DER_INTEGER, &body));
	assert_false(der_only(DER(""), DER_INTEGER, &body));
}

static void numbers(void **state)
{
	(void)state;
	uint64_t number;
	assert_true(der_number(DER("\x00\xff"), &number));
	assert_int_equal(number, 255);
	assert_true(der_number(DER("\x00\xff\xff\xff\xff\xff\xff\xff\xff"), &number));
	assert_true(number == UINT64_MAX);
	assert_false(der_number(DER("\x01\x00\x00\x00\x00\x00\x00\x00\x00"), &number));
	assert_false(der_number(DER("\x80"), &number));
	assert_false(der_number(DER(""), &number));
}

static void bits(void **state)
{
	(void)state;
	struct der value;
	unsigned unused;
	assert_true(der_bits(DER("\x05\xa0"), &value, &unused));
	assert_int_equal(unused, 5);
	assert_int_equal(value.len, 1);
	assert_true(der_bits(DER("\x00"), &value, &unused));
	assert_false(der_bits(DER(""), &value, &unused));
	assert_false(der_bits(DER("\x08\xa0"), &value, &unused));
	assert_false(der_bits(DER("\x01"), &value, &unused));
}

static void times(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t when;
		uint8_t tag;
		bool ok;
	} rows[] = {
		{ "700101000000Z", 0, DER_UTC_TIME, true },
		{ "7001010001Z", 60, DER_UTC_TIME, true },
		{ "491231235959Z", 2524607999, DER_UTC_TIME, true },
		{ "500101000000Z", -631152000, DER_UTC_TIME, true },
		{ "99991231235959Z", 253402300799, DER_TIME, true },
		{ "00000101000000Z", -62167219200, DER_TIME, true },
		{ "240230000000Z", 1709251200, DER_UTC_TIME, true },
		{ "250431000000Z", 1746057600, DER_UTC_TIME, true },
		{ "251301000000Z", 1767225600, DER_UTC_TIME, true },
		{ "250001000000Z", 1733011200, DER_UTC_TIME, true },
		{ "21000229000000Z", 4107542400, DER_TIME, true },
		{ "700101000000", 0, DER_UTC_TIME, false },
		{ "700101000000+0100", 0, DER_UTC_TIME, false },
		{ "7001a1000000Z", 0, DER_UTC_TIME, false },
		{ "19700101000000.5Z", 0, DER_TIME, false },
		{ "700101000000Z", 0, DER_UTF8, false },
		{ "", 0, DER_UTC_TIME, false },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct der_item item = { .tag = rows[i].tag,
			.body = { (const uint8_t *)rows[i].text, strlen(rows[i].text) } };
		int64_t when = 1;
		assert_int_equal(der_time(&item, &when), rows[i].ok);
		if (rows[i].ok)
			assert_true(when == rows[i].when);
	}
}

static void string_is(uint8_t tag, struct der body, const char *expected)
{
	struct der_item item = { .tag = tag, .body = body };
	struct buf out = { 0 };
	buf_text_add(&out, "<");
	assert_int_equal(der_string(&item, &out), expected != NULL);
	assert_string_equal(buf_text(&out) + 1, expected ? expected : "");
	buf_done(&out);
}

static void strings(void **state)
{
	(void)state;
	string_is(DER_UTF8, DER("Zürich"), "Zürich");
	string_is(DER_PRINTABLE, DER("a b"), "a b");
	string_is(DER_T61, DER("Z\xfcrich"), "Z\xfcrich");
	string_is(DER_BMP, DER("\x00Z\x26\x03"), "Z☃");
	string_is(DER_BMP, DER("\xd8\x3d\xde\x00"), "😀");
	string_is(DER_UNIVERSAL, DER("\x00\x01\xf6\x00"), "😀");
	string_is(DER_BMP, DER(""), "");
	string_is(DER_BMP, DER("\x00Z\x26"), NULL);
	string_is(DER_BMP, DER("\x00Z\xd8\x3d"), NULL);
	string_is(DER_BMP, DER("\xde\x00\x00Z"), NULL);
	string_is(DER_UNIVERSAL, DER("\x00\x11\x00\x00"), NULL);
	string_is(DER_UNIVERSAL, DER("\x00\x00\xd8\x00"), NULL);
	string_is(DER_UNIVERSAL, DER("\x00\x00\x00"), NULL);
	string_is(DER_OCTETS, DER("abc"), NULL);
}

static void hex_is_capped(void **state)
{
	(void)state;
	struct buf out = { 0 };
	der_hex(DER("\x01\x02\x03"), 3, &out);
	assert_string_equal(buf_text(&out), "010203");
	buf_cut(&out, 0);
	der_hex(DER("\x01\x02\x03"), 2, &out);
	assert_string_equal(buf_text(&out), "0102… 3 bytes");
	buf_done(&out);
}

static void oids(void **state)
{
	(void)state;
	static const struct {
		struct der body;
		const char *text;
	} rows[] = {
		{ { (const uint8_t *)"\x55\x1d\x11", 3 }, "2.5.29.17" },
		{ { (const uint8_t *)"\x2a\x86\x48\x86\xf7\x0d", 6 }, "1.2.840.113549" },
		{ { (const uint8_t *)"\x00", 1 }, "0.0" },
		{ { (const uint8_t *)"\x27", 1 }, "0.39" },
		{ { (const uint8_t *)"\x28", 1 }, "1.0" },
		{ { (const uint8_t *)"\x50", 1 }, "2.0" },
		{ { (const uint8_t *)"\x88\x37\x03", 3 }, "2.999.3" },
		{ { (const uint8_t *)"\x69\x83\xf8\x9c\x80\x8a\xd8\x85\xb8\xd2\xda\x85\xd9\xf4\xe7"
				     "\xd6\xac\xa7\x63\x0f",
			  20 },
			"2.25.329800735698586629295641978511506172899.15" },
		{ { (const uint8_t *)"\x55\x9d", 2 }, "2.5…" },
		{ { (const uint8_t *)"", 0 }, "…" },
	};
	struct oid oid;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (i != 7)
			assert_string_equal(oid_of(rows[i].body, &oid), rows[i].text);
		else
			assert_true(strncmp(oid_of(rows[i].body, &oid), "2.25.", 5) == 0);
	assert_true(oid_is(rows[0].body, "2.5.29.17"));
	assert_false(oid_is(rows[0].body, "2.5.29.1"));
	assert_false(oid_is(rows[0].body, "2.5.29"));
	assert_false(oid_is(rows[0].body, "2.5.29.17.1"));
	assert_true(oid_is(rows[1].body, "1.2.840.113549"));
	assert_true(oid_is(rows[6].body, "2.999.3"));
	assert_false(oid_is(rows[8].body, "2.5"));
	assert_false(oid_is(rows[9].body, "0.0"));
}

/* Longer than any buffer: it ends in dots and nothing breaks. */
static void endless_oids(void **state)
{
	(void)state;
	uint8_t bytes[4096];
	struct oid oid;
	memset(bytes, 0xff, sizeof bytes);
	assert_string_equal(oid_of((struct der){ bytes, sizeof bytes }, &oid), "…");
	memset(bytes, 0x7f, sizeof bytes);
	oid_of((struct der){ bytes, sizeof bytes }, &oid);
	assert_true(strlen(oid.text) < sizeof oid.text);
	assert_string_equal(oid.text + strlen(oid.text) - strlen("…"), "…");
}

static void words_of_oids(void **state)
{
	(void)state;
	struct buf out = { 0 };
	oid_show(DER("\x2b\x06\x01\x05\x05\x07\x03\x01"), &out);
	assert_string_equal(buf_text(&out), "TLS server (1.3.6.1.5.5.7.3.1)");
	buf_cut(&out, 0);
	oid_show(DER("\x2a\x03"), &out);
	assert_string_equal(buf_text(&out), "1.2.3");
	buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walks_elements),
		cmocka_unit_test(refuses_what_does_not_fit),
		cmocka_unit_test(takes_only_its_tag),
		cmocka_unit_test(numbers),
		cmocka_unit_test(bits),
		cmocka_unit_test(times),
		cmocka_unit_test(strings),
		cmocka_unit_test(hex_is_capped),
		cmocka_unit_test(oids),
		cmocka_unit_test(endless_oids),
		cmocka_unit_test(words_of_oids),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
