#include "store/index.h"

#include "support/unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "store/view.h"
#include "support/census.h"
#include "support/shelf.h"

#define FEW  40 /* so many that the index is written */
#define FLIP (UNIT_SLOW ? 499 : 61)
#define CUT  (UNIT_SLOW ? 512 : 64)

static void test_rows_are_what_the_files_say(void **state)
{
	struct shelf *s = shelf_new(UNIT_SLOW ? 120 : 300);
	(void)state;
	assert_true(shelf_is_indexed(s));
	depot_open(s->depot);
	shelf_check(s, s->depot->store);
	census_check(s->depot);
	shelf_free(s);
}

/* A file's name may be anything but "/" and NUL, and the index is asked for it. */
static void test_hostile_file_names(void **state)
{
	static const char *const names[] = { "a b.pem", "\x1b[2J.pem", "\xff\xfe.pem", "-rf.crt",
		"\n.pem", "..pem", "\\x1b.pem", "\u202e.pem", "a.pem.pem", "*.CER" };
	struct shelf *s = shelf_new(FEW);
	char longest[256];
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char *name = mem_format("trusted/%s", names[i]);
		crowd_drop(s->crowd, s->depot, name, 1000 + i);
		free(name);
	}
	memset(longest, 'x', sizeof longest);
	memcpy(longest, "trash/", 6);
	memcpy(longest + sizeof longest - 5, ".pem", 5);
	crowd_drop(s->crowd, s->depot, longest, 2000);
	tmp_remove(s->depot->tmp, "store/.index");
	depot_open(s->depot);
	shelf_keep(s);
	assert_true(shelf_is_indexed(s));
	depot_open(s->depot);
	census_check(s->depot);
	shelf_free(s);
}

/* Whatever became of the index, the store says the same, and leaves a good one behind. */
static void check_index(struct shelf *s, const void *bytes, size_t len, const char *what, size_t at)
{
	depot_write(s->depot, ".index", bytes, len);
	depot_open(s->depot);
	char *got = census(s->depot->store);
	if (strcmp(got, s->want) != 0)
		fail_msg("%s %zu: the store says something else", what, at);
	free(got);
	depot_close(s->depot);
	if (!shelf_is_indexed(s))
		fail_msg("%s %zu: the index wasn't written anew", what, at);
}

static void test_no_index(void **state)
{
	struct shelf *s = shelf_new(FEW);
	(void)state;
	tmp_remove(s->depot->tmp, "store/.index");
	depot_open(s->depot);
	shelf_check(s, s->depot->store);
	depot_close(s->depot);
	assert_true(shelf_is_indexed(s));
	shelf_free(s);
}

static void test_truncated_and_longer(void **state)
{
	struct shelf *s = shelf_new(FEW);
	char *longer = mem_new(s->len + 1);
	(void)state;
	for (size_t len = 0; len < s->len; len += CUT)
		check_index(s, s->index, len, "cut to", len);
	check_index(s, s->index, s->len - 1, "cut to", s->len - 1);
	memcpy(longer, s->index, s->len);
	check_index(s, longer, s->len + 1, "grown to", s->len + 1);
	free(longer);
	shelf_free(s);
}

static void test_flipped_bytes(void **state)
{
	struct shelf *s = shelf_new(FEW);
	(void)state;
	for (size_t at = 0; at < s->len; at += FLIP) {
		s->index[at] = (char)~s->index[at];
		check_index(s, s->index, s->len, "flipped", at);
		s->index[at] = (char)~s->index[at];
	}
	shelf_free(s);
}

/* Something else of that name is no index; what isn't a file can't be replaced either. */
static void test_something_else_of_that_name(void **state)
{
	struct shelf *s = shelf_new(FEW);
	(void)state;
	check_index(s, "hello\n", 6, "text", 0);
	tmp_remove(s->depot->tmp, "store/.index");
	assert_int_equal(symlink("../elsewhere", depot_path(s->depot, ".index")), 0);
	tmp_write(s->depot->tmp, "elsewhere", s->index, s->len);
	depot_open(s->depot);
	shelf_check(s, s->depot->store);
	depot_close(s->depot);
	assert_true(shelf_is_indexed(s));
	tmp_remove(s->depot->tmp, "store/.index");
	assert_int_equal(mkfifo(depot_path(s->depot, ".index"), 0600), 0);
	depot_open(s->depot);
	shelf_check(s, s->depot->store);
	depot_close(s->depot);
	tmp_remove(s->depot->tmp, "store/.index");
	tmp_dir(s->depot->tmp, "store/.index");
	depot_open(s->depot);
	shelf_check(s, s->depot->store);
	depot_close(s->depot);
	assert_int_equal(tmp_count(s->depot->tmp, "store/.index"), 0);
	shelf_free(s);
}

