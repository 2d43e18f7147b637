#include "pki/request.h"

#include "pki/craft.h"

static bool sign(
	gnutls_x509_crq_t crq, const struct privkey *key, struct buf *der, struct error *err)
{
	gnutls_datum_t bytes = { 0 };
	int code = gnutls_x509_crq_sign2(crq, key->key, craft_digest(key), 0);
	if (code >= 0)
		code = gnutls_x509_crq_export2(crq, GNUTLS_X509_FMT_DER, &bytes);
	if (!craft_did(code, "GnuTLS refuses to sign this request", err))
		return false;
	craft_move(&bytes, der);
	return true;
}

static bool checked(const struct subject *subject, const struct privkey *key,
	const struct profile *profile, struct error *err)
{
	struct advice advice = { 0 };
	subject_check(subject, profile, &advice);
	privkey_check(key, &advice);
	bool ok = advice_allows(&advice, err);
	advice_done(&advice);
	return ok;
}

bool request_make(const struct subject *subject, const struct privkey *key,
	const struct profile *profile, struct buf *der, struct error *err)
{
	struct craft craft = { 0 };
	if (!checked(subject, key, profile, err))
		return false;
	craft_must(gnutls_x509_crq_init(&craft.crq));
	craft_must(gnutls_x509_crq_set_version(craft.crq, 1));
	bool ok = craft_did(gnutls_x509_crq_set_key(craft.crq, key->key),
			  "GnuTLS refuses to take this key", err) &&
		  craft_subject(&craft, subject, err) &&
		  craft_sans(&craft, &subject->sans, subject->count == 0, err) &&
		  (!profile || craft_profile(&craft, profile, -1, key->info.algorithm, err)) &&
		  sign(craft.crq, key, der, err);
	gnutls_x509_crq_deinit(craft.crq);
	return ok;
}
