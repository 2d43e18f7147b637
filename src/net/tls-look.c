/*
 * What a session shows of its peer goes into the report: chain, version, suite, stapled answers.
 */
#include "net/tls-session.h"

#include <stdlib.h>
#include <string.h>

#include <gnutls/ocsp.h>
#include <gnutls/x509.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"

static void keep_cert(struct report_cert *out, const gnutls_datum_t *der)
{
	struct error err;
	out->der = mem_copy(der->data, der->size);
	out->len = der->size;
	if (!cert_parse(der->data, der->size, &out->cert, &err))
		out->why = mem_text(err.text);
}

void tls_see_chain(struct tls *tls)
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
void tls_read_hello(struct tls *tls, const gnutls_datum_t *message)
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
	tls_see_chain(tls);
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
