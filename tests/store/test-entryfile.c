#include "store/entryfile.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "codec/pem.h"

#define BLOCK                                                                                      \
	"-----BEGIN CERTIFICATE-----\n"                                                            \
	"MAA=\n"                                                                                   \
	"-----END CERTIFICATE-----\n"
#define KEY_BLOCK                                                                                  \
	"-----BEGIN PRIVATE KEY-----\n"                                                            \
	"MAA=\n"                                                                                   \
	"-----END PRIVATE KEY-----\n"

static struct entry_file take(const char *text)
{
	struct entry_file file = { 0 };
	struct buf der = { 0 };
	entry_file_read(text, strlen(text), &file);
	/* Who wants the certificate alone gets the same one. */
	entry_file_der(text, strlen(text), &der);
	assert_int_equal(der.len, file.der.len);
	assert_memory_equal(buf_text(&der), buf_text(&file.der), der.len);
	buf_done(&der);
	return file;
}

static void test_headers(void **state)
{
	struct entry_file f = take("Name: Example Root\nX-Ticket: 4711\nNote: two: colons\n" BLOCK);
	(void)state;
	assert_int_equal(f.headers.count, 3);
	assert_string_equal(headers_get(&f.headers, "name"), "Example Root");
	assert_string_equal(headers_get(&f.headers, "X-Ticket"), "4711");
	assert_string_equal(headers_get(&f.headers, "Note"), "two: colons");
	assert_null(headers_get(&f.headers, "Source"));
	assert_int_equal(f.certs, 1);
	assert_int_equal(f.der.len, 2);
	assert_memory_equal(f.der.data, "\x30\x00", 2);
	assert_null(f.broken);
	assert_false(f.has_key);
	entry_file_done(&f);
}

static void test_dos_lines(void **state)
{
	struct entry_file f = take("Name: Example\r\nNote: x\r\n" BLOCK);
	(void)state;
	assert_string_equal(headers_get(&f.headers, "Name"), "Example");
	assert_string_equal(headers_get(&f.headers, "Note"), "x");
	assert_int_equal(f.certs, 1);
	entry_file_done(&f);
}

/* What `openssl x509 -text` writes before the block. */
static void test_text_of_openssl_is_no_header(void **state)
{
	struct entry_file f = take("Certificate:\n    Data:\n        Version: 3 (0x2)\n"
				   "        Issuer: CN = Example\n" BLOCK);
	(void)state;
	assert_int_equal(f.headers.count, 0);
	assert_int_equal(f.certs, 1);
	assert_int_equal(f.der.len, 2);
	entry_file_done(&f);
}

static void test_only_the_run_at_the_top(void **state)
{
	static const char *const none[] = { "\nName: x\n" BLOCK, " Name: x\n" BLOCK, "name: x\n" BLOCK,
		"Name:x\n" BLOCK, "Na me: x\n" BLOCK, ": x\n" BLOCK, "# c\nName: x\n" BLOCK,
		BLOCK "Name: x\n", "Name:\n" BLOCK };
	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		struct entry_file f = take(none[i]);
		assert_int_equal(f.headers.count, 0);
		assert_int_equal(f.certs, 1);
		entry_file_done(&f);
	}
	struct entry_file f = take("Name: x\n\nNote: y\n" BLOCK);
	assert_int_equal(f.headers.count, 1);
	entry_file_done(&f);
}

static void test_values_are_made_safe(void **state)
{
	struct entry_file f = take("Name: a\x1b[2J\xff\nNote: \\x41 stays\nName: second\n" BLOCK);
	(void)state;
	assert_string_equal(headers_get(&f.headers, "Name"), "a\\x1b[2J\\xff");
	assert_string_equal(headers_get(&f.headers, "Note"), "\\x41 stays");
	assert_int_equal(f.headers.count, 2);
	entry_file_done(&f);
}

static void test_several_and_keys(void **state)
{
	struct entry_file f = take(BLOCK KEY_BLOCK BLOCK);
	(void)state;
	assert_int_equal(f.certs, 2);
	assert_true(f.has_key);
	entry_file_done(&f);
	f = take("-----BEGIN RSA PRIVATE KEY-----\nMAA=\n-----END RSA PRIVATE KEY-----\n");
	assert_int_equal(f.certs, 0);
	assert_true(f.has_key);
	entry_file_done(&f);
	f = take("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n");
	assert_true(f.has_key);
	entry_file_done(&f);
}

