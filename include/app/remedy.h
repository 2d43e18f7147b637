/*
 * Remedies: what would make a chain trusted that isn't, from the narrowest to the widest.
 *
 * Each was tried before it is offered: the chain is judged again as if it were done, and what doesn't
 * make it trusted isn't there.  Where one step is not enough, what the other side must do besides is
 * part of the sentence.
 *
 * Life: `struct remedies r = {0}; app_remedies(…, &r, &err); … remedies_done(&r)`, either way.
 */
#ifndef CERTARY_APP_REMEDY_H
#define CERTARY_APP_REMEDY_H

#include <stdbool.h>
#include <stddef.h>

#include "app/app.h"
#include "app/explain.h"
#include "app/trust.h"

enum remedy_kind {
	REMEDY_DECIDE,  /* about one certificate, by a command that is given */
	REMEDY_RENEW,   /* the other side renews what is over */
	REMEDY_WAIT,    /* its time hasn't come */
	REMEDY_HOST,    /* it is called by a name that it has */
	REMEDY_ISSUER,  /* its issuer is fetched and trusted: as far as can be told without it */
	REMEDY_CHAIN,   /* trusted here alone: the other side leaves out what is held here */
	REMEDY_FETCH,   /* a revocation list is outdated, and its CA may have a newer one */
	REMEDY_NOTHING, /* nothing of all that helps */
};

struct remedy {
	enum remedy_kind kind;
	char *command; /* what to type, safe text; NULL: no command does it */
	char *text;    /* what it does and what comes of it, safe text */
	size_t others; /* further endpoints that it makes trusted */
	/* Of REMEDY_DECIDE about an entry, for a face that does it: */
	bool simple;
	enum decision decision;
	struct fingerprint cert;
	char *scope, *until, *ticket; /* trusted within these (store/limits.h); scope NULL: without */
};

struct remedies {
	struct remedy *items;
	size_t count, cap;
	char *nearest; /* a sentence about what is held and looks like a missing issuer; NULL */
};

/* Of one that is trusted, at most REMEDY_CHAIN. */
bool app_remedies(struct app *app, const struct explanation *explanation, struct remedies *out,
	struct error *err);
void remedies_done(struct remedies *remedies);
const char *remedy_kind_name(enum remedy_kind kind); /* "decide" */

#endif
