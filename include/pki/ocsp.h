/*
 * Answers about single certificates (OCSP, RFC 6960), as servers staple them to their handshake.
 *
 * An answer is only a claim of the server's until its signature was checked: it must be its issuer's,
 * or that of a responder whom the issuer has delegated by a certificate for that purpose.
 */
#ifndef CERTARY_PKI_OCSP_H
#define CERTARY_PKI_OCSP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pki/cert.h"
#include "pki/crl.h"

#define OCSP_MOST (64u << 10) /* bytes of an answer that is looked at */

/* As it came; borrowed. */
struct staple {
	const void *bytes;
	size_t len;
};

enum ocsp_status {
	OCSP_STRANGE,  /* about another certificate, not to be read, or an error of the responder */
	OCSP_FORGED,   /* its signature isn't the issuer's, nor that of a delegate */
	OCSP_UNKNOWN,  /* the responder doesn't know the certificate */
	OCSP_OUTDATED, /* the answer isn't for this time: but revoked stays revoked, unless on hold */
	OCSP_REVOKED,
	OCSP_GOOD,
};

struct ocsp_answer {
	enum ocsp_status status;
	int64_t now, next; /* next: 0 where it doesn't say */
	struct revocation revocation; /* of OCSP_REVOKED */
};

/* What the answer says of this certificate by this issuer at this time. */
void ocsp_judge(const struct staple *staple, const struct cert *cert, const struct cert *issuer,
	int64_t now, struct ocsp_answer *out);

/* Does it promise that its server always staples an answer (RFC 7633)? */
bool cert_must_staple(const struct cert *cert);

#endif
