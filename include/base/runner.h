/*
 * The runner: a process that starts other programs for one that may not.
 *
 * Walls (confine.h) stand around all that a process starts as well, and what an editor, ssh or a command of
 * the operator's needs isn't known here.  So a process forks its runner, raises its own walls, and from
 * then on spawn.h and editor.h ask the runner, without whoever calls them knowing; so do jobs that have
 * no walls of their own (job_limits.open).  The runner has the environment, the folder, the rights and the
 * terminal of the moment in which it began; it ends with the last process that could ask it.
 */
#ifndef CERTARY_BASE_RUNNER_H
#define CERTARY_BASE_RUNNER_H

#include <stdbool.h>

/*
 * May this program be started?  Asked in a process of its own, outside the walls, with the memory as it was
 * when the runner began; it is that process which starts it, so that walls that are raised by then are around
 * the program.  env is NULL where the program gets the runner's own environment.
 */
typedef bool runner_may_fn(void *ctx, const char *const *argv, const char *const *env);

/* To be called with one thread, before the walls; false with errno.  Once in the life of a process. */
bool runner_begin(runner_may_fn *may, void *ctx);
bool runner_stands(void);

/* In a forked child: a descriptor for asking that is `least` or more, -1 where nobody is to be asked … */
int runner_dup(int least);
/* … and which one it is from now on; -1: the child starts its programs itself. */
void runner_use(int fd);

#endif
