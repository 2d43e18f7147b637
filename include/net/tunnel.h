/*
 * A tunnel: a probe that ends in a conversation.  What is read here goes to the server through TLS,
 * and what it says is written here, until both sides are through.
 *
 * The way there is a probe's: the same lookup, dialect, handshake, deadline and report.  But the
 * caller judges the chain within the handshake, and before its yes nothing of ours leaves: neither a
 * client certificate nor a byte of what is read.
 *
 * Each direction ends by itself.  At the end of what is read the server is told so (close_notify), and
 * what it still says is written; when the server says that nothing follows, what is written is closed,
 * and the rest is sent.  A connection that breaks off without that word is an error: something may be
 * missing.  What is under way is bounded, and whoever is slow makes the other side wait.
 */
#ifndef CERTARY_NET_TUNNEL_H
#define CERTARY_NET_TUNNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/loop.h"
#include "net/probe.h"
#include "net/report.h"

/* Judge the chain of the report; false and an error: it is refused. */
typedef bool tunnel_verify_fn(void *ctx, struct report *report, struct error *why);

/*
 * It is over.  report->err says why where it didn't end well: ERROR_VERDICT by a refusal of either
 * side, ERROR_NETWORK where the connection broke, ERROR_FAILED for reading and writing here (with an
 * empty text where nobody reads any longer).
 */
struct tunnelled {
	struct report *report; /* becomes the caller's */
	bool opened;           /* the handshake was finished, and bytes could pass */
	uint64_t sent, received;
};
typedef void tunnel_done_fn(void *ctx, const struct tunnelled *end);

struct tunnel_wish {
	struct probe_request request; /* http, settle and quiet_ms mean nothing here */
	tunnel_verify_fn *verify;
	int in, out; /* pipes, sockets, terminals, files; may be the same; stay open, their flags as
			they are; `out` is made to lead nowhere when the server is through */
};

struct tunnel;

/* It frees itself after done was called, never before this returns.  SIGPIPE has to be ignored. */
struct tunnel *tunnel_start(struct loop *loop, const struct tunnel_wish *wish, tunnel_done_fn *done,
	void *ctx, struct error *err);
void tunnel_cancel(struct tunnel *tunnel); /* done is not called */

#endif
