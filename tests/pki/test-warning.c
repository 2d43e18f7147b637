#include "pki/warning.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "pki/look.h"
#include "support/certgen.h"

#define NOW "2025-07-02T00:00:00Z"

static const char *find(const struct warnings *warnings, const char *code)
{
	for (size_t i = 0; i < warnings->count; i++)
		if (strcmp(warnings->items[i].code, code) == 0)
			return warnings->items[i].text;
	return NULL;
}

static void warnings_at(const struct certgen *wish, const char *now, struct warnings *out)
{
	struct cert *cert = certgen_cert(wish);
	*out = (struct warnings){ 0 };
	warnings_of(cert, certgen_time(now), out);
	for (size_t i = 0; i < out->count; i++) {
		assert_true(text_is_safe(out->items[i].text));
		assert_true(strlen(out->items[i].text) > 20);
	}
	cert_free(cert);
}

/* The codes must be exactly these, in the order of the table. */
static void expect(const struct certgen *wish, const char *now, const char *codes)
{
	struct warnings warnings;
	struct buf found = { 0 };
	warnings_at(wish, now, &warnings);
	for (size_t i = 0; i < warnings.count; i++)
		buf_format(&found, "%s%s", i > 0 ? " " : "", warnings.items[i].code);
	assert_string_equal(buf_text(&found), codes);
	buf_done(&found);
	warnings_done(&warnings);
	assert_int_equal(warnings.count, 0);
}

#define SANS(...)                                                                                  \
	.sans = (const char *const[])                                                              \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}

static void nothing_to_say(void **state)
{
	(void)state;
	expect(&(struct certgen){ .cn = "a.example", SANS("DNS:a.example") }, NOW, "");
	expect(&(struct certgen){ .cn = "a.example", SANS("DNS:A.Example", "IP:192.0.2.1") }, NOW,
		"");
	expect(&(struct certgen){ .cn = "a.example", SANS("DNS:*.example") }, NOW, "");
	expect(&(struct certgen){ .cn = "192.0.2.1", SANS("IP:192.0.2.1") }, NOW, "");
	expect(&(struct certgen){ .cn = "Jane Doe", SANS("email:j@a.example") }, NOW, "");
	expect(&(struct certgen){ .cn = "v1.2" }, NOW, "");
	expect(&(struct certgen){ SANS("DNS:a.example") }, NOW, "");
	expect(&(struct certgen){ .cn = "Ромашка", .org = "ООО \"Ромашка\" IT" }, NOW, "");
	expect(&(struct certgen){ .cn = "C:\\x\\u" }, NOW, "");
}

static void life(void **state)
{
	(void)state;
	struct certgen wish = { .cn = "x" };
	expect(&wish, "2024-12-31T23:59:59Z", "not-yet-valid");
	expect(&wish, "2025-01-01T00:00:00Z", "");
	expect(&wish, "2025-11-01T00:00:00Z", "");
	expect(&wish, "2025-11-02T00:00:00Z", "ends-soon");
	expect(&wish, "2025-12-31T23:59:59Z", "ends-soon");
	expect(&wish, "2026-01-01T00:00:00Z", "expired");
	wish.to = "2024-01-01T00:00:00Z";
	expect(&wish, "2024-06-01T00:00:00Z", "expired not-yet-valid invalid-period");
	wish.to = "2025-03-31T23:59:59Z";
	expect(&wish, "2025-03-11T00:00:00Z", "");
	expect(&wish, "2025-03-18T00:00:00Z", "ends-soon");
	wish.to = "2027-04-06T23:59:59Z";
	expect(&wish, NOW, "long-lived");
	wish.to = "2027-04-05T23:59:59Z";
	expect(&wish, NOW, "");
	wish.to = "2045-01-01T00:00:00Z";
	wish.ca = true;
	expect(&wish, NOW, "any-ca");
	expect(&wish, "2043-01-01T00:00:00Z", "any-ca");
	expect(&wish, "2044-02-01T00:00:00Z", "any-ca ends-soon");
}

static void keys_and_signatures(void **state)
{
	(void)state;
	struct generated *rsa = certgen(&(struct certgen){ .cn = "r", .key = CERTGEN_RSA2048 });
	expect(&(struct certgen){ .cn = "x", .key = CERTGEN_RSA1024 }, NOW, "weak-key");
	expect(&(struct certgen){ .cn = "x", .key_of = rsa }, NOW, "");
	expect(&(struct certgen){ .cn = "x", .issuer = rsa, .sha1 = true }, NOW, "weak-signature");
	expect(&(struct certgen){ .cn = "x", .key_of = rsa, .sha1 = true }, NOW, "");
	expect(&(struct certgen){ .cn = "x",
		       .key_of = rsa,
		       .patch = "\x02\x03\x01\x00\x01",
		       .by = "\x02\x03\x00\x00\x01",
		       .patch_len = 5 },
		NOW, "weak-key");
	expect(&(struct certgen){ .cn = "x", .key = CERTGEN_ED25519 }, NOW, "");
	/* P-256 becomes P-192, of which GnuTLS knows nothing */
	expect(&(struct certgen){ .cn = "x",
		       .patch = "\x2a\x86\x48\xce\x3d\x03\x01\x07",
		       .by = "\x2a\x86\x48\xce\x3d\x03\x01\x01",
		       .patch_len = 8 },
		NOW, "weak-key");
	generated_free(rsa);
}

