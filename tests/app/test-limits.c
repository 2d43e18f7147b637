#include "app/limits.h"

#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/explain.h"
#include "app/impact.h"
#include "app/remedy.h"
#include "app/timeline.h"
#include "app/trust.h"
#include "base/text.h"
#include "store/journal.h"
#include "support/fleet.h"

enum { ROOT, LEAF };

/* A root that isn't held, and a leaf for two services that is. */
static struct counter *make(enum state held)
{
	static const char *const sans[] = { "DNS:a.example", "DNS:b.example", NULL };
	struct counter *c = counter_new(0, STATE_TRUSTED);
	depot_make(c->depot, &(struct certgen){ .cn = "Root", .ca = true, .key_ids = true });
	depot_make(c->depot, &(struct certgen){ .cn = "a.example",
			.sans = sans,
			.key_ids = true,
			.issuer = c->depot->certs[ROOT] });
	depot_create(c->depot, LEAF, held, "leaf");
	counter_reload(c);
	fleet_add(c, "a.example", (const size_t[]){ LEAF }, 1);
	fleet_add(c, "b.example", (const size_t[]){ LEAF }, 1);
	counter_reload(c);
	return c;
}

static void limit(struct counter *c, const char *scope, const char *until)
{
	const struct limits limits = { scope, until, "OPS-1" };
	struct plan plan = { 0 };
	struct error err = { 0 };
	if (!app_plan_limited(c->app, &limits, counter_entry(c, LEAF), &plan, &err))
		fail_msg("%s", err.text);
	assert_string_equal(plan.op, "trust");
	counter_apply(c, &plan);
	assert_int_equal(depot_state(c->depot, LEAF), STATE_LIMITED);
}

/* ---- what is wished for ---- */

static void check_wish(struct counter *c, const char *service, const char *until, const char *scope,
	const char *end)
{
	const char *const services[] = { service };
	const struct limits_wish wish = { services, service ? 1 : 0, until, NULL };
	struct limits_made made;
	struct error err = { 0 };
	if (!app_limits(c->app, &wish, &made, &err))
		fail_msg("%s", err.text);
	assert_string_equal(buf_text(&made.scope), scope);
	assert_string_equal(buf_text(&made.until), end);
	limits_made_done(&made);
}

static void check_refused(struct counter *c, const char *service, const char *until, const char *want)
{
	const char *const services[] = { service };
	const struct limits_wish wish = { services, service ? 1 : 0, until, NULL };
	struct limits_made made;
	struct error err = { 0 };
	assert_false(app_limits(c->app, &wish, &made, &err));
	assert_int_equal(err.code, ERROR_USAGE);
	if (!strstr(err.text, want))
		fail_msg("'%s' doesn't say '%s'", err.text, want);
	limits_made_done(&made);
}

static void test_wishes(void **state)
{
	struct counter *c = make(STATE_UNTRUSTED);
	(void)state;
	check_wish(c, "a.example", NULL, "a.example:443", ""); /* by name, kept by place */
	check_wish(c, "nobody.example:636", NULL, "nobody.example:636", "");
	check_wish(c, "[2001:db8::1]:636", NULL, "[2001:db8::1]:636", "");
	check_wish(c, NULL, "2025-07-02", "", "2025-07-02");
	check_wish(c, NULL, "2025-07-01T00:00:01Z", "", "2025-07-01T00:00:01Z");
	check_wish(c, NULL, "7d", "", "2025-07-08T00:00:00Z");
	check_wish(c, NULL, "2w", "", "2025-07-15T00:00:00Z");
	check_refused(c, NULL, NULL, "needs a service or an end");
	check_refused(c, NULL, "2025-07-01", "past");
	check_refused(c, NULL, "0d", "past");
	check_refused(c, NULL, "2024-01-01", "past");
	check_refused(c, NULL, "tomorrow", "2026-12-01");
	check_refused(c, NULL, "7x", "2026-12-01");
	check_refused(c, NULL, "99999999999999999999d", "2026-12-01");
	check_refused(c, NULL, "-7d", "2026-12-01");
	check_refused(c, "nobody", NULL, "neither an endpoint nor HOST:PORT");
	check_refused(c, "", NULL, "neither an endpoint nor HOST:PORT");
	check_refused(c, "a.example, b:1", NULL, "neither an endpoint nor HOST:PORT");
	counter_free(c);
}

/* ---- judging ---- */

static bool trusts(struct counter *c, const char *place, const char *at, struct explanation *x)
{
	struct error err = { 0 };
	const struct explain_question question = { .purpose = PURPOSE_SERVER,
		.place = place,
		.at = at ? certgen_time(at) : 0 };
	if (!app_explain_entry(c->app, counter_entry(c, LEAF), &question, x, &err))
		fail_msg("%s", err.text);
	return x->trusted;
}

