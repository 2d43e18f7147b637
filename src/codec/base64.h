/*
 * Base64 (RFC 4648), by table.
 */
#ifndef CERTARY_CODEC_BASE64_H
#define CERTARY_CODEC_BASE64_H

#include <stddef.h>

#include "base/buf.h"

/*
 * Append what text stands for.  White space may stand anywhere, the padding must be right.  Returns
 * NULL, or what is wrong with it (static text); out then holds what came before.
 */
const char *base64_decode(const char *text, size_t len, struct buf *out);

/* Append the text for bytes in lines of 64 characters, each ended by a newline. */
void base64_encode(struct buf *out, const void *bytes, size_t len);

#endif
