/*
 * UTF-16, as Java and PKCS#12 keep their texts and hash their passwords.
 */
#ifndef CERTARY_CODEC_UTF16_H
#define CERTARY_CODEC_UTF16_H

#include <stdint.h>

#include "base/buf.h"
#include "codec/span.h"

/* Turns code units into UTF-8: `struct utf16 u = {.out = …}; utf16_unit(…) …; utf16_end(…)`. */
struct utf16 {
	struct buf *out;
	uint16_t high; /* a surrogate that waits for its other half */
};

/* A lone surrogate becomes three bytes that are no UTF-8, so that text_safe() shows them. */
void utf16_unit(struct utf16 *u, uint16_t unit);
void utf16_end(struct utf16 *u);

/* Append the UTF-8 of UTF-16 text; an odd byte at its end becomes a byte that is no UTF-8. */
void utf16_decode(struct buf *out, struct span text, bool big_endian);

/* Append the big-endian UTF-16 of UTF-8; a byte that is no UTF-8 is taken for Latin-1. */
void utf16_encode(struct buf *out, const char *text);

#endif
