#include "pki/signature.h"

#include <gnutls/abstract.h>

#include "base/mem.h"
#include "pki/algorithm.h"

bool key_is_cheap(const struct parts *parts)
{
	struct key_facts key;
	key_facts(parts, &key);
	return key.bits <= 16384 && key.exponent.len <= 5;
}

static gnutls_datum_t datum(struct der bytes)
{
	return (gnutls_datum_t){ (unsigned char *)(uintptr_t)bytes.data, (unsigned)bytes.len };
}

/* With the bare key: gnutls_x509_crt_verify_data2() refuses keys of expired certificates. */
bool signature_is_by(const struct parts *child, gnutls_x509_crt_t child_crt,
	const struct parts *issuer, gnutls_x509_crt_t issuer_crt)
{
	struct der bits;
	unsigned unused;
	gnutls_pubkey_t key;
	int algorithm = gnutls_x509_crt_get_signature_algorithm(child_crt);
	if (algorithm <= 0 || !key_is_cheap(issuer) || !der_bits(child->signature, &bits, &unused))
		return false;
	if (gnutls_pubkey_init(&key) < 0)
		mem_die("GnuTLS has no memory left");
	gnutls_datum_t tbs = datum(child->tbs), signature = datum(bits);
	bool ok = gnutls_pubkey_import_x509(key, issuer_crt, 0) >= 0 &&
		  gnutls_pubkey_verify_data2(key, (gnutls_sign_algorithm_t)algorithm,
			  GNUTLS_VERIFY_ALLOW_BROKEN, &tbs, &signature) >= 0;
	gnutls_pubkey_deinit(key);
	return ok;
}
