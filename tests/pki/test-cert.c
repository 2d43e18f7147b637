#include "pki/cert.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "support/certgen.h"

#define NAMES(...)                                                                                 \
	(const char *const[])                                                                      \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}

static void has_sans(const struct cert_info *info, const char *const *expected)
{
	size_t count = 0;
	for (const char *san = NULL; (san = cert_info_san(info, san)); count++) {
		assert_non_null(expected[count]);
		assert_string_equal(san, expected[count]);
	}
	assert_null(expected[count]);
	assert_int_equal(info->san_count, count);
}

static void record_of_a_server(void **state)
{
	(void)state;
	struct cert *cert = certgen_cert(&(struct certgen){
		.cn = "web.example",
		.org = "Doe, Inc.",
		.unit = "IT",
		.country = "DE",
		.serial = "\x00\xab\xcd",
		.serial_len = 3,
		.sans = NAMES("DNS:web.example", "IP:192.0.2.7", "IP:2001:db8::1",
			"email:a@b.example", "URI:https://b.example/x"),
	});
	const struct cert_info *info = cert_info(cert);
	assert_string_equal(info->subject, "CN=web.example,OU=IT,O=Doe\\, Inc.,C=DE");
	assert_string_equal(info->issuer, info->subject);
	assert_string_equal(info->cn, "web.example");
	assert_string_equal(info->org, "Doe, Inc.");
	assert_string_equal(info->unit, "IT");
	assert_string_equal(info->serial, "abcd");
	assert_int_equal(info->version, 3);
	assert_int_equal(info->not_before, certgen_time(CERTGEN_FROM));
	assert_int_equal(info->not_after, certgen_time(CERTGEN_TO));
	assert_false(info->ca);
	assert_int_equal(info->path_len, -1);
	assert_string_equal(info->key_algorithm, "EC");
	assert_int_equal(info->key_bits, 256);
	assert_string_equal(info->signature, "ECDSA-SHA256");
	assert_null(info->key_id);
	assert_null(info->issuer_key_id);
	has_sans(info, NAMES("DNS:web.example", "IP:192.0.2.7", "IP:2001:db8::1",
			       "email:a@b.example", "URI:https://b.example/x"));
	cert_free(cert);
}

static void der_and_hashes(void **state)
{
	(void)state;
	struct generated *made = certgen(&(struct certgen){ .cn = "x" });
	struct fingerprint f;
	struct cert *cert;
	uint8_t sha1[SHA1_SIZE];
	size_t len, len2;
	const uint8_t *der = generated_der(made, &len);
	assert_true(cert_parse(der, len, &cert, NULL));
	fingerprint_of(der, len, &f);
	fingerprint_sha1(der, len, sha1);
	assert_int_equal(fingerprint_compare(&cert_info(cert)->sha256, &f), 0);
	assert_memory_equal(cert_info(cert)->sha1, sha1, sizeof sha1);
	assert_ptr_not_equal(cert_der(cert, &len2), der);
	assert_int_equal(len2, len);
	assert_memory_equal(cert_der(cert, &len2), der, len);
	cert_free(cert);
	generated_free(made);
}

/* The key is the same in both, whatever stands around it. */
static void spki_is_of_the_key(void **state)
{
	(void)state;
	struct generated *a = certgen(&(struct certgen){ .cn = "a" });
	struct cert *one, *renewed, *other;
	size_t len;
	const uint8_t *der = generated_der(a, &len);
	assert_true(cert_parse(der, len, &one, NULL));
	renewed = certgen_cert(&(struct certgen){ .cn = "a", .serial = "\x02", .key_of = a });
	other = certgen_cert(&(struct certgen){ .cn = "a" });
	assert_memory_equal(cert_info(one)->spki, cert_info(renewed)->spki, FINGERPRINT_SIZE);
	assert_memory_not_equal(cert_info(one)->spki, cert_info(other)->spki, FINGERPRINT_SIZE);
	cert_free(other);
	cert_free(renewed);
	cert_free(one);
	generated_free(a);
}

