/*
 * Keys that are imported are sealed in a job: each takes a fifth of a second, and there may be many.
 */
#include <stdlib.h>

#include "app/key-file.h"
#include "app/parts.h"
#include "base/job.h"
#include "base/mem.h"

/* In the child, which has the memory of its parent. */
struct seal_order {
	const struct parts *parts;
	const char *passphrase;
};

struct seal_job {
	struct job *job;
	struct parts *parts;
	parts_done_fn *done;
	void *ctx;
};

static bool is_to_be_sealed(const struct part *part)
{
	return part->item.kind == KEYRING_KEY && !part->sealed.len;
}

/* The type of a record is the number of its part. */
static bool seal(struct job_pipe *out, void *arg, struct error *err)
{
	const struct seal_order *order = arg;
	bool ok = true;
	for (size_t i = 0; ok && i < order->parts->count; i++) {
		const struct part *part = &order->parts->items[i];
		struct buf pem = { .secret = true };
		if (!is_to_be_sealed(part))
			continue;
		ok = privkey_write_sealed(part->item.key, order->passphrase, &pem, err);
		if (ok)
			job_send(out, (uint32_t)i, pem.data, pem.len);
		buf_wipe(&pem);
	}
	return ok;
}

static void take_record(void *ctx, uint32_t type, const char *bytes, size_t len)
{
	const struct seal_job *job = ctx;
	if (type < job->parts->count && is_to_be_sealed(&job->parts->items[type]))
		buf_add(&job->parts->items[type].sealed, bytes, len);
}

static void ended(void *ctx, bool ok, const struct error *err)
{
	struct seal_job *job = ctx;
	job->done(job->ctx, ok, err);
	free(job);
}

struct seal_job *app_parts_seal_start(struct loop *loop, struct parts *parts, const char *passphrase,
	parts_done_fn *done, void *ctx, struct error *err)
{
	static const struct job_limits limits = { .cpu_seconds = KEY_SECONDS,
		.wall_seconds = KEY_SECONDS };
	struct seal_order order = { .parts = parts, .passphrase = passphrase };
	struct seal_job *job = mem_new(sizeof *job);
	*job = (struct seal_job){ .parts = parts, .done = done, .ctx = ctx };
	job->job = job_start(loop, &limits, seal, &order, take_record, ended, job, err);
	if (job->job)
		return job;
	free(job);
	return NULL;
}

void app_parts_seal_cancel(struct seal_job *job)
{
	if (!job)
		return;
	job_cancel(job->job);
	free(job);
}
