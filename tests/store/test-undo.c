#include "store/journal.h"

#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/limits.h"
#include "support/depot.h"

static void refuse_undo(struct depot *d, int64_t seq, enum error_code code, const char *want)
{
	struct plan plan = { 0 };
	struct error err = { 0 };
	assert_false(journal_plan_undo(d->store, seq, &plan, &err));
	plan_done(&plan);
	assert_int_equal(err.code, code);
	if (!strstr(err.text, want))
		fail_msg("'%s' doesn't say '%s'", err.text, want);
}

static void check_verified(struct depot *d)
{
	struct journal_check check;
	assert_true(journal_verify(d->store, &check, NULL));
	assert_int_equal(check.bad_line, 0);
}

/* Whatever a change was, its undo gives the folders back to the byte, and so does undoing that. */
static void check_there_and_back(struct depot *d, struct plan *plan)
{
	const char *before = depot_picture(d);
	depot_apply(d, plan);
	const char *after = depot_picture(d);
	assert_string_not_equal(after, before);
	int64_t undo = depot_undo(d, 0);
	assert_string_equal(depot_picture(d), before);
	int64_t redo = depot_undo(d, undo);
	assert_string_equal(depot_picture(d), after);
	depot_undo(d, redo);
	assert_string_equal(depot_picture(d), before);
	check_verified(d);
}

static void test_create(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	struct plan plan = { .op = "import" };
	(void)state;
	depot_make(d, &(struct certgen){ .cn = "x" });
	depot_plan_create(d, &plan, 1, STATE_BLOCKED, "x");
	check_there_and_back(d, &plan);
	depot_free(d);
}

static void test_move(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	(void)state;
	for (int s = 1; s < STATE_COUNT; s++) {
		struct plan plan = { .op = "test" };
		plan_move(&plan, depot_entry(d, 0), (enum state)s);
		check_there_and_back(d, &plan);
	}
	depot_free(d);
}

static void test_edit(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	struct plan plan = { .op = "rename" };
	(void)state;
	depot_plan_name(d, &plan, 0, "new");
	check_there_and_back(d, &plan);
	depot_free(d);
}

/* The name of the file and every byte in it come back, DER and free text alike. */
static void test_edit_of_dropped_in_files(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	struct plan plan = { .op = "rename" };
	(void)state;
	depot_make(d, &(struct certgen){ .cn = "x" });
	depot_make(d, &(struct certgen){ .cn = "y" });
	depot_drop_der(d, "trusted/x \xff.der", 0);
	depot_drop_pem(d, "blocked/y.crt", 1, "Certificate:\r\n\t\x1b free \u202e text \\x41\n");
	depot_reload(d);
	depot_plan_name(d, &plan, 0, "new x");
	depot_plan_name(d, &plan, 1, "new y");
	check_there_and_back(d, &plan);
	depot_free(d);
}

static void test_remove(void **state)
{
	struct depot *d = depot_new(1, STATE_TRASH);
	struct plan plan = { .op = "purge" };
	(void)state;
	depot_make(d, &(struct certgen){ .cn = "x" });
	depot_drop_der(d, "trash/x.cer", 1);
	depot_reload(d);
	plan_remove(&plan, depot_entry(d, 0));
	plan_remove(&plan, depot_entry(d, 1));
	check_there_and_back(d, &plan);
	depot_free(d);
}

static void test_a_group_of_every_kind(void **state)
{
	struct depot *d = depot_new(4, STATE_UNTRUSTED);
	struct plan plan = { .op = "test" };
	(void)state;
	depot_make(d, &(struct certgen){ .cn = "x" });
	plan_move(&plan, depot_entry(d, 0), STATE_TRUSTED);
	depot_plan_create(d, &plan, 4, STATE_TRUSTED, "x");
	depot_plan_name(d, &plan, 1, "new");
	plan_remove(&plan, depot_entry(d, 2));
	plan_move(&plan, depot_entry(d, 3), STATE_TRASH);
	check_there_and_back(d, &plan);
	depot_free(d);
}

static void test_rows_of_an_undo(void **state)
{
	struct depot *d = depot_new(2, STATE_UNTRUSTED);
	struct plan plan = { 0 };
	(void)state;
	depot_move(d, 0, STATE_TRUSTED);
	assert_true(journal_plan_undo(d->store, 0, &plan, NULL));
	assert_string_equal(plan.op, "undo");
	assert_int_equal(plan.undoes, 3);
	assert_int_equal(plan.count, 1);
	assert_string_equal(plan.rows[0].was, "trusted");
	assert_string_equal(plan.rows[0].now, "untrusted");
	assert_string_equal(plan.rows[0].name, "cert-0");
	assert_string_equal(plan.rows[0].subject, "CN=cert-0");
	assert_non_null(strstr(plan.about, "change 3, trust by "));
	plan_done(&plan);
	/* Any number of a group stands for all of it; its rows are undone from the last to the first. */
	assert_true(journal_plan_undo(d->store, 3, &plan, NULL));
	plan_done(&plan);
	depot_undo(d, 0);
	assert_true(journal_plan_undo(d->store, 2, &plan, NULL));
	assert_int_equal(plan.undoes, 1);
	assert_non_null(strstr(plan.about, "change 1, import of 2 by "));
	assert_int_equal(plan.count, 2);
	assert_string_equal(plan.rows[0].name, "cert-1");
	plan_done(&plan);
	depot_free(d);
}

