#include "app/export.h"

#include <stdlib.h>
#include <string.h>

#include "app/export-chain.h"
#include "app/export-file.h"
#include "app/internal.h"
#include "base/arena.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/set.h"
#include "base/text.h"

#define FILE_NAME_MOST 60

struct export {
	struct app *app;
	const struct export_format *format;
	struct export_item *items; /* their bytes are ours */
	size_t count, cap;
	struct set prints; /* of the items, and their names below */
	struct arena names;
	size_t strangers; /* that a truststore would have trusted and the store doesn't */
	struct buf doubts, bytes;
};

bool export_choose(const char *format, const char *path, const struct export_format **out,
	struct error *err)
{
	size_t count;
	*out = format ? export_format_find(format) : path ? export_format_of(path) : NULL;
	if (!*out && format)
		return error_set(err, ERROR_USAGE,
			"--format %s: give pem, chain, der, pkcs7, pkcs12 or jks", format);
	if (!*out)
		*out = export_formats(&count);
	return true;
}

struct export *export_new(struct app *app, const struct export_format *format)
{
	struct export *export = mem_new(sizeof *export);
	export->app = app;
	export->format = format;
	return export;
}

void export_free(struct export *export)
{
	if (!export)
		return;
	for (size_t i = 0; i < export->count; i++)
		free((void *)(uintptr_t)export->items[i].der);
	free(export->items);
	set_done(&export->prints);
	arena_done(&export->names);
	buf_done(&export->doubts);
	buf_done(&export->bytes);
	free(export);
}

/* A certificate of the chain has a name if the store has the certificate, and it has all of them. */
static void take(struct export *export, const struct cert *cert, const char *name)
{
	size_t len;
	const uint8_t *der = cert_der(cert, &len);
	export->items = mem_grow(export->items, export->count, &export->cap, sizeof *export->items);
	export->items[export->count++] = (struct export_item){ .der = mem_copy(der, len),
		.len = len,
		.name = arena_text(&export->names, name),
		.sha256 = cert_info(cert)->sha256 };
}

static bool take_upper(void *ctx, const struct cert *cert, struct error *err)
{
	struct export *export = ctx;
	struct entry entry;
	if (!app_find(export->app, &cert_info(cert)->sha256, &entry))
		return error_set(err, ERROR_FAILED, "the store changed meanwhile: try again");
	take(export, cert, entry.name);
	return true;
}

/* Java would trust it from then on, whatever was decided here. */
static void doubt_state(struct export *export, const struct entry *entry)
{
	if (!export->format->truststore || entry->state == STATE_TRUSTED)
		return;
	if (export->strangers++ == 0)
		buf_format(&export->doubts,
			_("%s is %s here: whoever reads a truststore trusts what is in it.\n"),
			entry->name, lang_text(state_name((int)entry->state)));
}

static bool add_entry(struct export *export, const struct entry *entry, struct error *err)
{
	struct cert *cert = NULL;
	bool chain = export->format->chain;
	if (chain && export->count > 0)
		return error_set(err, ERROR_USAGE, "%s: give one certificate, the others are found",
			export->format->name);
	if (!store_read_cert(app_store(export->app), entry, &cert, NULL, NULL, err))
		return false;
	take(export, cert, entry->name);
	doubt_state(export, entry);
	bool ok = !chain || export_chain(export->app, cert, take_upper, export, &export->doubts, err);
	cert_free(cert);
	return ok;
}

bool export_add(struct export *export, const struct fingerprint *cert, struct error *err)
{
	char hex[FINGERPRINT_HEX];
	struct entry entry;
	if (set_has(&export->prints, fingerprint_hex(cert, hex)))
		return true;
	if (!app_find(export->app, cert, &entry))
		return error_set(err, ERROR_NOT_FOUND, "%.16s is no longer there", hex);
	set_add(&export->prints, hex);
	return add_entry(export, &entry, err);
}

size_t export_count(const struct export *export)
{
	return export->count;
}

const struct export_item *export_item(const struct export *export, size_t i)
{
	return &export->items[i];
}

const char *export_doubts(const struct export *export)
{
	return buf_text(&export->doubts);
}

bool export_make(struct export *export, const char *password, const struct buf **out,
	struct error *err)
{
	const struct export_list list = { .items = export->items,
		.count = export->count,
		.password = password,
		.now = app_now() };
	if (export->strangers > 1) {
		buf_format(&export->doubts, _("The same goes for %zu more.\n"), export->strangers - 1);
		export->strangers = 0;
	}
	buf_done(&export->bytes);
	*out = &export->bytes;
	return export_write(export->format, &list, &export->bytes, err);
}

bool export_save(const struct export *export, const char *path, bool replace, struct error *err)
{
	return export_file_put(path, &export->bytes, false, replace, err);
}

/* Anything but letters, digits and dots becomes a dash, of which none stands at an end. */
static void put_plain(struct buf *out, const char *name)
{
	for (const char *p = name; *p && out->len < FILE_NAME_MOST; p++) {
		bool plain = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '_' ||
			     (*p == '.' && out->len > 0);
		if (plain)
			buf_char(out, *p);
		else if (out->len > 0 && out->data[out->len - 1] != '-')
			buf_char(out, '-');
	}
	while (out->len > 0 && strchr("-.", out->data[out->len - 1]))
		buf_cut(out, out->len - 1);
}

char *export_file_name(const struct export_format *format, const char *name, size_t count)
{
	struct buf out = { 0 }, folded = { 0 };
	if (format->truststore) {
		buf_text_add(&out, "truststore");
	} else if (count == 1) {
		text_fold(&folded, name);
		put_plain(&out, buf_text(&folded));
		buf_done(&folded);
		buf_text_add(&out, out.len > 0 && format->chain ? "-chain" : "");
	}
	if (out.len == 0)
		buf_text_add(&out, "certificates");
	buf_add(&out, format->suffixes, strcspn(format->suffixes, " "));
	return buf_take(&out);
}
