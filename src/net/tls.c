/*
 * GnuTLS reads through our own function, for three reasons: a peer that never stops sending would
 * keep a handshake inside GnuTLS and everything else waiting; whatever isn't TLS is remembered from
 * its first bytes, to tell what it is; and what a handshake may read in all is bounded.
 */
#include "net/tls.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/ocsp.h>
#include <gnutls/x509.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "net/talk.h"

#define TURN_BYTES      (64u << 10) /* that one turn reads */
#define HANDSHAKE_BYTES (1u << 20)  /* that a handshake reads: framing may be lavish */
#define RECORD          (16u << 10) /* bytes of the largest record */
#define WARNINGS        8           /* that a handshake puts up with */
#define FIRST           64          /* bytes kept to tell what this is */
#define OWN_CHAIN       16          /* certificates of ours that are sent */

struct tls {
	int fd;
	gnutls_session_t session;
	gnutls_certificate_credentials_t credentials;
	gnutls_pcert_st chain[OWN_CHAIN];
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
	int read_errno;
	unsigned warnings;
	int alert;
	char first[FIRST];
	size_t first_len;
	char *failure; /* safe text */
};

/* --- words ------------------------------------------------------------------------------------ */

static const struct {
	int code;
	const char *words;
} reasons[] = {
	{ GNUTLS_E_PREMATURE_TERMINATION, N_("the peer hung up") },
	{ GNUTLS_E_UNSUPPORTED_VERSION_PACKET,
		N_("it answers with a version of TLS that isn't wanted") },
	{ GNUTLS_E_DH_PRIME_UNACCEPTABLE, N_("its Diffie-Hellman group is too weak") },
	{ GNUTLS_E_UNKNOWN_CIPHER_SUITE, N_("it chose a cipher that wasn't offered") },
	{ GNUTLS_E_NO_CIPHER_SUITES, N_("there is no cipher that both sides take") },
	{ GNUTLS_E_CERTIFICATE_ERROR, N_("a certificate in the handshake isn't acceptable") },
	{ GNUTLS_E_NO_CERTIFICATE_FOUND, N_("the peer presents no certificate") },
	{ GNUTLS_E_CERTIFICATE_REQUIRED, N_("the client presents no certificate") },
	{ GNUTLS_E_KEY_USAGE_VIOLATION,
		N_("the server's certificate isn't made for this use of its key (key usage)") },
	{ GNUTLS_E_PK_SIG_VERIFY_FAILED, N_("the server can't prove that it has its certificate's key") },
	{ GNUTLS_E_HANDSHAKE_TOO_LARGE, N_("a message of the handshake has more than 128 KiB") },
	{ GNUTLS_E_WARNING_ALERT_RECEIVED, N_("it sends warnings without end") },
	{ GNUTLS_E_TOO_MANY_EMPTY_PACKETS, N_("it sends empty records without end") },
	{ GNUTLS_E_TOO_MANY_HANDSHAKE_PACKETS, N_("the handshake has no end") },
};

static void say(struct tls *tls, const char *words)
{
	struct buf safe = { 0 };
	text_guard(&safe, words);
	free(tls->failure);
	tls->failure = buf_take(&safe);
}

/* GnuTLS has asked for no more than a record's header. */
static void read_on(struct tls *tls)
{
	ssize_t got = recv(tls->fd, tls->first + tls->first_len, FIRST - tls->first_len,
		MSG_DONTWAIT);
	if (got > 0)
		tls->first_len += (size_t)got;
}

/* What came isn't TLS: a guess, or how it begins. */
static void say_alien(struct tls *tls)
{
	read_on(tls);
	const char *guess = guess_protocol(tls->first, tls->first_len);
	char *begins = text_safe(tls->first, tls->first_len);
	char *words = guess ? mem_format(_("it answers, but not in TLS: it looks like %s"), guess)
			    : mem_format(_("it answers, but not in TLS: %s"), begins);
	say(tls, words);
	free(begins);
	free(words);
}

static bool looks_like_tls(const struct tls *tls)
{
	return tls->first_len >= 2 && tls->first[0] >= 0x14 && tls->first[0] <= 0x18 &&
	       tls->first[1] == 3;
}

static void say_code(struct tls *tls, int code)
{
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (reasons[i].code == code) {
			say(tls, lang_text(reasons[i].words));
			return;
		}
	char *words = mem_format(_("TLS failed: %s"), gnutls_strerror(code));
	say(tls, words);
	free(words);
}