static void test_nothing_and_broken(void **state)
{
	(void)state;
	static const char *const none[] = { "", "\n", "hello", "Name: x", "0 is no DER" };
	for (size_t i = 0; i < 4; i++) {
		struct entry_file f = take(none[i]);
		assert_int_equal(f.certs, 0);
		assert_int_equal(f.der.len, 0);
		entry_file_done(&f);
	}
	struct entry_file f = take("-----BEGIN CERTIFICATE-----\nMAA=\n");
	assert_int_equal(f.der.len, 0);
	assert_true(f.certs == 0 || f.broken);
	entry_file_done(&f);
	f = take("-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n" BLOCK);
	assert_non_null(f.broken);
	entry_file_done(&f);
}

static void test_der(void **state)
{
	struct entry_file f = { 0 };
	(void)state;
	struct buf alone = { 0 };
	entry_file_read("\x30\x03\x02\x01\x00", 5, &f);
	assert_int_equal(f.certs, 1);
	assert_int_equal(f.der.len, 5);
	assert_int_equal(f.headers.count, 0);
	entry_file_done(&f);
	entry_file_der("\x30\x03\x02\x01\x00", 5, &alone);
	assert_int_equal(alone.len, 5);
	assert_memory_equal(alone.data, "\x30\x03\x02\x01\x00", 5);
	buf_done(&alone);
}

static void test_trusted_certificate_is_none_of_ours(void **state)
{
	struct entry_file f = take(
		"-----BEGIN TRUSTED CERTIFICATE-----\nMAA=\n-----END TRUSTED CERTIFICATE-----\n");
	(void)state;
	assert_int_equal(f.certs, 0);
	entry_file_done(&f);
	f = take("-----BEGIN X509 CERTIFICATE-----\nMAA=\n-----END X509 CERTIFICATE-----\n");
	assert_int_equal(f.certs, 1);
	entry_file_done(&f);
}

static void test_written_and_read_back(void **state)
{
	struct headers headers = { 0 };
	struct buf out = { 0 };
	(void)state;
	headers_set(&headers, "Name", "Zürich \\u{202e}");
	headers_set(&headers, "X-Unknown", "kept");
	entry_file_head(&out, &headers);
	pem_write(&out, "CERTIFICATE", "\x30\x00", 2);
	assert_string_equal(
		buf_text(&out), "Name: Zürich \\u{202e}\nX-Unknown: kept\n" BLOCK);
	struct entry_file f = take(buf_text(&out));
	assert_string_equal(headers_get(&f.headers, "Name"), "Zürich \\u{202e}");
	assert_string_equal(headers_get(&f.headers, "X-Unknown"), "kept");
	entry_file_done(&f);
	headers_done(&headers);
	buf_done(&out);
}

static size_t count_of(const char *text)
{
	struct headers headers = { 0 };
	entry_file_headers(text, strlen(text), &headers);
	size_t count = headers.count;
	headers_done(&headers);
	return count;
}

/* A value of `unit` so often that it is cut; what is read from it reads as the same once more. */
static void check_cut(const char *unit, size_t expected)
{
	struct buf text = { 0 }, again = { 0 };
	struct headers first = { 0 }, second = { 0 };
	buf_text_add(&text, "Name: ");
	for (size_t i = 0; i < 5000; i++)
		buf_text_add(&text, unit);
	entry_file_headers(text.data, text.len, &first);
	assert_int_equal(strlen(headers_get(&first, "Name")), expected);
	entry_file_head(&again, &first);
	entry_file_headers(again.data, again.len, &second);
	assert_string_equal(headers_get(&second, "Name"), headers_get(&first, "Name"));
	headers_done(&first);
	headers_done(&second);
	buf_done(&text);
	buf_done(&again);
}

/* Bytes that are shown as escapes take four times their room, and no character is cut in two. */
static void test_cut_as_written(void **state)
{
	(void)state;
	check_cut("v", 4096);
	check_cut("\xe0", 4096);
	check_cut("\xe6\x9d\x91", 4095);
}

