#include "support/unit.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fs.h"
#include "conf/settings.h"
#include "conf/tree.h"
#include "support/tmp.h"

#define EXAMPLE "etc/certary.conf"

static void test_defaults(void **state)
{
	struct settings *s = settings_new();
	(void)state;
	assert_string_equal(settings_text(s, SETTING_STORE), "");
	assert_string_equal(settings_text(s, SETTING_THEME), "default");
	assert_int_equal(settings_int(s, SETTING_EXPIRING_DAYS), 30);
	assert_int_equal(settings_int(s, SETTING_LIMIT_KDF_ROUNDS), 10000000);
	assert_int_equal(settings_choice(s, SETTING_ASCII), ASCII_AUTO);
	assert_false(settings_bool(s, SETTING_MOUSE));
	assert_true(settings_bool(s, SETTING_CONFIRM));
	assert_string_equal(settings_text(s, SETTING_SUBJECT_REQUIRED), "");
	assert_int_equal(settings_int(s, SETTING_LEAST_RSA_BITS), 2048);
	assert_int_equal(settings_int(s, SETTING_LEAST_EC_BITS), 256);
	assert_int_equal(settings_int(s, SETTING_LONGEST_SERVER_DAYS), 0);
	assert_string_equal(settings_word(s, SETTING_DEFAULT_KEY), "ec256");
	assert_int_equal(settings_int(s, SETTING_DEFAULT_DAYS), 365);
	assert_string_equal(settings_text(s, SETTING_DEFAULT_ORGANISATION), "");
	settings_free(s);
}

static void test_wrong_type_asked(void **state)
{
	struct settings *s = settings_new();
	(void)state;
	assert_string_equal(settings_text(s, SETTING_MOUSE), "");
	assert_int_equal(settings_int(s, SETTING_THEME), 0);
	assert_false(settings_bool(s, SETTING_EXPIRING_DAYS));
	assert_string_equal(settings_word(s, SETTING_STORE), "");
	settings_free(s);
}

static void test_files_win_in_order(void **state)
{
	struct tmp *tmp = *state;
	struct settings *s = settings_new();
	struct error err;
	tmp_text(tmp, "a", "theme = \"dark\"; colour = \"never\"; expiring_days = 10;\n");
	tmp_text(tmp, "b",
		"expiring_days = 20; mouse = true; default_key = \"rsa3072\"; default_unit = "
		"\"Büro\";\n");
	assert_true(settings_read(s, tmp_path(tmp, "a"), &err));
	assert_true(settings_read(s, tmp_path(tmp, "b"), &err));
	assert_string_equal(settings_text(s, SETTING_THEME), "dark");
	assert_int_equal(settings_choice(s, SETTING_COLOUR), COLOUR_NEVER);
	assert_int_equal(settings_int(s, SETTING_EXPIRING_DAYS), 20);
	assert_true(settings_bool(s, SETTING_MOUSE));
	assert_string_equal(settings_word(s, SETTING_DEFAULT_KEY), "rsa3072");
	assert_string_equal(settings_text(s, SETTING_DEFAULT_UNIT), "Büro");
	settings_free(s);
}

static void test_refusals(void **state)
{
	static const struct {
		const char *text, *says[2];
	} cases[] = {
		{ "\nshop = \"x\";\n", { ":2: ", "store" } },
		{ "mouse = 1;\n", { ":1: 'mouse'", "true or false" } },
		{ "expiring_days = -1;\n", { "'expiring_days'", "0 to 3650" } },
		{ "expiring_days = 3651;\n", { "'expiring_days'", "0 to 3650" } },
		{ "expiring_days = \"30\";\n", { "'expiring_days'", "a number" } },
		{ "expiring_percent = 1.5;\n", { "'expiring_percent'", "a number" } },
		{ "colour = \"sometimes\";\n", { "'colour'", "\"auto\" or \"always\" or \"never\"" } },
		{ "ascii = true;\n", { "'ascii'", "\"yes\"" } },
		{ "store = 5;\n", { "'store'", "a text" } },
		{ "store = { a = 1; };\n", { "'store'", "a text" } },
		{ "limit_memory_mb = 0;\n", { "'limit_memory_mb'", "16 to" } },
		{ "least_rsa_bits = 1024;\n", { "'least_rsa_bits'", "2048 to 16384" } },
		{ "least_ec_bits = 160;\n", { "'least_ec_bits'", "224 to 521" } },
		{ "longest_server_days = -1;\n", { "'longest_server_days'", "0 to 36525" } },
		{ "default_days = 0;\n", { "'default_days'", "1 to 36525" } },
		{ "default_key = \"dsa\";\n", { "'default_key'", "\"rsa4096\"" } },
		{ "subject_required = [ \"C\" ];\n", { "'subject_required'", "a text" } },
	};
	struct tmp *tmp = *state;
	struct settings *s = settings_new();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error err = { 0 };
		tmp_text(tmp, "conf", cases[i].text);
		assert_false(settings_read(s, tmp_path(tmp, "conf"), &err));
		assert_int_equal(err.code, ERROR_FAILED);
		for (size_t k = 0; k < 2; k++)
			if (!strstr(err.text, cases[i].says[k]))
				fail_msg("'%s' doesn't say '%s'", err.text, cases[i].says[k]);
		assert_non_null(strstr(err.text, tmp_path(tmp, "conf")));
	}
	settings_free(s);
}

