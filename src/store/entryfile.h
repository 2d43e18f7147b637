/*
 * The file of an entry: `Key: value` lines, then one PEM block; or plain DER that somebody dropped in.
 */
#ifndef CERTARY_SRC_STORE_ENTRYFILE_H
#define CERTARY_SRC_STORE_ENTRYFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "store/entry.h"

struct entry_file {
	struct headers headers;
	struct buf der;  /* of the first certificate; empty where there is none */
	size_t certs;    /* how many certificates stand in it */
	bool has_key;    /* a private key stands in it */
	const char *broken; /* what is wrong with the first block; static, or NULL */
};

/* Takes bytes apart; never fails.  Life: `struct entry_file f = {0}` … entry_file_done(&f). */
void entry_file_read(const char *bytes, size_t len, struct entry_file *out);
void entry_file_done(struct entry_file *file);

/* Append the DER of its first certificate and no more; nothing where there is none. */
void entry_file_der(const char *bytes, size_t len, struct buf *out);

/* The lines at the top of a file, and the same written. */
void entry_file_headers(const char *bytes, size_t len, struct headers *headers);
void entry_file_head(struct buf *out, const struct headers *headers);

#endif
