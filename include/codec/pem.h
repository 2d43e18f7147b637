/*
 * PEM (RFC 7468): textual encodings, block by block.
 *
 * Linear, and tolerant in what real files hold: text between blocks, CR LF, a byte-order mark, any
 * line width, headers inside a block (RFC 1421).  One broken block never hides the next.
 */
#ifndef CERTARY_CODEC_PEM_H
#define CERTARY_CODEC_PEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct pem_block {
	const char *label; /* "CERTIFICATE"; borrowed from the input, not terminated */
	size_t label_len;
	const char *text;   /* its first dash; borrowed as well */
	size_t begin, end;  /* byte offsets: from the first dash to behind the END line */
	size_t line;        /* of BEGIN, counted from 1 */
	const char *broken; /* NULL, or what is wrong with it; static text */
	struct buf der;     /* decoded bytes, reused from block to block */
};

struct pem_reader {
	const char *bytes;
	size_t len, pos, line;
	char newline; /* what counts as one: CR where there is no LF at all */
};

/*
 * Life: `struct pem_block block = {0}; pem_start(&r, …); while (pem_next(&r, &block)) …;
 * buf_wipe(&block.der)`, since any of the blocks may be a private key.
 */
void pem_start(struct pem_reader *reader, const void *bytes, size_t len);
bool pem_next(struct pem_reader *reader, struct pem_block *block);

bool pem_is(const struct pem_block *block, const char *label);

/* Append one block with lines of 64 characters. */
void pem_write(struct buf *out, const char *label, const void *der, size_t len);

#endif
