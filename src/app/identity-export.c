/*
 * An identity into a file: its certificate and those that are sent with it, with its key or without.
 */
#include <stdlib.h>
#include <string.h>

#include "app/export-file.h"
#include "app/identity.h"
#include "app/key-file.h"
#include "base/job.h"
#include "base/lang.h"
#include "base/mem.h"
#include "codec/export.h"
#include "codec/keystore.h"

/* The current certificate and its chain: they stand in a row. */
static const struct cert *const *sent(const struct identity *identity, size_t *count)
{
	size_t at = 0, chain;
	if (!identity_own(identity, &at, &chain))
		return NULL;
	*count = chain + 1;
	return (const struct cert *const *)identity->certs + (at - chain - 1);
}

static bool export_certs(const struct identity *identity, const struct identity_export *wish,
	struct buf *out, struct error *err)
{
	size_t count = 0;
	const struct cert *const *certs = sent(identity, &count);
	const struct export_format *format = export_format_find(wish->format);
	if (!format)
		return error_set(err, ERROR_USAGE, "%s: no certificates are written as that",
			wish->format);
	if (!export_password_fits(format, wish->password, err))
		return false;
	count = format->several || format->chain ? count : 1;
	struct export_item *items = mem_new(count * sizeof *items);
	for (size_t i = 0; i < count; i++) {
		items[i].der = cert_der(certs[i], &items[i].len);
		items[i].sha256 = cert_info(certs[i])->sha256;
		items[i].name = i ? cert_info(certs[i])->subject : identity_name(identity);
	}
	const struct export_list list = { .items = items,
		.count = count,
		.password = wish->password,
		.now = app_now() };
	bool ok = export_write(format, &list, out, err);
	free(items);
	return ok;
}

/* What is to be written, with the key's file where it goes along: all that a job needs. */
struct out_order {
	const struct identity *identity;
	const struct identity_export *wish;
	struct key_file file;
};

static bool export_key(const struct out_order *order, struct buf *out, struct error *err)
{
	const struct identity *identity = order->identity;
	const struct identity_export *wish = order->wish;
	struct new_key key;
	struct keystore_entry entry = { .name = identity_name(identity),
		.password = wish->password,
		.plain = wish->plain_key,
		.now = app_now() };
	/* With a key, a chain is what every PEM of it has. */
	bool chain = strcmp(wish->format, "chain") == 0;
	const struct keystore_format *format = keystore_format_find(chain ? "pem" : wish->format);
	if (!format)
		return error_set(err, ERROR_USAGE, "%s: a key isn't written as that (give pem, pkcs12 "
			"or jks)", wish->format);
	entry.chain = sent(identity, &entry.count);
	bool ok = keystore_password_fits(format, wish->password, wish->plain_key, err) &&
		  key_file_open(&order->file, wish->passphrase, &key, err);
	if (!ok)
		return false;
	entry.key = key.key;
	ok = keystore_write(format, &entry, out, err);
	new_key_done(&key);
	return ok;
}

static bool order_init(struct app *app, const struct identity *identity,
	const struct identity_export *wish, struct out_order *order, struct error *err)
{
	*order = (struct out_order){ .identity = identity, .wish = wish };
	if (!identity_cert(identity))
		return error_set(err, ERROR_FAILED,
			identity_pending(identity) ?
				N_("%s has no certificate yet (its request waits for an answer)") :
				N_("%s has no certificate yet"),
			identity_name(identity));
	return !wish->with_key || key_file_read(app, identity, &order->file, err) ||
	       error_wrap(err, "export %s", identity_name(identity));
}

static bool order_write(const struct out_order *order, struct buf *out, struct error *err)
{
	bool ok = order->wish->with_key ? export_key(order, out, err) :
					  export_certs(order->identity, order->wish, out, err);
	return ok || error_wrap(err, "export %s", identity_name(order->identity));
}

bool app_identity_export(struct app *app, const struct identity *identity,
	const struct identity_export *wish, struct buf *out, struct error *err)
{
	struct out_order order;
	bool ok = order_init(app, identity, wish, &order, err) && order_write(&order, out, err);
	key_file_done(&order.file);
	return ok;
}

/* --- beside the loop ----------------------------------------------------------------------- */

struct out_job {
	struct job *job;
	struct buf bytes;
	out_done_fn *done;
	void *ctx;
};

/* In the child. */
static bool write_order(struct job_pipe *pipe, void *arg, struct error *err)
{
	struct buf bytes = { .secret = true };
	bool ok = order_write(arg, &bytes, err);
	if (ok)
		job_send(pipe, 1, bytes.data, bytes.len);
	buf_wipe(&bytes);
	return ok;
}

static void take_bytes(void *ctx, uint32_t type, const char *bytes, size_t len)
{
	struct out_job *job = ctx;
	(void)type;
	buf_add(&job->bytes, bytes, len);
}

static void job_free(struct out_job *job)
{
	buf_wipe(&job->bytes);
	free(job);
}

static void ended(void *ctx, bool ok, const struct error *err)
{
	struct out_job *job = ctx;
	job->done(job->ctx, ok ? &job->bytes : NULL, err);
	job_free(job);
}

struct out_job *app_identity_export_start(struct app *app, struct loop *loop,
	const struct identity *identity, const struct identity_export *wish, out_done_fn *done,
	void *ctx, struct error *err)
{
	static const struct job_limits limits = { .cpu_seconds = KEY_SECONDS,
		.wall_seconds = KEY_SECONDS };
	struct out_order order;
	struct out_job *job = mem_new(sizeof *job);
	*job = (struct out_job){ .bytes = { .secret = true }, .done = done, .ctx = ctx };
	if (order_init(app, identity, wish, &order, err))
		job->job = job_start(loop, &limits, write_order, &order, take_bytes, ended, job, err);
	key_file_done(&order.file);
	if (job->job)
		return job;
	job_free(job);
	return NULL;
}

void app_identity_export_cancel(struct out_job *job)
{
	if (!job)
		return;
	job_cancel(job->job);
	job_free(job);
}

/* ------------------------------------------------------------------------------------------- */

bool app_identity_password_fits(const char *format, const char *password, struct error *err)
{
	const struct keystore_format *row = keystore_format_find(format);
	if (!row)
		return error_set(err, ERROR_USAGE, "%s: a key isn't written as that", format);
	return keystore_password_fits(row, password, false, err);
}

bool app_identity_save(struct app *app, const char *path, const struct buf *bytes, bool has_key,
	bool replace, struct error *err)
{
	if (app_read_only(app))
		return error_set(err, ERROR_FAILED, "%s: --read-only writes no file", path);
	return export_file_put(path, bytes, has_key, replace, err);
}
