#include "cli/cli.h"

#include "support/unit.h"

#include <string.h>

#include "support/families.h"

#define WORDS_MOST 20

/* Arguments of a line whose words are parted by one blank; they point into `line`. */
struct parsed {
	char line[200];
	char *argv[WORDS_MOST + 1];
	struct arguments args;
	struct error err;
};

static bool parse_by(const struct command_table *table, struct parsed *p, const char *line)
{
	char *save = NULL;
	int argc = 0;
	*p = (struct parsed){ 0 };
	assert_true(strlen(line) + 1 < sizeof p->line);
	memcpy(p->line, line, strlen(line));
	p->argv[argc++] = p->line + strlen(line); /* the program's name is of no matter */
	for (char *w = strtok_r(p->line, " ", &save); w; w = strtok_r(NULL, " ", &save))
		p->argv[argc++] = w;
	return cli_parse(table, argc, p->argv, &p->args, &p->err);
}

static bool parse(struct parsed *p, const char *line)
{
	return parse_by(&families, p, line);
}

static void test_two_words(void **state)
{
	static const char *const lines[] = { "vault show x --json", "vault --json show x",
		"--json vault show -- x", "vault show --json=1" };
	struct parsed p;
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_true(parse(&p, lines[i]));
		assert_false(p.args.console);
		assert_null(p.args.family);
		assert_int_equal(p.args.command, FAMILIES_VAULT_SHOW);
		assert_true(p.args.set[OPTION_JSON]);
		assert_int_equal(p.args.count, 1);
		assert_string_equal(p.args.words[0], "x");
		arguments_done(&p.args);
	}
	assert_false(parse(&p, lines[3]));
	arguments_done(&p.args);
	assert_true(parse(&p, "look vault"));
	assert_int_equal(p.args.command, FAMILIES_LOOK);
	assert_string_equal(p.args.words[0], "vault");
	arguments_done(&p.args);
}

static void refused(const char *line, const char *why)
{
	struct parsed p;
	assert_false(parse(&p, line));
	assert_int_equal(p.err.code, ERROR_USAGE);
	assert_string_equal(p.err.text, why);
	arguments_done(&p.args);
}

static void test_refusals(void **state)
{
	(void)state;
	refused("vault", "vault: expects one of: list, show, add (certary help vault)");
	refused("vault --json", "vault: expects one of: list, show, add (certary help vault)");
	refused("vault shw x", "vault shw: there is no such command; vault knows: list, show, add");
	refused("vault show", "vault show: expects NAME (certary help vault show)");
	refused("vault list x", "vault list: expects nothing more (certary help vault list)");
	refused("vault list --why x",
		"vault list: --why has no meaning here (certary help vault list)");
	refused("show x", "show: there is no such command (certary help lists them)");
	refused("value --name", "--name: N is missing");
	refused("value --json=x", "--json takes no value");
}

static void test_help_of_a_family(void **state)
{
	struct parsed p;
	(void)state;
	assert_true(parse(&p, "vault --help"));
	assert_string_equal(p.args.family, "vault");
	arguments_done(&p.args);
	assert_true(parse(&p, "vault show --help"));
	assert_null(p.args.family);
	assert_int_equal(p.args.command, FAMILIES_VAULT_SHOW);
	arguments_done(&p.args);
	assert_false(parse(&p, "vault shw --help"));
}

static void test_options_given_several_times(void **state)
{
	struct parsed p;
	size_t at = 0;
	(void)state;
	assert_true(parse(&p, "value --name a --config c --name=b --name c"));
	assert_string_equal(p.args.text[OPTION_NAME], "c"); /* the last one */
	assert_string_equal(arguments_next(&p.args, OPTION_NAME, &at), "a");
	assert_string_equal(arguments_next(&p.args, OPTION_NAME, &at), "b");
	assert_string_equal(arguments_next(&p.args, OPTION_NAME, &at), "c");
	assert_null(arguments_next(&p.args, OPTION_NAME, &at));
	assert_null(arguments_next(&p.args, OPTION_NAME, &at));
	at = 0;
	assert_string_equal(arguments_next(&p.args, OPTION_CONFIG, &at), "c");
	assert_null(arguments_next(&p.args, OPTION_CONFIG, &at));
	at = 0;
	assert_null(arguments_next(&p.args, OPTION_JSON, &at));
	arguments_done(&p.args);
	assert_null(arguments_next(&p.args, OPTION_CONFIG, &at));
}

