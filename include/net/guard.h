/*
 * A guard for the TLS sessions of other programs: it asks somebody of ours about the server's chain
 * within their handshakes, before anything of theirs is sent.  A session is a gnutls_session_t.
 */
#ifndef CERTARY_NET_GUARD_H
#define CERTARY_NET_GUARD_H

#include <stdbool.h>

#include "base/error.h"
#include "net/report.h"

/*
 * Take down in the report what the session has seen of its server.  True: the handshake goes on;
 * false: it ends, with the alert certificate_unknown, and gnutls_handshake() says
 * GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR.
 */
struct guard {
	bool (*judge)(struct guard *guard, void *session);
	void (*done)(struct guard *guard); /* the session is gone */
};

/* The session takes the guard over, in any case.  One that is there already is replaced. */
bool guard_install(void *session, struct guard *take, struct error *err);
struct guard *guard_of(void *session); /* NULL: none */

/* Version, cipher, chain and staple as far as they have come; the peer's address, if it has one. */
void guard_look(void *session, struct report *report);

#endif
