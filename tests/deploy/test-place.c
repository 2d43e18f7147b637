/* Each step of a change, and the way back from it when somebody else was there in between. */
#include "deploy/place.h"

#include "support/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "support/tmp.h"

#define NEW "new content\n"

struct site {
	struct tmp *tmp;
	struct places places;
	struct staging staging;
	struct error err;
};

static int setup(void **state)
{
	struct site *s = mem_new(sizeof *s);
	s->tmp = tmp_new();
	tmp_dir(s->tmp, "d");
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct site *s = *state;
	places_done(&s->places);
	for (size_t i = 0; i < s->staging.count; i++)
		file_change_done(&s->staging.items[i]);
	free(s->staging.items);
	tmp_free(s->tmp);
	free(s);
	return 0;
}

static void must(struct site *s, bool done)
{
	if (!done)
		fail_msg("%s", s->err.text);
}

static void refused(struct site *s, bool done, const char *words)
{
	assert_false(done);
	if (!strstr(s->err.text, words))
		fail_msg("%s", s->err.text);
}

static struct file_change *writing(struct site *s, const char *name)
{
	struct buf bytes = { 0 };
	buf_text_add(&bytes, NEW);
	struct file_change *change =
		stage_write(&s->staging, 0, tmp_path(s->tmp, name), 0644, &bytes, &s->err);
	must(s, change != NULL);
	fingerprint_of(NEW, strlen(NEW), &change->hash);
	return change;
}

static struct file_change *removing(struct site *s, const char *name)
{
	must(s, stage_remove(&s->staging, 0, tmp_path(s->tmp, name), &s->err));
	return &s->staging.items[s->staging.count - 1];
}

static void reads(struct site *s, const char *name, const char *text)
{
	assert_string_equal(tmp_read(s->tmp, name, NULL), text);
}

/* Until the new stands where the old was. */
static void forward(struct site *s, const struct file_change *change)
{
	must(s, place_check(&s->places, change, &s->err));
	must(s, place_write(&s->places, change, FS_DURABLE, &s->err));
	must(s, place_keep(&s->places, change, &s->err));
	must(s, place_put(&s->places, change, &s->err));
	must(s, places_barrier(&s->places, &s->err));
	must(s, places_sync(&s->places, &s->err));
}

/* --- as it should go ----------------------------------------------------------------------------- */

static void test_forward_and_clean(void **state)
{
	struct site *s = *state;
	tmp_text(s->tmp, "d/a", "old");
	tmp_text(s->tmp, "d/gone", "old");
	const char *const names[] = { "d/a", "d/b" };
	for (size_t i = 0; i < 2; i++) {
		struct file_change *change = writing(s, names[i]);
		forward(s, change);
		must(s, place_clean(&s->places, change, &s->err));
		reads(s, names[i], NEW);
	}
	struct file_change *removal = removing(s, "d/gone");
	forward(s, removal);
	must(s, place_clean(&s->places, removal, &s->err));
	assert_int_equal(tmp_count(s->tmp, "d"), 2);
}

/* What is remembered of a folder says of the next file in it what it said of the first. */
static void test_a_folder_that_is_none(void **state)
{
	struct site *s = *state;
	tmp_text(s->tmp, "d/file", "x");
	for (const char *name = "d/none/a\0d/none/b\0d/file/a\0d/file/b\0"; *name; name += strlen(name) + 1) {
		const struct file_change *change =
			staging_add(&s->staging, 0, FILE_WRITE, tmp_path(s->tmp, name));
		errno = 0;
		bool back = place_back(&s->places, change, false, &s->err);
		assert_int_equal(back, strncmp(name, "d/none", 6) == 0);
	}
}

/* Of a folder of which a tool reads every file whatever its name. */
static void test_what_is_meanwhile_stands_above(void **state)
{
	struct site *s = *state;
	tmp_text(s->tmp, "d/in/a", "old");
	struct file_change *change = writing(s, "d/in/a");
	change->above = true;
	must(s, place_write(&s->places, change, FS_DURABLE, &s->err));
	must(s, place_keep(&s->places, change, &s->err));
	reads(s, "d/.in.a.certary-new", NEW);
	reads(s, "d/.in.a.certary-old", "old");
	assert_int_equal(tmp_count(s->tmp, "d/in"), 1);
	must(s, place_put(&s->places, change, &s->err));
	must(s, place_back(&s->places, change, false, &s->err));
	reads(s, "d/in/a", "old");
	assert_int_equal(tmp_count(s->tmp, "d"), 1);
}

