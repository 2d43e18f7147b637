/*
 * Renewal or attack?  An endpoint presents another certificate than before: what that change is, and
 * what speaks for and against it.
 *
 * A pure function over records.  What a stranger can copy proves nothing: names, serial numbers and key
 * identifiers are free.  A key that is kept proves itself, as the handshake was made with it; an issuer
 * proves itself by its signature, which the caller has checked or hasn't.
 */
#ifndef CERTARY_CHECK_CHANGE_H
#define CERTARY_CHECK_CHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pki/cert.h"

/* From the harmless to the worst. */
enum change_verdict {
	CHANGE_SAME,       /* the same certificate */
	CHANGE_RENEWAL,    /* routine: by the same CA, and either the key was kept or it was due */
	CHANGE_NEW_KEY,    /* by the same CA, but nothing called for it */
	CHANGE_NEW_ISSUER, /* of another CA; nothing else is odd */
	CHANGE_SUSPICIOUS,
	CHANGE_COUNT
};
const char *change_name(enum change_verdict verdict); /* "routine renewal" */

enum change_weight {
	CHANGE_ALARMS, /* one of these makes a change suspicious */
	CHANGE_WEIGHS, /* so do two of these, unless it was accepted before, or is trusted where the
			  old one wasn't */
	CHANGE_TELLS,
	CHANGE_CALMS,
};
const char *change_weight_name(enum change_weight weight); /* "alarms" */

/* One sighting.  All records are borrowed. */
struct change_side {
	const struct cert_info *leaf;
	const struct cert_info *issuer; /* whose signature was verified; NULL: it wasn't */
	const struct cert_info *anchor; /* through which it was trusted; NULL: none */
	bool trusted;
	bool wrong_host; /* none of its names is the endpoint's */
};

struct change_question {
	struct change_side old, new;
	int64_t last; /* when the old one was seen last */
	int64_t when; /* when the new one was seen first */
	bool known;   /* the new one was accepted here before */
};

struct change_reason {
	const char *code; /* "key-kept", "names-lost", …; static */
	char *text;       /* a sentence, safe text */
	enum change_weight weight;
};

struct change {
	enum change_verdict verdict;
	struct change_reason *reasons; /* the heaviest first */
	size_t count, cap;
};

/* Life: `struct change c; change_judge(&question, &c); … change_done(&c)`. */
void change_judge(const struct change_question *question, struct change *out);
void change_done(struct change *change);

/* "routine renewal: its key was kept …": the verdict and its first reason; the caller frees. */
char *change_words(const struct change *change);

/* All codes with a line of help each, for the manual; ends with a row whose code is NULL. */
struct change_help {
	const char *code, *help;
};
const struct change_help *change_codes(void);

#endif
