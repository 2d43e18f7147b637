#include "base/fs.h"

#include "support/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/set.h"
#include "support/tmp.h"

static int open_tmp(struct tmp *tmp)
{
	struct error err;
	int dir = fs_open_dir(AT_FDCWD, tmp_path(tmp, NULL), &err);
	if (dir < 0)
		fail_msg("%s", err.text);
	return dir;
}

static void refuse_read(int dir, const char *name, enum fs_follow follow, size_t max,
	const char *want)
{
	struct buf out = { 0 };
	struct error err = { 0 };
	assert_false(fs_read(dir, name, follow, max, &out, NULL, &err));
	assert_int_equal(err.code, ERROR_FAILED);
	if (!strstr(err.text, want) || !strstr(err.text, name))
		fail_msg("'%s' doesn't say '%s'", err.text, want);
	buf_done(&out);
}

static void test_read(void **state)
{
	struct tmp *tmp = *state;
	struct buf out = { 0 };
	struct fs_stamp stamp = { 0 };
	int dir = open_tmp(tmp);
	tmp_write(tmp, "bytes", "a\0b", 3);
	tmp_mode(tmp, "bytes", 0640);
	buf_text_add(&out, "before ");
	assert_true(fs_read(dir, "bytes", FS_NOFOLLOW, 3, &out, &stamp, NULL));
	assert_int_equal(out.len, 10);
	assert_memory_equal(out.data, "before a\0b", 11);
	assert_int_equal(stamp.size, 3);
	assert_int_equal(stamp.mode & 07777, 0640);
	assert_int_equal(stamp.uid, getuid());
	buf_done(&out);
	tmp_text(tmp, "empty", "");
	assert_true(fs_read(dir, "empty", FS_NOFOLLOW, 0, &out, NULL, NULL));
	assert_int_equal(out.len, 0);
	buf_done(&out);
	close(dir);
}

static void test_limits(void **state)
{
	struct tmp *tmp = *state;
	struct buf out = { 0 };
	int dir = open_tmp(tmp);
	tmp_text(tmp, "ten", "0123456789");
	assert_true(fs_read(dir, "ten", FS_NOFOLLOW, 10, &out, NULL, NULL));
	buf_done(&out);
	refuse_read(dir, "ten", FS_NOFOLLOW, 9, "10 bytes, more than the limit of 9");
	refuse_read(dir, "gone", FS_NOFOLLOW, 9, "No such file");
	close(dir);
}

/* A file in /proc says that it is empty: what counts is what comes out of it. */
static void test_limit_of_a_file_without_size(void **state)
{
	struct buf out = { 0 };
	(void)state;
	refuse_read(AT_FDCWD, "/proc/self/maps", FS_FOLLOW, 16, "larger than 16 bytes");
	assert_true(fs_read(AT_FDCWD, "/proc/self/maps", FS_FOLLOW, 1 << 24, &out, NULL, NULL));
	assert_true(out.len > 16);
	buf_done(&out);
}

static void make_socket(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_true(fd >= 0 && strlen(path) < sizeof at.sun_path);
	memcpy(at.sun_path, path, strlen(path) + 1);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	close(fd);
}

/* Nobody writes to the pipe: a reader that opened it the usual way would wait for ever. */
static void test_what_is_no_file(void **state)
{
	struct tmp *tmp = *state;
	int dir = open_tmp(tmp);
	assert_int_equal(mkfifo(tmp_path(tmp, "fifo"), 0600), 0);
	make_socket(tmp_path(tmp, "socket"));
	tmp_dir(tmp, "folder");
	refuse_read(dir, "fifo", FS_NOFOLLOW, 100, "is a pipe");
	refuse_read(dir, "socket", FS_NOFOLLOW, 100, "is a socket");
	refuse_read(dir, "folder", FS_NOFOLLOW, 100, "is a folder");
	refuse_read(AT_FDCWD, "/dev/zero", FS_FOLLOW, 100, "is a device");
	refuse_read(AT_FDCWD, "/dev/null", FS_FOLLOW, 100, "is a device");
	close(dir);
}

static void link_to(struct tmp *tmp, const char *target, const char *name)
{
	assert_int_equal(symlink(target, tmp_path(tmp, name)), 0);
}

static void test_links(void **state)
{
	struct tmp *tmp = *state;
	struct buf out = { 0 };
	struct fs_stamp stamp;
	int dir = open_tmp(tmp);
	tmp_text(tmp, "file", "x");
	link_to(tmp, "file", "link");
	link_to(tmp, "nowhere", "broken");
	link_to(tmp, "loop", "loop");
	link_to(tmp, "/dev/zero", "zero");
	refuse_read(dir, "link", FS_NOFOLLOW, 100, "is a symbolic link");
	assert_true(fs_read(dir, "link", FS_FOLLOW, 100, &out, NULL, NULL));
	assert_string_equal(buf_text(&out), "x");
	refuse_read(dir, "broken", FS_FOLLOW, 100, "No such file");
	refuse_read(dir, "loop", FS_FOLLOW, 100, "Too many levels");
	refuse_read(dir, "zero", FS_FOLLOW, 100, "is a device");
	assert_true(fs_stamp(dir, "broken", &stamp));
	assert_true(S_ISLNK(stamp.mode));
	assert_true(fs_exists(dir, "broken"));
	assert_false(fs_exists(dir, "gone"));
	assert_false(fs_stamp(dir, "gone", &stamp));
	buf_done(&out);
	close(dir);
}

