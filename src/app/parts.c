/*
 * Reading keys, certificates and requests out of foreign files: in a job, which sends what it found.
 * A key goes through the pipe in the clear; all copies on the way are wiped.
 */
#include "app/parts.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "app/internal.h"
#include "base/fs.h"
#include "base/job.h"
#include "base/mem.h"
#include "base/text.h"
#include "pki/pack.h"

struct reading {
	const char *path, *label; /* path NULL: bytes */
	const char *paths[2];     /* all that the job may open */
	const void *bytes;
	size_t len, most;
	struct keyring_options options;
};

/* What arrives is kept apart: of a file that asks for a password again nothing stays behind. */
struct parts_job {
	struct job *job;
	struct parts *into, arrived;
	char *label;
	parts_done_fn *done;
	void *ctx;
};

struct parts *parts_new(void)
{
	return mem_new(sizeof(struct parts));
}

static void item_done(struct keyring_item *item)
{
	privkey_free(item->key);
	cert_free(item->cert);
	request_free(item->request);
	free(item->where);
	free(item->label);
	free(item->why);
}

static void parts_done(struct parts *parts)
{
	for (size_t i = 0; i < parts->count; i++) {
		item_done(&parts->items[i].item);
		free(parts->items[i].file);
		buf_wipe(&parts->items[i].sealed);
	}
	free(parts->items);
}

void parts_free(struct parts *parts)
{
	if (parts)
		parts_done(parts);
	free(parts);
}

static struct part *parts_add(struct parts *parts)
{
	parts->items = mem_grow(parts->items, parts->count, &parts->cap, sizeof *parts->items);
	return &parts->items[parts->count++];
}

/* --- in the child -------------------------------------------------------------------------- */

static bool send_item(struct job_pipe *out, const struct keyring_item *item, struct error *err)
{
	struct buf packed = { .secret = true }, der = { .secret = true };
	const char sealed = (char)item->sealed;
	bool has_bytes = item->kind <= KEYRING_REQUEST;
	bool ok = !has_bytes || keyring_bytes(item, &der, err);
	pack_text(&packed, item->where);
	pack_text(&packed, item->label);
	pack_text(&packed, item->why);
	pack_bytes(&packed, &sealed, 1);
	buf_reserve(&packed, der.len + 16);
	pack_bytes(&packed, buf_text(&der), der.len);
	if (ok)
		job_send(out, (uint32_t)item->kind + 1, packed.data, packed.len);
	buf_wipe(&der);
	buf_wipe(&packed);
	return ok;
}

static bool read_parts(struct job_pipe *out, void *arg, struct error *err)
{
	const struct reading *r = arg;
	struct buf file = { .secret = true };
	struct keyring ring = { 0 };
	bool ok = !r->path || fs_read(AT_FDCWD, r->path, FS_FOLLOW, r->most, &file, NULL, err);
	if (ok) {
		ok = keyring_read(r->path ? file.data : r->bytes, r->path ? file.len : r->len,
			     &r->options, &ring, err) ||
		     error_wrap(err, "%s", r->label);
	}
	for (size_t i = 0; ok && i < ring.count; i++)
		ok = send_item(out, &ring.items[i], err);
	keyring_done(&ring);
	buf_wipe(&file);
	return ok;
}

/* --- in the parent ------------------------------------------------------------------------- */

static char *take_text(struct unpack *u)
{
	char *text = unpack_text(u);
	struct buf safe = { 0 };
	if (!text)
		return NULL;
	text_guard(&safe, text);
	free(text);
	return buf_take(&safe);
}

/* What the child says counts only where the bytes bear it out. */
static bool take_bytes(struct keyring_item *item, const void *bytes, size_t len)
{
	switch (item->kind) {
	case KEYRING_KEY:
		return privkey_read(bytes, len, NULL, 0, &item->key, NULL);
	case KEYRING_CERT:
		return cert_parse(bytes, len, &item->cert, NULL);
	case KEYRING_REQUEST:
		return request_read(bytes, len, &item->request, NULL);
	default:
		return true;
	}
}

static void take_record(void *ctx, uint32_t type, const char *bytes, size_t len)
{
	struct parts_job *job = ctx;
	struct unpack u = { .at = bytes, .end = bytes + len };
	struct keyring_item item = { .kind = (enum keyring_kind)(type - 1) };
	size_t size;
	item.where = take_text(&u);
	item.label = take_text(&u);
	item.why = take_text(&u);
	const char *sealed = unpack_bytes(&u, &size);
	item.sealed = sealed && size == 1 && *sealed;
	const void *der = unpack_bytes(&u, &size);
	if (u.bad || type == 0 || type > KEYRING_PROBLEM + 1 || !take_bytes(&item, der, size)) {
		item_done(&item);
		return;
	}
	*parts_add(&job->arrived) = (struct part){ .item = item, .file = mem_text(job->label) };
}

