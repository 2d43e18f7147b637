#include "pki/details.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "support/certgen.h"

#define NOW "2025-07-02T00:00:00Z"

/* The text of the nth row of this section's field; NULL where there is none. */
static const struct detail *row(
	const struct details *details, const char *section, const char *label, size_t nth)
{
	bool here = false;
	for (size_t i = 0; i < details->count; i++) {
		const struct detail *d = &details->items[i];
		if (d->kind == DETAIL_SECTION)
			here = strcmp(d->label, section) == 0;
		if (!here || d->kind == DETAIL_SECTION || strcmp(d->label, label) != 0)
			continue;
		for (size_t k = 1; k <= nth; k++)
			if (i + k >= details->count || *details->items[i + k].label)
				return NULL;
		return i + nth < details->count ? &details->items[i + nth] : NULL;
	}
	return NULL;
}

static void has(const struct details *details, const char *section, const char *label, size_t nth,
	const char *text)
{
	const struct detail *found = row(details, section, label, nth);
	if (found)
		assert_string_equal(found->text, text);
	else
		fail_msg("no row %zu of \"%s\" in \"%s\"", nth, label, section);
}

static void details_at(const struct certgen *wish, const char *now, struct details *out)
{
	struct cert *cert = certgen_cert(wish);
	*out = (struct details){ 0 };
	details_of(cert, certgen_time(now), out);
	for (size_t i = 0; i < out->count; i++) {
		assert_true(text_is_safe(out->items[i].label));
		assert_true(text_is_safe(out->items[i].text));
	}
	cert_free(cert);
}

static void names_and_life(void **state)
{
	(void)state;
	struct details d;
	details_at(&(struct certgen){ .cn = "web.example",
			   .org = "Doe, Inc.",
			   .country = "DE",
			   .serial = "\x0a\xbc",
			   .sans = (const char *const[]){ "DNS:web.example", NULL } },
		NOW, &d);
	has(&d, "Subject", "Common name", 0, "web.example");
	has(&d, "Subject", "Organisation", 0, "Doe, Inc.");
	has(&d, "Issuer", "Country", 0, "DE");
	has(&d, "Validity", "Not before", 0, CERTGEN_FROM);
	has(&d, "Validity", "Not after", 0, CERTGEN_TO);
	has(&d, "Validity", "Left", 0, "182 days, 50 % of its life");
	has(&d, "Validity", "Lifetime", 0, "365 days");
	has(&d, "Fingerprints", "Serial", 0, "0abc (2748 in decimal)");
	has(&d, "Fingerprints", "Version", 0, "3");
	assert_int_equal(strlen(row(&d, "Fingerprints", "SHA-256", 0)->text), 39);
	assert_int_equal(strlen(row(&d, "Fingerprints", "SHA-256", 1)->text), 39);
	assert_int_equal(strlen(row(&d, "Fingerprints", "SHA-1", 1)->text), 9);
	assert_true(text_starts(row(&d, "Fingerprints", "Pin", 0)->text, "sha256//"));
	has(&d, "Key", "Algorithm", 0, "EC (1.2.840.10045.2.1)");
	has(&d, "Key", "Curve", 0, "P-256 (secp256r1)");
	has(&d, "Key", "Strength", 0, "strong (about 128 bits of security)");
	has(&d, "Signature", "Algorithm", 0, "ECDSA-SHA256 (1.2.840.10045.4.3.2)");
	has(&d, "Extensions", "Alternative names", 0, "DNS:web.example");
	details_done(&d);
	assert_int_equal(d.count, 0);
}

