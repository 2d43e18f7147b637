/*
 * Recovery of changes of identities: each state that a crash may leave is built by the functions that a
 * writer uses, stopped behind one of its steps; then the store is opened.
 */
#include "store/internal.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/doctor.h"
#include "store/ledger.h"
#include "store/lock.h"
#include "support/keyrack.h"

/* Edit, create of three files, moves of two. */
#define ROWS 6

static struct depot *make_depot(void)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	keyrack_make(d, 0);
	keyrack_make(d, 2);
	return d;
}

static struct plan make_plan(struct depot *d)
{
	struct plan plan = { .op = "test" };
	struct identities all = keyrack_read(d);
	keyrack_plan_name(&plan, keyrack_in(&all, 0), "renamed");
	keyrack_plan(&plan, 1, true);
	keyrack_plan_request(&plan, keyrack_in(&all, 0), 0);
	plan_identity_discard(&plan, keyrack_in(&all, 2));
	identities_done(&all);
	assert_int_equal(plan.count, ROWS);
	return plan;
}

static void write_temps(struct store *s, struct plan *plan, int64_t seq)
{
	char temp[40];
	for (size_t i = 0; i < plan->count; i++) {
		struct plan_row *row = &plan->rows[i];
		struct buf bytes = { .secret = true };
		struct fingerprint hash;
		if (!row->writes)
			continue;
		assert_true(plan_row_bytes(row, &bytes, NULL));
		fingerprint_of(bytes.data, bytes.len, &hash);
		fingerprint_hex(&hash, row->hash);
		change_temp_name(temp, sizeof temp, seq + (int64_t)i);
		assert_true(fs_write(s->dirs[row->dst.state], temp,
			folder_row(row->dst.state)->file_mode, bytes.data, bytes.len, FS_LATER, NULL));
		buf_wipe(&bytes);
	}
}

static void write_lines(struct store *s, const struct plan *plan, struct ledger_end *end)
{
	struct buf olds[ROWS] = { 0 };
	const struct plan_row *edit = &plan->rows[0];
	assert_true(fs_read(s->dirs[edit->src.state], edit->src.file, FS_NOFOLLOW, FILE_MOST, &olds[0],
		NULL, NULL));
	assert_true(ledger_write(s->root, plan, olds, end, NULL));
	buf_done(&olds[0]);
}

/* Behind the temporaries; behind the mark (-1); or behind the journal and so many rows. */
#define TEMPS (-2)
#define MARK  (-1)

static void crash_at(struct depot *d, struct plan *plan, int rows)
{
	struct store *s = d->store;
	struct ledger_end start, end;
	struct lock lock;
	assert_true(lock_take(s->root, 0, &lock, NULL));
	assert_true(store_make_folders(s, 1u << FOLDER_IDENTITIES | 1u << FOLDER_DISCARDED, NULL));
	assert_true(ledger_find_end(s->root, &start, NULL));
	end = start;
	write_temps(s, plan, start.seq + 1);
	if (rows >= MARK)
		assert_true(lock_mark(&lock, start.size, NULL));
	if (rows > MARK)
		write_lines(s, plan, &end);
	for (int i = 0; i < rows; i++)
		assert_true(change_forward(s, &plan->rows[i], start.seq + 1 + i, NULL));
	lock_release(&lock);
}

static void check_done(struct depot *d)
{
	struct identities all = keyrack_read(d);
	assert_int_equal(all.count, 3);
	assert_int_equal(all.live, 2);
	assert_string_equal(identity_name(keyrack_in(&all, 0)), "renamed");
	assert_int_equal(keyrack_in(&all, 0)->request_count, 1);
	for (size_t i = 0; i < 3; i++)
		assert_true(keyrack_in(&all, i)->has_key);
	assert_int_equal(keyrack_in(&all, 2)->record.folder, FOLDER_DISCARDED);
	identities_done(&all);
}

static void check_whole(struct depot *d)
{
	struct journal_check check;
	struct lock seen;
	struct findings f = { 0 };
	assert_true(journal_verify(d->store, &check, NULL));
	assert_int_equal(check.bad_line, 0);
	lock_peek(d->store->root, &seen);
	assert_true(seen.open == -1);
	assert_null(strstr(depot_picture(d), TEMP_PREFIX));
	assert_true(doctor_run(d->store, false, &f, NULL));
	if (f.count)
		fail_msg("%s %s: %s", f.items[0].code, f.items[0].file, f.items[0].text);
	findings_done(&f);
}

