/*
 * Keys are made in a job: RSA takes seconds, and sealing a key a fifth of one.  Two records come
 * back through the pipe, the key and the bytes of its file; all copies on the way are wiped.
 */
#include <stdlib.h>
#include <string.h>

#include "app/internal.h"
#include "app/making.h"
#include "base/job.h"
#include "base/mem.h"

enum {
	RECORD_DER = 1,
	RECORD_PEM,
};

#define SECONDS 300 /* an RSA key of 4096 bits on a machine that does much else */

struct key_job {
	struct job *job;
	const struct privkey_kind *kind;
	char *passphrase;
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
static bool make(struct job_pipe *pipe, void *arg, struct error *err)
{
	const struct key_job *job = arg;
	struct new_key made;
	struct buf der = { .secret = true };
	if (!app_key_make(job->kind, job->passphrase, &made, err))
		return false;
	bool ok = privkey_write_der(made.key, &der, err);
	if (ok) {
		job_send(pipe, RECORD_DER, der.data, der.len);
		job_send(pipe, RECORD_PEM, made.pem.data, made.pem.len);
	}
	buf_wipe(&der);
	new_key_done(&made);
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
	making_set(&job->passphrase, NULL);
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

struct key_job *app_key_start(struct loop *loop, const struct privkey_kind *kind,
	const char *passphrase, key_done_fn *done, void *ctx, struct error *err)
{
	static const struct job_limits limits = { .cpu_seconds = SECONDS, .wall_seconds = SECONDS };
	struct key_job *job = mem_new(sizeof *job);
	*job = (struct key_job){ .kind = kind,
		.passphrase = mem_text(passphrase),
		.done = done,
		.ctx = ctx };
	job->job = job_start(loop, &limits, make, job, take_record, ended, job, err);
	if (job->job)
		return job;
	job_free(job);
	return NULL;
}

void app_key_cancel(struct key_job *job)
{
	job_cancel(job->job);
	job_free(job);
}

bool app_key_open(struct app *app, const struct identity *identity, const char *passphrase,
	struct new_key *out, struct error *err)
{
	struct buf bytes = { .secret = true };
	uint64_t rounds = (uint64_t)settings_int(app_settings(app), SETTING_LIMIT_KDF_ROUNDS);
	*out = (struct new_key){ 0 };
	bool ok = store_read_key(app_store(app), identity, &bytes, err);
	if (ok)
		ok = privkey_read(bytes.data, bytes.len, passphrase, rounds, &out->key, err) ||
		     error_wrap(err, "the key of %s", identity_name(identity));
	buf_wipe(&bytes);
	return ok;
}
