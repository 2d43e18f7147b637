/*
 * What an operator's house demands of new certificates, beyond what everybody does.
 *
 * A plain record that borrows its texts; whoever knows the settings fills it.  Each refusal names
 * the setting that it comes from.
 */
#ifndef CERTARY_PKI_POLICY_H
#define CERTARY_PKI_POLICY_H

#include "pki/advice.h"
#include "pki/privkey.h"
#include "pki/profile.h"
#include "pki/subject.h"

struct policy {
	const char *required;       /* keys of subject fields, "C O CN"; NULL or "": none */
	unsigned rsa_bits, ec_bits; /* at least; 0: no limit */
	unsigned server_days;       /* at most, of what serves hosts; 0: no limit */
	const char *kind;           /* of key, by name; NULL: the table's first */
	unsigned days;              /* proposed; 0: POLICY_DAYS */
	const char *country, *state, *locality, *organisation, *unit; /* NULL or "": none */
};

#define POLICY_DAYS 365

/* What is proposed where nothing else is said.  policy may be NULL: a house without one. */
const struct privkey_kind *policy_kind(const struct policy *policy);
unsigned policy_days(const struct policy *policy);

/* Put the house's fields where the subject has none. */
void policy_prefill(const struct policy *policy, struct subject *subject);

/*
 * Refuses what breaks the policy.  A key that isn't known yet has no algorithm; subject NULL or
 * days 0: not looked at.
 */
void policy_check(const struct policy *policy, const struct subject *subject, struct key_size key,
	const struct profile *profile, unsigned days, struct advice *out);

#endif
