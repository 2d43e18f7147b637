/*
 * Profiles: what a certificate is made for.
 *
 * A row of the table in src/pki/profile.c declares one; key usage, purposes and constraints follow
 * from it, never from what a request asks for.
 */
#ifndef CERTARY_PKI_PROFILE_H
#define CERTARY_PKI_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pki/advice.h"

struct profile {
	const char *name, *label, *help;
	bool hosts; /* clients look for the host they called among its names */
	bool ca;
};

const struct profile *profile_at(size_t i);            /* the most usual first; ends with NULL */
const struct profile *profile_named(const char *name); /* NULL where there is none */

#define PROFILE_DAYS_MOST 36525 /* a hundred years */

/* Whether such a certificate may be made at this time for so many days, and who will refuse it. */
void profile_check_days(
	const struct profile *profile, unsigned days, int64_t now, struct advice *out);

/* For how many days public CAs issue to servers at this time, and since when: 0 without a rule. */
unsigned profile_public_days(int64_t now, int64_t *from);

#endif
