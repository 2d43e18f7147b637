#include "support/unit.h"

#include <string.h>

#include "tui/keymap.h"

enum { ACTION_DOWN = 1, ACTION_TRUST, ACTION_HELP };

static const struct binding rows[] = {
	{ .keys = "j Down", .action = ACTION_DOWN, .help = "next row" },
	{ .keys = "t", .action = ACTION_TRUST, .hint = "trust", .help = "trust it",
		.flags = BINDING_WRITES },
	{ .keys = "? F1", .action = ACTION_HELP, .hint = "help", .help = "this help" },
};
static const struct keymap map = KEYMAP("List", rows);

static int action_of(const char *name)
{
	struct key key;
	assert_true(key_parse(name, &key));
	const struct binding *row = keymap_find(&map, &key);
	return row ? row->action : 0;
}

static void test_find(void **state)
{
	(void)state;
	assert_int_equal(action_of("j"), ACTION_DOWN);
	assert_int_equal(action_of("Down"), ACTION_DOWN);
	assert_int_equal(action_of("F1"), ACTION_HELP);
	assert_int_equal(action_of("C-j"), 0);
	assert_int_equal(action_of("D"), 0);
	assert_int_equal(action_of("F10"), 0);
	assert_int_equal(action_of("T"), 0);
}

static void test_keys_without_a_name(void **state)
{
	struct key paste = { .code = K_PASTE };
	(void)state;
	assert_null(keymap_find(&map, &paste)); /* and not the row of '?' */
}

static void test_help(void **state)
{
	struct rows help = { 0 };
	(void)state;
	keymap_help(&help, &map, 0);
	assert_int_equal(help.count, 4);
	assert_string_equal(help.items[0].label, "List");
	assert_string_equal(help.items[1].label, "j Down");
	assert_string_equal(help.items[1].text, "next row");
	rows_done(&help);
	keymap_help(&help, &map, BINDING_WRITES);
	assert_int_equal(help.count, 3);
	rows_done(&help);
}

static void test_check(void **state)
{
	static const struct binding bad_rows[] = {
		{ .keys = "a b", .help = "one" },
		{ .keys = "b", .help = "two" },
		{ .keys = "Return", .help = "three" },
		{ .keys = "", .help = "four" },
		{ .keys = "x", .help = "" },
		{ .keys = "S-C-a", .help = "not as it is spelt" },
	};
	static const struct keymap bad = KEYMAP("Bad", bad_rows);
	struct buf faults = { 0 };
	(void)state;
	assert_true(keymap_check(&map, &faults));
	assert_int_equal(faults.len, 0);
	assert_false(keymap_check(&bad, &faults));
	assert_string_equal(buf_text(&faults), "Bad: 'b' is bound to 'one' and to 'two'\n"
					       "Bad: 'Return' is no key\n"
					       "Bad: row 3 has no key\n"
					       "Bad: 'x' has no help\n"
					       "Bad: 'S-C-a' is no key\n");
	buf_done(&faults);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_keys_without_a_name),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_check),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
