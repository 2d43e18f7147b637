/*
 * What GnuTLS says.
 *
 * It is given one path and its anchor alone.  The leaf that is an anchor stands there by itself:
 * presented with its issuer, GnuTLS would look for the issuer's anchor and not see the leaf's.  Its
 * own clock is off, since dates are judged for the time of the question.
 */
#include "pki/judging.h"

#include "base/lang.h"
#include "base/mem.h"
#include "pki/signature.h"

#define PROFILE ((unsigned)GNUTLS_PROFILE_TO_VFLAGS(GNUTLS_PROFILE_MEDIUM))

unsigned verify_chain(gnutls_x509_trust_list_t list, gnutls_x509_crt_t *chain, size_t count,
	enum purpose purpose, unsigned flags)
{
	static const char *const purposes[] = {
		[PURPOSE_SERVER] = GNUTLS_KP_TLS_WWW_SERVER,
		[PURPOSE_CLIENT] = GNUTLS_KP_TLS_WWW_CLIENT,
	};
	gnutls_typed_vdata_st wanted = { .type = GNUTLS_DT_KEY_PURPOSE_OID };
	unsigned status = 0;
	if (purpose != PURPOSE_ANY)
		wanted.data = (unsigned char *)(uintptr_t)purposes[purpose];
	int code = gnutls_x509_trust_list_verify_crt2(list, chain, (unsigned)count, &wanted,
		purpose == PURPOSE_ANY ? 0 : 1, PROFILE | flags, &status, NULL);
	return code < 0 ? status | GNUTLS_CERT_INVALID : status;
}

unsigned verdict_of(const struct path *path, const struct judge_question *question)
{
	gnutls_x509_crt_t chain[JUDGE_DEPTH];
	gnutls_x509_trust_list_t list;
	unsigned status = GNUTLS_CERT_INVALID;
	for (size_t i = 0; i < path->count; i++) {
		chain[i] = member_crt(path->members[i]);
		if (!chain[i] || (i > 0 && !key_is_cheap(&path->members[i]->cert->parts)))
			return status;
	}
	if (gnutls_x509_trust_list_init(&list, 1) < 0)
		mem_die("GnuTLS has no memory left");
	if (gnutls_x509_trust_list_add_cas(list, &chain[path->count - 1], 1, 0) == 1)
		status = verify_chain(list, chain, path->count > 1 ? path->count - 1 : 1,
			question->purpose, GNUTLS_VERIFY_DISABLE_TIME_CHECKS);
	gnutls_x509_trust_list_deinit(list, 0);
	return status;
}

/* GNUTLS_CERT_INVALID stands beside every other bit, so that it says something only by itself. */
static const struct {
	unsigned bit;
	const char *words;
} bits[] = {
	{ GNUTLS_CERT_SIGNATURE_FAILURE, N_("a signature doesn't verify") },
	{ GNUTLS_CERT_SIGNER_NOT_FOUND, N_("an issuer isn't known") },
	{ GNUTLS_CERT_SIGNER_NOT_CA, N_("an issuer is no CA") },
	{ GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE, N_("an issuer's limits are broken") },
	{ GNUTLS_CERT_INSECURE_ALGORITHM, N_("a key or signature is too weak") },
	{ GNUTLS_CERT_UNKNOWN_CRIT_EXTENSIONS, N_("a critical extension is unknown") },
	{ GNUTLS_CERT_PURPOSE_MISMATCH, N_("it isn't for this purpose") },
	{ GNUTLS_CERT_EXPIRED, N_("a certificate has expired") },
	{ GNUTLS_CERT_NOT_ACTIVATED, N_("a certificate isn't valid yet") },
	{ GNUTLS_CERT_REVOKED, N_("a certificate is revoked") },
};

void verdict_words(unsigned status, struct buf *out)
{
	size_t start = out->len;
	for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++) {
		if ((status & bits[i].bit) == 0)
			continue;
		buf_text_add(out, out->len > start ? ", " : "");
		buf_text_add(out, _(bits[i].words));
	}
	if (out->len == start)
		buf_text_add(out, _("the chain is invalid"));
}
