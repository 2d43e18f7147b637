#include "support/certgen.h"

#include "support/unit.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "pki/der.h"

struct generated {
	gnutls_x509_crt_t crt;
	gnutls_x509_privkey_t key;
	gnutls_datum_t der;
};

static void must(int code)
{
	if (code < 0)
		fail_msg("GnuTLS: %s", gnutls_strerror(code));
}

static void make_key(struct generated *made, const struct certgen *wish)
{
	static const struct {
		gnutls_pk_algorithm_t algorithm;
		unsigned bits;
	} kinds[] = {
		[CERTGEN_P256] = { GNUTLS_PK_ECDSA,
			GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1) },
		[CERTGEN_P384] = { GNUTLS_PK_ECDSA,
			GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP384R1) },
		[CERTGEN_ED25519] = { GNUTLS_PK_EDDSA_ED25519, 256 },
		[CERTGEN_RSA1024] = { GNUTLS_PK_RSA, 1024 },
		[CERTGEN_RSA2048] = { GNUTLS_PK_RSA, 2048 },
		[CERTGEN_RSA2050] = { GNUTLS_PK_RSA, 2050 },
		[CERTGEN_P192] = { GNUTLS_PK_ECDSA,
			GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP192R1) },
	};
	must(gnutls_x509_privkey_init(&made->key));
	if (wish->key_of)
		must(gnutls_x509_privkey_cpy(made->key, wish->key_of->key));
	else
		must(gnutls_x509_privkey_generate(
			made->key, kinds[wish->key].algorithm, kinds[wish->key].bits, 0));
}

static void set_name(gnutls_x509_crt_t crt, const char *oid, const char *value, size_t len)
{
	if (value && *value == '\0' && len == 0)
		must(gnutls_x509_crt_set_dn_by_oid(crt, oid, 1, "\x0c\x00", 2));
	else if (value)
		must(gnutls_x509_crt_set_dn_by_oid(
			crt, oid, 0, value, (unsigned)(len > 0 ? len : strlen(value))));
}

static void set_names(gnutls_x509_crt_t crt, const struct certgen *wish)
{
	set_name(crt, GNUTLS_OID_X520_COUNTRY_NAME, wish->country, 0);
	set_name(crt, GNUTLS_OID_X520_ORGANIZATION_NAME, wish->org, 0);
	set_name(crt, GNUTLS_OID_X520_ORGANIZATIONAL_UNIT_NAME, wish->unit, 0);
	set_name(crt, GNUTLS_OID_X520_COMMON_NAME, wish->cn, wish->cn_len);
}

static const struct {
	const char *prefix;
	gnutls_x509_subject_alt_name_t type;
} san_kinds[] = {
	{ "DNS:", GNUTLS_SAN_DNSNAME },
	{ "IP:", GNUTLS_SAN_IPADDRESS },
	{ "email:", GNUTLS_SAN_RFC822NAME },
	{ "URI:", GNUTLS_SAN_URI },
};

static void set_san(gnutls_x509_crt_t crt, const char *san)
{
	uint8_t address[16];
	for (size_t i = 0; i < sizeof san_kinds / sizeof san_kinds[0]; i++) {
		if (!text_starts(san, san_kinds[i].prefix))
			continue;
		const void *value = san + strlen(san_kinds[i].prefix);
		size_t len = strlen(value);
		if (san_kinds[i].type == GNUTLS_SAN_IPADDRESS) {
			len = strchr(value, ':') ? 16 : 4;
			assert_int_equal(
				inet_pton(len == 16 ? AF_INET6 : AF_INET, value, address), 1);
			value = address;
		}
		must(gnutls_x509_crt_set_subject_alt_name(
			crt, san_kinds[i].type, value, (unsigned)len, GNUTLS_FSAN_APPEND));
		return;
	}
	fail_msg("unknown kind of name: %s", san);
}

