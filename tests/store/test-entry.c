#include "store/entry.h"

#include "support/unit.h"

#include <string.h>

static void test_states(void **state)
{
	enum state parsed;
	(void)state;
	for (int s = 0; s < STATE_COUNT; s++) {
		assert_true(state_parse(state_name(s), &parsed));
		assert_int_equal(parsed, s);
	}
	assert_string_equal(state_name(STATE_NONE), "none");
	assert_string_equal(state_name(STATE_COUNT), "none");
	assert_false(state_parse("none", &parsed));
	assert_false(state_parse("keys", &parsed)); /* a folder, and no state */
	assert_false(state_parse("issued", &parsed));
	assert_false(state_parse("Trusted", &parsed));
	assert_false(state_parse("", &parsed));
}

static void test_headers(void **state)
{
	struct headers a = { 0 }, b = { 0 };
	(void)state;
	headers_set(&a, "Name", "one");
	headers_set(&a, "Note", "n");
	headers_set(&a, "X-Other", "o");
	headers_set(&a, "NAME", "two");
	assert_int_equal(a.count, 3);
	assert_string_equal(headers_get(&a, "Name"), "two");
	headers_set(&a, "Note", NULL);
	headers_set(&a, "Gone", NULL);
	headers_set(&a, "Empty", "");
	assert_int_equal(a.count, 2);
	assert_null(headers_get(&a, "Note"));
	headers_set(&b, "First", "1");
	headers_copy(&a, &b);
	assert_string_equal(b.items[0].key, "First");
	assert_string_equal(b.items[1].key, "Name");
	assert_string_equal(b.items[2].value, "o");
	headers_set(&a, "Name", headers_get(&a, "Name")); /* its own value */
	assert_string_equal(headers_get(&a, "Name"), "two");
	headers_done(&a);
	headers_done(&a);
	headers_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_headers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
