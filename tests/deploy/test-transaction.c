/* All changes in one direction or the other, and what is told where one of them can't be made. */
#include "deploy/transaction.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "support/tmp.h"
#include "support/unit.h"

struct bench {
	struct tmp *tmp;
	struct staging *staging;
	struct places places;
	size_t failed;
	struct error err;
	size_t told, about; /* how often something was stuck, and of which target at last */
};

static void set_up(struct bench *b, void **state)
{
	*b = (struct bench){ .tmp = *state, .staging = mem_new(sizeof(struct staging)), .failed = 99 };
}

static void clear(struct bench *b)
{
	places_done(&b->places);
	staging_free(b->staging);
}

static void want(struct bench *b, size_t target, const char *name, const char *text)
{
	struct buf bytes = { 0 };
	buf_text_add(&bytes, text);
	struct file_change *change = stage_write(b->staging, target, tmp_path(b->tmp, name), 0, &bytes,
		&b->err);
	assert_non_null(change);
	fingerprint_of(text, strlen(text), &change->hash);
}

/* Its folder isn't there, so that there is nothing to be done when it is put back. */
static void want_nowhere(struct bench *b, size_t target)
{
	staging_add(b->staging, target, FILE_WRITE, tmp_path(b->tmp, "nowhere/x"));
}

/* A folder that was opened, and can't be synchronised. */
static void want_broken_folder(struct bench *b)
{
	const char *path = tmp_path(b->tmp, NULL);
	int fd = places_open(&b->places, path, strlen(path));
	assert_true(fd >= 0);
	close(fd);
	b->places.items[0].fd = -1;
}

static void check_text(struct bench *b, const char *name, const char *text)
{
	assert_string_equal(tmp_read(b->tmp, name, NULL), text);
}

static void check_said(const struct bench *b, size_t target, const char *text)
{
	assert_int_equal(b->failed, target);
	if (!strstr(b->err.text, text))
		fail_msg("'%s' doesn't say '%s'", b->err.text, text);
}

static void stuck(void *ctx, size_t target, const char *why)
{
	struct bench *b = ctx;
	assert_true(*why);
	b->about = target;
	b->told++;
}

static bool forward(struct bench *b)
{
	return files_forward(&b->places, b->staging, &b->failed, &b->err);
}

static bool back(struct bench *b)
{
	return files_back(&b->places, b->staging, stuck, b);
}

static void test_there_and_back(void **state)
{
	struct bench b;
	set_up(&b, state);
	tmp_text(b.tmp, "a", "old");
	want(&b, 3, "a", "new");
	want(&b, 5, "b", "also new");
	assert_true(files_check(&b.places, b.staging, &b.failed, &b.err));
	assert_true(forward(&b));
	check_text(&b, "a", "new");
	check_text(&b, "b", "also new");
	assert_true(back(&b));
	check_text(&b, "a", "old");
	assert_int_equal(tmp_count(b.tmp, NULL), 1);
	assert_true(forward(&b));
	assert_true(files_clean(&b.places, b.staging, &b.err));
	check_text(&b, "b", "also new");
	assert_int_equal(tmp_count(b.tmp, NULL), 2);
	assert_int_equal(b.told, 0);
	clear(&b);
}

/* What stands beside a file can be in the way of what is to be written, or kept. */
static void check_in_the_way(void **state, const char *beside, const char *said)
{
	struct bench b;
	set_up(&b, state);
	tmp_text(b.tmp, "a", "old a");
	tmp_text(b.tmp, "b", "old b");
	want(&b, 3, "a", "new");
	want(&b, 5, "b", "new");
	tmp_dir(b.tmp, beside);
	assert_false(forward(&b));
	check_said(&b, 5, said);
	check_text(&b, "a", "old a");
	check_text(&b, "b", "old b");
	clear(&b);
}

static void test_one_that_cant_be_written(void **state)
{
	check_in_the_way(state, ".b.certary-new", "its new content can't be written beside it");
}

