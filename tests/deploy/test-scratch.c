/*
 * Private folders: made, used, and gone, also after somebody was killed.
 */
#include "deploy/deploy.h"
#include "deploy/scratch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/unit.h"

static void make(struct scratch *scratch)
{
	struct error err = { 0 };
	if (!scratch_make(scratch, &err))
		fail_msg("%s", err.text);
	assert_true(scratch_write(scratch, "key", "secret", 6, &err));
}

static void test_private_and_gone(void **state)
{
	struct scratch scratch;
	struct stat st;
	struct buf bytes = { 0 };
	(void)state;
	make(&scratch);
	assert_int_equal(stat(scratch.path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	char *path = scratch_path(&scratch, "key");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_true(scratch_read(&scratch, "key", &bytes, NULL));
	assert_string_equal(buf_text(&bytes), "secret");
	scratch_done(&scratch);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(access(scratch.path, F_OK), -1);
	scratch_done(&scratch);
	buf_done(&bytes);
	free(path);
}

static void test_what_was_left_goes(void **state)
{
	struct scratch living, next;
	char left[sizeof living.path] = "";
	int ends[2];
	(void)state;
	assert_int_equal(pipe(ends), 0);
	make(&living);
	pid_t child = fork();
	if (child == 0) {
		struct scratch doomed;
		make(&doomed);
		_exit(write(ends[1], doomed.path, sizeof doomed.path) < 0);
	}
	assert_true(child > 0 && waitpid(child, NULL, 0) == child);
	assert_int_equal(read(ends[0], left, sizeof left), sizeof left);
	deploy_sweep();
	assert_int_equal(access(left, F_OK), -1);
	make(&next);
	assert_int_equal(access(living.path, F_OK), 0);
	scratch_done(&living);
	scratch_done(&next);
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_private_and_gone),
		cmocka_unit_test(test_what_was_left_goes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
