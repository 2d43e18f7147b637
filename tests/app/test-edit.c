#include "app/edit.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "support/counter.h"

static void rename_to(struct counter *c, size_t i, const char *name)
{
	struct plan plan = { 0 };
	struct error err = { 0 };
	if (!app_plan_rename(c->app, counter_entry(c, i), name, &plan, &err))
		fail_msg("%s", err.text);
	assert_int_equal(plan.count, 1);
	assert_string_equal(plan.op, "rename");
	counter_apply(c, &plan);
}

static void note(struct counter *c, size_t i, const char *text, size_t rows)
{
	struct plan plan = { 0 };
	struct error err = { 0 };
	if (!app_plan_note(c->app, counter_entry(c, i), text, &plan, &err))
		fail_msg("%s", err.text);
	assert_int_equal(plan.count, rows);
	assert_string_equal(plan.op, "note");
	counter_apply(c, &plan);
}

static void refuse_name(struct counter *c, const char *name, enum error_code code, const char *want)
{
	struct plan plan = { 0 };
	struct error err = { 0 };
	assert_false(app_plan_rename(c->app, counter_entry(c, 0), name, &plan, &err));
	assert_int_equal(plan.count, 0);
	assert_int_equal(err.code, code);
	if (!strstr(err.text, want))
		fail_msg("'%s' doesn't say '%s'", err.text, want);
	plan_done(&plan);
}

static void test_rename(void **state)
{
	struct counter *c = counter_new(2, STATE_BLOCKED);
	(void)state;
	rename_to(c, 0, "  A   better name ");
	assert_string_equal(counter_entry(c, 0)->name, "A better name");
	rename_to(c, 0, "Zürich \x1b \u202e \\x41");
	assert_string_equal(counter_entry(c, 0)->name, "Zürich \\x1b \\u{202e} \\x5cx41");
	assert_int_equal(depot_state(c->depot, 0), STATE_BLOCKED);
	counter_free(c);
}

static void test_names_that_are_refused(void **state)
{
	struct counter *c = counter_new(2, STATE_TRUSTED);
	(void)state;
	refuse_name(c, "", ERROR_USAGE, "rename cert-0: the new name is empty");
	refuse_name(c, "   ", ERROR_USAGE, "the new name is empty");
	refuse_name(c, "cert-1", ERROR_FAILED, "another certificate is called cert-1");
	refuse_name(c, " cert-1 ", ERROR_FAILED, "another certificate");
	counter_free(c);
}

static void test_the_same_name_is_no_row(void **state)
{
	struct counter *c = counter_new(1, STATE_TRUSTED);
	struct plan plan = { 0 };
	(void)state;
	assert_true(app_plan_rename(c->app, counter_entry(c, 0), " cert-0", &plan, NULL));
	assert_int_equal(plan.count, 0);
	plan_done(&plan);
	counter_free(c);
}

static void test_note(void **state)
{
	struct counter *c = counter_new(1, STATE_TRUSTED);
	(void)state;
	note(c, 0, "", 0);
	note(c, 0, " ticket  4711 \x1b ", 1);
	assert_string_equal(counter_entry(c, 0)->note, "ticket 4711 \\x1b");
	note(c, 0, "ticket 4711", 1);
	note(c, 0, "ticket 4711", 0);
	note(c, 0, "  ", 1);
	assert_string_equal(counter_entry(c, 0)->note, "");
	assert_null(depot_header(c->depot, 0, "Note"));
	assert_string_equal(counter_entry(c, 0)->name, "cert-0");
	counter_free(c);
}

/* The certificate and every header but one stay; the name that a file's name gave becomes a header. */
static void test_what_else_stands_in_the_file_is_kept(void **state)
{
	struct counter *c = counter_new(0, STATE_TRUSTED);
	size_t len, want_len;
	struct cert *cert;
	(void)state;
	depot_make(c->depot, &(struct certgen){ .cn = "x" });
	depot_drop_pem(c->depot, "trusted/by hand.crt", 0, "X-Ticket: 4711\nSource: mail\n");
	counter_reload(c);
	note(c, 0, "seen", 1);
	const struct entry *e = counter_entry(c, 0);
	assert_string_equal(e->name, "by hand");
	assert_string_equal(e->file, depot_file(c->depot, 0));
	assert_string_equal(depot_header(c->depot, 0, "X-Ticket"), "4711");
	assert_string_equal(e->source, "mail");
	assert_string_equal(e->note, "seen");
	e = depot_entry(c->depot, 0);
	assert_true(store_read_cert(c->depot->store, e, &cert, NULL, NULL, NULL));
	const uint8_t *der = cert_der(cert, &len), *want = depot_der(c->depot, 0, &want_len);
	assert_int_equal(len, want_len);
	assert_memory_equal(der, want, len);
	cert_free(cert);
	counter_free(c);
}

static void test_a_file_that_was_changed_meanwhile(void **state)
{
	struct counter *c = counter_new(2, STATE_TRUSTED);
	struct plan plan = { 0 };
	struct error err = { 0 };
	char *name = mem_format("trusted/%s", depot_file(c->depot, 0));
	(void)state;
	depot_drop_pem(c->depot, name, 1, "");
	assert_false(app_plan_note(c->app, counter_entry(c, 0), "x", &plan, &err));
	assert_non_null(strstr(err.text, "cert-0: its file was changed meanwhile"));
	plan_done(&plan);
	free(name);
	counter_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rename),
		cmocka_unit_test(test_names_that_are_refused),
		cmocka_unit_test(test_the_same_name_is_no_row),
		cmocka_unit_test(test_note),
		cmocka_unit_test(test_what_else_stands_in_the_file_is_kept),
		cmocka_unit_test(test_a_file_that_was_changed_meanwhile),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
