#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "conf/tree.h"
#include "support/tmp.h"

static struct conf *parse(const char *text)
{
	struct conf *tree;
	struct error err;
	if (!conf_parse("test.conf", text, strlen(text), &tree, &err))
		fail_msg("%s", err.text);
	return tree;
}

static void refuse(const char *text, size_t len, const char *want)
{
	struct conf *tree = (struct conf *)"";
	struct error err = { 0 };
	assert_false(conf_parse("test.conf", text, len, &tree, &err));
	assert_null(tree);
	assert_int_equal(err.code, ERROR_FAILED);
	if (!strstr(err.text, want))
		fail_msg("'%s' doesn't say '%s'", err.text, want);
}

static void test_values(void **state)
{
	struct conf *tree = parse("a = 1;\nb = \"two\"\n;c = true;\nd = { e = ( 5, \"six\" ); };\n");
	const struct conf_node *root = conf_root(tree);
	int64_t number = 0;
	bool yes = false;
	(void)state;
	assert_int_equal(conf_count(root), 4);
	assert_true(conf_int(conf_get(root, "a"), &number) && number == 1);
	assert_string_equal(conf_text(conf_get(root, "b")), "two");
	assert_true(conf_bool(conf_get(root, "c"), &yes) && yes);
	const struct conf_node *list = conf_get(root, "d.e");
	assert_int_equal(conf_type(list), CONF_LIST);
	assert_int_equal(conf_count(list), 2);
	assert_string_equal(conf_text(conf_at(list, 1)), "six");
	assert_null(conf_name(conf_at(list, 0)));
	assert_int_equal(conf_line(list), 4);
	assert_string_equal(conf_file(list), "test.conf");
	conf_free(tree);
}

static void test_wrong_asks(void **state)
{
	struct conf *tree = parse("a = 1; b = \"two\"; r = 1.5;");
	const struct conf_node *root = conf_root(tree);
	int64_t number = 7;
	bool yes;
	(void)state;
	assert_null(conf_get(root, "x"));
	assert_null(conf_get(root, "a.x"));
	assert_null(conf_get(root, ""));
	assert_null(conf_get(NULL, "a"));
	assert_null(conf_at(root, 3));
	assert_null(conf_text(conf_get(root, "a")));
	assert_null(conf_text(NULL));
	assert_false(conf_int(conf_get(root, "b"), &number));
	assert_false(conf_int(conf_get(root, "r"), &number));
	assert_int_equal(conf_type(conf_get(root, "r")), CONF_REAL);
	assert_int_equal(number, 7);
	assert_false(conf_bool(conf_get(root, "a"), &yes));
	conf_free(tree);
}

static void test_big_number(void **state)
{
	struct conf *tree = parse("a = 4294967306L;\n");
	int64_t number = 0;
	(void)state;
	assert_true(conf_int(conf_get(conf_root(tree), "a"), &number));
	assert_true(number == INT64_C(4294967306));
	conf_free(tree);
}

/* libconfig would keep their lower 32 bits. */
static void test_numbers_that_would_be_cut(void **state)
{
	static const char *const numbers[] = { "4294967306", "2147483648", "-2147483649", "0xffffffff",
		"99999999999999999999" };
	(void)state;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		char text[64];
		int len = snprintf(text, sizeof text, "x9999999999 = 1;\na = %s;", numbers[i]);
		refuse(text, (size_t)len, "test.conf:2: such a large number");
	}
	conf_free(parse("a = 2147483647; b = -2147483648; c = 0x7fffffff; d9999999999 = 1.5e300;"));
}

static void test_strings_and_comments_are_let_be(void **state)
{
	(void)state;
	conf_free(parse("a = \"@include \\\" 99999999999\"; # @include 99999999999\n"
			"// \"99999999999\n/* @include\n99999999999 */ b = 1;"));
}

