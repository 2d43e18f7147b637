#include "pki/privkey.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "pki/craft.h"

/* The SubjectPublicKeyInfo of a private key, which the caller gives back. */
static bool public_part(gnutls_x509_privkey_t key, gnutls_datum_t *spki, struct error *err)
{
	gnutls_privkey_t private;
	gnutls_pubkey_t public;
	craft_must(gnutls_privkey_init(&private));
	craft_must(gnutls_pubkey_init(&public));
	int code = gnutls_privkey_import_x509(private, key, 0);
	if (code >= 0)
		code = gnutls_pubkey_import_privkey(public, private, 0, 0);
	if (code >= 0)
		code = gnutls_pubkey_export2(public, GNUTLS_X509_FMT_DER, spki);
	gnutls_pubkey_deinit(public);
	gnutls_privkey_deinit(private);
	return craft_did(code, "GnuTLS refuses to tell the public key of this one", err);
}

static void fill(struct privkey *key, gnutls_datum_t spki)
{
	struct parts parts = { 0 };
	struct key_facts facts;
	struct fingerprint print;
	struct der in = { spki.data, spki.size }, body;
	struct buf hex = { 0 };
	if (der_only(in, DER_SEQUENCE, &body) &&
		der_take(&body, DER_SEQUENCE, &parts.key_algorithm))
		der_take(&body, DER_BITS, &parts.key);
	key_facts(&parts, &facts);
	key->info.algorithm = facts.algorithm;
	key->info.bits = facts.bits;
	key->info.curve = facts.curve;
	key->exponent = craft_exponent(&facts);
	fingerprint_of(spki.data, spki.size, &print);
	memcpy(key->info.spki, print.bytes, FINGERPRINT_SIZE);
	text_hex(&hex, key->info.spki, FINGERPRINT_SIZE, 0);
	memcpy(key->info.id, buf_text(&hex), sizeof key->info.id);
	buf_done(&hex);
}

struct privkey *privkey_take(gnutls_x509_privkey_t secret, struct error *err)
{
	gnutls_datum_t spki = { 0 };
	struct privkey *key = mem_new(sizeof *key);
	key->key = secret;
	if (!public_part(secret, &spki, err)) {
		privkey_free(key);
		return NULL;
	}
	fill(key, spki);
	gnutls_free(spki.data);
	return key;
}

void privkey_free(struct privkey *key)
{
	if (!key)
		return;
	gnutls_x509_privkey_deinit(key->key); /* overwrites its numbers */
	free(key);
}

const struct privkey_info *privkey_info(const struct privkey *key)
{
	return &key->info;
}

char *privkey_words(const struct privkey *key)
{
	const struct privkey_info *info = &key->info;
	if (info->curve)
		return mem_format("%s, %s", info->algorithm, info->curve);
	if (strncmp(info->algorithm, "Ed", 2) == 0)
		return mem_text(info->algorithm);
	return mem_format("%s, %u bits", info->algorithm, info->bits);
}

void privkey_check(const struct privkey *key, struct advice *out)
{
	craft_check_key(key->info.algorithm, key->info.bits, key->exponent, out);
}

bool privkey_matches(const struct privkey *key, const struct cert_info *info)
{
	return memcmp(key->info.spki, info->spki, FINGERPRINT_SIZE) == 0;
}

/* GnuTLS writes a plain key where it is given no password and no flag: PLAIN is always said. */
static bool write_key(const struct privkey *key, gnutls_x509_crt_fmt_t format,
	const char *passphrase, struct buf *out, struct error *err)
{
	gnutls_datum_t bytes = { 0 };
	unsigned flags = passphrase ? GNUTLS_PKCS_PBES2_AES_256 : GNUTLS_PKCS_PLAIN;
	int code = gnutls_x509_privkey_export2_pkcs8(key->key, format, passphrase, flags, &bytes);
	if (!craft_did(code, "GnuTLS refuses to write this key", err))
		return false;
	craft_move(&bytes, out);
	return true;
}

bool privkey_write_sealed(
	const struct privkey *key, const char *passphrase, struct buf *out, struct error *err)
{
	if (!passphrase || *passphrase == '\0')
		return error_set(err, ERROR_SECRET,
			"an empty passphrase protects nothing: give one, or say that there is to "
			"be "
			"none");
	if (!text_is_utf8(passphrase, strlen(passphrase)))
		return error_set(err, ERROR_SECRET,
			"the passphrase isn't UTF-8, so that other programs couldn't be given it");
	return write_key(key, GNUTLS_X509_FMT_PEM, passphrase, out, err);
}

bool privkey_write_plain(const struct privkey *key, struct buf *out, struct error *err)
{
	return write_key(key, GNUTLS_X509_FMT_PEM, NULL, out, err);
}

bool privkey_write_der(const struct privkey *key, struct buf *out, struct error *err)
{
	return write_key(key, GNUTLS_X509_FMT_DER, NULL, out, err);
}
