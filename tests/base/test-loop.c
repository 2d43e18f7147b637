#include "base/loop.h"

#include "support/unit.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

struct scene {
	struct loop *loop;
	int a[2], b[2]; /* pipes */
	unsigned timer;
	char log[64];
};

static int set_up(void **state)
{
	static struct scene s;
	s = (struct scene){ .loop = loop_new(NULL) };
	*state = &s;
	return !s.loop || pipe(s.a) != 0 || pipe(s.b) != 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;
	loop_free(s->loop);
	for (int i = 0; i < 2; i++) {
		close(s->a[i]);
		close(s->b[i]);
	}
	return 0;
}

static void note(struct scene *s, const char *what)
{
	strncat(s->log, what, sizeof s->log - strlen(s->log) - 1);
}

static void push(const int ends[2])
{
	assert_int_equal(write(ends[1], "x", 1), 1);
}

static void note_1(void *ctx)
{
	note(ctx, "1");
}

static void note_2(void *ctx)
{
	note(ctx, "2");
}

static void note_and_stop(void *ctx)
{
	struct scene *s = ctx;
	note(s, ".");
	loop_stop(s->loop);
}

static void test_timers_once_and_in_time(void **state)
{
	struct scene *s = *state;
	int64_t start = clock_ms();
	loop_after(s->loop, 40, note_and_stop, s);
	loop_after(s->loop, 20, note_2, s);
	loop_after(s->loop, 0, note_1, s);
	loop_run(s->loop);
	assert_string_equal(s->log, "12.");
	assert_true(clock_ms() - start >= 40);
	assert_false(loop_step(s->loop, 0));
}

static void test_cancelled_timer(void **state)
{
	struct scene *s = *state;
	unsigned first = loop_after(s->loop, 0, note_1, s), second = loop_after(s->loop, 0, note_2, s);
	assert_true(first != 0 && second != 0 && first != second);
	loop_cancel(s->loop, first);
	loop_cancel(s->loop, 0);
	loop_cancel(s->loop, 12345);
	assert_true(loop_step(s->loop, 10));
	assert_string_equal(s->log, "2");
}

static void cancel_the_other(void *ctx)
{
	struct scene *s = ctx;
	note(s, "c");
	loop_cancel(s->loop, s->timer);
}

static void again(void *ctx)
{
	struct scene *s = ctx;
	note(s, "a");
	if (strlen(s->log) < 40) /* more than the first array holds */
		loop_after(s->loop, 0, again, s);
}

static void test_timers_changed_in_handlers(void **state)
{
	struct scene *s = *state;
	loop_after(s->loop, 0, cancel_the_other, s);
	s->timer = loop_after(s->loop, 0, note_1, s);
	loop_after(s->loop, 0, again, s);
	assert_true(loop_step(s->loop, 0));
	assert_string_equal(s->log, "ca");
	for (int i = 0; i < 60; i++)
		loop_step(s->loop, 0);
	assert_int_equal(strlen(s->log), 40);
}

static void read_a(void *ctx, int fd, short events)
{
	struct scene *s = ctx;
	char byte;
	assert_int_equal(fd, s->a[0]);
	assert_true(events & POLLIN);
	assert_int_equal(read(fd, &byte, 1), 1);
	note(s, "A");
}

static void read_b(void *ctx, int fd, short events)
{
	struct scene *s = ctx;
	(void)fd;
	(void)events;
	note(s, "B");
}

static void test_watch(void **state)
{
	struct scene *s = *state;
	loop_watch(s->loop, s->a[0], POLLIN, read_a, s);
	assert_true(loop_step(s->loop, 0));
	assert_string_equal(s->log, "");
	push(s->a);
	push(s->a);
	assert_true(loop_step(s->loop, 1000));
	assert_true(loop_step(s->loop, 1000));
	assert_true(loop_step(s->loop, 0));
	assert_string_equal(s->log, "AA");
	loop_unwatch(s->loop, s->a[0]);
	push(s->a);
	assert_true(loop_step(s->loop, 0));
	assert_string_equal(s->log, "AA");
}

static void leave(void *ctx, int fd, short events)
{
	struct scene *s = ctx;
	(void)events;
	note(s, "L");
	loop_unwatch(s->loop, fd);
}

static void drop_b(void *ctx, int fd, short events)
{
	struct scene *s = ctx;
	(void)fd;
	(void)events;
	note(s, "D");
	loop_unwatch(s->loop, s->b[0]);
}

