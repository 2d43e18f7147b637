/*
 * Keys in Java's own keystores: the envelope of a JKS, and what a JCEKS makes of a password.
 */
#ifndef CERTARY_SRC_CODEC_JAVA_KEY_H
#define CERTARY_SRC_CODEC_JAVA_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "codec/span.h"
#include "codec/tlv.h"

extern const struct oid java_jks_seal; /* names the envelope of a JKS */

/* Append the plain key to out, which the caller wipes; false for a wrong password. */
bool java_jks_open(struct span data, const char *password, struct buf *out);

/* Append a plain key in the envelope of a JKS, EncryptedPrivateKeyInfo. */
bool java_jks_close(struct span plain, const char *password, struct buf *out);

#define JAVA_JCEKS_SIZE 32 /* a key of 24 bytes and an IV of 8 */
bool java_jceks_derive(
	struct span salt, uint64_t rounds, const char *password, uint8_t out[JAVA_JCEKS_SIZE]);

#endif
