/*
 * What the writers of PKCS#12 share: bags, containers, the file around them.
 *
 * Everything appends to a buffer; what is appended may be wrapped by tlv_wrap() afterwards.
 */
#ifndef CERTARY_SRC_CODEC_PKCS12_PARTS_H
#define CERTARY_SRC_CODEC_PKCS12_PARTS_H

#include <gnutls/gnutls.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "codec/span.h"
#include "codec/tlv.h"

#define PKCS12_BAGS_MOST 32 /* of one container: GnuTLS stops there and says nothing */

/* Attributes, which a bag has a SET of. */
void pkcs12_put_attribute(
	struct buf *out, const struct oid *kind, uint8_t tag, const void *bytes, size_t len);
void pkcs12_put_name(struct buf *out, const char *name);

/* Bags; attributes may be empty. */
void pkcs12_put_bag(struct buf *out, const struct oid *kind, const struct buf *value,
	const struct buf *attributes);
void pkcs12_put_cert(struct buf *out, const void *der, size_t len, const struct buf *attributes);

/* One that Java trusts, and what marks it. */
void pkcs12_put_trusted(struct buf *out, struct span der, const char *alias);
extern const struct oid pkcs12_trusted_use;

/* A container of plain data around what stands in out behind its first `bags` bytes. */
void pkcs12_wrap_plain(struct buf *out, size_t bags);

/* --- ciphers and seals -------------------------------------------------------------------- */

struct pkcs12_seal {
	bool legacy; /* 3DES by the scheme of PKCS#12 itself, not PBES2 with AES-256 */
	struct oid hash;
	gnutls_digest_algorithm_t digest;
	gnutls_mac_algorithm_t mac;
	uint32_t rounds;
};

/* An AlgorithmIdentifier, and an element of this tag with plain encrypted after it. */
bool pkcs12_encrypt(struct buf *out, const struct pkcs12_seal *seal, const char *password,
	struct span plain, uint8_t tag);

/* An encrypted container with these bags. */
bool pkcs12_put_encrypted(struct buf *out, const struct pkcs12_seal *seal, const char *password,
	const struct buf *bags);

extern const struct pkcs12_seal pkcs12_trust_seal; /* of a truststore */

/* The file: the containers and their MAC, or none where seal is NULL. */
bool pkcs12_put_file(struct buf *out, const struct pkcs12_seal *seal, const char *password,
	struct buf *containers, struct error *err);

#endif
