/*
 * Building the index: at once or beside a loop, by whoever may write and by whoever may not.
 */
#include "store/store.h"

#include "support/unit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/internal.h"
#include "support/census.h"
#include "support/shelf.h"

#define MANY 2600 /* more than are read without a job */

static bool is_ours(const char *name)
{
	return strncmp(name, ".new", 4) == 0 || strcmp(name, ".index") == 0;
}

/* Names of indexes and of what was to become one, in the store's folder. */
static size_t count_indexes(struct shelf *s)
{
	size_t n = 0;
	DIR *dir = opendir(depot_path(s->depot, NULL));
	assert_non_null(dir);
	for (const struct dirent *d = readdir(dir); d; d = readdir(dir))
		n += is_ours(d->d_name);
	closedir(dir);
	return n;
}

static int set_up(void **state)
{
	*state = shelf_new(MANY);
	return 0;
}

static int tear_down(void **state)
{
	shelf_free(*state);
	return 0;
}

/* Each test begins without an index and with the store let go of. */
static struct shelf *fresh(void **state)
{
	struct shelf *s = *state;
	depot_close(s->depot);
	tmp_remove(s->depot->tmp, "store/.index");
	assert_int_equal(count_indexes(s), 0);
	return s;
}

static void open_it(struct shelf *s, bool background, bool read_only, struct store **out)
{
	struct store_options options = {
		.path = depot_path(s->depot, NULL), .background = background, .read_only = read_only
	};
	struct error err = { 0 };
	if (!store_open(&options, out, &err))
		fail_msg("%s", err.text);
}

static void reload(struct store *store)
{
	struct error err = { 0 };
	if (!store_reload(store, &err))
		fail_msg("%s", err.text);
}

static void check_files(struct shelf *s, struct store *store)
{
	char *got = census(store), *want = census_of_files(s->depot);
	census_compare(got, want);
	free(got);
	free(want);
}

static void test_at_once_where_somebody_waits(void **state)
{
	struct shelf *s = fresh(state);
	struct store *store;
	open_it(s, false, false, &store);
	assert_false(store_is_incomplete(store));
	assert_false(store_needs_build(store));
	check_files(s, store);
	assert_int_equal(count_indexes(s), 1);
	store_close(store);
	assert_true(shelf_is_indexed(s));
}

static void test_nothing_is_written_where_nothing_may_be(void **state)
{
	struct shelf *s = fresh(state);
	struct store *store;
	open_it(s, false, true, &store);
	check_files(s, store);
	assert_false(store_needs_build(store));
	store_close(store);
	assert_int_equal(count_indexes(s), 0);
}

/* What the loop was told. */
struct wait {
	struct loop *loop;
	struct store *store;
	bool ended, ok;
	size_t calls, done, total;
};

static void on_progress(void *ctx, size_t done, size_t total)
{
	struct wait *w = ctx;
	assert_false(w->ended);
	assert_true(done <= total && total >= MANY);
	w->calls++;
	w->done = done > w->done ? done : w->done;
	w->total = total;
}

static void on_built(void *ctx, bool ok, const struct error *err)
{
	struct wait *w = ctx;
	assert_false(w->ended);
	w->ended = true;
	w->ok = ok;
	if (!ok)
		fail_msg("%s", err->text);
	assert_false(store_is_incomplete(w->store));
}

static struct store_build *start(struct wait *w, struct store *store)
{
	struct error err = { 0 };
	*w = (struct wait){ .loop = loop_new(&err), .store = store };
	assert_non_null(w->loop);
	struct store_build *build =
		store_build_start(store, w->loop, on_progress, on_built, w, &err);
	if (!build)
		fail_msg("%s", err.text);
	return build;
}

static void finish(struct wait *w)
{
	while (!w->ended)
		loop_step(w->loop, 1000);
	assert_true(w->ok);
	loop_free(w->loop);
}

