/*
 * What one probe saw: everything that the peer sent, also where the handshake failed.
 *
 * A record; a field that nothing was seen for is NULL or 0.  All texts are safe text.  Whether the
 * chain is trusted isn't said here: the caller judges it (pki/judge.h) and fills STEP_VERIFY.
 *
 * Life: probe_start() hands a report to its done function, which takes it over … report_free().
 */
#ifndef CERTARY_NET_REPORT_H
#define CERTARY_NET_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "net/dialect.h"
#include "pki/cert.h"
#include "pki/pack.h"

#define REPORT_CHAIN       32           /* certificates of a chain that are kept */
#define REPORT_CHAIN_BYTES (128u << 10) /* longer messages of a handshake end it */
#define REPORT_AUTHORITIES 200          /* names of CAs that are kept */
#define REPORT_ADDRESSES   16           /* addresses of a host that are tried */

/* --- the ladder --------------------------------------------------------------------------- */

enum report_rung {
	STEP_RESOLVE,  /* the name leads to addresses */
	STEP_CONNECT,  /* one of them takes the connection */
	STEP_DIALECT,  /* the go-ahead for TLS in plain text */
	STEP_HELLO,    /* the server answers our hello: version and cipher are agreed */
	STEP_PRESENTS, /* the server presents its chain */
	STEP_VERIFY,   /* we trust it: the caller's */
	STEP_ASKED,    /* the server asks for a client certificate */
	STEP_PROVES,   /* we present ours and prove its key */
	STEP_ACCEPTED, /* the server takes it, and finishes the handshake */
	STEP_ACCESS,   /* the service answers what we ask it */
	STEP_COUNT,
};

enum report_outcome {
	STEP_NOT_REACHED,
	STEP_PASS,
	STEP_FAIL,
	STEP_IDLE, /* reached, but there is nothing to do, or nothing to be seen */
};

struct report_step {
	enum report_outcome outcome;
	char *text; /* a sentence; NULL where it was not reached */
	int64_t ms; /* since the probe began, when its outcome was known */
};

/* "Name resolution", "Server presents its certificate", …; static. */
const char *report_rung_label(enum report_rung rung);

/* --- what the peer sent ------------------------------------------------------------------- */

struct report_address {
	char *text;    /* "192.0.2.1", "2001:db8::1" */
	char *outcome; /* "connected", "Connection refused", "not tried"; … */
	int64_t ms;    /* since the probe began */
	bool used;
};

struct report_cert {
	uint8_t *der; /* as sent */
	size_t len;
	struct cert *cert; /* NULL where it can't be read: then `why` says so */
	char *why;
	uint8_t *staple; /* the OCSP answer that came for it, as sent; of the leaf see below */
	size_t staple_len;
};

enum report_staple {
	STAPLE_NONE,
	STAPLE_GOOD,
	STAPLE_REVOKED,
	STAPLE_UNKNOWN,    /* the responder doesn't know the certificate */
	STAPLE_UNREADABLE, /* or about another certificate, or an error of the responder */
};

/* The status line of one method of HTTP. */
struct report_http {
	const char *method; /* static */
	int status;         /* 0: no answer, then the line says why */
	char *line;         /* "HTTP/1.1 200 OK" */
};

struct report {
	char *host;  /* as asked for */
	char *ascii; /* the same as A-labels; equal to host mostly */
	uint16_t port;
	const struct dialect *dialect;
	char *sni;     /* the name sent; NULL: none, as for an address */
	int64_t when;  /* seconds since 1970 */
	int64_t begun; /* clock_ms(); what all ms are counted from */
	int64_t ms;    /* the whole probe took so long */

	struct report_address *addresses; /* in the order of the resolver */
	size_t address_count;
	const char *address; /* the one that was used: borrowed from the list; NULL: none */

	bool plaintext_only; /* it speaks the dialect's protocol, but refuses TLS */

	char *version, *cipher, *group, *signature; /* "TLS1.3", … */
	bool weak;                                  /* TLS 1.1 or older */
	char *alpn;                                 /* what the server chose */

	struct report_cert *chain; /* in the order in which it was sent */
	size_t chain_count;
	size_t chain_sent; /* more than chain_count: the rest wasn't kept */

	uint8_t *staple; /* the OCSP answer for the leaf, as sent */
	size_t staple_len;
	enum report_staple staple_status;
	char *staple_text; /* a sentence */

	bool asked;         /* the server asked for a client certificate */
	char **authorities; /* whose certificates it takes, as cert_info has names */
	size_t authority_count;
	size_t authorities_sent;
	bool presented;       /* we sent ours */
	bool handshake;       /* it was finished from our side */
	bool ticket;          /* the server sent a session ticket: it is content */
	int alert;            /* -1: none came */
	const char *alert_text; /* static */

	struct report_http *http;
	size_t http_count;

	struct report_step steps[STEP_COUNT];
	struct error err; /* why it went no further; ERROR_NONE where it went all the way */
};

struct report *report_new(const char *host, uint16_t port, const struct dialect *dialect);
void report_free(struct report *report);
void report_done(struct report *report); /* the same for one that stands in another record */

/* Fill a step; the text is made safe and a sentence (capital, full stop), the time is now. */
void report_step(struct report *report, enum report_rung rung, enum report_outcome outcome,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

/*
 * As bytes, for the pipe between a job that probes and its parent (pki/pack.h).  NULL and u->bad
 * where they are no report.
 */
void report_pack(struct buf *out, const struct report *report);
struct report *report_unpack(struct unpack *u);

/*
 * What is odd about the chain as it was sent: one sentence a line, appended to out; nothing where
 * it is in order.  The order, a root that nobody needs, a duplicate, a stranger, a missing issuer.
 */
size_t report_chain_notes(const struct report *report, struct buf *out);

#endif