static void test_hostile_text(void **state)
{
	struct conf *tree = parse("a = \"x\\x1b[31m\";");
	const struct conf_node *node = conf_get(conf_root(tree), "a");
	(void)state;
	assert_string_equal(conf_text(node), "x\\x1b[31m");
	assert_string_equal(conf_bytes(node), "x\033[31m");
	conf_free(tree);
}

static void test_errors_name_the_line(void **state)
{
	static const char nul[] = "a = 1;\n\0b = 2;\n", hidden[] = "a = 1;\n\n# \0\nb = 2;\n";
	static const char broken[] = "a = 1;\nb = ;\n", twice[] = "a = 1;\n\na = 2;\n";
	static const char open[] = "a = 1;\n/* a \"\nb = 2;\n";
	static const char include[] = "a = 1;\n \t@include \"/etc/passwd\"\n";
	(void)state;
	refuse(broken, strlen(broken), "test.conf:2: ");
	refuse(twice, strlen(twice), "test.conf:3: ");
	refuse(include, strlen(include), "test.conf:2: @include");
	refuse(open, strlen(open), "test.conf:4: a comment has no end");
	refuse("a = 1; /*/", 10, "test.conf:1: a comment has no end");
	refuse(nul, sizeof nul - 1, "test.conf:2: a NUL");
	refuse(hidden, sizeof hidden - 1, "test.conf:3: a NUL");
}

static void test_deep_nesting(void **state)
{
	struct buf text = { 0 };
	(void)state;
	buf_text_add(&text, "a = ");
	for (int i = 0; i < 200; i++)
		buf_char(&text, '(');
	for (int i = 0; i < 200; i++)
		buf_char(&text, ')');
	buf_text_add(&text, ";\n");
	refuse(text.data, text.len, "nested");
	buf_done(&text);
}

static void test_conf_fail(void **state)
{
	struct conf *tree = parse("\n\na = 1;\n");
	struct error err;
	(void)state;
	assert_false(conf_fail(conf_get(conf_root(tree), "a"), &err, "it is %d", 1));
	assert_string_equal(err.text, "test.conf:3: it is 1");
	conf_free(tree);
}

static void test_quote_and_back(void **state)
{
	const char *bytes = "a\"b\\c\n\t\x01\x7f\xc3\xa4\xff";
	struct buf text = { 0 };
	(void)state;
	buf_text_add(&text, "v = ");
	conf_quote(&text, bytes);
	buf_text_add(&text, ";");
	struct conf *tree = parse(buf_text(&text));
	assert_string_equal(conf_bytes(conf_get(conf_root(tree), "v")), bytes);
	conf_free(tree);
	buf_done(&text);
}

static void test_files(void **state)
{
	struct tmp *tmp = *state;
	struct conf *tree;
	struct error err;
	tmp_text(tmp, "good", "a = \"\";\n");
	assert_true(conf_read(tmp_path(tmp, "good"), &tree, &err));
	assert_string_equal(conf_text(conf_get(conf_root(tree), "a")), "");
	conf_free(tree);
	assert_false(conf_read(tmp_path(tmp, "missing"), &tree, &err));
	assert_non_null(strstr(err.text, "missing"));
	assert_false(conf_read(tmp_path(tmp, NULL), &tree, &err));
	char *large = mem_new((1 << 20) + 1);
	memset(large, ' ', (1 << 20) + 1);
	tmp_write(tmp, "large", large, (1 << 20) + 1);
	free(large);
	assert_false(conf_read(tmp_path(tmp, "large"), &tree, &err));
	assert_non_null(strstr(err.text, "large"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_wrong_asks),
		cmocka_unit_test(test_big_number),
		cmocka_unit_test(test_numbers_that_would_be_cut),
		cmocka_unit_test(test_strings_and_comments_are_let_be),
		cmocka_unit_test(test_hostile_text),
		cmocka_unit_test(test_errors_name_the_line),
		cmocka_unit_test(test_deep_nesting),
		cmocka_unit_test(test_conf_fail),
		cmocka_unit_test(test_quote_and_back),
		cmocka_unit_test_setup_teardown(test_files, tmp_setup, tmp_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