static void test_read_fd(void **state)
{
	struct buf out = { 0 };
	struct error err = { 0 };
	int ends[2];
	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "hello", 5), 5);
	close(ends[1]);
	assert_true(fs_read_fd(ends[0], "standard input", 5, &out, &err));
	assert_string_equal(buf_text(&out), "hello");
	close(ends[0]);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "hello", 5), 5);
	close(ends[1]);
	assert_false(fs_read_fd(ends[0], "standard input", 4, &out, &err));
	assert_non_null(strstr(err.text, "standard input: larger than 4 bytes"));
	close(ends[0]);
	assert_false(fs_read_fd(-1, "standard input", 4, &out, &err));
	buf_done(&out);
}

static void test_write_never_overwrites(void **state)
{
	struct tmp *tmp = *state;
	struct error err = { 0 };
	int dir = open_tmp(tmp);
	assert_true(fs_write(dir, "new", 0640, "abc", 3, FS_DURABLE, &err));
	assert_string_equal(tmp_read(tmp, "new", NULL), "abc");
	assert_false(fs_write(dir, "new", 0640, "xyz", 3, FS_DURABLE, &err));
	assert_non_null(strstr(err.text, "new: can't be created: File exists"));
	assert_string_equal(tmp_read(tmp, "new", NULL), "abc");
	link_to(tmp, "elsewhere", "link");
	assert_false(fs_write(dir, "link", 0640, "xyz", 3, FS_LATER, &err));
	assert_false(tmp_exists(tmp, "elsewhere"));
	assert_true(fs_write(dir, "later", 0600, "", 0, FS_LATER, &err));
	assert_true(fs_barrier(dir, &err));
	close(dir);
}

/* Writing more than a process may is like a full disk: an error in the middle. */
static void test_failed_write_is_gone(void **state)
{
	struct tmp *tmp = *state;
	static char big[100000];
	struct rlimit old, small;
	struct error err = { 0 };
	int dir = open_tmp(tmp);
	tmp_text(tmp, "kept", "old");
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = 50000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	bool written = fs_write(dir, "big", 0600, big, sizeof big, FS_DURABLE, &err);
	bool replaced = fs_replace(dir, "kept", 0600, big, sizeof big, NULL);
	setrlimit(RLIMIT_FSIZE, &old);
	assert_false(written);
	assert_false(replaced);
	assert_non_null(strstr(err.text, "big: can't be written: File too large"));
	assert_string_equal(tmp_read(tmp, "kept", NULL), "old");
	assert_int_equal(tmp_count(tmp, NULL), 1);
	close(dir);
}

static void test_replace(void **state)
{
	struct tmp *tmp = *state;
	struct error err = { 0 };
	int dir = open_tmp(tmp);
	assert_true(fs_replace(dir, "file", 0600, "one", 3, &err));
	assert_true(fs_replace(dir, "file", 0644, "two", 3, &err));
	assert_string_equal(tmp_read(tmp, "file", NULL), "two");
	tmp_dir(tmp, "folder/below");
	assert_false(fs_replace(dir, "folder", 0644, "x", 1, &err));
	assert_false(fs_replace(dir, "no/such", 0644, "x", 1, &err));
	assert_int_equal(tmp_count(tmp, NULL), 2);
	close(dir);
}

static void test_create_spares_what_is_there(void **state)
{
	struct tmp *tmp = *state;
	struct error err = { 0 };
	int dir = open_tmp(tmp);
	assert_true(fs_create(dir, "file", 0600, "one", 3, &err));
	assert_false(fs_create(dir, "file", 0600, "two", 3, &err));
	assert_non_null(strstr(err.text, "file: can't be created: File exists"));
	assert_string_equal(tmp_read(tmp, "file", NULL), "one");
	assert_int_equal(symlinkat("nowhere", dir, "link"), 0);
	assert_false(fs_create(dir, "link", 0600, "two", 3, &err));
	assert_int_equal(tmp_count(tmp, NULL), 2); /* and nothing half-done beside them */
	close(dir);
}

static void test_rename_and_remove(void **state)
{
	struct tmp *tmp = *state;
	struct error err = { 0 };
	int dir = open_tmp(tmp);
	tmp_dir(tmp, "sub");
	int sub = fs_open_dir(dir, "sub", &err);
	assert_true(sub >= 0);
	tmp_text(tmp, "a", "1");
	tmp_text(tmp, "sub/b", "2");
	assert_true(fs_rename(dir, "a", sub, "b", &err));
	assert_string_equal(tmp_read(tmp, "sub/b", NULL), "1");
	assert_false(fs_rename(dir, "a", sub, "b", &err));
	assert_true(fs_remove(sub, "b", &err));
	assert_true(fs_remove(sub, "b", &err));
	assert_false(fs_remove(dir, "sub", &err));
	assert_non_null(strstr(err.text, "sub: can't be removed"));
	assert_true(fs_sync(dir, &err));
	assert_false(fs_sync(-1, &err));
	close(sub);
	close(dir);
}

