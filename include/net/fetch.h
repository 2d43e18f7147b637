/*
 * Fetching a file by HTTP: for revocation lists, which stand on plain http, since whoever fetches one may
 * be about to judge a certificate of TLS.
 *
 * GET and nothing else: no TLS, no proxy, no credentials, no cookies, no other scheme; a redirection is
 * followed three times, to http only.  What comes is foreign bytes, and as much as the caller wants at
 * most; there is one deadline over all.  It runs on the loop of a job (base/job.h).
 */
#ifndef CERTARY_NET_FETCH_H
#define CERTARY_NET_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/loop.h"

#define FETCH_REDIRECTS 3

struct fetch_wish {
	const char *url;
	size_t most; /* bytes */
	int64_t deadline_ms;
	bool wary; /* nobody asked for it: no redirection to this machine or to its own link is followed */
};

/* ok: body has what came, which the callee may take; else err says why not. */
typedef void fetch_fn(void *ctx, bool ok, struct buf *body, const struct error *err);

/* ERROR_USAGE where the URL can't be fetched.  It frees itself after fn was called, never before this
 * returns. */
struct fetch;
struct fetch *fetch_start(struct loop *loop, const struct fetch_wish *wish, fetch_fn *fn, void *ctx,
	struct error *err);

/* May this be fetched?  The error says why not. */
bool fetch_takes(const char *url, struct error *err);

/*
 * An answer of HTTP as it came, whole: its body to out.  False where it is incomplete or an error;
 * `to` (may be NULL where nothing is followed) gets where it redirects to, which the caller frees.
 */
bool fetch_answer(const char *bytes, size_t len, size_t most, struct buf *out, char **to,
	struct error *err);

#endif
