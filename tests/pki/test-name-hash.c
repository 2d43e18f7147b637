/* Names as OpenSSL hashes them; openssl itself is asked where it is there. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "codec/pem.h"
#include "pki/name-hash.h"
#include "support/certgen.h"
#include "support/run.h"
#include "support/tmp.h"
#include "support/unit.h"

static uint32_t hash_of(const struct certgen *wish)
{
	struct generated *made = certgen(wish);
	size_t len;
	const uint8_t *der = generated_der(made, &len);
	uint32_t hash = 0;
	assert_true(name_hash(der, len, &hash));
	generated_free(made);
	return hash;
}

/* Of an empty name, the SHA-1 of nothing: da39a3ee. */
static void test_empty_name(void **state)
{
	(void)state;
	assert_int_equal(hash_of(&(struct certgen){ 0 }), 0xeea339da);
}

static void test_case_and_blanks(void **state)
{
	(void)state;
	uint32_t hash = hash_of(&(struct certgen){ .cn = "test root", .org = "a b" });
	assert_int_equal(hash_of(&(struct certgen){ .cn = "  Test \t ROOT ", .org = "A  B" }), hash);
	assert_int_not_equal(hash_of(&(struct certgen){ .cn = "testroot", .org = "a b" }), hash);
	assert_int_not_equal(hash_of(&(struct certgen){ .cn = "a b", .org = "test root" }), hash);
}

/* Only ASCII has a lower case there. */
static void test_beyond_ascii(void **state)
{
	(void)state;
	assert_int_not_equal(hash_of(&(struct certgen){ .cn = "\xc3\x9c" }),
		hash_of(&(struct certgen){ .cn = "\xc3\xbc" }));
}

static void test_garbage(void **state)
{
	(void)state;
	uint32_t hash;
	struct generated *made = certgen(&(struct certgen){ .cn = "cut" });
	size_t len;
	const uint8_t *der = generated_der(made, &len);
	assert_false(name_hash("", 0, &hash));
	assert_false(name_hash("\x30\x03\x30\x01\x02", 5, &hash));
	for (size_t i = 0; i < len; i++)
		assert_false(name_hash(der, i, &hash));
	generated_free(made);
}

static void ask_openssl(struct tmp *tmp, const struct certgen *wish)
{
	struct generated *made = certgen(wish);
	struct buf out = { 0 };
	uint32_t hash = 0;
	size_t len;
	const uint8_t *der = generated_der(made, &len);
	assert_true(name_hash(der, len, &hash));
	pem_write(&out, "CERTIFICATE", der, len);
	tmp_write(tmp, "cert.pem", out.data, out.len);
	buf_done(&out);
	struct run r = { 0 };
	run(&r, ARGV("openssl", "x509", "-noout", "-subject_hash", "-in", tmp_path(tmp, "cert.pem")), NULL,
		NULL);
	if (r.status != 0)
		fail_msg("%s", buf_text(&r.err));
	assert_int_equal(strtoul(buf_text(&r.out), NULL, 16), hash);
	run_done(&r);
	generated_free(made);
}

/* The subject's only attribute (behind the Z of the validity), said in another type of text. */
#define BEFORE    "Z\x30\x0f\x31\x0d\x30\x0b\x06\x03\x55\x04\x03"
#define AS(typed) .cn = "Test", .patch = BEFORE "\x13\x04Test", .by = BEFORE typed, \
	.patch_len = sizeof(BEFORE) - 1 + 6

static void test_as_openssl(void **state)
{
	struct tmp *tmp = *state;
	static const struct certgen wishes[] = {
		{ .cn = "Plain CA", .org = "Tests", .unit = "Unit", .country = "DE" },
		{ .cn = " two  blanks ", .org = "M\xc3\xbcller & S\xc3\xb6hne" },
		{ .cn = "\xe2\x82\xac \xf0\x9f\x94\x92 \xe6\xbc\xa2\xe5\xad\x97" },
		{ .cn = "UPPER lower", .country = "de" },
		{ .cn = "very long and on and on and on and on and on and on and on!" },
		{ .cn = "" },
		{ AS("\x1e\x04\0T\0\xe9") },     /* BMPString */
		{ AS("\x1c\x04\0\x01\xf5\x12") }, /* UniversalString */
		{ AS("\x14\x04 \xe9 X") },         /* TeletexString */
		{ AS("\x12\x04" "1 2 ") },           /* NumericString: stays as it is */
		{ 0 },
	};
	if (access("/usr/bin/openssl", X_OK) != 0) {
		if (getenv("CI"))
			fail_msg("openssl is missing");
		skip();
	}
	for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++)
		ask_openssl(tmp, &wishes[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty_name),
		cmocka_unit_test(test_case_and_blanks),
		cmocka_unit_test(test_beyond_ascii),
		cmocka_unit_test(test_garbage),
		cmocka_unit_test_setup_teardown(test_as_openssl, tmp_setup, tmp_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