static void left_in_words(void **state)
{
	(void)state;
	static const struct {
		const char *now, *to, *words;
	} rows[] = {
		{ "2024-12-30T00:00:00Z", CERTGEN_TO, "it begins in 2 days" },
		{ "2025-12-30T23:59:59Z", CERTGEN_TO, "1 day, 0 % of its life" },
		{ "2026-01-02T12:00:00Z", CERTGEN_TO, "nothing: it ended 2 days ago" },
		{ NOW, "9999-12-31T23:59:59Z", "it never ends" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct details d;
		details_at(&(struct certgen){ .cn = "x", .to = rows[i].to }, rows[i].now, &d);
		has(&d, "Validity", "Left", 0, rows[i].words);
		details_done(&d);
	}
}

static void empty_name(void **state)
{
	(void)state;
	struct details d;
	details_at(&(struct certgen){ 0 }, NOW, &d);
	has(&d, "Subject", "Name", 0, "(empty)");
	assert_int_equal(d.items[0].kind, DETAIL_WARNING);
	assert_string_equal(d.items[0].label, "no-name");
	assert_string_equal(d.items[0].text,
		"It names nobody: neither subject nor alternative names say whose it is.");
	assert_null(row(&d, "Extensions", "", 0));
	details_done(&d);
}

#define A20 "aaaaaaaaaaaaaaaaaaaa"

/* One row for each extension: what it holds, and what is said about it. */
static const struct {
	struct certgen_ext ext;
	const char *label, *texts[6];
} extensions[] = {
	{ CERTGEN_EXT("2.5.29.19", true, "\x30\x06\x01\x01\xff\x02\x01\x02"), "Basic constraints",
		{ "a CA, path length 2" } },
	{ CERTGEN_EXT("2.5.29.19", false, "\x30\x00"), "Basic constraints", { "not a CA" } },
	{ CERTGEN_EXT("2.5.29.19", false, "\x30\x0e\x01\x01\xff\x02\x09\x00\x80\0\0\0\0\0\0\0"),
		"Basic constraints", { "a CA, path length 9223372036854775808" } },
	{ CERTGEN_EXT("2.5.29.15", true, "\x03\x02\x05\xa0"), "Key usage",
		{ "digital signature, key encipherment" } },
	{ CERTGEN_EXT("2.5.29.15", true, "\x03\x03\x05\x00\x20"), "Key usage", { "bit 10" } },
	{ CERTGEN_EXT("2.5.29.15", true, "\x03\x01\x00"), "Key usage", { "none" } },
	{ CERTGEN_EXT("2.5.29.37", false,
		  "\x30\x0e\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x02\x06\x02\x2a\x03"),
		"Purposes", { "TLS client (1.3.6.1.5.5.7.3.2)", "1.2.3" } },
	{ CERTGEN_EXT("2.5.29.18", false, "\x30\x03\x82\x01z"), "Issuer alternative names",
		{ "DNS:z" } },
	{ CERTGEN_EXT("2.5.29.17", false, "\x30\x13\x82\x11xn--bcher-kva.tst"), "Alternative names",
		{ "DNS:xn--bcher-kva.tst (bücher.tst)" } },
	{ CERTGEN_EXT("2.5.29.17", false,
		  "\x30\x18\xa0\x16\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x14\x02\x03\xa0\x08\x0c\x06"
		  "u@corp"),
		"Alternative names", { "UPN:u@corp" } },
	{ CERTGEN_EXT("2.5.29.18", false,
		  "\x30\x14\x88\x02\x2a\x03\xa4\x0e\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c"
		  "\x01z"),
		"Issuer alternative names", { "ID:1.2.3", "dirName:CN=z" } },
	{ CERTGEN_EXT("1.3.6.1.5.5.7.1.11", false,
		  "\x30\x0d\x30\x0b\x06\x01\x2a\xa0\x06\x06\x01\x2a\xa0\x01\x05"),
		"Subject's services", { "1.2: otherName:#06012aa00105" } },
	{ CERTGEN_EXT("2.5.29.14", false, "\x04\x02\xab\xcd"), "Key identifier", { "abcd" } },
	{ CERTGEN_EXT("2.5.29.35", false, "\x30\x0c\x80\x02\xab\xcd\xa1\x03\x82\x01z\x82\x01\x05"),
		"Issuer's key identifier", { "abcd", "of DNS:z", "serial 05" } },
	{ CERTGEN_EXT("2.5.29.30", true,
		  "\x30\x21\xa0\x11\x30\x03\x82\x01z\x30\x0a\x87\x08\x0a\0\0\0\xff\0\0\0"
		  "\xa1\x0c\x30\x0a\x87\x08\x0a\0\0\0\xff\0\xff\0"),
		"Name constraints",
		{ "only DNS:z", "only IP:10.0.0.0/8", "not IP:10.0.0.0/255.0.255.0" } },
	{ CERTGEN_EXT("2.5.29.31", false,
		  "\x30\x0f\x30\x0d\xa0\x07\xa0\x05\x86\x03h:x\x81\x02\x05\x60"),
		"Revocation lists", { "URI:h:x", "only for: key compromise, CA compromise" } },
	{ CERTGEN_EXT("2.5.29.46", false, "\x30\x0b\x30\x09\xa0\x07\xa0\x05\x86\x03h:x"),
		"Freshest revocation lists", { "URI:h:x" } },
	{ CERTGEN_EXT("1.3.6.1.5.5.7.1.1", false,
		  "\x30\x18\x30\x0f\x06\x08\x2b\x06\x01\x05\x05\x07\x30\x01\x86\x03h:o"
		  "\x30\x05\x06\x01\x2a\x82\x00"),
		"Issuer's services", { "OCSP: URI:h:o", "1.2: DNS:" } },
	{ CERTGEN_EXT("1.3.6.1.5.5.7.1.11", false,
		  "\x30\x11\x30\x0f\x06\x08\x2b\x06\x01\x05\x05\x07\x30\x05\x86\x03h:r"),
		"Subject's services", { "CA repository: URI:h:r" } },
	{ CERTGEN_EXT("2.5.29.32", false,
		  "\x30\x3d\x30\x08\x06\x06\x67\x81\x0c\x01\x02\x01\x30\x31\x06\x02\x2a\x03\x30\x2b"
		  "\x30\x0f\x06\x08\x2b\x06\x01\x05\x05\x07\x02\x01\x16\x03h:c"
		  "\x30\x18\x06\x08\x2b\x06\x01\x05\x05\x07\x02\x02\x30\x0c\x30\x07\x0c\x00\x30\x03"
		  "\x02\x01\x07\x0c\x01n"),
		"Policies",
		{ "domain validated (2.23.140.1.2.1)", "1.2.3", "practice statement: h:c",
			"notice of: ", "notice numbers: 0x07", "notice: n" } },
	{ CERTGEN_EXT("2.5.29.33", true, "\x30\x08\x30\x06\x06\x01\x2a\x06\x01\x2b"),
		"Policy mappings", { "issuer's 1.2 is the subject's 1.3" } },
	{ CERTGEN_EXT("2.5.29.36", true, "\x30\x06\x80\x01\x00\x81\x01\x02"), "Policy constraints",
		{ "an explicit policy is needed after 0 certificates",
			"mappings are inhibited after 2 certificates" } },
	{ CERTGEN_EXT("2.5.29.54", true, "\x02\x01\x03"), "Any-policy inhibited after", { "3" } },
	{ CERTGEN_EXT("2.5.29.16", false,
		  "\x30\x11\x80\x0f"
		  "20250101000000Z"),
		"Private key usage period", { "from 2025-01-01T00:00:00Z" } },
	{ CERTGEN_EXT("1.3.6.1.5.5.7.1.14", true,
		  "\x30\x0f\x02\x01\x00\x30\x0a\x06\x08\x2b\x06\x01\x05\x05\x07\x15\x01"),
		"Proxy certificate",
		{ "path length 0", "policy: inherits all rights (1.3.6.1.5.5.7.21.1)" } },
	{ CERTGEN_EXT("1.3.6.1.5.5.7.1.24", false, "\x30\x06\x02\x01\x05\x02\x01\x07"),
		"TLS features",
		{ "status request (5): the server must staple an OCSP answer", "7" } },
	{ CERTGEN_EXT("2.16.840.1.113730.1.1", false, "\x03\x02\x06\x40"), "Netscape type",
		{ "TLS server" } },
	{ CERTGEN_EXT("2.16.840.1.113730.1.13", false, "\x16\x02\x1bh"), "Netscape comment",
		{ "\\x1bh" } },
	{ CERTGEN_EXT("1.3.6.1.4.1.311.20.2", false, "\x1e\x04\0C\0A"), "Microsoft template name",
		{ "CA" } },
	{ CERTGEN_EXT(
		  "1.3.6.1.4.1.311.21.7", false, "\x30\x09\x06\x01\x2a\x02\x01\x64\x02\x01\x03"),
		"Microsoft template", { "1.2, version 100.3" } },
	{ CERTGEN_EXT("1.3.6.1.5.5.7.48.1.5", false, "\x05\x00"), "OCSP no check",
		{ "the revocation of this OCSP signer isn't checked" } },
	{ CERTGEN_EXT("1.3.6.1.4.1.11129.2.4.2", false,
		  "\x04\x31\x00\x2f\x00\x2d\x00" A20 "aaaaaaaaaaaa"
		  "\x00\x00\x01\x8c\xc2\x51\xf4\x00\x00\x00\x00\x00"),
		"Transparency logs",
		{ "2024-01-01T00:00:00Z by log "
		  "61616161616161616161616161616161616161616161616161616"
		  "16161616161" } },
	{ CERTGEN_EXT("1.3.6.1.4.1.11129.2.4.3", true, "\x05\x00"), "Pre-certificate",
		{ "made for transparency logs only: no certificate to be used" } },
	{ CERTGEN_EXT("1.3.6.1.4.1.311.21.1", false, "\x02\x03\x02\x00\x03"), "Microsoft CA version",
		{ "certificate 3, key 2" } },
	{ CERTGEN_EXT("1.3.6.1.4.1.311.21.2", false, "\x04\x02\xab\xcd"), "Microsoft previous CA hash",
		{ "abcd" } },
	{ CERTGEN_EXT("1.3.6.1.5.5.7.1.3", false,
		  "\x30\x0b\x30\x03\x06\x01\x2a\x30\x04\x06\x01\x2b\x05"),
		"Qualified certificate", { "1.2", "1.3: 05" } },
	{ CERTGEN_EXT("2.5.29.9", false,
		  "\x30\x0f\x30\x0d\x06\x01\x2a\x31\x08\x0c\x03" "a\x1b" "b\x02\x01\x07"),
		"Directory attributes", { "1.2: a\\x1bb", "1.2: 020107" } },
	/* the same of another kind, or with something behind it */
	{ CERTGEN_EXT("1.3.6.1.4.1.11129.2.4.3", true, "\x05\x01\x00"), "Pre-certificate",
		{ "cannot be decoded: 050100" } },
	{ CERTGEN_EXT("1.3.6.1.4.1.311.21.1", false, "\x04\x01\x00"), "Microsoft CA version",
		{ "cannot be decoded: 040100" } },
	{ CERTGEN_EXT("1.3.6.1.4.1.311.21.2", false, "\x02\x01\x00"), "Microsoft previous CA hash",
		{ "cannot be decoded: 020100" } },
	{ CERTGEN_EXT("1.3.6.1.5.5.7.1.3", false, "\x30\x02\x05\x00"), "Qualified certificate",
		{ "cannot be decoded: 30020500" } },
	{ CERTGEN_EXT("2.5.29.9", false, "\x30\x02\x05\x00"), "Directory attributes",
		{ "cannot be decoded: 30020500" } },
	/* unknown */
	{ CERTGEN_EXT("1.2.3.4", false, "\x30\x00"), "1.2.3.4", { "3000" } },
	{ CERTGEN_EXT("1.2.3.4", true,
		  "\x0c\x03"
		  "a\x1b"
		  "b"),
		"1.2.3.4", { "0c03611b62", "\"a\\x1bb\"" } },
	{ CERTGEN_EXT("1.2.3.4", false, "hello"), "1.2.3.4", { "68656c6c6f", "\"hello\"" } },
	/* known, and garbage: what could be read stays, the bytes are shown */
	{ CERTGEN_EXT("2.5.29.19", false, "\xff"), "Basic constraints",
		{ "cannot be decoded: ff" } },
	{ CERTGEN_EXT("2.5.29.37", false, "\x30\x06\x06\x01\x2a\x02\x01\x05"), "Purposes",
		{ "1.2", "cannot be decoded: 300606012a020105" } },
	{ CERTGEN_EXT("1.3.6.1.4.1.11129.2.4.2", false, "\x04\x03\x00\xff\x00"),
		"Transparency logs", { "cannot be decoded: 040300ff00" } },
};

static void extension(size_t i)
{
	struct details d;
	const char *label = extensions[i].label;
	details_at(&(struct certgen){ .cn = "x", .exts = &extensions[i].ext, .ext_count = 1 }, NOW,
		&d);
	const struct detail *first = row(&d, "Extensions", label, 0);
	if (first)
		assert_int_equal(first->critical, extensions[i].ext.critical);
	else
		fail_msg("row %zu: no %s", i, label);
	for (size_t k = 0; k < 6 && extensions[i].texts[k]; k++)
		has(&d, "Extensions", label, k, extensions[i].texts[k]);
	details_done(&d);
}

static void every_extension(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++)
		extension(i);
}

