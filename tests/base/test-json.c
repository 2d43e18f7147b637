#include "base/json.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

static void check_dump(const char *safe, const char *want)
{
	struct json *o = json_new_object();
	struct buf out = { 0 };
	json_text(o, "k", safe);
	json_dump(o, &out);
	char *whole = mem_format("{\"k\":%s}", want);
	assert_string_equal(buf_text(&out), whole);
	free(whole);
	buf_done(&out);
	json_free(o);
}

static void test_true_text_with_escapes(void **state)
{
	(void)state;
	check_dump("plain", "\"plain\"");
	check_dump("Zürich 漢", "\"Zürich 漢\"");
	check_dump(NULL, "null");
	check_dump("", "\"\"");
	check_dump("a \"b\" \\ /", "\"a \\\"b\\\" \\\\ /\"");
	check_dump("\\x1b[2J", "\"\\u001B[2J\"");
	check_dump("\\x00", "\"\\u0000\"");
	check_dump("\\x7f", "\"\\u007f\"");
	check_dump("\\u{9b}", "\"\\u009b\"");
	check_dump("\\u{202e}x", "\"\\u202ex\"");
	check_dump("\\u{200b}", "\"\\u200b\"");
	check_dump("\\u{2028}", "\"\\u2028\"");
	check_dump("\\u{e0041}", "\"\\udb40\\udc41\"");
	check_dump("\U0001f512", "\"\U0001f512\"");
	check_dump("\\x5cx41", "\"\\\\x41\"");
}

static struct json *parse(const char *text)
{
	struct error err = { 0 };
	struct json *v = json_parse(text, strlen(text), &err);
	if (!v)
		fail_msg("%s", err.text);
	return v;
}

static void check_read(const char *text, const char *want)
{
	struct json *o = parse(text);
	char *got = json_get_text(o, "k");
	assert_string_equal(got, want);
	free(got);
	json_free(o);
}

static void test_reading_makes_it_safe(void **state)
{
	(void)state;
	check_read("{\"k\":\"\\u001b\"}", "\\x1b");
	check_read("{\"k\":\"\\u0000x\"}", "\\x00x");
	check_read("{\"k\":\"\\u202e\"}", "\\u{202e}");
	check_read("{\"k\":\"\u202e\"}", "\\u{202e}");
	check_read("{\"k\":\"\\udb40\\udc41\"}", "\\u{e0041}");
	check_read("{\"k\":\"\\\\x1b\"}", "\\x5cx1b");
}

/* Whatever UTF-8 goes in as safe text comes out as the same safe text, and never raw in between. */
static void test_every_code_point_both_ways(void **state)
{
	(void)state;
	for (uint32_t cp = 0; cp < 0x110000; cp += cp < 0x3000 ? 1 : 7) {
		struct buf raw = { 0 }, line = { 0 };
		if (cp >= 0xd800 && cp <= 0xdfff)
			continue;
		text_put(&raw, cp);
		char *safe = text_safe(raw.data, raw.len);
		struct json *o = json_new_object();
		json_text(o, "k", safe);
		json_dump(o, &line);
		json_free(o);
		assert_true(text_is_safe(buf_text(&line)));
		check_read(buf_text(&line), safe);
		free(safe);
		buf_done(&raw);
		buf_done(&line);
	}
}

static void test_bytes_that_are_no_text(void **state)
{
	(void)state;
	check_dump("\\xff", "\"\\\\xff\"");
}

static void test_shapes(void **state)
{
	struct json *o = json_new_object(), *list = json_new_array();
	struct buf out = { 0 };
	(void)state;
	json_int(o, "n", INT64_C(253402300799));
	json_bool(o, "yes", true);
	json_append_text(list, "a");
	json_append(list, json_new_object());
	json_set(o, "list", list);
	json_int(o, "a", -1);
	json_dump(o, &out);
	assert_string_equal(buf_text(&out),
		"{\"n\":253402300799,\"yes\":true,\"list\":[\"a\",{}],\"a\":-1}");
	buf_cut(&out, 0);
	json_dump_pretty(o, &out);
	assert_non_null(strstr(buf_text(&out), "\n  \"yes\": true"));
	struct json *back = parse(buf_text(&out));
	assert_int_equal(json_count(json_get(back, "list")), 2);
	json_free(back);
	json_free(o);
	buf_done(&out);
}

static void test_getters_tolerate_anything(void **state)
{
	struct json *o = parse("{\"t\":\"x\",\"n\":7,\"r\":1.5,\"y\":true,\"l\":[1]}");
	(void)state;
	assert_null(json_get(NULL, "t"));
	assert_null(json_get(json_get(o, "t"), "t"));
	assert_null(json_get(o, "gone"));
	assert_null(json_get_text(o, "n"));
	assert_null(json_get_text(NULL, "n"));
	assert_int_equal(json_get_int(o, "n", 1), 7);
	assert_int_equal(json_get_int(o, "r", 1), 1);
	assert_int_equal(json_get_int(o, "t", 1), 1);
	assert_int_equal(json_get_int(NULL, "t", 2), 2);
	assert_true(json_get_bool(o, "y"));
	assert_false(json_get_bool(o, "n"));
	assert_int_equal(json_count(o), 0);
	assert_int_equal(json_count(NULL), 0);
	assert_null(json_at(json_get(o, "l"), 1));
	assert_non_null(json_at(json_get(o, "l"), 0));
	json_free(o);
	json_free(NULL);
}

static void test_refusals(void **state)
{
	static const char *const bad[] = { "", "{", "{}x", "{\"a\":1,\"a\":2}", "nonsense",
		"{\"a\":\"\xff\"}", "{\"a\":99999999999999999999}", "{\"a\":\"\\ud800\"}" };
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct error err = { 0 };
		assert_null(json_parse(bad[i], strlen(bad[i]), &err));
		assert_int_equal(err.code, ERROR_FAILED);
		assert_non_null(strstr(err.text, "line 1: not JSON"));
	}
	assert_null(json_parse("[", 1, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_true_text_with_escapes),
		cmocka_unit_test(test_reading_makes_it_safe),
		cmocka_unit_test(test_every_code_point_both_ways),
		cmocka_unit_test(test_bytes_that_are_no_text),
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_getters_tolerate_anything),
		cmocka_unit_test(test_refusals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
