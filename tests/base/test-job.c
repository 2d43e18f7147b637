#include "base/job.h"

#include "support/unit.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"

static const struct job_limits no_limits = { 0 };

struct seen {
	struct loop *loop;
	struct buf log; /* "type:bytes;" for each record */
	size_t bytes;
	int ends;
	bool ok;
	struct error err;
};

static void keep(void *ctx, uint32_t type, const char *bytes, size_t len)
{
	struct seen *s = ctx;
	s->bytes += len;
	if (len < 20)
		buf_format(&s->log, "%u:%.*s;", (unsigned)type, (int)len, bytes);
}

static void at_end(void *ctx, bool ok, const struct error *err)
{
	struct seen *s = ctx;
	s->ends++;
	s->ok = ok;
	s->err = *err;
	loop_stop(s->loop);
}

static bool run(const struct job_limits *limits, job_fn *fn, void *arg, struct seen *s)
{
	*s = (struct seen){ 0 };
	return job_run(limits, fn, arg, keep, s, &s->err);
}

static bool three_records(struct job_pipe *out, void *arg, struct error *err)
{
	(void)err;
	job_send(out, 1, "one", 3);
	job_send(out, 0, "", 0);
	job_send(out, 7, arg, strlen(arg));
	return true;
}

static void test_records_in_order(void **state)
{
	char word[] = "seven";
	struct seen s;
	(void)state;
	assert_true(run(&no_limits, three_records, word, &s));
	assert_string_equal(buf_text(&s.log), "1:one;0:;7:seven;");
	buf_done(&s.log);
}

#define BIG (3u << 20)

static bool big_records(struct job_pipe *out, void *arg, struct error *err)
{
	char *big = mem_new(BIG);
	(void)arg;
	(void)err;
	for (int i = 0; i < 3; i++)
		job_send(out, 2, big, BIG);
	free(big);
	return true;
}

static void test_more_than_a_pipe_holds(void **state)
{
	struct seen s;
	(void)state;
	assert_true(run(&no_limits, big_records, NULL, &s));
	assert_int_equal(s.bytes, 3 * BIG);
	buf_done(&s.log);
}

static bool fails(struct job_pipe *out, void *arg, struct error *err)
{
	(void)arg;
	job_send(out, 1, "before", 6);
	return error_set(err, ERROR_SECRET, "a password is needed");
}

static void test_its_error_is_the_jobs(void **state)
{
	struct seen s;
	(void)state;
	assert_false(run(&no_limits, fails, NULL, &s));
	assert_int_equal(s.err.code, ERROR_SECRET);
	assert_string_equal(s.err.text, "a password is needed");
	assert_string_equal(buf_text(&s.log), "1:before;");
	buf_done(&s.log);
	assert_false(job_run(&no_limits, fails, NULL, keep, &s, NULL));
	buf_done(&s.log);
}

static bool writes_to_the_terminal(struct job_pipe *out, void *arg, struct error *err)
{
	(void)out;
	(void)arg;
	err->code = (enum error_code)77;
	strcpy(err->text, "\033[2Jgone");
	return false;
}

static void test_a_hostile_error_is_made_safe(void **state)
{
	struct seen s;
	(void)state;
	assert_false(run(&no_limits, writes_to_the_terminal, NULL, &s));
	assert_string_equal(s.err.text, "\\x1b[2Jgone");
	assert_int_equal(s.err.code, ERROR_FAILED);
	buf_done(&s.log);
}

static bool crashes(struct job_pipe *out, void *arg, struct error *err)
{
	(void)arg;
	(void)err;
	job_send(out, 1, "before", 6);
	job_flush(out);
	job_send(out, 1, "lost", 4);
	signal(SIGABRT, SIG_DFL);
	abort();
}

