#include "store/view.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "support/depot.h"

#define NOW "2026-01-01T00:00:00Z"

/* Seven certificates that differ in every column; the letters are their names. */
static const struct row {
	const char *name, *note, *added;
	struct certgen wish;
	enum state state;
} rows[] = {
	{ "alpha", "first one", "2025-06-01T00:00:00Z",
		{ .cn = "Root Eins", .org = "Zebra", .ca = true, .to = "2035-01-01T00:00:00Z" },
		STATE_TRUSTED },
	{ "Bravo", "", "2025-05-01T00:00:00Z",
		{ .cn = "b.example", .to = "2026-01-11T00:00:00Z",
			.sans = (const char *const[]){ "DNS:mail.b.example", "IP:192.0.2.7", NULL } },
		STATE_UNTRUSTED },
	{ "charlie", "Ticket 4711", "2025-04-01T00:00:00Z",
		{ .cn = "c.example", .to = "2025-12-31T00:00:00Z", .key = CERTGEN_P384 },
		STATE_BLOCKED },
	{ "delta", "a\\u{202e}b", "2025-03-01T00:00:00Z",
		{ .cn = "d.example", .to = "2026-06-01T00:00:00Z", .key = CERTGEN_ED25519 },
		STATE_TRUSTED },
	{ "echo", "", "2025-02-01T00:00:00Z",
		{ .cn = "e.example", .from = "2026-02-01T00:00:00Z", .to = "2026-12-01T00:00:00Z" },
		STATE_TRUSTED },
	{ "foxtrot", "Zürich", "2025-01-01T00:00:00Z",
		{ .cn = "f.example", .to = "2030-01-01T00:00:00Z", .serial = "\x0f\xed\xcb\xa9" },
		STATE_TRUSTED },
	{ "golf", "", "2024-01-01T00:00:00Z", { .cn = "g.example", .to = "2031-01-01T00:00:00Z" },
		STATE_TRASH },
};
#define ROWS    (sizeof rows / sizeof *rows)
#define CHILD   5 /* foxtrot is signed by alpha */

static void add(struct depot *d, struct plan *plan, size_t i)
{
	struct certgen wish = rows[i].wish;
	struct headers headers = { 0 };
	struct cert *cert;
	size_t len;
	if (i == CHILD)
		wish.issuer = d->certs[0];
	depot_make(d, &wish);
	const uint8_t *der = depot_der(d, i, &len);
	assert_true(cert_parse(der, len, &cert, NULL));
	headers_set(&headers, "Name", rows[i].name);
	headers_set(&headers, "Note", rows[i].note);
	headers_set(&headers, "Added", rows[i].added);
	plan_create(plan, rows[i].state, &headers, &cert_info(cert)->sha256,
		cert_info(cert)->subject, plan_keep(plan, der, len));
	headers_done(&headers);
	cert_free(cert);
}

static int set_up(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	struct plan plan = { .op = "import" };
	for (size_t i = 0; i < ROWS; i++)
		add(d, &plan, i);
	depot_apply(d, &plan);
	*state = d;
	return 0;
}

static int tear_down(void **state)
{
	depot_free(*state);
	return 0;
}

/* The first letters of the names, in order. */
static void check_view(struct depot *d, struct query query, const char *want)
{
	struct view view = { 0 };
	char got[ROWS + 1] = "";
	view_build(&view, d->store, &query, certgen_time(NOW));
	assert_true(view.count <= ROWS);
	for (size_t i = 0; i < view.count; i++) {
		struct entry e;
		view_entry(&view, d->store, i, &e);
		got[i] = e.name[0];
	}
	if (strcmp(got, want) != 0)
		fail_msg("'%s' instead of '%s' for %s", got, want, query.text ? query.text : "-");
	view_done(&view);
}

#define CHECK(want, ...) check_view(d, (struct query){ __VA_ARGS__ }, want)

