#include "app/timeline.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "support/fleet.h"

enum { ROOT, INTER, LEAF, OLD_ROOT, CROSS };

static size_t make(struct counter *c, const struct certgen *wish)
{
	struct certgen with = *wish;
	with.key_ids = true;
	return depot_make(c->depot, &with);
}

/* The root ends before the leaf; of an older root there is another certificate for the CA. */
static struct counter *make_line(void)
{
	static const char *const sans[] = { "DNS:a.example", "DNS:b.example", NULL };
	struct counter *c = counter_new(0, STATE_TRUSTED);
	struct depot *d = c->depot;
	make(c, &(struct certgen){ .cn = "Root", .ca = true, .to = "2025-08-01T00:00:00Z" });
	make(c, &(struct certgen){ .cn = "Inter",
			.ca = true,
			.to = "2027-01-01T00:00:00Z",
			.issuer = d->certs[ROOT] });
	make(c, &(struct certgen){ .cn = "a.example",
			.sans = sans,
			.to = "2025-10-01T00:00:00Z",
			.issuer = d->certs[INTER] });
	make(c, &(struct certgen){ .cn = "Old", .ca = true, .to = "2026-01-01T00:00:00Z" });
	make(c, &(struct certgen){ .cn = "Inter",
			.ca = true,
			.to = "2026-01-01T00:00:00Z",
			.key_of = d->certs[INTER],
			.issuer = d->certs[OLD_ROOT] });
	return c;
}

static void hold(struct counter *c, size_t i, enum state state, const char *name)
{
	depot_create(c->depot, i, state, name);
	counter_reload(c);
}

static struct outlook look(struct counter *c, int64_t from)
{
	struct outlook o = { 0 };
	struct error err = { 0 };
	if (!app_outlook(c->app, NULL, 0, from, &o, &err))
		fail_msg("%s", err.text);
	return o;
}

static const size_t chain[] = { LEAF, INTER };

static void test_the_root_breaks_first(void **state)
{
	struct counter *c = make_line();
	(void)state;
	hold(c, ROOT, STATE_TRUSTED, "Root");
	fleet_add(c, "a.example", chain, 2);
	fleet_add(c, "never.example", NULL, 0);
	struct outlook o = look(c, 0);
	assert_int_equal(o.count, 2);
	assert_int_equal(o.unseen, 1);
	assert_int_equal(o.red_count, 0);
	assert_int_equal(o.timeline.count, 3);
	assert_int_equal(o.timeline.items[0].part, TIMELINE_ROOT);
	assert_true(o.timeline.items[0].breaks);
	assert_int_equal(o.timeline.items[0].when, certgen_time("2025-08-01T00:00:00Z"));
	assert_int_equal(o.timeline.items[1].part, TIMELINE_LEAF);
	assert_false(o.timeline.items[1].breaks); /* it is broken by then */
	assert_string_equal(outlook_endpoint(&o, o.timeline.items[0].number)->name, "a.example");
	outlook_done(&o);

	o = look(c, certgen_time("2025-08-02T00:00:00Z"));
	assert_int_equal(o.red_count, 1);
	assert_non_null(strstr(o.red[0].reason, "2025-08-01"));
	assert_int_equal(o.timeline.count, 0);
	outlook_done(&o);
	counter_free(c);
}

static void test_another_path_takes_over(void **state)
{
	struct counter *c = make_line();
	(void)state;
	hold(c, ROOT, STATE_TRUSTED, "Root");
	hold(c, OLD_ROOT, STATE_TRUSTED, "Old");
	hold(c, CROSS, STATE_UNTRUSTED, "Cross");
	fleet_add(c, "a.example", chain, 2);
	struct outlook o = look(c, 0);
	size_t breaks = 0;
	for (size_t i = 0; i < o.timeline.count; i++) {
		if (!o.timeline.items[i].breaks)
			continue;
		breaks++;
		assert_int_equal(o.timeline.items[i].part, TIMELINE_LEAF);
	}
	assert_int_equal(breaks, 1);
	outlook_done(&o);
	counter_free(c);
}

static void test_no_such_name(void **state)
{
	struct counter *c = make_line();
	struct outlook o = { 0 };
	struct error err = { 0 };
	const char *const names[] = { "nobody" };
	(void)state;
	fleet_add(c, "a.example", chain, 2);
	assert_false(app_outlook(c->app, names, 1, 0, &o, &err));
	assert_int_equal(err.code, ERROR_NOT_FOUND);
	outlook_done(&o);
	counter_free(c);
}

/* ---- the clock ---- */

static void doubts(struct counter *c, const char *clock, const char *want)
{
	struct buf text = { 0 };
	setenv("CERTARY_TEST_CLOCK", clock, 1);
	assert_int_equal(app_clock_doubt(c->app, &text), want != NULL);
	if (want && !strstr(buf_text(&text), want))
		fail_msg("%s", buf_text(&text));
	buf_done(&text);
	setenv("CERTARY_TEST_CLOCK", COUNTER_NOW, 1);
}

static void test_the_journal_knows_better(void **state)
{
	struct counter *c = make_line();
	(void)state;
	hold(c, ROOT, STATE_TRUSTED, "Root");
	doubts(c, COUNTER_NOW, NULL);
	doubts(c, "2025-06-30T23:58:00Z", NULL); /* two machines may differ by so much */
	doubts(c, "2025-06-01T00:00:00Z",
		"says 2025-06-01T00:00:00Z, but the last change was journalled at "
		"2025-07-01T00:00:00Z");
	counter_free(c);
}

static void test_peers_are_ahead(void **state)
{
	struct counter *c = counter_new(0, STATE_TRUSTED);
	(void)state;
	for (size_t i = 0; i < 2; i++)
		make(c, &(struct certgen){ .cn = "early",
				.from = "2025-08-01T00:00:00Z",
				.to = "2026-08-01T00:00:00Z" });
	fleet_add(c, "a.example", (const size_t[]){ 0 }, 1);
	fleet_add(c, "b.example", (const size_t[]){ 0 }, 1);
	doubts(c, COUNTER_NOW, NULL); /* one certificate may be wrong, wherever it is presented */
	fleet_add(c, "c.example", (const size_t[]){ 1 }, 1);
	doubts(c, COUNTER_NOW, "2 different peers present certificates that aren't valid yet");
	counter_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_root_breaks_first),
		cmocka_unit_test(test_another_path_takes_over),
		cmocka_unit_test(test_no_such_name),
		cmocka_unit_test(test_the_journal_knows_better),
		cmocka_unit_test(test_peers_are_ahead),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
