/*
 * What GnuTLS asks in the middle of a handshake: whether the peer's chain will do, and which
 * certificate of ours is sent.
 */
#include "net/tls-session.h"

#include "base/lang.h"
#include "base/mem.h"

/* After the peer's certificate has come, before ours is sent. */
int tls_on_chain(gnutls_session_t session)
{
	struct tls *tls = gnutls_session_get_ptr(session);
	struct error why = { 0 };
	tls_look(tls);
	if (!tls->verify)
		return 0;
	tls->verified = tls->verify(tls->verify_ctx, &why);
	if (tls->verified)
		return 0;
	tls_say(tls, why.text);
	tls->refused = true;
	tls->report->presented = false; /* in TLS 1.3 it was chosen, and isn't going to be sent */
	gnutls_alert_send(session, GNUTLS_AL_FATAL, GNUTLS_A_CERTIFICATE_UNKNOWN);
	return GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR;
}

int tls_on_message(gnutls_session_t session, unsigned type, unsigned when, unsigned incoming,
	const gnutls_datum_t *message)
{
	struct tls *tls = gnutls_session_get_ptr(session);
	(void)when;
	if (type == GNUTLS_HANDSHAKE_SERVER_HELLO)
		tls_read_hello(tls, message);
	if (incoming && type == GNUTLS_HANDSHAKE_NEW_SESSION_TICKET)
		tls->report->ticket = true;
	return 0;
}

static void see_authorities(struct report *report, const gnutls_datum_t *names, int count)
{
	size_t most = count > REPORT_AUTHORITIES ? REPORT_AUTHORITIES : (size_t)count;
	report->authorities_sent = (size_t)count;
	report->authorities = mem_new((most + 1) * sizeof *report->authorities);
	for (size_t i = 0; i < most; i++) {
		char *name = cert_name(names[i].data, names[i].size);
		if (name)
			report->authorities[report->authority_count++] = name;
	}
}

int tls_on_asked(gnutls_session_t session, const gnutls_datum_t *names, int count,
	const gnutls_pk_algorithm_t *algorithms, int algorithm_count, gnutls_pcert_st **chain,
	unsigned *chain_count, gnutls_privkey_t *key)
{
	struct tls *tls = gnutls_session_get_ptr(session);
	(void)algorithms;
	(void)algorithm_count;
	if (!tls->report->asked && count >= 0)
		see_authorities(tls->report, names, count);
	tls->report->asked = true;
	tls->report->presented = tls->chain_count > 0;
	*chain = tls->chain;
	*chain_count = tls->chain_count;
	*key = tls->key;
	return 0;
}

/* --- a server's look at its client ------------------------------------------------------------- */

/* The first that applies is told, and is what the client's own log will say. */
static const struct {
	unsigned status;
	gnutls_alert_description_t alert;
	const char *words;
} refusals[] = {
	{ GNUTLS_CERT_SIGNER_NOT_FOUND, GNUTLS_A_UNKNOWN_CA,
		N_("its certificate isn't signed by one of the CAs that were asked for") },
	{ GNUTLS_CERT_SIGNER_NOT_CA, GNUTLS_A_UNKNOWN_CA, N_("what signed its certificate is no CA") },
	{ GNUTLS_CERT_SIGNATURE_FAILURE, GNUTLS_A_BAD_CERTIFICATE,
		N_("a signature in its chain isn't good") },
	{ GNUTLS_CERT_EXPIRED, GNUTLS_A_CERTIFICATE_EXPIRED, N_("a certificate in its chain is over") },
	{ GNUTLS_CERT_NOT_ACTIVATED, GNUTLS_A_CERTIFICATE_EXPIRED,
		N_("a certificate in its chain has yet to begin") },
	{ GNUTLS_CERT_PURPOSE_MISMATCH, GNUTLS_A_UNSUPPORTED_CERTIFICATE,
		N_("its certificate isn't meant for clients") },
	{ GNUTLS_CERT_INSECURE_ALGORITHM, GNUTLS_A_BAD_CERTIFICATE,
		N_("its chain is signed with an algorithm that is too weak") },
	{ GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE, GNUTLS_A_BAD_CERTIFICATE,
		N_("a CA in its chain may not sign that") },
	{ 0, GNUTLS_A_BAD_CERTIFICATE, N_("its certificate isn't acceptable") },
};

static int refuse_client(struct tls *tls, unsigned status)
{
	size_t i = 0;
	while (refusals[i].status && !(status & refusals[i].status))
		i++;
	tls_say(tls, lang_text(refusals[i].words));
	gnutls_alert_send(tls->session, GNUTLS_AL_FATAL, refusals[i].alert);
	tls->refused = true;
	return GNUTLS_E_CERTIFICATE_ERROR;
}

int tls_on_client(gnutls_session_t session)
{
	struct tls *tls = gnutls_session_get_ptr(session);
	gnutls_typed_vdata_st wish = { .type = GNUTLS_DT_KEY_PURPOSE_OID,
		.data = (unsigned char *)(uintptr_t)GNUTLS_KP_TLS_WWW_CLIENT };
	unsigned status = 0;
	tls_see_chain(tls);
	if (gnutls_certificate_verify_peers(session, &wish, 1, &status) < 0)
		status = GNUTLS_CERT_INVALID;
	return status ? refuse_client(tls, status) : 0;
}
