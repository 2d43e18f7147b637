#include "store/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "codec/pem.h"
#include "store/entryfile.h"
#include "store/internal.h"

static bool each_block(const struct buf *bytes, record_block_fn *each, void *ctx)
{
	struct pem_reader reader;
	struct pem_block block = { 0 };
	bool ok = true;
	pem_start(&reader, bytes->data, bytes->len);
	while (ok && pem_next(&reader, &block))
		ok = !block.broken &&
		     each(ctx, block.label, block.label_len, block.der.data, block.der.len);
	buf_wipe(&block.der);
	return ok;
}

bool record_read(const struct store *store, int folder, const char *file, struct record *out,
	record_block_fn *block, void *ctx, struct error *err)
{
	struct buf bytes = { .secret = true }; /* somebody may have put a key there */
	struct fingerprint hash;
	*out = (struct record){ .folder = folder };
	if (!fs_read(store->dirs[folder], file, FS_NOFOLLOW, folder_row(folder)->most, &bytes, NULL,
		    err)) {
		buf_wipe(&bytes);
		return false;
	}
	out->file = mem_text(file);
	entry_file_headers(buf_text(&bytes), bytes.len, &out->headers);
	if (block) {
		fingerprint_of(bytes.data, bytes.len, &hash);
		fingerprint_hex(&hash, out->base);
	}
	bool ok = !block || each_block(&bytes, block, ctx);
	buf_wipe(&bytes);
	if (!ok)
		record_done(out);
	return ok || error_set(err, ERROR_FAILED, "a block in it is damaged");
}

void record_done(struct record *record)
{
	free(record->file);
	headers_done(&record->headers);
	*record = (struct record){ 0 };
}

static bool is_named(const char *name, struct fingerprint *out)
{
	char *hex = mem_textn(name, strnlen(name, FINGERPRINT_HEX - 1));
	bool ok = fingerprint_parse(hex, out);
	free(hex);
	char *again = ok ? record_file_name(out) : NULL;
	ok = again && strcmp(again, name) == 0;
	free(again);
	return ok;
}

bool record_file_hash(int folder, const char *file, struct fingerprint *out)
{
	int origin;
	if (folder != FOLDER_DISCARDED)
		return is_named(file, out);
	char *name = discarded_origin(file, &origin);
	bool ok = name && is_named(name, out);
	free(name);
	return ok;
}

char *record_file_name(const struct fingerprint *hash)
{
	char hex[FINGERPRINT_HEX];
	return mem_format("%s.pem", fingerprint_hex(hash, hex));
}