static void test_crash(void **state)
{
	struct seen s;
	(void)state;
	if (UNIT_VALGRIND)
		skip(); /* it sends the signal by a call that a job may not make */
	assert_false(run(&no_limits, crashes, NULL, &s));
	assert_int_equal(s.err.code, ERROR_FAILED);
	assert_non_null(strstr(s.err.text, "crashed (signal 6)"));
	assert_string_equal(buf_text(&s.log), "1:before;");
	buf_done(&s.log);
}

static bool leaves(struct job_pipe *out, void *arg, struct error *err)
{
	(void)out;
	(void)arg;
	(void)err;
	_exit(0);
}

static void test_no_last_word_is_no_success(void **state)
{
	struct seen s;
	(void)state;
	assert_false(run(&no_limits, leaves, NULL, &s));
	assert_int_equal(s.err.code, ERROR_FAILED);
	assert_non_null(strstr(s.err.text, "without a word"));
}

static bool waits(struct job_pipe *out, void *arg, struct error *err)
{
	(void)out;
	(void)arg;
	(void)err;
	while (pause() < 0) /* which it is whenever a signal was handled */
		;
	return true;
}

static bool spins(struct job_pipe *out, void *arg, struct error *err)
{
	volatile bool busy = true;
	(void)out;
	(void)arg;
	(void)err;
	while (busy)
		;
	return true;
}

static void test_time_on_the_wall(void **state)
{
	struct seen s;
	int64_t start = clock_ms();
	(void)state;
	assert_false(run(&(struct job_limits){ .wall_seconds = 1 }, waits, NULL, &s));
	assert_non_null(strstr(s.err.text, "took too much time"));
	assert_true(clock_ms() - start >= 1000);
}

static void test_processor_time(void **state)
{
	struct seen s;
	(void)state;
	assert_false(run(&(struct job_limits){ .cpu_seconds = 1 }, spins, NULL, &s));
	assert_non_null(strstr(s.err.text, "took too much processor time"));
}

static bool eats(struct job_pipe *out, void *arg, struct error *err)
{
	size_t size = *(size_t *)arg;
	char *p = mem_new(size);
	(void)err;
	memset(p, 1, size);
	job_send(out, 1, p + size - 1, 1);
	free(p);
	return true;
}

static bool waits_to_be_killed(struct job_pipe *out, void *arg, struct error *err)
{
	pid_t own = getpid();
	(void)arg;
	(void)err;
	job_send(out, 1, &own, sizeof own);
	job_flush(out);
	while (pause() < 0)
		;
	return true;
}

static int sent;

static void send_signal(void *ctx, uint32_t type, const char *bytes, size_t len)
{
	pid_t pid;
	(void)ctx;
	(void)type;
	assert_int_equal(len, sizeof pid);
	memcpy(&pid, bytes, sizeof pid);
	assert_int_equal(kill(pid, sent), 0);
}

/* Neither slow nor greedy, nor a fault of its own: somebody did it. */
static void test_killed_from_outside(void **state)
{
	static const int signals[] = { SIGKILL, SIGTERM, SIGINT, SIGHUP, SIGUSR1 };
	(void)state;
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		struct error err = { 0 };
		sent = signals[i];
		assert_false(job_run(&no_limits, waits_to_be_killed, NULL, send_signal, NULL, &err));
		assert_non_null(strstr(err.text, "from outside"));
		assert_null(strstr(err.text, "too much"));
		assert_null(strchr(err.text, '\n'));
	}
}

static void test_memory(void **state)
{
	const struct job_limits limits = { .memory = 64u << 20 };
	size_t little = 16u << 20, much = 256u << 20;
	struct seen s;
	(void)state;
	if (UNIT_SLOW)
		skip(); /* a sanitizer's address space can't be limited */
	assert_true(run(&limits, eats, &little, &s));
	buf_done(&s.log);
	assert_false(run(&limits, eats, &much, &s));
	assert_non_null(strstr(s.err.text, "needed too much memory"));
	buf_done(&s.log);
}