static void authorities(void **state)
{
	(void)state;
	static const struct certgen_ext limits = CERTGEN_EXT("2.5.29.30", true,
		"\x30\x0a\xa0\x08\x30\x06\x82\x04"
		"a.de");
	struct warnings w;
	expect(&(struct certgen){ .cn = "r", .ca = true, .exts = &limits, .ext_count = 1 }, NOW,
		"");
	warnings_at(&(struct certgen){ .cn = "r", .ca = true }, NOW, &w);
	assert_non_null(strstr(find(&w, "any-ca"), "make further CAs"));
	warnings_done(&w);
	warnings_at(&(struct certgen){ .cn = "r", .ca = true, .limited = true }, NOW, &w);
	assert_non_null(find(&w, "any-ca"));
	assert_null(strstr(find(&w, "any-ca"), "further"));
	warnings_done(&w);
	expect(&(struct certgen){ .cn = "r", .version = 1 }, NOW, "v1");
}

static void host_names(void **state)
{
	(void)state;
	static const char *const client[] = { "1.3.6.1.5.5.7.3.2", NULL };
	static const char *const server[] = { "1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1", NULL };
	expect(&(struct certgen){ .cn = "a.example" }, NOW, "no-san");
	expect(&(struct certgen){ .cn = "localhost" }, NOW, "no-san");
	expect(&(struct certgen){ .cn = "2001:db8::1" }, NOW, "no-san");
	expect(&(struct certgen){ .cn = "a.example", SANS("email:a@a.example") }, NOW, "no-san");
	expect(&(struct certgen){ .cn = "a.example", .purposes = client }, NOW, "");
	expect(&(struct certgen){ .cn = "a.example", .purposes = server }, NOW, "no-san");
	expect(&(struct certgen){ .cn = "a.example", SANS("DNS:b.example") }, NOW, "cn-not-in-san");
	expect(&(struct certgen){ .cn = "a.b.example", SANS("DNS:*.example") }, NOW,
		"cn-not-in-san");
	expect(&(struct certgen){ 0 }, NOW, "no-name");
	expect(&(struct certgen){ .cn = "", .org = "" }, NOW, "no-name");
	expect(&(struct certgen){ .cn = "", SANS("DNS:a.example") }, NOW, "");
}

static void deceptive_names(void **state)
{
	(void)state;
	expect(&(struct certgen){ .cn = "a\0b", .cn_len = 3 }, NOW, "nul-in-name escaped");
	expect(&(struct certgen){ .cn = "a\x1b[2J" }, NOW, "escaped");
	expect(&(struct certgen){ .cn = "a\xff" }, NOW, "escaped");
	expect(&(struct certgen){ .cn = "a\u202e b\u202c" }, NOW, "bidi escaped");
	expect(&(struct certgen){ .cn = "a\u2067 b\u2069" }, NOW, "bidi escaped");
	expect(&(struct certgen){ .cn = "a\u200b b" }, NOW, "invisible escaped");
	expect(&(struct certgen){ .cn = "a\u00a0b" }, NOW, "invisible escaped");
	expect(&(struct certgen){ .cn = "p\u0430ypal inc" }, NOW, "mixed-script");
	expect(&(struct certgen){ .org = "g\u03bfod" }, NOW, "mixed-script");
	expect(&(struct certgen){ .cn = "x", SANS("DNS:xn--pypal-4ve.com") }, NOW,
		"mixed-script idn");
	expect(&(struct certgen){ .cn = "x", SANS("DNS:xn--bcher-kva.tst") }, NOW, "idn");
	expect(&(struct certgen){ .cn = "b\u00fccher.tst", SANS("DNS:xn--bcher-kva.tst") }, NOW,
		"cn-not-in-san idn");
}

static void deceptive_anywhere(void **state)
{
	(void)state;
	static const struct certgen_ext comment = CERTGEN_EXT("2.16.840.1.113730.1.13", false,
		"\x16\x03"
		"a\x1b"
		"b");
	struct generated *issuer = certgen(&(struct certgen){ .cn = "i\x07" });
	expect(&(struct certgen){ .cn = "x", .exts = &comment, .ext_count = 1 }, NOW, "escaped");
	expect(&(struct certgen){ .cn = "x", .issuer = issuer }, NOW, "escaped");
	generated_free(issuer);
}

