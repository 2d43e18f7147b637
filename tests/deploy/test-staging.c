/* Files as they will be. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "deploy/kind.h"
#include "support/tmp.h"
#include "support/unit.h"

static struct staging *staging_new(void)
{
	return mem_new(sizeof(struct staging));
}

static struct file_change *stage(struct staging *staging, const char *path, mode_t mode, const char *text,
	struct error *err)
{
	struct buf bytes = { 0 };
	buf_text_add(&bytes, text);
	struct file_change *change = stage_write(staging, 7, path, mode, &bytes, err);
	buf_done(&bytes);
	return change;
}

static void test_new_file(void **state)
{
	struct staging *staging = staging_new();
	struct error err;
	const struct file_change *change = stage(staging, tmp_path(*state, "new"), 0, "x", &err);
	assert_non_null(change);
	assert_int_equal(change->kind, FILE_WRITE);
	assert_false(change->existed);
	assert_int_equal(change->mode, 0644);
	assert_true(change->keep_mode);
	assert_int_equal(change->target, 7);
	assert_false(tmp_exists(*state, "new"));
	staging_free(staging);
}

static void test_file_that_is_there(void **state)
{
	struct staging *staging = staging_new();
	struct error err;
	tmp_text(*state, "there", "four");
	const struct file_change *change = stage(staging, tmp_path(*state, "there"), 0600, "x", &err);
	assert_non_null(change);
	assert_true(change->existed);
	assert_false(change->keep_mode);
	assert_int_equal(change->was.size, 4);
	assert_string_equal(tmp_read(*state, "there", NULL), "four");
	staging_free(staging);
}

/* An edit after it was read is an edit. */
static void test_stamp_of_what_was_read(void **state)
{
	struct staging *staging = staging_new();
	struct buf bytes = { 0 };
	struct fs_stamp was;
	struct error err;
	assert_true(read_there(tmp_path(*state, "there"), 9, &bytes, &was, &err));
	assert_int_equal(was.inode, 0);
	tmp_text(*state, "there", "four");
	struct file_change *change = stage(staging, tmp_path(*state, "there"), 0, "x", &err);
	file_change_read(change, &was);
	assert_false(change->existed);
	assert_true(read_there(tmp_path(*state, "there"), 9, &bytes, &was, &err));
	tmp_text(*state, "there", "edited");
	change = stage(staging, tmp_path(*state, "there"), 0, "x", &err);
	file_change_read(change, &was);
	assert_true(change->existed);
	assert_int_equal(change->was.size, 4);
	buf_done(&bytes);
	staging_free(staging);
}

static void test_link_stays_one(void **state)
{
	struct staging *staging = staging_new();
	struct error err;
	tmp_text(*state, "real/file", "x");
	assert_int_equal(symlink("real/file", tmp_path(*state, "link")), 0);
	const struct file_change *change = stage(staging, tmp_path(*state, "link"), 0, "y", &err);
	assert_non_null(change);
	assert_non_null(strstr(change->path, "/real/file"));
	staging_free(staging);
}

static void test_what_is_no_file(void **state)
{
	struct staging *staging = staging_new();
	struct error err = { 0 };
	tmp_dir(*state, "folder");
	assert_int_equal(mkfifo(tmp_path(*state, "pipe"), 0600), 0);
	assert_int_equal(symlink("nowhere", tmp_path(*state, "dangling")), 0);
	assert_null(stage(staging, tmp_path(*state, "folder"), 0, "x", &err));
	assert_null(stage(staging, tmp_path(*state, "pipe"), 0, "x", &err));
	assert_null(stage(staging, tmp_path(*state, "dangling"), 0, "x", &err));
	assert_null(stage(staging, "/dev/null", 0, "x", &err));
	assert_int_equal(staging->count, 0);
	staging_free(staging);
}

static void test_removing(void **state)
{
	struct staging *staging = staging_new();
	struct error err = { 0 };
	tmp_text(*state, "there", "x");
	tmp_dir(*state, "folder");
	assert_true(stage_remove(staging, 0, tmp_path(*state, "gone"), &err));
	assert_int_equal(staging->count, 0);
	assert_true(stage_remove(staging, 0, tmp_path(*state, "there"), &err));
	assert_int_equal(staging->count, 1);
	assert_true(staging->items[0].existed);
	assert_false(stage_remove(staging, 0, tmp_path(*state, "folder"), &err));
	staging_free(staging);
}

/* It is made before what is written in it. */
static void test_a_file_in_a_new_folder(void **state)
{
	struct staging *staging = staging_new();
	struct error err = { 0 };
	assert_null(stage(staging, tmp_path(*state, "new/file"), 0, "x", &err));
	assert_true(stage_folder(staging, 0, tmp_path(*state, "new"), 0755, &err));
	assert_non_null(stage(staging, tmp_path(*state, "new/file"), 0, "x", &err));
	staging_free(staging);
}

static void test_folder(void **state)
{
	struct staging *staging = staging_new();
	struct error err = { 0 };
	tmp_text(*state, "file", "x");
	tmp_dir(*state, "there");
	assert_true(stage_folder(staging, 0, tmp_path(*state, "there"), 0755, &err));
	assert_int_equal(staging->count, 0);
	assert_true(stage_folder(staging, 0, tmp_path(*state, "new"), 0755, &err));
	assert_int_equal(staging->count, 1);
	assert_false(stage_folder(staging, 0, tmp_path(*state, "file"), 0755, &err));
	assert_false(tmp_exists(*state, "new"));
	staging_free(staging);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_new_file, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_file_that_is_there, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_stamp_of_what_was_read, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_link_stays_one, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_what_is_no_file, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_removing, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_folder, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_a_file_in_a_new_folder, tmp_setup, tmp_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
