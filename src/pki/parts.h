/* The fields of a certificate (RFC 5280, section 4.1), borrowed from its DER. */
#ifndef CERTARY_SRC_PKI_PARTS_H
#define CERTARY_SRC_PKI_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pki/cert.h"
#include "pki/der.h"

struct parts {
	struct der tbs; /* with its header: what the signature covers */
	struct der signature_algorithm, signature;
	int version; /* 1, 2, 3 */
	struct der serial;
	struct der issuer, subject; /* content of the SEQUENCE */
	int64_t not_before, not_after;
	struct der spki; /* with its header */
	struct der key_algorithm, key;
	struct der issuer_id,
		subject_id;    /* the unique identifiers of version 2; empty where absent */
	struct der extensions; /* content: for extension_next() */
};

/* False where a field is missing; that can't happen to what GnuTLS has imported. */
bool parts_read(struct der cert, struct parts *parts);

struct extension {
	struct der oid, value; /* value: what is inside the OCTET STRING */
	bool critical;
};

/* Step over one extension; one that can't be read has an empty oid and its bytes as value. */
bool extension_next(struct der *in, struct extension *extension);
bool extension_find(const struct parts *parts, const char *oid, struct extension *extension);

/* An AlgorithmIdentifier: parameters are what stands behind the identifier, with their header. */
bool algorithm_read(struct der in, struct der *oid, struct der *parameters);

struct cert {
	struct cert_info *info;
	uint8_t *der;
	size_t len;
	struct parts parts;
};

#define EXT_KEY_ID            "2.5.29.14"
#define EXT_KEY_USAGE         "2.5.29.15"
#define EXT_SAN               "2.5.29.17"
#define EXT_BASIC_CONSTRAINTS "2.5.29.19"
#define EXT_NAME_CONSTRAINTS  "2.5.29.30"
#define EXT_ISSUER_KEY_ID     "2.5.29.35"
#define EXT_PURPOSES          "2.5.29.37"
#define EXT_ACCESS            "1.3.6.1.5.5.7.1.1"

#endif
