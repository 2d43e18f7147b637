#include "app/change.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "app/check.h"
#include "app/probing.h"
#include "base/clock.h"
#include "base/mem.h"
#include "store/history.h"
#include "support/counter.h"

/* A root with two CAs below it, a stranger who calls himself the same, and their leaves. */
enum { ROOT, ONE, TWO, FAKE_ROOT, FAKE_ONE, LEAF, SIBLING, FORGED, LEAVES };

#define HOST "a.example"
#define NOW  certgen_time(COUNTER_NOW)

static struct generated *made(struct counter *c, size_t i)
{
	return c->depot->certs[i];
}

static void make_ca(struct counter *c, const char *cn, struct generated *issuer)
{
	depot_make(c->depot,
		&(struct certgen){ .cn = cn, .ca = true, .key_ids = true, .issuer = issuer });
}

static void make_leaf(struct counter *c, struct generated *issuer, const char *serial,
	const char *from, const char *to)
{
	static const char *const sans[] = { "DNS:" HOST, NULL };
	static const char *const purposes[] = { "1.3.6.1.5.5.7.3.1", NULL };
	depot_make(c->depot, &(struct certgen){ .cn = HOST, .sans = sans, .purposes = purposes,
		.key_ids = true, .issuer = issuer, .serial = serial, .from = from, .to = to });
}

/* The leaf ends in ten days; the root is trusted, and the CAs below it are known. */
static struct counter *scene(void)
{
	struct counter *c = counter_new(0, STATE_TRUSTED);
	make_ca(c, "Root", NULL);
	make_ca(c, "One", made(c, ROOT));
	make_ca(c, "Two", made(c, ROOT));
	make_ca(c, "Root", NULL);
	make_ca(c, "One", made(c, FAKE_ROOT));
	make_leaf(c, made(c, ONE), "\x11", CERTGEN_FROM, "2025-07-11T00:00:00Z");
	make_leaf(c, made(c, TWO), "\x12", "2025-06-30T00:00:00Z", CERTGEN_TO);
	make_leaf(c, made(c, FAKE_ONE), "\x13", "2025-06-30T00:00:00Z", CERTGEN_TO);
	depot_create(c->depot, ROOT, STATE_TRUSTED, "Root");
	counter_reload(c);
	return c;
}

static struct cert *cert_of(struct counter *c, size_t i)
{
	size_t len;
	struct cert *cert;
	const uint8_t *der = depot_der(c->depot, i, &len);
	assert_true(cert_parse(der, len, &cert, NULL));
	return cert;
}

static size_t issuer_of(size_t leaf)
{
	return leaf == LEAF ? ONE : leaf == SIBLING ? TWO : FAKE_ONE;
}

static void expect_ok(bool ok, const struct error *err)
{
	if (!ok)
		fail_msg("%s", err->text);
}

/* A sighting of a leaf and the CA above it; LEAVES: nothing came. */
static void see(struct counter *c, size_t leaf, int64_t when, const char *verdict, bool waits)
{
	struct error err = { 0 };
	struct cert *chain[2] = { 0 };
	char *told = mem_text(verdict), *reason = mem_text("because");
	if (leaf < LEAVES) {
		chain[0] = cert_of(c, leaf);
		chain[1] = cert_of(c, issuer_of(leaf));
	}
	const struct sighting s = { .first = when, .last = when, .verdict = told, .reason = reason,
		.chain = chain, .chain_count = leaf < LEAVES ? 2 : 0, .waits = waits };
	expect_ok(store_history_add(c->depot->store, "web", &s, &err), &err);
	free(told);
	free(reason);
	cert_free(chain[0]);
	cert_free(chain[1]);
}

/* As if the endpoint had been probed and had presented this. */
static void probe(struct counter *c, size_t leaf, const char *sni, struct probed *out)
{
	struct report *report = report_new(HOST, 443, dialect_of_port(443));
	struct probe_wish wish = { .host = (char[]){ HOST }, .port = 443 };
	report->when = NOW;
	report->sni = mem_text(sni);
	if (leaf < LEAVES) {
		report->chain = mem_new(2 * sizeof *report->chain);
		report->chain_count = report->chain_sent = 2;
		report->chain[0].cert = cert_of(c, leaf);
		report->chain[1].cert = cert_of(c, issuer_of(leaf));
	}
	probe_judge(c->app, &wish, report, out);
}

/* The verdict on what is presented now, and whether it waits. */
static void expect_change(struct counter *c, size_t leaf, enum change_verdict verdict, bool waits)
{
	struct probed probed;
	struct endpoint_change change;
	struct error err = { 0 };
	struct endpoint e = { .name = (char[]){ "web" }, .host = (char[]){ HOST }, .port = 443 };
	probe(c, leaf, HOST, &probed);
	expect_ok(app_change_of(c->app, &e, &probed, &change, &err), &err);
	assert_string_equal(change_name(change.change.verdict), change_name(verdict));
	assert_int_equal(change.is, verdict != CHANGE_SAME);
	assert_int_equal(change.waits, waits);
	endpoint_change_done(&change);
	probed_done(&probed);
}

static bool has(const struct change *change, const char *code)
{
	for (size_t i = 0; i < change->count; i++)
		if (strcmp(change->reasons[i].code, code) == 0)
			return true;
	return false;
}

static void test_never_seen(void **state)
{
	struct counter *c = scene();
	(void)state;
	expect_change(c, LEAF, CHANGE_SAME, false);
	see(c, LEAVES, NOW - 5, "unreached", false);
	expect_change(c, LEAF, CHANGE_SAME, false);
	expect_change(c, FORGED, CHANGE_SAME, false);
	counter_free(c);
}