static void test_states(void **state)
{
	struct depot *d = *state;
	CHECK("aBcdef", .states = 0);
	CHECK("adef", .states = 1u << STATE_TRUSTED);
	CHECK("Bc", .states = 1u << STATE_UNTRUSTED | 1u << STATE_BLOCKED);
	CHECK("g", .states = 1u << STATE_TRASH);
	CHECK("", .states = 1u << STATE_LIMITED);
	CHECK("aBcdefg", .states = 31);
}

static void test_filters(void **state)
{
	struct depot *d = *state;
	CHECK("c", .filters = FILTER_EXPIRED);
	CHECK("B", .filters = FILTER_EXPIRING, .days = 30);
	CHECK("Bd", .filters = FILTER_EXPIRING, .days = 365);
	CHECK("", .filters = FILTER_EXPIRING, .days = 5);
	CHECK("B", .filters = FILTER_EXPIRING, .percent = 15);
	CHECK("Bd", .filters = FILTER_EXPIRING, .percent = 50);
	CHECK("B", .filters = FILTER_EXPIRING, .days = 365, .percent = 15);
	CHECK("", .filters = FILTER_EXPIRING);
	CHECK("aBcde", .filters = FILTER_SELF_SIGNED);
	CHECK("a", .filters = FILTER_CA);
	CHECK("Bcdef", .filters = FILTER_LEAF);
	CHECK("", .filters = FILTER_CA | FILTER_LEAF);
	CHECK("B", .filters = FILTER_EXPIRING | FILTER_SELF_SIGNED | FILTER_LEAF, .days = 30);
}

static void test_what_somebody_signed(void **state)
{
	struct depot *d = *state;
	const struct cert_info *alpha = &depot_entry(d, 0)->info, *foxtrot = &depot_entry(d, CHILD)->info;
	CHECK("f", .issuer = alpha);
	CHECK("", .issuer = foxtrot);
	CHECK("f", .issuer = alpha, .text = "eins");
	CHECK("", .issuer = alpha, .text = "root alpha");
	CHECK("", .issuer = alpha, .states = 1u << STATE_BLOCKED);
	CHECK("f", .issuer = alpha, .filters = FILTER_LEAF, .reverse = true);
}

static void test_search_in_each_field(void **state)
{
	struct depot *d = *state;
	CHECK("B", .text = "brav");             /* name */
	CHECK("af", .text = "eins");            /* subject; issuer of its child */
	CHECK("af", .text = "O=Zebra");
	CHECK("B", .text = "mail.b.example");   /* names in it */
	CHECK("B", .text = "192.0.2.7");
	CHECK("c", .text = "ticket 4711");      /* note */
	CHECK("f", .text = "0fedcba9");         /* serial */
	CHECK("f", .text = "0F:ED:CB:A9");
	CHECK("f", .text = "zürich");
	CHECK("d", .text = "a\u202eb");         /* as it is, and as it is shown */
	CHECK("d", .text = "a\\u{202e}b");
	CHECK("f", .text = "ZÜRICH");
	CHECK("Bcdef", .text = "example");
	CHECK("", .text = "nowhere");
	CHECK("aBcdef", .text = "");
	CHECK("aBcdef", .text = "   ");
}

static void test_all_words_must_occur(void **state)
{
	struct depot *d = *state;
	CHECK("c", .text = "example ticket");
	CHECK("c", .text = "  4711\tCHARLIE ");
	CHECK("", .text = "ticket zebra");
	CHECK("", .text = "alphaeins");         /* no match over the border of two fields */
	CHECK("", .text = "\x1b[2J");
	CHECK("", .text = "\xff\xfe");
}

