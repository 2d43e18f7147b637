/*
 * Jobs: whatever is slow or reads foreign bytes runs in a child process.
 *
 * A job is a function that runs in a forked child with limits on time and memory, behind walls (see
 * confine.h), and sends records (a type and some bytes) back over a pipe.  It may crash, loop or be cancelled: the parent notices
 * an error line and nothing else.  The console runs jobs on its loop, a command waits for one.
 *
 * The child must not touch the terminal or the store; it owns a copy of the parent's memory only.
 */
#ifndef CERTARY_BASE_JOB_H
#define CERTARY_BASE_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/confine.h"
#include "base/error.h"
#include "base/loop.h"

#define JOB_KEPT 4

struct job_limits {
	unsigned cpu_seconds;  /* 0: no limit */
	unsigned wall_seconds; /* 0: no limit */
	size_t memory;         /* bytes beyond what the parent has; 0: no limit */
	int keep;              /* a descriptor that the child has as JOB_KEPT; 0: none */
	struct confine walls;  /* what it may do beside computing; all zero: nothing */
	bool open;             /* no walls: a job that does what its parent does */
};

struct job_pipe; /* the child's end */

/* Runs in the child.  Its error becomes the job's error. */
typedef bool job_fn(struct job_pipe *out, void *arg, struct error *err);

/*
 * Send one record; the child ends quietly where the parent has gone.  Small records wait for each
 * other: job_flush() is for whoever wants them to arrive even if the child should crash, or now.
 */
void job_send(struct job_pipe *out, uint32_t type, const void *bytes, size_t len);
void job_flush(struct job_pipe *out);

/* In the parent: called for every record, and once when the job ended (ok, or err says why not). */
typedef void job_record_fn(void *ctx, uint32_t type, const char *bytes, size_t len);
typedef void job_end_fn(void *ctx, bool ok, const struct error *err);

struct job;

/* Start a job on the loop.  It frees itself after end() was called. */
struct job *job_start(struct loop *loop, const struct job_limits *limits, job_fn *fn, void *arg,
	job_record_fn *record, job_end_fn *end, void *ctx, struct error *err);

/* Kill it; end() is not called. */
void job_cancel(struct job *job);

/* Run a job and wait for its end: for commands. */
bool job_run(const struct job_limits *limits, job_fn *fn, void *arg, job_record_fn *record,
	void *ctx, struct error *err);

#endif
