/*
 * Making certificates: self-signed ones, and a CA's answer to a request.
 *
 * Checks first, as advice that a face shows as the plan; the making functions check again and
 * refuse what the advice refuses.  Usage, purposes and constraints come from the profile.  Of a
 * request only the subject and the key are taken, and the alternative names that the caller hands
 * over. Serials are random, of 126 bits.
 */
#ifndef CERTARY_PKI_ISSUE_H
#define CERTARY_PKI_ISSUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "pki/advice.h"
#include "pki/cert.h"
#include "pki/privkey.h"
#include "pki/profile.h"
#include "pki/request.h"
#include "pki/subject.h"

struct terms {
	const struct profile *profile;
	int64_t now; /* it begins here */
	unsigned days;
	/* Of a CA that is made. */
	int path_len; /* how many CAs may follow below it; 0: it issues to servers and clients only;
			 -1: no limit */
	/* Name constraints: "example.com" with all below it, "IP:10.0.0.0/8", "email:…", "URI:…";
	 * each list ends with NULL and may be NULL. */
	const char *const *permitted, *const *excluded;
	/* Of what a CA issues: where clients find its list and itself; NULL: not said. */
	const char *crl_url, *issuer_url;
};

/* --- self-signed -------------------------------------------------------------------------- */

void self_check(const struct subject *subject, const struct privkey *key, const struct terms *terms,
	struct advice *out);

/* Append the certificate as DER. */
bool self_sign(const struct subject *subject, const struct privkey *key, const struct terms *terms,
	struct buf *der, struct error *err);

/* --- by a CA ------------------------------------------------------------------------------ */

struct authority {
	const struct cert *cert;
	const struct privkey *key;
};

/*
 * What speaks against it: the CA (not one, over, another's key, path length, its purposes), the
 * request (signature, key, subject, what it asks for in vain), the names.
 */
void issue_check(const struct request *request, const struct sans *sans, const struct authority *ca,
	const struct terms *terms, struct advice *out);

/*
 * Append the certificate as DER.  sans are the names that it is going to have, no others.  It never
 * outlives the CA.  One that breaks the CA's name constraints is refused; those of CAs above it are
 * seen when the whole chain is judged.
 */
bool issue(const struct request *request, const struct sans *sans, const struct authority *ca,
	const struct terms *terms, struct buf *der, struct error *err);

/* When it is going to end. */
int64_t issue_end(const struct terms *terms, const struct authority *ca);

#endif