static void test_one_after_the_other(void **state)
{
	struct depot *d = depot_new(1, STATE_UNTRUSTED);
	(void)state;
	depot_move(d, 0, STATE_TRUSTED);
	depot_rename(d, 0, "new");
	depot_move(d, 0, STATE_BLOCKED);
	depot_undo(d, 0);
	assert_int_equal(depot_state(d, 0), STATE_TRUSTED);
	depot_undo(d, 0);
	assert_string_equal(depot_entry(d, 0)->name, "cert-0");
	depot_undo(d, 0);
	assert_int_equal(depot_state(d, 0), STATE_UNTRUSTED);
	depot_undo(d, 0);
	assert_int_equal(depot_state(d, 0), STATE_NONE);
	refuse_undo(d, 0, ERROR_NOT_FOUND, "nothing to undo");
	depot_free(d);
}

static void test_by_number(void **state)
{
	struct depot *d = depot_new(2, STATE_UNTRUSTED);
	(void)state;
	depot_move(d, 0, STATE_TRUSTED);        /* 3 */
	depot_move(d, 1, STATE_BLOCKED);        /* 4 */
	depot_undo(d, 3);
	assert_int_equal(depot_state(d, 0), STATE_UNTRUSTED);
	assert_int_equal(depot_state(d, 1), STATE_BLOCKED);
	refuse_undo(d, 3, ERROR_FAILED, "change 3 is undone already");
	refuse_undo(d, 77, ERROR_NOT_FOUND, "there is no change 77");
	refuse_undo(d, -1, ERROR_NOT_FOUND, "there is no change -1");
	depot_undo(d, 5); /* which was the undo of 3 */
	assert_int_equal(depot_state(d, 0), STATE_TRUSTED);
	refuse_undo(d, 5, ERROR_FAILED, "is undone already");
	depot_undo(d, 3);
	assert_int_equal(depot_state(d, 0), STATE_UNTRUSTED);
	depot_free(d);
}

static void test_later_changes_stand_in_the_way(void **state)
{
	struct depot *d = depot_new(4, STATE_UNTRUSTED);
	(void)state;
	depot_move(d, 0, STATE_TRUSTED);        /* 5 */
	depot_move(d, 0, STATE_BLOCKED);        /* 6 */
	refuse_undo(d, 5, ERROR_FAILED, "undo 5: cert-0 is elsewhere by now");
	depot_rename(d, 1, "one");              /* 7 */
	depot_rename(d, 1, "two");              /* 8 */
	refuse_undo(d, 7, ERROR_FAILED, "undo 7: cert-1 was changed again meanwhile");
	depot_move(d, 2, STATE_TRASH);          /* 9 */
	depot_remove(d, 2);                     /* 10 */
	refuse_undo(d, 9, ERROR_FAILED, "undo 9: cert-2 is no longer there");
	depot_create(d, 2, STATE_TRUSTED, "again"); /* 11 */
	refuse_undo(d, 10, ERROR_FAILED, "undo 10: cert-2 was added again meanwhile");
	refuse_undo(d, 1, ERROR_FAILED, "(undo the later change first, or another");
	depot_free(d);
}

/* Taking back an import must not lose the name that somebody gave since. */
static void test_an_import_that_was_edited_since(void **state)
{
	struct depot *d = depot_new(1, STATE_UNTRUSTED);
	(void)state;
	depot_rename(d, 0, "a better name");
	refuse_undo(d, 1, ERROR_FAILED, "cert-0 was changed again meanwhile");
	depot_undo(d, 0);
	depot_undo(d, 1);
	assert_int_equal(depot_state(d, 0), STATE_NONE);
	depot_free(d);
}

/* An edit gives a dropped-in file another name: what was moved before is still found. */
static void test_move_of_a_file_that_got_another_name(void **state)
{
	struct depot *d = depot_new(0, STATE_UNTRUSTED);
	(void)state;
	depot_make(d, &(struct certgen){ .cn = "x" });
	depot_drop_pem(d, "untrusted/x.crt", 0, "");
	depot_reload(d);
	int64_t trust = depot_move(d, 0, STATE_TRUSTED);
	depot_rename(d, 0, "new");
	depot_undo(d, trust);
	assert_int_equal(depot_state(d, 0), STATE_UNTRUSTED);
	assert_string_equal(depot_entry(d, 0)->name, "new");
	assert_string_equal(depot_entry(d, 0)->file, depot_file(d, 0));
	depot_free(d);
}

