#include "base/spawn.h"

#include "support/unit.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

struct seen {
	struct loop *loop;
	struct spawn *spawn;
	struct buf out, complaint;
	int status, ends;
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
	s->ends++;
	loop_stop(s->loop);
}

static int run_shell(const char *line, struct buf *out)
{
	struct seen s = { .loop = loop_new(NULL) };
	struct error err = { 0 };
	const char *const argv[] = { "/bin/sh", "-c", line, NULL };
	if (!spawn_start(s.loop, argv, keep, at_end, &s, &err))
		fail_msg("%s", err.text);
	loop_run(s.loop);
	loop_free(s.loop);
	assert_int_equal(s.ends, 1);
	*out = s.out;
	return s.status;
}

static void check_shell(const char *line, int status, const char *want)
{
	struct buf out = { 0 };
	assert_int_equal(run_shell(line, &out), status);
	assert_string_equal(buf_text(&out), want);
	buf_done(&out);
}

static void test_output_and_status(void **state)
{
	(void)state;
	check_shell("echo out; echo err >&2; exit 3", 3, "out\nerr\n");
	check_shell("exit 0", 0, "");
	check_shell("cat", 0, "");              /* nothing to read */
	check_shell("kill -9 $$", -1, "");
}

static void complain(void *ctx, const char *bytes, size_t len)
{
	struct seen *s = ctx;
	buf_add(&s->complaint, bytes, len);
}

/* A program without a slash comes from PATH; nobody waits for what it leaves running. */
static void test_apart(void **state)
{
	struct seen s = { .loop = loop_new(NULL) };
	const char *const argv[] = { "sh", "-c",
		"echo out; echo err >&2; sleep 600 >/dev/null & echo $!; exit 4", NULL };
	(void)state;
	assert_non_null(spawn_start_apart(s.loop, argv, keep, complain, at_end, &s, NULL));
	loop_run(s.loop);
	loop_free(s.loop);
	assert_int_equal(s.status, 4);
	assert_int_equal(strncmp(buf_text(&s.out), "out\n", 4), 0);
	assert_string_equal(buf_text(&s.complaint), "err\n");
	kill((pid_t)atoi(buf_text(&s.out) + 4), SIGKILL);
	buf_done(&s.out);
	buf_done(&s.complaint);
}

static void end_it(void *ctx, const char *bytes, size_t len)
{
	struct seen *s = ctx;
	(void)bytes;
	(void)len;
	spawn_cancel(s->spawn);
	loop_stop(s->loop);
}

static void test_output_may_cancel(void **state)
{
	struct seen s = { .loop = loop_new(NULL) };
	const char *const argv[] = { "yes", NULL };
	(void)state;
	s.spawn = spawn_start_apart(s.loop, argv, end_it, complain, at_end, &s, NULL);
	assert_non_null(s.spawn);
	loop_run(s.loop);
	loop_free(s.loop);
	assert_int_equal(s.ends, 0);
}

static void test_no_such_program(void **state)
{
	struct loop *loop = loop_new(NULL);
	struct error err = { 0 };
	const char *const argv[] = { "/no/such/program", NULL };
	(void)state;
	if (UNIT_VALGRIND) {
		loop_free(loop);
		skip(); /* it makes a fork of a vfork, and nobody hears what became of it */
	}
	assert_null(spawn_start(loop, argv, keep, at_end, NULL, &err));
	assert_non_null(strstr(err.text, "/no/such/program: No such file"));
	loop_free(loop);
}

static void test_cancel(void **state)
{
	struct seen s = { .loop = loop_new(NULL) };
	const char *const argv[] = { "/bin/sleep", "600", NULL };
	(void)state;
	struct spawn *spawn = spawn_start(s.loop, argv, keep, at_end, &s, NULL);
	assert_non_null(spawn);
	spawn_cancel(spawn);
	loop_step(s.loop, 0);
	assert_int_equal(s.ends, 0);
	spawn_cancel(NULL);
	loop_free(s.loop);
}

static void on_tick(void *ctx)
{
	++*(int *)ctx;
}

/* Neither what closes its outputs and stays, nor what doesn't end when asked to, is waited for. */
static void test_who_stays(void **state)
{
	struct seen s = { .loop = loop_new(NULL) };
	const char *const argv[] = { "/bin/sh", "-c",
		"trap '' TERM; echo out; exec sleep 600 >/dev/null 2>&1", NULL };
	int ticks = 0;
	(void)state;
	assert_non_null(spawn_start(s.loop, argv, keep, at_end, &s, NULL));
	loop_after(s.loop, 500, on_tick, &ticks);
	loop_run(s.loop);
	assert_int_equal(ticks, 1); /* the loop went on */
	assert_int_equal(s.ends, 1);
	assert_int_equal(s.status, -1);
	assert_string_equal(buf_text(&s.out), "out\n");
	loop_free(s.loop);
	buf_done(&s.out);
}

static void test_cancel_of_who_stays(void **state)
{
	struct seen s = { .loop = loop_new(NULL) };
	const char *const argv[] = { "/bin/sh", "-c", "trap '' TERM; echo out; exec sleep 600", NULL };
	(void)state;
	s.spawn = spawn_start(s.loop, argv, end_it, at_end, &s, NULL);
	assert_non_null(s.spawn);
	loop_run(s.loop);
	loop_free(s.loop);
	assert_int_equal(s.ends, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_output_and_status),
		cmocka_unit_test(test_apart),
		cmocka_unit_test(test_output_may_cancel),
		cmocka_unit_test(test_no_such_program),
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_who_stays),
		cmocka_unit_test(test_cancel_of_who_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
