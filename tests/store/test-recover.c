/*
 * Each state that a crash may leave is built by the functions that a writer uses, which is stopped
 * behind one of the steps that src/store/apply.c counts; then the store is opened.
 */
#include "store/internal.h"

#include "support/unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/ledger.h"
#include "store/lock.h"
#include "support/depot.h"

enum crash {
	AFTER_TEMPS,        /* step 2 */
	AFTER_MARK,         /* step 3 */
	WITHIN_JOURNAL,     /* step 4: a part of the lines */
	WITHIN_LINE,        /* step 4: a line without its end */
	AFTER_JOURNAL,      /* step 4 */
	WITHIN_ROWS,        /* step 5: half of the rows */
	BEFORE_SEAL,        /* step 5 */
	CRASHES
};

/* The rows of every kind: create, move, edit in place, edit with a new name, remove. */
#define ROWS 5

static struct depot *make_depot(void)
{
	struct depot *d = depot_new(3, STATE_UNTRUSTED);
	depot_make(d, &(struct certgen){ .cn = "dropped" });
	depot_drop_pem(d, "trusted/dropped.crt", 3, "");
	depot_make(d, &(struct certgen){ .cn = "fresh" });
	depot_reload(d);
	return d;
}

static void make_plan(struct depot *d, struct plan *plan)
{
	*plan = (struct plan){ .op = "test" };
	depot_plan_create(d, plan, 4, STATE_BLOCKED, "fresh");
	plan_move(plan, depot_entry(d, 0), STATE_TRUSTED);
	depot_plan_name(d, plan, 1, "renamed");
	depot_plan_name(d, plan, 3, "renamed, too");
	plan_remove(plan, depot_entry(d, 2));
	assert_int_equal(plan->count, ROWS);
}

static void write_temps(struct store *s, struct plan *plan, int64_t seq)
{
	char temp[40];
	for (size_t i = 0; i < plan->count; i++) {
		struct plan_row *row = &plan->rows[i];
		struct buf bytes = { 0 };
		struct fingerprint hash;
		change_temp_name(temp, sizeof temp, seq + (int64_t)i);
		if (!row->writes)
			continue;
		assert_true(plan_row_bytes(row, &bytes, NULL));
		fingerprint_of(bytes.data, bytes.len, &hash);
		fingerprint_hex(&hash, row->hash);
		assert_true(fs_write(s->dirs[row->dst.state], temp, 0644, bytes.data, bytes.len,
			FS_LATER, NULL));
		buf_done(&bytes);
	}
}

static void write_lines(struct store *s, const struct plan *plan, struct ledger_end *end)
{
	struct buf olds[ROWS] = { 0 };
	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_row *row = &plan->rows[i];
		if (row->src.state != STATE_NONE && (row->writes || row->dst.state == STATE_NONE))
			assert_true(fs_read(s->dirs[row->src.state], row->src.file, FS_NOFOLLOW,
				FILE_MOST, &olds[i], NULL, NULL));
	}
	assert_true(ledger_write(s->root, plan, olds, end, NULL));
	for (size_t i = 0; i < plan->count; i++)
		buf_done(&olds[i]);
}

/* How much of the lines that begin there a crash leaves of the whole journal. */
static int64_t journal_part(enum crash crash, const char *journal, int64_t start)
{
	const char *second = strchr(journal + start, '\n') + 1;
	int64_t first_two = strchr(second, '\n') + 1 - journal;
	if (crash == WITHIN_JOURNAL)
		return first_two;
	return crash == WITHIN_LINE ? first_two + 30 : (int64_t)strlen(journal);
}

static void crash_at(struct depot *d, struct plan *plan, enum crash crash)
{
	struct store *s = d->store;
	struct ledger_end start, end;
	struct lock lock;
	assert_true(lock_take(s->root, 0, &lock, NULL));
	assert_true(ledger_find_end(s->root, &start, NULL));
	end = start;
	write_temps(s, plan, start.seq + 1);
	if (crash >= AFTER_MARK)
		assert_true(lock_mark(&lock, start.size, NULL));
	if (crash >= WITHIN_JOURNAL) {
		write_lines(s, plan, &end);
		int64_t part = journal_part(crash, depot_journal(d), start.size);
		assert_true(ledger_cut(s->root, part, NULL));
	}
	size_t rows = crash == BEFORE_SEAL ? ROWS : crash == WITHIN_ROWS ? 3 : 0;
	for (size_t i = 0; i < rows; i++)
		assert_true(change_forward(s, &plan->rows[i], start.seq + 1 + (int64_t)i, NULL));
	lock_release(&lock);
	depot_close(d);
}

static void check_journal(struct depot *d)
{
	struct journal_check check;
	assert_true(journal_verify(d->store, &check, NULL));
	if (check.bad_line)
		fail_msg("line %d: %s", (int)check.bad_line, check.why);
}