static void test_open_dir(void **state)
{
	struct tmp *tmp = *state;
	struct error err = { 0 };
	tmp_text(tmp, "file", "");
	assert_int_equal(fs_open_dir(AT_FDCWD, tmp_path(tmp, "file"), &err), -1);
	assert_int_equal(errno, ENOTDIR);
	assert_int_equal(fs_open_dir(AT_FDCWD, tmp_path(tmp, "gone"), &err), -1);
	assert_int_equal(errno, ENOENT);
	assert_non_null(strstr(err.text, "gone: No such file"));
}

static bool collect(void *ctx, const char *name)
{
	return set_add(ctx, name) || true;
}

static bool only_one(void *ctx, const char *name)
{
	(void)name;
	++*(int *)ctx;
	return false;
}

static void test_list(void **state)
{
	struct tmp *tmp = *state;
	struct set names = { 0 };
	int calls = 0, dir = open_tmp(tmp);
	tmp_text(tmp, "a", "");
	tmp_text(tmp, ".hidden", "");
	tmp_dir(tmp, "folder");
	assert_true(fs_list(dir, collect, &names, NULL));
	assert_true(set_has(&names, "a") && set_has(&names, ".hidden") && set_has(&names, "folder"));
	assert_false(set_has(&names, ".") || set_has(&names, ".."));
	set_done(&names);
	assert_true(fs_list(dir, only_one, &calls, NULL));
	assert_int_equal(calls, 1);
	assert_false(fs_list(-1, only_one, &calls, NULL));
	close(dir);
}

static void test_make_dirs(void **state)
{
	struct tmp *tmp = *state;
	struct stat st;
	struct error err = { 0 };
	assert_true(fs_make_dirs(tmp_path(tmp, "a/b/c"), 0700, &err));
	assert_int_equal(stat(tmp_path(tmp, "a/b/c"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_true(fs_make_dirs(tmp_path(tmp, "a/b/c"), 0700, &err));
	tmp_text(tmp, "file", "");
	assert_false(fs_make_dirs(tmp_path(tmp, "file/below"), 0700, &err));
	assert_non_null(strstr(err.text, "can't be created"));
}

#define IN_TMP(test) cmocka_unit_test_setup_teardown(test, tmp_setup, tmp_teardown)

static void test_within_a_root(void **state)
{
	struct tmp *tmp = *state;
	struct buf out = { 0 };
	struct error err = { 0 };
	struct fs_stamp stamp;
	if (UNIT_VALGRIND)
		skip(); /* it has no openat2 */
	tmp_text(tmp, "root/etc/file", "inside");
	tmp_text(tmp, "etc/file", "outside");
	int root = fs_open_dir(AT_FDCWD, tmp_path(tmp, "root"), &err);
	assert_int_equal(symlink("/etc/file", tmp_path(tmp, "root/absolute")), 0);
	assert_int_equal(symlink("../../../etc/file", tmp_path(tmp, "root/etc/up")), 0);
	static const char *const paths[] = { "/etc/file", "etc/file", "/absolute", "/etc/up",
		"/../../etc/file" };
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		buf_cut(&out, 0);
		assert_true(fs_read_within(root, paths[i], 100, &out, &stamp, &err));
		assert_string_equal(buf_text(&out), "inside");
		assert_int_equal(stamp.size, 6);
		assert_true(fs_stamp_within(root, paths[i], &stamp));
	}
	assert_false(fs_read_within(root, "/etc/file", 5, &out, NULL, &err));
	assert_non_null(strstr(err.text, "6 bytes"));
	assert_false(fs_read_within(root, "/etc", 100, &out, NULL, &err));
	assert_non_null(strstr(err.text, "is a folder"));
	assert_false(fs_read_within(root, "/gone", 100, &out, NULL, &err));
	assert_false(fs_stamp_within(root, "/gone", &stamp));
	assert_int_equal(fs_open_dir_within(root, "/etc/file", &err), -1);
	int etc = fs_open_dir_within(root, "/etc", &err);
	assert_true(etc >= 0);
	close(etc);
	close(root);
	buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_TMP(test_read),
		IN_TMP(test_limits),
		cmocka_unit_test(test_limit_of_a_file_without_size),
		IN_TMP(test_what_is_no_file),
		IN_TMP(test_links),
		cmocka_unit_test(test_read_fd),
		IN_TMP(test_write_never_overwrites),
		IN_TMP(test_failed_write_is_gone),
		IN_TMP(test_replace),
		IN_TMP(test_create_spares_what_is_there),
		IN_TMP(test_rename_and_remove),
		IN_TMP(test_open_dir),
		IN_TMP(test_list),
		IN_TMP(test_make_dirs),
		IN_TMP(test_within_a_root),
	};
	umask(022);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
