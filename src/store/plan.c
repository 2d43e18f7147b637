#include "store/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/lang.h"
#include "base/mem.h"
#include "codec/pem.h"
#include "store/entryfile.h"
#include "store/folder.h"

#define FINDER_LEAST 16

void plan_done(struct plan *plan)
{
	free(plan->rows);
	free(plan->finder);
	free(plan->why);
	free(plan->about);
	arena_done(&plan->texts);
	spool_free(plan->spool);
	for (size_t i = 0; i < plan->secret_count; i++) {
		buf_wipe(plan->secrets[i]);
		free(plan->secrets[i]);
	}
	free(plan->secrets);
	*plan = (struct plan){ 0 };
}

/* The slot of a certificate, or the free one where it belongs.  A fingerprint is its own hash. */
static uint32_t *slot_of(const struct plan *plan, const struct fingerprint *cert)
{
	size_t hash;
	memcpy(&hash, cert->bytes, sizeof hash);
	for (size_t i = hash;; i++) {
		uint32_t *slot = &plan->finder[i & (plan->finder_cap - 1)];
		if (!*slot || fingerprint_compare(&plan->rows[*slot - 1].cert, cert) == 0)
			return slot;
	}
}

/* Bring the finder up to date: a slot holds a row's number, counted from 1.  At most half are used. */
static void find_rows(struct plan *plan)
{
	size_t cap = plan->finder_cap ? plan->finder_cap : FINDER_LEAST;
	while (cap / 2 < plan->count)
		cap *= 2;
	if (cap != plan->finder_cap) {
		free(plan->finder);
		plan->finder = mem_new(cap * sizeof *plan->finder);
		plan->finder_cap = cap;
		plan->found = 0;
	}
	for (; plan->found < plan->count; plan->found++)
		*slot_of(plan, &plan->rows[plan->found].cert) = (uint32_t)plan->found + 1;
}

bool plan_has(struct plan *plan, const struct fingerprint *cert)
{
	find_rows(plan);
	return *slot_of(plan, cert) != 0;
}

struct plan_row *plan_add(struct plan *plan)
{
	plan->rows = mem_grow(plan->rows, plan->count, &plan->cap, sizeof *plan->rows);
	struct plan_row *row = &plan->rows[plan->count++];
	*row = (struct plan_row){ .op = plan->op,
		.src.state = STATE_NONE,
		.dst.state = STATE_NONE };
	return row;
}

char *plan_text(struct plan *plan, const char *text)
{
	return arena_text(&plan->texts, text);
}

void plan_share(struct plan *plan, struct spool *spool)
{
	plan->spool = spool_ref(spool);
}

struct piece plan_keep(struct plan *plan, const void *bytes, size_t len)
{
	if (!plan->spool)
		plan->spool = spool_new();
	return spool_add(plan->spool, bytes, len);
}

static const char *shown(const struct plan_row *row, const char *text, const char *nothing)
{
	return text && row->typed ? text : lang_text(text ? text : nothing);
}

const char *plan_row_was(const struct plan_row *row, const char *nothing)
{
	return shown(row, row->was, nothing);
}

const char *plan_row_now(const struct plan_row *row, const char *nothing)
{
	return shown(row, row->now, nothing);
}

static struct plan_row *add_entry(struct plan *plan, const struct entry *entry)
{
	struct plan_row *row = plan_add(plan);
	row->cert = entry->info.sha256;
	row->name = plan_text(plan, entry->name);
	row->subject = plan_text(plan, entry->info.subject);
	row->src = (struct place){ .state = (int)entry->state,
		.file = plan_text(plan, entry->file) };
	return row;
}

void plan_move(struct plan *plan, const struct entry *entry, enum state to)
{
	struct plan_row *row = add_entry(plan, entry);
	row->was = state_name((int)entry->state);
	row->now = state_name((int)to);
	row->dst = (struct place){ .state = (int)to, .file = row->src.file };
}

static char *file_name_of(struct plan *plan, const struct fingerprint *cert)
{
	char hex[FINGERPRINT_HEX], name[FINGERPRINT_HEX + 4];
	snprintf(name, sizeof name, "%s.pem", fingerprint_hex(cert, hex));
	return plan_text(plan, name);
}

/* The spool may reach a disk: what is secret stays in memory. */
static void keep_secret(struct plan *plan, struct plan_row *row, const void *bytes, size_t len)
{
	struct buf *secret = mem_new(sizeof *secret);
	secret->secret = true;
	buf_add(secret, bytes, len);
	plan->secrets = mem_grow(plan->secrets, plan->secret_count, &plan->secret_cap,
		sizeof(struct buf *));
	plan->secrets[plan->secret_count++] = secret;
	row->content = (struct content){ .secret = secret };
}

void plan_row_content(struct plan *plan, struct plan_row *row, const void *bytes, size_t len)
{
	row->writes = true;
	if (row->dst.state != STATE_NONE && folder_row(row->dst.state)->secret) {
		keep_secret(plan, row, bytes, len);
		return;
	}
	row->content = (struct content){ .head = plan_keep(plan, bytes, len) };
	row->content.spool = plan->spool;
}