static void test_one_that_cant_be_kept(void **state)
{
	check_in_the_way(state, ".b.certary-old", "what is there can't be kept beside it");
}

static void test_one_that_cant_be_put(void **state)
{
	struct bench b;
	set_up(&b, state);
	want(&b, 3, "a", "new");
	want(&b, 5, "b", "new");
	tmp_text(b.tmp, "b", "somebody else's");
	assert_false(forward(&b));
	check_said(&b, 5, "can't be put in place");
	check_text(&b, "b", "somebody else's");
	assert_true(back(&b));
	check_text(&b, "b", "somebody else's");
	assert_int_equal(tmp_count(b.tmp, NULL), 1);
	clear(&b);
}

static void test_which_was_changed_meanwhile(void **state)
{
	struct bench b;
	set_up(&b, state);
	tmp_text(b.tmp, "a", "old");
	tmp_text(b.tmp, "b", "old");
	want(&b, 3, "a", "new");
	want(&b, 5, "b", "new");
	tmp_text(b.tmp, "b", "edited");
	assert_false(files_check(&b.places, b.staging, &b.failed, &b.err));
	check_said(&b, 5, "somebody changed it meanwhile");
	clear(&b);
}

/* So many are written with one barrier. */
static void test_one_of_many_that_cant_be_written(void **state)
{
	struct bench b;
	set_up(&b, state);
	for (size_t i = 0; i < 70; i++) {
		char name[8];
		snprintf(name, sizeof name, "f%zu", i);
		want(&b, i, name, "new");
	}
	tmp_dir(b.tmp, ".f66.certary-new");
	assert_false(forward(&b));
	check_said(&b, 66, "its new content can't be written beside it");
	assert_false(tmp_exists(b.tmp, "f0"));
	clear(&b);
}

/* It is put back, and nobody knows whether it stays so: the record must not go. */
static void test_back_doesnt_last(void **state)
{
	struct bench b;
	set_up(&b, state);
	want_broken_folder(&b);
	assert_false(back(&b));
	assert_int_equal(b.told, 1);
	assert_int_equal(b.about, 0);
	want_nowhere(&b, 7);
	assert_false(back(&b));
	assert_int_equal(b.told, 2);
	assert_int_equal(b.about, 7);
	clear(&b);
}

static void test_clean_doesnt_last(void **state)
{
	struct bench b;
	set_up(&b, state);
	want_nowhere(&b, 7);
	assert_true(files_clean(&b.places, b.staging, &b.err));
	want_broken_folder(&b);
	assert_false(files_clean(&b.places, b.staging, &b.err));
	clear(&b);
}

/* The others are cleaned, and the first that can't be is told. */
static void test_one_that_cant_be_cleaned(void **state)
{
	struct bench b;
	set_up(&b, state);
	for (const char *name = "a\0b\0c\0"; *name; name += 2) {
		tmp_text(b.tmp, name, "old");
		want(&b, 3, name, "new");
	}
	assert_true(forward(&b));
	for (const char *name = ".a.certary-old\0.b.certary-old\0"; *name; name += strlen(name) + 1) {
		tmp_remove(b.tmp, name);
		tmp_dir(b.tmp, name);
	}
	assert_true(tmp_exists(b.tmp, ".c.certary-old"));
	assert_false(files_clean(&b.places, b.staging, &b.err));
	assert_non_null(strstr(b.err.text, "/a: what was kept beside it can't be removed"));
	assert_false(tmp_exists(b.tmp, ".c.certary-old"));
	clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_there_and_back, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_one_that_cant_be_written, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_one_that_cant_be_kept, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_one_that_cant_be_put, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_which_was_changed_meanwhile, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_one_of_many_that_cant_be_written, tmp_setup,
			tmp_teardown),
		cmocka_unit_test_setup_teardown(test_back_doesnt_last, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_clean_doesnt_last, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_one_that_cant_be_cleaned, tmp_setup, tmp_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