static void check_no_leftovers(struct depot *d)
{
	struct lock seen;
	assert_null(strstr(depot_picture(d), TEMP_PREFIX));
	lock_peek(d->store->root, &seen);
	assert_true(seen.open == -1);
	check_journal(d);
}

static void check_all_done(struct depot *d)
{
	assert_int_equal(depot_state(d, 0), STATE_TRUSTED);
	assert_string_equal(depot_entry(d, 1)->name, "renamed");
	assert_int_equal(depot_state(d, 2), STATE_NONE);
	assert_string_equal(depot_entry(d, 3)->name, "renamed, too");
	assert_string_equal(depot_entry(d, 3)->file, depot_file(d, 3));
	assert_int_equal(depot_state(d, 4), STATE_BLOCKED);
	assert_int_equal(store_count(d->store), 4);
}

static void test_opening_heals(void **state)
{
	(void)state;
	for (int crash = 0; crash < CRASHES; crash++) {
		struct depot *d = make_depot();
		struct plan plan;
		const char *picture = depot_picture(d), *journal = depot_journal(d);
		make_plan(d, &plan);
		crash_at(d, &plan, (enum crash)crash);
		depot_open(d);
		check_no_leftovers(d);
		if (crash >= AFTER_JOURNAL) {
			check_all_done(d);
		} else {
			assert_string_equal(depot_picture(d), picture);
			assert_string_equal(depot_journal(d), journal);
		}
		depot_rename(d, 0, "life goes on");
		check_journal(d);
		plan_done(&plan);
		depot_free(d);
	}
}

/* What recovery finished can be undone like any other change. */
static void test_what_was_finished_can_be_undone(void **state)
{
	struct depot *d = make_depot();
	struct plan plan;
	const char *picture = depot_picture(d);
	(void)state;
	make_plan(d, &plan);
	crash_at(d, &plan, WITHIN_ROWS);
	depot_open(d);
	depot_undo(d, 0);
	assert_string_equal(depot_picture(d), picture);
	plan_done(&plan);
	depot_free(d);
}

/* Recovery may be cut off, too: whatever rows it had done by then, it finishes the next time. */
static void test_crash_while_healing(void **state)
{
	(void)state;
	for (size_t again = 0; again <= ROWS; again++) {
		struct depot *d = make_depot();
		struct plan plan;
		make_plan(d, &plan);
		int64_t first = 0;
		crash_at(d, &plan, AFTER_JOURNAL);
		struct store_options reader = { .path = depot_path(d, NULL), .read_only = true };
		assert_true(store_open(&reader, &d->store, NULL));
		struct ledger_end end;
		assert_true(ledger_find_end(d->store->root, &end, NULL));
		first = end.seq - ROWS + 1;
		for (size_t i = 0; i < again; i++)
			assert_true(change_forward(d->store, &plan.rows[i], first + (int64_t)i, NULL));
		depot_open(d);
		check_no_leftovers(d);
		check_all_done(d);
		plan_done(&plan);
		depot_free(d);
	}
}

static void test_a_reader_leaves_all_as_it_is(void **state)
{
	struct depot *d = make_depot();
	struct plan plan;
	(void)state;
	make_plan(d, &plan);
	crash_at(d, &plan, AFTER_JOURNAL);
	const char *picture = depot_picture(d), *journal = depot_journal(d);
	struct store_options reader = { .path = depot_path(d, NULL), .read_only = true };
	assert_true(store_open(&reader, &d->store, NULL));
	assert_int_equal(depot_state(d, 0), STATE_UNTRUSTED);
	assert_string_equal(depot_picture(d), picture);
	assert_string_equal(depot_journal(d), journal);
	depot_open(d);
	check_all_done(d);
	plan_done(&plan);
	depot_free(d);
}

/* A console that is open all the while heals the store before its next change. */
static void test_a_writer_heals_first(void **state)
{
	struct depot *d = make_depot();
	struct plan plan, mine = { .op = "block" };
	struct store *open_before;
	struct entry seen;
	(void)state;
	struct store_options options = { .path = depot_path(d, NULL) };
	assert_true(store_open(&options, &open_before, NULL));
	make_plan(d, &plan);
	crash_at(d, &plan, WITHIN_ROWS);
	struct fingerprint third = depot_fingerprint(d, 3);
	assert_true(store_find(open_before, &third, &seen));
	plan_move(&mine, &seen, STATE_BLOCKED);
	/* What it saw before is no longer so, and it is told instead of guessing. */
	struct error err = { 0 };
	assert_false(store_apply(open_before, &mine, NULL, &err));
	plan_done(&mine);
	store_close(open_before);
	depot_open(d);
	check_no_leftovers(d);
	check_all_done(d);
	plan_done(&plan);
	depot_free(d);
}

