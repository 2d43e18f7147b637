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
	const void *bytes;
	size_t len, most;
	struct keyring_options options;
};

struct taking {
	struct parts *parts;
	const char *label;
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

void parts_free(struct parts *parts)
{
	for (size_t i = 0; parts && i < parts->count; i++) {
		item_done(&parts->items[i].item);
		free(parts->items[i].file);
	}
	if (parts)
		free(parts->items);
	free(parts);
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
	struct taking *t = ctx;
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
	struct parts *parts = t->parts;
	parts->items = mem_grow(parts->items, parts->count, &parts->cap, sizeof *parts->items);
	parts->items[parts->count++] = (struct part){ .item = item, .file = mem_text(t->label) };
}

static struct job_limits limits_of(const struct app *app, const struct parts_options *options)
{
	const struct settings *s = app_settings(app);
	if (options->no_limits)
		return (struct job_limits){ 0 };
	return (struct job_limits){
		.cpu_seconds = (unsigned)settings_int(s, SETTING_LIMIT_CPU_SECONDS),
		.wall_seconds = 30,
		.memory = (size_t)settings_int(s, SETTING_LIMIT_MEMORY_MB) << 20,
	};
}

static void set_limits(struct reading *r, const struct app *app, const struct parts_options *options)
{
	const struct settings *s = app_settings(app);
	r->options.password = options->password;
	r->most = options->no_limits ? SIZE_MAX / 4 :
				       (size_t)settings_int(s, SETTING_LIMIT_FILE_MB) << 20;
	if (options->no_limits)
		return;
	r->options.limits.certificates = (size_t)settings_int(s, SETTING_LIMIT_CERTIFICATES);
	r->options.limits.kdf_rounds = (uint64_t)settings_int(s, SETTING_LIMIT_KDF_ROUNDS);
}

static bool run(struct app *app, struct parts *parts, struct reading *r,
	const struct parts_options *options, struct error *err)
{
	const struct job_limits limits = limits_of(app, options);
	struct taking t = { .parts = parts, .label = r->label };
	size_t before = parts->count;
	set_limits(r, app, options);
	bool ok = job_run(&limits, read_parts, r, take_record, &t, err);
	/* Of a file that asks for a password again nothing stays behind. */
	while (!ok && parts->count > before) {
		struct part *part = &parts->items[--parts->count];
		item_done(&part->item);
		free(part->file);
	}
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
