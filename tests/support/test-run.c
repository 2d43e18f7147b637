#include "support/run.h"

#include <stdlib.h>
#include <string.h>

#include "support/tmp.h"
#include "support/unit.h"

static void keeps_both_streams_and_the_status(void **state)
{
	struct run r = { 0 };
	(void)state;
	assert_int_equal(run(&r, ARGV("sh", "-c", "echo out; echo err >&2; exit 7"), NULL, NULL), 7);
	assert_string_equal(buf_text(&r.out), "out\n");
	assert_string_equal(buf_text(&r.err), "err\n");
	assert_int_equal(run(&r, ARGV("sh", "-c", "kill -9 $$"), NULL, NULL), 128 + 9);
	assert_int_equal(r.out.len, 0);
	assert_int_equal(run(&r, ARGV("/nonexistent/program"), NULL, NULL), 127);
	run_done(&r);
}

static void feeds_more_than_a_pipe_holds(void **state)
{
	size_t len = 1 << 20;
	char *input = calloc(1, len);
	struct run r = { 0 };
	(void)state;
	memset(input, 'x', len);
	assert_int_equal(run_bytes(&r, ARGV("cat"), input, len, NULL), 0);
	assert_int_equal(r.out.len, len);
	assert_memory_equal(r.out.data, input, len);
	/* One that reads nothing must not end the test by SIGPIPE. */
	assert_int_equal(run_bytes(&r, ARGV("true"), input, len, NULL), 0);
	run_done(&r);
	free(input);
}

static void gives_an_environment_of_its_own(void **state)
{
	struct run r = { 0 };
	(void)state;
	setenv("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22", 1);
	run(&r, ARGV("sh", "-c", "echo $HOME $LC_ALL $A ${SSH_CONNECTION-none}"), NULL, ARGV("A=b"));
	assert_string_equal(buf_text(&r.out), "/nonexistent C.UTF-8 b none\n");
	run(&r, ARGV("sh", "-c", "echo $HOME"), NULL, ARGV("HOME=/elsewhere"));
	assert_string_equal(buf_text(&r.out), "/elsewhere\n");
	run_done(&r);
}

static void a_folder_comes_and_goes(void **state)
{
	struct run r = { 0 };
	struct tmp *tmp = tmp_new();
	char *path = strdup(tmp_path(tmp, NULL));
	size_t len;
	(void)state;
	tmp_write(tmp, "a/b/c", "x\0y", 3);
	assert_memory_equal(tmp_read(tmp, "a/b/c", &len), "x\0y", 3);
	assert_int_equal(len, 3);
	assert_int_equal(tmp_count(tmp, "a"), 1);
	assert_true(tmp_exists(tmp, "a/b"));
	tmp_remove(tmp, "a/b");
	assert_false(tmp_exists(tmp, "a/b"));
	tmp_text(tmp, "locked/file", "text");
	tmp_mode(tmp, "locked", 0);
	tmp_free(tmp);
	assert_int_not_equal(run(&r, ARGV("test", "-e", path), NULL, NULL), 0);
	run_done(&r);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_both_streams_and_the_status),
		cmocka_unit_test(feeds_more_than_a_pipe_holds),
		cmocka_unit_test(gives_an_environment_of_its_own),
		cmocka_unit_test(a_folder_comes_and_goes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