static void test_error_leaves_all_as_it_was(void **state)
{
	struct tmp *tmp = *state;
	struct settings *s = settings_new();
	struct error err;
	tmp_text(tmp, "conf", "theme = \"dark\"; expiring_days = 5; mouse = \"no\";\n");
	assert_false(settings_read(s, tmp_path(tmp, "conf"), &err));
	assert_string_equal(settings_text(s, SETTING_THEME), "default");
	assert_int_equal(settings_int(s, SETTING_EXPIRING_DAYS), 30);
	settings_free(s);
}

/* The configuration folder is looked up once in a process, so this is the only test that sets it. */
static void test_load(void **state)
{
	struct tmp *tmp = *state;
	struct error err;
	struct settings *s = settings_new();
	tmp_text(tmp, "certary/certary.conf", "expiring_days = 1;\n");
	tmp_text(tmp, "named", "expiring_days = 2;\n");
	tmp_text(tmp, "option", "expiring_days = 3;\n");
	setenv("XDG_CONFIG_HOME", tmp_path(tmp, NULL), 1);
	unsetenv("CERTARY_CONFIG");
	assert_true(settings_load(s, NULL, &err));
	assert_int_equal(settings_int(s, SETTING_EXPIRING_DAYS), 1);
	setenv("CERTARY_CONFIG", tmp_path(tmp, "named"), 1);
	assert_true(settings_load(s, NULL, &err));
	assert_int_equal(settings_int(s, SETTING_EXPIRING_DAYS), 2);
	assert_true(settings_load(s, tmp_path(tmp, "option"), &err));
	assert_int_equal(settings_int(s, SETTING_EXPIRING_DAYS), 3);
	assert_false(settings_load(s, tmp_path(tmp, "missing"), &err));
	setenv("CERTARY_CONFIG", tmp_path(tmp, "missing"), 1);
	assert_false(settings_load(s, NULL, &err));
	unsetenv("CERTARY_CONFIG");
	settings_free(s);
}

static void test_rows(void **state)
{
	(void)state;
	for (int i = 0; i < SETTING_COUNT; i++) {
		const struct setting_row *row = setting_row((enum setting)i);
		assert_non_null(row->name);
		assert_true(row->help && strlen(row->help) > 10);
		if (row->type == SETTING_INT)
			assert_true(row->min <= row->number && row->number <= row->max);
		assert_true((row->type == SETTING_CHOICE) == (row->choices != NULL));
		for (int k = 0; k < i; k++)
			assert_string_not_equal(row->name, setting_row((enum setting)k)->name);
	}
}

/* The example's settings are commented out with "#" before the name; without it they must be read. */
static char *uncommented(void)
{
	struct buf text = { 0 }, out = { 0 };
	struct error err;
	if (!fs_read(AT_FDCWD, EXAMPLE, FS_FOLLOW, 1 << 20, &text, NULL, &err))
		fail_msg("%s", err.text);
	const char *line = buf_text(&text);
	while (*line) {
		size_t len = strcspn(line, "\n");
		bool setting = line[0] == '#' && islower((unsigned char)line[1]);
		buf_add(&out, line + (setting ? 1 : 0), len - (setting ? 1 : 0));
		buf_char(&out, '\n');
		line += len + (line[len] == '\n');
	}
	buf_done(&text);
	return buf_take(&out);
}

static void check_default(const struct conf_node *node, const struct setting_row *row)
{
	int64_t number = -1;
	bool yes = false;
	if (!node)
		fail_msg("%s lacks '%s'", EXAMPLE, row->name);
	if (row->type == SETTING_INT)
		assert_true(conf_int(node, &number) && number == row->number);
	else if (row->type == SETTING_BOOL)
		assert_true(conf_bool(node, &yes) && yes == (row->number != 0));
	else
		assert_string_equal(conf_text(node),
			row->type == SETTING_TEXT ? row->text : row->choices[row->number]);
}

static void test_example_has_every_setting(void **state)
{
	char *text = uncommented();
	struct conf *tree;
	struct error err;
	(void)state;
	if (!conf_parse(EXAMPLE, text, strlen(text), &tree, &err))
		fail_msg("%s", err.text);
	assert_int_equal(conf_count(conf_root(tree)), SETTING_COUNT);
	for (int i = 0; i < SETTING_COUNT; i++) {
		const struct setting_row *row = setting_row((enum setting)i);
		check_default(conf_get(conf_root(tree), row->name), row);
	}
	conf_free(tree);
	free(text);
}

/* Figures in the comments are the table's ranges. */
static void test_example_names_the_ranges(void **state)
{
	char *text = uncommented();
	(void)state;
	for (int i = 0; i < SETTING_COUNT; i++) {
		const struct setting_row *row = setting_row((enum setting)i);
		char range[64];
		snprintf(range, sizeof range, "%lld to %lld", (long long)row->min, (long long)row->max);
		if (row->type == SETTING_INT && !strstr(text, range))
			fail_msg("%s doesn't say '%s' for %s", EXAMPLE, range, row->name);
	}
	free(text);
}

static void test_example_as_it_is(void **state)
{
	struct settings *s = settings_new();
	struct error err;
	(void)state;
	assert_true(settings_read(s, EXAMPLE, &err));
	settings_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_wrong_type_asked),
		cmocka_unit_test_setup_teardown(test_files_win_in_order, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_refusals, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(
			test_error_leaves_all_as_it_was, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_load, tmp_setup, tmp_teardown),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_example_has_every_setting),
		cmocka_unit_test(test_example_names_the_ranges),
		cmocka_unit_test(test_example_as_it_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
