/*
 * A partner for rehearsals: a small TLS server on loopback that demands client certificates.
 *
 * It shakes hands as the real partner will, tells about each visit, and answers whatever looks like
 * HTTP with 200, so that a client's four methods can be tried.  It runs on a loop, for a few clients
 * at a time, and forgets each after half a minute.
 */
#ifndef CERTARY_NET_SERVE_H
#define CERTARY_NET_SERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/loop.h"
#include "net/report.h"
#include "pki/cert.h"
#include "pki/privkey.h"

struct server;

/* Chain, key and CAs are borrowed until serve_stop(). */
struct serve_wish {
	uint16_t port;                   /* 0: any that is free */
	const char *tls;                 /* "1.2", …; NULL: whatever both take */
	const struct cert *const *chain; /* what it presents, the leaf first */
	size_t chain_count;
	const struct privkey *key;
	const struct cert *const *clients; /* the CAs whose clients it takes; none: it doesn't ask */
	size_t client_count;
};

struct visit {
	const char *from;          /* "127.0.0.1 port 40000" */
	const char *sni;           /* the name asked for, or NULL */
	const struct report *seen; /* version, cipher and the client's chain; no more */
	bool accepted;             /* the handshake was finished */
	const char *text;          /* how it went, in words */
};

/* Everything is borrowed for the call; called once for each client.  Not a moment for serve_stop(). */
typedef void serve_fn(void *ctx, const struct visit *visit);

struct server *serve_start(struct loop *loop, const struct serve_wish *wish, serve_fn *fn, void *ctx,
	struct error *err);
uint16_t serve_port(const struct server *server);
void serve_stop(struct server *server);

#endif
