#include "app/family.h"

#include "support/counter.h"
#include "support/unit.h"

#include <string.h>

/* Two roots, an issuing CA of the first that the second has signed too, two leaves, and a root of the
 * same name as the first with another key. */
enum { ROOT, OTHER, INTER, CROSS, LEAF, SECOND, NAMESAKE, COUNT };

static size_t make(struct counter *c, const struct certgen *wish)
{
	struct certgen with = *wish;
	with.key_ids = true;
	return depot_make(c->depot, &with);
}

static struct counter *make_family(void)
{
	struct counter *c = counter_new(0, STATE_TRUSTED);
	struct generated **certs;
	make(c, &(struct certgen){ .cn = "Root", .ca = true });
	make(c, &(struct certgen){ .cn = "Other root", .ca = true });
	certs = c->depot->certs;
	make(c, &(struct certgen){ .cn = "Inter", .ca = true, .issuer = certs[ROOT] });
	certs = c->depot->certs;
	make(c, &(struct certgen){ .cn = "Inter", .ca = true, .key_of = certs[INTER],
			.issuer = certs[OTHER], .to = "2026-12-31T00:00:00Z" });
	certs = c->depot->certs;
	make(c, &(struct certgen){ .cn = "a.example", .issuer = certs[INTER] });
	certs = c->depot->certs;
	make(c, &(struct certgen){ .cn = "b.example", .issuer = certs[INTER] });
	make(c, &(struct certgen){ .cn = "Root", .ca = true });
	return c;
}

static void hold(struct counter *c, size_t i, enum state state)
{
	depot_create(c->depot, i, state, "x");
	counter_reload(c);
}

static void check_issuer(struct counter *c, size_t of, size_t count, size_t want)
{
	struct entry e;
	struct fingerprint wanted = depot_fingerprint(c->depot, want);
	assert_int_equal(app_issuer_of(c->app, &counter_entry(c, of)->info, &e), count);
	if (count)
		assert_int_equal(fingerprint_compare(&e.info.sha256, &wanted), 0);
}

static size_t issued(struct counter *c, size_t by)
{
	struct entry e;
	return app_issued_by(c->app, &counter_entry(c, by)->info, &e);
}

static void test_issuers(void **state)
{
	struct counter *c = make_family();
	(void)state;
	hold(c, LEAF, STATE_TRUSTED);
	check_issuer(c, LEAF, 0, 0);
	hold(c, CROSS, STATE_TRASH);
	check_issuer(c, LEAF, 1, CROSS); /* only in the trash, but there */
	hold(c, INTER, STATE_BLOCKED);
	check_issuer(c, LEAF, 1, INTER);
	depot_move(c->depot, CROSS, STATE_UNTRUSTED);
	counter_reload(c);
	check_issuer(c, LEAF, 2, CROSS);
	depot_move(c->depot, INTER, STATE_TRUSTED);
	counter_reload(c);
	check_issuer(c, LEAF, 2, INTER); /* trusted counts more */
	depot_move(c->depot, CROSS, STATE_TRUSTED);
	counter_reload(c);
	check_issuer(c, LEAF, 2, CROSS); /* and then what lasts longer */
	hold(c, NAMESAKE, STATE_TRUSTED);
	check_issuer(c, INTER, 0, 0); /* a name alone doesn't do */
	hold(c, ROOT, STATE_UNTRUSTED);
	check_issuer(c, INTER, 1, ROOT);
	check_issuer(c, ROOT, 0, 0); /* it signed itself */
	counter_free(c);
}

static void test_issued(void **state)
{
	struct counter *c = make_family();
	(void)state;
	for (size_t i = 0; i < COUNT; i++)
		hold(c, i, i == SECOND ? STATE_BLOCKED : STATE_TRUSTED);
	assert_int_equal(issued(c, ROOT), 1); /* itself isn't counted */
	assert_int_equal(issued(c, OTHER), 1);
	assert_int_equal(issued(c, NAMESAKE), 0);
	assert_int_equal(issued(c, INTER), 2);
	assert_int_equal(issued(c, CROSS), 2);
	assert_int_equal(issued(c, LEAF), 0);
	depot_move(c->depot, LEAF, STATE_TRASH);
	counter_reload(c);
	assert_int_equal(issued(c, INTER), 1);
	counter_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_issuers),
		cmocka_unit_test(test_issued),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
