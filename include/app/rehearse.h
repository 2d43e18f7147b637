/*
 * Rehearsals: a partner for two-way handshakes, for when the real one isn't ready.
 *
 * It listens on loopback alone, demands a client certificate of the chosen CAs, and tells of each
 * visit: net/serve.h.
 */
#ifndef CERTARY_APP_REHEARSE_H
#define CERTARY_APP_REHEARSE_H

#include <stddef.h>
#include <stdint.h>

#include "app/app.h"
#include "app/making.h"
#include "base/loop.h"
#include "net/serve.h"
#include "store/identity.h"

/* Borrowed until the rehearsal has ended. */
struct rehearse_wish {
	uint16_t port;   /* 0: any that is free */
	const char *tls; /* "1.2"; NULL: whatever both take */
	/* What it presents; NULL: a certificate for localhost that is made now and kept nowhere. */
	const struct identity *identity;
	const struct new_key *key;
	/*
	 * Whose clients it takes: each names a CA among the identities, a certificate of the store, or
	 * a file, all of whose certificates count.  None: the CAs among the identities; if there are
	 * none, all CAs that are trusted.
	 */
	const char *const *cas;
	size_t ca_count;
};

struct rehearsal;

struct rehearsal *app_rehearse(struct app *app, struct loop *loop, const struct rehearse_wish *wish,
	serve_fn *fn, void *ctx, struct error *err);
void rehearsal_end(struct rehearsal *rehearsal);

uint16_t rehearsal_port(const struct rehearsal *rehearsal);
const struct cert *rehearsal_cert(const struct rehearsal *rehearsal); /* what it presents */
const struct cert *rehearsal_ca(const struct rehearsal *rehearsal, size_t i); /* ends with NULL */

#endif
