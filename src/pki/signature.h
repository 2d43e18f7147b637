/* Signatures of certificates: did this key make that one? */
#ifndef CERTARY_SRC_PKI_SIGNATURE_H
#define CERTARY_SRC_PKI_SIGNATURE_H

#include <stdbool.h>

#include <gnutls/x509.h>

#include "pki/parts.h"

/*
 * A signature of a key with a large exponent takes seconds to check, and nobody signs with such
 * keys: they count as having signed nothing.
 */
bool key_is_cheap(const struct parts *parts);

/* child and issuer may be the same. */
bool signature_is_by(const struct parts *child, gnutls_x509_crt_t child_crt,
	const struct parts *issuer, gnutls_x509_crt_t issuer_crt);

#endif
