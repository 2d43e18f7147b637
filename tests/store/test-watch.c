/*
 * What inotify tells of a store too large to be looked at file by file.
 */
#include "store/store.h"

#include "support/unit.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/internal.h"
#include "support/census.h"
#include "support/shelf.h"

#define MANY 1200

static const char *path(struct shelf *s, const char *name)
{
	return depot_path(s->depot, name);
}

/* A store that is watched, and settled so that a listing isn't due anyway. */
static struct shelf *watched(void)
{
	struct shelf *s = shelf_new(MANY);
	depot_open(s->depot);
	if (store_watch(s->depot->store) < 0)
		skip();
	depot_reload(s->depot);
	return s;
}

static void check_reload(struct shelf *s, const char *what)
{
	depot_reload(s->depot);
	char *got = census(s->depot->store), *want = census_of_files(s->depot);
	if (strcmp(got, want) != 0)
		print_error("%s:\n", what);
	census_compare(got, want);
	free(got);
	free(want);
}

static bool is_told(struct shelf *s)
{
	struct pollfd p = { .fd = store_watch(s->depot->store), .events = POLLIN };
	return poll(&p, 1, 0) == 1;
}

static void append(struct shelf *s, const char *name, const char *text)
{
	FILE *f = fopen(path(s, name), "ae");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void move(struct shelf *s, const char *from, const char *to)
{
	assert_int_equal(rename(path(s, from), path(s, to)), 0);
}

static void test_each_kind_of_change(void **state)
{
	struct shelf *s = watched();
	(void)state;
	crowd_drop(s->crowd, s->depot, "trusted/new.pem", 5000);
	check_reload(s, "added");
	append(s, "trusted/new.pem",
		"-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n");
	assert_true(is_told(s));
	check_reload(s, "edited in place");
	move(s, "trusted/new.pem", "blocked/new name.pem");
	check_reload(s, "moved");
	assert_int_equal(chmod(path(s, "blocked/new name.pem"), 0600), 0);
	check_reload(s, "mode");
	move(s, "trusted/m1.pem", "trusted/m2.pem");
	check_reload(s, "over another one");
	assert_int_equal(unlink(path(s, "blocked/new name.pem")), 0);
	crowd_drop(s->crowd, s->depot, "blocked/new name.pem", 5001);
	check_reload(s, "removed and made again");
	assert_int_equal(unlink(path(s, "trash/m1001.pem")), 0);
	check_reload(s, "removed");
	crowd_drop(s->crowd, s->depot, "trash/.hidden.pem", 5002);
	check_reload(s, "hidden");
	shelf_free(s);
}

/* Before watching began nobody was told of anything. */
static void test_changes_before_watching(void **state)
{
	struct shelf *s = shelf_new(MANY);
	(void)state;
	depot_open(s->depot);
	crowd_drop(s->crowd, s->depot, "trusted/before.pem", 5000);
	if (store_watch(s->depot->store) < 0)
		skip();
	crowd_drop(s->crowd, s->depot, "trusted/after.pem", 5001);
	check_reload(s, "before");
	shelf_free(s);
}

static void test_many_between_two_reloads(void **state)
{
	struct shelf *s = watched();
	(void)state;
	crowd_fill(s->crowd, s->depot, STATE_UNTRUSTED, 6000, 300);
	crowd_fill(s->crowd, s->depot, STATE_UNTRUSTED, 6000, 100);
	for (int i = 0; i < 50; i++) {
		char *name = mem_format("store/untrusted/m60%02d.pem", i);
		tmp_remove(s->depot->tmp, name);
		free(name);
	}
	assert_true(is_told(s));
	store_watch_read(s->depot->store);
	assert_false(is_told(s));
	assert_true(store_has_suspects(s->depot->store));
	check_reload(s, "many");
	shelf_free(s);
}

/* The queue of events holds so many; what comes behind them is lost, and that is told. */
static void test_more_than_the_queue_holds(void **state)
{
	struct shelf *s = watched();
	unsigned most = 16384;
	(void)state;
	FILE *f = fopen("/proc/sys/fs/inotify/max_queued_events", "re");
	if (!f || fscanf(f, "%u", &most) != 1 || most > 100000)
		skip();
	fclose(f);
	for (unsigned i = 0; i <= most; i++) /* two files in turns: equal events are merged */
		assert_int_equal(
			chmod(path(s, i % 2 ? "trusted/m1.pem" : "trusted/m2.pem"), 0644), 0);
	crowd_drop(s->crowd, s->depot, "blocked/behind.pem", 5003);
	check_reload(s, "overflow");
	crowd_drop(s->crowd, s->depot, "blocked/later.pem", 5004);
	append(s, "blocked/behind.pem", "\n");
	check_reload(s, "after an overflow");
	shelf_free(s);
}

/* Its own changes come back as events, and cost nothing but a look. */
static void test_own_changes(void **state)
{
	struct shelf *s = watched();
	struct fingerprint print = crowd_fingerprint(s->crowd, 5);
	struct plan plan = { .op = "block" };
	struct error err = { 0 };
	struct entry e;
	(void)state;
	assert_true(store_find(s->depot->store, &print, &e));
	plan_move(&plan, &e, STATE_BLOCKED);
	assert_true(store_apply(s->depot->store, &plan, NULL, &err));
	plan_done(&plan);
	check_reload(s, "own change");
	assert_true(store_find(s->depot->store, &print, &e));
	assert_int_equal(e.state, STATE_BLOCKED);
	uint64_t before = store_generation(s->depot->store);
	depot_reload(s->depot);
	assert_int_equal(store_generation(s->depot->store), before);
	shelf_free(s);
}

static void test_folders_that_go_and_come(void **state)
{
	struct shelf *s = watched();
	(void)state;
	move(s, "trash", "x");
	check_reload(s, "a folder gone");
	tmp_dir(s->depot->tmp, "store/trash");
	crowd_drop(s->crowd, s->depot, "trash/first.pem", 5005);
	check_reload(s, "a folder made");
	crowd_drop(s->crowd, s->depot, "trash/second.pem", 5006);
	append(s, "trash/first.pem", "\n");
	check_reload(s, "a file in the new folder");
	crowd_drop(s->crowd, s->depot, "x/m1002.pem", 5007); /* none of the store's any more */
	check_reload(s, "a file in the old folder");
	shelf_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_kind_of_change),
		cmocka_unit_test(test_changes_before_watching),
		cmocka_unit_test(test_many_between_two_reloads),
		cmocka_unit_test(test_more_than_the_queue_holds),
		cmocka_unit_test(test_own_changes),
		cmocka_unit_test(test_folders_that_go_and_come),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
