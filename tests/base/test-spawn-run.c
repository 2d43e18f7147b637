/* Programs that are waited for. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/spawn.h"
#include "support/unit.h"

static const char *const env[] = { "PATH=/usr/bin:/bin", "ONLY=this", NULL };

static void run_it(const char *script, unsigned seconds, size_t most, struct spawn_result *out)
{
	const char *const argv[] = { "/bin/sh", "-c", script, NULL };
	const struct spawn_wish wish = { .argv = argv, .env = env, .seconds = seconds, .most = most };
	struct error err = { 0 };
	*out = (struct spawn_result){ 0 };
	if (!spawn_run(&wish, out, &err))
		fail_msg("%s", err.text);
}

static void done(struct spawn_result *result)
{
	buf_done(&result->out);
	buf_done(&result->err);
}

static void test_input(void **state)
{
	static const char *const argv[] = { "/bin/sh", "-c", "cat; cat /dev/stdin", NULL };
	struct spawn_wish wish = { .argv = argv, .env = env, .seconds = 60, .most = 100 };
	struct spawn_result r = { 0 };
	FILE *f = tmpfile();
	(void)state;
	assert_non_null(f);
	fputs("given", f);
	rewind(f);
	wish.input = fileno(f);
	assert_true(spawn_run(&wish, &r, NULL));
	assert_string_equal(buf_text(&r.out), "givengiven");
	done(&r);
	fclose(f);
}

static void test_outputs_are_kept_apart(void **state)
{
	struct spawn_result r;
	(void)state;
	run_it("echo out; echo err >&2; exit 3", 60, 100, &r);
	assert_int_equal(r.status, 3);
	assert_false(r.late);
	assert_string_equal(buf_text(&r.out), "out\n");
	assert_string_equal(buf_text(&r.err), "err\n");
	done(&r);
}

/* Nothing of the caller's: environment, folder, input. */
static void test_what_it_finds(void **state)
{
	struct spawn_result r;
	(void)state;
	setenv("SECRET_OF_THE_CALLER", "x", 1);
	run_it("echo $ONLY,$SECRET_OF_THE_CALLER,$PWD; cat; pwd", 60, 100, &r);
	assert_string_equal(buf_text(&r.out), "this,,/\n/\n");
	done(&r);
}

static void test_output_is_bounded(void **state)
{
	struct spawn_result r;
	(void)state;
	run_it("head -c 1000000 /dev/zero", 60, 1000, &r);
	assert_int_equal(r.status, 0);
	assert_int_equal(r.out.len, 1000);
	done(&r);
}

static void test_deadline_ends_all_of_it(void **state)
{
	struct spawn_result r;
	(void)state;
	run_it("echo begun; sleep 1000 & sleep 1000", 1, 100, &r);
	assert_true(r.late);
	assert_int_equal(r.status, -1);
	assert_string_equal(buf_text(&r.out), "begun\n");
	done(&r);
}

static void test_deadline_of_one_that_refuses(void **state)
{
	struct spawn_result r;
	(void)state;
	run_it("trap '' TERM; while :; do sleep 0.1; done", 1, 100, &r);
	assert_true(r.late);
	assert_int_equal(r.status, -1);
	done(&r);
}

/* What it leaves running has its outputs, and isn't waited for. */
static void test_daemon(void **state)
{
	struct spawn_result r;
	(void)state;
	run_it("sleep 20 & echo ready", 15, 100, &r);
	assert_false(r.late);
	assert_int_equal(r.status, 0);
	assert_string_equal(buf_text(&r.out), "ready\n");
	done(&r);
}

static void test_killed(void **state)
{
	struct spawn_result r;
	(void)state;
	run_it("kill -9 $$", 60, 100, &r);
	assert_false(r.late);
	assert_int_equal(r.status, -1);
	done(&r);
}

/* Whoever waits for it is killed: it doesn't live on beside the next one. */
static void test_ends_with_its_caller(void **state)
{
	int ends[2];
	char byte;
	(void)state;
	/* Both inherit an end for writing: the other says when they are gone. */
	assert_int_equal(pipe(ends), 0);
	pid_t caller = fork();
	if (caller == 0) {
		struct spawn_result r;
		char script[64];
		snprintf(script, sizeof script, "echo x >&%d; exec sleep 300", ends[1]);
		run_it(script, 400, 100, &r);
		_exit(0);
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	kill(caller, SIGKILL);
	assert_int_equal(waitpid(caller, NULL, 0), caller);
	struct pollfd fd = { .fd = ends[0], .events = POLLIN };
	while (poll(&fd, 1, 20000) == 1 && read(ends[0], &byte, 1) == 1)
		;
	assert_true(fd.revents & POLLHUP);
	close(ends[0]);
}

static void test_missing(void **state)
{
	const char *const argv[] = { "/nonexistent/program", NULL };
	const struct spawn_wish wish = { .argv = argv, .env = env, .seconds = 5, .most = 10 };
	struct spawn_result r = { 0 };
	struct error err = { 0 };
	(void)state;
	assert_false(spawn_run(&wish, &r, &err));
	assert_non_null(strstr(err.text, "/nonexistent/program: No such file"));
	done(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_input),
		cmocka_unit_test(test_outputs_are_kept_apart),
		cmocka_unit_test(test_what_it_finds),
		cmocka_unit_test(test_output_is_bounded),
		cmocka_unit_test(test_deadline_ends_all_of_it),
		cmocka_unit_test(test_deadline_of_one_that_refuses),
		cmocka_unit_test(test_daemon),
		cmocka_unit_test(test_killed),
		cmocka_unit_test(test_ends_with_its_caller),
		cmocka_unit_test(test_missing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
