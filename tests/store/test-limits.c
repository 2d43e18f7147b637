#include "store/limits.h"

#include "support/unit.h"

#include <string.h>
#include <sys/stat.h>

#include "store/doctor.h"
#include "store/internal.h"
#include "store/journal.h"
#include "support/depot.h"

#define NOW   "2025-07-01T00:00:00Z"
#define PLACE "ldap.example:636"

static bool holds(const char *scope, const char *until, const char *place)
{
	const struct limits limits = { scope, until, "" };
	return limits_hold(&limits, place, certgen_time(NOW));
}

static void test_for_whom(void **state)
{
	(void)state;
	assert_true(holds(PLACE, "", PLACE));
	assert_true(holds("LDAP.Example:636", "", PLACE));
	assert_true(holds("a:1,ldap.example:636", "", PLACE));
	assert_true(holds("a,ldap.example:636", "", PLACE)); /* however short the one before */
	assert_true(holds("a:1 , \t[2001:db8::1]:443", "", "[2001:db8::1]:443"));
	assert_false(holds(PLACE, "", "ldap.example:389"));
	assert_false(holds(PLACE, "", "ldap.example:6366"));
	assert_false(holds(PLACE, "", "ldap.example:63"));
	assert_false(holds(PLACE, "", NULL));
	assert_false(holds(", ,", "", PLACE)); /* nobody isn't everybody */
	assert_false(holds(",", "", ""));
}

static void test_until_when(void **state)
{
	(void)state;
	assert_true(holds("", "2025-07-02", PLACE));
	assert_true(holds("", "2025-07-01T00:00:01Z", NULL));
	assert_false(holds("", "2025-07-01", PLACE)); /* it ends as the day begins */
	assert_false(holds("", "2025-06-30", PLACE));
	assert_false(holds(PLACE, "soon", PLACE));
	assert_false(holds(PLACE, "2025-02-30", PLACE));
	assert_false(holds(PLACE, "2026-01-01 ", PLACE));
	assert_false(holds("", "", PLACE)); /* it says nothing at all */
}

static void check_words(const char *scope, const char *until, const char *want)
{
	const struct limits limits = { scope, until, "" };
	struct buf words = { 0 };
	limits_words(&limits, &words);
	assert_string_equal(buf_text(&words), want);
	buf_cut(&words, 0);
	limits_show(&limits, &words); /* the same in the language of the sources */
	assert_string_equal(buf_text(&words), want);
	buf_done(&words);
}

static void test_words(void **state)
{
	(void)state;
	check_words("a:1,b:2", "2026-12-01", "for a:1, b:2 until 2026-12-01");
	check_words("a:1", "", "for a:1");
	check_words("", "2026-12-01", "for every service until 2026-12-01");
	check_words(",", "", "for nobody");
	check_words("a:1", "x", "for a:1 until x, which is no date");
	check_words("", "", "for nobody, as it says neither for whom nor until when");
}

/* ---- in a store ---- */

static struct depot *limited(const char *headers)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	depot_make(d, &(struct certgen){ .cn = "limited" });
	assert_int_equal(mkdir(depot_path(d, "limited"), 0755), 0);
	depot_drop_pem(d, "limited/x.pem", 1, headers);
	depot_reload(d);
	return d;
}

static void test_read_from_the_file(void **state)
{
	struct depot *d = limited("For: a:1, b:2\nUntil: 2026-12-01\nTicket: OPS-1\n");
	(void)state;
	for (int again = 0; again < 2; again++) {
		const struct entry *e = depot_entry(d, 1);
		assert_int_equal(e->state, STATE_LIMITED);
		assert_string_equal(e->scope, "a:1, b:2");
		assert_string_equal(e->until, "2026-12-01");
		assert_string_equal(e->ticket, "OPS-1");
		assert_string_equal(depot_entry(d, 0)->scope, "");
		depot_open(d); /* from the index */
	}
	depot_free(d);
}

/* A store of before there were limits has no such folder, and none is made before it is needed. */
static void test_the_folder_comes_with_the_first(void **state)
{
	struct depot *d = depot_new(2, STATE_TRUSTED);
	struct plan plan = { .op = "trust" };
	(void)state;
	depot_rename(d, 0, "other");
	assert_false(tmp_exists(d->tmp, "store/limited"));
	depot_open(d);
	struct lock lock;
	lock_peek(d->store->root, &lock);
	assert_true(lock.times[STATE_LIMITED] != 0); /* what isn't there needn't be listed */
	plan_move(&plan, depot_entry(d, 0), STATE_LIMITED);
	depot_apply(d, &plan);
	assert_true(tmp_exists(d->tmp, "store/limited"));
	assert_int_equal(depot_state(d, 0), STATE_LIMITED);
	depot_undo(d, 0);
	assert_int_equal(depot_state(d, 0), STATE_TRUSTED);
	depot_free(d);
}

static void test_another_makes_the_folder(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	struct store *other;
	struct store_options options = { .path = depot_path(d, NULL) };
	struct plan plan = { .op = "trust" };
	struct error err = { 0 };
	(void)state;
	assert_true(store_open(&options, &other, &err));
	store_watch(other);
	plan_move(&plan, depot_entry(d, 0), STATE_LIMITED);
	depot_apply(d, &plan);
	assert_true(store_reload(other, &err));
	assert_int_equal(store_count_state(other, STATE_LIMITED), 1);
	assert_int_equal(store_count_state(other, STATE_TRUSTED), 0);
	store_close(other);
	depot_free(d);
}

