#include "console/complete.h"

#include "support/unit.h"

#include <string.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_word),
		cmocka_unit_test(test_second_word),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_identities),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
