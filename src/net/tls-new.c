/*
 * A session is made of a wish: versions, names, our chain and key, and whom a server believes.
 */
#include "net/tls-session.h"

#include <stdint.h>
#include <string.h>

#include <gnutls/x509.h>

#include "base/lang.h"
#include "base/mem.h"

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
	for (size_t i = 0; i < wish->chain_count && i < TLS_OWN_CHAIN; i++) {
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
		gnutls_session_set_verify_function(tls->session, tls_on_client);
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
	gnutls_certificate_set_retrieve_function2(tls->credentials, tls_on_asked);
	gnutls_session_set_verify_function(s, tls_on_chain);
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
	gnutls_transport_set_pull_function(s, tls_pull);
	gnutls_transport_set_push_function(s, tls_push);
	gnutls_handshake_set_max_packet_length(s, REPORT_CHAIN_BYTES);
	gnutls_handshake_set_hook_function(s, GNUTLS_HANDSHAKE_ANY, GNUTLS_HOOK_POST, tls_on_message);
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

