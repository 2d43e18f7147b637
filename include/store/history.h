/*
 * History: what the endpoints presented, and when.
 *
 * Observations, not decisions: a file `reports/<sha256 of the name>.json` for each endpoint, which the
 * journal knows nothing of and which may be removed at any time.  One JSON object a line, the oldest
 * first, each a chain with the verdict that it got then; the same again only moves its last time on.
 */
#ifndef CERTARY_STORE_HISTORY_H
#define CERTARY_STORE_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "pki/cert.h"
#include "store/store.h"

#define HISTORY_MOST 20 /* sightings that are kept of an endpoint */

struct sighting {
	int64_t first, last; /* seconds since 1970 */
	int64_t times;
	char *verdict, *reason; /* safe text, as they were told */
	char *address, *protocol; /* safe text; NULL: unknown */
	struct cert **chain; /* as it was sent, the leaf first; none: nothing was presented */
	size_t chain_count;
	bool waits; /* for somebody to accept it: until then it is nothing to compare with */
};

struct history {
	struct sighting *items; /* the newest first */
	size_t count, cap;
};

/* Life: `struct history h = {0}` … history_done(&h).  An endpoint that was never seen has none. */
bool store_history(struct store *store, const char *endpoint, struct history *out,
	struct error *err);
void history_done(struct history *history);

/* The newest that presented something and doesn't wait: what the endpoint is known by.  NULL: none. */
const struct sighting *history_accepted(const struct history *history);

/* Does sighting number i wait still?  Not where its certificate was accepted in another one. */
bool history_waits(const struct history *history, size_t i);

/* Only what it presented last, however long ago: without a chain where it never presented any.
 * sighting_done() it. */
bool store_history_shown(struct store *store, const char *endpoint, struct sighting *out,
	struct error *err);
void sighting_done(struct sighting *sighting);

/*
 * Take down what was seen now; texts and certificates are borrowed.  What is the same as the last time
 * is written at most once an hour; what the endpoint is known by isn't crowded out, and what was accepted
 * since it was judged waits no longer.  True without a word where the store may not be written.  Both
 * this and accepting hold the store's lock.
 */
bool store_history_add(struct store *store, const char *endpoint, const struct sighting *seen,
	struct error *err);

/* What was presented last waits no longer; nothing to accept is ERROR_NOT_FOUND. */
bool store_history_accept(struct store *store, const char *endpoint, struct error *err);

#endif
