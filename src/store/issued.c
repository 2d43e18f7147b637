#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/internal.h"
#include "store/record.h"

struct reader {
	struct store *store;
	struct issued_list *list;
	char ca[FINGERPRINT_HEX];
};

static bool take_cert(void *ctx, const char *label, size_t label_len, const void *der, size_t len)
{
	struct issued *out = ctx;
	return label_len == 11 && memcmp(label, "CERTIFICATE", 11) == 0 && !out->cert &&
	       cert_parse(der, len, &out->cert, NULL);
}

static void issued_free(struct issued *issued)
{
	record_done(&issued->record);
	cert_free(issued->cert);
}

static bool read_issued(void *ctx, const char *name)
{
	struct reader *r = ctx;
	struct issued made = { 0 };
	struct error ignored;
	struct fingerprint named;
	if (!record_file_hash(FOLDER_ISSUED, name, &named))
		return true;
	bool read = record_read(r->store, FOLDER_ISSUED, name, &made.record, take_cert, &made,
		&ignored);
	const char *ca = read ? headers_get(&made.record.headers, "Ca") : NULL;
	bool is_named = made.cert && fingerprint_compare(&named, &cert_info(made.cert)->sha256) == 0;
	if (!is_named || !ca || strcmp(ca, r->ca) != 0) {
		issued_free(&made);
		return true;
	}
	r->list->items = mem_grow(r->list->items, r->list->count, &r->list->cap,
		sizeof *r->list->items);
	r->list->items[r->list->count++] = made;
	return true;
}

static int newest_first(const void *a, const void *b)
{
	const struct cert_info *x = cert_info(((const struct issued *)a)->cert);
	const struct cert_info *y = cert_info(((const struct issued *)b)->cert);
	if (x->not_before != y->not_before)
		return x->not_before < y->not_before ? 1 : -1;
	return fingerprint_compare(&x->sha256, &y->sha256);
}

bool store_issued(struct store *store, const struct fingerprint *ca, struct issued_list *out,
	struct error *err)
{
	struct reader r = { .store = store, .list = out };
	fingerprint_hex(ca, r.ca);
	if (store->dirs[FOLDER_ISSUED] < 0)
		return true;
	bool ok = fs_list(store->dirs[FOLDER_ISSUED], read_issued, &r, err);
	if (out->count)
		qsort(out->items, out->count, sizeof *out->items, newest_first);
	if (!ok)
		issued_done(out);
	return ok;
}

void issued_done(struct issued_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		issued_free(&list->items[i]);
	free(list->items);
	*list = (struct issued_list){ 0 };
}
