/*
 * Probes: what the other side presents, whether it is trusted here, and what becomes of it.
 *
 * The network is met by a job (base/job.h) that owns nothing; what it reports is judged by the store.
 * What isn't trusted is kept as untrusted with its evidence: app_plan_quarantine().
 *
 * Life: probe_wish_parse() → app_probe_run() or app_probe_start() → probed … probed_done().
 */
#ifndef CERTARY_APP_PROBE_H
#define CERTARY_APP_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/app.h"
#include "app/explain.h"
#include "app/making.h"
#include "base/loop.h"
#include "net/report.h"
#include "store/identity.h"

struct probe_wish {
	char *host;
	uint16_t port;
	const struct dialect *dialect;
	char *sni;  /* NULL: the host */
	char *tls;  /* "1.2"; NULL: whatever both take */
	char *http; /* a path to try the four methods on; NULL: none */
	unsigned deadline_ms; /* 0: the usual */
	int64_t at;           /* judge as of that time; 0: now */
	/* What we show if asked: borrowed, until the probe has ended; NULL: nothing. */
	const struct identity *identity;
	const struct new_key *key;
};

/*
 * "host:port", "[2001:db8::1]:636", "ldaps://host", "smtp://host:25", "https://host/path" (whose path
 * is left out); dialect as typed, NULL: what the text or the port says.  ERROR_USAGE says what is off.
 */
bool probe_wish_parse(const char *text, const char *dialect, struct probe_wish *out,
	struct error *err);
void probe_wish_done(struct probe_wish *wish);

enum probe_verdict {
	PROBE_TRUSTED,
	PROBE_UNTRUSTED,
	PROBE_REFUSED,   /* trusted, but the server wants another client certificate, or one at all */
	PROBE_PLAINTEXT, /* it speaks, but no TLS */
	PROBE_FAILED,    /* no certificate came: the handshake failed before it */
	PROBE_UNREACHED, /* not resolved, not connected, no answer in time */
	PROBE_VERDICT_COUNT
};
const char *probe_verdict_name(enum probe_verdict verdict); /* "untrusted" */

/* Whether an identity would be sent to a server that asks as this one did. */
struct probe_match {
	char *name;
	bool fits, sent;
	char *why; /* a sentence */
};

struct probed {
	struct report *report;
	enum probe_verdict verdict;
	char *reason;            /* a sentence: why it is so */
	char *kept;              /* the same in English, where that is another; see probed_kept() */
	bool judged;             /* a chain came: `why` has the judgement of it */
	struct explanation why;
	const struct explained_step *unsent; /* trusted by a certificate that is known here and wasn't
						sent: others refuse the service; else NULL */
	bool elsewhere; /* trusted, but not by programs that follow the chain as it was sent: see
			   "another-path" of pki/judge.h */
	struct probe_match *matches; /* where a client certificate was asked for */
	size_t match_count;
};
void probed_done(struct probed *probed);

/* The reason as the store keeps it: in English.  Borrowed. */
const char *probed_kept(const struct probed *probed);

/* The exit code of a command that ended so. */
enum error_code probed_code(const struct probed *probed);

/* Probe and wait: for commands.  False where no probe could be made, or of a wish without sense. */
bool app_probe_run(struct app *app, const struct probe_wish *wish, struct probed *out,
	struct error *err);

/*
 * Many side by side, beside a loop or waiting for all of them.  done() is called for each, by its
 * number, and takes the probed over; progress(), which may be NULL, gets a borrowed report whose ladder
 * has grown; end() once, after the last, with an error where the job broke: then some weren't done.
 */
typedef void probe_each_fn(void *ctx, size_t number, struct probed *take);
typedef void probe_ladder_fn(void *ctx, size_t number, const struct report *report);
typedef void probe_end_fn(void *ctx, bool ok, const struct error *err);
struct probe_calls {
	probe_each_fn *each;
	probe_ladder_fn *ladder;
	probe_end_fn *end; /* of app_probe_start() */
	void *ctx;
};
bool app_probe_all(struct app *app, const struct probe_wish *wishes, size_t count,
	const struct probe_calls *calls, struct error *err);

struct probe_job;
struct probe_job *app_probe_start(struct app *app, struct loop *loop,
	const struct probe_wish *wishes, size_t count, const struct probe_calls *calls,
	struct error *err);
void app_probe_cancel(struct probe_job *job); /* nobody is called */

/*
 * Keep what isn't trusted: certificates that the store hasn't got become untrusted entries, with the
 * evidence in their headers; of one that waits already the evidence is brought up to date, at most
 * once an hour.  `note` gets a sentence where a limit or a decision kept something out; may be NULL.
 */
bool app_plan_quarantine(struct app *app, const struct probed *probed, struct plan *plan,
	struct buf *note, struct error *err);

/* The probe that an entry's evidence comes from, to be made again; false where it has none. */
bool app_probe_seen(struct app *app, const struct entry *entry, struct probe_wish *out);

#endif
