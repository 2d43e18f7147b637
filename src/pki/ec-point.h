/*
 * The public point of a private key on P-256, P-384 or P-521.
 *
 * Java keeps keys of EC without their public part, which RFC 5915 allows; GnuTLS reads none such
 * and has no function that makes one.  What is made here GnuTLS checks against the key afterwards.
 */
#ifndef CERTARY_SRC_PKI_EC_POINT_H
#define CERTARY_SRC_PKI_EC_POINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gnutls/gnutls.h>

#include "pki/der.h"

#define EC_BYTES_MOST 66

struct ec_curve {
	const char *oid;
	gnutls_ecc_curve_t id;
	size_t bytes;              /* of a coordinate, and of a private key */
	const char *p, *b, *x, *y; /* field, curve, generator; hexadecimal */
};

const struct ec_curve *ec_curve(struct der oid); /* NULL: another one */

struct ec_point {
	uint8_t x[EC_BYTES_MOST], y[EC_BYTES_MOST]; /* big-endian, `bytes` of each */
};

/* False where the number has more bytes than the curve, or is zero. */
bool ec_point(const struct ec_curve *curve, struct der number, struct ec_point *out);

#endif
