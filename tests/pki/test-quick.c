/*
 * The quick reader against GnuTLS: wherever it says yes, both must agree, member by member.  It may
 * always say "ask GnuTLS", so what it must take is asserted too.
 */
#include "pki/quick.h"

#include "support/unit.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "pki/name.h"
#include "support/certgen.h"
#include "support/same-info.h"

#include <gnutls/x509.h>

#define NAMES(...)                                                                                 \
	(const char *const[])                                                                      \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}

#define PATCH(from, to) .patch = (from), .by = (to), .patch_len = sizeof(from) - 1

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* What quick says; the bytes are in memory of their own, so that no reader steps over their end. */
static bool is_quick(const void *bytes, size_t len, const char *what)
{
	static struct buf texts;
	struct cert_info info;
	struct cert *cert;
	struct error err;
	uint8_t *der = mem_copy(bytes, len);
	buf_cut(&texts, 0);
	buf_text_add(&texts, "kept");
	bool quick = cert_info_quick(der, len, &texts, &info);
	if (!quick)
		assert_int_equal(texts.len, 4);
	else if (!cert_parse_slowly(der, len, &cert, &err))
		fail_msg("%s: refused by GnuTLS: %s", what, err.text);
	else if (!same_info(&info, cert_info(cert)))
		fail_msg("%s: the records differ", what);
	else
		cert_free(cert);
	free(der);
	return quick;
}

static bool is_quick_made(const struct certgen *wish, const char *what)
{
	struct generated *made = certgen(wish);
	size_t len;
	const uint8_t *der = generated_der(made, &len);
	bool quick = is_quick(der, len, what);
	generated_free(made);
	return quick;
}