static void ca_and_path_length(void **state)
{
	(void)state;
	struct cert *cert = certgen_cert(&(struct certgen){ .cn = "r", .ca = true });
	assert_true(cert_info(cert)->ca);
	assert_int_equal(cert_info(cert)->path_len, -1);
	cert_free(cert);
	cert = certgen_cert(&(struct certgen){ .cn = "r", .ca = true, .limited = true });
	assert_true(cert_info(cert)->ca);
	assert_int_equal(cert_info(cert)->path_len, 0);
	cert_free(cert);
	static const struct certgen_ext huge = CERTGEN_EXT("2.5.29.19", true,
		"\x30\x0e\x01\x01\xff\x02\x09\x00\x80\x00\x00\x00\x00\x00\x00\x00");
	cert = certgen_cert(&(struct certgen){ .cn = "r", .exts = &huge, .ext_count = 1 });
	assert_true(cert_info(cert)->ca);
	assert_true(cert_info(cert)->path_len > 1000000);
	cert_free(cert);
}

static void self_signed_or_not(void **state)
{
	(void)state;
	struct generated *root = certgen(&(struct certgen){ .cn = "r", .ca = true });
	struct generated *root_ids =
		certgen(&(struct certgen){ .cn = "r", .ca = true, .key_ids = true });
	struct cert *cert;
	const struct {
		struct certgen wish;
		bool expected;
	} rows[] = {
		{ { .cn = "r", .ca = true }, true },
		{ { .cn = "r", .key_ids = true }, true },
		{ { .cn = "r", .key = CERTGEN_ED25519 }, true },
		{ { .cn = "r", .key = CERTGEN_RSA1024, .sha1 = true }, true },
		{ { .cn = "r", .to = "2001-01-01T00:00:00Z", .from = "2000-01-01T00:00:00Z" },
			true },
		{ { .cn = "other", .issuer = root }, false },
		{ { .cn = "r", .issuer = root }, false },
		{ { .cn = "r", .issuer = root_ids, .key_ids = true }, false },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		cert = certgen_cert(&rows[i].wish);
		if (cert_info(cert)->self_signed != rows[i].expected)
			fail_msg("row %zu", i);
		cert_free(cert);
	}
	generated_free(root_ids);
	generated_free(root);
}

static void key_ids(void **state)
{
	(void)state;
	struct generated *root =
		certgen(&(struct certgen){ .cn = "r", .ca = true, .key_ids = true });
	struct cert *leaf =
		certgen_cert(&(struct certgen){ .cn = "l", .issuer = root, .key_ids = true });
	struct cert *top;
	size_t len;
	const uint8_t *der = generated_der(root, &len);
	assert_true(cert_parse(der, len, &top, NULL));
	assert_int_equal(strlen(cert_info(top)->key_id), 40);
	assert_string_equal(cert_info(leaf)->issuer_key_id, cert_info(top)->key_id);
	assert_string_not_equal(cert_info(leaf)->key_id, cert_info(top)->key_id);
	cert_free(top);
	cert_free(leaf);
	generated_free(root);
}

static void foreign_text_is_safe(void **state)
{
	(void)state;
	static const struct certgen_ext sans = CERTGEN_EXT("2.5.29.17", false,
		"\x30\x05\x82\x03"
		"a\nb");
	struct cert *cert = certgen_cert(&(struct certgen){
		.cn = "bank.test\0.evil\x1b[2J",
		.cn_len = sizeof "bank.test\0.evil\x1b[2J" - 1,
		.org = "\xe2\x80\xae"
		       "evil\xe2\x80\xac",
		.exts = &sans,
		.ext_count = 1,
	});
	assert_string_equal(cert_info(cert)->cn, "bank.test\\x00.evil\\x1b[2J");
	assert_string_equal(cert_info(cert)->org, "\\u{202e}evil\\u{202c}");
	assert_non_null(strstr(cert_info(cert)->subject, "CN=bank.test\\x00.evil\\x1b[2J"));
	has_sans(cert_info(cert), NAMES("DNS:a\\x0ab"));
	cert_free(cert);
}