static void odd_fields(void **state)
{
	(void)state;
	static const struct certgen_ext unknown = CERTGEN_EXT("1.2.3.4", true, "\x30\x00");
	static const struct certgen_ext plain = CERTGEN_EXT("1.2.3.4", false, "\x30\x00");
	static const struct certgen_ext comment =
		CERTGEN_EXT("2.16.840.1.113730.1.13", true, "\x16\x00");
	expect(&(struct certgen){ .cn = "x", .exts = &unknown, .ext_count = 1 }, NOW,
		"unknown-critical");
	expect(&(struct certgen){ .cn = "x", .exts = &comment, .ext_count = 1 }, NOW,
		"unknown-critical");
	expect(&(struct certgen){ .cn = "x", .exts = &plain, .ext_count = 1 }, NOW, "");
	expect(&(struct certgen){ .cn = "x", .serial = "\x80" }, NOW, "serial");
	expect(&(struct certgen){ .cn = "x",
		       .serial = "\x55\x66",
		       .patch = "\x02\x02\x55\x66",
		       .by = "\x02\x02\x00\x66",
		       .patch_len = 4 },
		NOW, "serial");
	expect(&(struct certgen){ .cn = "x", .serial = "123456789012345678901" }, NOW, "serial");
	expect(&(struct certgen){ .cn = "x", .serial = "12345678901234567890" }, NOW, "");
	expect(&(struct certgen){ .cn = "x",
		       .serial = "\x55",
		       .patch = "\x02\x01\x55",
		       .by = "\x02\x01\x00",
		       .patch_len = 3 },
		NOW, "serial");
}

static void long_names(void **state)
{
	(void)state;
	char name[140];
	memset(name, 'n', sizeof name);
	name[64] = '\0';
	expect(&(struct certgen){ .cn = name }, NOW, "");
	name[64] = 'n';
	name[65] = '\0';
	expect(&(struct certgen){ .cn = name }, NOW, "long-name");
	expect(&(struct certgen){ .org = name }, NOW, "long-name");
	for (size_t i = 0; i < 64; i++)
		memcpy(name + 2 * i, "ü", 3);
	expect(&(struct certgen){ .cn = name }, NOW, "");
}

/* GnuTLS refuses such certificates; should it take them one day, this says so. */
static void duplicates(void **state)
{
	(void)state;
	static const char two[] = "\x30\x08\x06\x02\x2a\x03\x04\x02\x30\x00"
				  "\x30\x08\x06\x02\x2a\x04\x04\x02\x30\x00"
				  "\x30\x08\x06\x02\x2a\x03\x04\x02\x30\x00";
	struct parts parts = { .extensions = { (const uint8_t *)two, 20 } };
	struct look look = { .parts = &parts };
	struct buf text = { 0 };
	assert_false(warn_duplicate_extension(&look, &text));
	parts.extensions.len = 30;
	assert_true(warn_duplicate_extension(&look, &text));
	assert_non_null(strstr(buf_text(&text), "1.2.3"));
	buf_done(&text);
}

static void sentences_name_names(void **state)
{
	(void)state;
	struct warnings w;
	warnings_at(&(struct certgen){ .cn = "a.example", SANS("DNS:xn--bcher-kva.tst") },
		"2026-02-01T00:00:00Z", &w);
	assert_string_equal(
		find(&w, "expired"), "It ended on 2025-12-31; all that check dates refuse it.");
	assert_non_null(strstr(find(&w, "cn-not-in-san"), "\"a.example\""));
	assert_non_null(strstr(find(&w, "idn"), "\"xn--bcher-kva.tst\" reads \"bücher.tst\""));
	warnings_done(&w);
}

static void codes_are_unique_and_helped(void **state)
{
	(void)state;
	const struct warning_help *codes = warning_codes();
	size_t count = 0;
	for (; codes[count].code; count++) {
		assert_true(strlen(codes[count].help) > 5);
		for (size_t k = 0; k < count; k++)
			assert_string_not_equal(codes[k].code, codes[count].code);
	}
	assert_int_equal(count, 22);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_to_say),
		cmocka_unit_test(life),
		cmocka_unit_test(keys_and_signatures),
		cmocka_unit_test(authorities),
		cmocka_unit_test(host_names),
		cmocka_unit_test(deceptive_names),
		cmocka_unit_test(deceptive_anywhere),
		cmocka_unit_test(odd_fields),
		cmocka_unit_test(long_names),
		cmocka_unit_test(duplicates),
		cmocka_unit_test(sentences_name_names),
		cmocka_unit_test(codes_are_unique_and_helped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