static void test_fingerprint_in_any_notation(void **state)
{
	struct depot *d = *state;
	struct fingerprint print = depot_fingerprint(d, 3);
	struct buf text = { 0 };
	char hex[FINGERPRINT_HEX];
	CHECK("d", .text = fingerprint_hex(&print, hex));
	text_hex(&text, print.bytes, FINGERPRINT_SIZE, ':');
	CHECK("d", .text = buf_text(&text));
	buf_cut(&text, 29); /* some of it, in the middle of what somebody reads out */
	CHECK("d", .text = buf_text(&text));
	CHECK("d", .text = buf_text(&text) + 6);
	buf_cut(&text, 0);
	text_hex(&text, depot_entry(d, 3)->info.sha1, SHA1_SIZE, ' ');
	CHECK("d", .text = buf_text(&text));
	for (char *p = text.data; *p; p++)
		*p = *p >= 'a' && *p <= 'f' ? (char)(*p - 32) : *p;
	CHECK("d", .text = buf_text(&text));
	buf_done(&text);
}

static void check_sort(struct depot *d, const char *column, const char *up, const char *down)
{
	const struct view_column *sort = view_column_find(column);
	assert_non_null(sort);
	CHECK(up, .states = 31, .sort = sort);
	CHECK(down, .states = 31, .sort = sort, .reverse = true);
}

/* Where a column says the same of two, their names decide; reversed, a view is its own mirror image. */
static void test_sort_by_each_column(void **state)
{
	struct depot *d = *state;
	check_sort(d, "name", "aBcdefg", "gfedcBa");
	check_sort(d, "state", "adefBcg", "gcBfeda");
	check_sort(d, "days", "cBdefga", "agfedBc");
	check_sort(d, "subject", "Bcdefga", "agfedcB");
	check_sort(d, "issuer", "Bcdegaf", "fagedcB");
	check_sort(d, "added", "gfedcBa", "aBcdefg");
	check_sort(d, "key", "aBefgcd", "dcgfeBa");
	CHECK("gfedcBa", .states = 31, .reverse = true); /* by name without being told */
}

static void test_sort_by_fingerprint(void **state)
{
	struct depot *d = *state;
	struct view view = { 0 };
	struct query query = { .states = 31, .sort = view_column_find("fingerprint") };
	for (int reverse = 0; reverse < 2; reverse++) {
		query.reverse = reverse;
		view_build(&view, d->store, &query, certgen_time(NOW));
		assert_int_equal(view.count, ROWS);
		for (size_t i = 1; i < view.count; i++) {
			struct entry a, b;
			view_entry(&view, d->store, i - 1, &a);
			view_entry(&view, d->store, i, &b);
			int order = fingerprint_compare(&a.info.sha256, &b.info.sha256);
			assert_true(reverse ? order > 0 : order < 0);
		}
	}
	view_done(&view);
}

static void test_combined(void **state)
{
	struct depot *d = *state;
	CHECK("fed", .states = 1u << STATE_TRUSTED, .filters = FILTER_LEAF, .text = "example",
		.sort = view_column_find("days"), .reverse = true);
	CHECK("", .states = 1u << STATE_TRASH, .filters = FILTER_CA);
	CHECK("g", .states = 1u << STATE_TRASH, .text = "golf", .filters = FILTER_SELF_SIGNED);
}

static enum validity at(struct depot *d, const char *when, int64_t days, int percent)
{
	return entry_validity(depot_entry(d, 4), certgen_time(when), days, percent);
}

/* Valid from 2026-02-01 to 2026-12-01, both inclusive. */
static void test_validity(void **state)
{
	struct depot *d = *state;
	assert_int_equal(at(d, "2026-01-31T23:59:59Z", 30, 0), VALIDITY_FUTURE);
	assert_int_equal(at(d, "2026-02-01T00:00:00Z", 30, 0), VALIDITY_VALID);
	assert_int_equal(at(d, "2026-10-31T00:00:00Z", 30, 0), VALIDITY_VALID);
	assert_int_equal(at(d, "2026-11-02T00:00:00Z", 30, 0), VALIDITY_EXPIRING);
	assert_int_equal(at(d, "2026-11-02T00:00:00Z", 0, 0), VALIDITY_VALID);
	assert_int_equal(at(d, "2026-11-02T00:00:00Z", 0, 15), VALIDITY_EXPIRING);
	assert_int_equal(at(d, "2026-11-02T00:00:00Z", 30, 5), VALIDITY_VALID);
	assert_int_equal(at(d, "2026-12-01T00:00:00Z", 30, 0), VALIDITY_EXPIRING);
	assert_int_equal(at(d, "2026-12-01T00:00:01Z", 30, 0), VALIDITY_EXPIRED);
}

