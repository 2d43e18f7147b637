/* Algorithms of keys and signatures by their identifiers: what they are called and how strong. */
#ifndef CERTARY_SRC_PKI_ALGORITHM_H
#define CERTARY_SRC_PKI_ALGORITHM_H

#include <stdint.h>

#include "base/buf.h"
#include "pki/parts.h"

struct key_facts {
	const char *algorithm; /* "RSA", "EC", …, "unknown"; static */
	unsigned bits;         /* 0 where unknown */
	const char *curve;     /* "P-256 (secp256r1)"; NULL where there is none; static */
	struct der exponent;   /* of RSA; empty else */
	unsigned security;     /* bits of security that it offers; 0 where unknown */
};

/* What can't be read leaves its field empty. */
void key_facts(const struct parts *parts, struct key_facts *facts);

/* Append "RSA-SHA256", or the identifier where it is unknown. */
void signature_name(struct der algorithm, struct buf *out);

#endif
