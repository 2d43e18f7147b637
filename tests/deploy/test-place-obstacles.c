/*
 * One change of a file, on file systems of all kinds: linkat(), renameat2() and unlinkat() of this
 * program fail as those of FAT or NFS do, where a test says so.
 */
#include "deploy/place.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/mem.h"
#include "support/tmp.h"
#include "support/unit.h"

static int no_links, no_exchange, no_rmdir; /* errno of the calls, 0 where they work */

int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
	if (!no_links)
		return (int)syscall(SYS_linkat, from_dir, from, to_dir, to, flags);
	errno = no_links;
	return -1;
}

int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
	if (!no_exchange)
		return (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, flags);
	errno = no_exchange;
	return -1;
}

int unlinkat(int dir, const char *name, int flags)
{
	if (!no_rmdir || flags != AT_REMOVEDIR)
		return (int)syscall(SYS_unlinkat, dir, name, flags);
	errno = no_rmdir;
	return -1;
}

struct bench {
	struct tmp *tmp;
	struct staging *staging;
	struct file_change *change;
	struct places places;
	struct error err;
};

static void set_up(struct bench *b, void **state)
{
	*b = (struct bench){ .tmp = *state, .staging = mem_new(sizeof(struct staging)) };
	no_links = no_exchange = no_rmdir = 0;
}

static void clear(struct bench *b)
{
	places_done(&b->places);
	staging_free(b->staging);
	no_links = no_exchange = no_rmdir = 0;
}

static void want(struct bench *b, const char *name, const char *text)
{
	struct buf bytes = { 0 };
	buf_text_add(&bytes, text);
	b->change = stage_write(b->staging, 0, tmp_path(b->tmp, name), 0, &bytes, &b->err);
	assert_non_null(b->change);
	fingerprint_of(text, strlen(text), &b->change->hash);
}

static bool keep(struct bench *b)
{
	return place_write(&b->places, b->change, FS_DURABLE, &b->err) &&
	       place_keep(&b->places, b->change, &b->err);
}

static bool put(struct bench *b)
{
	return keep(b) && place_put(&b->places, b->change, &b->err);
}

static void back(struct bench *b)
{
	if (!place_back(&b->places, b->change, false, &b->err))
		fail_msg("%s", b->err.text);
}

static void check_text(struct bench *b, const char *name, const char *text)
{
	assert_string_equal(tmp_read(b->tmp, name, NULL), text);
}

static void check_said(struct bench *b, const char *text)
{
	if (!strstr(b->err.text, text))
		fail_msg("'%s' doesn't say '%s'", b->err.text, text);
}

static struct stat status(struct bench *b, const char *name)
{
	struct stat st;
	assert_int_equal(lstat(tmp_path(b->tmp, name), &st), 0);
	return st;
}

/* ---- where files have one name ---- */

static const int linkless[] = { EPERM, EOPNOTSUPP, ENOSYS, EMLINK };

static void test_the_old_is_copied(void **state)
{
	for (size_t i = 0; i < sizeof linkless / sizeof *linkless; i++) {
		struct bench b;
		set_up(&b, state);
		tmp_text(b.tmp, "a", "old");
		tmp_mode(b.tmp, "a", 0640);
		bool other = geteuid() == 0 && chown(tmp_path(b.tmp, "a"), 12, 13) == 0;
		want(&b, "a", "new");
		no_links = linkless[i];
		tmp_text(b.tmp, ".a.certary-half", "of one that was cut off");
		assert_true(keep(&b));
		check_text(&b, ".a.certary-old", "old");
		struct stat kept = status(&b, ".a.certary-old");
		assert_int_equal(kept.st_mode & 07777, 0640);
		assert_true(!other || (kept.st_uid == 12 && kept.st_gid == 13));
		assert_false(tmp_exists(b.tmp, ".a.certary-half"));
		assert_true(place_put(&b.places, b.change, &b.err));
		check_text(&b, "a", "new");
		back(&b);
		check_text(&b, "a", "old");
		assert_int_equal(tmp_count(b.tmp, NULL), 1);
		tmp_remove(b.tmp, "a");
		clear(&b);
	}
}

/* What fails for another reason is an error, and no reason to copy. */
static void test_other_errors_of_links(void **state)
{
	struct bench b;
	set_up(&b, state);
	tmp_text(b.tmp, "a", "old");
	want(&b, "a", "new");
	no_links = ENOSPC;
	assert_false(keep(&b));
	check_said(&b, "what is there can't be kept beside it: No space left");
	assert_false(tmp_exists(b.tmp, ".a.certary-old"));
	clear(&b);
	set_up(&b, state);
	want(&b, "b", "new");
	no_links = EIO;
	assert_false(put(&b));
	check_said(&b, "can't be put in place");
	assert_false(tmp_exists(b.tmp, "b"));
	clear(&b);
}

