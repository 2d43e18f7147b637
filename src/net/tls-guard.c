/*
 * GnuTLS keeps data with a session for whoever brings a TLS extension of his own, and frees it with
 * the session.  That is all that this extension is for: it is never sent and never read.  The
 * program's own pointer (gnutls_session_set_ptr) stays the program's.
 */
#include "net/guard.h"

#include <stdint.h>
#include <sys/socket.h>

#include <gnutls/gnutls.h>

#include "base/mem.h"
#include "net/lookup.h"
#include "net/tls.h"

#define OURS 0xffce /* a number from the range for private use */

static void release(gnutls_ext_priv_data_t data)
{
	struct guard *guard = data;
	guard->done(guard);
}

static int stay_silent(gnutls_session_t session, gnutls_buffer_t out)
{
	(void)session;
	(void)out;
	return 0;
}

static int hear_nothing(gnutls_session_t session, const unsigned char *bytes, size_t len)
{
	(void)session;
	(void)bytes;
	(void)len;
	return 0;
}

struct guard *guard_of(void *session)
{
	gnutls_ext_priv_data_t data;
	return gnutls_ext_get_data(session, OURS, &data) >= 0 ? data : NULL;
}

static int on_chain(gnutls_session_t session)
{
	struct guard *guard = guard_of(session);
	if (guard && guard->judge(guard, session))
		return 0;
	gnutls_alert_send(session, GNUTLS_AL_FATAL, GNUTLS_A_CERTIFICATE_UNKNOWN);
	return GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR;
}

bool guard_install(void *session, struct guard *take, struct error *err)
{
	if (!guard_of(session)) {
		int code = gnutls_session_ext_register(session, "certary", OURS, GNUTLS_EXT_TLS,
			hear_nothing, stay_silent, release, NULL, NULL,
			GNUTLS_EXT_FLAG_CLIENT_HELLO);
		if (code < 0) {
			take->done(take);
			return error_set(err, ERROR_FAILED, "the session takes no guard: %s",
				gnutls_strerror(code));
		}
	}
	gnutls_ext_set_data(session, OURS, take);
	gnutls_session_set_verify_function(session, on_chain);
	return true;
}

static void see_address(gnutls_session_t session, struct report *report)
{
	struct lookup_address peer = { .len = sizeof peer.name };
	int fd = gnutls_transport_get_int(session);
	if (report->address_count > 0 ||
		getpeername(fd, (struct sockaddr *)&peer.name, &peer.len) != 0 ||
		(peer.name.ss_family != AF_INET && peer.name.ss_family != AF_INET6))
		return;
	report->addresses = mem_new(sizeof *report->addresses);
	report->addresses[0] = (struct report_address){
		.text = lookup_text(&peer), .outcome = mem_text("connected"), .used = true
	};
	report->address_count = 1;
	report->address = report->addresses[0].text;
}

void guard_look(void *session, struct report *report)
{
	see_address(session, report);
	tls_take_down(session, report);
}