/* One field of the header isn't what it was, the sums are right, and nothing is taken from it. */
#define CHECK_HEADER(s, field, value)                                                              \
	do {                                                                                       \
		struct index_header h;                                                             \
		char *copy = mem_copy((s)->index, (s)->len);                                       \
		memcpy(&h, copy, sizeof h);                                                        \
		h.field = (value);                                                                 \
		memcpy(copy, &h, sizeof h);                                                        \
		shelf_seal(copy, (s)->len);                                                        \
		check_index(s, copy, (s)->len, #field, 0);                                         \
		free(copy);                                                                        \
	} while (0)

static void test_other_versions_and_machines(void **state)
{
	struct shelf *s = shelf_new(FEW);
	(void)state;
	CHECK_HEADER(s, magic[0], 'C');
	CHECK_HEADER(s, magic[7], 1);
	CHECK_HEADER(s, version, INDEX_VERSION + 1);
	CHECK_HEADER(s, version, 0);
	CHECK_HEADER(s, byte_order, 0x04030201);
	CHECK_HEADER(s, size, s->len + 8);
	CHECK_HEADER(s, basis.head[71], 'x');
	shelf_free(s);
}

static void test_parts_that_do_not_fit(void **state)
{
	struct shelf *s = shelf_new(FEW);
	(void)state;
	CHECK_HEADER(s, rows, h.rows + 1);
	CHECK_HEADER(s, rows, UINT32_MAX);
	CHECK_HEADER(s, rows, 0);
	CHECK_HEADER(s, entries, UINT32_MAX);
	CHECK_HEADER(s, slots, 0);
	CHECK_HEADER(s, slots, 1u << 31);
	for (int i = 0; i < PART_COUNT; i++) {
		CHECK_HEADER(s, parts[i].at, 0);
		CHECK_HEADER(s, parts[i].at, h.parts[i].at + 4);
		CHECK_HEADER(s, parts[i].at, UINT64_MAX - 7);
		CHECK_HEADER(s, parts[i].at, s->len + 8);
		CHECK_HEADER(s, parts[i].len, UINT64_MAX);
		CHECK_HEADER(s, parts[i].len, s->len);
	}
	shelf_free(s);
}

/* What a console does between two reloads; what it is told is of no matter. */
static void look_through(struct store *store)
{
	struct view view = { 0 };
	struct query query = { .text = "example", .sort = view_column_find("days") };
	struct entry e;
	struct error err;
	for (uint32_t at = 0; store_next(store, &at, &e);)
		assert_true(text_is_safe(e.name) && text_is_safe(e.info.subject));
	view_build(&view, store, &query, certgen_time(CERTGEN_TO));
	for (size_t i = 0; i < view.count; i++)
		view_entry(&view, store, i, &e);
	store_resolve(store, "same", &e, &err);
	store_resolve(store, "abcdef", &e, &err);
	while (store_check(store, 100))
		;
	view_done(&view);
}

/* Somebody cuts the file that is mapped: nothing dies of it, and whoever reads on gets it right. */
static void check_cut(struct shelf *s, size_t len, bool look)
{
	struct error err = { 0 };
	depot_write(s->depot, ".index", s->index, s->len);
	depot_open(s->depot);
	assert_int_equal(truncate(depot_path(s->depot, ".index"), (off_t)len), 0);
	if (look)
		look_through(s->depot->store);
	for (int i = 0; i < 2; i++) /* the first may be what finds out */
		if (!store_reload(s->depot->store, &err))
			fail_msg("%s", err.text);
	shelf_check(s, s->depot->store);
	depot_open(s->depot); /* a byte that nobody looks at is missed by those who come now */
	shelf_check(s, s->depot->store);
	depot_close(s->depot);
	assert_true(shelf_is_indexed(s));
}

static void test_cut_while_it_is_open(void **state)
{
	struct shelf *s = shelf_new(FEW);
	(void)state;
	signal(SIGBUS, SIG_DFL); /* cmocka has it for this test, and the sanitizers for all */
	for (int look = 0; look < 2; look++) {
		check_cut(s, 0, look);
		check_cut(s, 1, look);
		check_cut(s, INDEX_HEADER_SIZE, look);
		check_cut(s, s->len / 2, look);
		check_cut(s, s->len - 1, look);
	}
	shelf_free(s);
}

/* As editors and copying tools do, in place: all that a reader has turns into something else. */
static void test_written_over_while_it_is_open(void **state)
{
	struct shelf *s = shelf_new(FEW);
	char *zeros = mem_new(s->len), *noise = mem_new(s->len);
	const char *all[] = { zeros, noise };
	(void)state;
	signal(SIGBUS, SIG_DFL);
	memset(noise, 0xa5, s->len);
	for (size_t i = 0; i < 2; i++) {
		depot_write(s->depot, ".index", s->index, s->len);
		depot_open(s->depot);
		FILE *f = fopen(depot_path(s->depot, ".index"), "r+e");
		assert_int_equal(fwrite(all[i], 1, s->len, f), s->len);
		fclose(f);
		look_through(s->depot->store);
		depot_reload(s->depot);
		depot_reload(s->depot);
		shelf_check(s, s->depot->store);
		depot_close(s->depot);
		assert_true(shelf_is_indexed(s));
	}
	free(zeros);
	free(noise);
	shelf_free(s);
}

static void must_reload(struct store *store)
{
	struct error err = { 0 };
	if (!store_reload(store, &err))
		fail_msg("%s", err.text);
}

static void test_replaced_while_it_is_open(void **state)
{
	struct shelf *s = shelf_new(FEW);
	struct store *reader;
	(void)state;
	shelf_open(s, false, &reader);
	crowd_fill(s->crowd, s->depot, STATE_TRUSTED, 500, FEW);
	depot_open(s->depot);
	depot_close(s->depot);
	shelf_check(s, reader);
	must_reload(reader);
	assert_int_equal(store_count(reader), 2 * FEW);
	char *got = census(reader), *want = census_of_files(s->depot);
	census_compare(got, want);
	free(got);
	free(want);
	store_close(reader);
	assert_true(shelf_is_indexed(s));
	shelf_free(s);
}

static void check_large(struct shelf *s, const char *bytes, size_t len, bool damaged)
{
	size_t steps = 0;
	depot_write(s->depot, ".index", bytes, len);
	depot_open(s->depot);
	assert_false(store_has_suspects(s->depot->store));
	while (store_check(s->depot->store, 100))
		steps++;
	assert_true(steps > 10);
	assert_int_equal(store_has_suspects(s->depot->store), damaged);
	depot_reload(s->depot);
	assert_false(store_has_suspects(s->depot->store));
	shelf_check(s, s->depot->store);
	depot_close(s->depot);
	assert_true(shelf_is_indexed(s));
}

/* A large one is not summed up when it is opened: store_check() finds out, a piece at a time. */
static void test_damage_in_a_large_one(void **state)
{
	struct shelf *s = shelf_new(FEW);
	size_t large = 9u << 20;
	char *bytes = mem_new(large);
	struct index_header h;
	(void)state;
	memcpy(bytes, s->index, s->len);
	memcpy(&h, bytes, sizeof h);
	h.size = large;
	memcpy(bytes, &h, sizeof h);
	shelf_seal(bytes, large);
	check_large(s, bytes, large, false);
	char *name = memmem(bytes, s->len, "Name 1", 6);
	assert_non_null(name);
	name[0] = 'X';
	check_large(s, bytes, large, true);
	name[0] = 'N';
	bytes[large - 1] = 1;
	check_large(s, bytes, large, true);
	free(bytes);
	shelf_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_are_what_the_files_say),
		cmocka_unit_test(test_hostile_file_names),
		cmocka_unit_test(test_no_index),
		cmocka_unit_test(test_truncated_and_longer),
		cmocka_unit_test(test_flipped_bytes),
		cmocka_unit_test(test_something_else_of_that_name),
		cmocka_unit_test(test_other_versions_and_machines),
		cmocka_unit_test(test_parts_that_do_not_fit),
		cmocka_unit_test(test_cut_while_it_is_open),
		cmocka_unit_test(test_written_over_while_it_is_open),
		cmocka_unit_test(test_replaced_while_it_is_open),
		cmocka_unit_test(test_damage_in_a_large_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
