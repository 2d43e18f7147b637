/*
 * A deployment in a child: truststores are read, thousands of files written and other programs waited
 * for, while the face answers its keys.  What comes back is the plan as JSON, and lines of progress.
 * A child that dies in the middle is a crash like any other: app_deploy_recover() puts all back.
 */
#include <stdlib.h>
#include <string.h>

#include "app/deploying.h"
#include "app/internal.h"
#include "base/job.h"
#include "base/mem.h"

enum {
	RECORD_PLAN = 1,
	RECORD_PROGRESS,
};

struct deploy_job {
	struct app *app;
	const struct deploy_wish *wish;
	const struct deploy_run *run; /* NULL: only look */
	char shown[FINGERPRINT_HEX];  /* the sum of what was said yes to */
	struct deploy_plan plan;
	bool has_plan;
	struct job *job;
	struct loop *loop;
	void (*progress)(void *ctx, const char *what);
	void *progress_ctx;
	deploy_done_fn *done;
	void *ctx;
};

static void sum_up_text(const char *text, struct buf *out)
{
	buf_format(out, "%zu ", text ? strlen(text) + 1 : 0);
	buf_text_add(out, text ? text : "");
	buf_char(out, '\n');
}

/* Place, files, owner and modes: somebody else may edit a target while the question is open. */
static void sum_up_target(const struct target *t, struct buf *out)
{
	const char *const texts[] = { t->name, t->kind->name, t->path, t->format, t->identity, t->key,
		t->chain, t->owner, t->service, t->reload };
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		sum_up_text(texts[i], out);
	buf_format(out, "%o %d\n", t->mode, t->with_system);
}

static void sum_up_one(const struct deployment *d, size_t i, struct buf *out)
{
	const struct deploy_target_plan *plan = &d->plan.items[i];
	char hex[FINGERPRINT_HEX];
	const char *file;
	size_t cursor = 0;
	sum_up_target(d->parts->orders[i].target, out);
	sum_up_text(plan->place, out);
	sum_up_text(plan->tool, out);
	while ((file = deploy_plan_file(&d->plan, i, &cursor)))
		sum_up_text(file, out);
	for (size_t n = 0; n < plan->count; n++)
		buf_format(out, "%d %s\n", (int)plan->rows[n].change,
			fingerprint_hex(&plan->rows[n].print, hex));
}

/* What somebody says yes to: which certificates come, go and are replaced, and where and how. */
static void sum_up(struct deployment *d)
{
	struct buf all = { 0 };
	struct fingerprint sum;
	for (size_t i = 0; i < d->plan.count; i++)
		sum_up_one(d, i, &all);
	fingerprint_of(buf_text(&all), all.len, &sum);
	fingerprint_hex(&sum, d->plan.sum);
	buf_done(&all);
}

/* --- in the child -------------------------------------------------------------------------- */

static void send_plan(struct job_pipe *pipe, const struct deploy_plan *plan)
{
	struct json *json = deploy_plan_json(plan);
	struct buf bytes = { 0 };
	json_dump(json, &bytes);
	job_send(pipe, RECORD_PLAN, bytes.data, bytes.len);
	job_flush(pipe);
	buf_done(&bytes);
	json_free(json);
}

static void send_progress(void *ctx, const char *what)
{
	job_send(ctx, RECORD_PROGRESS, what, strlen(what));
	job_flush(ctx);
}

static bool is_as_shown(const struct deploy_job *job, const struct deploy_plan *plan,
	struct error *err)
{
	bool same = strcmp(plan->sum, job->shown) == 0;
	return same || error_set(err, ERROR_FAILED,
			       "deploy: store or targets have changed meanwhile: look again");
}

static bool work(struct job_pipe *pipe, void *arg, struct error *err)
{
	const struct deploy_job *job = arg;
	struct deployment d = { 0 };
	bool ok = app_reopen(job->app, err) && app_deploy_prepare(job->app, job->wish, &d, err);
	if (ok)
		sum_up(&d);
	if (ok && job->run) {
		struct deploy_run run = *job->run;
		run.last = true;
		run.progress = send_progress;
		run.ctx = pipe;
		ok = is_as_shown(job, &d.plan, err) &&
		     app_deploy_carry_out(job->app, &d, &run, err);
	}
	send_plan(pipe, &d.plan);
	deployment_done(&d);
	return ok;
}

/* --- in the parent ------------------------------------------------------------------------- */

static void take_record(void *ctx, uint32_t type, const char *bytes, size_t len)
{
	struct deploy_job *job = ctx;
	struct error ignored;
	if (type == RECORD_PROGRESS && job->progress) {
		char *line = mem_format("%.*s", (int)len, bytes);
		job->progress(job->progress_ctx, line);
		free(line);
	}
	struct json *json = type == RECORD_PLAN ? json_parse(bytes, len, &ignored) : NULL;
	if (!json)
		return;
	deploy_plan_done(&job->plan);
	deploy_plan_read(json, &job->plan);
	job->has_plan = true;
	json_free(json);
}

static void job_free(struct deploy_job *job)
{
	deploy_plan_done(&job->plan);
	free(job);
}

static void ended(void *ctx, bool ok, const struct error *err)
{
	struct deploy_job *job = ctx;
	job->done(job->ctx, job->has_plan ? &job->plan : NULL, ok ? NULL : err);
	job_free(job);
}

static struct deploy_job *start(struct deploy_job *job, struct error *err)
{
	static const struct job_limits open = { .open = true };
	job->job = job_start(job->loop, &open, work, job, take_record, ended, job, err);
	if (job->job)
		return job;
	job_free(job);
	return NULL;
}

struct deploy_job *app_deploy_look(struct app *app, const struct deploy_wish *wish,
	struct loop *loop, deploy_done_fn *done, void *ctx, struct error *err)
{
	struct deploy_job *job = mem_new(sizeof *job);
	*job = (struct deploy_job){ .app = app,
		.wish = wish,
		.loop = loop,
		.done = done,
		.ctx = ctx };
	return start(job, err);
}

struct deploy_job *app_deploy_start(struct app *app, const struct deploy_wish *wish,
	const struct deploy_plan *shown, const struct deploy_run *run, struct loop *loop,
	deploy_done_fn *done, void *ctx, struct error *err)
{
	struct deploy_job *job = mem_new(sizeof *job);
	*job = (struct deploy_job){ .app = app,
		.wish = wish,
		.run = run,
		.loop = loop,
		.progress = run->progress,
		.progress_ctx = run->ctx,
		.done = done,
		.ctx = ctx };
	memcpy(job->shown, shown->sum, sizeof job->shown);
	return start(job, err);
}

void app_deploy_cancel(struct deploy_job *job)
{
	job_cancel(job->job);
	job_free(job);
}
