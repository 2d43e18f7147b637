/*
 * Connect: a verified connection for other programs.
 *
 * What is read from `in` goes to the service through TLS, what the service says to `out`: see
 * net/tunnel.h.  The store judges the chain within the handshake, as for a probe, and until it has said
 * yes nothing of ours is sent.  It runs in this process: no job stands between the bytes and the peer.
 */
#ifndef CERTARY_APP_CONNECT_H
#define CERTARY_APP_CONNECT_H

#include <stdbool.h>
#include <stdint.h>

#include "app/probe.h"

struct connected {
	struct probed probed; /* for the verdict, and for app_plan_quarantine() */
	bool opened;          /* the service was trusted, and took us as far as can be seen */
	uint64_t sent, received;
};

/*
 * Returns when both sides are through.  False where it didn't end well: err has the exit code and the
 * reason (an empty text where `out` isn't read any longer).  connected_done() either way.
 */
bool app_connect(struct app *app, const struct probe_wish *wish, int in, int out,
	struct connected *end, struct error *err);
void connected_done(struct connected *end);

#endif
