#include "store/history.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "support/depot.h"

static struct cert *cert_of(struct depot *d, size_t i)
{
	size_t len;
	struct cert *cert;
	const uint8_t *der = depot_der(d, i, &len);
	assert_true(cert_parse(der, len, &cert, NULL));
	return cert;
}

static void see_as(struct depot *d, size_t i, int64_t when, const char *verdict, bool waits)
{
	struct cert *chain[] = { cert_of(d, i) };
	struct error err = { 0 };
	struct sighting seen = { .first = when, .last = when,
		.verdict = (char[32]){ 0 }, .reason = (char[]){ "a \"reason\"" },
		.chain = chain, .chain_count = 1, .waits = waits };
	strncpy(seen.verdict, verdict, 31);
	if (!store_history_add(d->store, "ldap", &seen, &err))
		fail_msg("%s", err.text);
	cert_free(chain[0]);
}

static void see(struct depot *d, size_t i, int64_t when, const char *verdict)
{
	see_as(d, i, when, verdict, false);
}

static struct history read_all(struct depot *d)
{
	struct history h = { 0 };
	struct error err = { 0 };
	if (!store_history(d->store, "ldap", &h, &err))
		fail_msg("%s", err.text);
	return h;
}

static void test_nothing_yet(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	(void)state;
	struct history h = read_all(d);
	assert_int_equal(h.count, 0);
	depot_free(d);
}

/* What was shown last, whatever was said in between by nobody. */
static void test_what_was_shown_last(void **state)
{
	struct depot *d = depot_new(2, STATE_TRUSTED);
	struct sighting shown;
	struct sighting none = { .first = 3000, .last = 3000, .verdict = (char[]){ "unreachable" },
		.reason = (char[]){ "" } };
	(void)state;
	assert_true(store_history_shown(d->store, "ldap", &shown, NULL));
	assert_int_equal(shown.chain_count, 0);
	sighting_done(&shown);
	see(d, 0, 1000, "trusted");
	see(d, 1, 2000, "untrusted");
	assert_true(store_history_add(d->store, "ldap", &none, NULL));
	assert_true(store_history_shown(d->store, "ldap", &shown, NULL));
	struct fingerprint second = depot_fingerprint(d, 1);
	assert_int_equal(shown.last, 2000);
	assert_int_equal(shown.chain_count, 1);
	assert_int_equal(fingerprint_compare(&cert_info(shown.chain[0])->sha256, &second), 0);
	sighting_done(&shown);
	depot_free(d);
}

/* The folder is made with the first report; who opened the store before sees it all the same. */
static void test_the_folder_came_later(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	struct store *open_before;
	struct history h = { 0 };
	struct store_options options = { .path = depot_path(d, NULL), .read_only = true };
	(void)state;
	assert_true(store_open(&options, &open_before, NULL));
	see(d, 0, 1000, "trusted");
	assert_true(store_history(open_before, "ldap", &h, NULL));
	assert_int_equal(h.count, 1);
	history_done(&h);
	store_close(open_before);
	depot_free(d);
}

static void test_the_same_again(void **state)
{
	struct depot *d = depot_new(2, STATE_TRUSTED);
	(void)state;
	see(d, 0, 1000, "trusted");
	see(d, 0, 1010, "trusted"); /* too soon to be worth a write */
	see(d, 0, 9000, "trusted");
	struct history h = read_all(d);
	assert_int_equal(h.count, 1);
	assert_int_equal(h.items[0].first, 1000);
	assert_int_equal(h.items[0].last, 9000);
	assert_int_equal(h.items[0].times, 2);
	assert_string_equal(h.items[0].reason, "a \"reason\"");
	history_done(&h);
	depot_free(d);
}

static void test_another_one(void **state)
{
	struct depot *d = depot_new(2, STATE_TRUSTED);
	(void)state;
	see(d, 0, 1000, "trusted");
	see(d, 1, 1010, "trusted");
	see(d, 1, 1020, "untrusted");
	struct history h = read_all(d);
	assert_int_equal(h.count, 3);
	assert_string_equal(h.items[0].verdict, "untrusted");
	struct fingerprint second = depot_fingerprint(d, 1), first = depot_fingerprint(d, 0);
	assert_int_equal(fingerprint_compare(&cert_info(h.items[1].chain[0])->sha256, &second), 0);
	assert_int_equal(fingerprint_compare(&cert_info(h.items[2].chain[0])->sha256, &first), 0);
	history_done(&h);
	depot_free(d);
}

static void test_a_server_that_never_says_the_same(void **state)
{
	struct depot *d = depot_new(2, STATE_TRUSTED);
	(void)state;
	for (int64_t i = 0; i < 3 * HISTORY_MOST; i++)
		see(d, (size_t)i % 2, i, "untrusted");
	struct history h = read_all(d);
	assert_int_equal(h.count, HISTORY_MOST);
	assert_int_equal(h.items[0].last, 3 * HISTORY_MOST - 1);
	history_done(&h);
	depot_free(d);
}

