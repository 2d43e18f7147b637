/*
 * What changed between two looks at a store too large to be looked at file by file, and by whom.
 */
#include "store/store.h"

#include "support/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/internal.h"
#include "support/census.h"
#include "support/shelf.h"

#define MANY 1200 /* beyond LOOK_MOST */

static const char *path(struct shelf *s, const char *name)
{
	return depot_path(s->depot, name);
}

static void set_time(struct shelf *s, const char *name, time_t when)
{
	const struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = when } };
	assert_int_equal(utimensat(AT_FDCWD, path(s, name), times, 0), 0);
}

/* Long ago the folders changed for the last time, and the index knows. */
static void settle(struct shelf *s)
{
	static time_t turn; /* never the same times twice, which would hide what happened between */
	time_t now = time(NULL) + 10 * ++turn;
	for (int i = 0; i < STATE_COUNT; i++)
		set_time(s, state_name(i), now - 3600 - i);
	depot_open(s->depot);
	depot_close(s->depot);
	depot_open(s->depot);
	for (int i = 0; i < STATE_COUNT; i++)
		assert_int_equal(
			s->depot->store->basis.times[i], (int64_t)(now - 3600 - i) * 1000000000);
}

static int set_up(void **state)
{
	*state = shelf_new(MANY);
	assert_true(MANY > LOOK_MOST);
	return 0;
}

static int tear_down(void **state)
{
	shelf_free(*state);
	return 0;
}

static void check_files(struct shelf *s, struct store *store, const char *what)
{
	char *got = census(store), *want = census_of_files(s->depot);
	if (strcmp(got, want) != 0)
		print_error("%s:\n", what);
	census_compare(got, want);
	free(got);
	free(want);
}

static void reload(struct store *store)
{
	struct error err = { 0 };
	if (!store_reload(store, &err))
		fail_msg("%s", err.text);
}

static void move(struct shelf *s, const char *from, const char *to)
{
	assert_int_equal(rename(path(s, from), path(s, to)), 0);
}

static void add(struct shelf *s)
{
	crowd_drop(s->crowd, s->depot, "trusted/new.pem", 5000);
	crowd_drop(s->crowd, s->depot, "blocked/new too.crt", 5001);
	depot_write(s->depot, "trash/new.txt", "?", 1);
}

static void add_one(struct shelf *s)
{
	crowd_drop(s->crowd, s->depot, "untrusted/one.pem", 5002);
}

static void take_away(struct shelf *s)
{
	tmp_remove(s->depot->tmp, "store/trusted/m3.pem");
	tmp_remove(s->depot->tmp, "store/trusted/new.pem");
	tmp_remove(s->depot->tmp, "store/blocked/empty.pem");
}

static void rename_one(struct shelf *s)
{
	move(s, "trusted/m4.pem", "trusted/m4 renamed.pem");
	move(s, "trusted/m5.pem", "trusted/m6.pem"); /* over another one */
}

static void hide(struct shelf *s)
{
	move(s, "trusted/m7.pem", "trusted/m7.pem.bak");
	move(s, "trusted/m8.pem", "trusted/.m8.pem");
	move(s, "trusted/readme.txt", "trusted/readme.pem");
}

static void move_between_folders(struct shelf *s)
{
	move(s, "trusted/m9.pem", "blocked/m9.pem");
	move(s, "trusted/m10.pem", "trash/m10.pem");
	move(s, "trash/m1001.pem", "trusted/m1001.pem");
}

static void swap_two(struct shelf *s)
{
	move(s, "trusted/m11.pem", "trusted/x");
	move(s, "trusted/m12.pem", "trusted/m11.pem");
	move(s, "trusted/x", "trusted/m12.pem");
}

static void replace(struct shelf *s)
{
	crowd_drop(s->crowd, s->depot, "trusted/.tmp", 5010);
	move(s, "trusted/.tmp", "trusted/m13.pem");
}

static void swap_folders(struct shelf *s)
{
	move(s, "trusted", "x");
	move(s, "blocked", "trusted");
	move(s, "x", "blocked");
}

static void remove_folder(struct shelf *s)
{
	tmp_remove(s->depot->tmp, "store/trash");
}

static void make_folder(struct shelf *s)
{
	tmp_dir(s->depot->tmp, "store/trash");
	crowd_fill(s->crowd, s->depot, STATE_TRASH, 6000, 5);
}

static void do_nothing(struct shelf *s)
{
	(void)s;
}

static const struct deed {
	const char *name;
	void (*do_it)(struct shelf *s);
} deeds[] = {
	{ "nothing", do_nothing },
	{ "added", add },
	{ "one more", add_one },
	{ "removed", take_away },
	{ "renamed", rename_one },
	{ "hidden", hide },
	{ "moved between folders", move_between_folders },
	{ "swapped", swap_two },
	{ "replaced", replace },
	{ "folders swapped", swap_folders },
	{ "folder removed", remove_folder },
	{ "folder made", make_folder },
};
#define DEEDS (sizeof deeds / sizeof *deeds)