static void rfc4514_escapes(void **state)
{
	(void)state;
	static const struct {
		const char *cn, *subject;
	} rows[] = {
		{ "a,b+c\"d<e>f;g=h", "CN=a\\,b\\+c\\\"d\\<e\\>f\\;g=h" },
		{ "#tag", "CN=\\#tag" },
		{ " edge ", "CN=\\ edge\\ " },
		{ "a#b c", "CN=a#b c" },
		{ "Müller", "CN=Müller" },
		{ "", "CN=" },
		{ NULL, "" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct cert *cert = certgen_cert(&(struct certgen){ .cn = rows[i].cn });
		assert_string_equal(cert_info(cert)->subject, rows[i].subject);
		cert_free(cert);
	}
}

static void serials(void **state)
{
	(void)state;
	static const struct {
		const char *octets;
		size_t len;
		const char *digits;
	} rows[] = {
		{ "\x7f", 1, "7f" },
		{ "\x00\x80", 2, "80" },
		{ "\x80", 1, "-80" },
		{ "\xff", 1, "-01" },
		{ "\xff\x00", 2, "-0100" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct cert *cert = certgen_cert(&(struct certgen){
			.cn = "x", .serial = rows[i].octets, .serial_len = rows[i].len });
		assert_string_equal(cert_info(cert)->serial, rows[i].digits);
		cert_free(cert);
	}
	struct cert *zero = certgen_cert(&(struct certgen){ .cn = "x",
		.serial = "\x55",
		.patch = "\x02\x01\x55",
		.by = "\x02\x01\x00",
		.patch_len = 3 });
	assert_string_equal(cert_info(zero)->serial, "00");
	cert_free(zero);
}

/* A name that can't be decoded must not cost the certificate. */
static void broken_sans_are_no_error(void **state)
{
	(void)state;
	static const struct certgen_ext ext = CERTGEN_EXT("2.5.29.17", false, "\x30\x00");
	struct cert *cert =
		certgen_cert(&(struct certgen){ .cn = "x", .exts = &ext, .ext_count = 1 });
	assert_int_equal(cert_info(cert)->san_count, 0);
	assert_null(cert_info_san(cert_info(cert), NULL));
	cert_free(cert);
}

static void refused(const void *der, size_t len, const char *words)
{
	struct cert *cert = (struct cert *)&cert;
	struct error err = { 0 };
	assert_false(cert_parse(der, len, &cert, &err));
	assert_null(cert);
	assert_int_equal(err.code, ERROR_FAILED);
	if (!strstr(err.text, words))
		fail_msg("\"%s\" is not in \"%s\"", words, err.text);
	assert_false(cert_parse(der, len, &cert, NULL));
}

static void errors_say_why(void **state)
{
	(void)state;
	struct generated *made = certgen(&(struct certgen){ .cn = "x" });
	size_t len;
	const uint8_t *der = generated_der(made, &len);
	struct buf copy = { 0 };
	buf_add(&copy, der, len);
	buf_add(&copy, "\0\0\0", 3);
	refused("", 0, "empty");
	refused("hello", 5, "isn't a certificate");
	refused("\x30\x03\x02\x01\x01", 5, "certificate");
	refused("\x30\x80\x00\x00", 4, "cut short");
	refused("\x30\x88\xff\xff\xff\xff\xff\xff\xff\xff", 10, "cut short");
	refused(copy.data, len - 1, "cut short");
	refused(copy.data, len + 3, "follows its end (3 bytes)");
	char *date = memmem(copy.data, len, "250101000000Z", 13);
	assert_non_null(date);
	date[2] = '1'; /* month 13 */
	date[3] = '3';
	refused(copy.data, len, "dates");
	buf_done(&copy);
	generated_free(made);
}

/* Every prefix and every changed byte: an answer, whatever it is. */
static void survives_damage(void **state)
{
	(void)state;
	struct generated *made = certgen(&(struct certgen){
		.cn = "x", .ca = true, .key_ids = true, .sans = NAMES("DNS:a", "IP:192.0.2.1") });
	struct cert *cert;
	size_t len;
	const uint8_t *der = generated_der(made, &len);
	for (size_t i = 0; i < len; i++) {
		uint8_t *part = mem_copy(der, i);
		assert_false(cert_parse(part, i, &cert, NULL));
		free(part);
		part = mem_copy(der, len);
		part[i] ^= 0xff;
		if (cert_parse(part, len, &cert, NULL))
			cert_free(cert);
		free(part);
	}
	generated_free(made);
}

static void copies_live_on(void **state)
{
	(void)state;
	struct cert *cert = certgen_cert(&(struct certgen){
		.cn = "x", .org = "o", .key_ids = true, .sans = NAMES("DNS:a", "DNS:b") });
	struct cert_info *copy = cert_info_copy(cert_info(cert));
	cert_free(cert);
	assert_string_equal(copy->subject, "CN=x,O=o");
	has_sans(copy, NAMES("DNS:a", "DNS:b"));
	assert_string_equal(copy->key_id, copy->issuer_key_id);
	assert_string_equal(copy->key_algorithm, "EC");
	cert_info_free(copy);
	cert_info_free(NULL);
	cert_free(NULL);
}

static void life_left(void **state)
{
	(void)state;
	const struct cert_info info = {
		.not_before = certgen_time("2025-01-01T00:00:00Z"),
		.not_after = certgen_time("2025-01-10T23:59:59Z"),
	};
	static const struct {
		const char *now;
		int64_t days;
		int percent;
	} rows[] = {
		{ "2024-12-01T00:00:00Z", 40, 100 },
		{ "2025-01-01T00:00:00Z", 9, 100 },
		{ "2025-01-06T00:00:00Z", 4, 50 },
		{ "2025-01-10T23:59:59Z", 0, 0 },
		{ "2025-01-11T00:00:00Z", -1, 0 },
		{ "2025-01-13T00:00:00Z", -3, 0 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int64_t now = certgen_time(rows[i].now);
		assert_int_equal(cert_days_left(&info, now), rows[i].days);
		assert_int_equal(cert_percent_left(&info, now), rows[i].percent);
	}
	const struct cert_info never = { .not_before = 5, .not_after = 1 };
	assert_int_equal(cert_percent_left(&never, 0), 0);
}

static void test_issuer_url(void **state)
{
	static const struct {
		struct certgen_ext ext;
		const char *want;
	} rows[] = {
		/* OCSP first, then the issuer by a name that is no URI, then by one */
		{ CERTGEN_EXT("1.3.6.1.5.5.7.1.1", false,
			  "\x30\x37"
			  "\x30\x0f\x06\x08\x2b\x06\x01\x05\x05\x07\x30\x01\x86\x03o:/"
			  "\x30\x10\x06\x08\x2b\x06\x01\x05\x05\x07\x30\x02\x82\x04"
			  "a.de"
			  "\x30\x12\x06\x08\x2b\x06\x01\x05\x05\x07\x30\x02\x86\x06"
			  "h://\x1b."),
			"h://\\x1b." },
		{ CERTGEN_EXT("1.3.6.1.5.5.7.1.1", false, "\x30\x00"), NULL },
		{ CERTGEN_EXT("1.3.6.1.5.5.7.1.1", false, "\x04\x00"), NULL },
		{ CERTGEN_EXT("1.3.6.1.5.5.7.1.11", false,
			  "\x30\x11\x30\x0f\x06\x08\x2b\x06\x01\x05\x05\x07\x30\x02\x86\x03o:/"),
			NULL },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct certgen wish = { .cn = "a", .exts = &rows[i].ext, .ext_count = 1 };
		struct cert *cert = certgen_cert(&wish);
		char *url = cert_issuer_url(cert);
		assert_int_equal(url != NULL, rows[i].want != NULL);
		if (url)
			assert_string_equal(url, rows[i].want);
		free(url);
		cert_free(cert);
	}
}

/* As a server names the CAs whose clients it takes. */
static void names_alone(void **state)
{
	static const char cn[] = "\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01\x61";
	(void)state;
	char *name = cert_name(cn, sizeof cn - 1);
	assert_string_equal(name, "CN=a");
	free(name);
	name = cert_name("\x30\x00", 2);
	assert_string_equal(name, "");
	free(name);
	assert_null(cert_name("", 0));
	assert_null(cert_name(cn, sizeof cn - 2));
	assert_null(cert_name("\x31\x00", 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(record_of_a_server),
		cmocka_unit_test(der_and_hashes),
		cmocka_unit_test(spki_is_of_the_key),
		cmocka_unit_test(ca_and_path_length),
		cmocka_unit_test(self_signed_or_not),
		cmocka_unit_test(key_ids),
		cmocka_unit_test(foreign_text_is_safe),
		cmocka_unit_test(rfc4514_escapes),
		cmocka_unit_test(serials),
		cmocka_unit_test(broken_sans_are_no_error),
		cmocka_unit_test(errors_say_why),
		cmocka_unit_test(survives_damage),
		cmocka_unit_test(copies_live_on),
		cmocka_unit_test(life_left),
		cmocka_unit_test(test_issuer_url),
		cmocka_unit_test(names_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
