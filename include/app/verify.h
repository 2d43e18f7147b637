/*
 * For programs that speak TLS by GnuTLS themselves: the same trust and the same quarantine, with a line
 * for each session.
 *
 *	app_new(&options, &app, &err) && app_open_store(app, APP_STORE_THERE, &err)   once
 *	certary_verify_install(session, app, "ldap.example", 636, &err)               before
 *	gnutls_handshake(session)                                                     each handshake
 *
 * The store judges the server's chain within the handshake, for that host.  One that isn't trusted is
 * refused before anything of ours is sent, gnutls_handshake() fails with
 * GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR, and the chain is kept as untrusted with its evidence, unless
 * the app is read-only; after `certary trust` the next handshake succeeds.
 *
 * A session that is resumed presents no certificate, so that nobody is asked about it, and a decision
 * since the first one doesn't count: whoever installs this keeps no session data.
 *
 * Programs outside certary's own sources link libcertary.a, where just these two, app_new(), app_free(),
 * app_open_store(), app_store_path(), app_read_only(), app_reload() and app_watch*() are to be had:
 *
 *	cc program.c $(pkg-config --cflags --libs certary)
 *
 * It replaces the session's verify function and any other verification of the peer.  An app belongs to
 * one thread, and outlives the sessions.
 */
#ifndef CERTARY_APP_VERIFY_H
#define CERTARY_APP_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "app/app.h"

/* session is a gnutls_session_t; host is a name or an address; SNI stays the program's business.  Once for each session. */
bool certary_verify_install(void *session, struct app *app, const char *host,
	uint16_t port, struct error *err);

/*
 * After the handshake: why the chain is trusted, or why it was refused, a sentence; whether something
 * was kept, too.  Safe text that lives as long as the session; "" before the chain has come.
 */
const char *certary_verify_reason(void *session);

#endif