static void check_preview(struct store *store)
{
	struct entry e;
	size_t seen = 0;
	assert_true(store_is_incomplete(store));
	assert_true(store_needs_build(store));
	assert_in_range(store_count(store), 1, MANY - 1);
	for (uint32_t at = 0; store_next(store, &at, &e); seen++)
		assert_int_equal(strncmp(e.file, "m", 1), 0);
	assert_int_equal(seen, store_count(store));
}

static void test_beside_a_loop(void **state)
{
	struct shelf *s = fresh(state);
	struct store *store;
	struct wait w;
	open_it(s, true, false, &store);
	check_preview(store);
	uint64_t before = store_generation(store);
	start(&w, store);
	finish(&w);
	assert_true(w.calls > 0 && w.done > 0);
	assert_int_equal(w.total, tmp_count(s->depot->tmp, "store/trusted") +
					  tmp_count(s->depot->tmp, "store/limited") +
					  tmp_count(s->depot->tmp, "store/untrusted") +
					  tmp_count(s->depot->tmp, "store/blocked") +
					  tmp_count(s->depot->tmp, "store/trash"));
	assert_true(store_generation(store) > before);
	assert_false(store_needs_build(store));
	check_files(s, store);
	assert_int_equal(count_indexes(s), 1);
	before = store_generation(store);
	reload(store);
	assert_int_equal(store_generation(store), before);
	store_close(store);
	assert_true(shelf_is_indexed(s));
}

static void test_beside_a_loop_without_writing(void **state)
{
	struct shelf *s = fresh(state);
	struct store *store;
	struct wait w;
	open_it(s, true, true, &store);
	check_preview(store);
	start(&w, store);
	finish(&w);
	check_files(s, store);
	assert_false(store_needs_build(store));
	store_close(store);
	assert_int_equal(count_indexes(s), 0);
}

static void test_cancelled(void **state)
{
	struct shelf *s = fresh(state);
	struct store *store;
	struct wait w;
	open_it(s, true, false, &store);
	for (int steps = 0; steps < 3; steps++) {
		struct store_build *build = start(&w, store);
		for (int i = 0; i < steps && !w.ended; i++)
			loop_step(w.loop, 1000);
		if (!w.ended)
			store_build_cancel(build);
		loop_free(w.loop);
	}
	store_build_cancel(NULL);
	if (!w.ended)
		check_preview(store);
	store_close(store);
	assert_int_equal(count_indexes(s), w.ended);
	open_it(s, false, false, &store);
	check_files(s, store);
	store_close(store);
}

/* All at once: a file that is read half written would be an edit in place. */
static void put_whole(struct shelf *s, size_t i)
{
	char *name = mem_format("trusted/m%zu.pem", i);
	crowd_drop(s->crowd, s->depot, "trusted/.new", i);
	assert_int_equal(
		rename(depot_path(s->depot, "trusted/.new"), depot_path(s->depot, name)), 0);
	free(name);
}

/* An incomplete store is reloaded, too, and what somebody puts there meanwhile counts. */
static void test_changes_while_it_is_built(void **state)
{
	struct shelf *s = fresh(state);
	struct store *store;
	struct wait w;
	open_it(s, true, false, &store);
	reload(store);
	assert_true(store_is_incomplete(store));
	start(&w, store);
	for (size_t i = 9000; i < 9003; i++)
		put_whole(s, i);
	tmp_remove(s->depot->tmp, "store/trusted/m1.pem");
	reload(store);
	finish(&w);
	reload(store);
	assert_false(store_is_incomplete(store));
	check_files(s, store);
	store_close(store);
}

/* The same, by the store's own hand. */
static void test_own_changes_while_it_is_built(void **state)
{
	struct shelf *s = fresh(state);
	struct fingerprint print = crowd_fingerprint(s->crowd, 5);
	struct plan plan = { .op = "block" };
	struct error err = { 0 };
	struct store *store;
	struct entry e;
	struct wait w;
	open_it(s, true, false, &store);
	start(&w, store);
	finish(&w);
	assert_true(store_find(store, &print, &e));
	plan_move(&plan, &e, STATE_BLOCKED);
	start(&w, store);
	assert_true(store_apply(store, &plan, NULL, &err));
	reload(store);
	assert_true(store_find(store, &print, &e));
	assert_int_equal(e.state, STATE_BLOCKED);
	finish(&w);
	reload(store);
	assert_true(store_find(store, &print, &e));
	assert_int_equal(e.state, STATE_BLOCKED);
	check_files(s, store);
	plan_done(&plan);
	store_close(store);
}