static enum tls_turn failed(struct tls *tls, int code)
{
	if (tls->refused)
		return TLS_FAILED;
	if (tls->server && !tls->finished)
		gnutls_alert_send_appropriate(tls->session, code);
	if (code == GNUTLS_E_FATAL_ALERT_RECEIVED) {
		tls->alert = (int)gnutls_alert_get(tls->session);
		tls->report->alert = tls->alert;
		tls->report->alert_text = alert_words(tls->alert);
		say(tls, tls->report->alert_text);
	} else if (tls->flood) {
		say(tls, _("it sends without end, and the handshake gets nowhere"));
	} else if (tls->first_len > 0 && !looks_like_tls(tls)) {
		say_alien(tls);
	} else if (code == GNUTLS_E_PULL_ERROR || code == GNUTLS_E_PUSH_ERROR) {
		say(tls, tls->read_errno ? strerror(tls->read_errno) : _("the connection broke"));
	} else {
		say_code(tls, code);
	}
	tls_look(tls);
	return TLS_FAILED;
}

/* --- the socket ------------------------------------------------------------------------------- */

static ssize_t fail_read(struct tls *tls, int code)
{
	if (code != EAGAIN && code != EINTR)
		tls->read_errno = code;
	gnutls_transport_set_errno(tls->session, code);
	return -1;
}

static ssize_t pull(gnutls_transport_ptr_t ctx, void *bytes, size_t size)
{
	struct tls *tls = ctx;
	if (!tls->finished && tls->total >= HANDSHAKE_BYTES) {
		tls->flood = true;
		return fail_read(tls, EMSGSIZE);
	}
	if (tls->turn >= TURN_BYTES)
		return fail_read(tls, EAGAIN);
	ssize_t got = recv(tls->fd, bytes, size, 0);
	if (got < 0)
		return fail_read(tls, errno);
	tls->turn += (size_t)got;
	tls->total += (size_t)got;
	for (ssize_t i = 0; i < got && tls->first_len < FIRST; i++)
		tls->first[tls->first_len++] = ((char *)bytes)[i];
	return got;
}

static ssize_t push(gnutls_transport_ptr_t ctx, const void *bytes, size_t size)
{
	struct tls *tls = ctx;
	ssize_t put = send(tls->fd, bytes, size, MSG_NOSIGNAL | (tls->more ? MSG_MORE : 0));
	return put < 0 ? fail_read(tls, errno) : put;
}

/* --- what is seen ------------------------------------------------------------------------------ */

static void keep_cert(struct report_cert *out, const gnutls_datum_t *der)
{
	struct error err;
	out->der = mem_copy(der->data, der->size);
	out->len = der->size;
	if (!cert_parse(der->data, der->size, &out->cert, &err))
		out->why = mem_text(err.text);
}

static void see_chain(struct tls *tls)
{
	struct report *report = tls->report;
	unsigned count = 0;
	const gnutls_datum_t *peers = gnutls_certificate_get_peers(tls->session, &count);
	if (!peers || count == 0 || report->chain_count > 0)
		return;
	report->chain_sent = count;
	if (count > REPORT_CHAIN)
		count = REPORT_CHAIN;
	report->chain = mem_new(count * sizeof *report->chain);
	for (unsigned i = 0; i < count; i++)
		keep_cert(&report->chain[i], &peers[i]);
	report->chain_count = count;
}

/* GnuTLS gives the suite its proper name only late, and never where a handshake of TLS 1.2 fails. */
static const char *suite_name(const struct tls *tls)
{
	const char *name = gnutls_ciphersuite_get(tls->session);
	unsigned char suite[2];
	for (size_t i = 0; !name; i++) {
		const char *one = gnutls_cipher_suite_info(i, suite, NULL, NULL, NULL, NULL);
		if (!one)
			break;
		if (memcmp(suite, tls->suite, sizeof suite) == 0)
			name = one;
	}
	return name;
}

/* The suite stands behind version, random number and session. */
static void read_hello(struct tls *tls, const gnutls_datum_t *message)
{
	size_t at = 2 + 32;
	tls->hello = true;
	if (message && message->size > at)
		at += 1 + (size_t)message->data[at];
	if (message && message->size >= at + 2)
		memcpy(tls->suite, message->data + at, 2);
}

static void keep(char **field, const char *value)
{
	if (!value || (*field && strcmp(*field, value) == 0))
		return;
	free(*field);
	*field = mem_text(value);
}

