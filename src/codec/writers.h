/*
 * What the tables of formats point at, and what the writers share.
 */
#ifndef CERTARY_SRC_CODEC_WRITERS_H
#define CERTARY_SRC_CODEC_WRITERS_H

#include "codec/export.h"
#include "codec/keystore.h"
#include "codec/tlv.h"

export_write_fn pem_write_named, pem_write_bare, der_write, pkcs7_write, pkcs12_write, jks_write;
keystore_write_fn pkcs12_write_entry, pkcs12_write_entry_legacy, jks_write_entry;

/* ERROR_USAGE where Java wouldn't make a key of this password of a PKCS#12. */
bool password_is_ascii(const char *format, const char *password, struct error *err);

/* Append a name as an alias that Java finds again: lower-case, not too long, not empty. */
void alias_put(struct buf *out, const char *name);

/*
 * An alias that is made unique: lengthened by digits of the fingerprint as long as it is somebody
 * else's.  buf_take() or buf_done() its text.
 */
struct alias {
	struct buf text;
	char digits[FINGERPRINT_HEX];
	size_t used; /* of the digits */
};
void alias_begin(struct alias *alias, const char *prefix, const struct export_item *item);
void alias_lengthen(struct alias *alias);

/* Put what stands in out behind its first `from` bytes into one element of DER. */
void tlv_wrap(struct buf *out, size_t from, uint8_t tag);
void tlv_put(struct buf *out, uint8_t tag, const void *bytes, size_t len);
void tlv_put_oid(struct buf *out, const struct oid *oid);

#endif
