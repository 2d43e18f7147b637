/*
 * A certificate's record as bytes, for the pipe between a job and its parent, so that foreign bytes
 * are taken apart in the job only.
 */
#ifndef CERTARY_PKI_PACK_H
#define CERTARY_PKI_PACK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "pki/cert.h"

/* Texts are packed with their length; NULL is kept apart from "". */
void pack_text(struct buf *out, const char *text);
void pack_bytes(struct buf *out, const void *bytes, size_t len);
void cert_info_pack(struct buf *out, const struct cert_info *info);

/* A place in packed bytes.  Reading beyond the end sets `bad` and yields nothing. */
struct unpack {
	const char *at, *end;
	bool bad;
};

char *unpack_text(struct unpack *u); /* the caller frees; NULL for NULL */
const void *unpack_bytes(struct unpack *u, size_t *len); /* borrowed */
struct cert_info *cert_info_unpack(struct unpack *u);    /* NULL where it is bad */

#endif
