#include "check/manifest.h"

#include "support/unit.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"

#define A      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B      "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define TIMES  "\"not_before\":\"2026-01-01T00:00:00Z\",\"not_after\":\"2027-01-01T00:00:00Z\""
#define ENTRY                                                                                      \
	"{\"name\":\"a\",\"state\":\"trusted\",\"fingerprint\":\"" A                               \
	"\",\"subject\":\"CN=a\"," TIMES "}"

static void check_good(const char *text, size_t count)
{
	struct manifest m = { 0 };
	struct error err = { 0 };
	if (!manifest_read(text, strlen(text), &m, &err))
		fail_msg("%s: %s", text, err.text);
	assert_int_equal(m.count, count);
	manifest_done(&m);
}

static void check_bad(const char *text, const char *why)
{
	struct manifest m = { 0 };
	struct error err = { 0 };
	assert_false(manifest_read(text, strlen(text), &m, &err));
	if (!strstr(err.text, why) || !text_is_safe(err.text))
		fail_msg("%s: %s", text, err.text);
	manifest_done(&m);
}

static void test_forms(void **state)
{
	(void)state;
	check_good("[]", 0);
	check_good(" [ ] \n", 0);
	check_good("{}", 0);
	check_good("{\"entries\":[]}", 0);
	check_good("[" ENTRY "]", 1);
	check_good("[" ENTRY "," ENTRY "]", 2);
	check_good("{\"more\": [1, {\"]\": \"}\\\"\"}], \"entries\": [" ENTRY "], \"other\": null}",
		1);
	check_good("{\"host\": null, \"made\": 5, \"entries\": [" ENTRY "]}", 1);
}

static void test_what_is_off(void **state)
{
	(void)state;
	check_bad("", "empty");
	check_bad("  ", "empty");
	check_bad("\"text\"", "no list");
	check_bad("[", "not JSON");
	check_bad("[,]", "not JSON");
	check_bad("[" ENTRY, "not JSON");
	check_bad("[" ENTRY " " ENTRY "]", "behind entry 1");
	check_bad("[" ENTRY "]]", "behind the end");
	check_bad("{\"entries\"}", "not JSON");
	check_bad("{\"entries\":}", "no list");
	check_bad("{entries:[]}", "not JSON");
	check_bad("{\"host\":\"\\ud800\"}", "not JSON");
	check_bad("[{\"name\":\"a\",\"name\":\"b\"}]", "duplicate");
	check_bad("[\"x\"]", "entry 1");
	check_bad("[{\"fingerprint\":\"" A "\",\"state\":\"\\u001b[2J\"}]", "no state");
	check_bad("{\"targets\":[{\"kind\":\"java\"}]}", "target 1: it has no name");
	check_bad("{\"targets\":[{\"name\":\"x\",\"certificates\":[7]}]}",
		"certificate 1 is no fingerprint");
}

static void test_what_is_in_it(void **state)
{
	static const char text[] =
		"{\"host\":\"web\\u001b1\",\"made\":\"2026-01-01T00:00:00Z\",\"entries\":["
		"{\"name\":\"\\u202ea\\\\x41\",\"state\":\"blocked\",\"fingerprint\":\"" A
		"\",\"subject\":\"CN=a\"," TIMES ",\"key\":{\"algorithm\":\"RSA\",\"bits\":2048}}],"
		"\"targets\":[{\"name\":\"java\",\"kind\":\"jks\",\"certificates\":[\"" B "\",\"" A
		"\"]}]}";
	struct manifest m = { 0 };
	struct error err = { 0 };
	char hex[FINGERPRINT_HEX];
	(void)state;
	assert_true(manifest_read(text, strlen(text), &m, &err));
	assert_string_equal(m.host, "web\\x1b1");
	assert_string_equal(m.made, "2026-01-01T00:00:00Z");
	assert_string_equal(m.entries[0].name, "\\u{202e}a\\x5cx41");
	assert_string_equal(m.entries[0].key, "RSA 2048");
	assert_int_equal(m.entries[0].state, STATE_BLOCKED);
	assert_int_equal(m.entries[0].not_before, 1767225600);
	assert_true(m.has_targets);
	assert_string_equal(m.targets[0].kind, "jks");
	assert_string_equal(m.targets[0].path, "");
	assert_string_equal(fingerprint_hex(&m.targets[0].certs[0], hex), A); /* sorted */
	manifest_done(&m);
}

/* Whoever nests without end, or writes one value without end, costs nothing but the reading. */
static void test_bounds(void **state)
{
	struct buf text = { 0 };
	struct manifest m = { 0 };
	struct error err = { 0 };
	(void)state;
	for (size_t i = 0; i < 1000000; i++)
		buf_char(&text, '[');
	check_bad(buf_text(&text), "not JSON");
	for (size_t i = 0; i < 1000000; i++)
		buf_char(&text, ']');
	check_bad(buf_text(&text), "entry 1");
	buf_cut(&text, 0);
	buf_text_add(&text, "[\"");
	for (size_t i = 0; i < 5u << 20; i++)
		buf_char(&text, 'x');
	buf_text_add(&text, "\"]");
	check_bad(buf_text(&text), "at most");
	/* A NUL ends no text. */
	assert_false(manifest_read("[]\0]", 4, &m, &err));
	assert_false(manifest_read("[\0]", 3, &m, &err));
	manifest_done(&m);
	buf_done(&text);
}

/* Every beginning of a good one is a bad one. */
static void test_cut_off(void **state)
{
	static const char text[] = "{\"host\":\"h\",\"entries\":[" ENTRY "]}";
	(void)state;
	for (size_t len = 0; len < strlen(text); len++) {
		struct manifest m = { 0 };
		struct error err = { 0 };
		assert_false(manifest_read(text, len, &m, &err));
		manifest_done(&m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_what_is_off),
		cmocka_unit_test(test_what_is_in_it),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_cut_off),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
