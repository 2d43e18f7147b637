#include "console/complete.h"

#include "support/unit.h"

#include <string.h>

#include "support/families.h"

/* No line of these gets as far as the names of the store. */
static void completes(const char *line, const char *to, const char *choices)
{
	struct buf text = { 0 }, offered = { 0 };
	buf_text_add(&text, line);
	complete_line(&families, NULL, &text, &offered);
	assert_string_equal(buf_text(&text), to);
	assert_string_equal(buf_text(&offered), choices);
	buf_done(&text);
	buf_done(&offered);
}

static void test_first_word(void **state)
{
	(void)state;
	completes("", "", "look  vault  value");
	completes("va", "va", "vault  value");
	completes("vau", "vault ", "vault"); /* once, however many verbs it has */
	completes("  vau", "  vault ", "vault");
	completes("x", "x", "");
}

static void test_second_word(void **state)
{
	(void)state;
	completes("vault ", "vault ", "list  show  add");
	completes("vault  sh", "vault  show ", "show");
	completes("vault show", "vault show ", "show");
	completes("vault x", "vault x", "");
	completes("help v", "help va", "vault  value");
	completes("help vault a", "help vault add ", "add");
}

static void test_options(void **state)
{
	(void)state;
	completes("vault show --", "vault show --", "--json  --state");
	completes("vault show x --s", "vault show x --state ", "--state");
	completes("vault list --", "vault list --json ", "--json");
	completes("value --n", "value --name ", "--name");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_word),
		cmocka_unit_test(test_second_word),
		cmocka_unit_test(test_options),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
