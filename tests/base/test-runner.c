/* Programs that are started by another process, for one that may start none. */
#include "base/runner.h"

#include "support/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/confine.h"
#include "base/job.h"
#include "base/spawn.h"

/* What is asked for is a shell and a line for it, or it isn't allowed. */
static bool may(void *ctx, const char *const *argv, const char *const *env)
{
	(void)env;
	return strcmp(argv[0], ctx) == 0 || strcmp(argv[0], "sh") == 0 || strcmp(argv[0], "/no/such/sh") == 0;
}

/* It can't be taken back: each question is asked in a process that is thrown away. */
static int in_child(int (*ask)(void))
{
	static char shell[] = "/bin/sh";
	int status = -1;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		setenv("WHEN", "begun", 1);
		if (!runner_begin(may, shell))
			_exit(200);
		setenv("WHEN", "later", 1);
		confine(&(struct confine){ .may = CONFINE_READ | CONFINE_WRITE | CONFINE_NET |
						  CONFINE_FORK | CONFINE_LOOK });
		_exit(ask());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static bool run(const char *program, const char *script, unsigned seconds, struct spawn_result *out,
	struct error *err)
{
	static const char *const env[] = { "PATH=/usr/bin:/bin", "ONLY=this", NULL };
	const char *const argv[] = { program, "-c", script, NULL };
	const struct spawn_wish wish = { .argv = argv, .env = env, .seconds = seconds, .most = 1000 };
	*out = (struct spawn_result){ 0 };
	*err = (struct error){ 0 };
	return spawn_run(&wish, out, err);
}

/* 0, or the number of the question that was answered wrongly. */
#define ANSWERS(n, is)        \
	do                    \
		if (!(is))    \
			return n; \
	while (0)

static int ask_waited(void)
{
	struct spawn_result r;
	struct error err;
	char *const argv[] = { (char[]){ "true" }, NULL };
	ANSWERS(1, execv("/bin/true", argv) < 0 && (errno == EPERM || errno == EACCES));
	ANSWERS(2, run("/bin/sh", "echo $ONLY,$WHEN,$PWD; echo err >&2; cat; exit 3", 60, &r, &err));
	ANSWERS(3, r.status == 3 && !r.late);
	ANSWERS(4, strcmp(buf_text(&r.out), "this,,/\n") == 0 && strcmp(buf_text(&r.err), "err\n") == 0);
	ANSWERS(5, run("/bin/sh", "kill -9 $$", 60, &r, &err) && r.status == -1 && !r.late);
	ANSWERS(6, run("/bin/sh", "echo x; sleep 1000 & sleep 1000", 1, &r, &err) && r.late);
	ANSWERS(7, !run("/bin/true", "", 60, &r, &err) && strstr(err.text, "/bin/true: Operation not"));
	ANSWERS(8, !run("/no/such/sh", "", 60, &r, &err) && strstr(err.text, "No such file"));
	return 0;
}

static void test_waited_for(void **state)
{
	(void)state;
	assert_int_equal(in_child(ask_waited), 0);
}

/* Walls aren't inherited by what the runner starts. */
static int ask_free(void)
{
	struct spawn_result r;
	struct error err;
	ANSWERS(1, run("/bin/sh", "grep -E '^(NoNewPrivs|Seccomp):' /proc/self/status", 60, &r, &err));
	ANSWERS(2, prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
	ANSWERS(3, strstr(buf_text(&r.out), "NoNewPrivs:\t0") != NULL);
	return 0;
}

static void test_outside_of_the_walls(void **state)
{
	(void)state;
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1)
		skip(); /* whoever runs the tests stands behind walls already */
	assert_int_equal(in_child(ask_free), 0);
}

struct seen {
	struct loop *loop;
	struct buf out;
	int status;
};

static void keep(void *ctx, const char *bytes, size_t len)
{
	struct seen *s = ctx;
	buf_add(&s->out, bytes, len);
}

static void at_end(void *ctx, int status)
{
	struct seen *s = ctx;
	s->status = status;
	loop_stop(s->loop);
}

/* Beside the loop; looked for along PATH; with the environment of the moment when the runner began. */
static int ask_loop(void)
{
	struct seen s = { .loop = loop_new(NULL), .status = -2 };
	const char *const argv[] = { "sh", "-c", "echo $WHEN; exit 5", NULL };
	const char *const other[] = { "env", NULL };
	struct error err = { 0 };
	ANSWERS(1, spawn_start(s.loop, argv, keep, at_end, &s, &err));
	loop_run(s.loop);
	ANSWERS(2, s.status == 5);
	ANSWERS(3, strcmp(buf_text(&s.out), "begun\n") == 0);
	ANSWERS(4, !spawn_start(s.loop, other, keep, at_end, &s, &err) && strstr(err.text, "env: "));
	const char *const long_one[] = { "/bin/sh", "-c", "echo begun; exec sleep 600", NULL };
	struct spawn *spawn = spawn_start(s.loop, long_one, keep, at_end, &s, &err);
	ANSWERS(5, spawn != NULL);
	spawn_cancel(spawn); /* and doesn't wait for ten minutes */
	return 0;
}

static void test_beside_a_loop(void **state)
{
	(void)state;
	assert_int_equal(in_child(ask_loop), 0);
}

/* --- jobs ---------------------------------------------------------------------------------------- */
static bool runs_one(struct job_pipe *out, void *arg, struct error *err)
{
	struct spawn_result r;
	(void)arg;
	bool ok = run("/bin/sh", "exit 7", 60, &r, err);
	job_send(out, ok && r.status == 7 ? 1 : 2, "", 0);
	return true;
}

static void take(void *ctx, uint32_t type, const char *bytes, size_t len)
{
	(void)bytes;
	(void)len;
	*(uint32_t *)ctx = type;
}

static int ask_jobs(void)
{
	static const struct job_limits open_one = { .open = true }, none = { 0 };
	struct error err = { 0 };
	uint32_t type = 0;
	ANSWERS(1, job_run(&open_one, runs_one, NULL, take, &type, &err) && type == 1);
	ANSWERS(2, job_run(&none, runs_one, NULL, take, &type, &err) && type == 2);
	return 0;
}

static void test_jobs(void **state)
{
	(void)state;
	assert_int_equal(in_child(ask_jobs), 0);
}

/* --- ends ---------------------------------------------------------------------------------------- */
static int ends[2];

/* The program has the pipe by its place in /proc, and says when it is gone. */
static int ask_and_be_killed(void)
{
	char script[100];
	struct spawn_result r;
	struct error err;
	snprintf(script, sizeof script, "exec >/proc/%ld/fd/%d; echo x; exec sleep 300", (long)getppid(),
		ends[1]);
	close(ends[0]);
	close(ends[1]);
	run("/bin/sh", script, 400, &r, &err);
	return 1;
}

static void test_bound_to_who_asks(void **state)
{
	char byte;
	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid_t parent = getpid(), caller = fork();
	assert_true(caller >= 0);
	if (caller == 0) {
		static char shell[] = "/bin/sh";
		(void)parent;
		_exit(runner_begin(may, shell) ? ask_and_be_killed() : 200);
	}
	assert_int_equal(read(ends[0], &byte, 1), 1);
	kill(caller, SIGKILL);
	assert_int_equal(waitpid(caller, NULL, 0), caller);
	close(ends[1]);
	while (read(ends[0], &byte, 1) > 0) /* the end of the pipe: the program is gone */
		;
	close(ends[0]);
}

static int ask_nothing(void)
{
	return 0;
}

/* Who has nobody to serve any more ends by itself; orphans come to us. */
static void test_ends_with_the_last(void **state)
{
	(void)state;
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
	assert_int_equal(in_child(ask_nothing), 0);
	pid_t runner;
	while ((runner = waitpid(-1, NULL, 0)) < 0 && errno == EINTR)
		;
	assert_true(runner > 0);
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_waited_for),
		cmocka_unit_test(test_outside_of_the_walls),
		cmocka_unit_test(test_beside_a_loop),
		cmocka_unit_test(test_jobs),
		cmocka_unit_test(test_bound_to_who_asks),
		cmocka_unit_test(test_ends_with_the_last),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
