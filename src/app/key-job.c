/*
 * Keys are made and opened in a job: RSA takes seconds, and the derivation of a seal a fifth of one or
 * whatever its file demands.  Two records come back through the pipe, the key and the bytes of its
 * file; all copies on the way are wiped.
 */
#include <stdlib.h>
#include <string.h>

#include "app/key-file.h"
#include "base/job.h"
#include "base/mem.h"

enum {
	RECORD_DER = 1,
	RECORD_PEM,
};

/* What the child does: it has the memory of its parent, so nothing is copied. */
struct key_order {
	const struct privkey_kind *kind; /* make one */
	const struct key_file *file;     /* or open this */
	const char *passphrase;
};

struct key_job {
	struct job *job;
	struct buf der, pem;
	key_done_fn *done;
	void *ctx;
};

void new_key_done(struct new_key *key)
{
	privkey_free(key->key);
	buf_wipe(&key->pem);
	*key = (struct new_key){ 0 };
}

static bool write_key(const struct privkey *key, const char *passphrase, struct buf *pem,
	struct error *err)
{
	return passphrase ? privkey_write_sealed(key, passphrase, pem, err) :
			    privkey_write_plain(key, pem, err);
}

bool app_key_make(const struct privkey_kind *kind, const char *passphrase, struct new_key *out,
	struct error *err)
{
	*out = (struct new_key){ .key = privkey_generate(kind) };
	bool ok = out->key ? write_key(out->key, passphrase, &out->pem, err) :
			     error_set(err, ERROR_FAILED, "no key could be made");
	if (!ok)
		new_key_done(out);
	return ok;
}

/* In the child. */
static bool carry_out(struct job_pipe *pipe, void *arg, struct error *err)
{
	const struct key_order *order = arg;
	struct new_key key;
	struct buf der = { .secret = true };
	if (!(order->kind ? app_key_make(order->kind, order->passphrase, &key, err) :
			    key_file_open(order->file, order->passphrase, &key, err)))
		return false;
	bool ok = privkey_write_der(key.key, &der, err);
	if (ok) {
		job_send(pipe, RECORD_DER, der.data, der.len);
		job_send(pipe, RECORD_PEM, buf_text(&key.pem), key.pem.len);
	}
	buf_wipe(&der);
	new_key_done(&key);
	return ok;
}

static void take_record(void *ctx, uint32_t type, const char *bytes, size_t len)
{
	struct key_job *job = ctx;
	if (type == RECORD_DER || type == RECORD_PEM)
		buf_add(type == RECORD_DER ? &job->der : &job->pem, bytes, len);
}

static void job_free(struct key_job *job)
{
	buf_wipe(&job->der);
	buf_wipe(&job->pem);
	free(job);
}

static void ended(void *ctx, bool ok, const struct error *err)
{
	struct key_job *job = ctx;
	struct error failed = { 0 };
	struct new_key made = { .pem = job->pem };
	job->pem = (struct buf){ 0 };
	if (!ok)
		failed = *err;
	else if (!privkey_read(job->der.data, job->der.len, NULL, 0, &made.key, &failed))
		ok = false;
	if (!ok)
		new_key_done(&made);
	job->done(job->ctx, ok ? &made : NULL, &failed);
	job_free(job);
}

static struct key_job *start(struct loop *loop, struct key_order *order, key_done_fn *done,
	void *ctx, struct error *err)
{
	static const struct job_limits limits = { .cpu_seconds = KEY_SECONDS,
		.wall_seconds = KEY_SECONDS };
	struct key_job *job = mem_new(sizeof *job);
	*job = (struct key_job){ .der = { .secret = true },
		.pem = { .secret = true },
		.done = done,
		.ctx = ctx };
	job->job = job_start(loop, &limits, carry_out, order, take_record, ended, job, err);
	if (job->job)
		return job;
	job_free(job);
	return NULL;
}

struct key_job *app_key_start(struct loop *loop, const struct privkey_kind *kind,
	const char *passphrase, key_done_fn *done, void *ctx, struct error *err)
{
	struct key_order order = { .kind = kind, .passphrase = passphrase };
	return start(loop, &order, done, ctx, err);
}

struct key_job *app_key_open_start(struct app *app, struct loop *loop,
	const struct identity *identity, const char *passphrase, key_done_fn *done, void *ctx,
	struct error *err)
{
	struct key_file file;
	struct key_order order = { .file = &file, .passphrase = passphrase };
	if (!key_file_read(app, identity, &file, err))
		return NULL;
	struct key_job *job = start(loop, &order, done, ctx, err);
	key_file_done(&file);
	return job;
}

void app_key_cancel(struct key_job *job)
{
	if (!job)
		return;
	job_cancel(job->job);
	job_free(job);
}
