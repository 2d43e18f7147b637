/*
 * What the table of export formats points at, and what the writers share.
 */
#ifndef CERTARY_SRC_CODEC_WRITERS_H
#define CERTARY_SRC_CODEC_WRITERS_H

#include "codec/export.h"
#include "codec/tlv.h"

export_write_fn pem_write_named, pem_write_bare, der_write, pkcs7_write, pkcs12_write, jks_write;

/* Put what stands in out behind its first `from` bytes into one element of DER. */
void tlv_wrap(struct buf *out, size_t from, uint8_t tag);
void tlv_put(struct buf *out, uint8_t tag, const void *bytes, size_t len);
void tlv_put_oid(struct buf *out, const struct oid *oid);

#endif