/* A new file gets a mark instead, by which going back knows it, and what only looks like it. */
static void test_a_new_file_is_marked(void **state)
{
	for (int old = 0; old < 2; old++) {
		struct bench b;
		set_up(&b, state);
		want(&b, "a", "new");
		no_links = EPERM;
		no_exchange = old ? EINVAL : 0;
		assert_true(put(&b));
		check_text(&b, "a", "new");
		assert_true(tmp_exists(b.tmp, ".a.certary-half"));
		back(&b);
		assert_int_equal(tmp_count(b.tmp, NULL), 0);
		tmp_text(b.tmp, "a", "new");
		back(&b);
		check_text(&b, "a", "new");
		tmp_remove(b.tmp, "a");
		clear(&b);
	}
}

/* Neither where the kernel can tell what has appeared there, nor where we must look. */
static void test_nothing_is_overwritten(void **state)
{
	static const int exchange[] = { 0, EINVAL, ENOSYS };
	for (size_t i = 0; i < 3; i++) {
		struct bench b;
		set_up(&b, state);
		want(&b, "a", "new");
		tmp_text(b.tmp, "a", "somebody else's");
		no_links = EPERM;
		no_exchange = exchange[i];
		assert_false(put(&b));
		check_said(&b, "can't be put in place: File exists");
		back(&b);
		check_text(&b, "a", "somebody else's");
		assert_int_equal(tmp_count(b.tmp, NULL), 1);
		tmp_remove(b.tmp, "a");
		clear(&b);
	}
}

static void test_removal(void **state)
{
	static const int exchange[] = { 0, EINVAL, ENOSYS, EIO };
	for (size_t i = 0; i < 4; i++) {
		struct bench b;
		set_up(&b, state);
		tmp_text(b.tmp, "a", "old");
		assert_true(stage_remove(b.staging, 0, tmp_path(b.tmp, "a"), &b.err));
		b.change = &b.staging->items[0];
		no_exchange = exchange[i];
		assert_int_equal(put(&b), exchange[i] != EIO);
		assert_int_equal(tmp_exists(b.tmp, "a"), exchange[i] == EIO);
		back(&b);
		check_text(&b, "a", "old");
		assert_int_equal(tmp_count(b.tmp, NULL), 1);
		clear(&b);
	}
}

/* ---- back ---- */

static void test_back_from_each_step(void **state)
{
	static bool (*const steps[])(struct bench *) = { keep, put };
	for (size_t i = 0; i < 2; i++) {
		struct bench b;
		set_up(&b, state);
		tmp_text(b.tmp, "a", "old");
		struct stat before = status(&b, "a");
		want(&b, "a", "new");
		assert_true(steps[i](&b));
		for (int again = 0; again < 2; again++) {
			back(&b);
			check_text(&b, "a", "old");
			assert_int_equal(status(&b, "a").st_ino, before.st_ino);
			assert_int_equal(tmp_count(b.tmp, NULL), 1);
		}
		clear(&b);
	}
}

/* A rename between two names of one file leaves both. */
static void test_back_to_the_same_content(void **state)
{
	struct bench b;
	set_up(&b, state);
	tmp_text(b.tmp, "a", "the same");
	want(&b, "a", "the same");
	assert_true(keep(&b));
	back(&b);
	check_text(&b, "a", "the same");
	assert_int_equal(tmp_count(b.tmp, NULL), 1);
	clear(&b);
}

/* What is no file was never ours. */
static void test_back_where_a_folder_appeared(void **state)
{
	struct bench b;
	set_up(&b, state);
	want(&b, "a", "new");
	tmp_text(b.tmp, "a/mine", "x");
	assert_false(put(&b));
	back(&b);
	check_text(&b, "a/mine", "x");
	assert_int_equal(tmp_count(b.tmp, NULL), 1);
	clear(&b);
}

/* ---- names, owners, space ---- */

/* With what is put behind them some are just short enough, and others a byte too long. */
static void test_long_names(void **state)
{
	for (int len = 235; len <= 255; len++) {
		struct bench b;
		set_up(&b, state);
		char *name = mem_format("%0*d", len, 0);
		char *beside = mem_format(".%s.certary-new", name);
		tmp_text(b.tmp, name, "old");
		want(&b, name, "new");
		assert_true(keep(&b));
		assert_int_equal(tmp_count(b.tmp, NULL), 3);
		assert_true(strlen(beside) > 255 || tmp_exists(b.tmp, beside));
		assert_true(place_put(&b.places, b.change, &b.err));
		back(&b);
		check_text(&b, name, "old");
		assert_int_equal(tmp_count(b.tmp, NULL), 1);
		tmp_remove(b.tmp, name);
		free(name);
		free(beside);
		clear(&b);
	}
}

/* Only root can give a file away. */
static void test_owner_and_group_stay(void **state)
{
	struct bench b;
	set_up(&b, state);
	for (uid_t uid = 0; geteuid() == 0 && uid < 2; uid++) {
		tmp_text(b.tmp, "a", "old");
		assert_int_equal(chown(tmp_path(b.tmp, "a"), uid, 13), 0);
		want(&b, "a", "new");
		assert_true(put(&b));
		struct stat now = status(&b, "a");
		assert_true(now.st_uid == uid && now.st_gid == 13);
		assert_true(place_clean(&b.places, b.change, &b.err));
	}
	clear(&b);
}