static void see_agreed(struct tls *tls)
{
	struct report *report = tls->report;
	gnutls_session_t s = tls->session;
	gnutls_protocol_t version = gnutls_protocol_get_version(s);
	gnutls_datum_t alpn;
	keep(&report->version, gnutls_protocol_get_name(version));
	report->weak = version >= GNUTLS_SSL3 && version <= GNUTLS_TLS1_1;
	keep(&report->cipher, suite_name(tls));
	keep(&report->group, gnutls_group_get_name(gnutls_group_get(s)));
	keep(&report->signature,
		gnutls_sign_get_name((gnutls_sign_algorithm_t)gnutls_sign_algorithm_get(s)));
	if (!report->alpn && gnutls_alpn_get_selected_protocol(s, &alpn) >= 0)
		report->alpn = text_safe(alpn.data, alpn.size);
}

static enum report_staple staple_status(unsigned status)
{
	switch (status) {
	case GNUTLS_OCSP_CERT_GOOD:
		return STAPLE_GOOD;
	case GNUTLS_OCSP_CERT_REVOKED:
		return STAPLE_REVOKED;
	}
	return STAPLE_UNKNOWN;
}

static bool is_about_leaf(const struct report *report, gnutls_ocsp_resp_t answer)
{
	gnutls_x509_crt_t leaf;
	if (report->chain_count == 0)
		return false;
	gnutls_datum_t der = { report->chain[0].der, (unsigned)report->chain[0].len };
	if (gnutls_x509_crt_init(&leaf) < 0)
		mem_die("GnuTLS has no memory left");
	bool is = gnutls_x509_crt_import(leaf, &der, GNUTLS_X509_FMT_DER) >= 0 &&
		  gnutls_ocsp_resp_check_crt(answer, 0, leaf) >= 0;
	gnutls_x509_crt_deinit(leaf);
	return is;
}

static void read_staple(struct report *report, const gnutls_datum_t *raw)
{
	static const char *const words[] = {
		[STAPLE_GOOD] = N_("The stapled OCSP answer says that the certificate is good."),
		[STAPLE_REVOKED] = N_("The stapled OCSP answer says that the certificate was revoked."),
		[STAPLE_UNKNOWN] = N_("The stapled OCSP answer says that the responder doesn't know it."),
		[STAPLE_UNREADABLE] = N_("The stapled OCSP answer isn't one about this certificate."),
	};
	gnutls_ocsp_resp_t answer;
	unsigned status = 0;
	if (gnutls_ocsp_resp_init(&answer) < 0)
		mem_die("GnuTLS has no memory left");
	bool read = gnutls_ocsp_resp_import(answer, raw) >= 0 &&
		    gnutls_ocsp_resp_get_status(answer) == GNUTLS_OCSP_RESP_SUCCESSFUL &&
		    is_about_leaf(report, answer) &&
		    gnutls_ocsp_resp_get_single(answer, 0, NULL, NULL, NULL, NULL, &status, NULL,
			    NULL, NULL, NULL) >= 0;
	report->staple_status = read ? staple_status(status) : STAPLE_UNREADABLE;
	report->staple_text = mem_text(lang_text(words[report->staple_status]));
	gnutls_ocsp_resp_deinit(answer);
}

/* TLS 1.3 may have an answer beside each certificate. */
static void see_more_staples(struct tls *tls)
{
	struct report *report = tls->report;
	gnutls_datum_t raw;
	for (size_t i = 1; i < report->chain_count; i++) {
		struct report_cert *c = &report->chain[i];
		if (c->staple || gnutls_ocsp_status_request_get2(tls->session, (unsigned)i, &raw) < 0)
			continue;
		c->staple = mem_copy(raw.data, raw.size);
		c->staple_len = raw.size;
	}
}

static void see_staple(struct tls *tls)
{
	struct report *report = tls->report;
	gnutls_datum_t raw;
	if (report->staple || gnutls_ocsp_status_request_get2(tls->session, 0, &raw) < 0)
		return;
	report->staple = mem_copy(raw.data, raw.size);
	report->staple_len = raw.size;
	read_staple(report, &raw);
}

void tls_look(struct tls *tls)
{
	if (tls->hello)
		see_agreed(tls);
	see_chain(tls);
	if (!tls->server) {
		see_staple(tls);
		see_more_staples(tls);
	}
}

void tls_take_down(void *session, struct report *report)
{
	struct tls tls = { .session = session, .report = report, .hello = true };
	tls_look(&tls);
}

