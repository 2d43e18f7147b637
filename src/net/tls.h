/*
 * A TLS session on a non-blocking socket, and the only door to GnuTLS here.
 *
 *	tls_new() … tls_handshake() until TLS_DONE … tls_send(), tls_receive() … tls_free()
 *
 * Nothing is verified by GnuTLS for a client: whatever the server presents is taken down in the
 * report, and the handshake goes on, so that there is something to judge, unless the wish brings a
 * judge of its own.  A server verifies clients against the CAs
 * of its wish.  A peer can't keep the loop busy: a turn reads a bounded number of bytes, and so does
 * a whole handshake.
 */
#ifndef CERTARY_SRC_NET_TLS_H
#define CERTARY_SRC_NET_TLS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "net/report.h"
#include "pki/cert.h"
#include "pki/privkey.h"

struct tls;

/* Everything is borrowed for the call only. */
struct tls_wish {
	bool server;
	const char *version;     /* "1.0" … "1.3"; NULL: any */
	const char *sni;         /* A-labels; NULL: none */
	const char *const *alpn; /* ends with NULL; may be NULL */
	const struct cert *const *chain; /* what we present, the leaf first */
	size_t chain_count;
	const struct privkey *key;
	const struct cert *const *clients; /* a server's: CAs whose clients it takes; none: it
					      doesn't ask */
	size_t client_count;
	/* A client's: whether the server's chain, which the report has by then, will do.  It is asked
	 * before anything of ours is sent; its no ends the handshake.  NULL: whatever comes will do. */
	bool (*verify)(void *ctx, struct error *why);
	void *verify_ctx;
};

enum tls_turn {
	TLS_DONE,
	TLS_READ,  /* again when the socket can be read */
	TLS_WRITE, /* again when it can be written to */
	TLS_FAILED,
	TLS_CLOSED, /* the peer ended it in good order */
};

/* "1.0" … "1.3" */
bool tls_version_known(const char *version);

/* The descriptor stays the caller's.  report (NULL: none) is filled as things are seen. */
struct tls *tls_new(int fd, const struct tls_wish *wish, struct report *report, struct error *err);
void tls_free(struct tls *tls);

enum tls_turn tls_handshake(struct tls *tls);

/* TLS_DONE: all of it, out is empty.  That holds for a peer that has gone, too: tls_receive() tells, with
 * the reason that it gave. */
enum tls_turn tls_send(struct tls *tls, struct buf *out);
enum tls_turn tls_receive(struct tls *tls, void *bytes, size_t size, size_t *got);

/* Some of it: TLS_DONE says in *put how much.  After any other answer the same bytes come again. */
enum tls_turn tls_write(struct tls *tls, const void *bytes, size_t len, size_t *put);
enum tls_turn tls_finish(struct tls *tls); /* says that nothing follows; goes on receiving */
void tls_bye(struct tls *tls); /* says that nothing follows, if that can be sent at once */

/* After TLS_FAILED: what went wrong, in words; borrowed. */
const char *tls_failure(const struct tls *tls);
int tls_alert(const struct tls *tls); /* the peer's; -1: none */
bool tls_is_13(const struct tls *tls);
bool tls_is_verified(const struct tls *tls);   /* verify was asked, and said yes */
bool tls_is_turned_down(const struct tls *tls); /* it said no, in tls_failure() */

/* A server's: the name that its client asked for (SNI), safe text that the caller frees; or NULL. */
char *tls_name_asked(const struct tls *tls);

/* Take down whatever was seen so far: for a handshake that stops before its end. */
void tls_look(struct tls *tls);

/* The same of a session that isn't ours: a client's, of another program. */
void tls_take_down(void *session, struct report *report);

/* --- alert.c -------------------------------------------------------------------------------- */

/* What an alert of the peer means to an operator; never NULL. */
const char *alert_words(int alert);

/* One that is about the client's certificate. */
bool alert_blames(int alert);

#endif