static bool looks_around(struct job_pipe *out, void *arg, struct error *err)
{
	int *shared = arg;
	char byte;
	(void)err;
	*shared = 99; /* in its own copy */
	job_send(out, 1, read(STDIN_FILENO, &byte, 1) == 0 ? "end" : "data", 3);
	if (write(STDOUT_FILENO, "must not be seen\n", 17) != 17)
		return false;
	return true;
}

static void test_it_has_no_terminal_and_no_memory_of_ours(void **state)
{
	int shared = 1;
	struct seen s;
	(void)state;
	assert_true(run(&no_limits, looks_around, &shared, &s));
	assert_int_equal(shared, 1);
	assert_string_equal(buf_text(&s.log), "1:end;");
	buf_done(&s.log);
}

static bool tells_its_id(struct job_pipe *out, void *arg, struct error *err)
{
	pid_t pid = getpid();
	job_send(out, 1, &pid, sizeof pid);
	job_flush(out);
	return waits(out, arg, err);
}

static void take_id(void *ctx, uint32_t type, const char *bytes, size_t len)
{
	struct seen *s = ctx;
	(void)type;
	assert_int_equal(len, sizeof(pid_t));
	memcpy(&s->bytes, bytes, len);
	loop_stop(s->loop);
}

static void test_cancel_kills_and_is_quiet(void **state)
{
	struct seen s = { .loop = loop_new(NULL) };
	(void)state;
	struct job *job =
		job_start(s.loop, &no_limits, tells_its_id, NULL, take_id, at_end, &s, NULL);
	assert_non_null(job);
	loop_run(s.loop);
	job_cancel(job);
	assert_int_equal(s.ends, 0);
	assert_int_equal(kill((pid_t)s.bytes, 0), -1); /* reaped, too */
	assert_int_equal(errno, ESRCH);
	loop_free(s.loop);
	job_cancel(NULL);
}

static void count_end(void *ctx, bool ok, const struct error *err)
{
	struct seen *s = ctx;
	(void)err;
	assert_true(ok);
	if (++s->ends == 3)
		loop_stop(s->loop);
}

static void test_side_by_side_on_a_loop(void **state)
{
	struct seen s = { .loop = loop_new(NULL) };
	char words[3][2] = { "a", "b", "c" };
	(void)state;
	for (int i = 0; i < 3; i++)
		assert_non_null(job_start(s.loop, &(struct job_limits){ .wall_seconds = 60 },
			three_records, words[i], keep, count_end, &s, NULL));
	loop_run(s.loop);
	assert_int_equal(s.ends, 3);
	for (int i = 0; i < 3; i++) {
		char want[8] = { '7', ':', words[i][0], ';' };
		assert_non_null(strstr(buf_text(&s.log), want));
	}
	buf_done(&s.log);
	loop_free(s.loop);
}

static void test_end_is_told_once(void **state)
{
	struct seen s = { .loop = loop_new(NULL) };
	(void)state;
	assert_non_null(job_start(s.loop, &no_limits, fails, NULL, keep, at_end, &s, NULL));
	loop_run(s.loop);
	assert_int_equal(s.ends, 1);
	assert_false(s.ok);
	assert_string_equal(s.err.text, "a password is needed");
	buf_done(&s.log);
	loop_free(s.loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records_in_order),
		cmocka_unit_test(test_more_than_a_pipe_holds),
		cmocka_unit_test(test_its_error_is_the_jobs),
		cmocka_unit_test(test_a_hostile_error_is_made_safe),
		cmocka_unit_test(test_crash),
		cmocka_unit_test(test_no_last_word_is_no_success),
		cmocka_unit_test(test_time_on_the_wall),
		cmocka_unit_test(test_processor_time),
		cmocka_unit_test(test_killed_from_outside),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_it_has_no_terminal_and_no_memory_of_ours),
		cmocka_unit_test(test_cancel_kills_and_is_quiet),
		cmocka_unit_test(test_side_by_side_on_a_loop),
		cmocka_unit_test(test_end_is_told_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
