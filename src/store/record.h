/*
 * Files of identities: `Key: value` lines, then PEM blocks.
 */
#ifndef CERTARY_SRC_STORE_RECORD_H
#define CERTARY_SRC_STORE_RECORD_H

#include "store/identity.h"

/* Read the file; what stands behind the headers is called block by block.  Without a function nobody
 * looks at that, and there is no base. */
typedef bool record_block_fn(void *ctx, const char *label, size_t label_len, const void *der,
	size_t len);
bool record_read(const struct store *store, int folder, const char *file, struct record *out,
	record_block_fn *block, void *ctx, struct error *err);
void record_done(struct record *record);

/* What a file is named after, letter for letter: an editor's copy of it is no second record. */
bool record_file_hash(int folder, const char *file, struct fingerprint *out);
char *record_file_name(const struct fingerprint *hash); /* the caller frees */

/* identity-read.c */
struct identity *identities_add(struct identities *all);

#endif