static void limit_all(struct depot *d, const char *scope)
{
	struct plan plan = { .op = "trust" };
	for (size_t i = 0; i < d->count; i++) {
		struct headers headers = { 0 };
		struct cert *cert;
		char hash[FINGERPRINT_HEX];
		size_t len;
		assert_true(store_read_cert(d->store, depot_entry(d, i), &cert, &headers, hash, NULL));
		headers_set(&headers, LIMITS_FOR, scope);
		const uint8_t *der = cert_der(cert, &len);
		plan_edit_to(&plan, depot_entry(d, i), STATE_LIMITED, &headers, der, len, hash, scope);
		headers_done(&headers);
		cert_free(cert);
	}
	depot_apply(d, &plan);
}

static void move_all(struct depot *d, const char *op, enum state to)
{
	struct plan plan = { .op = op };
	for (size_t i = 0; i < d->count; i++)
		plan_move(&plan, depot_entry(d, i), to);
	depot_apply(d, &plan);
}

/*
 * What ended by itself is over, and so is the decision that it ended: the one before is undone.  The
 * limits are still written in the files, of which that one knows nothing.
 */
static void test_decisions_that_are_over(void **state)
{
	struct depot *d = depot_new(3, STATE_UNTRUSTED);
	struct plan plan = { .op = "rename" };
	(void)state;
	for (size_t i = 0; i < d->count; i++)
		depot_plan_name(d, &plan, i, "new");
	depot_apply(d, &plan);
	for (int again = 0; again < 2; again++) {
		limit_all(d, again ? "a:1" : "b:2");
		move_all(d, OP_LAPSE, STATE_UNTRUSTED);
	}
	depot_undo(d, 0);
	for (size_t i = 0; i < d->count; i++) {
		char *name = mem_format("cert-%zu", i);
		assert_int_equal(depot_state(d, i), STATE_UNTRUSTED);
		assert_string_equal(depot_entry(d, i)->name, name);
		assert_null(depot_header(d, i, LIMITS_FOR));
		free(name);
	}
	check_verified(d);
	depot_free(d);
}

/* Trusted, limited, ended: to have ended isn't to be trusted again, and that stands in the way. */
static void test_limited_from_trusted(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	(void)state;
	limit_all(d, "a:1");
	move_all(d, OP_LAPSE, STATE_UNTRUSTED);
	refuse_undo(d, 0, ERROR_FAILED, "undo 1: cert-0 is elsewhere by now");
	depot_free(d);
}

/* Over is what stands again where it stood, or what was limited and has ended; nothing else is. */
static void test_decisions_that_are_not_over(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	(void)state;
	depot_move(d, 0, STATE_BLOCKED);
	move_all(d, OP_LAPSE, STATE_UNTRUSTED);
	refuse_undo(d, 0, ERROR_FAILED, "cert-0 is elsewhere by now");
	depot_free(d);
}

static void test_a_file_in_the_way(void **state)
{
	struct depot *d = depot_new(1, STATE_TRASH);
	struct plan plan = { 0 };
	(void)state;
	depot_remove(d, 0);
	char *name = mem_format("store/trash/%s", depot_file(d, 0));
	tmp_text(d->tmp, name, "somebody's");
	depot_reload(d);
	assert_true(journal_plan_undo(d->store, 0, &plan, NULL));
	depot_refuse(d, &plan, "a file of that name is in trash already");
	free(name);
	depot_free(d);
}

static void test_a_damaged_journal(void **state)
{
	struct depot *d = depot_new(1, STATE_TRASH);
	(void)state;
	char *text = mem_format("%snonsense\n", depot_journal(d));
	tmp_text(d->tmp, "store/journal", text);
	free(text);
	refuse_undo(d, 0, ERROR_FAILED, "not JSON");
	depot_free(d);
}

/* Undo reads as far as it needs: what is broken before that is no hindrance, behind it, it is. */
static void test_damage_before_and_behind(void **state)
{
	struct depot *d = depot_new(2, STATE_UNTRUSTED);
	struct plan plan = { 0 };
	(void)state;
	depot_move(d, 0, STATE_TRUSTED); /* 3 */
	size_t before = strlen(depot_journal(d));
	depot_move(d, 1, STATE_TRUSTED); /* 4 */
	depot_move(d, 1, STATE_BLOCKED); /* 5 */
	const char *journal = depot_journal(d);
	char *text = mem_format("%.*snonsense\n%s{\"seq\":6,\"torn", (int)before, journal,
		journal + before);
	tmp_text(d->tmp, "store/journal", text);
	free(text);
	assert_true(journal_plan_undo(d->store, 0, &plan, NULL));
	assert_int_equal(plan.undoes, 5);
	assert_string_equal(plan.rows[0].name, "cert-1");
	plan_done(&plan);
	assert_true(journal_plan_undo(d->store, 5, &plan, NULL));
	plan_done(&plan);
	/* Whether the line before a change goes on with it, and what was undone behind, must be known. */
	refuse_undo(d, 4, ERROR_FAILED, "not JSON");
	refuse_undo(d, 3, ERROR_FAILED, "not JSON");
	depot_free(d);
}

