#include "app/impact.h"

#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/services.h"
#include "app/trust.h"
#include "support/fleet.h"

static size_t make(struct counter *c, const struct certgen *wish)
{
	struct certgen with = *wish;
	with.key_ids = true;
	return depot_make(c->depot, &with);
}

static struct generated *made(struct counter *c, size_t i)
{
	return c->depot->certs[i];
}

static size_t make_leaf(struct counter *c, const char *host, size_t issuer)
{
	char san[64];
	snprintf(san, sizeof san, "DNS:%s", host);
	const char *const sans[] = { san, NULL };
	return make(c, &(struct certgen){ .cn = host, .sans = sans, .issuer = made(c, issuer) });
}

/* Two roots, an issuing CA of the first that the second has signed too, and a leaf. */
enum { ROOT, OTHER, INTER, CROSS, LEAF };

static struct counter *make_crossed(void)
{
	struct counter *c = counter_new(0, STATE_TRUSTED);
	make(c, &(struct certgen){ .cn = "Root", .ca = true });
	make(c, &(struct certgen){ .cn = "Other root", .ca = true });
	make(c, &(struct certgen){ .cn = "Inter", .ca = true, .issuer = made(c, ROOT) });
	make(c, &(struct certgen){ .cn = "Inter",
			.ca = true,
			.key_of = made(c, INTER),
			.issuer = made(c, OTHER) });
	make_leaf(c, "a.example", INTER);
	return c;
}

static void hold(struct counter *c, size_t i, enum state state, const char *name)
{
	depot_create(c->depot, i, state, name);
	counter_reload(c);
}

static struct impact impact_of(struct counter *c, size_t i, enum state as)
{
	struct impact impact = { 0 };
	struct error err = { 0 };
	if (!app_impact_entry(c->app, counter_entry(c, i), as, &impact, &err))
		fail_msg("%s", err.text);
	return impact;
}

static void check_words(const struct impact *impact, const char *want)
{
	struct buf words = { 0 };
	impact_words(impact, &words);
	assert_string_equal(buf_text(&words), want);
	buf_done(&words);
}

static void test_turns_red(void **state)
{
	struct counter *c = make_crossed();
	(void)state;
	hold(c, ROOT, STATE_TRUSTED, "Our root");
	hold(c, OTHER, STATE_TRUSTED, "Their root");
	fleet_add(c, "a.example", (const size_t[]){ LEAF, INTER }, 2);
	fleet_add(c, "never.example", NULL, 0);
	struct impact gone = impact_of(c, ROOT, STATE_TRASH);
	assert_int_equal(gone.count, 1);
	assert_int_equal(gone.red, 1);
	assert_true(gone.items[0].was && !gone.items[0].is);
	assert_string_equal(gone.items[0].place, "a.example:443");
	assert_null(gone.items[0].through);
	assert_non_null(strstr(gone.items[0].reason, "It is trusted through Our root, and no other path is there."));
	check_words(&gone,
		"1 endpoint turns red: a.example.\n"
		"1 endpoint never presented a chain: certary check asks.\n");
	impact_done(&gone);

	struct impact other = impact_of(c, OTHER, STATE_TRASH);
	assert_int_equal(other.count, 0);
	assert_int_equal(other.endpoints, 2);
	assert_int_equal(other.unseen, 1);
	check_words(&other,
		"No endpoint needs it: safe for the one that was checked.\n"
		"1 endpoint never presented a chain: certary check asks.\n");
	impact_done(&other);
	counter_free(c);
}

/* Nobody is judged in the dark: without a chain there is nothing to say. */
static void test_nothing_to_go_by(void **state)
{
	struct counter *c = make_crossed();
	(void)state;
	hold(c, ROOT, STATE_TRUSTED, "Our root");
	fleet_add(c, "never.example", NULL, 0);
	struct impact gone = impact_of(c, ROOT, STATE_TRASH);
	check_words(&gone, "");
	impact_done(&gone);
	counter_free(c);
}

/* It becomes trusted, and a check warns of it all the same. */
static void test_a_warning_stays(void **state)
{
	struct counter *c = make_crossed();
	(void)state;
	size_t soon = make(c, &(struct certgen){ .cn = "soon.example",
				      .sans = (const char *const[]){ "DNS:soon.example", NULL },
				      .to = "2025-07-05T00:00:00Z",
				      .issuer = made(c, ROOT) });
	make_leaf(c, "b.example", ROOT);
	hold(c, ROOT, STATE_UNTRUSTED, "Our root");
	hold(c, INTER, STATE_UNTRUSTED, "Inter");
	fleet_add(c, "a.example", (const size_t[]){ LEAF }, 1);
	fleet_add(c, "b.example", (const size_t[]){ soon + 1 }, 1);
	fleet_add(c, "soon.example", &soon, 1);
	struct impact impact = impact_of(c, ROOT, STATE_TRUSTED);
	assert_int_equal(impact.green, 1);
	assert_int_equal(impact.warned, 2);
	check_words(&impact,
		"1 endpoint turns green: b.example.\n"
		"2 endpoints become trusted and keep a warning: a.example (the server doesn't send "
		"CN=Inter), soon.example (4 days left, until 2025-07-05).\n");
	impact_done(&impact);
	counter_free(c);
}