/* Between two runs, where the folders' times are all that tells. */
static void test_between_two_openings(void **state)
{
	struct shelf *s = shelf_new(MANY);
	(void)state;
	for (size_t i = 0; i < DEEDS; i++) {
		if (i != DEEDS - 1) /* what isn't there has no time */
			settle(s);
		depot_close(s->depot);
		deeds[i].do_it(s);
		depot_open(s->depot);
		check_files(s, s->depot->store, deeds[i].name);
		depot_open(s->depot);
		check_files(s, s->depot->store, deeds[i].name);
	}
	shelf_free(s);
}

static void test_between_two_reloads(void **state)
{
	struct shelf *s = shelf_new(MANY);
	(void)state;
	settle(s);
	for (size_t i = 0; i < DEEDS; i++) {
		uint64_t before = store_generation(s->depot->store);
		deeds[i].do_it(s);
		reload(s->depot->store);
		check_files(s, s->depot->store, deeds[i].name);
		assert_int_equal(store_generation(s->depot->store) != before, i > 0);
	}
	shelf_free(s);
}

static void append(struct shelf *s, const char *name, const char *text)
{
	FILE *f = fopen(path(s, name), "ae");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* An edit in place leaves the folder as it is: looking at all files finds it, a few at a time. */
static void test_edits_in_place(void **state)
{
	struct shelf *s = *state;
	struct store *store;
	(void)state;
	settle(s);
	store = s->depot->store;
	while (store_check(store, 100))
		;
	assert_false(store_has_suspects(store));
	depot_open(s->depot);
	store = s->depot->store;
	append(s, "trusted/m1.pem",
		"-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n");
	crowd_drop(s->crowd, s->depot, "blocked/m800.pem", 7000);
	depot_write(s->depot, "trash/m1002.pem", "gone", 4);
	size_t steps = 0;
	for (; store_check(store, 100); steps++)
		assert_true(steps < MANY);
	assert_true(steps >= MANY / 100);
	assert_true(store_has_suspects(store));
	uint64_t before = store_generation(store);
	reload(store);
	assert_true(store_generation(store) > before);
	assert_false(store_has_suspects(store));
	check_files(s, store, "edited in place");
	depot_open(s->depot);
	check_files(s, s->depot->store, "edited in place, and opened again");
}

/* File systems like to give a new file the number of the one that went last. */
static bool replace_with_the_same_number(struct shelf *s)
{
	for (size_t i = 0; i < 200; i++) {
		struct stat was, is;
		assert_int_equal(stat(path(s, "trusted/m20.pem"), &was), 0);
		assert_int_equal(unlink(path(s, "trusted/m20.pem")), 0);
		crowd_drop(s->crowd, s->depot, "trusted/m20.pem", 5100 + i);
		assert_int_equal(stat(path(s, "trusted/m20.pem"), &is), 0);
		if (is.st_ino == was.st_ino)
			return true;
		depot_open(s->depot);
		settle(s);
	}
	return false;
}

static void test_another_file_of_the_same_number(void **state)
{
	struct shelf *s = *state;
	settle(s);
	if (!replace_with_the_same_number(s))
		skip();
	reload(s->depot->store);
	check_files(s, s->depot->store, "the same number");
	depot_open(s->depot);
	check_files(s, s->depot->store, "the same number, opened");
}

/* A change right after the index was written, before any clock has ticked. */
static void test_within_the_same_tick(void **state)
{
	struct shelf *s = *state;
	size_t base;
	depot_open(s->depot);
	base = store_count(s->depot->store);
	for (size_t i = 0; i < 30; i++) {
		char *one = mem_format("untrusted/t%zu.pem", 2 * i);
		char *other = mem_format("untrusted/t%zu.pem", 2 * i + 1);
		crowd_drop(s->crowd, s->depot, one, 8000 + 2 * i);
		depot_open(s->depot);
		depot_close(s->depot);
		crowd_drop(s->crowd, s->depot, other, 8001 + 2 * i);
		depot_open(s->depot);
		assert_int_equal(store_count(s->depot->store), base + 2 * i + 2);
		free(one);
		free(other);
	}
	check_files(s, s->depot->store, "same tick");
}

/* The same while it is open: a reload, and then a change at once. */
static void test_within_the_same_tick_as_a_reload(void **state)
{
	struct shelf *s = *state;
	depot_open(s->depot);
	size_t base = store_count(s->depot->store);
	for (size_t i = 0; i < 60; i++) {
		char *name = mem_format("trash/u%zu.pem", i);
		crowd_drop(s->crowd, s->depot, name, 8200 + i);
		reload(s->depot->store);
		assert_int_equal(store_count(s->depot->store), base + i + 1);
		free(name);
	}
}

/* A clock that was put back, or a folder from another machine: such a time says nothing. */
static void test_times_to_come(void **state)
{
	struct shelf *s = *state;
	time_t when = time(NULL) + 100000;
	for (int i = 0; i < STATE_COUNT; i++)
		set_time(s, state_name(i), when);
	depot_open(s->depot);
	depot_open(s->depot);
	crowd_drop(s->crowd, s->depot, "blocked/later.pem", 8300);
	set_time(s, "blocked", when);
	reload(s->depot->store);
	check_files(s, s->depot->store, "a time to come");
	crowd_drop(s->crowd, s->depot, "blocked/later still.pem", 8301);
	set_time(s, "blocked", when);
	depot_open(s->depot);
	check_files(s, s->depot->store, "a time to come, opened again");
}

/* A writer changes the store, and others look at it. */
static void change(struct store *writer, struct shelf *s, size_t member, enum state to)
{
	struct fingerprint print = crowd_fingerprint(s->crowd, member);
	struct plan plan = { .op = "block" };
	struct error err = { 0 };
	struct entry e;
	assert_true(store_find(writer, &print, &e));
	plan_move(&plan, &e, to);
	if (!store_apply(writer, &plan, NULL, &err))
		fail_msg("%s", err.text);
	plan_done(&plan);
	reload(writer);
}

static void test_what_other_writers_did(void **state)
{
	struct shelf *s = *state;
	struct store *reader;
	settle(s);
	shelf_open(s, true, &reader);
	for (size_t i = 0; i < 8; i++) {
		change(s->depot->store, s, 100 + i % 3, (enum state)(1 + (i / 3 + i) % 3));
		if (i % 2)
			reload(reader);
	}
	reload(reader);
	check_files(s, reader, "a writer's changes, reloaded");
	check_files(s, s->depot->store, "its own changes");
	store_close(reader);
	shelf_open(s, true, &reader);
	check_files(s, reader, "a writer's changes, opened");
	depot_open(s->depot);
	check_files(s, s->depot->store, "after a new index");
	store_close(reader);
}

/*
 * The journal accounts for what writers did, and for nothing else: a file that somebody put there
 * just before, just after or between two changes isn't hidden behind them.
 */
static void test_outsiders_among_writers(void **state)
{
	static const char *const folders[] = { "trusted", "limited", "blocked", "trash" };
	struct shelf *s = *state;
	for (size_t i = 0; i < 12; i++) {
		struct store *reader;
		char *name = mem_format("%s/outsider %zu.pem", folders[i % 4], i);
		settle(s);
		shelf_open(s, true, &reader);
		if (i / 4 != 0)
			change(s->depot->store, s, 110 + i, STATE_BLOCKED);
		crowd_drop(s->crowd, s->depot, name, 8400 + i);
		if (i / 4 != 1)
			change(s->depot->store, s, 130 + i, STATE_BLOCKED);
		reload(reader);
		check_files(s, reader, name);
		reload(s->depot->store);
		check_files(s, s->depot->store, name);
		store_close(reader);
		shelf_open(s, true, &reader);
		check_files(s, reader, name);
		store_close(reader);
		free(name);
	}
}

/* A journal that was cut, or another one, says nothing about what this index was made of. */
static void test_another_journal(void **state)
{
	struct shelf *s = *state;
	struct store *reader;
	settle(s);
	change(s->depot->store, s, 150, STATE_BLOCKED);
	depot_close(s->depot);
	char *kept = mem_text(depot_journal(s->depot));
	depot_open(s->depot);
	change(s->depot->store, s, 151, STATE_TRASH);
	shelf_open(s, true, &reader);
	depot_close(s->depot);
	depot_write(s->depot, "journal", kept, strlen(kept));
	move(s, "trusted/m152.pem", "blocked/m152.pem");
	reload(reader);
	check_files(s, reader, "the journal was put back");
	store_close(reader);
	shelf_open(s, true, &reader);
	check_files(s, reader, "the journal was put back, opened");
	store_close(reader);
	tmp_remove(s->depot->tmp, "store/journal");
	tmp_remove(s->depot->tmp, "store/.lock");
	shelf_open(s, true, &reader);
	check_files(s, reader, "no journal");
	store_close(reader);
	free(kept);
}

int main(void)
{
	/* a disk: a file in memory never gets the number of one that went */
	setenv("TMPDIR", "/tmp", 0);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_between_two_openings),
		cmocka_unit_test(test_between_two_reloads),
		cmocka_unit_test(test_within_the_same_tick),
		cmocka_unit_test(test_within_the_same_tick_as_a_reload),
		cmocka_unit_test(test_times_to_come),
		cmocka_unit_test(test_what_other_writers_did),
		cmocka_unit_test(test_outsiders_among_writers),
		cmocka_unit_test(test_another_journal),
		cmocka_unit_test(test_edits_in_place),
		cmocka_unit_test(test_another_file_of_the_same_number),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