/* Much longer than what is read at once, in the middle of a group and as its first line. */
static void test_lines_of_a_megabyte(void **state)
{
	struct depot *d = depot_new(3, STATE_TRASH);
	struct plan plan = { .op = "purge" };
	static char note[900000];
	(void)state;
	memset(note, 'n', sizeof note - 1);
	note[sizeof note - 2] = '\n';
	for (size_t i = 0; i < 2; i++) {
		char *name = mem_format("trash/%s", depot_file(d, i));
		depot_drop_pem(d, name, i, note);
		free(name);
	}
	depot_reload(d);
	for (size_t i = 0; i < 3; i++)
		plan_remove(&plan, depot_entry(d, i));
	check_there_and_back(d, &plan);
	refuse_undo(d, 6, ERROR_FAILED, "change 4 is undone already");
	depot_free(d);
}

/* The same series in every run. */
static uint32_t seed = 4711;

static uint32_t random_below(uint32_t most)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % most;
}

static const char *random_name(void)
{
	static char name[40];
	snprintf(name, sizeof name, "name %u \\u{202e} \"%u\"", random_below(1000), random_below(9));
	return name;
}

static void plan_something(struct depot *d, struct plan *plan, size_t i)
{
	const struct entry *e = depot_entry(d, i);
	uint32_t what = random_below(10);
	if (!e)
		depot_plan_create(d, plan, i, (enum state)random_below(STATE_COUNT), random_name());
	else if (what < 3)
		depot_plan_name(d, plan, i, random_name());
	else if (what < 5)
		plan_remove(plan, e);
	else
		plan_move(plan, e, (enum state)((e->state + 1 + random_below(4)) % STATE_COUNT));
}

#define CERTS  12
#define SERIES (UNIT_SLOW ? 60 : 200)

static void plan_group(struct depot *d, struct plan *plan)
{
	size_t first = random_below(CERTS), rows = random_below(4) ? 1 : 1 + random_below(CERTS);
	*plan = (struct plan){ .op = "test" };
	for (size_t i = 0; i < rows; i++)
		plan_something(d, plan, (first + i) % CERTS);
}

static void test_random_series(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	const char *pictures[200];
	(void)state;
	for (size_t i = 0; i < CERTS; i++)
		depot_make(d, &(struct certgen){ .cn = "x" });
	depot_drop_der(d, "trusted/a.der", 0);
	depot_drop_pem(d, "blocked/\xff\x1b.crt", 1, "free text\n");
	depot_drop_pem(d, "trash/c.pem", 2, "Name: c\r\nX-Mine: y\r\n");
	depot_reload(d);
	for (size_t i = 0; i < SERIES; i++) {
		struct plan plan;
		pictures[i] = depot_picture(d);
		plan_group(d, &plan);
		depot_apply(d, &plan);
	}
	for (size_t i = SERIES; i > 0; i--) {
		depot_undo(d, 0);
		assert_string_equal(depot_picture(d), pictures[i - 1]);
	}
	refuse_undo(d, 0, ERROR_NOT_FOUND, "nothing to undo");
	check_verified(d);
	depot_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_create),
		cmocka_unit_test(test_move),
		cmocka_unit_test(test_edit),
		cmocka_unit_test(test_edit_of_dropped_in_files),
		cmocka_unit_test(test_remove),
		cmocka_unit_test(test_a_group_of_every_kind),
		cmocka_unit_test(test_rows_of_an_undo),
		cmocka_unit_test(test_one_after_the_other),
		cmocka_unit_test(test_by_number),
		cmocka_unit_test(test_later_changes_stand_in_the_way),
		cmocka_unit_test(test_an_import_that_was_edited_since),
		cmocka_unit_test(test_move_of_a_file_that_got_another_name),
		cmocka_unit_test(test_decisions_that_are_over),
		cmocka_unit_test(test_limited_from_trusted),
		cmocka_unit_test(test_decisions_that_are_not_over),
		cmocka_unit_test(test_a_file_in_the_way),
		cmocka_unit_test(test_a_damaged_journal),
		cmocka_unit_test(test_damage_before_and_behind),
		cmocka_unit_test(test_lines_of_a_megabyte),
		cmocka_unit_test(test_random_series),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
