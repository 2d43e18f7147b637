/*
 * Connecting to one of several addresses.
 *
 * In the resolver's order; the next one is tried when one has failed, or hasn't answered for a
 * quarter of a second, and the first connection wins (RFC 8305).
 */
#ifndef CERTARY_SRC_NET_DIAL_H
#define CERTARY_SRC_NET_DIAL_H

#include "net/lookup.h"

struct dial;

/* at: which of the addresses, -1 with fd -1 where none could be reached.  The caller owns fd. */
typedef void dial_fn(void *ctx, int fd, int at);

/* The outcomes go into the report's addresses (report may be NULL).  It frees itself after fn was
 * called, never before this returns. */
struct dial *dial_start(struct loop *loop, const struct lookup_answer *to, struct report *report,
	dial_fn *fn, void *ctx);
void dial_cancel(struct dial *dial); /* fn is not called */

#endif