static void test_another_path(void **state)
{
	struct counter *c = make_crossed();
	(void)state;
	hold(c, ROOT, STATE_TRUSTED, "Our root");
	hold(c, OTHER, STATE_TRUSTED, "Their root");
	hold(c, CROSS, STATE_UNTRUSTED, "Cross");
	fleet_add(c, "a.example", (const size_t[]){ LEAF, INTER }, 2);
	size_t stays = 0;
	for (size_t i = ROOT; i <= OTHER; i++) {
		struct impact gone = impact_of(c, i, STATE_TRASH);
		assert_int_equal(gone.red, 0);
		stays += gone.count;
		if (gone.count) {
			assert_true(gone.items[0].was && gone.items[0].is);
			check_words(&gone, i == ROOT ?
				"1 endpoint stays green: a.example (through Their root).\n" :
				"1 endpoint stays green: a.example (through Our root).\n");
		}
		impact_done(&gone);
	}
	assert_int_equal(stays, 1); /* the path that counts goes through one of them */
	counter_free(c);
}

/* Each alone has a stand-in, and both together haven't. */
static void test_a_plan_counts_as_a_whole(void **state)
{
	struct counter *c = make_crossed();
	struct plan plan = { 0 };
	struct impact impact = { 0 };
	struct error err = { 0 };
	(void)state;
	hold(c, ROOT, STATE_TRUSTED, "Our root");
	hold(c, OTHER, STATE_TRUSTED, "Their root");
	hold(c, CROSS, STATE_UNTRUSTED, "Cross");
	fleet_add(c, "a.example", (const size_t[]){ LEAF, INTER }, 2);
	for (size_t i = ROOT; i <= OTHER; i++)
		assert_true(app_plan_decision(c->app, DECISION_DELETE, counter_entry(c, i), &plan,
			&err));
	assert_true(app_impact_plan(c->app, &plan, &impact, &err));
	assert_int_equal(impact.red, 1);
	impact_done(&impact);
	plan_done(&plan);
	counter_free(c);
}

static void test_what_widens(void **state)
{
	struct counter *c = make_crossed();
	struct plan plan = { 0 };
	struct impact impact = { 0 };
	struct error err = { 0 };
	(void)state;
	hold(c, ROOT, STATE_UNTRUSTED, "Our root");
	hold(c, OTHER, STATE_UNTRUSTED, "Their root");
	fleet_add(c, "a.example", (const size_t[]){ LEAF, INTER }, 2);
	assert_true(app_plan_decision(c->app, DECISION_TRUST, counter_entry(c, ROOT), &plan, &err));
	assert_true(app_impact_plan(c->app, &plan, &impact, &err));
	assert_int_equal(impact.green, 1);
	check_words(&impact, "1 endpoint turns green: a.example.\n");
	impact_done(&impact);
	plan_done(&plan);

	struct impact other = impact_of(c, OTHER, STATE_TRUSTED);
	check_words(&other, ""); /* nothing would change, and nothing would be lost */
	impact_done(&other);
	counter_free(c);
}

/* What a peer presents stays there: blocked it ends the path, gone it doesn't. */
static void test_gone_is_not_blocked(void **state)
{
	struct counter *c = make_crossed();
	(void)state;
	hold(c, ROOT, STATE_TRUSTED, "Our root");
	hold(c, INTER, STATE_UNTRUSTED, "Inter");
	fleet_add(c, "a.example", (const size_t[]){ LEAF, INTER }, 2);
	struct impact gone = impact_of(c, INTER, STATE_TRASH);
	assert_int_equal(gone.red, 0);
	assert_string_equal(gone.items[0].through, "Our root");
	impact_done(&gone);
	struct impact blocked = impact_of(c, INTER, STATE_BLOCKED);
	assert_int_equal(blocked.red, 1);
	assert_non_null(strstr(blocked.items[0].reason, "blocked"));
	impact_done(&blocked);
	counter_free(c);
}

/* ---- the same as doing it ---- */