static void there_and_back(struct site *s, const char *name, bool twice)
{
	tmp_text(s->tmp, name, "old");
	tmp_mode(s->tmp, name, 0640);
	struct file_change *change = writing(s, name);
	forward(s, change);
	reads(s, name, NEW);
	for (int i = 0; i < 1 + twice; i++)
		must(s, place_back(&s->places, change, false, &s->err));
	reads(s, name, "old");
	struct stat st;
	assert_int_equal(stat(tmp_path(s->tmp, name), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(tmp_count(s->tmp, "d"), 1);
}

static void test_back(void **state)
{
	there_and_back(*state, "d/a", true);
}

/* Names beside it would be longer than names may be. */
static void test_the_longest_name(void **state)
{
	char name[NAME_MAX + 3] = "d/";
	memset(name + 2, 'x', NAME_MAX);
	there_and_back(*state, name, false);
}

static void test_back_at_each_step(void **state)
{
	struct site *s = *state;
	for (int steps = 0; steps <= 3; steps++)
		for (int existed = 0; existed < 2; existed++) {
			if (existed)
				tmp_text(s->tmp, "d/a", "old");
			const struct file_change *change = writing(s, "d/a");
			if (steps > 0)
				must(s, place_write(&s->places, change, FS_LATER, &s->err));
			if (steps > 1)
				must(s, place_keep(&s->places, change, &s->err));
			if (steps > 2)
				must(s, place_put(&s->places, change, &s->err));
			must(s, place_back(&s->places, change, false, &s->err));
			assert_int_equal(tmp_count(s->tmp, "d"), (size_t)existed);
			if (existed)
				reads(s, "d/a", "old");
			tmp_remove(s->tmp, "d");
			tmp_dir(s->tmp, "d");
			places_done(&s->places);
			s->places = (struct places){ 0 };
		}
}

static void test_a_removal_comes_back(void **state)
{
	struct site *s = *state;
	tmp_text(s->tmp, "d/a", "old");
	struct file_change *change = removing(s, "d/a");
	forward(s, change);
	assert_false(tmp_exists(s->tmp, "d/a"));
	must(s, place_back(&s->places, change, false, &s->err));
	reads(s, "d/a", "old");
	assert_int_equal(tmp_count(s->tmp, "d"), 1);
}

/* --- somebody else was there --------------------------------------------------------------------- */

static void test_changed_before_it_begins(void **state)
{
	struct site *s = *state;
	tmp_text(s->tmp, "d/a", "old");
	const struct file_change *change = writing(s, "d/a");
	tmp_text(s->tmp, "d/a", "theirs, and longer");
	refused(s, place_check(&s->places, change, &s->err), "somebody changed it meanwhile");
	assert_true(s->err.stale);
	must(s, place_write(&s->places, change, FS_LATER, &s->err));
	refused(s, place_keep(&s->places, change, &s->err), "somebody changed it meanwhile");
	must(s, place_back(&s->places, change, false, &s->err));
	reads(s, "d/a", "theirs, and longer");
	assert_int_equal(tmp_count(s->tmp, "d"), 1);
	tmp_remove(s->tmp, "d/a");
	refused(s, place_check(&s->places, change, &s->err), "somebody changed it meanwhile");
}

static void test_what_could_not_be_taken_back_is_not_written_over(void **state)
{
	struct site *s = *state;
	tmp_text(s->tmp, "d/a", "now");
	tmp_text(s->tmp, "d/.a.certary-old", "the only copy");
	refused(s, place_check(&s->places, writing(s, "d/a"), &s->err), ".a.certary-old");
	const struct file_change *removal = removing(s, "d/a");
	refused(s, place_put(&s->places, removal, &s->err), "can't be put in place");
	reads(s, "d/a", "now");
	reads(s, "d/.a.certary-old", "the only copy");
}

static void test_a_new_file_that_others_made_first(void **state)
{
	struct site *s = *state;
	const struct file_change *change = writing(s, "d/a");
	must(s, place_write(&s->places, change, FS_LATER, &s->err));
	tmp_text(s->tmp, "d/a", "theirs");
	refused(s, place_put(&s->places, change, &s->err), "can't be put in place");
	must(s, place_back(&s->places, change, false, &s->err));
	reads(s, "d/a", "theirs");
	assert_int_equal(tmp_count(s->tmp, "d"), 1);
}

/* Both are kept, and where they are is said. */
static void test_changed_after_it_was_put(void **state)
{
	struct site *s = *state;
	tmp_text(s->tmp, "d/a", "old");
	tmp_text(s->tmp, "d/b", "old");
	const struct file_change *change = writing(s, "d/a");
	forward(s, change);
	tmp_text(s->tmp, "d/a", "theirs");
	refused(s, place_back(&s->places, change, false, &s->err), ".a.certary-old");
	reads(s, "d/a", "theirs");
	reads(s, "d/.a.certary-old", "old");
	const struct file_change *removal = removing(s, "d/b");
	forward(s, removal);
	tmp_text(s->tmp, "d/b", "theirs");
	refused(s, place_back(&s->places, removal, false, &s->err), ".b.certary-old");
	reads(s, "d/b", "theirs");
	reads(s, "d/.b.certary-old", "old");
}

/* Who has put back the very same has done what we would. */
static void test_put_back_by_others(void **state)
{
	struct site *s = *state;
	tmp_text(s->tmp, "d/a", "old");
	const struct file_change *change = writing(s, "d/a");
	forward(s, change);
	tmp_text(s->tmp, "d/a", "old");
	must(s, place_back(&s->places, change, false, &s->err));
	reads(s, "d/a", "old");
	assert_int_equal(tmp_count(s->tmp, "d"), 1);
}

static void test_leftovers_of_the_killed(void **state)
{
	struct site *s = *state;
	tmp_text(s->tmp, "d/a", "old");
	tmp_text(s->tmp, "d/.a.certary-new", "half of someth");
	const struct file_change *change = writing(s, "d/a");
	forward(s, change);
	reads(s, "d/a", NEW);
}

static void test_folders_in_the_way(void **state)
{
	struct site *s = *state;
	const struct file_change *change = writing(s, "d/a");
	tmp_dir(s->tmp, "d/.a.certary-new");
	refused(s, place_write(&s->places, change, FS_LATER, &s->err), "can't be written beside it");
	struct file_change lost = *change;
	lost.path = mem_format("%s", tmp_path(s->tmp, "none/a"));
	refused(s, place_write(&s->places, &lost, FS_LATER, &s->err), "its folder can't be opened");
	refused(s, place_put(&s->places, &lost, &s->err), "its folder can't be opened");
	lost.existed = true;
	refused(s, place_keep(&s->places, &lost, &s->err), "its folder can't be opened");
	free(lost.path);
}

static void test_new_folders(void **state)
{
	struct site *s = *state;
	must(s, stage_folder(&s->staging, 0, tmp_path(s->tmp, "d/made"), 0750, &s->err));
	const struct file_change *change = &s->staging.items[0];
	forward(s, change);
	must(s, place_write(&s->places, change, FS_LATER, &s->err));
	must(s, place_back(&s->places, change, false, &s->err));
	assert_int_equal(tmp_count(s->tmp, "d"), 0);
	tmp_text(s->tmp, "d/made", "a file");
	refused(s, place_write(&s->places, change, FS_LATER, &s->err), "can't be made");
	reads(s, "d/made", "a file");
}

/* --- file systems without links ------------------------------------------------------------------ */

/* As FAT and some shares answer. */
static void forbid_links(void)
{
	struct sock_filter at[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_linkat, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = sizeof at / sizeof *at, .filter = at };
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) != 0)
		exit(77);
}

