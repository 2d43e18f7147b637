/*
 * Presets: what an operator comes for, with everything that can be known beforehand.
 *
 * A row of the table in src/pki/preset.c; forms fill themselves from it, and everything in it is a
 * proposal.
 */
#ifndef CERTARY_PKI_PRESET_H
#define CERTARY_PKI_PRESET_H

#include <stdbool.h>
#include <stddef.h>

#include "pki/advice.h"
#include "pki/policy.h"
#include "pki/privkey.h"
#include "pki/profile.h"

/* Who is best asked to sign it. */
enum preset_signer {
	SIGNER_ANY,  /* a public CA or one's own */
	SIGNER_OWN,  /* one's own CA: public ones don't issue it */
	SIGNER_SELF, /* its own key */
};

struct preset_hint {
	enum advice_weight weight;
	const char *code, *text;
};

struct preset {
	const char *name; /* "web", as the command line says it */
	const char *label;
	const char *help;           /* one sentence, without a full stop */
	const char *profile, *kind; /* by name; kind NULL: the policy's */
	unsigned days;              /* 0: the policy's */
	enum preset_signer signer;
	bool passphrase;    /* the key's file wants one: nothing has to read it unattended */
	const char *format; /* what is handed out, by the name of an export format */
	bool with_key;      /* and the key in it, sealed by a password */
	const struct preset_hint *hints; /* ends with a row without a code */
};

const struct preset *preset_at(size_t i);            /* the most usual first; ends with NULL */
const struct preset *preset_named(const char *name); /* NULL where there is none */

/* What its names stand for; days and kind where it leaves them to the policy, which may be NULL. */
const struct profile *preset_profile(const struct preset *preset);
const struct privkey_kind *preset_kind(const struct preset *preset, const struct policy *policy);
unsigned preset_days(const struct preset *preset, const struct policy *policy);

/* What whoever comes for this should know before, the hints of its row among it. */
void preset_advise(const struct preset *preset, struct advice *out);

#endif
