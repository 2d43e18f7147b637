/*
 * Running another program beside the loop: fixed arguments, no shell, its output as it comes.
 */
#ifndef CERTARY_BASE_SPAWN_H
#define CERTARY_BASE_SPAWN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/loop.h"

struct spawn;

/* Standard output and error arrive together; status is the exit code, or -1 where it was killed. */
typedef void spawn_output_fn(void *ctx, const char *bytes, size_t len);
typedef void spawn_end_fn(void *ctx, int status);

/*
 * Start argv[0] (a path) with an empty standard input.  It frees itself after end() was called.
 * argv ends with NULL and is needed during the call only.
 */
struct spawn *spawn_start(struct loop *loop, const char *const *argv, spawn_output_fn *output,
	spawn_end_fn *end, void *ctx, struct error *err);

/* Terminate it; end() is not called. */
void spawn_cancel(struct spawn *spawn);

#endif
