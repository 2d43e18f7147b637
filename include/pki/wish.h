/*
 * Everything a form wants to know of a wish while somebody types, before there is a key.
 *
 * Puts together what the subject, the days and the policy say, on a copy of the subject as it is
 * going to be completed, and adds what only the whole tells: names in several domains, names of
 * somebody else's, what a public CA won't sign.  Quick enough to be asked at each key.
 */
#ifndef CERTARY_PKI_WISH_H
#define CERTARY_PKI_WISH_H

#include <stdbool.h>
#include <stdint.h>

#include "pki/advice.h"
#include "pki/policy.h"
#include "pki/privkey.h"
#include "pki/profile.h"
#include "pki/subject.h"

struct wish {
	const struct subject *subject;
	const struct profile *profile; /* NULL: a request that leaves it to the CA */
	struct key_size key;           /* of the kind that is chosen; no algorithm: none yet */
	unsigned days;                 /* 0: a request, whose CA decides */
	int64_t now;
	const struct policy *policy; /* or NULL */
	const char *domain;          /* the one that is ours: "example.com"; NULL: not known */
	bool public_ca;              /* a public CA is going to sign it */
	bool self_signed;            /* its own key is */
};

void wish_check(const struct wish *wish, struct advice *out);

#endif
