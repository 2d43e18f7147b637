/*
 * What the seal goes on to say of the folders, and that others' changes are never taken for our own.
 */
#include "store/account.h"

#include "support/unit.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "store/internal.h"
#include "support/depot.h"

#define SIZE 1000 /* of the journal before the change, */
#define GREW 1500 /* and behind it */

/* A lock as the last writer left it: all lines from 400 on account for the folders as they are. */
static struct lock sealed(const struct store *store)
{
	struct lock lock = { .fd = -1, .open = -1, .size = SIZE, .known = 400, .start = 77 };
	for (int s = 0; s < STATE_COUNT; s++)
		lock.times[s] = store_folder_time(store, s);
	return lock;
}

static void set_time(struct depot *d, const char *folder, time_t when)
{
	const struct timespec times[2] = { { .tv_sec = when }, { .tv_sec = when } };
	assert_int_equal(utimensat(AT_FDCWD, depot_path(d, folder), times, 0), 0);
}

static void all_at(struct depot *d, time_t when)
{
	for (int s = 0; s < STATE_COUNT; s++)
		if (!FOLDER_LATER(s))
			set_time(d, folder_name(s), when);
	set_time(d, "keys", when);
}

static int set_up(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	assert_int_equal(mkdir(depot_path(d, "limited"), 0755), 0);
	depot_open(d);
	all_at(d, 1000000);
	set_time(d, "limited", 1000000);
	*state = d;
	return 0;
}

static int tear_down(void **state)
{
	depot_free(*state);
	return 0;
}

static struct account begin(struct depot *d, const struct lock *lock, size_t rows)
{
	struct account a;
	memset(&a, 0x5a, sizeof a);
	account_begin(&a, d->store, SIZE, lock, rows);
	return a;
}

/* The seal says that everything is accounted for since then. */
static void check_end(struct depot *d, struct account *a, int64_t known, int64_t start)
{
	struct lock lock = { .known = -1 };
	account_end(a, d->store, GREW, &lock);
	assert_int_equal(lock.known, known);
	for (int s = 0; s < STATE_COUNT; s++)
		assert_int_equal(lock.times[s], store_folder_time(d->store, s));
	assert_int_equal(lock.start, start ? start : lock_times_hash(lock.times));
}

static void test_nobody_else(void **state)
{
	struct depot *d = *state;
	struct lock lock = sealed(d->store);
	struct account a = begin(d, &lock, 1);
	check_end(d, &a, 400, 77);
	lock.known = 0; /* since the first line */
	a = begin(d, &lock, FRESH_MOST);
	check_end(d, &a, 0, 77);
}

static void test_nothing_was_known(void **state)
{
	struct depot *d = *state;
	struct lock lock = sealed(d->store);
	lock.known = -1;
	struct account a = begin(d, &lock, 1);
	check_end(d, &a, SIZE, lock_times_hash(lock.times));
}

/* Whichever folder it was: what the lines account for begins anew. */
static void test_somebody_changed_a_folder_before(void **state)
{
	struct depot *d = *state;
	for (int s = 0; s < STATE_COUNT; s++) {
		struct lock lock = sealed(d->store);
		const int64_t now = lock_times_hash(lock.times);
		lock.times[s]--;
		struct account a = begin(d, &lock, 1);
		check_end(d, &a, SIZE, now);
	}
}

static void test_too_many_rows(void **state)
{
	struct depot *d = *state;
	const struct lock lock = sealed(d->store);
	struct account a = begin(d, &lock, FRESH_MOST + 1);
	check_end(d, &a, GREW, 0);
}

/* Between two of our rows, and behind the last. */
static void test_somebody_changes_a_folder_meanwhile(void **state)
{
	struct depot *d = *state;
	for (int s = 0; s < STATE_COUNT; s++) {
		const struct lock lock = sealed(d->store);
		struct account a = begin(d, &lock, 1);
		set_time(d, folder_name(s), 2000000 + s);
		check_end(d, &a, GREW, 0);
		const struct lock again = sealed(d->store);
		a = begin(d, &again, 1);
		set_time(d, folder_name(s), 3000000 + s);
		account_before(&a, d->store, STATE_NONE, s);
		account_after(&a, d->store, STATE_NONE, s);
		check_end(d, &a, GREW, 0);
		const struct lock third = sealed(d->store);
		a = begin(d, &third, 1);
		set_time(d, folder_name(s), 4000000 + s);
		account_before(&a, d->store, s, FOLDER_KEYS);
		account_after(&a, d->store, s, FOLDER_KEYS);
		check_end(d, &a, GREW, 0);
	}
}

/* Our own changes give the folders a time that no clock's tick would, and are no others'. */
static void test_our_own_changes(void **state)
{
	struct depot *d = *state;
	const struct lock lock = sealed(d->store);
	struct account a = begin(d, &lock, 1);
	account_before(&a, d->store, STATE_TRUSTED, STATE_TRASH);
	set_time(d, "trusted", 2000000);
	set_time(d, "trash", 2000000);
	account_after(&a, d->store, STATE_TRUSTED, STATE_TRASH);
	assert_true(store_folder_time(d->store, STATE_TRUSTED) > 2000000LL * 1000000000);
	assert_true(store_folder_time(d->store, STATE_TRASH) > 2000000LL * 1000000000);
	assert_int_equal(store_folder_time(d->store, STATE_BLOCKED), 1000000LL * 1000000000);
	account_before(&a, d->store, STATE_TRUSTED, STATE_NONE);
	account_after(&a, d->store, STATE_TRUSTED, STATE_NONE);
	check_end(d, &a, 400, 77);
}

/* Folders of identities get their time, too, but the seal doesn't speak of them. */
static void test_folders_of_identities(void **state)
{
	struct depot *d = *state;
	const struct lock lock = sealed(d->store);
	for (size_t rows = 1; rows < 2 * FRESH_MOST; rows += FRESH_MOST) {
		struct account a = begin(d, &lock, rows);
		set_time(d, "keys", 2000000);
		account_before(&a, d->store, FOLDER_KEYS, STATE_NONE);
		account_after(&a, d->store, FOLDER_KEYS, STATE_NONE);
		assert_true(fs_folder_time(d->store->dirs[FOLDER_KEYS]) > 2000000LL * 1000000000);
		check_end(d, &a, rows == 1 ? 400 : GREW, rows == 1 ? 77 : 0);
	}
}

/* What is written anew anyway needs no times. */
static void test_no_times_where_nothing_is_accounted_for(void **state)
{
	struct depot *d = *state;
	const struct lock lock = sealed(d->store);
	struct account a = begin(d, &lock, FRESH_MOST + 1);
	set_time(d, "trusted", 2000000);
	account_before(&a, d->store, STATE_TRUSTED, STATE_NONE);
	account_after(&a, d->store, STATE_TRUSTED, STATE_NONE);
	assert_int_equal(store_folder_time(d->store, STATE_TRUSTED), 2000000LL * 1000000000);
}

#define IN_DEPOT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DEPOT(test_nobody_else),
		IN_DEPOT(test_nothing_was_known),
		IN_DEPOT(test_somebody_changed_a_folder_before),
		IN_DEPOT(test_too_many_rows),
		IN_DEPOT(test_somebody_changes_a_folder_meanwhile),
		IN_DEPOT(test_our_own_changes),
		IN_DEPOT(test_folders_of_identities),
		IN_DEPOT(test_no_times_where_nothing_is_accounted_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