static void test_watch_removes_itself(void **state)
{
	struct scene *s = *state;
	loop_watch(s->loop, s->a[0], POLLIN, leave, s);
	push(s->a);
	loop_step(s->loop, 1000);
	loop_step(s->loop, 0);
	assert_string_equal(s->log, "L");
}

/* Both are ready in the same round; the first one's handler takes the second away. */
static void test_watch_removed_by_another(void **state)
{
	struct scene *s = *state;
	loop_watch(s->loop, s->a[0], POLLIN, drop_b, s);
	loop_watch(s->loop, s->b[0], POLLIN, read_b, s);
	push(s->a);
	push(s->b);
	loop_step(s->loop, 1000);
	assert_string_equal(s->log, "D");
}

static void add_many(void *ctx, int fd, short events)
{
	struct scene *s = ctx;
	(void)events;
	note(s, "M");
	loop_unwatch(s->loop, fd);
	for (int i = 0; i < 20; i++)
		loop_watch(s->loop, s->b[0], POLLIN, read_b, s);
}

static void test_watches_added_in_a_handler(void **state)
{
	struct scene *s = *state;
	loop_watch(s->loop, s->a[0], POLLIN, add_many, s);
	push(s->a);
	push(s->b);
	loop_step(s->loop, 1000);
	assert_string_equal(s->log, "M");
	loop_step(s->loop, 1000);
	assert_int_equal(strlen(s->log), 21);
	loop_unwatch(s->loop, s->b[0]);
	loop_step(s->loop, 0);
	assert_int_equal(strlen(s->log), 21);
}

static void hang_up(void *ctx, int fd, short events)
{
	struct scene *s = ctx;
	assert_true(events & POLLHUP);
	note(s, "H");
	loop_unwatch(s->loop, fd);
	loop_stop(s->loop);
}

static void test_hang_up_is_told(void **state)
{
	struct scene *s = *state;
	loop_watch(s->loop, s->a[0], POLLIN, hang_up, s);
	close(s->a[1]);
	s->a[1] = dup(s->a[0]);
	loop_run(s->loop);
	assert_string_equal(s->log, "H");
}

static void on_signal(void *ctx, int signo)
{
	struct scene *s = ctx;
	note(s, signo == SIGUSR1 ? "u" : "v");
	if (signo == SIGUSR2)
		loop_stop(s->loop);
}

static void ignore_it(int signo)
{
	(void)signo;
}

static void test_signals(void **state)
{
	struct scene *s = *state;
	struct sigaction before = { .sa_handler = ignore_it }, after;
	sigaction(SIGUSR1, &before, NULL);
	assert_true(loop_signal(s->loop, SIGUSR1, on_signal, s, NULL));
	assert_true(loop_signal(s->loop, SIGUSR2, on_signal, s, NULL));
	raise(SIGUSR1);
	assert_string_equal(s->log, ""); /* never in the middle of anything */
	raise(SIGUSR2);
	loop_run(s->loop);
	assert_string_equal(s->log, "uv");
	loop_free(s->loop);
	s->loop = NULL;
	sigaction(SIGUSR1, NULL, &after);
	assert_true(after.sa_handler == ignore_it);
	sigaction(SIGUSR2, NULL, &after);
	assert_true(after.sa_handler == SIG_DFL);
}

static void test_a_signal_to_end_sets_an_alarm(void **state)
{
	struct scene *s = *state;
	assert_true(loop_signal(s->loop, SIGUSR1, on_signal, s, NULL));
	raise(SIGUSR1);
	assert_int_equal(alarm(0), 0);
	assert_true(loop_signal_end(s->loop, SIGUSR2, 1000, on_signal, s, NULL));
	raise(SIGUSR2);
	assert_in_range(alarm(0), 990, 1000);
	loop_run(s->loop);
	assert_string_equal(s->log, "uv");
}

static void test_signal_that_is_none(void **state)
{
	struct scene *s = *state;
	struct error err = { 0 };
	assert_false(loop_signal(s->loop, SIGKILL, on_signal, s, &err));
	assert_non_null(strstr(err.text, "signal 9"));
}

#define SCENE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE(test_timers_once_and_in_time),
		SCENE(test_cancelled_timer),
		SCENE(test_timers_changed_in_handlers),
		SCENE(test_watch),
		SCENE(test_watch_removes_itself),
		SCENE(test_watch_removed_by_another),
		SCENE(test_watches_added_in_a_handler),
		SCENE(test_hang_up_is_told),
		SCENE(test_signals),
		SCENE(test_a_signal_to_end_sets_an_alarm),
		SCENE(test_signal_that_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
