#include "app/command.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "support/families.h"

static bool find(const struct command_table *table, const char *name, enum command *out)
{
	char *first = mem_textn(name, strcspn(name, " "));
	bool ok = command_find(table, first, strchr(name, ' ') ? strchr(name, ' ') + 1 : NULL, out);
	free(first);
	return ok;
}

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
		assert_true(find(&command_table, row->name, &found));
		assert_int_equal(found, i); /* so no name stands twice */
	}
}

/* Help and completion go through the rows as they stand. */
static void orderly(const struct command_table *table)
{
	for (size_t i = 1; i < table->count; i++) {
		char *family = command_word(&table->rows[i], NULL);
		char *before = command_word(&table->rows[i - 1], NULL);
		enum command none;
		assert_true(table->rows[i].group >= table->rows[i - 1].group);
		if (command_family(table, family)) {
			assert_false(command_find(table, family, NULL, &none));
			for (size_t j = 0; j < i && strcmp(family, before) != 0; j++)
				assert_false(text_starts(table->rows[j].name, family));
		}
		free(family);
		free(before);
	}
}

static void test_order(void **state)
{
	(void)state;
	orderly(&command_table);
	orderly(&families);
	for (int i = 0; i < GROUP_COUNT; i++)
		assert_true(command_group_name((enum command_group)i)[0]);
}

static void test_families(void **state)
{
	enum command found = COMMAND_COUNT;
	(void)state;
	assert_true(command_find(&families, "vault", "show", &found));
	assert_int_equal(found, FAMILIES_VAULT_SHOW);
	assert_true(command_find(&families, "look", NULL, &found));
	assert_int_equal(found, FAMILIES_LOOK);
	static const char *const wrong[][2] = { { "vault", NULL }, { "vault", "sho" }, { "vault", "shows" },
		{ "vault", "" }, { "vaul", "show" }, { "vaults", "show" }, { "show", NULL }, { "look", "" },
		{ "look", "look" }, { "vault show", NULL }, { "", "show" }, { "", NULL }, { "", "" } };
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(command_find(&families, wrong[i][0], wrong[i][1], &found));
	assert_true(command_family(&families, "vault"));
	static const char *const none[] = { "", "vaul", "vaults", "look", "show", "vault show" };
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		assert_false(command_family(&families, none[i]));
}

static void test_words(void **state)
{
	(void)state;
	char *first = command_word(&families.rows[FAMILIES_VAULT_SHOW], NULL),
	     *verb = command_word(&families.rows[FAMILIES_VAULT_SHOW], "vault"),
	     *verbs = command_verbs(&families, "vault"), *none = command_verbs(&families, "look");
	assert_string_equal(first, "vault");
	assert_string_equal(verb, "show");
	assert_string_equal(verbs, "list, show, add");
	assert_string_equal(none, "");
	assert_null(command_word(&families.rows[FAMILIES_VAULT_SHOW], "look"));
	assert_null(command_word(&families.rows[FAMILIES_LOOK], "look"));
	free(first);
	free(verb);
	free(verbs);
	free(none);
}

static void test_options(void **state)
{
	(void)state;
	for (int i = 0; i < OPTION_COUNT; i++) {
		const struct option_row *row = option_row((enum option)i);
		enum option found;
		assert_true(row->name && row->name[0] && row->help && row->help[0]);
		assert_null(strchr(row->help, '\n'));
		assert_true(option_find(NULL, row->name, strlen(row->name), &found));
		assert_string_equal(option_row(found)->name, row->name);
		assert_true(option_may_be(row->name, strlen(row->name), row->argument != NULL));
		assert_true(found == (enum option)i || !row->global);
	}
	assert_true(option_may_be("ca", 2, true) && option_may_be("ca", 2, false));
	assert_false(option_may_be("json", 4, true) || option_may_be("name", 4, false));
}

/* What a command takes it finds, also where another command takes something else by that name. */
static void test_each_command_finds_its_own(void **state)
{
	(void)state;
	for (int i = 0; i < COMMAND_COUNT; i++) {
		const struct command_row *row = command_row((enum command)i);
		for (int o = 0; o < OPTION_COUNT; o++) {
			const char *name = option_row((enum option)o)->name;
			enum option found;
			assert_true(option_find(row, name, strlen(name), &found));
			bool global = option_row((enum option)o)->global;
			if (command_takes(row, (enum option)o))
				assert_true(found == (enum option)o);
			else if (global) /* a command's own one of that name comes first */
				assert_true(found == (enum option)o || command_takes(row, found));
		}
	}
}

/* An option that no command takes and that is not global can't be given anywhere. */
static void test_every_option_is_of_use(void **state)
{
	(void)state;
	for (int o = 0; o < OPTION_COUNT; o++) {
		bool used = false;
		for (int i = 0; i < COMMAND_COUNT; i++)
			used |= command_takes(command_row((enum command)i), (enum option)o);
		assert_int_equal(!option_row((enum option)o)->global, used);
	}
}

/* Two commands have nothing to tell a program: one tells people, one is a pipe. */
static bool speaks_json(int i)
{
	return i != COMMAND_HELP && i != COMMAND_CONNECT;
}

static void test_whatever_changes_can_be_tried_first(void **state)
{
	(void)state;
	for (int i = 0; i < COMMAND_COUNT; i++) {
		const struct command_row *row = command_row((enum command)i);
		bool tried = command_takes(row, OPTION_DRY_RUN) && command_takes(row, OPTION_YES);
		assert_int_equal(tried, row->writes);
		assert_int_equal(command_takes(row, OPTION_JSON), speaks_json(i));
	}
}

static void test_what_is_not_found(void **state)
{
	static const char *const names[] = { "", "lis", "listing", "List", "--json" };
	enum command command;
	enum option option;
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		assert_false(command_find(&command_table, names[i], NULL, &command));
		assert_false(option_find(NULL, names[i], strlen(names[i]), &option));
	}
	assert_false(option_find(NULL, "json", 3, &option));
	assert_true(option_find(NULL, "json=1", 4, &option));
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

static char *written(enum option which)
{
	const struct option_row *row = option_row(which);
	return mem_format(" [--%s%s%s]", row->name, row->argument ? " " : "",
		row->argument ? row->argument : "");
}

/* Takes it this option, or another one that is written like it? */
static bool takes_such(const struct command_row *row, const char *word)
{
	bool takes = false;
	for (int o = 0; o < OPTION_COUNT; o++) {
		char *own = written((enum option)o);
		takes |= command_takes(row, (enum option)o) && strcmp(own, word) == 0;
		free(own);
	}
	return takes;
}

static void test_synopsis(void **state)
{
	(void)state;
	for (int i = 0; i < COMMAND_COUNT; i++) {
		const struct command_row *row = command_row((enum command)i);
		char *text = command_synopsis(row);
		assert_int_equal(strncmp(text, row->name, strlen(row->name)), 0);
		for (int o = 0; o < OPTION_COUNT; o++) {
			char *word = written((enum option)o);
			assert_int_equal(strstr(text, word) != NULL, takes_such(row, word));
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
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_families),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_each_command_finds_its_own),
		cmocka_unit_test(test_every_option_is_of_use),
		cmocka_unit_test(test_whatever_changes_can_be_tried_first),
		cmocka_unit_test(test_what_is_not_found),
		cmocka_unit_test(test_short_options),
		cmocka_unit_test(test_synopsis),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