static void test_torn_line_without_a_mark(void **state)
{
	struct depot *d = depot_new(2, STATE_UNTRUSTED);
	(void)state;
	depot_close(d);
	const char *journal = depot_journal(d);
	char *torn = mem_format("%s{\"seq\":3,\"time\":\"20", journal);
	tmp_text(d->tmp, "store/journal", torn);
	tmp_remove(d->tmp, "store/.lock");
	depot_open(d);
	assert_int_equal(store_count(d->store), 2);
	assert_int_equal(depot_move(d, 0, STATE_TRUSTED), 3);
	assert_int_equal(strncmp(depot_journal(d), journal, strlen(journal)), 0);
	check_no_leftovers(d);
	free(torn);
	depot_free(d);
}

static void test_a_journal_of_one_torn_line(void **state)
{
	struct depot *d = depot_new(0, STATE_UNTRUSTED);
	(void)state;
	depot_make(d, &(struct certgen){ .cn = "x" });
	tmp_text(d->tmp, "store/journal", "{\"seq\":");
	depot_open(d);
	assert_int_equal(depot_create(d, 0, STATE_TRUSTED, "x"), 1);
	check_no_leftovers(d);
	depot_free(d);
}

static void test_temporaries_alone(void **state)
{
	struct depot *d = depot_new(1, STATE_UNTRUSTED);
	(void)state;
	const char *picture = depot_picture(d);
	for (int s = 0; s < STATE_COUNT; s++) {
		char *name = mem_format("store/%s/.new-%d", state_name(s), s + 1);
		tmp_text(d->tmp, name, "half");
		free(name);
	}
	tmp_text(d->tmp, "store/.new-99", "half");
	depot_open(d);
	assert_string_equal(depot_picture(d), picture);
	assert_false(tmp_exists(d->tmp, "store/.new-99"));
	assert_int_equal(depot_move(d, 0, STATE_TRUSTED), 2);
	depot_free(d);
}

static void test_lost_lock(void **state)
{
	struct depot *d = depot_new(1, STATE_UNTRUSTED);
	struct journal_check check;
	(void)state;
	tmp_remove(d->tmp, "store/.lock");
	depot_open(d);
	assert_true(journal_verify(d->store, &check, NULL));
	assert_int_equal(check.bad_line, 0);
	assert_false(check.head_known);
	depot_move(d, 0, STATE_TRUSTED);
	assert_true(journal_verify(d->store, &check, NULL));
	assert_true(check.head_known);
	check_no_leftovers(d);
	depot_free(d);
}

static void set_mark(struct depot *d, int64_t size)
{
	struct lock lock;
	assert_true(lock_take(d->store->root, 0, &lock, NULL));
	assert_true(lock_mark(&lock, size, NULL));
	lock_release(&lock);
}

/* After a power cut the tail of a file may hold anything, even where it ends with a newline. */
static void test_garbage_behind_the_mark(void **state)
{
	static const char garbage[] = "{\"seq\":2,\0\0\0\0\0\0\0\n\0\0\0\n";
	struct depot *d = depot_new(1, STATE_UNTRUSTED);
	(void)state;
	const char *journal = depot_journal(d);
	size_t len = strlen(journal);
	set_mark(d, (int64_t)len);
	struct buf bytes = { 0 };
	buf_add(&bytes, journal, len);
	buf_add(&bytes, garbage, sizeof garbage - 1);
	tmp_write(d->tmp, "store/journal", bytes.data, bytes.len);
	buf_done(&bytes);
	depot_open(d);
	assert_string_equal(depot_journal(d), journal);
	assert_int_equal(depot_move(d, 0, STATE_TRUSTED), 2);
	check_no_leftovers(d);
	depot_free(d);
}

/* Somebody put another journal there: it is neither cut in two nor made longer with zeros. */
static void test_a_mark_of_another_journal(void **state)
{
	(void)state;
	for (int64_t off = -5; off <= 1000; off += 1005) {
		struct depot *d = depot_new(2, STATE_UNTRUSTED);
		const char *journal = depot_journal(d);
		size_t len;
		set_mark(d, (int64_t)strlen(journal) + off);
		depot_open(d);
		assert_string_equal(tmp_read(d->tmp, "store/journal", &len), journal);
		assert_int_equal(len, strlen(journal));
		assert_int_equal(tmp_count(d->tmp, "store/untrusted"), 2);
		assert_int_equal(depot_move(d, 0, STATE_TRUSTED), 3);
		check_no_leftovers(d);
		depot_free(d);
	}
}