static void test_a_sibling_below_the_same_root(void **state)
{
	struct counter *c = scene();
	(void)state;
	see(c, LEAF, NOW - CLOCK_DAY, "trusted", false);
	see(c, LEAVES, NOW - 5, "unreached", false);
	expect_change(c, LEAF, CHANGE_SAME, false);
	expect_change(c, SIBLING, CHANGE_RENEWAL, false);
	expect_change(c, LEAVES, CHANGE_SAME, false);
	counter_free(c);
}

static void test_a_ca_that_calls_itself_the_same(void **state)
{
	struct counter *c = scene();
	(void)state;
	see(c, LEAF, NOW - CLOCK_DAY, "failed", false);
	expect_change(c, FORGED, CHANGE_SUSPICIOUS, true);
	see(c, FORGED, NOW - 10, "untrusted", true);
	expect_change(c, FORGED, CHANGE_SUSPICIOUS, true);
	/* Who trusts it now has seen it. */
	depot_create(c->depot, FAKE_ROOT, STATE_TRUSTED, "Not so fake");
	counter_reload(c);
	expect_change(c, FORGED, CHANGE_NEW_ISSUER, false);
	expect_change(c, LEAF, CHANGE_SAME, false);
	counter_free(c);
}

/* It was trusted from the beginning: nobody decided about this certificate. */
static void test_another_trusted_ca_waits(void **state)
{
	struct counter *c = scene();
	(void)state;
	depot_create(c->depot, FAKE_ROOT, STATE_TRUSTED, "Another");
	counter_reload(c);
	see(c, LEAF, NOW - CLOCK_DAY, "trusted", false);
	expect_change(c, FORGED, CHANGE_NEW_ISSUER, true);
	see(c, FORGED, NOW - 10, "trusted", true);
	expect_change(c, FORGED, CHANGE_NEW_ISSUER, true);
	counter_free(c);
}

static void test_what_was_never_trusted_is_not_held_on_to(void **state)
{
	struct counter *c = scene();
	(void)state;
	see(c, FORGED, NOW - CLOCK_DAY, "untrusted", false);
	expect_change(c, LEAF, CHANGE_NEW_ISSUER, false);
	counter_free(c);
}

static void test_accepting(void **state)
{
	struct counter *c = scene();
	struct error err = { 0 };
	struct history h = { 0 };
	struct change change;
	struct endpoint e = { .name = (char[]){ "web" }, .host = (char[]){ HOST }, .port = 443 };
	(void)state;
	assert_false(app_change_accept(c->app, &e, &err));
	assert_int_equal(err.code, ERROR_NOT_FOUND);
	see(c, LEAF, NOW - CLOCK_DAY, "trusted", false);
	see(c, SIBLING, NOW - 100, "trusted", true);
	see(c, FORGED, NOW - 10, "untrusted", true);
	expect_ok(app_endpoint_history(c->app, &e, &h, &err), &err);
	expect_ok(app_change_waiting(c->app, &e, &h, &change, &err), &err);
	assert_int_equal(change.verdict, CHANGE_SUSPICIOUS);
	assert_true(has(&change, "issuer-rekeyed"));
	change_done(&change);
	assert_true(app_change_since(c->app, &e, &h, 1, &change));
	assert_true(has(&change, "issuer-sibling"));
	change_done(&change);
	assert_false(app_change_since(c->app, &e, &h, 2, &change));
	history_done(&h);
	expect_ok(app_change_accept(c->app, &e, &err), &err);
	expect_change(c, FORGED, CHANGE_SAME, false);
	expect_change(c, LEAF, CHANGE_NEW_ISSUER, false);
	expect_ok(app_endpoint_history(c->app, &e, &h, &err), &err);
	assert_false(app_change_waiting(c->app, &e, &h, &change, &err));
	history_done(&h);
	counter_free(c);
}

static void test_a_probe_of_a_saved_service(void **state)
{
	static const struct {
		const char *sni;
		bool is;
	} cases[] = { { HOST, true }, { NULL, true }, { "b.example", false } };
	struct counter *c = scene();
	struct error err = { 0 };
	struct plan plan = { 0 };
	struct endpoint e = { .name = (char[]){ "web" }, .host = (char[]){ HOST }, .port = 443,
		.dialect = dialect_of_port(443) };
	(void)state;
	expect_ok(app_plan_endpoint(c->app, &e, NULL, &plan, &err), &err);
	counter_apply(c, &plan);
	see(c, LEAF, NOW - CLOCK_DAY, "trusted", false);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct probed probed;
		struct endpoint_change change;
		char *name;
		probe(c, FORGED, cases[i].sni, &probed);
		expect_ok(app_change_of_probe(c->app, &probed, &change, &name, &err), &err);
		assert_int_equal(change.is, cases[i].is);
		assert_int_equal(name != NULL, cases[i].is);
		endpoint_change_done(&change);
		probed_done(&probed);
		free(name);
	}
	counter_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_never_seen),
		cmocka_unit_test(test_a_sibling_below_the_same_root),
		cmocka_unit_test(test_a_ca_that_calls_itself_the_same),
		cmocka_unit_test(test_another_trusted_ca_waits),
		cmocka_unit_test(test_what_was_never_trusted_is_not_held_on_to),
		cmocka_unit_test(test_accepting),
		cmocka_unit_test(test_a_probe_of_a_saved_service),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
