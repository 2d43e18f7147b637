/*
 * Sources live in arrays that handlers may change while they are walked: a removed one is marked dead
 * and swept after the round, an added one is served from the next round on.
 */
#include "base/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

struct watch {
	int fd; /* -1: dead */
	short events;
	loop_fd_fn *fn;
	void *ctx;
};

struct timer {
	unsigned number; /* 0: dead */
	int64_t due;
	loop_timer_fn *fn;
	void *ctx;
};

struct signal_source {
	int signo;
	struct sigaction old;
	loop_signal_fn *fn;
	void *ctx;
};

struct loop {
	struct watch *watches;
	size_t watch_count, watch_cap;
	struct timer *timers;
	size_t timer_count, timer_cap;
	struct signal_source *signals;
	size_t signal_count, signal_cap;
	unsigned next_timer;
	bool stopped;
};

/* The self-pipe: a handler may only write; one loop at a time listens to signals. */
static int signal_pipe[2] = { -1, -1 };
static volatile sig_atomic_t seconds_to_end[NSIG]; /* 0: it doesn't ask to end */

static void on_signal(int signo)
{
	int saved = errno;
	unsigned char byte = (unsigned char)signo;
	if (write(signal_pipe[1], &byte, 1) < 0)
		errno = saved;
	if (seconds_to_end[signo] > 0)
		alarm((unsigned)seconds_to_end[signo]);
	errno = saved;
}

static void serve_signals(void *ctx, int fd, short events)
{
	struct loop *loop = ctx;
	unsigned char byte;
	(void)events;
	while (read(fd, &byte, 1) == 1)
		for (size_t i = 0; i < loop->signal_count; i++)
			if (loop->signals[i].signo == byte)
				loop->signals[i].fn(loop->signals[i].ctx, byte);
}

struct loop *loop_new(struct error *err)
{
	struct loop *loop = mem_new(sizeof *loop);
	if (signal_pipe[0] < 0 && pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) != 0) {
		error_errno(err, "starting");
		free(loop);
		return NULL;
	}
	return loop;
}

static void forget_signal(const struct signal_source *source)
{
	sigaction(source->signo, &source->old, NULL);
	seconds_to_end[source->signo] = 0;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	for (size_t i = 0; i < loop->signal_count; i++)
		forget_signal(&loop->signals[i]);
	free(loop->watches);
	free(loop->timers);
	free(loop->signals);
	free(loop);
}

void loop_watch(struct loop *loop, int fd, short events, loop_fd_fn *fn, void *ctx)
{
	loop->watches = mem_grow(loop->watches, loop->watch_count, &loop->watch_cap,
		sizeof *loop->watches);
	loop->watches[loop->watch_count++] =
		(struct watch){ .fd = fd, .events = events, .fn = fn, .ctx = ctx };
}

void loop_unwatch(struct loop *loop, int fd)
{
	for (size_t i = 0; i < loop->watch_count; i++)
		if (loop->watches[i].fd == fd)
			loop->watches[i].fd = -1;
}

unsigned loop_after(struct loop *loop, int64_t ms, loop_timer_fn *fn, void *ctx)
{
	if (++loop->next_timer == 0)
		loop->next_timer = 1;
	loop->timers = mem_grow(loop->timers, loop->timer_count, &loop->timer_cap,
		sizeof *loop->timers);
	loop->timers[loop->timer_count++] = (struct timer){ .number = loop->next_timer,
		.due = clock_ms() + ms,
		.fn = fn,
		.ctx = ctx };
	return loop->next_timer;
}

void loop_cancel(struct loop *loop, unsigned timer)
{
	for (size_t i = 0; i < loop->timer_count; i++)
		if (timer && loop->timers[i].number == timer)
			loop->timers[i].number = 0;
}

bool loop_signal(struct loop *loop, int signo, loop_signal_fn *fn, void *ctx, struct error *err)
{
	struct signal_source source = { .signo = signo, .fn = fn, .ctx = ctx };
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	sigemptyset(&action.sa_mask);
	if (sigaction(signo, &action, &source.old) != 0)
		return error_errno(err, "signal %d", signo);
	if (loop->signal_count == 0)
		loop_watch(loop, signal_pipe[0], POLLIN, serve_signals, loop);
	loop->signals = mem_grow(loop->signals, loop->signal_count, &loop->signal_cap,
		sizeof *loop->signals);
	loop->signals[loop->signal_count++] = source;
	return true;
}

bool loop_signal_end(struct loop *loop, int signo, unsigned seconds, loop_signal_fn *fn, void *ctx,
	struct error *err)
{
	if (!loop_signal(loop, signo, fn, ctx, err))
		return false;
	seconds_to_end[signo] = (sig_atomic_t)seconds;
	return true;
}

void loop_stop(struct loop *loop)
{
	loop->stopped = true;
}

void loop_run(struct loop *loop)
{
	while (loop_step(loop, -1))
		;
}

/* Milliseconds until the next timer, but no more than `most` (-1: no limit). */
static int patience(const struct loop *loop, int most)
{
	int64_t now = clock_ms(), least = most;
	for (size_t i = 0; i < loop->timer_count; i++) {
		const struct timer *t = &loop->timers[i];
		int64_t left = t->due > now ? t->due - now : 0;
		if (t->number && (least < 0 || left < least))
			least = left;
	}
	return least > 60000 ? 60000 : (int)least;
}

static void serve_timers(struct loop *loop)
{
	int64_t now = clock_ms();
	size_t count = loop->timer_count;
	for (size_t i = 0; i < count; i++) {
		struct timer t = loop->timers[i];
		if (!t.number || t.due > now)
			continue;
		loop->timers[i].number = 0;
		t.fn(t.ctx);
	}
	size_t kept = 0;
	for (size_t i = 0; i < loop->timer_count; i++)
		if (loop->timers[i].number)
			loop->timers[kept++] = loop->timers[i];
	loop->timer_count = kept;
}

static void serve_watches(struct loop *loop, const struct pollfd *polled, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct watch w = loop->watches[i];
		if (polled[i].revents && w.fd >= 0 && w.fd == polled[i].fd)
			w.fn(w.ctx, w.fd, polled[i].revents);
	}
	size_t kept = 0;
	for (size_t i = 0; i < loop->watch_count; i++)
		if (loop->watches[i].fd >= 0)
			loop->watches[kept++] = loop->watches[i];
	loop->watch_count = kept;
}

bool loop_step(struct loop *loop, int timeout_ms)
{
	size_t count = loop->watch_count;
	struct pollfd *polled = mem_new((count + 1) * sizeof *polled);
	for (size_t i = 0; i < count; i++)
		polled[i] = (struct pollfd){ .fd = loop->watches[i].fd,
			.events = loop->watches[i].events };
	int ready = loop->stopped ? 0 : poll(polled, count, patience(loop, timeout_ms));
	if (ready > 0)
		serve_watches(loop, polled, count);
	free(polled);
	if (!loop->stopped)
		serve_timers(loop);
	return !loop->stopped;
}