static void check_trusts(struct counter *c, const char *place, const char *at, bool want)
{
	struct explanation x = { 0 };
	assert_int_equal(trusts(c, place, at, &x), want);
	assert_string_equal(x.paths[0].steps[0].limits, "for a.example:443 until 2025-08-01");
	assert_int_equal(x.paths[0].steps[0].holds, want);
	explanation_done(&x);
}

static void test_judged_by_service_and_day(void **state)
{
	struct counter *c = make(STATE_UNTRUSTED);
	(void)state;
	limit(c, "a.example:443", "2025-08-01");
	check_trusts(c, "a.example:443", NULL, true);
	check_trusts(c, "A.EXAMPLE:443", NULL, true);
	check_trusts(c, "b.example:443", NULL, false);
	check_trusts(c, NULL, NULL, false); /* asked of no service */
	check_trusts(c, "a.example:443", "2025-07-31T23:59:59Z", true);
	check_trusts(c, "a.example:443", "2025-08-01", false);
	counter_free(c);
}

static void check_words(struct counter *c, const char *place, const char *want)
{
	struct explanation x = { 0 };
	struct explained_lines lines = { 0 };
	trusts(c, place, NULL, &x);
	explanation_lines(&x, &lines);
	/* Who set them depends on who runs this. */
	assert_true(text_starts(lines.items[1].text, want));
	assert_non_null(strstr(lines.items[1].text + strlen(want), "; on 2025-07-01 by "));
	explained_lines_done(&lines);
	explanation_done(&x);
}

static void test_words(void **state)
{
	struct counter *c = make(STATE_UNTRUSTED);
	(void)state;
	limit(c, "a.example:443", "2025-08-01");
	check_words(c, "a.example:443", "trusted for a.example:443 until 2025-08-01");
	check_words(c, NULL, "limited: trusted for a.example:443 until 2025-08-01 only");
	counter_free(c);
}

/* ---- what it does ---- */

static struct impact impact_of_plan(struct counter *c, struct plan *plan)
{
	struct impact impact = { 0 };
	struct error err = { 0 };
	if (!app_impact_plan(c->app, plan, &impact, &err))
		fail_msg("%s", err.text);
	return impact;
}

static void test_impact_foretells_each_service(void **state)
{
	struct counter *c = make(STATE_UNTRUSTED);
	const struct limits here = { "a.example:443", "", "" }, there = { "b.example:443", "", "" };
	struct plan plan = { 0 };
	struct error err = { 0 };
	(void)state;
	assert_true(app_plan_limited(c->app, &here, counter_entry(c, LEAF), &plan, &err));
	struct impact impact = impact_of_plan(c, &plan);
	assert_int_equal(impact.green, 1);
	assert_string_equal(impact.items[0].name, "a.example");
	impact_done(&impact);
	counter_apply(c, &plan);
	plan = (struct plan){ 0 };
	assert_true(app_plan_limited(c->app, &there, counter_entry(c, LEAF), &plan, &err));
	impact = impact_of_plan(c, &plan); /* from one to the other */
	assert_int_equal(impact.green, 1);
	assert_int_equal(impact.red, 1);
	assert_string_equal(impact.items[0].name, "a.example");
	impact_done(&impact);
	plan_done(&plan);
	plan = (struct plan){ 0 };
	assert_true(app_plan_decision(c->app, DECISION_UNTRUST, counter_entry(c, LEAF), &plan, &err));
	impact = impact_of_plan(c, &plan);
	assert_int_equal(impact.red, 1);
	impact_done(&impact);
	plan_done(&plan);
	counter_free(c);
}

/* Trust without limits leaves no word of them in the file. */
static void test_from_limited_to_trusted(void **state)
{
	struct counter *c = make(STATE_UNTRUSTED);
	struct plan plan = { 0 };
	struct error err = { 0 };
	(void)state;
	limit(c, "a.example:443", "2025-08-01");
	assert_string_equal(depot_header(c->depot, LEAF, LIMITS_TICKET), "OPS-1");
	limit(c, "a.example:443", "2025-09-01"); /* longer */
	assert_string_equal(depot_header(c->depot, LEAF, LIMITS_UNTIL), "2025-09-01");
	const struct limits same = { "a.example:443", "2025-09-01", "OPS-1" };
	assert_true(app_plan_limited(c->app, &same, counter_entry(c, LEAF), &plan, &err));
	assert_int_equal(plan.count, 0);
	assert_true(app_plan_decision(c->app, DECISION_TRUST, counter_entry(c, LEAF), &plan, &err));
	counter_apply(c, &plan);
	assert_int_equal(depot_state(c->depot, LEAF), STATE_TRUSTED);
	assert_null(depot_header(c->depot, LEAF, LIMITS_FOR));
	assert_null(depot_header(c->depot, LEAF, LIMITS_UNTIL));
	assert_null(depot_header(c->depot, LEAF, LIMITS_TICKET));
	assert_string_equal(depot_header(c->depot, LEAF, "Name"), "leaf");
	counter_free(c);
}

