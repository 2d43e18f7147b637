/*
 * What changed at an endpoint since it was seen before: the judgement of check/change.h, with the history
 * and the store behind it.
 *
 * What an endpoint is known by is the newest sighting that doesn't wait.  A new issuer and what is
 * suspicious wait for somebody to accept them; until then each check tells them again.  Who trusts what
 * was seen untrusted and waiting has decided about it: that accepts it.  Nothing waits where the old
 * one wasn't trusted and the new one is.
 */
#ifndef CERTARY_APP_CHANGE_H
#define CERTARY_APP_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "app/endpoint.h"
#include "app/probe.h"
#include "check/change.h"
#include "store/history.h"

struct endpoint_change {
	bool is;    /* it presents another certificate than it is known by */
	bool waits; /* to be accepted */
	struct change change;
	const struct sighting *before; /* what it is known by; NULL: nothing */
	struct history history;
};

/*
 * Hold what was probed against the history.  Where no certificate came, or none had come before, there
 * is no change.  Life: … endpoint_change_done(), also where it says false.
 */
bool app_change_of(struct app *app, const struct endpoint *endpoint, const struct probed *probed,
	struct endpoint_change *out, struct error *err);
void endpoint_change_done(struct endpoint_change *change);

/* The same for the saved endpoint that was probed, if it is one; *name is then its name, the caller
 * frees. */
bool app_change_of_probe(struct app *app, const struct probed *probed,
	struct endpoint_change *out, char **name, struct error *err);

/*
 * Sighting number i against the last one before it that presented a certificate.  False where there is
 * none, or the certificate is the same.  change_done() it if true.
 */
bool app_change_since(struct app *app, const struct endpoint *endpoint,
	const struct history *history, size_t i, struct change *out);

/* What was presented last against what it is known by; ERROR_NOT_FOUND where nothing waits. */
bool app_change_waiting(struct app *app, const struct endpoint *endpoint,
	const struct history *history, struct change *out, struct error *err);

/* What was presented last is what the endpoint is known by; ERROR_NOT_FOUND where nothing waits. */
bool app_change_accept(struct app *app, const struct endpoint *endpoint, struct error *err);

#endif