/* However many names: all up to the limit, and a line that counts the rest. */
static void long_lists_end(void **state)
{
	(void)state;
	struct buf list = { 0 }, der = { 0 };
	for (size_t i = 0; i < 10000; i++)
		buf_format(&list, "\x82\x05%05zu", i);
	uint8_t head[] = { 0x30, 0x83, (uint8_t)(list.len >> 16), (uint8_t)(list.len >> 8),
		(uint8_t)list.len };
	buf_add(&der, head, sizeof head);
	buf_add(&der, buf_text(&list), list.len);
	struct certgen_ext ext = { "2.5.29.18", false, buf_text(&der), der.len };
	struct details d;
	details_at(&(struct certgen){ .cn = "x", .exts = &ext, .ext_count = 1 }, NOW, &d);
	has(&d, "Extensions", "Issuer alternative names", 499, "DNS:00499");
	has(&d, "Extensions", "Issuer alternative names", 500, "… and 9500 more");
	assert_null(row(&d, "Extensions", "Issuer alternative names", 501));
	details_done(&d);
	buf_done(&der);
	buf_done(&list);
}

static void long_values_are_counted(void **state)
{
	(void)state;
	char bytes[300];
	memset(bytes, 0xee, sizeof bytes);
	struct certgen_ext ext = { "1.2.3.4", false, bytes, sizeof bytes };
	struct details d;
	details_at(&(struct certgen){ .cn = "x", .exts = &ext, .ext_count = 1 }, NOW, &d);
	const char *text = row(&d, "Extensions", "1.2.3.4", 0)->text;
	assert_int_equal(strlen(text), 512 + strlen("… 300 bytes"));
	assert_string_equal(text + 512, "… 300 bytes");
	details_done(&d);
}

static void rows_of_callers(void **state)
{
	(void)state;
	struct details d = { 0 };
	details_section(&d, "Mine");
	details_field(&d, "Sum", "%d %s", 2, "of them");
	has(&d, "Mine", "Sum", 0, "2 of them");
	struct cert *cert = certgen_cert(&(struct certgen){ .cn = "x" });
	details_of(cert, certgen_time(NOW), &d);
	has(&d, "Mine", "Sum", 0, "2 of them");
	has(&d, "Subject", "Common name", 0, "x");
	cert_free(cert);
	details_done(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_life),
		cmocka_unit_test(left_in_words),
		cmocka_unit_test(empty_name),
		cmocka_unit_test(every_extension),
		cmocka_unit_test(long_lists_end),
		cmocka_unit_test(long_values_are_counted),
		cmocka_unit_test(rows_of_callers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
