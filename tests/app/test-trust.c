#include "app/trust.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "support/counter.h"

/* What each decision does to an entry in each state: the new state, or one of these. */
enum {
	SAME = -10, /* no row, no error */
	NO,         /* refused */
	GONE
};

static const int table[DECISION_COUNT][STATE_COUNT] = {
	/* from:             trusted          limited          untrusted        blocked          trash */
	[DECISION_TRUST] = { SAME, STATE_TRUSTED, STATE_TRUSTED, STATE_TRUSTED, NO },
	[DECISION_UNTRUST] = { STATE_UNTRUSTED, STATE_UNTRUSTED, SAME, STATE_UNTRUSTED, NO },
	[DECISION_BLOCK] = { STATE_BLOCKED, STATE_BLOCKED, STATE_BLOCKED, SAME, NO },
	[DECISION_DELETE] = { STATE_TRASH, STATE_TRASH, STATE_TRASH, STATE_TRASH, SAME },
	[DECISION_RESTORE] = { NO, NO, NO, NO, STATE_UNTRUSTED },
	[DECISION_PURGE] = { NO, NO, NO, NO, GONE },
};

static void check_refused(struct counter *c, enum decision which, const struct error *err,
	const struct plan *plan)
{
	assert_int_equal(plan->count, 0);
	assert_int_equal(err->code, ERROR_FAILED);
	assert_non_null(strstr(err->text, decision_row(which)->verb));
	assert_non_null(strstr(err->text, "cert-0"));
	(void)c;
}

static void check_decision(enum decision which, enum state from)
{
	struct counter *c = counter_new(1, from);
	struct plan plan = { 0 };
	struct error err = { 0 };
	int want = table[which][from];
	bool ok = app_plan_decision(c->app, which, counter_entry(c, 0), &plan, &err);
	assert_int_equal(ok, want != NO);
	if (!ok)
		check_refused(c, which, &err, &plan);
	assert_int_equal(plan.count, want != NO && want != SAME);
	if (plan.count) {
		assert_string_equal(plan.op, decision_row(which)->verb);
		assert_string_equal(plan.rows[0].op, decision_row(which)->verb);
		counter_apply(c, &plan);
		assert_int_equal(depot_state(c->depot, 0), want == GONE ? STATE_NONE : want);
	}
	plan_done(&plan);
	counter_free(c);
}

static void test_every_decision_from_every_state(void **state)
{
	(void)state;
	for (int which = 0; which < DECISION_COUNT; which++)
		for (int from = 0; from < STATE_COUNT; from++)
			check_decision((enum decision)which, (enum state)from);
}

static void test_table(void **state)
{
	enum decision found;
	(void)state;
	for (int i = 0; i < DECISION_COUNT; i++) {
		const struct decision_row *row = decision_row((enum decision)i);
		assert_true(row->verb[0] && row->done[0] && row->help[0] && row->from);
		assert_true(decision_find(row->verb, &found));
		assert_int_equal(found, i);
	}
	assert_false(decision_find("rename", &found));
	assert_false(decision_find("", &found));
	assert_true(decision_row(DECISION_TRUST)->widens);
	assert_true(decision_row(DECISION_RESTORE)->widens);
	assert_false(decision_row(DECISION_BLOCK)->widens);
	assert_true(decision_row(DECISION_PURGE)->loses);
	assert_false(decision_row(DECISION_DELETE)->loses);
}

static void decide(struct counter *c, enum decision which, size_t i)
{
	struct plan plan = { 0 };
	struct error err = { 0 };
	if (!app_plan_decision(c->app, which, counter_entry(c, i), &plan, &err))
		fail_msg("%s", err.text);
	counter_apply(c, &plan);
}

static void test_restore_goes_back_to_where_it_was(void **state)
{
	static const enum decision before[] = { DECISION_TRUST, DECISION_UNTRUST, DECISION_BLOCK };
	static const enum state want[] = { STATE_TRUSTED, STATE_UNTRUSTED, STATE_BLOCKED };
	struct counter *c = counter_new(1, STATE_UNTRUSTED);
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		decide(c, before[i], 0);
		decide(c, DECISION_DELETE, 0);
		decide(c, DECISION_RESTORE, 0);
		assert_int_equal(depot_state(c->depot, 0), want[i]);
	}
	counter_free(c);
}