static void test_not_from_the_trash(void **state)
{
	struct counter *c = make(STATE_TRASH);
	const struct limits here = { "a.example:443", "", "" };
	struct plan plan = { 0 };
	struct error err = { 0 };
	(void)state;
	assert_false(app_plan_limited(c->app, &here, counter_entry(c, LEAF), &plan, &err));
	assert_non_null(strstr(err.text, "restore it first"));
	plan_done(&plan);
	counter_free(c);
}

/* ---- remedies ---- */

static void remedies_of(struct counter *c, const char *place, const char *host, struct remedies *out)
{
	struct explanation x = { 0 };
	struct error err = { 0 };
	const struct explain_question question = {
		.host = host, .purpose = PURPOSE_SERVER, .place = place
	};
	assert_true(app_explain_entry(c->app, counter_entry(c, LEAF), &question, &x, &err));
	assert_true(app_remedies(c->app, &x, out, &err));
	explanation_done(&x);
}

static void test_the_narrowest_remedy(void **state)
{
	struct counter *c = make(STATE_UNTRUSTED);
	struct remedies r = { 0 };
	(void)state;
	remedies_of(c, "a.example:443", "a.example", &r);
	assert_string_equal(r.items[0].command, "certary trust leaf --for a.example:443");
	assert_string_equal(r.items[0].scope, "a.example:443");
	assert_int_equal(r.items[0].others, 0);
	assert_true(r.items[0].simple);
	assert_string_equal(r.items[1].command, "certary trust leaf");
	assert_null(r.items[1].scope);
	assert_int_equal(r.items[1].others, 1);
	remedies_done(&r);
	limit(c, "a.example:443", "2025-08-01");
	remedies_of(c, "b.example:443", "b.example", &r); /* who has it keeps it */
	assert_string_equal(r.items[0].command, "certary trust leaf --for a.example:443 "
		"--for b.example:443 --until 2025-08-01 --ticket OPS-1");
	limit(c, r.items[0].scope, r.items[0].until);
	remedies_done(&r);
	struct explanation x = { 0 };
	assert_true(trusts(c, "b.example:443", NULL, &x)); /* as foretold */
	explanation_done(&x);
	counter_free(c);
}

static void test_no_service_no_limits(void **state)
{
	struct counter *c = make(STATE_UNTRUSTED);
	struct remedies r = { 0 };
	(void)state;
	remedies_of(c, NULL, "a.example", &r);
	assert_string_equal(r.items[0].command, "certary trust leaf");
	remedies_done(&r);
	remedies_of(c, "a.example:443", "c.example", &r); /* another host: no trust mends that alone */
	for (size_t i = 0; i < r.count; i++)
		assert_true(!r.items[i].scope || strstr(r.items[i].text, "besides"));
	remedies_done(&r);
	counter_free(c);
}

/* ---- the end ---- */

static void test_goes_back_by_itself(void **state)
{
	struct counter *c = make(STATE_UNTRUSTED);
	struct buf told = { 0 };
	(void)state;
	assert_true(app_next_lapse(c->app) == INT64_MAX);
	limit(c, "a.example:443", "2025-08-01");
	assert_int_equal(app_next_lapse(c->app), certgen_time("2025-08-01"));
	assert_false(app_lapse(c->app, &told));
	setenv("CERTARY_TEST_CLOCK", "2025-08-01T00:00:00Z", 1);
	assert_true(app_lapse(c->app, &told));
	assert_string_equal(buf_text(&told), "leaf is untrusted again: its end, 2025-08-01, has come\n");
	assert_true(app_next_lapse(c->app) == INT64_MAX);
	assert_false(app_lapse(c->app, &told));
	setenv("CERTARY_TEST_CLOCK", COUNTER_NOW, 1);
	counter_reload(c);
	assert_int_equal(depot_state(c->depot, LEAF), STATE_UNTRUSTED);
	assert_non_null(strstr(depot_journal(c->depot), "\"op\":\"lapse\""));
	buf_done(&told);
	counter_free(c);
}

