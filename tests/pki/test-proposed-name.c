#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "pki/cert.h"

static void proposes(const struct cert_info *info, const char *expected)
{
	char *name = cert_proposed_name(info);
	assert_string_equal(name, expected);
	free(name);
}

/* One literal: each name but the last with its NUL. */
#define SANS(texts) .sans = (texts), .sans_len = sizeof(texts)

static void cn_first(void **state)
{
	(void)state;
	proposes(&(struct cert_info){ .cn = "a.example", .org = "O" }, "a.example");
	proposes(&(struct cert_info){ .cn = "  two   words " }, "two words");
}

static void unit_where_the_cn_is_vague(void **state)
{
	(void)state;
	proposes(&(struct cert_info){ .cn = "GlobalSign",
			 .org = "GlobalSign",
			 .unit = "GlobalSign Root CA - R3" },
		"GlobalSign Root CA - R3");
	proposes(&(struct cert_info){ .cn = "GlobalSign", .org = "GlobalSign" }, "GlobalSign");
}

static void then_sans(void **state)
{
	(void)state;
	proposes(&(struct cert_info){ SANS("URI:urn:x\0IP:192.0.2.1\0DNS:b.example"),
			 .san_count = 3, .org = "O" },
		"b.example");
	proposes(&(struct cert_info){ .cn = " ", SANS("IP:::1"), .san_count = 1 }, "::1");
	proposes(&(struct cert_info){ SANS("DNS:\0email:a@b"), .san_count = 2 }, "a@b");
}

static void then_the_organisation(void **state)
{
	(void)state;
	proposes(&(struct cert_info){ .org = "Acme" }, "Acme");
	proposes(&(struct cert_info){ .unit = "Lab" }, "Lab");
	proposes(&(struct cert_info){ .org = "Acme", .unit = "Lab" }, "Lab (Acme)");
	proposes(&(struct cert_info){ .org = "Acme", .unit = "Root of ACME" }, "Root of ACME");
	proposes(&(struct cert_info){ .org = "Starfield Technologies, Inc.",
			 .unit = "Starfield Class 2 Certification Authority" },
		"Starfield Class 2 Certification Authority");
}

static void then_the_fingerprint(void **state)
{
	(void)state;
	struct cert_info info = { .sha256 = { { 0x12, 0x34, 0xab, 0xcd, 0xef } } };
	proposes(&info, "certificate 1234abcd");
	info.cn = "";
	proposes(&info, "certificate 1234abcd");
}

static void capped_at_a_character(void **state)
{
	(void)state;
	char cn[256];
	for (size_t i = 0; i < 80; i++)
		memcpy(cn + 3 * i, "☃", 4);
	char *name = cert_proposed_name(&(struct cert_info){ .cn = cn });
	assert_true(text_is_utf8(name, strlen(name)));
	assert_true(text_width(name) <= 60);
	assert_true(text_width(name) >= 58);
	free(name);
}

/* What an escape stands for must not turn into plain letters by a cut. */
static void never_cut_inside_an_escape(void **state)
{
	(void)state;
	char cn[128];
	for (size_t before = 50; before < 62; before++) {
		memset(cn, 'a', before);
		memcpy(cn + before, "\\u{202e}b", sizeof "\\u{202e}b");
		char *name = cert_proposed_name(&(struct cert_info){ .cn = cn });
		const char *escape = strchr(name, '\\');
		if (escape)
			assert_true(text_starts(escape, "\\u{202e}"));
		assert_true(strlen(name) <= 60);
		free(name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cn_first),
		cmocka_unit_test(unit_where_the_cn_is_vague),
		cmocka_unit_test(then_sans),
		cmocka_unit_test(then_the_organisation),
		cmocka_unit_test(then_the_fingerprint),
		cmocka_unit_test(capped_at_a_character),
		cmocka_unit_test(never_cut_inside_an_escape),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
