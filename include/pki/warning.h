/*
 * Warnings: what an operator should know before trusting a certificate.
 *
 * One row of a table in src/pki/warning.c declares one: a code, a test and words.  The codes are
 * stable; `certary show --json` prints them.
 */
#ifndef CERTARY_PKI_WARNING_H
#define CERTARY_PKI_WARNING_H

#include <stdint.h>

#include "pki/cert.h"

struct warning {
	const char *code; /* "expired", "weak-key", …; static */
	char *text;       /* one sentence, safe text */
};

struct warnings {
	struct warning *items;
	size_t count, cap;
};

/* Life: `struct warnings w = {0}; warnings_of(…); … warnings_done(&w);` */
void warnings_of(const struct cert *cert, int64_t now, struct warnings *out);
void warnings_done(struct warnings *warnings);

/* All codes with a line of help each, for the manual; ends with a row whose code is NULL. */
struct warning_help {
	const char *code, *help;
};
const struct warning_help *warning_codes(void);

#endif