static void test_damaged_lines_are_left_out(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	char hex[FINGERPRINT_HEX];
	struct fingerprint hash;
	(void)state;
	see(d, 0, 1000, "trusted");
	fingerprint_of("ldap", 4, &hash);
	char *name = mem_format("reports/%s.json", fingerprint_hex(&hash, hex));
	depot_write(d, name, "{\"last\":\nnonsense\n{\"verdict\":\"trusted\",\"chain\":\"30zz 00\"}\n",
		59);
	struct history h = read_all(d);
	assert_int_equal(h.count, 1);
	assert_int_equal(h.items[0].chain_count, 0);
	history_done(&h);
	free(name);
	depot_free(d);
}

static void expect_known(struct depot *d, size_t i)
{
	struct history h = read_all(d);
	const struct sighting *known = history_accepted(&h);
	struct fingerprint print = depot_fingerprint(d, i);
	assert_non_null(known);
	assert_int_equal(fingerprint_compare(&cert_info(known->chain[0])->sha256, &print), 0);
	history_done(&h);
}

static void test_what_waits_is_not_what_it_is_known_by(void **state)
{
	struct depot *d = depot_new(2, STATE_TRUSTED);
	struct error err = { 0 };
	(void)state;
	see(d, 0, 1000, "trusted");
	see_as(d, 1, 2000, "untrusted", true);
	see_as(d, 1, 2001, "failed", true);
	expect_known(d, 0);
	assert_true(store_history_accept(d->store, "ldap", &err));
	expect_known(d, 1);
	struct history h = read_all(d);
	assert_false(h.items[0].waits || h.items[1].waits || h.items[2].waits);
	assert_int_equal(h.items[0].first, 2001);
	history_done(&h);
	assert_false(store_history_accept(d->store, "ldap", &err));
	assert_int_equal(err.code, ERROR_NOT_FOUND);
	assert_false(store_history_accept(d->store, "nobody", &err));
	depot_free(d);
}

static void test_accepting_shows_at_once(void **state)
{
	struct depot *d = depot_new(2, STATE_TRUSTED);
	(void)state;
	see(d, 0, 1000, "trusted");
	see_as(d, 1, 2000, "trusted", true);
	see(d, 1, 2001, "trusted");
	expect_known(d, 1);
	struct history h = read_all(d);
	assert_int_equal(h.count, 2);
	history_done(&h);
	depot_free(d);
}

static void test_what_it_is_known_by_stays(void **state)
{
	struct depot *d = depot_new(3, STATE_TRUSTED);
	(void)state;
	see(d, 2, 0, "trusted");
	for (int64_t i = 1; i < 3 * HISTORY_MOST; i++)
		see_as(d, (size_t)i % 2, i, "untrusted", true);
	expect_known(d, 2);
	struct history h = read_all(d);
	assert_int_equal(h.count, HISTORY_MOST);
	assert_int_equal(h.items[HISTORY_MOST - 1].first, 0);
	assert_int_equal(h.items[HISTORY_MOST - 2].first, 2 * HISTORY_MOST + 1);
	history_done(&h);
	depot_free(d);
}

/* The judgement was made before the decision, and is taken down behind it. */
static void test_what_was_accepted_meanwhile(void **state)
{
	struct depot *d = depot_new(2, STATE_TRUSTED);
	struct error err = { 0 };
	(void)state;
	see(d, 0, 1000, "trusted");
	see_as(d, 1, 2000, "untrusted", true);
	assert_true(store_history_accept(d->store, "ldap", &err));
	see_as(d, 1, 9000, "untrusted", true);
	expect_known(d, 1);
	struct history h = read_all(d);
	assert_int_equal(h.count, 2);
	assert_int_equal(h.items[0].last, 9000);
	assert_false(h.items[0].waits);
	history_done(&h);
	depot_free(d);
}

/* As much as twenty handshakes may hold. */
static void test_a_server_that_says_too_much(void **state)
{
	enum { MUCH = HISTORY_MOST * (256 << 10) };
	struct depot *d = depot_new(1, STATE_TRUSTED);
	char hex[FINGERPRINT_HEX], *much = mem_new(MUCH + 1);
	struct fingerprint hash;
	(void)state;
	see(d, 0, 1000, "trusted");
	fingerprint_of("ldap", 4, &hash);
	char *name = mem_format("reports/%s.json", fingerprint_hex(&hash, hex));
	memset(much, 'x', MUCH);
	much[MUCH - 1] = '\n';
	depot_write(d, name, much, MUCH);
	see(d, 0, 2000, "trusted");
	expect_known(d, 0);
	free(name);
	free(much);
	depot_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_yet),
		cmocka_unit_test(test_what_was_shown_last),
		cmocka_unit_test(test_the_folder_came_later),
		cmocka_unit_test(test_the_same_again),
		cmocka_unit_test(test_another_one),
		cmocka_unit_test(test_a_server_that_never_says_the_same),
		cmocka_unit_test(test_what_waits_is_not_what_it_is_known_by),
		cmocka_unit_test(test_accepting_shows_at_once),
		cmocka_unit_test(test_what_it_is_known_by_stays),
		cmocka_unit_test(test_damaged_lines_are_left_out),
		cmocka_unit_test(test_what_was_accepted_meanwhile),
		cmocka_unit_test(test_a_server_that_says_too_much),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
