/*
 * A haul in memory and in its spool.  The record of a certificate in the spool is its DER and behind
 * it, packed as they were sent, the texts that are seldom wanted.
 */
#include "app/haul.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"

void import_done(struct haul *haul)
{
	free(haul->items);
	free(haul->problems);
	free(haul->lists);
	free(haul->format);
	free(haul->note);
	spool_free(haul->spool);
	arena_done(&haul->texts);
	set_done(&haul->files);
	*haul = (struct haul){ 0 };
}

/* Safe text is the child's promise; the parent doesn't rely on it. */
char *haul_text(struct unpack *u)
{
	char *text = unpack_text(u);
	struct buf safe = { 0 };
	if (!text)
		return NULL;
	text_guard(&safe, text);
	free(text);
	return buf_take(&safe);
}

struct import_problem *haul_problem(struct haul *haul, const char *file, const char *where,
	const char *why)
{
	haul->problems = mem_grow(haul->problems, haul->problem_count, &haul->problem_cap,
		sizeof *haul->problems);
	struct import_problem *p = &haul->problems[haul->problem_count++];
	*p = (struct import_problem){ .file = set_keep(&haul->files, file ? file : ""),
		.where = arena_text(&haul->texts, where ? where : ""),
		.why = arena_text(&haul->texts, why ? why : _("can't be read")) };
	return p;
}

/* The texts behind the DER: where and subject must be there, label and issuer may be missing. */
static bool skip_texts(struct unpack *u)
{
	size_t len;
	bool where = unpack_bytes(u, &len);
	unpack_bytes(u, &len);
	bool subject = unpack_bytes(u, &len);
	unpack_bytes(u, &len);
	return where && subject && !u->bad;
}

/* Some bytes of a certain length; what they say is not looked at. */
static bool take_plain(struct unpack *u, void *out, size_t size)
{
	size_t len;
	const void *bytes = unpack_bytes(u, &len);
	if (!bytes || len != size)
		return false;
	memcpy(out, bytes, size);
	return true;
}

/* What goes into the spool, of record_len bytes; NULL where it doesn't hold together. */
static const uint8_t *take_record(struct unpack *u, struct import_item *item, size_t *record_len)
{
	struct fingerprint judged;
	size_t len;
	bool plain = take_plain(u, &judged, sizeof judged) &&
		     take_plain(u, &item->not_after, sizeof item->not_after);
	const uint8_t *der = unpack_bytes(u, &len);
	if (!plain || !der || !skip_texts(u))
		return NULL;
	item->der_len = (uint32_t)len;
	*record_len = (size_t)((const uint8_t *)u->at - der);
	fingerprint_of(der, len, &item->sha256);
	return fingerprint_compare(&judged, &item->sha256) == 0 ? der : NULL;
}

void haul_cert(struct haul *haul, struct unpack *u)
{
	struct import_item item = { 0 };
	size_t len;
	char *file = haul_text(u), *proposed = haul_text(u);
	const uint8_t *record = take_record(u, &item, &len);
	if (record && file && proposed) {
		if (!haul->spool)
			haul->spool = spool_new();
		item.file = set_keep(&haul->files, file);
		item.proposed = arena_text(&haul->texts, proposed);
		item.record = spool_add(haul->spool, record, len);
		haul->items = mem_grow(haul->items, haul->count, &haul->cap, sizeof *haul->items);
		haul->items[haul->count++] = item;
	} else {
		haul_problem(haul, file, NULL, _("its reader was led astray"));
	}
	free(file);
	free(proposed);
}

void haul_list(struct haul *haul, struct unpack *u)
{
	size_t len;
	char *file = haul_text(u), *where = haul_text(u);
	const void *der = unpack_bytes(u, &len);
	if (der && len > 0 && file && where) {
		if (!haul->spool)
			haul->spool = spool_new();
		haul->lists = mem_grow(haul->lists, haul->list_count, &haul->list_cap,
			sizeof *haul->lists);
		haul->lists[haul->list_count++] = (struct import_list){
			.file = set_keep(&haul->files, file),
			.where = arena_text(&haul->texts, where),
			.der = spool_add(haul->spool, der, len),
		};
	} else {
		haul_problem(haul, file, NULL, _("its reader was led astray"));
	}
	free(file);
	free(where);
}

bool import_item_read(const struct haul *haul, const struct import_item *item,
	struct import_more *out, struct error *err)
{
	struct buf record = { 0 };
	bool ok = spool_read(haul->spool, item->record, &record, err);
	if (ok) {
		struct unpack u = { .at = record.data + item->der_len,
			.end = record.data + record.len };
		out->where = haul_text(&u);
		out->label = haul_text(&u);
		out->subject = haul_text(&u);
		out->issuer = haul_text(&u);
		buf_cut(&record, item->der_len);
		out->der = record;
		record = (struct buf){ 0 };
	}
	buf_done(&record);
	return ok;
}

void import_more_done(struct import_more *more)
{
	buf_done(&more->der);
	free(more->where);
	free(more->label);
	free(more->subject);
	free(more->issuer);
	*more = (struct import_more){ 0 };
}

void import_rename(struct haul *haul, struct import_item *item, const char *name)
{
	item->proposed = arena_text(&haul->texts, name);
}
