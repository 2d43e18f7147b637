/*
 * Running another program: fixed arguments, no shell.  Beside the loop its output comes as it is written;
 * or it is waited for, with a deadline and an environment of its own.
 */
#ifndef CERTARY_BASE_SPAWN_H
#define CERTARY_BASE_SPAWN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/loop.h"

struct spawn;

/*
 * Standard output and error arrive together; status is the exit code, or -1 where it was killed.  A program
 * that closes its output and stays is killed two seconds later; the loop goes on meanwhile.
 */
typedef void spawn_output_fn(void *ctx, const char *bytes, size_t len);
typedef void spawn_end_fn(void *ctx, int status);

/*
 * Start argv[0] (a path) with an empty standard input.  It frees itself after end() was called.
 * argv ends with NULL and is needed during the call only.
 */
struct spawn *spawn_start(struct loop *loop, const char *const *argv, spawn_output_fn *output,
	spawn_end_fn *end, void *ctx, struct error *err);

/*
 * The same for a program of which other programs read the output: what it says on standard error goes
 * to complaint() instead.  argv[0] without a slash is looked for along PATH.
 */
struct spawn *spawn_start_apart(struct loop *loop, const char *const *argv, spawn_output_fn *output,
	spawn_output_fn *complaint, spawn_end_fn *end, void *ctx, struct error *err);

/*
 * Terminate it, and kill it where it hasn't ended a fifth of a second later; end() is not called.
 * Output() may do so.
 */
void spawn_cancel(struct spawn *spawn);

/* A program that is waited for. */
struct spawn_wish {
	const char *const *argv; /* a path first; ends with NULL */
	const char *const *env;  /* all of its environment; ends with NULL */
	unsigned seconds;        /* then it and all that it started are killed */
	size_t most;             /* bytes of either output; what is more is read and dropped */
	int input;               /* what it has as standard input; 0: nothing */
};

struct spawn_result {
	int status;     /* exit code; -1 where it was killed */
	bool late;      /* it was, by the deadline */
	struct buf out; /* standard output and error; buf_done() both */
	struct buf err;
};

/*
 * Run it in the folder /; it is killed where the caller is.  False only where it couldn't be started; out is
 * to be empty, and is given back in any case.
 */
bool spawn_run(const struct spawn_wish *wish, struct spawn_result *out, struct error *err);

#endif
