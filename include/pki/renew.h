/*
 * Renewal: the wish behind an existing certificate, so that another one like it can be made.
 *
 * Life: `struct renewal renewal; renewal_of(cert, &renewal, &advice); … renewal_done(&renewal);`
 * What can't be kept, and what was guessed, is told.
 */
#ifndef CERTARY_PKI_RENEW_H
#define CERTARY_PKI_RENEW_H

#include <stdbool.h>

#include "pki/advice.h"
#include "pki/cert.h"
#include "pki/issue.h"
#include "pki/privkey.h"
#include "pki/profile.h"
#include "pki/subject.h"

struct renewal {
	struct subject subject;
	const struct profile *profile; /* never NULL */
	unsigned days;                 /* as many as before */
	/* Of a new key: like the old one; NULL: no such keys are made. */
	const struct privkey_kind *kind;
	bool same_key; /* the old key may serve again, and of a CA has to */
	/* Of a CA, as in struct terms; the lists end with NULL and may be NULL. */
	int path_len;
	char **permitted, **excluded;
};

/* What its usage and purposes say, also where another program made it; never NULL. */
const struct profile *profile_of_cert(const struct cert *cert, struct advice *advice);

/* How many days it is valid, rounded to the next; 1 at least. */
unsigned days_of_cert(const struct cert_info *info);

void renewal_of(const struct cert *cert, struct renewal *out, struct advice *advice);
void renewal_done(struct renewal *renewal);

/* Fills those terms that the renewal knows; it must outlive them. */
void renewal_terms(const struct renewal *renewal, struct terms *terms);

/* What speaks against renewing with this key, the old one or another. */
void renewal_check_key(const struct cert *cert, const struct privkey *key, struct advice *out);

#endif