static void test_opening_heals(void **state)
{
	(void)state;
	for (int rows = TEMPS; rows <= ROWS; rows++) {
		struct depot *d = make_depot();
		const char *before = depot_picture(d), *journal = depot_journal(d);
		char *issued = NULL;
		struct plan plan = make_plan(d);
		crash_at(d, &plan, rows);
		depot_open(d);
		if (rows > MARK)
			check_done(d);
		else
			assert_string_equal(depot_journal(d), journal);
		issued = mem_text(keyrack_issue(d, 0, "life goes on"));
		check_whole(d);
		assert_int_equal(unlink(depot_path(d, issued)), 0);
		if (rows <= MARK)
			assert_string_equal(depot_picture(d), before);
		free(issued);
		plan_done(&plan);
		depot_free(d);
	}
}

/* Opened before another writer made the folder that it needs and crashed. */
static void test_a_folder_that_came_later(void **state)
{
	struct depot *d = make_depot();
	struct store *open_before;
	struct store_options options = { .path = depot_path(d, NULL) };
	(void)state;
	assert_true(store_open(&options, &open_before, NULL));
	assert_int_equal(open_before->dirs[FOLDER_DISCARDED], -1);
	struct plan plan = make_plan(d), mine = { .op = "issue" };
	crash_at(d, &plan, 0);
	keyrack_plan_issue(&mine, 0, "life goes on");
	struct error err = { 0 };
	if (!store_apply(open_before, &mine, NULL, &err))
		fail_msg("%s", err.text);
	plan_done(&mine);
	store_close(open_before);
	check_done(d);
	check_whole(d);
	plan_done(&plan);
	depot_free(d);
}

/* The same of a folder that a file is taken from: opened before there was a trash, others use it. */
static void test_a_source_that_came_later(void **state)
{
	struct depot *d = make_depot();
	struct store *open_before;
	struct store_options options = { .path = depot_path(d, NULL) };
	struct plan discard = { .op = "delete" }, restore = { .op = "restore" }, mine = { .op = "issue" };
	struct ledger_end end;
	struct lock lock;
	(void)state;
	struct identities all = keyrack_read(d);
	plan_identity_discard(&discard, keyrack_in(&all, 2));
	identities_done(&all);
	assert_true(store_open(&options, &open_before, NULL));
	depot_apply(d, &discard);
	all = keyrack_read(d);
	plan_identity_restore(&restore, keyrack_in(&all, 2));
	identities_done(&all);
	assert_true(lock_take(d->store->root, 0, &lock, NULL));
	assert_true(ledger_find_end(d->store->root, &end, NULL));
	assert_true(lock_mark(&lock, end.size, NULL));
	assert_true(ledger_write(d->store->root, &restore, (struct buf[2]){ { 0 } }, &end, NULL));
	lock_release(&lock);
	plan_done(&restore);
	keyrack_plan_issue(&mine, 0, "life goes on");
	struct error err = { 0 };
	if (!store_apply(open_before, &mine, NULL, &err))
		fail_msg("%s", err.text);
	plan_done(&mine);
	store_close(open_before);
	depot_reload(d);
	all = keyrack_read(d);
	assert_int_equal(all.live, 2);
	assert_true(keyrack_in(&all, 2)->has_key);
	identities_done(&all);
	check_whole(d);
	depot_free(d);
}

static void test_a_folder_that_went(void **state)
{
	struct depot *d = make_depot();
	(void)state;
	struct plan plan = make_plan(d);
	crash_at(d, &plan, 0);
	assert_int_equal(rmdir(depot_path(d, "discarded")), 0);
	depot_open(d);
	check_done(d);
	keyrack_issue(d, 0, "life goes on");
	check_whole(d);
	plan_done(&plan);
	depot_free(d);
}

static int forget_keys(void **state)
{
	(void)state;
	notary_forget();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_opening_heals),
		cmocka_unit_test(test_a_folder_that_came_later),
		cmocka_unit_test(test_a_source_that_came_later),
		cmocka_unit_test(test_a_folder_that_went),
	};
	umask(022);
	return cmocka_run_group_tests(tests, NULL, forget_keys);
}