/* false: excluded */
static void limit(gnutls_x509_name_constraints_t limits, const char *name, bool permitted)
{
	for (size_t i = 0; i < sizeof san_kinds / sizeof san_kinds[0]; i++) {
		if (!text_starts(name, san_kinds[i].prefix))
			continue;
		const char *value = name + strlen(san_kinds[i].prefix);
		gnutls_datum_t bytes = { (unsigned char *)mem_text(value),
			(unsigned)strlen(value) };
		if (san_kinds[i].type == GNUTLS_SAN_IPADDRESS) {
			free(bytes.data);
			must(gnutls_x509_cidr_to_rfc5280(value, &bytes));
		}
		must((permitted ? gnutls_x509_name_constraints_add_permitted
				: gnutls_x509_name_constraints_add_excluded)(
			limits, san_kinds[i].type, &bytes));
		gnutls_free(bytes.data);
		return;
	}
	fail_msg("unknown kind of name: %s", name);
}

static void set_limits(gnutls_x509_crt_t crt, const struct certgen *wish)
{
	gnutls_x509_name_constraints_t limits;
	must(gnutls_x509_name_constraints_init(&limits));
	for (const char *const *name = wish->permitted; name && *name; name++)
		limit(limits, *name, true);
	for (const char *const *name = wish->excluded; name && *name; name++)
		limit(limits, *name, false);
	must(gnutls_x509_crt_set_name_constraints(crt, limits, 1));
	gnutls_x509_name_constraints_deinit(limits);
}

static void set_ids(gnutls_x509_crt_t crt, gnutls_x509_crt_t issuer, const struct certgen *wish)
{
	uint8_t id[64];
	size_t len = sizeof id;
	must(gnutls_x509_crt_get_key_id(crt, 0, id, &len));
	if (!wish->no_own_id)
		must(gnutls_x509_crt_set_subject_key_id(crt, id, len));
	len = sizeof id;
	must(gnutls_x509_crt_get_key_id(issuer, 0, id, &len));
	if (!wish->no_issuer_id)
		must(gnutls_x509_crt_set_authority_key_id(crt, id, len));
}

static void set_extensions(gnutls_x509_crt_t crt, const struct certgen *wish)
{
	for (const char *const *san = wish->sans; san && *san; san++)
		set_san(crt, *san);
	if (wish->ca) {
		must(gnutls_x509_crt_set_basic_constraints(
			crt, 1, wish->limited ? (int)wish->path_len : -1));
		must(gnutls_x509_crt_set_key_usage(
			crt, wish->usage > 0 ? wish->usage
					     : GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN));
	}
	if (wish->permitted || wish->excluded)
		set_limits(crt, wish);
	for (const char *const *purpose = wish->purposes; purpose && *purpose; purpose++)
		must(gnutls_x509_crt_set_key_purpose_oid(crt, *purpose, 0));
	for (size_t i = 0; i < wish->ext_count; i++)
		must(gnutls_x509_crt_set_extension_by_oid(crt, wish->exts[i].oid, wish->exts[i].der,
			wish->exts[i].len, wish->exts[i].critical));
}

static void set_fields(gnutls_x509_crt_t crt, const struct certgen *wish)
{
	const char *serial = wish->serial ? wish->serial : "\x01";
	size_t len = wish->serial_len > 0 ? wish->serial_len : strlen(serial);
	must(gnutls_x509_crt_set_version(crt, wish->version > 0 ? (unsigned)wish->version : 3));
	must(gnutls_x509_crt_set_serial(crt, serial, len));
	must(gnutls_x509_crt_set_activation_time(
		crt, certgen_time(wish->from ? wish->from : CERTGEN_FROM)));
	must(gnutls_x509_crt_set_expiration_time(
		crt, certgen_time(wish->to ? wish->to : CERTGEN_TO)));
}

static gnutls_digest_algorithm_t digest(const struct certgen *wish, gnutls_x509_privkey_t signer)
{
	if (gnutls_x509_privkey_get_pk_algorithm(signer) == GNUTLS_PK_EDDSA_ED25519)
		return GNUTLS_DIG_SHA512;
	return wish->sha1 ? GNUTLS_DIG_SHA1 : GNUTLS_DIG_SHA256;
}

