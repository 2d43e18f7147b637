/*
 * Identities for tests of the verbs: made in one line each, by the app of a counter.
 *
 * Whatever can't be done fails the test.
 */
#ifndef CERTARY_TESTS_MAKER_H
#define CERTARY_TESTS_MAKER_H

#include "app/identity.h"
#include "app/making.h"
#include "app/signing.h"
#include "support/counter.h"

struct maker {
	struct counter *counter;
	struct app *app;
	struct identities all; /* as they were read last */
	struct buf pem;        /* what was made last */
};

struct maker *maker_new(void);
void maker_free(struct maker *maker);

/* A key on P-256 and what the route makes of it; passphrase NULL: none. */
void maker_make(struct maker *maker, enum route route, const char *cn, const char *passphrase);

/* Read again; it must be there, live. */
const struct identity *maker_find(struct maker *maker, const char *name);

/* Carry out and read again. */
int64_t maker_apply(struct maker *maker, struct plan *plan);

/* The CA signs the request that another one waits with; the answer is maker->pem. */
void maker_sign(struct maker *maker, const char *ca, const char *name, const char *profile);

/* Put these bytes on an identity. */
void maker_attach(struct maker *maker, const char *name, const struct buf *bytes);

#endif