static bool goes_forward(struct site *s, const struct file_change *change)
{
	return place_write(&s->places, change, FS_LATER, &s->err) &&
	       place_keep(&s->places, change, &s->err) && place_put(&s->places, change, &s->err);
}

/* What the child did is looked at here. */
static void without_links(struct site *s, const struct file_change *const changes[], bool back)
{
	int status;
	fflush(NULL);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		bool ok = true;
		forbid_links();
		for (size_t i = 0; changes[i]; i++)
			ok = ok && goes_forward(s, changes[i]) &&
			     (back ? place_back(&s->places, changes[i], false, &s->err) :
				     place_clean(&s->places, changes[i], &s->err));
		exit(ok ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip(); /* a kernel without filters */
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_without_links(void **state)
{
	struct site *s = *state;
	struct stat st;
	tmp_text(s->tmp, "d/a", "old");
	tmp_mode(s->tmp, "d/a", 0604);
	tmp_text(s->tmp, "d/.a.certary-half", "of one that was killed");
	writing(s, "d/a");
	writing(s, "d/b");
	const struct file_change *changes[] = { &s->staging.items[0], &s->staging.items[1], NULL };
	without_links(s, changes, true);
	reads(s, "d/a", "old");
	assert_int_equal(stat(tmp_path(s->tmp, "d/a"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0604);
	assert_int_equal(tmp_count(s->tmp, "d"), 1);
	assert_true(fs_stamp(AT_FDCWD, tmp_path(s->tmp, "d/a"), &s->staging.items[0].was));
	without_links(s, changes, false);
	reads(s, "d/a", NEW);
	reads(s, "d/b", NEW);
	assert_int_equal(tmp_count(s->tmp, "d"), 2);
}

#define SITE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SITE_TEST(test_forward_and_clean),
		SITE_TEST(test_what_is_meanwhile_stands_above),
		SITE_TEST(test_a_folder_that_is_none),
		SITE_TEST(test_back),
		SITE_TEST(test_the_longest_name),
		SITE_TEST(test_back_at_each_step),
		SITE_TEST(test_a_removal_comes_back),
		SITE_TEST(test_changed_before_it_begins),
		SITE_TEST(test_what_could_not_be_taken_back_is_not_written_over),
		SITE_TEST(test_a_new_file_that_others_made_first),
		SITE_TEST(test_changed_after_it_was_put),
		SITE_TEST(test_put_back_by_others),
		SITE_TEST(test_leftovers_of_the_killed),
		SITE_TEST(test_folders_in_the_way),
		SITE_TEST(test_new_folders),
		SITE_TEST(test_without_links),
	};
	umask(022);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
