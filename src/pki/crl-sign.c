/* Whose list is it?  The one part of reading that GnuTLS does. */
#include <gnutls/abstract.h>
#include <gnutls/x509.h>

#include <string.h>

#include "base/mem.h"
#include "pki/craft.h"
#include "pki/crl-look.h"
#include "pki/oid.h"
#include "pki/signature.h"

#define RSA_PSS "1.2.840.113549.1.1.10"

/* Of RSA-PSS the hash stands in the parameters; without one it is SHA-1, which nobody uses there. */
static gnutls_sign_algorithm_t pss_algorithm(struct der parameters)
{
	static const struct {
		const char *hash;
		gnutls_sign_algorithm_t algorithm;
	} rows[] = {
		{ "2.16.840.1.101.3.4.2.1", GNUTLS_SIGN_RSA_PSS_RSAE_SHA256 },
		{ "2.16.840.1.101.3.4.2.2", GNUTLS_SIGN_RSA_PSS_RSAE_SHA384 },
		{ "2.16.840.1.101.3.4.2.3", GNUTLS_SIGN_RSA_PSS_RSAE_SHA512 },
	};
	struct der all, tagged, hash, oid;
	if (!der_only(parameters, DER_SEQUENCE, &all) || !der_take(&all, DER_INSIDE + 0, &tagged) ||
		!der_take(&tagged, DER_SEQUENCE, &hash) || !der_take(&hash, DER_OID, &oid))
		return GNUTLS_SIGN_UNKNOWN;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (oid_is(oid, rows[i].hash))
			return rows[i].algorithm;
	return GNUTLS_SIGN_UNKNOWN;
}

static gnutls_sign_algorithm_t algorithm_of(struct der algorithm)
{
	struct der oid, parameters;
	struct oid text;
	if (!algorithm_read(algorithm, &oid, &parameters))
		return GNUTLS_SIGN_UNKNOWN;
	return oid_is(oid, RSA_PSS) ? pss_algorithm(parameters) :
				      gnutls_oid_to_sign(oid_of(oid, &text));
}

static gnutls_datum_t datum(struct der bytes)
{
	return craft_datum(bytes.data, bytes.len);
}

static bool verifies(const struct crl *crl, const struct cert *ca)
{
	struct der bits;
	unsigned unused;
	gnutls_pubkey_t key;
	gnutls_sign_algorithm_t algorithm = algorithm_of(crl->algorithm);
	if (algorithm == GNUTLS_SIGN_UNKNOWN || !key_is_cheap(&ca->parts) ||
		!der_bits(crl->signature, &bits, &unused) || unused != 0)
		return false;
	gnutls_x509_crt_t crt = craft_crt(ca);
	craft_must(gnutls_pubkey_init(&key));
	gnutls_datum_t tbs = datum(crl->tbs), signature = datum(bits);
	bool ok = gnutls_pubkey_import_x509(key, crt, 0) >= 0 &&
		  gnutls_pubkey_verify_data2(key, algorithm, GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1,
			  &tbs, &signature) >= 0;
	gnutls_pubkey_deinit(key);
	gnutls_x509_crt_deinit(crt);
	return ok;
}

/* cRLSign is bit 6.  A CA that doesn't say what its key is for may do all of it (RFC 5280, 6.3.3 f). */
static bool may_sign(const struct cert *ca)
{
	struct extension ext;
	struct der body, bits;
	unsigned unused;
	if (!extension_find(&ca->parts, EXT_KEY_USAGE, &ext))
		return true;
	return der_only(ext.value, DER_BITS, &body) && der_bits(body, &bits, &unused) &&
	       bits.len > 0 && bits.data[0] & 0x02;
}

static enum crl_by ask(const struct crl *crl, const struct cert *ca)
{
	if (!der_equal(crl->issuer, ca->parts.subject))
		return CRL_BY_ANOTHER;
	if (!may_sign(ca))
		return CRL_MAY_NOT_SIGN;
	return verifies(crl, ca) ? CRL_BY : CRL_BAD_SIGNATURE;
}

enum crl_by crl_by(struct crl *crl, const struct cert *ca)
{
	if (!crl->asked || fingerprint_compare(&crl->ca, &ca->info->sha256) != 0) {
		crl->by = ask(crl, ca);
		crl->ca = ca->info->sha256;
		crl->asked = true;
	}
	return crl->by;
}

bool crl_is_by(struct crl *crl, const struct cert *ca)
{
	return crl_by(crl, ca) == CRL_BY;
}

bool crl_unwrap(const void *text, size_t len, struct buf *der)
{
	gnutls_datum_t in = craft_datum(text, len), out = { 0 };
	if (gnutls_pem_base64_decode2("X509 CRL", &in, &out) < 0)
		return false;
	craft_move(&out, der);
	return der->len > 0;
}
