/*
 * Probes: ask a service for its TLS side, and take down everything that it says.
 *
 * A probe resolves the name, connects, speaks the dialect up to the go-ahead, shakes hands without
 * verifying, and, where the server asked for a client certificate, waits for its answer to ours.
 * It runs on a loop, hundreds at a time, and one deadline covers all of it.  Names are looked up
 * by threads; nothing else ever waits.
 *
 *	prober_new(loop, most) … probe_start(…), done(ctx, report) for each … prober_free()
 *
 * A prober runs at most so many probes at a time; others wait for their turn, and their deadline
 * begins with it.
 */
#ifndef CERTARY_NET_PROBE_H
#define CERTARY_NET_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/loop.h"
#include "net/dialect.h"
#include "net/report.h"
#include "pki/cert.h"
#include "pki/privkey.h"

#define PROBE_DEADLINE 10000 /* ms, where the request says 0 */
#define PROBE_QUIET    1000  /* ms without a word against our certificate, where it says 0 */
#define PROBE_MOST     128   /* at a time, where the caller says 0 */

enum probe_settle {
	SETTLE_ASKED, /* learn whether the server takes our certificate (or none), if it asked */
	SETTLE_NEVER, /* end with the handshake */
	SETTLE_ALWAYS, /* ask the service something in any case: STEP_ACCESS tells */
};

/* Texts and lists are copied; chain and key are borrowed until the probe has ended. */
struct probe_request {
	const char *host; /* a name, also in Unicode, or an address */
	uint16_t port;
	const struct dialect *dialect;   /* NULL: direct TLS */
	const char *sni;                 /* NULL: the host, if it is a name; "": none */
	const char *const *alpn;         /* ends with NULL; NULL: none */
	const char *tls;                 /* "1.0" … "1.3"; NULL: whatever both take */
	const struct cert *const *chain; /* our certificate, the leaf first; NULL: none */
	size_t chain_count;
	const struct privkey *key;
	enum probe_settle settle;
	const char *http; /* a path: try GET, POST, PUT and DELETE there; direct TLS only */
	unsigned deadline_ms, quiet_ms;
};

/* Are these what a request may have?  sni, tls: NULL where there is none; the error is ERROR_USAGE. */
bool probe_words_fit(const char *host, const char *sni, const char *tls, struct error *err);

struct prober;
struct probe;

struct prober *prober_new(struct loop *loop, size_t most);
void prober_free(struct prober *prober); /* cancels what is left */
size_t prober_count(const struct prober *prober); /* running and waiting */

/* Takes the report over.  Called from the loop, never from probe_start(). */
typedef void probe_done_fn(void *ctx, struct report *report);

/* The ladder has grown; the report is borrowed.  Not a moment to cancel the probe. */
typedef void probe_progress_fn(void *ctx, const struct report *report);

/*
 * NULL and ERROR_USAGE where the request makes no sense.  Whatever happens afterwards is told by the
 * report.  The probe frees itself after done was called; progress may be NULL.
 */
struct probe *probe_start(struct prober *prober, const struct probe_request *request,
	probe_done_fn *done, probe_progress_fn *progress, void *ctx, struct error *err);
void probe_cancel(struct probe *probe); /* done is not called */

#endif