static void test_tables(void **state)
{
	size_t columns, filters;
	const struct view_column *c = view_columns(&columns);
	const struct view_filter *f = view_filters(&filters);
	(void)state;
	for (size_t i = 0; i < columns; i++) {
		assert_true(c[i].name[0] && c[i].title[0] && c[i].help[0]);
		assert_ptr_equal(view_column_find(c[i].name), &c[i]);
		for (size_t k = 0; k < i; k++)
			assert_int_not_equal(c[i].order, c[k].order);
	}
	for (size_t i = 0; i < filters; i++) {
		assert_true(f[i].name[0] && f[i].help[0]);
		assert_ptr_equal(view_filter_find(f[i].name), &f[i]);
		for (size_t k = 0; k < i; k++)
			assert_int_equal(f[i].bit & f[k].bit, 0);
	}
	assert_null(view_column_find("colour"));
	assert_null(view_filter_find(""));
}

static size_t found(struct depot *d, const char *text)
{
	struct view view = { 0 };
	view_build(&view, d->store, &(struct query){ .text = text }, certgen_time(NOW));
	size_t count = view.count;
	view_done(&view);
	return count;
}

/* The words of a limited certificate are looked through as well. */
static void test_search_in_limits(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	(void)state;
	for (int i = 0; i < 2; i++)
		depot_make(d, &(struct certgen){ .cn = "x" });
	tmp_dir(d->tmp, "store/limited");
	depot_drop_pem(d, "limited/a.pem", 0, "For: ldap.example:636\nTicket: CHG-4711\n");
	depot_drop_pem(d, "limited/b.pem", 1, "For: mail.example:25\nTicket: CHG-4712\n");
	depot_open(d);
	assert_int_equal(found(d, "chg-47"), 2);
	assert_int_equal(found(d, "chg-4711"), 1);
	assert_int_equal(found(d, "mail.example:25"), 1);
	assert_int_equal(found(d, "chg-4713"), 0);
	depot_free(d);
}

/* Exactly so many days, or so large a part, is enough. */
static void test_borders_of_what_expires(void **state)
{
	const struct entry e = { .info = { .not_before = 0, .not_after = 1000 * CLOCK_DAY } };
	const int64_t now = 900 * CLOCK_DAY;
	(void)state;
	assert_int_equal(entry_validity(&e, now, 0, 10), VALIDITY_VALID);
	assert_int_equal(entry_validity(&e, now, 0, 11), VALIDITY_EXPIRING);
	assert_int_equal(entry_validity(&e, now, 100, 0), VALIDITY_VALID);
	assert_int_equal(entry_validity(&e, now, 101, 0), VALIDITY_EXPIRING);
	assert_int_equal(entry_validity(&e, now, 101, 10), VALIDITY_VALID);
	assert_int_equal(entry_validity(&e, now, 0, 0), VALIDITY_VALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_borders_of_what_expires),
		cmocka_unit_test(test_search_in_limits),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_what_somebody_signed),
		cmocka_unit_test(test_search_in_each_field),
		cmocka_unit_test(test_all_words_must_occur),
		cmocka_unit_test(test_fingerprint_in_any_notation),
		cmocka_unit_test(test_sort_by_each_column),
		cmocka_unit_test(test_sort_by_fingerprint),
		cmocka_unit_test(test_combined),
		cmocka_unit_test(test_validity),
		cmocka_unit_test(test_tables),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