#define CAS       10
#define LEAVES    6
#define ENDPOINTS 6

static uint32_t seed;

static size_t random_below(size_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

/* CAs that sign each other at random, some of them twice under one name and key. */
static void make_company(struct counter *c)
{
	char name[32];
	for (size_t i = 0; i < CAS; i++) {
		bool again = i > 3 && random_below(3) == 0;
		size_t like = again ? random_below(i) : i;
		snprintf(name, sizeof name, "CA %zu", like);
		make(c, &(struct certgen){ .cn = name,
				.ca = true,
				.key_of = again ? made(c, like) : NULL,
				.issuer = i < 2 ? NULL : made(c, random_below(i)) });
	}
	for (size_t i = 0; i < LEAVES; i++) {
		snprintf(name, sizeof name, "h%zu.example", i);
		make_leaf(c, name, random_below(CAS));
	}
	for (size_t i = 0; i < CAS; i++) {
		snprintf(name, sizeof name, "ca-%zu", i);
		size_t where = random_below(4);
		if (where < 3)
			hold(c, i, (enum state)(where == 2 && random_below(2) ? 0 : where), name);
	}
}

static void add_endpoints(struct counter *c)
{
	for (size_t i = 0; i < ENDPOINTS; i++) {
		char name[32];
		size_t chain[4] = { CAS + i }, count = 1 + random_below(4);
		for (size_t k = 1; k < count; k++)
			chain[k] = random_below(CAS);
		snprintf(name, sizeof name, "h%zu.example", i);
		fleet_add(c, name, chain, count);
	}
}

static unsigned colours(struct counter *c)
{
	struct services s = { 0 };
	struct error err = { 0 };
	unsigned green = 0;
	if (!services_read(c->app, &s, &err))
		fail_msg("%s", err.text);
	for (size_t i = 0; i < s.count; i++)
		green |= (unsigned)service_is_green(&s, &s.items[i]) << i;
	services_done(&s);
	return green;
}

static unsigned foretell(struct counter *c, size_t i, enum state as)
{
	struct impact impact = impact_of(c, i, as);
	unsigned green = colours(c);
	for (size_t k = 0; k < impact.count; k++) {
		unsigned bit = 1u << (impact.items[k].name[1] - '0');
		assert_int_equal((green & bit) != 0, impact.items[k].was);
		green = impact.items[k].is ? green | bit : green & ~bit;
	}
	impact_done(&impact);
	return green;
}

static void test_as_foretold(void **state)
{
	(void)state;
	size_t changed = 0;
	for (uint32_t round = 1; round <= 12; round++) {
		seed = round;
		struct counter *c = counter_new(0, STATE_TRUSTED);
		make_company(c);
		add_endpoints(c);
		for (size_t i = 0; i < CAS; i++) {
			int was = depot_state(c->depot, i);
			if (was == STATE_NONE)
				continue;
			for (int as = 0; as < STATE_COUNT; as++) {
				if (as == was)
					continue;
				unsigned before = colours(c),
					 want = foretell(c, i, (enum state)as);
				depot_move(c->depot, i, (enum state)as);
				counter_reload(c);
				if (colours(c) != want)
					fail_msg("round %u: %zu as %s", round, i, state_name(as));
				changed += want != before;
				depot_move(c->depot, i, (enum state)was);
				counter_reload(c);
			}
		}
		counter_free(c);
	}
	assert_true(changed > 50); /* it was about something */
}

/* ---- what nobody needs ---- */

static void test_unused(void **state)
{
	struct counter *c = make_crossed();
	struct spares unused = { 0 };
	struct error err = { 0 };
	(void)state;
	hold(c, ROOT, STATE_TRUSTED, "Our root");
	hold(c, OTHER, STATE_TRUSTED, "Their root");
	hold(c, INTER, STATE_UNTRUSTED, "Inter");
	fleet_add(c, "a.example", (const size_t[]){ LEAF, INTER }, 2);
	assert_true(app_spares(c->app, SPARE_UNUSED, &unused, &err));
	assert_int_equal(unused.count, 1);
	assert_string_equal(unused.items[0].entry.name, "Their root");
	spares_done(&unused);
	counter_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_turns_red),
		cmocka_unit_test(test_nothing_to_go_by),
		cmocka_unit_test(test_a_warning_stays),
		cmocka_unit_test(test_another_path),
		cmocka_unit_test(test_a_plan_counts_as_a_whole),
		cmocka_unit_test(test_what_widens),
		cmocka_unit_test(test_gone_is_not_blocked),
		cmocka_unit_test(test_as_foretold),
		cmocka_unit_test(test_unused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