static void ordinary_ones(void **state)
{
	(void)state;
	struct generated *root =
		certgen(&(struct certgen){ .cn = "r", .ca = true, .key_ids = true });
	const struct certgen rows[] = {
		{ .cn = "a", .ca = true, .key_ids = true },
		{ .cn = "a", .ca = true, .limited = true, .path_len = 3, .key_ids = true },
		{ .cn = "a", .key_ids = true },
		{ .cn = "a", .issuer = root },
		{ .cn = "a", .issuer = root, .key_ids = true, .key = CERTGEN_P384 },
		{ .cn = "a", .issuer = root, .key = CERTGEN_ED25519 },
		{ .cn = "a", .issuer = root, .key = CERTGEN_RSA1024 },
		{ .cn = "a", .issuer = root, .sha1 = true },
		{ .cn = "a", .issuer = root, .purposes = NAMES("1.3.6.1.5.5.7.3.1") },
		{ .cn = "Müller, \"x\" <y>",
			.org = " o ",
			.unit = "#u",
			.country = "DE",
			.issuer = root },
		{ .cn = "esc\x1b[2J \\x41\xff",
			.cn_len = 14,
			.org = "\xe2\x80\xae",
			.issuer = root },
		{ .cn = "", .issuer = root },
		{ .issuer = root, .sans = NAMES("DNS:a.example", "DNS:*.b.example") },
		{ .cn = "a",
			.issuer = root,
			.sans = NAMES("IP:192.0.2.7", "IP:2001:db8::1", "email:a@b.example",
				"URI:https://b.example/x") },
		{ .cn = "a",
			.issuer = root,
			.from = "1971-01-01T00:00:00Z",
			.to = "9999-12-31T23:59:59Z" },
		{ .cn = "a", .issuer = root, .from = "2024-02-29T00:00:00Z" },
		{ .cn = "a", .issuer = root, .serial = "\x00\xff\xff", .serial_len = 3 },
		{ .cn = "a",
			.issuer = root,
			.serial = "\x55",
			PATCH("\x02\x01\x55", "\x02\x01\x00") },
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		if (!is_quick_made(&rows[i], "ordinary"))
			fail_msg("row %zu isn't taken", i);
	generated_free(root);
}

#define EXT(oid, literal)                                                                          \
	.exts = (const struct certgen_ext[]){ CERTGEN_EXT(oid, false, literal) }, .ext_count = 1

/* GnuTLS takes most of these: the answer is its own to give. */
static void odd_fields(void **state)
{
	(void)state;
	struct generated *root = certgen(&(struct certgen){ .cn = "r", .ca = true });
	const struct certgen rows[] = {
		{ .cn = "r", .issuer = root },
		{ .cn = "self-signed, and nothing but its signature says so" },
		{ .cn = "a", .issuer = root, .version = 1 },
		{ .cn = "a", .issuer = root, .from = "1969-01-01T00:00:00Z" },
		{ .cn = "a", .issuer = root, .serial = "\xff" },
		{ .cn = "a", .issuer = root, PATCH("250101000000Z", "251301000000Z") },
		{ .cn = "a", .issuer = root, PATCH("250101000000Z", "250230000000Z") },
		{ .cn = "a", .issuer = root, PATCH("250101000000Z", "250101000060Z") },
		{ .cn = "a", .issuer = root, PATCH("250101000000Z", "25010100+0100") },
		{ .cn = "a",
			.issuer = root,
			PATCH("\xa0\x03\x02\x01\x02", "\xa0\x03\x02\x01\x03") },
		{ .cn = "a", .issuer = root, PATCH("\x04\x03\x02", "\x04\x03\x03") },
		{ .cn = "a", .issuer = root, PATCH("\x55\x04\x03", "\x55\x04\x83") },
		{ .cn = "a", .issuer = root, PATCH("\x13\x01r", "\x04\x01r") },
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		if (is_quick_made(&rows[i], "odd"))
			fail_msg("row %zu is taken", i);
	generated_free(root);
}

static void odd_extensions(void **state)
{
	(void)state;
	struct generated *root = certgen(&(struct certgen){ .cn = "r", .ca = true });
	const struct certgen rows[] = {
		{ .cn = "none", .issuer = root, EXT("2.5.29.17", "\x30\x00") },
		{ .cn = "other name",
			.issuer = root,
			EXT("2.5.29.17", "\x30\x0a\xa0\x08\x06\x02\x2a\x03\xa0\x02\x0c\x00") },
		{ .cn = "line break", .issuer = root, EXT("2.5.29.17", "\x30\x03\x82\x01\n") },
		{ .cn = "address", .issuer = root, EXT("2.5.29.17", "\x30\x03\x87\x01\x01") },
		{ .cn = "issuer's", .issuer = root, EXT("2.5.29.18", "\x30\x03\x87\x01\x01") },
		{ .cn = "behind", .issuer = root, EXT("2.5.29.17", "\x30\x03\x82\x01\x41\x00") },
		{ .cn = "endless",
			.issuer = root,
			EXT("2.5.29.17", "\x30\x80\x82\x01\x41\x00\x00") },
		{ .cn = "length", .issuer = root, EXT("2.5.29.17", "\x30\x81\x03\x82\x01\x41") },
		{ .cn = "twice",
			.issuer = root,
			.ca = true,
			.sans = NAMES("DNS:a"),
			PATCH("\x55\x1d\x13", "\x55\x1d\x11") },
		{ .cn = "twice",
			.issuer = root,
			.ca = true,
			.purposes = NAMES("1.3.6.1.5.5.7.3.1"),
			PATCH("\x55\x1d\x13", "\x55\x1d\x25") },
		{ .cn = "critical",
			.issuer = root,
			.ca = true,
			PATCH("\x01\x01\xff\x04", "\x01\x01\x01\x04") },
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		if (is_quick_made(&rows[i], rows[i].cn))
			fail_msg("row %zu is taken", i);
	generated_free(root);
}

static struct generated *rich(enum certgen_key key)
{
	static struct generated *root;
	if (!root)
		root = certgen(&(struct certgen){ .cn = "Root", .ca = true, .key_ids = true });
	return certgen(&(struct certgen){
		.cn = "web.example",
		.org = "Müller, Inc.",
		.unit = "IT",
		.country = "DE",
		.to = "2051-01-01T00:00:00Z",
		.key = key,
		.key_ids = true,
		.issuer = root,
		.purposes = NAMES("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"),
		.sans = NAMES("DNS:web.example", "IP:192.0.2.7", "IP:2001:db8::1",
			"email:a@b.example", "URI:https://b.example/x"),
	});
}

/* Every octet with another value, left out, and with one put before it; every prefix. */
static size_t damage(const uint8_t *der, size_t len, size_t *tries)
{
	static const uint8_t flips[] = { 0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff };
	static const uint8_t puts[] = { 0x00, 0x01, 0x30, 0x80, 0xff };
	uint8_t *copy = mem_new(len + 1);
	size_t taken = 0;
	for (size_t at = 0; at < len; at++) {
		memcpy(copy, der, len);
		for (size_t i = 0; i < COUNT(flips); i += UNIT_SLOW ? 3 : 1, ++*tries) {
			copy[at] = der[at] ^ flips[i];
			taken += is_quick(copy, len, "flipped");
		}
		memmove(copy + at, der + at + 1, len - at - 1);
		taken += is_quick(copy, len - 1, "left out");
		memcpy(copy + at + 1, der + at, len - at);
		for (size_t i = 0; i < COUNT(puts); i++, ++*tries) {
			copy[at] = puts[i];
			taken += is_quick(copy, len + 1, "put before");
		}
		assert_false(is_quick(der, at, "cut"));
	}
	free(copy);
	return taken;
}

static void damaged_ones(void **state)
{
	(void)state;
	static const enum certgen_key keys[] = { CERTGEN_P256, CERTGEN_ED25519, CERTGEN_RSA1024 };
	for (size_t i = 0; i < COUNT(keys); i++) {
		struct generated *made = rich(keys[i]);
		size_t len, tries = 0;
		const uint8_t *der = generated_der(made, &len);
		assert_true(is_quick(der, len, "whole"));
		size_t taken = damage(der, len, &tries);
		assert_true(taken > tries / 8);
		assert_true(taken < tries);
		generated_free(made);
	}
}

/* A length that could stand in fewer octets, outermost and in the middle. */
static void lengths_that_are_not_the_shortest(void **state)
{
	(void)state;
	struct generated *made = rich(CERTGEN_P256);
	size_t len;
	const uint8_t *der = generated_der(made, &len);
	uint8_t *copy = mem_new(len + 1);
	assert_int_equal(der[1], 0x82);
	memcpy(copy, "\x30\x83\x00", 3);
	memcpy(copy + 3, der + 2, len - 2);
	assert_false(is_quick(copy, len + 1, "longer length"));
	memcpy(copy, der, len);
	copy[len] = 0;
	assert_false(is_quick(copy, len + 1, "something behind it"));
	free(copy);
	generated_free(made);
}

/* The short names of attributes are GnuTLS's. */
static void labels_agree(void **state)
{
	(void)state;
	uint8_t oid[3] = { 0x55, 0x04, 0 };
	char dotted[32];
	for (unsigned i = 0; i < 128; i++) {
		oid[2] = (uint8_t)i;
		snprintf(dotted, sizeof dotted, "2.5.4.%u", i);
		assert_true(same_text(attribute_label_4514((struct der){ oid, 3 }),
			gnutls_x509_dn_oid_name(dotted, 0)));
	}
	assert_null(attribute_label_4514((struct der){ oid, 2 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ordinary_ones),
		cmocka_unit_test(odd_fields),
		cmocka_unit_test(odd_extensions),
		cmocka_unit_test(damaged_ones),
		cmocka_unit_test(lengths_that_are_not_the_shortest),
		cmocka_unit_test(labels_agree),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
