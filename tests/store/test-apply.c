#include "store/store.h"

#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/internal.h"
#include "support/depot.h"

static char *path_in(struct depot *d, enum state state, size_t i)
{
	return mem_format("%s/%s", state_name((int)state), depot_file(d, i));
}

static bool stands_in(struct depot *d, enum state state, size_t i)
{
	char *path = path_in(d, state, i);
	bool there = access(depot_path(d, path), F_OK) == 0;
	free(path);
	return there;
}

/* Only finished files lie in the folders. */
static void check_no_leftovers(struct depot *d)
{
	assert_null(strstr(depot_picture(d), ".new-"));
	assert_false(tmp_exists(d->tmp, "store/.new-1"));
}

static void check_nothing_to_finish(struct depot *d)
{
	struct lock lock;
	lock_peek(d->store->root, &lock);
	assert_true(lock.open == -1);
}

static void test_create(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	struct stat st;
	(void)state;
	depot_make(d, &(struct certgen){ .cn = "x" });
	assert_int_equal(depot_create(d, 0, STATE_UNTRUSTED, "the name"), 1);
	assert_int_equal(depot_state(d, 0), STATE_UNTRUSTED);
	assert_string_equal(depot_entry(d, 0)->name, "the name");
	char *path = path_in(d, STATE_UNTRUSTED, 0);
	assert_int_equal(stat(depot_path(d, path), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	free(path);
	check_no_leftovers(d);
	depot_free(d);
}

static void test_move(void **state)
{
	struct depot *d = depot_new(2, STATE_UNTRUSTED);
	(void)state;
	for (int s = 0; s < STATE_COUNT; s++) {
		enum state to = (enum state)((s + 2) % STATE_COUNT);
		int from = depot_state(d, 0);
		if ((int)to == from)
			continue;
		depot_move(d, 0, to);
		assert_int_equal(depot_state(d, 0), to);
		assert_true(stands_in(d, to, 0));
		assert_false(stands_in(d, (enum state)from, 0));
		assert_int_equal(depot_state(d, 1), STATE_UNTRUSTED);
	}
	depot_free(d);
}

/* A move is a rename: the bytes that somebody dropped in stay what they are. */
static void test_move_keeps_the_bytes(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	struct stat before, after;
	(void)state;
	depot_make(d, &(struct certgen){ .cn = "x" });
	depot_drop_der(d, "untrusted/x.der", 0);
	assert_int_equal(stat(depot_path(d, "untrusted/x.der"), &before), 0);
	depot_reload(d);
	depot_move(d, 0, STATE_TRUSTED);
	assert_int_equal(stat(depot_path(d, "trusted/x.der"), &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	assert_int_equal(before.st_size, after.st_size);
	depot_free(d);
}

static void test_edit(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	(void)state;
	depot_make(d, &(struct certgen){ .cn = "x" });
	depot_drop_pem(d, "blocked/x.crt", 0, "X-Ticket: 4711\n");
	depot_reload(d);
	depot_rename(d, 0, "new name");
	assert_false(tmp_exists(d->tmp, "store/blocked/x.crt"));
	assert_true(stands_in(d, STATE_BLOCKED, 0));
	assert_string_equal(depot_entry(d, 0)->name, "new name");
	assert_string_equal(depot_header(d, 0, "X-Ticket"), "4711");
	depot_rename(d, 0, "newer name");
	assert_string_equal(depot_entry(d, 0)->name, "newer name");
	assert_int_equal(store_count(d->store), 1);
	check_no_leftovers(d);
	depot_free(d);
}

static void test_remove(void **state)
{
	struct depot *d = depot_new(2, STATE_TRASH);
	(void)state;
	depot_remove(d, 0);
	assert_int_equal(depot_state(d, 0), STATE_NONE);
	assert_false(stands_in(d, STATE_TRASH, 0));
	assert_int_equal(store_count(d->store), 1);
	depot_free(d);
}

static void test_empty_plan(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	struct plan plan = { .op = "trust" };
	(void)state;
	const char *journal = depot_journal(d);
	depot_apply(d, &plan);
	assert_string_equal(depot_journal(d), journal);
	depot_free(d);
}

/* The snapshot stays as it was until it is reloaded. */
static void test_snapshot(void **state)
{
	struct depot *d = depot_new(1, STATE_UNTRUSTED);
	struct plan plan = { .op = "trust" };
	int64_t seq = 0;
	(void)state;
	const struct entry *e = depot_entry(d, 0);
	uint64_t generation = store_generation(d->store);
	plan_move(&plan, e, STATE_TRUSTED);
	assert_true(store_apply(d->store, &plan, &seq, NULL));
	plan_done(&plan);
	assert_int_equal(seq, 2);
	assert_int_equal(e->state, STATE_UNTRUSTED);
	depot_reload(d);
	assert_true(store_generation(d->store) > generation);
	assert_int_equal(depot_state(d, 0), STATE_TRUSTED);
	depot_free(d);
}

static void test_many_rows_of_every_kind(void **state)
{
	struct depot *d = depot_new(200, STATE_UNTRUSTED);
	struct plan plan = { .op = "test" };
	(void)state;
	for (size_t i = 0; i < 200; i++) {
		if (i % 4 == 0)
			plan_move(&plan, depot_entry(d, i), STATE_TRUSTED);
		else if (i % 4 == 1)
			depot_plan_name(d, &plan, i, "renamed");
		else if (i % 4 == 2)
			plan_remove(&plan, depot_entry(d, i));
	}
	depot_make(d, &(struct certgen){ .cn = "x" });
	depot_plan_create(d, &plan, 200, STATE_TRASH, "created");
	depot_apply(d, &plan);
	assert_int_equal(store_count_state(d->store, STATE_TRUSTED), 50);
	assert_int_equal(store_count_state(d->store, STATE_UNTRUSTED), 100);
	assert_int_equal(depot_state(d, 200), STATE_TRASH);
	assert_string_equal(depot_entry(d, 1)->name, "renamed");
	check_no_leftovers(d);
	depot_free(d);
}

/* A plan of every kind of row whose last row can't be done. */
static void plan_mixture(struct depot *d, struct plan *plan)
{
	plan->op = "test";
	plan_move(plan, depot_entry(d, 0), STATE_TRUSTED);
	depot_plan_name(d, plan, 1, "renamed");
	plan_remove(plan, depot_entry(d, 2));
	depot_make(d, &(struct certgen){ .cn = "fresh" });
	depot_plan_create(d, plan, d->count - 1, STATE_BLOCKED, "fresh");
	plan_move(plan, depot_entry(d, 3), STATE_TRUSTED);
}

static void test_all_or_nothing(void **state)
{
	struct depot *d = depot_new(4, STATE_UNTRUSTED);
	struct plan plan = { 0 };
	(void)state;
	plan_mixture(d, &plan);
	char *path = path_in(d, STATE_UNTRUSTED, 3);
	assert_int_equal(unlink(depot_path(d, path)), 0);
	depot_refuse(d, &plan, "test cert-3: ");
	check_no_leftovers(d);
	free(path);
	depot_free(d);
}

/* Nothing tells before step 5 that a folder can't be written: all that was done is taken back. */
static void test_failure_in_the_middle(void **state)
{
	struct depot *d = depot_new(4, STATE_UNTRUSTED);
	struct plan plan = { 0 };
	(void)state;
	plan_mixture(d, &plan);
	/* There is no such file, as names can't be that long, and so nothing seems to be in the way. */
	char name[300];
	memset(name, 'x', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	struct plan_row *row = &plan.rows[plan.count - 1];
	row->dst.file = plan_text(&plan, name);
	depot_refuse(d, &plan, "test cert-3: ");
	check_no_leftovers(d);
	check_nothing_to_finish(d);
	depot_free(d);
}

static void test_failure_in_the_middle_puts_contents_back(void **state)
{
	struct depot *d = depot_new(0, STATE_UNTRUSTED);
	struct plan plan = { .op = "test" };
	(void)state;
	for (int i = 0; i < 3; i++)
		depot_make(d, &(struct certgen){ .cn = "x" });
	depot_drop_der(d, "trusted/a.der", 0);
	depot_drop_pem(d, "trusted/b.crt", 1, "Name: b\nX: y\n\nfree text\n");
	depot_drop_pem(d, "trusted/c.pem", 2, "");
	depot_reload(d);
	depot_plan_name(d, &plan, 0, "renamed");
	depot_plan_name(d, &plan, 1, "renamed");
	plan_remove(&plan, depot_entry(d, 1)); /* its file is no longer there by then, which is fine */
	plan_remove(&plan, depot_entry(d, 2));
	plan_move(&plan, depot_entry(d, 2), STATE_BLOCKED);
	depot_refuse(d, &plan, "test c: ");
	check_no_leftovers(d);
	check_nothing_to_finish(d);
	depot_free(d);
}

/* Somebody changed the last line: a change that is taken back leaves that to be seen. */
static void test_a_changed_line_is_still_seen(void **state)
{
	struct depot *d = depot_new(4, STATE_UNTRUSTED);
	struct plan plan = { 0 };
	struct journal_check check;
	(void)state;
	char *journal = mem_text(depot_journal(d)), *at = strstr(journal, "cert-3");
	*at = 'C';
	tmp_text(d->tmp, "store/journal", journal);
	plan_mixture(d, &plan);
	char name[300] = { 0 }; /* which nothing can be called */
	memset(name, 'x', sizeof name - 1);
	plan.rows[plan.count - 1].dst.file = plan_text(&plan, name);
	depot_refuse(d, &plan, "test cert-3: ");
	assert_string_equal(depot_journal(d), journal);
	assert_true(journal_verify(d->store, &check, NULL));
	assert_int_equal(check.bad_line, 4);
	assert_non_null(strstr(check.why, "not the line that was written last"));
	free(journal);
	depot_free(d);
}

static void test_changed_meanwhile(void **state)
{
	struct depot *d = depot_new(2, STATE_UNTRUSTED);
	struct plan plan = { .op = "trust" };
	(void)state;
	plan_move(&plan, depot_entry(d, 0), STATE_TRUSTED);
	char *path = path_in(d, STATE_UNTRUSTED, 0);
	depot_drop_pem(d, path, 1, ""); /* another certificate in the file that the operator saw */
	free(path);
	depot_refuse(d, &plan, "trust cert-0: somebody changed it meanwhile");
	depot_free(d);
}

static void test_gone_or_no_file_meanwhile(void **state)
{
	struct depot *d = depot_new(1, STATE_UNTRUSTED);
	struct plan plan = { .op = "trust" };
	(void)state;
	plan_move(&plan, depot_entry(d, 0), STATE_TRUSTED);
	char *path = path_in(d, STATE_UNTRUSTED, 0);
	assert_int_equal(unlink(depot_path(d, path)), 0);
	struct error err = { 0 };
	assert_false(store_apply(d->store, &plan, NULL, &err));
	assert_true(err.stale); /* who plans anew sees what there is */
	depot_refuse(d, &plan, "No such file");
	plan = (struct plan){ .op = "trust" };
	depot_drop_pem(d, path, 0, "");
	depot_reload(d);
	plan_move(&plan, depot_entry(d, 0), STATE_TRUSTED);
	assert_int_equal(rename(depot_path(d, path), depot_path(d, "elsewhere")), 0);
	assert_int_equal(symlink("../elsewhere", depot_path(d, path)), 0);
	depot_refuse(d, &plan, "is a symbolic link");
	free(path);
	depot_free(d);
}

static void test_added_meanwhile(void **state)
{
	struct depot *d = depot_new(0, STATE_UNTRUSTED);
	struct plan plan = { .op = "import" };
	(void)state;
	depot_make(d, &(struct certgen){ .cn = "x" });
	depot_plan_create(d, &plan, 0, STATE_TRUSTED, "x");
	depot_drop_pem(d, "blocked/other.pem", 0, "");
	depot_refuse(d, &plan, "import x: somebody else added it meanwhile");
	depot_free(d);
}

/* Whoever dropped them in called them the same. */
static void test_two_of_one_name(void **state)
{
	struct depot *d = depot_new(0, STATE_UNTRUSTED);
	struct plan plan = { .op = "block" };
	(void)state;
	for (int i = 0; i < 2; i++)
		depot_make(d, &(struct certgen){ .cn = "x" });
	depot_drop_pem(d, "trusted/x.crt", 0, "Name: first\n");
	depot_drop_pem(d, "untrusted/x.crt", 1, "Name: second\n");
	depot_reload(d);
	for (size_t i = 0; i < 2; i++)
		plan_move(&plan, depot_entry(d, i), STATE_BLOCKED);
	depot_refuse(d, &plan, "block second: two files of that name would meet in blocked");
	depot_free(d);
}

static void test_name_in_the_way(void **state)
{
	struct depot *d = depot_new(1, STATE_UNTRUSTED);
	struct plan plan = { .op = "trust" };
	(void)state;
	plan_move(&plan, depot_entry(d, 0), STATE_TRUSTED);
	char *path = mem_format("store/trusted/%s", depot_file(d, 0));
	tmp_text(d->tmp, path, "somebody's");
	depot_refuse(d, &plan, "trust cert-0: a file of that name is in trusted already");
	assert_string_equal(tmp_read(d->tmp, path, NULL), "somebody's");
	free(path);
	depot_free(d);
}

/* An edit that would give a dropped-in file a name that is taken. */
static void test_edit_never_overwrites_another(void **state)
{
	struct depot *d = depot_new(0, STATE_UNTRUSTED);
	struct plan plan = { .op = "rename" };
	(void)state;
	depot_make(d, &(struct certgen){ .cn = "x" });
	depot_drop_pem(d, "trusted/a.crt", 0, "");
	char *path = mem_format("store/trusted/%s", depot_file(d, 0));
	tmp_text(d->tmp, path, "somebody's");
	depot_reload(d);
	depot_plan_name(d, &plan, 0, "new");
	depot_refuse(d, &plan, "a file of that name is in trusted already");
	free(path);
	depot_free(d);
}

static void test_a_full_disk_changes_nothing(void **state)
{
	struct depot *d = depot_new(1, STATE_UNTRUSTED);
	struct plan plan = { .op = "import" };
	(void)state;
	depot_make(d, &(struct certgen){ .cn = "x" });
	depot_plan_create(d, &plan, 1, STATE_TRUSTED, "x");
	plan_move(&plan, depot_entry(d, 0), STATE_TRUSTED);
	/* A folder where the second temporary should be written has the same effect. */
	tmp_dir(d->tmp, "store/trusted/.new-2/x");
	depot_refuse(d, &plan, "can't be created");
	tmp_remove(d->tmp, "store/trusted/.new-2");
	check_no_leftovers(d);
	depot_move(d, 0, STATE_TRUSTED);
	depot_free(d);
}

/* What an edit or a removal destroys is kept in the journal, and keys have no business there. */
static void test_keys_never_reach_the_journal(void **state)
{
	static const char key[] = "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n";
	struct depot *d = depot_new(0, STATE_UNTRUSTED);
	struct plan plan = { .op = "rename" };
	(void)state;
	depot_make(d, &(struct certgen){ .cn = "x" });
	depot_drop_pem(d, "trusted/x.pem", 0, key);
	depot_reload(d);
	depot_plan_name(d, &plan, 0, "new");
	depot_refuse(d, &plan, "rename x: its file holds a private key");
	plan = (struct plan){ .op = "purge" };
	plan_remove(&plan, depot_entry(d, 0));
	depot_refuse(d, &plan, "holds a private key");
	depot_move(d, 0, STATE_BLOCKED); /* which copies nothing */
	assert_null(strstr(depot_journal(d), "PRIVATE"));
	depot_free(d);
}

static void test_a_name_that_is_no_text(void **state)
{
	struct depot *d = depot_new(0, STATE_UNTRUSTED);
	(void)state;
	depot_make(d, &(struct certgen){ .cn = "x" });
	depot_drop_pem(d, "untrusted/\xfc\x1b\\x41.crt", 0, "");
	depot_reload(d);
	const char *before = depot_picture(d);
	depot_move(d, 0, STATE_TRUSTED);
	assert_true(tmp_exists(d->tmp, "store/trusted/\xfc\x1b\\x41.crt"));
	depot_rename(d, 0, "new");
	depot_undo(d, 0);
	assert_true(tmp_exists(d->tmp, "store/trusted/\xfc\x1b\\x41.crt"));
	depot_undo(d, 0);
	assert_string_equal(depot_picture(d), before);
	depot_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_create),
		cmocka_unit_test(test_move),
		cmocka_unit_test(test_move_keeps_the_bytes),
		cmocka_unit_test(test_edit),
		cmocka_unit_test(test_remove),
		cmocka_unit_test(test_empty_plan),
		cmocka_unit_test(test_snapshot),
		cmocka_unit_test(test_many_rows_of_every_kind),
		cmocka_unit_test(test_all_or_nothing),
		cmocka_unit_test(test_failure_in_the_middle),
		cmocka_unit_test(test_failure_in_the_middle_puts_contents_back),
		cmocka_unit_test(test_a_changed_line_is_still_seen),
		cmocka_unit_test(test_changed_meanwhile),
		cmocka_unit_test(test_gone_or_no_file_meanwhile),
		cmocka_unit_test(test_added_meanwhile),
		cmocka_unit_test(test_two_of_one_name),
		cmocka_unit_test(test_name_in_the_way),
		cmocka_unit_test(test_edit_never_overwrites_another),
		cmocka_unit_test(test_a_full_disk_changes_nothing),
		cmocka_unit_test(test_keys_never_reach_the_journal),
		cmocka_unit_test(test_a_name_that_is_no_text),
	};
	umask(022);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