static void make(struct shelf *s, const char *name)
{
	depot_write(s->depot, name, "half an index", 13);
}

static bool is_there(struct shelf *s, const char *name)
{
	return access(depot_path(s->depot, name), F_OK) == 0;
}

/* What a process that died has left goes; what one that lives is writing stays. */
static void test_what_a_crash_left(void **state)
{
	struct shelf *s = fresh(state);
	struct store *store;
	make(s, ".new-index-99999999");
	make(s, ".new-index-");
	make(s, ".new-index-1");
	make(s, ".new-indexed");
	open_it(s, false, true, &store);
	store_close(store);
	assert_true(is_there(s, ".new-index-99999999"));
	open_it(s, false, false, &store);
	store_close(store);
	assert_false(is_there(s, ".new-index-99999999"));
	assert_false(is_there(s, ".new-index-"));
	assert_true(is_there(s, ".new-index-1"));
	assert_true(is_there(s, ".new-indexed"));
	assert_true(is_there(s, ".index"));
	tmp_remove(s->depot->tmp, "store/.new-index-1");
	tmp_remove(s->depot->tmp, "store/.new-indexed");
}

/* One of this process's own number, left by one that had it before. */
static void test_its_own_number_is_taken(void **state)
{
	struct shelf *s = fresh(state);
	struct store *store;
	char *name = mem_format(".new-index-%ld", (long)getpid());
	make(s, name);
	open_it(s, false, false, &store);
	check_files(s, store);
	store_close(store);
	assert_false(is_there(s, name));
	assert_true(shelf_is_indexed(s));
	free(name);
}

#define NOBODY 65534

static void lock_folder(struct shelf *s)
{
	tmp_mode(s->depot->tmp, ".", 0755);
	tmp_mode(s->depot->tmp, "store", 0555);
	if (geteuid() == 0)
		assert_int_equal(seteuid(NOBODY), 0);
}

static void unlock_folder(struct shelf *s)
{
	if (getuid() == 0)
		assert_int_equal(seteuid(0), 0);
	tmp_mode(s->depot->tmp, "store", 0755);
}

/* Whoever may read and not write works with what there is. */
static void test_a_folder_that_may_not_be_written(void **state)
{
	struct shelf *s = fresh(state);
	struct store *store = NULL;
	struct error err = { 0 };
	struct store_options options = { .path = depot_path(s->depot, NULL) };
	for (int indexed = 0; indexed < 2; indexed++) {
		lock_folder(s);
		bool opened = store_open(&options, &store, &err);
		char *got = opened ? census(store) : NULL;
		bool needs = opened && store_needs_build(store);
		store_close(opened ? store : NULL);
		unlock_folder(s);
		if (!opened)
			fail_msg("%s", err.text);
		char *want = census_of_files(s->depot);
		census_compare(got, want);
		assert_false(needs);
		assert_int_equal(count_indexes(s), indexed);
		free(got);
		free(want);
		open_it(s, false, false, &store);
		store_close(store);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_at_once_where_somebody_waits),
		cmocka_unit_test(test_nothing_is_written_where_nothing_may_be),
		cmocka_unit_test(test_beside_a_loop),
		cmocka_unit_test(test_beside_a_loop_without_writing),
		cmocka_unit_test(test_cancelled),
		cmocka_unit_test(test_changes_while_it_is_built),
		cmocka_unit_test(test_own_changes_while_it_is_built),
		cmocka_unit_test(test_what_a_crash_left),
		cmocka_unit_test(test_its_own_number_is_taken),
		cmocka_unit_test(test_a_folder_that_may_not_be_written),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
