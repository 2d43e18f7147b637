#include "pki/crl.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/set.h"
#include "pki/craft.h"

#define SERIAL_MAX 64 /* octets; RFC 5280 allows 20 */

/* Hexadecimal digits to octets; 0 where they are none, or too many.  A zero keeps it positive. */
static size_t serial_bytes(const char *hex, uint8_t out[SERIAL_MAX + 1])
{
	size_t digits = strlen(hex), len = SERIAL_MAX;
	gnutls_datum_t text = craft_datum(hex, digits);
	if (digits == 0 || digits % 2 != 0 || digits > (size_t)2 * SERIAL_MAX ||
		hex[strspn(hex, "0123456789abcdefABCDEF")] != '\0' ||
		gnutls_hex_decode(&text, out + 1, &len) < 0)
		return 0;
	out[0] = 0;
	if (out[1] & 0x80)
		return len + 1;
	memmove(out, out + 1, len);
	return len;
}

static bool put_revoked(
	gnutls_x509_crl_t crl, const struct revoked *revoked, struct set *seen, struct error *err)
{
	uint8_t serial[SERIAL_MAX + 1];
	size_t len = serial_bytes(revoked->serial, serial);
	if (len == 0)
		return error_set(
			err, ERROR_FAILED, "\"%.80s\" isn't a serial number", revoked->serial);
	if (!set_add(seen, revoked->serial))
		return error_set(
			err, ERROR_FAILED, "the serial %s is to be revoked twice", revoked->serial);
	return craft_did(gnutls_x509_crl_set_crt_serial(crl, serial, len, revoked->when),
		"GnuTLS refuses to revoke this serial", err);
}

static bool put_all(
	gnutls_x509_crl_t crl, const struct revoked *revoked, size_t count, struct error *err)
{
	struct set seen = { 0 };
	bool ok = true;
	for (size_t i = 0; i < count && ok; i++)
		ok = put_revoked(crl, &revoked[i], &seen, err);
	set_done(&seen);
	return ok;
}

/* Big-endian, with a zero before it: GnuTLS takes octets for a signed number. */
static int put_number(gnutls_x509_crl_t crl, uint64_t number)
{
	uint8_t bytes[9] = { 0 };
	size_t skip = 0;
	for (size_t i = 0; i < 8; i++)
		bytes[8 - i] = (uint8_t)(number >> 8 * i);
	while (skip < 8 && bytes[skip] == 0 && !(bytes[skip + 1] & 0x80))
		skip++;
	return gnutls_x509_crl_set_number(crl, bytes + skip, sizeof bytes - skip);
}

static bool put_fields(gnutls_x509_crl_t crl, gnutls_x509_crt_t issuer,
	const struct crl_terms *terms, struct error *err)
{
	uint8_t id[256];
	size_t len = sizeof id;
	int code = gnutls_x509_crt_get_subject_key_id(issuer, id, &len, NULL);
	if (code == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE) {
		len = sizeof id;
		code = gnutls_x509_crt_get_key_id(issuer, 0, id, &len);
	}
	if (code >= 0)
		code = gnutls_x509_crl_set_authority_key_id(crl, id, len);
	if (code >= 0)
		code = put_number(crl, terms->number);
	if (code >= 0)
		code = gnutls_x509_crl_set_version(crl, 2);
	if (code >= 0)
		code = gnutls_x509_crl_set_this_update(crl, terms->now);
	if (code >= 0)
		code = gnutls_x509_crl_set_next_update(crl, terms->next);
	return craft_did(code, "GnuTLS refuses to write this revocation list", err);
}

static bool may_sign(const struct authority *ca, gnutls_x509_crt_t issuer,
	const struct crl_terms *terms, struct error *err)
{
	const struct cert_info *info = cert_info(ca->cert);
	unsigned usage, critical;
	if (!info->ca)
		return error_set(err, ERROR_FAILED, "%s isn't a CA", info->subject);
	if (!privkey_matches(ca->key, info))
		return error_set(err, ERROR_FAILED, "the key isn't that of %s", info->subject);
	if (gnutls_x509_crt_get_key_usage(issuer, &usage, &critical) >= 0 &&
		!(usage & GNUTLS_KEY_CRL_SIGN))
		return error_set(err, ERROR_FAILED,
			"the CA's key usage doesn't include signing revocation lists");
	if (terms->next <= terms->now)
		return error_set(err, ERROR_FAILED, "the next list must come after this one");
	return true;
}

static bool sign(gnutls_x509_crl_t crl, gnutls_x509_crt_t issuer, const struct privkey *key,
	struct buf *der, struct error *err)
{
	gnutls_datum_t bytes = { 0 };
	int code = gnutls_x509_crl_sign2(crl, issuer, key->key, craft_digest(key), 0);
	if (code >= 0)
		code = gnutls_x509_crl_export2(crl, GNUTLS_X509_FMT_DER, &bytes);
	if (!craft_did(code, "GnuTLS refuses to sign this revocation list", err))
		return false;
	craft_move(&bytes, der);
	return true;
}

bool crl_make(const struct authority *ca, const struct revoked *revoked, size_t count,
	const struct crl_terms *terms, struct buf *der, struct error *err)
{
	gnutls_x509_crl_t crl;
	gnutls_x509_crt_t issuer = craft_crt(ca->cert);
	craft_must(gnutls_x509_crl_init(&crl));
	bool ok = may_sign(ca, issuer, terms, err) && put_all(crl, revoked, count, err) &&
		  put_fields(crl, issuer, terms, err) && sign(crl, issuer, ca->key, der, err);
	gnutls_x509_crl_deinit(crl);
	gnutls_x509_crt_deinit(issuer);
	return ok;
}
