/*
 * Kind file: all trusted certificates in any of the export formats.
 *
 * Nothing in such a file says whose it is, so the plan says of every certificate in it what becomes of
 * it; and what holds something else than certificates is never written over.  Two of the formats come
 * out differently each time they are written: whether something is to do is told by what is in them.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/job.h"
#include "base/lang.h"
#include "base/mem.h"
#include "codec/bag.h"
#include "codec/export.h"
#include "deploy/java-items.h"
#include "deploy/kind.h"
#include "pki/cert.h"

#define FILE_MOST  (256u << 20)
#define KDF_ROUNDS 10000000
#define PASSWORD   "changeit" /* what everybody knows truststores to have */

/* What a file holds, as a job read it. */
struct held {
	struct held_cert {
		struct fingerprint print;
		char *label;
	} *items;
	size_t count, cap;
	struct set prints; /* the number beside one is its place */
	char *format;
	bool has_key;
};

static void held_done(struct held *held)
{
	for (size_t i = 0; i < held->count; i++)
		free(held->items[i].label);
	free(held->items);
	free(held->format);
	set_done(&held->prints);
}

/* --- reading, in a job --------------------------------------------------------------------------- */

enum record_type {
	RECORD_FORMAT,
	RECORD_KEY,
	RECORD_CERT, /* a fingerprint, and its label behind it */
};

struct order_in {
	const struct buf *bytes;
	const char *password;
};

static void send_item(struct job_pipe *out, const struct bag_item *item, struct fingerprint *last)
{
	struct buf record = { 0 };
	if (item->kind == BAG_KEY)
		job_send(out, RECORD_KEY, "", 0);
	if (item->kind != BAG_CERT)
		return;
	if (item->cert)
		*last = cert_info(item->cert)->sha256;
	buf_add(&record, last->bytes, sizeof last->bytes);
	buf_text_add(&record, item->label ? item->label : "");
	job_send(out, RECORD_CERT, record.data, record.len);
	buf_done(&record);
}

static bool read_in_job(struct job_pipe *out, void *arg, struct error *err)
{
	const struct order_in *in = arg;
	const struct bag_options options = { .limits.kdf_rounds = KDF_ROUNDS, .password = in->password };
	struct bag bag = { 0 };
	struct fingerprint last = { 0 };
	bool ok = bag_read(buf_text(in->bytes), in->bytes->len, &options, &bag, err);
	if (bag.format)
		job_send(out, RECORD_FORMAT, bag.format, strlen(bag.format));
	for (size_t i = 0; i < bag.count; i++)
		send_item(out, &bag.items[i], &last);
	bag_done(&bag);
	return ok;
}

static void take_record(void *ctx, uint32_t type, const char *bytes, size_t len)
{
	struct held *held = ctx;
	char hex[FINGERPRINT_HEX];
	if (type == RECORD_KEY)
		held->has_key = true;
	if (type == RECORD_FORMAT && !held->format)
		held->format = mem_textn(bytes, len);
	if (type != RECORD_CERT || len < FINGERPRINT_SIZE)
		return;
	struct held_cert cert = { .label = mem_textn(bytes + FINGERPRINT_SIZE, len - FINGERPRINT_SIZE) };
	memcpy(cert.print.bytes, bytes, FINGERPRINT_SIZE);
	if (set_add(&held->prints, fingerprint_hex(&cert.print, hex)))
		*set_number(&held->prints, hex) = (unsigned)held->count;
	held->items = mem_grow(held->items, held->count, &held->cap, sizeof *held->items);
	held->items[held->count++] = cert;
}

static bool read_held(const struct buf *bytes, const char *password, struct held *out,
	struct error *err)
{
	static const struct job_limits limits = { .cpu_seconds = 60,
		.wall_seconds = 120,
		.memory = (size_t)1 << 30 };
	struct order_in in = { bytes, password };
	return job_run(&limits, read_in_job, &in, take_record, out, err);
}

/* --- planning ------------------------------------------------------------------------------------ */

/* How readers name the formats that are written here. */
static bool is_format(const struct export_format *format, const char *found)
{
	static const char *const names[][2] = { { "pem", "PEM" }, { "pkcs7", "PKCS#7" },
		{ "pkcs12", "PKCS#12" }, { "jks", "JKS" } };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i][0], format->name) == 0)
			return found && strcmp(names[i][1], found) == 0;
	return false;
}

static const struct export_format *format_of(const struct target *target)
{
	size_t count;
	return target->format ? export_format_find(target->format) : export_formats(&count);
}

static const char *password_of(const struct visit *visit, const struct export_format *format)
{
	const char *given = visit->order->password;
	return !format->truststore ? NULL : given ? given : PASSWORD;
}

/* JKS is Java's alone; of the others, whoever reads them takes what Java can't. */
static struct export_item *items_of(const struct visit *visit, const struct export_format *format,
	size_t *count)
{
	const struct anchors *trusted = &visit->demand->trusted;
	if (strcmp(format->name, "jks") == 0)
		return java_items(visit, count);
	*count = trusted->count;
	struct export_item *items = mem_new((trusted->count + 1) * sizeof *items);
	for (size_t i = 0; i < trusted->count; i++)
		items[i] = (struct export_item){ trusted->items[i].der, trusted->items[i].len,
			trusted->items[i].name, trusted->items[i].print };
	return items;
}

