/*
 * A plan of many rows takes seconds: it is carried out by a child that is a copy of this process, plan
 * and all, while the face goes on.  Whatever ends the child in the middle is a crash like any other,
 * and whoever opens the store next finishes what it left.
 */
#include <stdlib.h>
#include <string.h>

#include "base/job.h"
#include "base/mem.h"
#include "store/internal.h"

struct task {
	struct store *store;
	struct plan *plan;
};

static bool has_file(const struct plan *plan)
{
	return plan->spool && spool_fd(plan->spool) >= 0;
}

static bool run_task(struct job_pipe *pipe, void *arg, struct error *err)
{
	const struct task *task = arg;
	int64_t seq = 0;
	if (has_file(task->plan))
		spool_use_fd(task->plan->spool, JOB_KEPT);
	bool ok = store_reopen(task->store, err) && store_apply(task->store, task->plan, &seq, err);
	job_send(pipe, 1, &seq, sizeof seq);
	return ok;
}

struct store_change {
	struct task task;
	struct job *job;
	store_changed_fn *changed;
	void *ctx;
	int64_t seq;
};

static void take_seq(void *ctx, uint32_t type, const char *bytes, size_t len)
{
	struct store_change *c = ctx;
	if (type == 1 && len == sizeof c->seq)
		memcpy(&c->seq, bytes, len);
}

static void take_end(void *ctx, bool ok, const struct error *err)
{
	struct store_change *c = ctx;
	c->changed(c->ctx, ok, c->seq, err);
	free(c);
}

struct store_change *store_apply_start(struct store *store, struct plan *plan, struct loop *loop,
	store_changed_fn *changed, void *ctx, struct error *err)
{
	const char *const writes[] = { store->path, NULL };
	struct job_limits limits = { .keep = has_file(plan) ? spool_fd(plan->spool) : 0,
		.walls = { .may = CONFINE_READ | CONFINE_WRITE, .writes = writes } };
	struct store_change *c = mem_new(sizeof *c);
	*c = (struct store_change){ .task = { store, plan }, .changed = changed, .ctx = ctx };
	c->job = job_start(loop, &limits, run_task, &c->task, take_seq, take_end, c, err);
	if (c->job)
		return c;
	free(c);
	return NULL;
}