/* After the peer's certificate has come, before ours is sent. */
static int on_chain(gnutls_session_t session)
{
	struct tls *tls = gnutls_session_get_ptr(session);
	struct error why = { 0 };
	tls_look(tls);
	if (!tls->verify)
		return 0;
	tls->verified = tls->verify(tls->verify_ctx, &why);
	if (tls->verified)
		return 0;
	say(tls, why.text);
	tls->refused = true;
	tls->report->presented = false; /* in TLS 1.3 it was chosen, and isn't going to be sent */
	gnutls_alert_send(session, GNUTLS_AL_FATAL, GNUTLS_A_CERTIFICATE_UNKNOWN);
	return GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR;
}

static int on_message(gnutls_session_t session, unsigned type, unsigned when, unsigned incoming,
	const gnutls_datum_t *message)
{
	struct tls *tls = gnutls_session_get_ptr(session);
	(void)when;
	if (type == GNUTLS_HANDSHAKE_SERVER_HELLO)
		read_hello(tls, message);
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

/* The server asks for a certificate: it gets ours, whatever CAs it names. */
static int on_asked(gnutls_session_t session, const gnutls_datum_t *names, int count,
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
	say(tls, lang_text(refusals[i].words));
	gnutls_alert_send(tls->session, GNUTLS_AL_FATAL, refusals[i].alert);
	tls->refused = true;
	return GNUTLS_E_CERTIFICATE_ERROR;
}

static int on_client(gnutls_session_t session)
{
	struct tls *tls = gnutls_session_get_ptr(session);
	gnutls_typed_vdata_st wish = { .type = GNUTLS_DT_KEY_PURPOSE_OID,
		.data = (unsigned char *)(uintptr_t)GNUTLS_KP_TLS_WWW_CLIENT };
	unsigned status = 0;
	see_chain(tls);
	if (gnutls_certificate_verify_peers(session, &wish, 1, &status) < 0)
		status = GNUTLS_CERT_INVALID;
	return status ? refuse_client(tls, status) : 0;
}

/* --- life ------------------------------------------------------------------------------------- */

static const struct {
	const char *version, *priority;
} versions[] = {
	{ "1.0", "LEGACY:-VERS-ALL:+VERS-TLS1.0" },
	{ "1.1", "LEGACY:-VERS-ALL:+VERS-TLS1.1" },
	{ "1.2", "NORMAL:-VERS-ALL:+VERS-TLS1.2" },
	{ "1.3", "NORMAL:-VERS-ALL:+VERS-TLS1.3" },
};

static const char *priority_of(const char *version)
{
	for (size_t i = 0; version && i < sizeof versions / sizeof versions[0]; i++)
		if (strcmp(versions[i].version, version) == 0)
			return versions[i].priority;
	return version ? NULL : "NORMAL";
}

bool tls_version_known(const char *version)
{
	return version && priority_of(version);
}

static bool did(int code, const char *what, struct error *err)
{
	return code >= 0 || error_set(err, ERROR_FAILED, "%s: %s", lang_text(what), gnutls_strerror(code));
}

static bool load_key(struct tls *tls, const struct privkey *key, struct error *err)
{
	struct buf der = { .secret = true };
	if (!privkey_write_der(key, &der, err))
		return false;
	gnutls_datum_t bytes = { (unsigned char *)der.data, (unsigned)der.len };
	if (gnutls_privkey_init(&tls->key) < 0)
		mem_die("GnuTLS has no memory left");
	int code = gnutls_privkey_import_x509_raw(tls->key, &bytes, GNUTLS_X509_FMT_DER, NULL, 0);
	buf_wipe(&der);
	return did(code, N_("the key can't be used for TLS"), err);
}

static bool load_chain(struct tls *tls, const struct tls_wish *wish, struct error *err)
{
	for (size_t i = 0; i < wish->chain_count && i < OWN_CHAIN; i++) {
		size_t len;
		const uint8_t *der = cert_der(wish->chain[i], &len);
		gnutls_datum_t bytes = { (unsigned char *)(uintptr_t)der, (unsigned)len };
		int code = gnutls_pcert_import_x509_raw(
			&tls->chain[i], &bytes, GNUTLS_X509_FMT_DER, 0);
		if (!did(code, N_("the certificate can't be used for TLS"), err))
			return false;
		tls->chain_count++;
	}
	return tls->chain_count == 0 || load_key(tls, wish->key, err);
}

/* GnuTLS takes chain and key over. */
static bool serve_chain(struct tls *tls, struct error *err)
{
	int code = gnutls_certificate_set_key(tls->credentials, NULL, 0, tls->chain,
		(int)tls->chain_count, tls->key);
	if (!did(code, N_("certificate and key don't make a server"), err))
		return false;
	tls->chain_count = 0;
	tls->key = NULL;
	return true;
}

static bool trust_clients(struct tls *tls, const struct tls_wish *wish, struct error *err)
{
	for (size_t i = 0; i < wish->client_count; i++) {
		size_t len;
		const uint8_t *der = cert_der(wish->clients[i], &len);
		gnutls_datum_t bytes = { (unsigned char *)(uintptr_t)der, (unsigned)len };
		int code = gnutls_certificate_set_x509_trust_mem(
			tls->credentials, &bytes, GNUTLS_X509_FMT_DER);
		if (!did(code, N_("this can't be a CA of clients"), err))
			return false;
	}
	gnutls_certificate_server_set_request(tls->session,
		wish->client_count ? GNUTLS_CERT_REQUIRE : GNUTLS_CERT_IGNORE);
	if (wish->client_count)
		gnutls_session_set_verify_function(tls->session, on_client);
	return true;
}

static bool set_alpn(struct tls *tls, const char *const *names, struct error *err)
{
	gnutls_datum_t list[8];
	unsigned count = 0;
	for (; names && names[count] && count < 8; count++)
		list[count] = (gnutls_datum_t){ (unsigned char *)(uintptr_t)names[count],
			(unsigned)strlen(names[count]) };
	return count == 0 ||
	       did(gnutls_alpn_set_protocols(tls->session, list, count, 0), N_("ALPN"), err);
}

static bool be_client(struct tls *tls, const struct tls_wish *wish, struct error *err)
{
	gnutls_session_t s = tls->session;
	gnutls_certificate_set_retrieve_function2(tls->credentials, on_asked);
	gnutls_session_set_verify_function(s, on_chain);
	tls->verify = wish->verify;
	tls->verify_ctx = wish->verify_ctx;
	gnutls_ocsp_status_request_enable_client(s, NULL, 0, NULL);
	return !wish->sni || did(gnutls_server_name_set(s, GNUTLS_NAME_DNS, wish->sni,
					 strlen(wish->sni)),
				     N_("the name can't be sent (SNI)"), err);
}

static bool set_up(struct tls *tls, const struct tls_wish *wish, struct error *err)
{
	const char *priority = priority_of(wish->version);
	gnutls_session_t s = tls->session;
	if (!priority)
		return error_set(err, ERROR_USAGE, "there is no version %s of TLS", wish->version);
	gnutls_session_set_ptr(s, tls);
	gnutls_transport_set_ptr(s, tls);
	gnutls_transport_set_pull_function(s, pull);
	gnutls_transport_set_push_function(s, push);
	gnutls_handshake_set_max_packet_length(s, REPORT_CHAIN_BYTES);
	gnutls_handshake_set_hook_function(s, GNUTLS_HANDSHAKE_ANY, GNUTLS_HOOK_POST, on_message);
	if (!did(gnutls_priority_set_direct(s, priority, NULL), N_("this version of TLS"), err) ||
		!set_alpn(tls, wish->alpn, err) || !load_chain(tls, wish, err))
		return false;
	if (!(wish->server ? serve_chain(tls, err) && trust_clients(tls, wish, err)
			   : be_client(tls, wish, err)))
		return false;
	return did(gnutls_credentials_set(s, GNUTLS_CRD_CERTIFICATE, tls->credentials), N_("TLS"), err);
}

struct tls *tls_new(int fd, const struct tls_wish *wish, struct report *report, struct error *err)
{
	struct tls *tls = mem_new(sizeof *tls);
	unsigned flags = (wish->server ? GNUTLS_SERVER : GNUTLS_CLIENT) | GNUTLS_NONBLOCK |
			 GNUTLS_NO_SIGNAL;
	tls->fd = fd;
	tls->report = report ? report : &tls->own;
	tls->server = wish->server;
	tls->alert = -1;
	if (gnutls_certificate_allocate_credentials(&tls->credentials) < 0 ||
		gnutls_init(&tls->session, flags) < 0)
		mem_die("GnuTLS has no memory left");
	if (set_up(tls, wish, err))
		return tls;
	tls_free(tls);
	return NULL;
}

void tls_free(struct tls *tls)
{
	if (!tls)
		return;
	gnutls_deinit(tls->session);
	gnutls_certificate_free_credentials(tls->credentials);
	for (unsigned i = 0; i < tls->chain_count; i++)
		gnutls_pcert_deinit(&tls->chain[i]);
	if (tls->key)
		gnutls_privkey_deinit(tls->key);
	report_done(&tls->own);
	free(tls->failure);
	free(tls);
}

/* --- turns ------------------------------------------------------------------------------------- */

static enum tls_turn wait_turn(const struct tls *tls)
{
	return gnutls_record_get_direction(tls->session) ? TLS_WRITE : TLS_READ;
}

static bool is_patient(struct tls *tls, int code)
{
	if (code == GNUTLS_E_WARNING_ALERT_RECEIVED || code == GNUTLS_E_GOT_APPLICATION_DATA)
		return ++tls->warnings <= WARNINGS;
	return code == GNUTLS_E_INTERRUPTED;
}

enum tls_turn tls_handshake(struct tls *tls)
{
	int code;
	tls->turn = 0;
	do
		code = gnutls_handshake(tls->session);
	while (is_patient(tls, code));
	tls_look(tls);
	if (code == GNUTLS_E_AGAIN)
		return wait_turn(tls);
	if (code < 0)
		return failed(tls, code);
	tls->finished = true;
	tls->report->handshake = true;
	return TLS_DONE;
}

enum tls_turn tls_send(struct tls *tls, struct buf *out)
{
	tls->turn = 0;
	while (out->len > 0) {
		ssize_t put = gnutls_record_send(tls->session, out->data, out->len);
		if (put == GNUTLS_E_AGAIN || put == GNUTLS_E_INTERRUPTED)
			return wait_turn(tls);
		if (put < 0)
			return failed(tls, (int)put);
		memmove(out->data, out->data + put, out->len - (size_t)put);
		buf_cut(out, out->len - (size_t)put);
	}
	return TLS_DONE;
}

enum tls_turn tls_write(struct tls *tls, const void *bytes, size_t len, size_t *put)
{
	tls->turn = 0;
	tls->more = len > RECORD;
	ssize_t done = gnutls_record_send(tls->session, bytes, len);
	tls->more = false;
	*put = done > 0 ? (size_t)done : 0;
	if (done == GNUTLS_E_AGAIN || done == GNUTLS_E_INTERRUPTED)
		return wait_turn(tls);
	return done < 0 ? failed(tls, (int)done) : TLS_DONE;
}

enum tls_turn tls_finish(struct tls *tls)
{
	int code = gnutls_bye(tls->session, GNUTLS_SHUT_WR);
	if (code == GNUTLS_E_AGAIN || code == GNUTLS_E_INTERRUPTED)
		return TLS_WRITE;
	return code < 0 ? failed(tls, code) : TLS_DONE;
}

enum tls_turn tls_receive(struct tls *tls, void *bytes, size_t size, size_t *got)
{
	ssize_t len;
	tls->turn = 0;
	*got = 0;
	do
		len = gnutls_record_recv(tls->session, bytes, size);
	while (is_patient(tls, (int)len) || len == GNUTLS_E_REHANDSHAKE);
	if (len == GNUTLS_E_AGAIN)
		return wait_turn(tls);
	if (len == 0)
		return TLS_CLOSED;
	if (len < 0)
		return failed(tls, (int)len);
	*got = (size_t)len;
	return TLS_DONE;
}

void tls_bye(struct tls *tls)
{
	gnutls_bye(tls->session, GNUTLS_SHUT_WR);
}

const char *tls_failure(const struct tls *tls)
{
	return tls->failure ? tls->failure : "";
}

int tls_alert(const struct tls *tls)
{
	return tls->alert;
}

char *tls_name_asked(const struct tls *tls)
{
	char name[256];
	size_t len = sizeof name;
	unsigned type;
	if (gnutls_server_name_get(tls->session, name, &len, &type, 0) < 0)
		return NULL;
	return text_safe(name, strnlen(name, len));
}

bool tls_is_13(const struct tls *tls)
{
	return gnutls_protocol_get_version(tls->session) == GNUTLS_TLS1_3;
}

bool tls_is_verified(const struct tls *tls)
{
	return tls->verified;
}

bool tls_is_turned_down(const struct tls *tls)
{
	return tls->refused && !tls->server;
}