/* Of a truststore the alias counts as well: it is what people look for. */
static enum deploy_change change_of(const struct held *held, const struct export_item *item,
	const char *alias, bool whole)
{
	char hex[FINGERPRINT_HEX];
	const unsigned *place = set_number(&held->prints, fingerprint_hex(&item->sha256, hex));
	if (!place || *place >= held->count)
		return DEPLOY_ADD;
	bool same = !whole && (!alias || strcmp(held->items[*place].label, alias) == 0);
	return same ? DEPLOY_KEEP : DEPLOY_REPLACE;
}

static void note_rows(const struct visit *visit, const struct held *held,
	const struct export_list *list, char **aliases, bool whole)
{
	char hex[FINGERPRINT_HEX];
	struct set wanted = { 0 };
	for (size_t i = 0; i < list->count; i++) {
		const struct export_item *item = &list->items[i];
		set_add(&wanted, fingerprint_hex(&item->sha256, hex));
		plan_note(visit, change_of(held, item, aliases ? aliases[i] : NULL, whole), &item->sha256,
			item->name);
	}
	for (size_t i = 0; i < held->count; i++) {
		const struct held_cert *cert = &held->items[i];
		fingerprint_hex(&cert->print, hex);
		if (set_add(&wanted, hex))
			plan_note(visit, DEPLOY_REMOVE, &cert->print, *cert->label ? cert->label : hex);
	}
	set_done(&wanted);
}

/* A file that is there must be one that may go. */
static bool may_replace(const struct visit *visit, const struct buf *was, const char *password,
	struct held *held)
{
	struct error err = { 0 };
	if (was->len == 0 || read_held(was, password, held, &err)) {
		if (held->has_key)
			unavailable(visit, "the file that is there holds a private key (name another file)");
		return !held->has_key;
	}
	if (err.code == ERROR_SECRET)
		unavailable(visit, "the file that is there doesn't open with this password (remove it, "
				   "or give its password: %s)",
			err.text);
	else
		unavailable(visit, "the file that is there %s (remove it, or name another file)", err.text);
	return false;
}

/* Not every format can hold nothing, and a reader of none of them misses an empty file. */
static bool stage_nothing(const struct visit *visit, const struct held *held, struct error *err)
{
	const struct export_list nothing = { 0 };
	note_rows(visit, held, &nothing, NULL, false);
	return stage_remove(visit->staging, visit->index, visit->target->path, err);
}

/* Those that come out the same each time are compared as a whole. */
static bool stage_new(const struct visit *visit, const struct export_format *format,
	const struct export_list *list, const struct held *held, const struct buf *was,
	const struct fs_stamp *stamp, struct error *err)
{
	struct buf bytes = { 0 };
	char **aliases = format->truststore ? export_aliases(list) : NULL;
	bool fits = is_format(format, held->format), ok = true;
	note_rows(visit, held, list, aliases, held->count > 0 && !fits);
	bool changed = visit->plan->stale || was->len == 0;
	if (changed || !format->truststore)
		ok = export_write(format, list, &bytes, err);
	changed |= !format->truststore && (bytes.len != was->len ||
						  memcmp(buf_text(&bytes), buf_text(was), bytes.len) != 0);
	if (ok && changed)
		ok = stage_public(visit, visit->target->path, &bytes, stamp, err);
	else if (ok)
		stage_keep(visit->staging, visit->index, visit->target->path);
	if (aliases)
		export_aliases_free(aliases, list->count);
	buf_done(&bytes);
	return ok;
}

static bool stage_held(const struct visit *visit, const struct export_format *format,
	const struct held *held, const struct buf *was, const struct fs_stamp *stamp, struct error *err)
{
	struct export_list list = { .password = password_of(visit, format), .now = visit->demand->now };
	struct export_item *items = items_of(visit, format, &list.count);
	list.items = items;
	bool ok = list.count == 0 ? stage_nothing(visit, held, err)
				  : stage_new(visit, format, &list, held, was, stamp, err);
	free(items);
	return ok;
}

bool file_stage(const struct visit *visit, struct error *err)
{
	const struct export_format *format = format_of(visit->target);
	const char *password = password_of(visit, format);
	struct buf was = { .secret = true };
	struct held held = { 0 };
	struct fs_stamp stamp;
	if (!folder_is_there(visit, visit->target->path))
		return true;
	bool ok = export_password_fits(format, password, err) &&
		  read_there(visit->target->path, FILE_MOST, &was, &stamp, err);
	if (ok && may_replace(visit, &was, password, &held))
		ok = stage_held(visit, format, &held, &was, &stamp, err);
	held_done(&held);
	buf_wipe(&was);
	return ok;
}

bool file_read_back(const struct visit *visit, struct set *seen, const char **reader,
	struct error *err)
{
	struct buf bytes = { 0 };
	struct held held = { 0 };
	char hex[FINGERPRINT_HEX];
	*reader = N_("certary's own reader");
	struct fs_stamp is;
	bool ok = read_there(visit->target->path, FILE_MOST, &bytes, &is, err);
	if (ok && is.inode)
		ok = read_held(&bytes, password_of(visit, format_of(visit->target)), &held, err);
	for (size_t i = 0; i < held.count; i++)
		set_add(seen, fingerprint_hex(&held.items[i].print, hex));
	held_done(&held);
	buf_done(&bytes);
	return ok;
}
