#include "conf/lists.h"

#include "support/unit.h"

#include <string.h>

#include "conf/tree.h"

static const char people[] = "# services of the wiki\n"
			     "endpoints = (\n"
			     "  # the directory, see \"ops\", page 3\n"
			     "  { name = \"ldap\"; host = \"ldap.example\"; port = 636; }, // { not one }\n"
			     "  { name = \"mail\"; host = \"mail.example\"; port = 25; }\n"
			     ");\n"
			     "targets = ( );\n";

static void put(struct buf *text, const char *list, const char *name, const char *host)
{
	struct error err = { 0 };
	const struct list_field fields[] = { { .key = "name", .text = name },
		{ .key = "host", .text = host }, { .key = "port", .number = 443 } };
	if (!lists_put(text, list, fields, 3, &err))
		fail_msg("%s", err.text);
}

static void drop(struct buf *text, const char *list, const char *name)
{
	struct error err = { 0 };
	if (!lists_remove(text, list, name, &err))
		fail_msg("%s in %s", err.text, buf_text(text));
}

/* The names of a list, as libconfig reads them. */
static void expect_names(const struct buf *text, const char *list, const char *want)
{
	struct conf *tree;
	struct error err = { 0 };
	struct buf names = { 0 };
	if (!conf_parse("x", buf_text(text), text->len, &tree, &err))
		fail_msg("%s in %s", err.text, buf_text(text));
	const struct conf_node *node = conf_get(conf_root(tree), list);
	for (size_t i = 0; i < conf_count(node); i++)
		buf_format(&names, "%s ", conf_text(conf_get(conf_at(node, i), "name")));
	assert_string_equal(buf_text(&names), want);
	buf_done(&names);
	conf_free(tree);
}

static void test_from_nothing(void **state)
{
	struct buf text = { 0 };
	(void)state;
	put(&text, "endpoints", "a", "a.example");
	put(&text, "endpoints", "b \"quoted\" \\ \n", "b.example");
	expect_names(&text, "endpoints", "a b \"quoted\" \\ \\x0a ");
	drop(&text, "endpoints", "a");
	expect_names(&text, "endpoints", "b \"quoted\" \\ \\x0a ");
	drop(&text, "endpoints", "b \"quoted\" \\ \n");
	expect_names(&text, "endpoints", "");
	put(&text, "endpoints", "c", "c.example");
	expect_names(&text, "endpoints", "c ");
	buf_done(&text);
}

static void test_what_people_wrote_stays(void **state)
{
	struct buf text = { 0 };
	(void)state;
	buf_text_add(&text, people);
	put(&text, "endpoints", "wiki", "wiki.example");
	expect_names(&text, "endpoints", "ldap mail wiki ");
	put(&text, "endpoints", "mail", "mx.example");
	expect_names(&text, "endpoints", "ldap mail wiki ");
	drop(&text, "endpoints", "mail");
	drop(&text, "endpoints", "wiki");
	expect_names(&text, "endpoints", "ldap ");
	assert_non_null(strstr(buf_text(&text), "# services of the wiki\n"));
	assert_non_null(strstr(buf_text(&text), "# the directory, see \"ops\", page 3\n"));
	assert_non_null(strstr(buf_text(&text), "// { not one }"));
	assert_non_null(strstr(buf_text(&text), "host = \"ldap.example\""));
	drop(&text, "endpoints", "ldap");
	expect_names(&text, "endpoints", "");
	put(&text, "targets", "java", "t");
	expect_names(&text, "targets", "java ");
	buf_done(&text);
}

static void test_first_of_several(void **state)
{
	struct buf text = { 0 };
	(void)state;
	buf_text_add(&text, people);
	drop(&text, "endpoints", "ldap");
	expect_names(&text, "endpoints", "mail ");
	drop(&text, "endpoints", "nobody");
	expect_names(&text, "endpoints", "mail ");
	buf_done(&text);
}

static void test_lists_of_that_name_elsewhere(void **state)
{
	struct buf text = { 0 };
	(void)state;
	buf_text_add(&text, "old = { endpoints = ( { name = \"x\"; } ); };\n"
			    "my-endpoints = ( { name = \"y\"; } );\n"
			    "endpoints : ( { name = \"z\"; } );\n");
	put(&text, "endpoints", "a", "h");
	expect_names(&text, "endpoints", "z a ");
	expect_names(&text, "old.endpoints", "x ");
	buf_done(&text);
}

static void test_without_a_name(void **state)
{
	struct buf text = { 0 };
	(void)state;
	buf_text_add(&text, "endpoints = ( { host = \"a\"; port = 443; },\n"
			    "  { host = \"::1\"; port = 25; },\n"
			    "  { name = \"\"; host = \"b\"; port = 443; },\n"
			    "  { name = \"n\"; port = 1; } );\n");
	put(&text, "endpoints", "a:443", "a.example");
	drop(&text, "endpoints", "[::1]:25");
	drop(&text, "endpoints", "b:443");
	expect_names(&text, "endpoints", "a:443 n ");
	buf_done(&text);
}

static void test_what_is_broken_is_refused(void **state)
{
	static const char *const broken[] = { "endpoints = ( { name = \"a\"; }", "endpoints = 3;",
		"endpoints = ( 1, 2 );", "endpoints = (;" };
	const struct list_field fields[] = { { .key = "name", .text = "n" } };
	(void)state;
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		struct buf text = { 0 };
		struct error err = { 0 };
		buf_text_add(&text, broken[i]);
		assert_false(lists_put(&text, "endpoints", fields, 1, &err));
		assert_int_not_equal(err.text[0], '\0');
		buf_done(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_from_nothing),
		cmocka_unit_test(test_what_people_wrote_stays),
		cmocka_unit_test(test_first_of_several),
		cmocka_unit_test(test_lists_of_that_name_elsewhere),
		cmocka_unit_test(test_without_a_name),
		cmocka_unit_test(test_what_is_broken_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
