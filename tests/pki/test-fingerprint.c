#include "pki/fingerprint.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static void hashes(void **state)
{
	(void)state;
	struct fingerprint f;
	char hex[FINGERPRINT_HEX];
	uint8_t sha1[SHA1_SIZE];
	fingerprint_of("abc", 3, &f);
	assert_string_equal(fingerprint_hex(&f, hex), ABC);
	fingerprint_sha1("abc", 3, sha1);
	assert_memory_equal(sha1, "\xa9\x99\x3e\x36\x47\x06\x81\x6a\xba\x3e", 10);
}

static void parse_is_strict(void **state)
{
	(void)state;
	struct fingerprint f, g;
	assert_true(fingerprint_parse(ABC, &f));
	assert_true(fingerprint_parse(
		"BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD", &g));
	assert_int_equal(fingerprint_compare(&f, &g), 0);
	g.bytes[31]++;
	assert_true(fingerprint_compare(&f, &g) < 0);
	static const char *const bad[] = { "", "ba", ABC "0", ABC " ", (" " ABC),
		"ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(fingerprint_parse(bad[i], &f));
}

static void reads_any_notation(void **state)
{
	(void)state;
	static const struct {
		const char *text, *digits;
	} rows[] = {
		{ "ab12cd", "ab12cd" },
		{ "AB:12:CD", "ab12cd" },
		{ " ab 12\tcd \r\n", "ab12cd" },
		{ "ab-12-CD", "ab12cd" },
		{ "ab.12.cd", "ab12cd" },
		{ "0xAB12CD", "ab12cd" },
		{ "SHA256:ab12cd", "ab12cd" },
		{ "sha-256 AB12CD", "ab12cd" },
		{ "SHA-1 ab12cd", "ab12cd" },
		{ "SHA1: AB:12:CD", "ab12cd" },
		{ "sha1 256ab1", "256ab1" },
		{ "sha256 Fingerprint=AB:12:CD", "ab12cd" },
		{ "SHA1 Fingerprint=AB:12:CD\n", "ab12cd" },
		{ "Fingerprint (SHA-256): AB:12:CD", "ab12cd" },
		{ "\t SHA256: AB:12:CD", "ab12cd" },
		{ "ab\u00a012\u2013cd\u200b", "ab12cd" },
	};
	char out[FINGERPRINT_HEX];
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (!fingerprint_digits(rows[i].text, out, sizeof out))
			fail_msg("refused: %s", rows[i].text);
		assert_string_equal(out, rows[i].digits);
	}
}

static void refuses_the_rest(void **state)
{
	(void)state;
	static const char *const rows[] = { "", " ", "::", "sha256:", "SHA-1", "web server", "abg",
		"ab12/cd", "sha512:ab12cd", "ab12cd sha256", "ab\x80", "\xff", "md5:ab" };
	char out[FINGERPRINT_HEX];
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (fingerprint_digits(rows[i], out, sizeof out))
			fail_msg("taken: %s", rows[i]);
}

static void digits_fit_or_fail(void **state)
{
	(void)state;
	char out[5];
	assert_true(fingerprint_digits("ab:cd", out, sizeof out));
	assert_string_equal(out, "abcd");
	assert_false(fingerprint_digits("ab:cd:e", out, sizeof out));
}

static void groups_are_lines(void **state)
{
	(void)state;
	struct fingerprint f;
	fingerprint_of("abc", 3, &f);
	char *text = fingerprint_groups(f.bytes, sizeof f.bytes);
	assert_string_equal(text, "ba78 16bf 8f01 cfea 4141 40de 5dae 2223\n"
				  "b003 61a3 9617 7a9c b410 ff61 f200 15ad");
	free(text);
	text = fingerprint_groups((const uint8_t *)"\x01\x02\x03", 3);
	assert_string_equal(text, "0102 03");
	free(text);
	text = fingerprint_groups(NULL, 0);
	assert_string_equal(text, "");
	free(text);
}

static void match_names_the_group(void **state)
{
	(void)state;
	struct fingerprint f;
	struct fingerprint_match match;
	uint8_t sha1[SHA1_SIZE];
	fingerprint_of("abc", 3, &f);
	fingerprint_sha1("abc", 3, sha1);

	assert_true(fingerprint_match(&f, sha1, "SHA256 Fingerprint=" ABC, &match));
	assert_true(match.match);
	assert_string_equal(match.algorithm, "SHA-256");
	assert_int_equal(match.group, 0);

	assert_true(fingerprint_match(&f, sha1,
		"ba78 16bf 8f01 cfeb 4141 40de 5dae 2223 b003 61a3 9617 7a9c b410 ff61 f200 15ad",
		&match));
	assert_false(match.match);
	assert_int_equal(match.group, 4);
	assert_string_equal(match.ours, "cfea");
	assert_string_equal(match.theirs, "cfeb");

	assert_true(fingerprint_match(
		&f, sha1, "A9:99:3E:36:47:06:81:6A:BA:3E:25:71:78:50:C2:6C:9C:D0:D8:9D", &match));
	assert_true(match.match);
	assert_string_equal(match.algorithm, "SHA-1");

	assert_true(
		fingerprint_match(&f, sha1, "a9993e364706816aba3e25717850c26c9cd0d89e", &match));
	assert_false(match.match);
	assert_int_equal(match.group, 10);
	assert_string_equal(match.theirs, "d89e");
}

static void match_wants_a_whole_one(void **state)
{
	(void)state;
	struct fingerprint f;
	struct fingerprint_match match;
	uint8_t sha1[SHA1_SIZE] = { 0 };
	fingerprint_of("abc", 3, &f);
	assert_false(fingerprint_match(&f, sha1, "ba7816", &match));
	assert_false(fingerprint_match(&f, sha1, "", &match));
	assert_false(fingerprint_match(&f, sha1, ABC "ab", &match));
	assert_false(fingerprint_match(&f, sha1, "a9993e364706816aba3e25717850c26c", &match));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes),
		cmocka_unit_test(parse_is_strict),
		cmocka_unit_test(reads_any_notation),
		cmocka_unit_test(refuses_the_rest),
		cmocka_unit_test(digits_fit_or_fail),
		cmocka_unit_test(groups_are_lines),
		cmocka_unit_test(match_names_the_group),
		cmocka_unit_test(match_wants_a_whole_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