static void test_the_same_twice_is_one_row(void **state)
{
	struct counter *c = counter_new(2, STATE_UNTRUSTED);
	struct plan plan = { 0 };
	(void)state;
	assert_true(app_plan_decision(c->app, DECISION_TRUST, counter_entry(c, 0), &plan, NULL));
	assert_true(app_plan_decision(c->app, DECISION_TRUST, counter_entry(c, 1), &plan, NULL));
	assert_true(app_plan_decision(c->app, DECISION_TRUST, counter_entry(c, 0), &plan, NULL));
	assert_int_equal(plan.count, 2);
	plan_done(&plan);
	counter_free(c);
}

static void test_purge_takes_the_trash_and_nothing_else(void **state)
{
	struct counter *c = counter_new(4, STATE_TRUSTED);
	struct plan plan = { 0 };
	(void)state;
	assert_true(app_plan_purge(c->app, &plan, NULL));
	assert_int_equal(plan.count, 0);
	decide(c, DECISION_DELETE, 1);
	decide(c, DECISION_DELETE, 3);
	assert_true(app_plan_purge(c->app, &plan, NULL));
	assert_int_equal(plan.count, 2);
	counter_apply(c, &plan);
	assert_int_equal(store_count(c->depot->store), 2);
	assert_int_equal(depot_state(c->depot, 0), STATE_TRUSTED);
	counter_free(c);
}

static void check_why(const char *typed, const char *want)
{
	struct plan plan = { 0 };
	app_plan_why(&plan, "before");
	app_plan_why(&plan, typed);
	if (want)
		assert_string_equal(plan.why, want);
	else
		assert_null(plan.why);
	plan_done(&plan);
}

static void test_why(void **state)
{
	(void)state;
	check_why("ticket 4711", "ticket 4711");
	check_why("  a \x1b b ", "a \\x1b b");
	check_why("", NULL);
	check_why(NULL, NULL);
}

static char *consequences(struct counter *c, size_t i, enum state to)
{
	struct plan plan = { .op = "test" };
	struct buf out = { 0 };
	plan_move(&plan, counter_entry(c, i), to);
	app_consequences(c->app, &plan.rows[0], &out);
	plan_done(&plan);
	assert_true(out.len == 0 || out.data[out.len - 1] == '\n');
	return buf_take(&out);
}

static void check_consequence(struct counter *c, size_t i, const char *want)
{
	char *text = consequences(c, i, STATE_TRUSTED);
	if (!strstr(text, want))
		fail_msg("'%s' doesn't say '%s'", text, want);
	for (char *p = text; (p = strchr(p, '\n')); p++)
		*p = ' ';
	assert_true(text_is_safe(text));
	free(text);
}

static void test_consequences(void **state)
{
	struct counter *c = counter_new(0, STATE_UNTRUSTED);
	struct depot *d = c->depot;
	(void)state;
	depot_make(d, &(struct certgen){ .cn = "root", .ca = true });
	depot_make(d, &(struct certgen){ .cn = "middle", .ca = true, .issuer = d->certs[0] });
	depot_make(d, &(struct certgen){ .cn = "leaf", .issuer = d->certs[1] });
	depot_make(d, &(struct certgen){ .cn = "self" });
	depot_make(d, &(struct certgen){ .cn = "old", .to = "2025-02-01T00:00:00Z" });
	for (size_t i = 0; i < 5; i++)
		depot_create(d, i, STATE_UNTRUSTED, "name");
	counter_reload(c);
	check_consequence(c, 0, "A root CA");
	check_consequence(c, 1, "An intermediate CA");
	check_consequence(c, 1, "curl, Go, Java, wget, git and OpenLDAP will accept it; Python, Node, libpq "
				"and MariaDB will not: they want its root.");
	check_consequence(c, 2, "A CA's certificate for one service");
	check_consequence(c, 2, "curl, Go and Java will accept it; ");
	check_consequence(c, 2, "they want its CA.");
	check_consequence(c, 3, "exactly this one is accepted");
	check_consequence(c, 4, "2025-02-01");
	tmp_text(d->tmp, "store/endpoints", "targets = ( { name = \"x\"; kind = \"java\"; path = \"/x\"; } );\n");
	char *java = consequences(c, 2, STATE_TRUSTED);
	assert_null(strstr(java, "will not"));
	free(java);
	char *none = consequences(c, 0, STATE_BLOCKED);
	assert_string_equal(none, "");
	free(none);
	counter_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_decision_from_every_state),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_restore_goes_back_to_where_it_was),
		cmocka_unit_test(test_the_same_twice_is_one_row),
		cmocka_unit_test(test_purge_takes_the_trash_and_nothing_else),
		cmocka_unit_test(test_why),
		cmocka_unit_test(test_consequences),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