/* A name that is no UTF-8 has to come out of the journal as it went in. */
static void test_names_that_are_no_text(void **state)
{
	struct depot *d = depot_new(0, STATE_UNTRUSTED);
	struct plan plan = { .op = "trust" };
	(void)state;
	depot_make(d, &(struct certgen){ .cn = "x" });
	depot_drop_pem(d, "untrusted/\xfc\\xfc.pem", 0, "");
	depot_reload(d);
	plan_move(&plan, depot_entry(d, 0), STATE_TRUSTED);
	struct store *s = d->store;
	struct ledger_end end;
	struct lock lock;
	assert_true(ledger_find_end(s->root, &end, NULL));
	assert_true(lock_take(s->root, 0, &lock, NULL));
	assert_true(lock_mark(&lock, end.size, NULL));
	write_lines(s, &plan, &end);
	lock_release(&lock);
	plan_done(&plan);
	depot_open(d);
	assert_true(tmp_exists(d->tmp, "store/trusted/\xfc\\xfc.pem"));
	assert_int_equal(depot_state(d, 0), STATE_TRUSTED);
	check_no_leftovers(d);
	depot_free(d);
}

/* What somebody decided since the crash stays so, and the rest is finished. */
static void test_what_somebody_did_since(void **state)
{
	struct depot *d = make_depot();
	struct plan plan;
	(void)state;
	make_plan(d, &plan);
	crash_at(d, &plan, AFTER_JOURNAL);
	char *gone = mem_format("untrusted/%s", depot_file(d, 0));
	char *taken = mem_format("store/blocked/%s", depot_file(d, 4));
	assert_int_equal(unlink(depot_path(d, gone)), 0);
	tmp_text(d->tmp, taken, "somebody's");
	depot_open(d);
	check_no_leftovers(d);
	assert_int_equal(depot_state(d, 0), STATE_NONE);
	assert_string_equal(tmp_read(d->tmp, taken, NULL), "somebody's");
	assert_string_equal(depot_entry(d, 1)->name, "renamed");
	assert_int_equal(depot_state(d, 2), STATE_NONE);
	free(gone);
	free(taken);
	plan_done(&plan);
	depot_free(d);
}

/* Anything else that is in the way is tried again, and the mark stays until then. */
static void test_what_cannot_be_finished_yet(void **state)
{
	struct depot *d = make_depot();
	struct plan plan, mine = { .op = "block" };
	struct lock seen;
	struct error err = { 0 };
	(void)state;
	make_plan(d, &plan);
	crash_at(d, &plan, AFTER_JOURNAL);
	char *name = mem_format("store/untrusted/%s", depot_file(d, 1));
	tmp_remove(d->tmp, name);
	tmp_dir(d->tmp, name);
	depot_open(d);
	lock_peek(d->store->root, &seen);
	assert_true(seen.open >= 0);
	plan_move(&mine, depot_entry(d, 3), STATE_BLOCKED);
	assert_false(store_apply(d->store, &mine, NULL, &err));
	assert_non_null(strstr(err.text, "finishing what a crash left"));
	plan_done(&mine);
	tmp_remove(d->tmp, name);
	depot_open(d);
	check_no_leftovers(d);
	check_all_done(d);
	free(name);
	plan_done(&plan);
	depot_free(d);
}

/* What a process writes beside the store is its own as long as it lives. */
static void test_temporaries_of_a_process(void **state)
{
	struct depot *d = depot_new(1, STATE_UNTRUSTED);
	char *own = mem_format("store/.new-for-%d", (int)getpid());
	(void)state;
	tmp_text(d->tmp, own, "half");
	tmp_text(d->tmp, "store/.new-for-2147483647", "half"); /* nobody is ever called so */
	tmp_text(d->tmp, "store/.new-for-", "half");
	tmp_text(d->tmp, "store/trusted/.new-3", "half");
	depot_open(d);
	depot_move(d, 0, STATE_TRUSTED);
	assert_true(tmp_exists(d->tmp, own));
	assert_false(tmp_exists(d->tmp, "store/.new-for-2147483647"));
	assert_false(tmp_exists(d->tmp, "store/.new-for-"));
	assert_false(tmp_exists(d->tmp, "store/trusted/.new-3"));
	free(own);
	depot_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_opening_heals),
		cmocka_unit_test(test_what_was_finished_can_be_undone),
		cmocka_unit_test(test_crash_while_healing),
		cmocka_unit_test(test_a_reader_leaves_all_as_it_is),
		cmocka_unit_test(test_a_writer_heals_first),
		cmocka_unit_test(test_torn_line_without_a_mark),
		cmocka_unit_test(test_a_journal_of_one_torn_line),
		cmocka_unit_test(test_temporaries_alone),
		cmocka_unit_test(test_lost_lock),
		cmocka_unit_test(test_garbage_behind_the_mark),
		cmocka_unit_test(test_a_mark_of_another_journal),
		cmocka_unit_test(test_names_that_are_no_text),
		cmocka_unit_test(test_what_somebody_did_since),
		cmocka_unit_test(test_what_cannot_be_finished_yet),
		cmocka_unit_test(test_temporaries_of_a_process),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