static void test_numbers(void **state)
{
	static const char *const bad[] = { "0", "366", "-1", "x", "3x", "3.5", "+3", "0x10",
		"99999999999999999999" };
	struct error err = { 0 };
	struct arguments args = { 0 };
	int64_t days = 30;
	(void)state;
	assert_true(arguments_number(&args, OPTION_NAME, 1, 365, &days, &err));
	assert_int_equal(days, 30);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		args.text[OPTION_NAME] = bad[i];
		assert_false(arguments_number(&args, OPTION_NAME, 1, 365, &days, &err));
		assert_int_equal(err.code, ERROR_USAGE);
		assert_int_equal(days, 30);
	}
	args.text[OPTION_NAME] = "400";
	assert_false(arguments_number(&args, OPTION_NAME, 1, 365, &days, &err));
	assert_string_equal(err.text, "--name 400: give a number from 1 to 365");
	args.text[OPTION_NAME] = "365";
	assert_true(arguments_number(&args, OPTION_NAME, 1, 365, &days, &err));
	assert_int_equal(days, 365);
}

/* What is on certary's own table. */
static void test_own_table(void **state)
{
	struct parsed p;
	(void)state;
	assert_true(parse_by(&command_table, &p, "--store d"));
	assert_true(p.args.console);
	assert_string_equal(p.args.text[OPTION_STORE], "d");
	arguments_done(&p.args);
	assert_true(parse_by(&command_table, &p, "export a -ofile b -o - --"));
	assert_int_equal(p.args.command, COMMAND_EXPORT);
	assert_string_equal(p.args.text[OPTION_OUTPUT], "-");
	assert_int_equal(p.args.count, 2);
	arguments_done(&p.args);
}

/* The command decides what an option means, wherever it stands. */
static void test_one_name_for_two_options(void **state)
{
	static const char *const signing[] = { "sign --ca root a.csr", "--ca root sign a.csr",
		"--ca=root sign a.csr", "sign a.csr --ca root", "--yes --ca root --json sign a.csr" };
	struct parsed p;
	(void)state;
	for (size_t i = 0; i < sizeof signing / sizeof *signing; i++) {
		assert_true(parse_by(&command_table, &p, signing[i]));
		assert_int_equal(p.args.command, COMMAND_SIGN);
		assert_string_equal(p.args.text[OPTION_BY_CA], "root");
		assert_int_equal(p.args.count, 1);
		assert_false(p.args.set[OPTION_CA] || p.args.set[OPTION_AS_CA]);
		arguments_done(&p.args);
	}
	assert_true(parse_by(&command_table, &p, "--ca list x"));
	assert_true(p.args.set[OPTION_CA]);
	assert_int_equal(p.args.count, 1);
	arguments_done(&p.args);
	assert_true(parse_by(&command_table, &p, "generate --ca --key ec384"));
	assert_true(p.args.set[OPTION_AS_CA]);
	assert_string_equal(p.args.text[OPTION_KIND], "ec384");
	arguments_done(&p.args);
	assert_true(parse_by(&command_table, &p, "--key ec384 generate"));
	assert_string_equal(p.args.text[OPTION_KIND], "ec384");
	arguments_done(&p.args);
	assert_true(parse_by(&command_table, &p, "--key export x"));
	assert_true(p.args.set[OPTION_WITH_KEY]);
	arguments_done(&p.args);
	assert_false(parse_by(&command_table, &p, "sign a.csr --ca"));
	assert_string_equal(p.err.text, "--ca: NAME is missing");
	arguments_done(&p.args);
	assert_false(parse_by(&command_table, &p, "generate --ca=x"));
	arguments_done(&p.args);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_words),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_help_of_a_family),
		cmocka_unit_test(test_options_given_several_times),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_own_table),
		cmocka_unit_test(test_one_name_for_two_options),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