static void drop(struct counter *c, const char *headers)
{
	tmp_remove(c->depot->tmp, "store/limited");
	mkdir(depot_path(c->depot, "limited"), 0755);
	depot_remove(c->depot, LEAF);
	depot_drop_pem(c->depot, "limited/hand.pem", LEAF, headers);
	counter_reload(c);
}

static void test_written_by_hand(void **state)
{
	struct counter *c = make(STATE_UNTRUSTED);
	struct buf told = { 0 };
	struct explanation x = { 0 };
	(void)state;
	drop(c, "For: a.example:443\nUntil: never\n");
	assert_false(trusts(c, "a.example:443", NULL, &x));
	explanation_done(&x);
	assert_true(app_lapse(c->app, &told));
	assert_non_null(strstr(buf_text(&told), "its end, never, is no date"));
	counter_reload(c);
	assert_int_equal(depot_state(c->depot, LEAF), STATE_UNTRUSTED);
	buf_cut(&told, 0);
	drop(c, "Name: leaf\n");
	assert_false(trusts(c, "a.example:443", NULL, &x));
	explanation_done(&x);
	assert_false(app_lapse(c->app, &told)); /* it has no end that could come */
	buf_done(&told);
	counter_free(c);
}

static void test_timeline(void **state)
{
	struct counter *c = make(STATE_UNTRUSTED);
	struct outlook o = { 0 };
	struct error err = { 0 };
	(void)state;
	limit(c, "a.example:443", "2025-08-01");
	assert_true(app_outlook(c->app, NULL, 0, 0, &o, &err));
	assert_int_equal(o.red_count, 1); /* b.example */
	assert_int_equal(o.timeline.items[0].part, TIMELINE_TRUST);
	assert_int_equal(o.timeline.items[0].when, certgen_time("2025-08-01"));
	assert_true(o.timeline.items[0].breaks);
	assert_false(o.timeline.items[1].breaks);
	outlook_done(&o);
	counter_free(c);
}

static void test_names_nobody(void **state)
{
	struct counter *c = make(STATE_UNTRUSTED);
	struct buf doubts = { 0 };
	(void)state;
	limit(c, "a.example:443", "");
	app_limits_doubts(c->app, &doubts);
	assert_int_equal(doubts.len, 0);
	limit(c, "a.example:443, gone.example:636", "");
	app_limits_doubts(c->app, &doubts);
	assert_string_equal(buf_text(&doubts),
		"leaf is trusted for gone.example:636, which is no endpoint here\n");
	buf_done(&doubts);
	counter_free(c);
}

/* ---- what could go ---- */

static void test_spares(void **state)
{
	struct counter *c = counter_new(0, STATE_TRUSTED);
	struct spares spares = { 0 };
	struct plan plan = { 0 };
	struct error err = { 0 };
	(void)state;
	depot_make(c->depot, &(struct certgen){ .cn = "old", .to = "2025-06-01T00:00:00Z" });
	depot_make(c->depot, &(struct certgen){ .cn = "unused", .ca = true });
	depot_create(c->depot, 0, STATE_BLOCKED, "old");
	depot_create(c->depot, 1, STATE_TRUSTED, "unused");
	counter_reload(c);
	assert_true(app_spares(c->app, SPARE_EXPIRED, &spares, &err));
	assert_int_equal(spares.count, 1);
	assert_string_equal(spares.items[0].why, "over since 2025-06-01");
	spares_done(&spares);
	/* Nobody tells what is used: nothing goes. */
	assert_false(app_plan_spares(c->app, SPARE_UNUSED, &plan, &err));
	assert_non_null(strstr(err.text, "no endpoint ever presented a chain"));
	plan_done(&plan);
	fleet_add(c, "x.example", (const size_t[]){ 0 }, 1);
	counter_reload(c);
	plan = (struct plan){ 0 };
	assert_true(app_plan_spares(c->app, SPARE_UNUSED | SPARE_EXPIRED, &plan, &err));
	assert_int_equal(plan.count, 2);
	counter_apply(c, &plan);
	assert_int_equal(depot_state(c->depot, 0), STATE_TRASH);
	assert_int_equal(depot_state(c->depot, 1), STATE_TRASH);
	counter_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wishes),
		cmocka_unit_test(test_judged_by_service_and_day),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_impact_foretells_each_service),
		cmocka_unit_test(test_from_limited_to_trusted),
		cmocka_unit_test(test_not_from_the_trash),
		cmocka_unit_test(test_the_narrowest_remedy),
		cmocka_unit_test(test_no_service_no_limits),
		cmocka_unit_test(test_goes_back_by_itself),
		cmocka_unit_test(test_written_by_hand),
		cmocka_unit_test(test_timeline),
		cmocka_unit_test(test_names_nobody),
		cmocka_unit_test(test_spares),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