/* Between the moment when a reader opened the folders and the one when it read them. */
static void test_another_makes_the_folder_meanwhile(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	struct store *other;
	struct store_options options = { .path = depot_path(d, NULL) };
	struct plan plan = { .op = "trust" };
	struct error err = { 0 };
	(void)state;
	assert_true(store_open(&options, &other, &err));
	plan_move(&plan, depot_entry(d, 0), STATE_LIMITED);
	depot_apply(d, &plan);
	assert_true(other->dirs[STATE_LIMITED] < 0);
	assert_true(store_load(other, true, &err));
	assert_int_equal(store_count_state(other, STATE_LIMITED), 1);
	assert_int_equal(store_count_state(other, STATE_TRUSTED), 0);
	store_close(other);
	depot_free(d);
}

/* What isn't opened is no folder that stood still. */
static void test_a_folder_that_came_is_seen(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	struct stillness before, after;
	(void)state;
	depot_open(d);
	store_look(d->store, &before);
	assert_int_equal(mkdir(depot_path(d, "limited"), 0755), 0);
	store_look(d->store, &after);
	assert_true(before.times[STATE_LIMITED] != after.times[STATE_LIMITED]);
	depot_free(d);
}

/* Written anew and moved at once: the file's bytes come back by an undo. */
static void test_edit_and_move(void **state)
{
	struct depot *d = depot_new(1, STATE_UNTRUSTED);
	struct plan plan = { .op = "trust" };
	struct headers headers = { 0 };
	char hash[FINGERPRINT_HEX];
	struct cert *cert;
	struct error err = { 0 };
	size_t len;
	(void)state;
	assert_true(store_read_cert(d->store, depot_entry(d, 0), &cert, &headers, hash, &err));
	headers_set(&headers, LIMITS_FOR, "a:1");
	const uint8_t *der = cert_der(cert, &len);
	plan_edit_to(&plan, depot_entry(d, 0), STATE_LIMITED, &headers, der, len, hash, "limited: a:1");
	assert_string_equal(plan.rows[0].was, "untrusted");
	struct headers written = { 0 };
	assert_true(plan_row_headers(&plan.rows[0], &written));
	assert_string_equal(headers_get(&written, LIMITS_FOR), "a:1");
	headers_done(&written);
	depot_apply(d, &plan);
	const char *after = depot_picture(d);
	assert_int_equal(depot_state(d, 0), STATE_LIMITED);
	assert_string_equal(depot_header(d, 0, LIMITS_FOR), "a:1");
	int64_t undo = depot_undo(d, 0);
	assert_string_equal(depot_entry(d, 0)->scope, "");
	assert_int_equal(depot_state(d, 0), STATE_UNTRUSTED);
	depot_undo(d, undo);
	assert_string_equal(depot_picture(d), after);
	headers_done(&headers);
	cert_free(cert);
	depot_free(d);
}

/* What ends by itself is nobody's decision: an undo takes back the one before it. */
static void test_undo_passes_over_a_lapse(void **state)
{
	struct depot *d = limited("Until: 2025-01-01\n");
	struct plan plan = { .op = OP_LAPSE };
	(void)state;
	depot_rename(d, 0, "renamed");
	plan_move(&plan, depot_entry(d, 1), STATE_UNTRUSTED);
	int64_t lapse = depot_apply(d, &plan);
	depot_undo(d, 0);
	assert_string_equal(depot_entry(d, 0)->name, "cert-0");
	assert_int_equal(depot_state(d, 1), STATE_UNTRUSTED);
	depot_undo(d, lapse);
	assert_int_equal(depot_state(d, 1), STATE_LIMITED);
	depot_free(d);
}

static void check_told(const char *headers, const char *want)
{
	struct depot *d = limited(headers);
	struct findings found = { 0 };
	struct error err = { 0 };
	assert_true(doctor_run(d->store, false, &found, &err));
	assert_int_equal(found.count, want != NULL);
	if (want) {
		assert_string_equal(found.items[0].code, "limits");
		assert_string_equal(found.items[0].file, "limited/x.pem");
		assert_non_null(strstr(found.items[0].text, want));
	}
	findings_done(&found);
	depot_free(d);
}

static void test_doctor(void **state)
{
	(void)state;
	check_told("For: a:1\nUntil: 2026-12-01\n", NULL);
	check_told("For: a:1\n", NULL);
	check_told("Name: x\n", "neither for whom");
	check_told("For: a:1\nUntil: next week\n", "next week is no date");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_for_whom),
		cmocka_unit_test(test_until_when),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_read_from_the_file),
		cmocka_unit_test(test_the_folder_comes_with_the_first),
		cmocka_unit_test(test_another_makes_the_folder),
		cmocka_unit_test(test_another_makes_the_folder_meanwhile),
		cmocka_unit_test(test_a_folder_that_came_is_seen),
		cmocka_unit_test(test_edit_and_move),
		cmocka_unit_test(test_undo_passes_over_a_lapse),
		cmocka_unit_test(test_doctor),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
