/*
 * Names to addresses beside the loop.
 *
 * getaddrinfo() blocks, so it gets a thread, which shares nothing with anybody: it owns its question
 * and sends its answer as one packet through a socket.  Whoever doesn't wait any longer closes the
 * other end.
 */
#ifndef CERTARY_SRC_NET_LOOKUP_H
#define CERTARY_SRC_NET_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "base/error.h"
#include "base/loop.h"
#include "net/report.h"

struct lookup_address {
	struct sockaddr_storage name;
	socklen_t len;
};

struct lookup_answer {
	int code; /* of getaddrinfo(); 0: found */
	size_t count;
	struct lookup_address items[REPORT_ADDRESSES];
};

typedef void lookup_fn(void *ctx, const struct lookup_answer *answer);

struct lookup;

/*
 * A host as it is looked up and sent: a name in lower case and A-labels, without the dot at its end;
 * an address as it is.  The caller frees; NULL and ERROR_USAGE where it can be no host.
 */
char *lookup_host(const char *host, struct error *err);

/* Where host is an address it is answered at once, without a thread. */
bool lookup_address(const char *host, uint16_t port, struct lookup_answer *out);

/* It frees itself after fn was called. */
struct lookup *lookup_start(struct loop *loop, const char *host, uint16_t port, lookup_fn *fn,
	void *ctx, struct error *err);
void lookup_cancel(struct lookup *lookup); /* fn is not called */

const char *lookup_words(int code); /* "no such host", … */

/* Loopback, link-local, or none at all: reached from this machine alone, or from its own link. */
bool lookup_is_near(const struct lookup_address *address);

/* "192.0.2.1", without the port; the caller frees. */
char *lookup_text(const struct lookup_address *address);

#endif
