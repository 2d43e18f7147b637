/*
 * One single-threaded poll loop: descriptors, timers and signals.
 *
 * A handler runs to its end before the next one; it may add and remove sources, its own included.
 */
#ifndef CERTARY_BASE_LOOP_H
#define CERTARY_BASE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct loop;
typedef void loop_fd_fn(void *ctx, int fd, short events); /* events as in poll(2) */
typedef void loop_timer_fn(void *ctx);
typedef void loop_signal_fn(void *ctx, int signo);

struct loop *loop_new(struct error *err);
void loop_free(struct loop *loop);

void loop_watch(struct loop *loop, int fd, short events, loop_fd_fn *fn, void *ctx);
void loop_unwatch(struct loop *loop, int fd);

/* Call fn once after ms milliseconds; the number (never 0) cancels it. */
unsigned loop_after(struct loop *loop, int64_t ms, loop_timer_fn *fn, void *ctx);
void loop_cancel(struct loop *loop, unsigned timer);

/* The signal is delivered through the loop from now on and its old action is put back at the end. */
bool loop_signal(struct loop *loop, int signo, loop_signal_fn *fn, void *ctx, struct error *err);

/*
 * The same for a signal that asks to end: `seconds` after its arrival SIGALRM ends what may be stuck, in a
 * terminal that takes nothing, and never comes back to the loop.  Whoever did come back calls alarm(0).
 */
bool loop_signal_end(struct loop *loop, int signo, unsigned seconds, loop_signal_fn *fn, void *ctx,
	struct error *err);

/* Run until loop_stop(). */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* Wait at most timeout_ms (-1: for ever) and serve what is ready.  False after loop_stop(). */
bool loop_step(struct loop *loop, int timeout_ms);

#endif