/* What is longer than anybody would write is no key, and a value ends where nobody reads on. */
static void test_lengths(void **state)
{
	char value[5001], key[42];
	struct headers headers = { 0 };
	(void)state;
	memset(key, 'K', sizeof key);
	char *text = mem_format("%.40s: v\nNote: x\n", key);
	assert_int_equal(count_of(text), 2);
	free(text);
	text = mem_format("%.41s: v\nNote: x\n", key);
	assert_int_equal(count_of(text), 0);
	free(text);
	memset(value, 'v', 5000);
	value[5000] = '\0';
	text = mem_format("Name: %s\nNote: x\n", value);
	entry_file_headers(text, strlen(text), &headers);
	assert_int_equal(strlen(headers_get(&headers, "Name")), 4096);
	assert_string_equal(headers_get(&headers, "Note"), "x");
	headers_done(&headers);
	free(text);
	/* The last line needs no break, and an end is looked for within the bytes alone. */
	assert_int_equal(count_of("Name: x"), 1);
	assert_int_equal(count_of("N: x\n"), 1);
	assert_int_equal(count_of("X-9-a: x"), 1);
	assert_int_equal(count_of("Name: x\r"), 1);
	assert_int_equal(count_of("\r\nName: x\n"), 0);
	entry_file_headers("Name: xyz\n", 7, &headers);
	assert_string_equal(headers_get(&headers, "Name"), "x");
	headers_done(&headers);
	entry_file_headers("Name: xyz\n", 5, &headers);
	assert_int_equal(headers.count, 0);
}

/* What was read before leaves nothing behind. */
static void test_one_after_the_other(void **state)
{
	struct entry_file f = { 0 };
	(void)state;
	entry_file_read("Name: x\n" KEY_BLOCK BLOCK BLOCK, strlen("Name: x\n" KEY_BLOCK BLOCK BLOCK), &f);
	assert_true(f.has_key);
	entry_file_done(&f);
	entry_file_read(BLOCK, strlen(BLOCK), &f);
	assert_false(f.has_key);
	assert_int_equal(f.certs, 1);
	assert_int_equal(f.headers.count, 0);
	assert_int_equal(f.der.len, 2);
	entry_file_done(&f);
}

static void check_key(const char *label, bool is_key)
{
	char *text = mem_format("-----BEGIN %s-----\nMAA=\n-----END %s-----\n", label, label);
	struct entry_file f = take(text);
	if (f.has_key != is_key)
		fail_msg("%s", label);
	assert_int_equal(f.certs, 0);
	entry_file_done(&f);
	free(text);
}

static void test_what_is_a_key(void **state)
{
	(void)state;
	check_key("PRIVATE KEY", true);
	check_key("EC PRIVATE KEY", true);
	check_key("RIVATE KEY", false);
	check_key("PUBLIC KEY", false);
	check_key("PRIVATE KEY X", false);
	check_key("EC PARAMETERS", false);
}

/* The first one counts, even where the second one is whole; bytes in front of a block are no DER. */
static void test_the_first_one_counts(void **state)
{
	static const char second[] = "-----BEGIN CERTIFICATE-----\nMAECAw==\n-----END CERTIFICATE-----\n";
	(void)state;
	struct entry_file f = take(BLOCK "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n");
	assert_int_equal(f.certs, 2);
	assert_null(f.broken);
	assert_int_equal(f.der.len, 2);
	entry_file_done(&f);
	char *text = mem_format(BLOCK "%s", second);
	f = take(text);
	assert_int_equal(f.certs, 2);
	assert_int_equal(f.der.len, 2);
	entry_file_done(&f);
	free(text);
	f = take("0\n" BLOCK);
	assert_int_equal(f.certs, 1);
	assert_int_equal(f.der.len, 2);
	entry_file_done(&f);
}

/* A megabyte of headers must not keep an operator waiting. */
static void test_headers_without_end(void **state)
{
	struct buf text = { 0 };
	struct entry_file f = { 0 };
	(void)state;
	buf_text_add(&text, "Name: first\n");
	for (unsigned i = 0; text.len < 1u << 20; i++)
		buf_format(&text, "K%x: v\n", i);
	buf_text_add(&text, BLOCK);
	entry_file_read(buf_text(&text), text.len, &f);
	assert_string_equal(headers_get(&f.headers, "Name"), "first");
	assert_int_equal(f.headers.count, 256);
	assert_int_equal(f.certs, 1);
	entry_file_done(&f);
	buf_done(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_dos_lines),
		cmocka_unit_test(test_text_of_openssl_is_no_header),
		cmocka_unit_test(test_only_the_run_at_the_top),
		cmocka_unit_test(test_values_are_made_safe),
		cmocka_unit_test(test_several_and_keys),
		cmocka_unit_test(test_nothing_and_broken),
		cmocka_unit_test(test_der),
		cmocka_unit_test(test_trusted_certificate_is_none_of_ours),
		cmocka_unit_test(test_written_and_read_back),
		cmocka_unit_test(test_cut_as_written),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_one_after_the_other),
		cmocka_unit_test(test_what_is_a_key),
		cmocka_unit_test(test_the_first_one_counts),
		cmocka_unit_test(test_headers_without_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