static struct job_limits limits_of(const struct app *app, const struct reading *r,
	const struct parts_options *options)
{
	const struct settings *s = app_settings(app);
	const struct confine walls = { .may = r->path ? CONFINE_READ : 0, .reads = r->paths };
	if (options->no_limits)
		return (struct job_limits){ .walls = walls };
	return (struct job_limits){
		.walls = walls,
		.cpu_seconds = (unsigned)settings_int(s, SETTING_LIMIT_CPU_SECONDS),
		.wall_seconds = 30,
		.memory = (size_t)settings_int(s, SETTING_LIMIT_MEMORY_MB) << 20,
	};
}

static void set_limits(struct reading *r, const struct app *app, const struct parts_options *options)
{
	const struct settings *s = app_settings(app);
	r->paths[0] = r->path;
	r->options.password = options->password;
	r->most = options->no_limits ? SIZE_MAX / 4 :
				       (size_t)settings_int(s, SETTING_LIMIT_FILE_MB) << 20;
	if (options->no_limits)
		return;
	r->options.limits.certificates = (size_t)settings_int(s, SETTING_LIMIT_CERTIFICATES);
	r->options.limits.kdf_rounds = (uint64_t)settings_int(s, SETTING_LIMIT_KDF_ROUNDS);
}

/* All of it, or nothing. */
static void settle(struct parts_job *job, bool ok)
{
	for (size_t i = 0; ok && i < job->arrived.count; i++)
		*parts_add(job->into) = job->arrived.items[i];
	if (ok)
		job->arrived.count = 0;
	parts_done(&job->arrived);
	free(job->label);
}

static bool run(struct app *app, struct parts *parts, struct reading *r,
	const struct parts_options *options, struct error *err)
{
	const struct job_limits limits = limits_of(app, r, options);
	struct parts_job job = { .into = parts, .label = mem_text(r->label) };
	set_limits(r, app, options);
	bool ok = job_run(&limits, read_parts, r, take_record, &job, err);
	settle(&job, ok);
	return ok;
}

bool app_parts_add(struct app *app, struct parts *parts, const char *path,
	const struct parts_options *options, struct error *err)
{
	char *label = text_safe(path, strlen(path));
	struct reading r = { .path = path, .label = label };
	bool ok = run(app, parts, &r, options, err);
	free(label);
	return ok;
}

bool app_parts_add_bytes(struct app *app, struct parts *parts, const char *label,
	const void *bytes, size_t len, const struct parts_options *options, struct error *err)
{
	struct reading r = { .label = label, .bytes = bytes, .len = len };
	return run(app, parts, &r, options, err);
}

static void ended(void *ctx, bool ok, const struct error *err)
{
	struct parts_job *job = ctx;
	settle(job, ok);
	job->done(job->ctx, ok, err);
	free(job);
}

/* The child has the memory of its parent as it was at the fork, so nothing of the reading is copied. */
static struct parts_job *start(struct app *app, struct loop *loop, struct parts *parts,
	struct reading *r, const struct parts_options *options, parts_done_fn *done, void *ctx,
	struct error *err)
{
	const struct job_limits limits = limits_of(app, r, options);
	struct parts_job *job = mem_new(sizeof *job);
	*job = (struct parts_job){ .into = parts,
		.label = mem_text(r->label),
		.done = done,
		.ctx = ctx };
	set_limits(r, app, options);
	job->job = job_start(loop, &limits, read_parts, r, take_record, ended, job, err);
	if (job->job)
		return job;
	settle(job, false);
	free(job);
	return NULL;
}

struct parts_job *app_parts_start(struct app *app, struct loop *loop, struct parts *parts,
	const char *path, const struct parts_options *options, parts_done_fn *done, void *ctx,
	struct error *err)
{
	char *label = text_safe(path, strlen(path));
	struct reading r = { .path = path, .label = label };
	struct parts_job *job = start(app, loop, parts, &r, options, done, ctx, err);
	free(label);
	return job;
}

struct parts_job *app_parts_start_bytes(struct app *app, struct loop *loop, struct parts *parts,
	const char *label, const void *bytes, size_t len, const struct parts_options *options,
	parts_done_fn *done, void *ctx, struct error *err)
{
	struct reading r = { .label = label, .bytes = bytes, .len = len };
	return start(app, loop, parts, &r, options, done, ctx, err);
}

void app_parts_cancel(struct parts_job *job)
{
	if (!job)
		return;
	job_cancel(job->job);
	settle(job, false);
	free(job);
}