/* Where the file system has such labels, and we may write them. */
static void test_label_stays(void **state)
{
	static const char name[] = "security.selinux", label[] = "system_u:object_r:cert_t:s0";
	struct bench b;
	char found[64] = "";
	set_up(&b, state);
	tmp_text(b.tmp, "a", "old");
	if (setxattr(tmp_path(b.tmp, "a"), name, label, sizeof label, 0) == 0) {
		want(&b, "a", "new");
		assert_true(put(&b));
		assert_int_equal(getxattr(tmp_path(b.tmp, "a"), name, found, sizeof found), sizeof label);
		assert_string_equal(found, label);
	}
	clear(&b);
}

static void test_no_space(void **state)
{
	struct rlimit was, now;
	char text[4096];
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	signal(SIGXFSZ, SIG_IGN);
	static const enum fs_durable durable[] = { FS_LATER, FS_DURABLE };
	for (size_t i = 0; i < 2; i++) {
		struct bench b;
		set_up(&b, state);
		want(&b, "a", text);
		assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
		now = (struct rlimit){ 100, was.rlim_max };
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
		bool ok = place_write(&b.places, b.change, durable[i], &b.err);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
		assert_false(ok);
		check_said(&b, "its new content can't be written beside it: File too large");
		back(&b);
		assert_int_equal(tmp_count(b.tmp, NULL), 0);
		clear(&b);
	}
}

/* ---- folders ---- */

static void want_folder(struct bench *b, const char *name)
{
	assert_true(stage_folder(b->staging, 0, tmp_path(b->tmp, name), 0751, &b->err));
	b->change = &b->staging->items[b->staging->count - 1];
}

static void test_folder(void **state)
{
	struct bench b;
	set_up(&b, state);
	want_folder(&b, "new");
	assert_true(put(&b));
	assert_int_equal(status(&b, "new").st_mode & 07777, 0751);
	back(&b);
	assert_int_equal(tmp_count(b.tmp, NULL), 0);
	/* Somebody has begun to use it. */
	assert_true(put(&b));
	tmp_text(b.tmp, "new/x", "mine");
	back(&b);
	check_text(&b, "new/x", "mine");
	assert_int_equal(tmp_count(b.tmp, NULL), 1);
	clear(&b);
}

static void test_folder_that_cant_be_removed(void **state)
{
	static const int reasons[] = { EACCES, ENOENT, ENOTEMPTY, EEXIST, EBUSY };
	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
		struct bench b;
		bool fine = reasons[i] != EACCES && reasons[i] != EBUSY;
		set_up(&b, state);
		want_folder(&b, "new");
		assert_true(put(&b));
		no_rmdir = reasons[i];
		assert_int_equal(place_back(&b.places, b.change, false, &b.err), fine);
		if (!fine)
			check_said(&b, "can't be removed again");
		tmp_remove(b.tmp, "new");
		clear(&b);
	}
}

/* It is there by now, and somebody else's: it stays.  A file of its name is in the way. */
static void test_folder_that_appeared(void **state)
{
	struct bench b;
	set_up(&b, state);
	want_folder(&b, "new");
	tmp_dir(b.tmp, "new");
	assert_true(put(&b));
	back(&b);
	assert_true(tmp_exists(b.tmp, "new"));
	tmp_remove(b.tmp, "new");
	tmp_text(b.tmp, "new", "a file");
	assert_false(put(&b));
	check_said(&b, "can't be made: File exists");
	back(&b);
	check_text(&b, "new", "a file");
	assert_int_equal(tmp_count(b.tmp, NULL), 1);
	clear(&b);
}

/* Nothing is left of what couldn't be begun, and going back over it is all right. */
static void test_folder_that_is_gone(void **state)
{
	struct bench b;
	set_up(&b, state);
	tmp_text(b.tmp, "in/a", "old");
	want(&b, "in/a", "new");
	tmp_remove(b.tmp, "in");
	assert_false(place_write(&b.places, b.change, FS_DURABLE, &b.err));
	check_said(&b, "its folder can't be opened");
	assert_false(place_keep(&b.places, b.change, &b.err));
	assert_false(place_put(&b.places, b.change, &b.err));
	back(&b);
	assert_true(place_clean(&b.places, b.change, &b.err));
	clear(&b);
}

int main(void)
{
#define IN_TMP(test) cmocka_unit_test_setup_teardown(test, tmp_setup, tmp_teardown)
	const struct CMUnitTest tests[] = {
		IN_TMP(test_the_old_is_copied),
		IN_TMP(test_other_errors_of_links),
		IN_TMP(test_a_new_file_is_marked),
		IN_TMP(test_nothing_is_overwritten),
		IN_TMP(test_removal),
		IN_TMP(test_back_from_each_step),
		IN_TMP(test_back_to_the_same_content),
		IN_TMP(test_back_where_a_folder_appeared),
		IN_TMP(test_long_names),
		IN_TMP(test_owner_and_group_stay),
		IN_TMP(test_label_stays),
		IN_TMP(test_no_space),
		IN_TMP(test_folder),
		IN_TMP(test_folder_that_cant_be_removed),
		IN_TMP(test_folder_that_appeared),
		IN_TMP(test_folder_that_is_gone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
