#include "store/crls.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "codec/pem.h"
#include "store/entryfile.h"
#include "store/internal.h"
#include "store/record.h"

static bool take_list(void *ctx, const char *label, size_t label_len, const void *der, size_t len)
{
	struct crl_record *out = ctx;
	return label_len == 8 && memcmp(label, "X509 CRL", 8) == 0 && !out->crl &&
	       crl_read(der, len, &out->crl, NULL);
}

void crl_record_done(struct crl_record *record)
{
	record_done(&record->record);
	crl_free(record->crl);
	*record = (struct crl_record){ 0 };
}

/* What isn't called after its CA isn't looked at: nobody would find it. */
static bool read_list(struct store *store, const char *file, struct crl_record *out,
	struct error *err)
{
	struct fingerprint named;
	if (!record_file_hash(FOLDER_CRLS, file, &named) ||
		!record_read(store, FOLDER_CRLS, file, &out->record, take_list, out, err)) {
		crl_free(out->crl);
		*out = (struct crl_record){ 0 };
		return false;
	}
	if (out->crl && fingerprint_compare(&named, &crl_info(out->crl)->id) == 0)
		return true;
	crl_record_done(out);
	return error_set(err, ERROR_FAILED, "it holds something else than its name says");
}

bool store_crl(struct store *store, const struct fingerprint *id, struct crl_record *out,
	struct error *err)
{
	struct fs_stamp stamp;
	*out = (struct crl_record){ 0 };
	if (!store_crl_stamp(store, id, &stamp))
		return error_set(err, ERROR_NOT_FOUND, "there is no such revocation list");
	char *file = record_file_name(id);
	bool ok = read_list(store, file, out, err);
	free(file);
	return ok;
}

bool store_crl_stamp(const struct store *store, const struct fingerprint *id,
	struct fs_stamp *out)
{
	int dir = store->dirs[FOLDER_CRLS];
	char *file = record_file_name(id);
	bool there = dir >= 0 && fs_stamp(dir, file, out);
	free(file);
	return there;
}

struct lister {
	struct store *store;
	struct crl_records *out;
};

static bool list_one(void *ctx, const char *name)
{
	struct lister *l = ctx;
	struct crl_record one = { 0 };
	if (!read_list(l->store, name, &one, NULL))
		return true;
	l->out->items = mem_grow(l->out->items, l->out->count, &l->out->cap, sizeof one);
	l->out->items[l->out->count++] = one;
	return true;
}

static int by_name(const void *a, const void *b)
{
	const struct crl_info *x = crl_info(((const struct crl_record *)a)->crl);
	const struct crl_info *y = crl_info(((const struct crl_record *)b)->crl);
	int order = strcmp(x->issuer, y->issuer);
	return order ? order : fingerprint_compare(&x->id, &y->id);
}

bool store_crls(struct store *store, struct crl_records *out, struct error *err)
{
	struct lister l = { store, out };
	if (store->dirs[FOLDER_CRLS] < 0)
		return true;
	bool ok = fs_list(store->dirs[FOLDER_CRLS], list_one, &l, err);
	if (out->count)
		qsort(out->items, out->count, sizeof *out->items, by_name);
	return ok;
}

void crl_records_done(struct crl_records *records)
{
	for (size_t i = 0; i < records->count; i++)
		crl_record_done(&records->items[i]);
	free(records->items);
	*records = (struct crl_records){ 0 };
}

/* --- plans ------------------------------------------------------------------------------------- */

/* "list 1f of 2026-11-01 until 2026-12-01, 12 revoked" */
static char *words_of(const struct crl *crl)
{
	char from[CLOCK_ISO], next[CLOCK_ISO];
	const struct crl_info *info = crl_info(crl);
	return mem_format("list%s%s of %s%s%s, %zu revoked", info->number ? " " : "",
		info->number ? info->number : "", clock_date(from, info->now),
		info->next ? " until " : "", info->next ? clock_date(next, info->next) : "", info->count);
}

static const char *name_of(const struct headers *headers, const struct crl *crl)
{
	const char *name = headers_get(headers, "Name");
	return name ? name : crl_info(crl)->issuer;
}

void plan_crl_put(struct plan *plan, const struct headers *headers, const struct crl *crl,
	const struct crl_record *was)
{
	struct buf text = { 0 };
	size_t len;
	const uint8_t *der = crl_der(crl, &len);
	const struct fingerprint *id = &crl_info(crl)->id;
	char *file = record_file_name(id), *now = words_of(crl);
	char *before = was ? words_of(was->crl) : NULL;
	const struct plan_file row = { FOLDER_CRLS, file, id, name_of(headers, crl), before, now };
	entry_file_head(&text, headers);
	pem_write(&text, "X509 CRL", der, len);
	if (was)
		plan_file_edit(plan, &row, text.data, text.len, was->record.base);
	else
		plan_file_create(plan, &row, text.data, text.len);
	buf_done(&text);
	free(file);
	free(now);
	free(before);
}

void plan_crl_remove(struct plan *plan, const struct crl_record *record)
{
	char *was = words_of(record->crl);
	const struct plan_file row = { FOLDER_CRLS, record->record.file, &crl_info(record->crl)->id,
		name_of(&record->record.headers, record->crl), was, NULL };
	plan_file_remove(plan, &row);
	free(was);
}

/* --- our own CAs' records ------------------------------------------------------------------------ */

bool store_revoked(const struct store *store, const struct fingerprint *cert,
	struct revocation *out)
{
	int dir = store->dirs[FOLDER_ISSUED];
	struct record record;
	char *file = record_file_name(cert);
	bool revoked = false;
	if (dir >= 0 && fs_exists(dir, file) &&
		record_read(store, FOLDER_ISSUED, file, &record, NULL, NULL, NULL)) {
		const char *when = headers_get(&record.headers, "Revoked");
		*out = (struct revocation){ 0 };
		revoked = when != NULL;
		if (when)
			clock_parse(when, &out->when);
		record_done(&record);
	}
	free(file);
	return revoked;
}
