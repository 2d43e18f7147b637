#include "pki/craft.h"

#include <string.h>

#include "base/lang.h"
#include "base/mem.h"

gnutls_datum_t craft_datum(const void *bytes, size_t len)
{
	return (gnutls_datum_t){ (unsigned char *)(uintptr_t)bytes, (unsigned)len };
}

bool craft_did(int code, const char *refusal, struct error *err)
{
	if (code >= 0)
		return true;
	return error_set(
		err, ERROR_FAILED, "%s: %s", lang_text(refusal), gnutls_strerror(code));
}

void craft_must(int code)
{
	if (code < 0)
		mem_die("GnuTLS has no memory left");
}

void craft_move(gnutls_datum_t *from, struct buf *out)
{
	buf_add(out, from->data, from->size);
	gnutls_memset(from->data, 0, from->size);
	gnutls_free(from->data);
	*from = (gnutls_datum_t){ 0 };
}

static gnutls_digest_algorithm_t preferred(gnutls_x509_privkey_t key)
{
	gnutls_privkey_t private;
	gnutls_pubkey_t public;
	gnutls_digest_algorithm_t digest = GNUTLS_DIG_SHA256;
	craft_must(gnutls_privkey_init(&private));
	craft_must(gnutls_pubkey_init(&public));
	if (gnutls_privkey_import_x509(private, key, 0) >= 0 &&
		gnutls_pubkey_import_privkey(public, private, 0, 0) >= 0)
		gnutls_pubkey_get_preferred_hash_algorithm(public, &digest, NULL);
	gnutls_pubkey_deinit(public);
	gnutls_privkey_deinit(private);
	return digest;
}

gnutls_digest_algorithm_t craft_digest(const struct privkey *key)
{
	return preferred(key->key);
}

gnutls_x509_crt_t craft_crt(const struct cert *cert)
{
	gnutls_x509_crt_t crt;
	size_t len;
	const uint8_t *der = cert_der(cert, &len);
	gnutls_datum_t bytes = craft_datum(der, len);
	craft_must(gnutls_x509_crt_init(&crt));
	craft_must(gnutls_x509_crt_import(crt, &bytes, GNUTLS_X509_FMT_DER));
	return crt;
}

uint64_t craft_exponent(const struct key_facts *facts)
{
	uint64_t number;
	return facts->exponent.len > 0 && der_number(facts->exponent, &number) ? number : 0;
}

#define RSA_LEAST      2048
#define EXPONENT_USUAL 65537

void craft_check_key(const char *algorithm, unsigned bits, uint64_t exponent,
	struct advice *out)
{
	bool rsa = strncmp(algorithm, "RSA", 3) == 0;
	if (rsa && bits < RSA_LEAST)
		advice_add(out, ADVICE_REFUSES, "weak-key",
			"Its RSA key has %u bits; fewer than %d are refused everywhere.", bits,
			RSA_LEAST);
	else if (strcmp(algorithm, "EC") == 0 && bits < 224)
		advice_add(out, ADVICE_REFUSES, "weak-key",
			"Its key isn't on a curve of 224 bits or more.");
	else if (strcmp(algorithm, "DSA") == 0)
		advice_add(out, ADVICE_REFUSES, "weak-key",
			"Its key is DSA, which today's TLS no longer takes.");
	if (rsa && (exponent < 3 || exponent % 2 == 0))
		advice_add(out, ADVICE_REFUSES, "exponent",
			"Its RSA exponent isn't an odd number from 3 up to 64 bits.");
	else if (rsa && exponent < EXPONENT_USUAL)
		advice_add(out, ADVICE_WARNS, "exponent",
			"Its RSA exponent is %llu; programs that check signatures carelessly can "
			"be deceived with it, and some refuse less than %d.",
			(unsigned long long)exponent, EXPONENT_USUAL);
}
