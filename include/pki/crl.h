/*
 * Revocation lists (RFC 5280, section 5): made by a CA, and read.
 *
 * Reasons aren't written: GnuTLS has no way to, and few clients look at them.
 */
#ifndef CERTARY_PKI_CRL_H
#define CERTARY_PKI_CRL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "pki/issue.h"

struct revoked {
	const char *serial; /* hexadecimal digits, as in struct cert_info */
	int64_t when;
};

struct crl_terms {
	uint64_t number; /* larger than that of the list before */
	int64_t now, next;
};

/*
 * Append the list as DER.  The same serial twice is refused.  GnuTLS takes a time that grows with
 * the square of the count: 4000 rows a fifth of a second, 16 000 four.
 */
bool crl_make(const struct authority *ca, const struct revoked *revoked, size_t count,
	const struct crl_terms *terms, struct buf *der, struct error *err);

struct crl;

struct crl_info {
	const char *issuer; /* RFC 4514; safe text */
	const char *number; /* hexadecimal digits, or NULL */
	const char *key_id; /* the issuer's, or NULL */
	int64_t now, next;  /* next: 0 where it doesn't say */
	const struct revoked *revoked;
	size_t count;
};

/* PEM or DER. */
bool crl_read(const void *bytes, size_t len, struct crl **out, struct error *err);
void crl_free(struct crl *crl);

const struct crl_info *crl_info(const struct crl *crl);

/* Is it this CA's list: name and signature? */
bool crl_is_by(const struct crl *crl, const struct cert *ca);

/* The row of this serial number, or NULL. */
const struct revoked *crl_find(const struct crl *crl, const char *serial);

#endif
