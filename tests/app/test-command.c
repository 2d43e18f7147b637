#include "app/command.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void test_commands(void **state)
{
	(void)state;
	for (int i = 0; i < COMMAND_COUNT; i++) {
		const struct command_row *row = command_row((enum command)i);
		enum command found;
		assert_true(row->name && row->name[0] && row->help && row->help[0]);
		assert_null(strchr(row->help, '\n'));
		assert_true(row->least <= row->most);
		assert_true((row->most > 0) == (row->words != NULL));
		assert_true(command_find(row->name, &found));
		assert_int_equal(found, i); /* so no name stands twice */
	}
}

static void test_options(void **state)
{
	(void)state;
	for (int i = 0; i < OPTION_COUNT; i++) {
		const struct option_row *row = option_row((enum option)i);
		enum option found;
		assert_true(row->name && row->name[0] && row->help && row->help[0]);
		assert_null(strchr(row->help, '\n'));
		assert_true(option_find(row->name, strlen(row->name), &found));
		assert_int_equal(found, i);
	}
}

/* An option that no command takes and that is not global can't be given anywhere. */
static void test_every_option_is_of_use(void **state)
{
	uint32_t used = 0;
	(void)state;
	assert_true(OPTION_COUNT <= 32);
	for (int i = 0; i < COMMAND_COUNT; i++)
		used |= command_row((enum command)i)->options;
	for (int i = 0; i < OPTION_COUNT; i++)
		assert_int_equal(!option_row((enum option)i)->global, used >> i & 1);
}

static void test_whatever_changes_can_be_tried_first(void **state)
{
	const uint32_t want = 1u << OPTION_DRY_RUN | 1u << OPTION_YES;
	(void)state;
	for (int i = 0; i < COMMAND_COUNT; i++) {
		const struct command_row *row = command_row((enum command)i);
		assert_int_equal((row->options & want) == want, row->writes);
		assert_true(i == COMMAND_HELP || row->options & 1u << OPTION_JSON);
	}
}

static void test_what_is_not_found(void **state)
{
	static const char *const names[] = { "", "lis", "listing", "List", "--json" };
	enum command command;
	enum option option;
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		assert_false(command_find(names[i], &command));
		assert_false(option_find(names[i], strlen(names[i]), &option));
	}
	assert_false(option_find("json", 3, &option));
	assert_true(option_find("json=1", 4, &option));
}

static void test_short_options(void **state)
{
	enum option option = OPTION_COUNT;
	(void)state;
	assert_true(option_find_letter('o', &option));
	assert_int_equal(option, OPTION_OUTPUT);
	assert_true(option_find_letter('h', &option));
	assert_int_equal(option, OPTION_HELP);
	assert_int_equal(option_letter(OPTION_OUTPUT), 'o');
	assert_int_equal(option_letter(OPTION_FORMAT), '\0');
	assert_false(option_find_letter('x', &option));
	assert_false(option_find_letter('\0', &option));
}

static void test_synopsis(void **state)
{
	(void)state;
	for (int i = 0; i < COMMAND_COUNT; i++) {
		const struct command_row *row = command_row((enum command)i);
		char *text = command_synopsis((enum command)i);
		assert_int_equal(strncmp(text, row->name, strlen(row->name)), 0);
		for (int o = 0; o < OPTION_COUNT; o++) {
			char *word = mem_format(" [--%s", option_row((enum option)o)->name);
			const char *at = strstr(text, word);
			bool there = at && strchr(" ]", at[strlen(word)]);
			assert_int_equal(there, row->options >> o & 1);
			free(word);
		}
		assert_true(!row->words || strstr(text, row->words));
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_every_option_is_of_use),
		cmocka_unit_test(test_whatever_changes_can_be_tried_first),
		cmocka_unit_test(test_what_is_not_found),
		cmocka_unit_test(test_short_options),
		cmocka_unit_test(test_synopsis),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