static void set_content(struct plan *plan, struct plan_row *row, const struct headers *headers,
	struct piece der)
{
	struct buf head = { 0 };
	entry_file_head(&head, headers);
	plan_row_content(plan, row, head.data, head.len);
	row->content.der = der;
	buf_done(&head);
}

bool plan_row_bytes(const struct plan_row *row, struct buf *out, struct error *err)
{
	const struct content *content = &row->content;
	struct buf der = { 0 };
	if (content->secret) {
		buf_add(out, content->secret->data, content->secret->len);
		return true;
	}
	bool ok = spool_read(content->spool, content->head, out, err) &&
		  spool_read(content->spool, content->der, &der, err);
	if (ok && der.len)
		pem_write(out, "CERTIFICATE", der.data, der.len);
	buf_done(&der);
	return ok;
}

bool plan_row_headers(const struct plan_row *row, struct headers *out)
{
	struct buf bytes = { 0 };
	bool ok = row->writes && row->dst.state < STATE_COUNT && plan_row_bytes(row, &bytes, NULL);
	if (ok)
		entry_file_headers(buf_text(&bytes), bytes.len, out);
	buf_done(&bytes);
	return ok;
}

void plan_create(struct plan *plan, enum state to, const struct headers *headers,
	const struct fingerprint *cert, const char *subject, struct piece der)
{
	struct plan_row *row = plan_add(plan);
	const char *name = headers_get(headers, "Name");
	row->cert = *cert;
	row->name = plan_text(plan, name ? name : "");
	row->subject = plan_text(plan, subject);
	row->now = state_name((int)to);
	row->dst = (struct place){ .state = (int)to, .file = file_name_of(plan, cert) };
	set_content(plan, row, headers, der);
}

void plan_edit(struct plan *plan, const struct entry *entry, const struct headers *headers,
	const void *der, size_t len, const char *base, const char *was, const char *now)
{
	struct plan_row *row = add_entry(plan, entry);
	row->base = *base ? plan_text(plan, base) : NULL;
	row->was = plan_text(plan, was);
	row->now = plan_text(plan, now);
	row->typed = true;
	row->dst = (struct place){ .state = (int)entry->state,
		.file = file_name_of(plan, &entry->info.sha256) };
	set_content(plan, row, headers, plan_keep(plan, der, len));
}

void plan_edit_to(struct plan *plan, const struct entry *entry, enum state to,
	const struct headers *headers, const void *der, size_t len, const char *base,
	const char *now)
{
	plan_edit(plan, entry, headers, der, len, base, state_name((int)entry->state), now);
	plan->rows[plan->count - 1].dst.state = (int)to;
	plan->rows[plan->count - 1].typed = false;
}

void plan_remove(struct plan *plan, const struct entry *entry)
{
	struct plan_row *row = add_entry(plan, entry);
	row->was = state_name((int)entry->state);
}

static struct plan_row *add_file(struct plan *plan, const struct plan_file *file)
{
	struct plan_row *row = plan_add(plan);
	row->cert = *file->about;
	row->name = plan_text(plan, file->name);
	row->was = plan_text(plan, file->was);
	row->now = plan_text(plan, file->now);
	return row;
}

static struct place place_of(struct plan *plan, int folder, const char *file)
{
	return (struct place){ .state = folder, .file = plan_text(plan, file) };
}

void plan_file_create(struct plan *plan, const struct plan_file *file, const void *bytes, size_t len)
{
	struct plan_row *row = add_file(plan, file);
	row->dst = place_of(plan, file->folder, file->file);
	plan_row_content(plan, row, bytes, len);
}

void plan_file_edit(struct plan *plan, const struct plan_file *file, const void *bytes, size_t len,
	const char *base)
{
	struct plan_row *row = add_file(plan, file);
	row->src = row->dst = place_of(plan, file->folder, file->file);
	row->base = plan_text(plan, base);
	plan_row_content(plan, row, bytes, len);
}

void plan_file_move(struct plan *plan, const struct plan_file *file, int folder, const char *as)
{
	struct plan_row *row = add_file(plan, file);
	row->src = place_of(plan, file->folder, file->file);
	row->dst = place_of(plan, folder, as);
}

void plan_file_remove(struct plan *plan, const struct plan_file *file)
{
	struct plan_row *row = add_file(plan, file);
	row->src = place_of(plan, file->folder, file->file);
}

const struct fingerprint *plan_row_print(const struct plan_row *row)
{
	return row->brings ? &row->brought : &row->cert;
}

void plan_row_brings(struct plan *plan, const struct cert_info *info)
{
	struct plan_row *row = &plan->rows[plan->count - 1];
	row->brings = true;
	row->brought = info->sha256;
	row->subject = plan_text(plan, info->subject);
}

const char *plan_row_kind(const struct plan_row *row)
{
	if (row->src.state == STATE_NONE)
		return N_("create");
	if (row->dst.state == STATE_NONE)
		return N_("remove");
	return row->writes ? N_("edit") : N_("move");
}
