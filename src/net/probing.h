/*
 * A probe under way.  It is always in one turn: a function that is called when its socket is ready,
 * does what can be done, and either waits by probe_want(), hands over to the next turn by
 * probe_turn(), or ends.  After probe_end() and probe_fail() the probe is gone.
 */
#ifndef CERTARY_SRC_NET_PROBING_H
#define CERTARY_SRC_NET_PROBING_H

#include "base/buf.h"
#include "net/dial.h"
#include "net/lookup.h"
#include "net/probe.h"
#include "net/talk.h"
#include "net/tls.h"

struct probe {
	struct prober *prober;
	struct loop *loop;
	struct probe *before, *after; /* in the prober's list of running or of waiting ones */
	bool running;

	/* The request, its texts copied. */
	struct probe_request request;
	char *ascii, *sni, *version, *http, **alpn;
	probe_done_fn *done;
	probe_progress_fn *progress;
	void *ctx;

	struct report *report;
	enum report_rung rung; /* where the deadline would find it */
	unsigned begin, deadline, quiet;

	struct lookup *lookup;
	struct dial *dial;
	struct lookup_answer used; /* the one address, for further connections */
	int fd;                    /* -1: none */
	short events;              /* that are waited for; 0: none */
	void (*turn)(struct probe *probe);

	struct talk talk;
	struct tls *tls;
	struct buf in, out;
	size_t method; /* of HTTP */

	/* Of a tunnel (tunnel.c): who judges the chain, and who takes session and report over. */
	bool (*verify)(void *ctx, struct error *why);
	void (*opened)(struct probe *probe);
};

void probe_want(struct probe *probe, short events);
void probe_turn(struct probe *probe, void (*turn)(struct probe *probe)); /* and take it */
void probe_step(struct probe *probe, enum report_rung rung, enum report_outcome outcome,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

void probe_end(struct probe *probe);
void probe_fail(struct probe *probe, enum report_rung rung, enum error_code code,
	const char *text);

/* What a turn does when TLS can't go on at once.  True: it has to wait, and does. */
bool probe_waits(struct probe *probe, enum tls_turn turn);

/* --- probe-request.c ---------------------------------------------------------------------------- */

/* Copy the request, or say what is wrong with it; give back the copies. */
bool probe_fill(struct probe *probe, const struct probe_request *request, struct error *err);
void probe_forget(struct probe *probe);

/* --- the turns -------------------------------------------------------------------------------- */

void probe_talk(struct probe *probe);          /* probe-talk.c: from the connection to TLS */
void probe_shake_hands(struct probe *probe);   /* probe-hands.c: the first handshake */
void probe_settle(struct probe *probe);        /* probe-settle.c: after it */
void probe_http(struct probe *probe);          /* probe-http.c: instead of settling */
int probe_http_status(const char *line);       /* 200 of "HTTP/1.1 200 OK"; 0: it is no such line */
bool probe_hands(struct probe *probe, struct report *report); /* start a handshake */

/* A socket is there: direct TLS or the dialect, in any case the next rung. */
void probe_connected(struct probe *probe);

/* probe-settle.c: it ended after the handshake, by an alert or just so. */
void probe_refused(struct probe *probe, enum tls_turn turn);
void probe_accepted(struct probe *probe, const char *why); /* STEP_ACCEPTED, if not filled yet */

#endif
