#include "store/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "store/entryfile.h"

static void row_done(struct plan_row *row)
{
	free(row->name);
	free(row->was);
	free(row->now);
	free(row->src.file);
	free(row->dst.file);
	free(row->content);
	free(row->subject);
}

void plan_done(struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		row_done(&plan->rows[i]);
	free(plan->rows);
	free(plan->why);
	free(plan->about);
	*plan = (struct plan){ 0 };
}

bool plan_has(const struct plan *plan, const struct fingerprint *cert)
{
	for (size_t i = 0; i < plan->count; i++)
		if (fingerprint_compare(&plan->rows[i].cert, cert) == 0)
			return true;
	return false;
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

static struct plan_row *add_entry(struct plan *plan, const struct entry *entry)
{
	struct plan_row *row = plan_add(plan);
	row->cert = entry->info.sha256;
	row->name = mem_text(entry->name);
	row->subject = mem_text(entry->info.subject);
	row->src = (struct place){ .state = (int)entry->state, .file = mem_text(entry->file) };
	return row;
}

void plan_move(struct plan *plan, const struct entry *entry, enum state to)
{
	struct plan_row *row = add_entry(plan, entry);
	row->was = mem_text(state_name((int)entry->state));
	row->now = mem_text(state_name((int)to));
	row->dst = (struct place){ .state = (int)to, .file = mem_text(entry->file) };
}

static char *file_name_of(const struct fingerprint *cert)
{
	char hex[FINGERPRINT_HEX];
	return mem_format("%s.pem", fingerprint_hex(cert, hex));
}

void plan_row_content(struct plan_row *row, const void *bytes, size_t len)
{
	struct fingerprint hash;
	row->content = mem_textn(bytes, len);
	row->content_len = len;
	fingerprint_of(bytes, len, &hash);
	fingerprint_hex(&hash, row->hash);
}

static void set_content(struct plan_row *row, const struct headers *headers, const void *der,
	size_t len)
{
	struct buf content = { 0 };
	entry_file_write(&content, headers, der, len);
	plan_row_content(row, content.data, content.len);
	buf_done(&content);
}

void plan_create(struct plan *plan, enum state to, const struct headers *headers,
	const struct cert_info *info, const void *der, size_t len)
{
	struct plan_row *row = plan_add(plan);
	const char *name = headers_get(headers, "Name");
	row->cert = info->sha256;
	row->name = mem_text(name ? name : "");
	row->subject = mem_text(info->subject);
	row->now = mem_text(state_name((int)to));
	row->dst = (struct place){ .state = (int)to, .file = file_name_of(&info->sha256) };
	set_content(row, headers, der, len);
}

void plan_edit(struct plan *plan, const struct entry *entry, const struct headers *headers,
	const void *der, size_t len, const char *base, const char *was, const char *now)
{
	struct plan_row *row = add_entry(plan, entry);
	snprintf(row->base, sizeof row->base, "%s", base);
	row->was = mem_text(was);
	row->now = mem_text(now);
	row->dst = (struct place){ .state = (int)entry->state,
		.file = file_name_of(&entry->info.sha256) };
	set_content(row, headers, der, len);
}

void plan_remove(struct plan *plan, const struct entry *entry)
{
	struct plan_row *row = add_entry(plan, entry);
	row->was = mem_text(state_name((int)entry->state));
}

const char *plan_row_kind(const struct plan_row *row)
{
	if (row->src.state == STATE_NONE)
		return "create";
	if (row->dst.state == STATE_NONE)
		return "remove";
	return row->content ? "edit" : "move";
}