/* For what GnuTLS reads but doesn't write: serial zero, dates that are none, … */
static void patch(struct generated *made, const struct certgen *wish)
{
	if (wish->patch_len == 0)
		return;
	char *at = memmem(made->der.data, made->der.size, wish->patch, wish->patch_len);
	assert_non_null(at);
	memcpy(at, wish->by, wish->patch_len);
}

static void put_item(struct buf *out, uint8_t tag, const void *bytes, size_t len)
{
	uint8_t head[] = { tag, 0x82, (uint8_t)(len >> 8), (uint8_t)len };
	buf_add(out, head, sizeof head);
	buf_add(out, bytes, len);
}

/* The patched fields and the algorithm as it stands behind them, with a signature that is right.
 * The lengths are in more octets than needed, which GnuTLS and OpenSSL take. */
static void sign_again(
	struct generated *made, const struct generated *issuer, gnutls_digest_algorithm_t hash)
{
	struct der in = { made->der.data, made->der.size }, body;
	struct der_item tbs = { 0 }, algorithm = { 0 };
	struct buf inner = { 0 }, whole = { 0 }, bits = { 0 };
	gnutls_privkey_t key;
	gnutls_datum_t signature;
	assert_true(der_only(in, DER_SEQUENCE, &body) && der_next(&body, &tbs) &&
		    der_next(&body, &algorithm));
	gnutls_datum_t data = { (unsigned char *)(uintptr_t)tbs.whole.data,
		(unsigned)tbs.whole.len };
	must(gnutls_privkey_init(&key));
	must(gnutls_privkey_import_x509(key, issuer->key, 0));
	must(gnutls_privkey_sign_data(key, hash, 0, &data, &signature));
	gnutls_privkey_deinit(key);
	buf_add(&bits, "", 1);
	buf_add(&bits, signature.data, signature.size);
	buf_add(&inner, tbs.whole.data, tbs.whole.len);
	buf_add(&inner, algorithm.whole.data, algorithm.whole.len);
	put_item(&inner, DER_BITS, bits.data, bits.len);
	put_item(&whole, DER_SEQUENCE, inner.data, inner.len);
	gnutls_free(signature.data);
	gnutls_free(made->der.data);
	made->der.data = gnutls_malloc(whole.len);
	made->der.size = (unsigned)whole.len;
	memcpy(made->der.data, whole.data, whole.len);
	buf_done(&bits);
	buf_done(&inner);
	buf_done(&whole);
}

struct generated *certgen(const struct certgen *wish)
{
	struct generated *made = mem_new(sizeof *made);
	const struct generated *issuer = wish->issuer ? wish->issuer : made;
	must(gnutls_x509_crt_init(&made->crt));
	make_key(made, wish);
	set_fields(made->crt, wish);
	set_names(made->crt, wish);
	must(gnutls_x509_crt_set_key(made->crt, made->key));
	if (wish->key_ids)
		set_ids(made->crt, issuer->crt, wish);
	set_extensions(made->crt, wish);
	must(gnutls_x509_crt_sign2(
		made->crt, issuer->crt, issuer->key, digest(wish, issuer->key), 0));
	must(gnutls_x509_crt_export2(made->crt, GNUTLS_X509_FMT_DER, &made->der));
	patch(made, wish);
	if (wish->patch_signed)
		sign_again(made, issuer, digest(wish, issuer->key));
	return made;
}

void generated_free(struct generated *made)
{
	if (!made)
		return;
	gnutls_x509_crt_deinit(made->crt);
	gnutls_x509_privkey_deinit(made->key);
	gnutls_free(made->der.data);
	free(made);
}

const uint8_t *generated_der(const struct generated *made, size_t *len)
{
	*len = made->der.size;
	return made->der.data;
}

struct cert *certgen_cert(const struct certgen *wish)
{
	struct generated *made = certgen(wish);
	struct cert *cert;
	struct error err;
	if (!cert_parse(made->der.data, made->der.size, &cert, &err))
		fail_msg("%s", err.text);
	generated_free(made);
	return cert;
}

int64_t certgen_time(const char *iso)
{
	int64_t when;
	if (!clock_parse(iso, &when))
		fail_msg("not a time: %s", iso);
	return when;
}
