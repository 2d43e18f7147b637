#include "console/complete.h"

#include "support/unit.h"

#include <string.h>

#include "app/endpoint.h"
#include "support/families.h"
#include "support/maker.h"

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

/* With the commands that there are, and a store. */
static void names(struct maker *m, const char *line, const char *to)
{
	struct buf text = { 0 }, offered = { 0 };
	buf_text_add(&text, line);
	complete_line(&command_table, m->app, &text, &offered);
	assert_string_equal(buf_text(&text), to);
	buf_done(&text);
	buf_done(&offered);
}

static void test_identities(void **state)
{
	struct maker *m = maker_new();
	struct plan plan = { 0 };
	(void)state;
	maker_make(m, ROUTE_SELF_SIGNED, "web.example", NULL);
	maker_make(m, ROUTE_CA, "Own CA", NULL);
	maker_make(m, ROUTE_SELF_SIGNED, "gone.example", NULL);
	assert_true(app_plan_identity_delete(m->app, maker_find(m, "gone.example"), &plan, NULL));
	maker_apply(m, &plan);
	names(m, "identity show w", "identity show web.example ");
	names(m, "identity show Ow", "identity show \"Own CA\" ");
	names(m, "identity show \"Own C", "identity show \"Own CA\" ");
	names(m, "identity show g", "identity show g");
	names(m, "identity restore g", "identity restore gone.example ");
	names(m, "identity purge w", "identity purge w");
	names(m, "export we", "export web.example ");
	names(m, "sign --ca O", "sign --ca \"Own CA\" ");
	names(m, "generate --renew we", "generate --renew web.example ");
	names(m, "ca issued O", "ca issued \"Own CA\" ");
	names(m, "rename we", "rename we"); /* takes certificates */
	maker_free(m);
}

static void test_endpoints(void **state)
{
	struct maker *m = maker_new();
	struct plan plan = { 0 };
	struct endpoint wiki = { .name = (char *)"The wiki", .host = (char *)"wiki.example", .port = 8443,
		.dialect = dialect_named("tls") };
	(void)state;
	assert_true(app_plan_endpoint(m->app, &wiki, NULL, &plan, NULL));
	maker_apply(m, &plan);
	names(m, "endpoint history Th", "endpoint history \"The wiki\" ");
	names(m, "check \"", "check \"The wiki\" ");
	names(m, "probe wiki.example:", "probe wiki.example:8443 ");
	names(m, "probe --dialect sm", "probe --dialect smtp ");
	maker_free(m);
}

/* As far as it is certain, and what a word can't hold bare goes between marks. */
static void test_several(void **state)
{
	struct maker *m = maker_new();
	(void)state;
	maker_make(m, ROUTE_CA, "Web one", NULL);
	maker_make(m, ROUTE_CA, "Web other", NULL);
	maker_make(m, ROUTE_CA, "\xc3\xa4", NULL);
	maker_make(m, ROUTE_CA, "\xc3\xb6 2", NULL);
	names(m, "identity show W", "identity show \"Web o");
	names(m, "identity show \"Web on", "identity show \"Web one\" ");
	names(m, "identity show 'Web on", "identity show \"Web one\" ");
	names(m, "identity show Web\\ on", "identity show \"Web one\" ");
	names(m, "identity show \xc3\xb6", "identity show \"\xc3\xb6 2\" ");
	names(m, "identity show x", "identity show x");
	maker_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_word),
		cmocka_unit_test(test_second_word),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_identities),
		cmocka_unit_test(test_endpoints),
		cmocka_unit_test(test_several),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
