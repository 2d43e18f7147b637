/*
 * What the files of a TLS session share: tls.c moves bytes, tls-new.c makes a session of a wish,
 * tls-hands.c answers GnuTLS during the handshake, tls-look.c takes down what is seen, and
 * tls-words.c says what went wrong.  GnuTLS's types stay among them.
 */
#ifndef CERTARY_SRC_NET_TLS_SESSION_H
#define CERTARY_SRC_NET_TLS_SESSION_H

#include <sys/types.h>

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>

#include "net/tls.h"

#define TLS_FIRST     64 /* bytes kept to tell what this is */
#define TLS_OWN_CHAIN 16 /* certificates of ours that are sent */

struct tls {
	int fd;
	gnutls_session_t session;
	gnutls_certificate_credentials_t credentials;
	gnutls_pcert_st chain[TLS_OWN_CHAIN];
	unsigned chain_count;
	gnutls_privkey_t key;
	struct report *report;
	struct report own; /* where nobody wants one */
	bool server, hello, finished;
	bool refused; /* our no to the peer's certificate, which has been said */
	bool verified;
	bool (*verify)(void *ctx, struct error *why);
	void *verify_ctx;
	unsigned char suite[2]; /* from the server's hello */
	size_t turn, total;
	bool flood;
	bool more; /* another record follows this one at once */
	bool passing; /* bytes of somebody who has to know whether they went */
	int read_errno;
	unsigned warnings;
	int alert;
	char first[TLS_FIRST];
	size_t first_len;
	char *failure; /* safe text */
};

/* --- tls.c: GnuTLS's way to the socket -------------------------------------------------------- */

ssize_t tls_pull(gnutls_transport_ptr_t ctx, void *bytes, size_t size);
ssize_t tls_push(gnutls_transport_ptr_t ctx, const void *bytes, size_t size);

/* --- tls-hands.c: what GnuTLS asks during a handshake ------------------------------------------ */

/* A client's, after the server's chain has come and before ours is sent: 0, or an error of GnuTLS. */
int tls_on_chain(gnutls_session_t session);

/* A server's, after its client's chain has come. */
int tls_on_client(gnutls_session_t session);

/* Each message of the handshake, after it was sent or read. */
int tls_on_message(gnutls_session_t session, unsigned type, unsigned when, unsigned incoming,
	const gnutls_datum_t *message);

/* The server asks for a certificate: it gets ours, whatever CAs it names. */
int tls_on_asked(gnutls_session_t session, const gnutls_datum_t *names, int count,
	const gnutls_pk_algorithm_t *algorithms, int algorithm_count, gnutls_pcert_st **chain,
	unsigned *chain_count, gnutls_privkey_t *key);

/* --- tls-look.c (with tls_look() and tls_take_down()) ------------------------------------------- */

void tls_see_chain(struct tls *tls); /* once: a second time changes nothing */
void tls_read_hello(struct tls *tls, const gnutls_datum_t *message); /* the server's */

/* --- tls-words.c ------------------------------------------------------------------------------- */

/* Keeps words, which may be the peer's, as what tls_failure() says. */
void tls_say(struct tls *tls, const char *words);

/* Says why GnuTLS gave up with code, and takes down what was seen; TLS_FAILED. */
enum tls_turn tls_failed(struct tls *tls, int code);

#endif
