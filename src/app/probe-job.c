/*
 * Probes in a job: the child has a loop of its own, meets the network, and sends what it saw.
 */
#include <stdlib.h>
#include <string.h>

#include "app/internal.h"
#include "app/probing.h"
#include "base/job.h"
#include "base/mem.h"
#include "pki/pack.h"

enum {
	RECORD_LADDER = 1,
	RECORD_DONE,
};

#define MEMORY (64u << 20) /* beyond what the program has: reports are small */

struct probe_job {
	struct app *app;
	struct job *job;
	const struct probe_wish *wishes;
	size_t count;
	struct probe_calls calls;
};

/* --- in the child -------------------------------------------------------------------------- */

struct asking {
	struct job_pipe *out;
	struct loop *loop;
	size_t left;
	bool ladders;
};

struct one {
	struct asking *asking;
	size_t number;
};

static void send_report(struct one *one, uint32_t type, const struct report *report)
{
	struct buf packed = { 0 };
	pack_bytes(&packed, &one->number, sizeof one->number);
	report_pack(&packed, report);
	job_send(one->asking->out, type, packed.data, packed.len);
	job_flush(one->asking->out);
	buf_done(&packed);
}

static void one_done(void *ctx, struct report *report)
{
	struct one *one = ctx;
	send_report(one, RECORD_DONE, report);
	report_free(report);
	if (--one->asking->left == 0)
		loop_stop(one->asking->loop);
}

static void one_ladder(void *ctx, const struct report *report)
{
	send_report(ctx, RECORD_LADDER, report);
}

/* A wish that makes no sense is a report, too. */
static void refuse(struct one *one, const struct probe_wish *wish, const struct error *err)
{
	struct report *report = report_new(wish->host, wish->port, wish->dialect);
	report->err = *err;
	one_done(one, report);
}

static void show_identity(const struct probe_wish *wish, struct probe_request *request)
{
	size_t at = 0, chain;
	if (!wish->identity || !wish->key || !identity_own(wish->identity, &at, &chain))
		return;
	request->chain = (const struct cert *const *)wish->identity->certs + at - chain - 1;
	request->chain_count = chain + 1;
	request->key = wish->key->key;
}

struct probe_request probe_request_of(const struct probe_wish *wish)
{
	struct probe_request request = { .host = wish->host,
		.port = wish->port,
		.dialect = wish->dialect,
		.sni = wish->sni,
		.tls = wish->tls,
		.http = wish->http,
		.deadline_ms = wish->deadline_ms };
	show_identity(wish, &request);
	return request;
}

static void ask(struct asking *a, struct prober *prober, const struct probe_wish *wish,
	struct one *one)
{
	struct error err = { 0 };
	struct probe_request request = probe_request_of(wish);
	if (!probe_start(prober, &request, one_done, a->ladders ? one_ladder : NULL, one, &err))
		refuse(one, wish, &err);
}

static bool probe_all(struct job_pipe *out, void *arg, struct error *err)
{
	const struct probe_job *job = arg;
	struct asking a = { .out = out, .left = job->count, .ladders = job->calls.ladder };
	a.loop = loop_new(err);
	if (!a.loop)
		return false;
	struct prober *prober = prober_new(a.loop, 0);
	struct one *ones = mem_new(job->count * sizeof *ones);
	for (size_t i = 0; i < job->count; i++) {
		ones[i] = (struct one){ &a, i };
		ask(&a, prober, &job->wishes[i], &ones[i]);
	}
	if (a.left > 0)
		loop_run(a.loop);
	prober_free(prober);
	loop_free(a.loop);
	free(ones);
	return true;
}

/* --- in the parent ------------------------------------------------------------------------- */

static void take_record(void *ctx, uint32_t type, const char *bytes, size_t len)
{
	struct probe_job *job = ctx;
	struct unpack u = { .at = bytes, .end = bytes + len };
	size_t size, number;
	const void *packed = unpack_bytes(&u, &size);
	if (!packed || size != sizeof number)
		return;
	memcpy(&number, packed, sizeof number);
	struct report *report = report_unpack(&u);
	if (!report || number >= job->count) {
		report_free(report);
		return;
	}
	if (type == RECORD_LADDER && job->calls.ladder) {
		job->calls.ladder(job->calls.ctx, number, report);
	} else if (type == RECORD_DONE) {
		struct probed probed;
		probe_judge(job->app, &job->wishes[number], report, &probed);
		job->calls.each(job->calls.ctx, number, &probed);
		return;
	}
	report_free(report);
}

static const struct job_limits limits = { .memory = MEMORY,
	.walls = { .may = CONFINE_NET } };

bool app_probe_all(struct app *app, const struct probe_wish *wishes, size_t count,
	const struct probe_calls *calls, struct error *err)
{
	struct probe_job job = { .app = app, .wishes = wishes, .count = count, .calls = *calls };
	return count == 0 || job_run(&limits, probe_all, &job, take_record, &job, err);
}

static void ended(void *ctx, bool ok, const struct error *err)
{
	struct probe_job *job = ctx;
	struct probe_calls calls = job->calls;
	free(job);
	calls.end(calls.ctx, ok, err);
}

struct probe_job *app_probe_start(struct app *app, struct loop *loop,
	const struct probe_wish *wishes, size_t count, const struct probe_calls *calls,
	struct error *err)
{
	struct probe_job *job = mem_new(sizeof *job);
	*job = (struct probe_job){ .app = app, .wishes = wishes, .count = count, .calls = *calls };
	job->job = job_start(loop, &limits, probe_all, job, take_record, ended, job, err);
	if (job->job)
		return job;
	free(job);
	return NULL;
}

void app_probe_cancel(struct probe_job *job)
{
	job_cancel(job->job);
	free(job);
}

struct single {
	struct probed *out;
	bool done;
};

static void take_single(void *ctx, size_t number, struct probed *take)
{
	struct single *s = ctx;
	(void)number;
	if (s->done)
		probed_done(s->out);
	*s->out = *take;
	s->done = true;
}

bool app_probe_run(struct app *app, const struct probe_wish *wish, struct probed *out,
	struct error *err)
{
	struct single s = { .out = out };
	const struct probe_calls calls = { .each = take_single, .ctx = &s };
	if (!app_probe_all(app, wish, 1, &calls, err))
		return false;
	if (!s.done)
		return error_set(err, ERROR_FAILED, "%s: the probe ended without a report",
			wish->host);
	if (out->report->err.code != ERROR_USAGE)
		return true;
	*err = out->report->err;
	probed_done(out);
	return false;
}
