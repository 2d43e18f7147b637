#include "codec/pbe.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/java-key.h"
#include "codec/p12-key.h"
#include "codec/pkcs12-parts.h"
#include "codec/tlv.h"

#define PKCS5  "\x2a\x86\x48\x86\xf7\x0d\x01\x05"
#define PKCS12 "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01"
#define RSADSI "\x2a\x86\x48\x86\xf7\x0d"
#define NIST   "\x60\x86\x48\x01\x65\x03\x04"

#define ROUNDS_MAX INT32_MAX /* what any tool that writes such files can count */
#define KEY_MAX    32
#define IV_MAX     16
#define HASH_MAX   64

struct pbe_hash {
	struct oid digest, hmac;
	gnutls_digest_algorithm_t id;
	gnutls_mac_algorithm_t mac;
};

static const struct pbe_hash hashes[] = {
	{ .digest = OID("\x2b\x0e\x03\x02\x1a"),
		.hmac = OID(RSADSI "\x02\x07"),
		.id = GNUTLS_DIG_SHA1,
		.mac = GNUTLS_MAC_SHA1 },
	{ .digest = OID(NIST "\x02\x04"),
		.hmac = OID(RSADSI "\x02\x08"),
		.id = GNUTLS_DIG_SHA224,
		.mac = GNUTLS_MAC_SHA224 },
	{ .digest = OID(NIST "\x02\x01"),
		.hmac = OID(RSADSI "\x02\x09"),
		.id = GNUTLS_DIG_SHA256,
		.mac = GNUTLS_MAC_SHA256 },
	{ .digest = OID(NIST "\x02\x02"),
		.hmac = OID(RSADSI "\x02\x0a"),
		.id = GNUTLS_DIG_SHA384,
		.mac = GNUTLS_MAC_SHA384 },
	{ .digest = OID(NIST "\x02\x03"),
		.hmac = OID(RSADSI "\x02\x0b"),
		.id = GNUTLS_DIG_SHA512,
		.mac = GNUTLS_MAC_SHA512 },
};
#define SHA1 (&hashes[0])

struct pbe_cipher {
	struct oid oid;
	gnutls_cipher_algorithm_t id;
	unsigned key, block; /* bytes */
};

static const struct pbe_cipher ciphers[] = {
	{ .oid = OID(NIST "\x01\x02"), .id = GNUTLS_CIPHER_AES_128_CBC, .key = 16, .block = 16 },
	{ .oid = OID(NIST "\x01\x16"), .id = GNUTLS_CIPHER_AES_192_CBC, .key = 24, .block = 16 },
	{ .oid = OID(NIST "\x01\x2a"), .id = GNUTLS_CIPHER_AES_256_CBC, .key = 32, .block = 16 },
	{ .oid = OID(RSADSI "\x03\x07"), .id = GNUTLS_CIPHER_3DES_CBC, .key = 24, .block = 8 },
};

typedef bool derive_fn(
	const struct pbe *pbe, const char *password, uint8_t key[KEY_MAX], uint8_t iv[IV_MAX]);
static derive_fn derive_pkcs12, derive_java;

/* The older schemes name key, hash and cipher at once. */
struct pbe_scheme {
	struct oid oid;
	struct pbe_cipher cipher;
	derive_fn *derive;
};

static const struct pbe_scheme schemes[] = {
	{ .oid = OID(PKCS12 "\x03"),
		.cipher = { .id = GNUTLS_CIPHER_3DES_CBC, .key = 24, .block = 8 },
		.derive = derive_pkcs12 },
	{ .oid = OID(PKCS12 "\x06"),
		.cipher = { .id = GNUTLS_CIPHER_RC2_40_CBC, .key = 5, .block = 8 },
		.derive = derive_pkcs12 },
	{ .oid = OID("\x2b\x06\x01\x04\x01\x2a\x02\x13\x01"), /* of a JCEKS */
		.cipher = { .id = GNUTLS_CIPHER_3DES_CBC, .key = 24, .block = 8 },
		.derive = derive_java },
};

static const struct {
	struct oid oid;
	const char *name;
} unsupported[] = {
	{ OID(PKCS12 "\x01"), "RC4-128" },
	{ OID(PKCS12 "\x02"), "RC4-40" },
	{ OID(PKCS12 "\x04"), "two-key 3DES" },
	{ OID(PKCS12 "\x05"), "RC2-128" },
	{ OID(PKCS5 "\x01"), "MD2 and DES" },
	{ OID(PKCS5 "\x03"), "MD5 and DES" },
	{ OID(PKCS5 "\x06"), "MD5 and RC2" },
	{ OID(PKCS5 "\x0a"), "SHA-1 and DES" },
	{ OID(PKCS5 "\x0e"), "PBMAC1" },
	{ OID("\x2b\x06\x01\x04\x01\xda\x47\x04\x0b"), "scrypt" },
};

static const struct oid pbes2 = OID(PKCS5 "\x0d");
static const struct oid pbkdf2 = OID(PKCS5 "\x0c");

static bool unknown(struct span oid, struct error *err)
{
	for (size_t i = 0; i < sizeof(unsupported) / sizeof(unsupported[0]); i++) {
		if (tlv_is(oid, &unsupported[i].oid))
			return error_set(err, ERROR_FAILED,
				"is protected with %s, which isn't read here", unsupported[i].name);
	}
	return error_set(err, ERROR_FAILED, "is protected in a way that isn't known");
}

static bool damaged(struct error *err)
{
	return error_set(err, ERROR_FAILED, "is a PKCS#12 whose protection can't be read");
}

/* Rounds are a claim of the file: 1 to ROUNDS_MAX, else they are refused with the number. */
static bool take_rounds(struct span content, uint64_t *rounds, struct error *err)
{
	struct buf hex = { 0 };
	int64_t small = content.at < content.end && *content.at & 0x80 ? -1 : 0;

	if (tlv_number(content, rounds) && *rounds > 0 && *rounds <= ROUNDS_MAX)
		return true;
	if (span_len(content) <= 8) {
		for (; content.at < content.end; content.at++)
			small = (int64_t)((uint64_t)small << 8 | *content.at);
		return error_set(
			err, ERROR_FAILED, "demands %lld key-derivation rounds", (long long)small);
	}
	text_hex(&hex, content.at, span_len(content) < 16 ? span_len(content) : 16, 0);
	error_set(err, ERROR_FAILED, "demands 0x%s%s key-derivation rounds", buf_text(&hex),
		span_len(content) > 16 ? "…" : "");
	buf_done(&hex);
	return false;
}

/* AlgorithmIdentifier: identifier and what follows it */
static bool take_algorithm(struct span *in, struct span *oid, struct span *parameters)
{
	if (!tlv_take(in, TLV_SEQUENCE, parameters))
		return false;
	return tlv_take(parameters, TLV_OID, oid);
}

/* A missing prf is HMAC with SHA-1. */
static bool parse_prf(struct span in, struct pbe *out, struct error *err)
{
	struct span oid, parameters;

	out->hash = SHA1;
	if (in.at == in.end)
		return true;
	if (!take_algorithm(&in, &oid, &parameters))
		return damaged(err);
	for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++) {
		if (tlv_is(oid, &hashes[i].hmac)) {
			out->hash = &hashes[i];
			return true;
		}
	}
	return unknown(oid, err);
}

/* PBKDF2-params: salt, rounds, key length OPTIONAL, prf DEFAULT */
static bool parse_pbkdf2(struct span in, struct pbe *out, struct error *err)
{
	struct span rounds, skipped, params;

	if (!tlv_take(&in, TLV_SEQUENCE, &params) ||
		!tlv_take(&params, TLV_OCTET_STRING, &out->salt) ||
		!tlv_take(&params, TLV_INTEGER, &rounds))
		return damaged(err);
	tlv_take(&params, TLV_INTEGER, &skipped); /* follows from the cipher */
	return take_rounds(rounds, &out->rounds, err) && parse_prf(params, out, err);
}

static bool parse_cipher(
	struct span oid, struct span parameters, struct pbe *out, struct error *err)
{
	for (size_t i = 0; i < sizeof(ciphers) / sizeof(ciphers[0]); i++) {
		if (!tlv_is(oid, &ciphers[i].oid))
			continue;
		out->cipher = &ciphers[i];
		return (tlv_take(&parameters, TLV_OCTET_STRING, &out->iv) &&
			       span_len(out->iv) == out->cipher->block) ||
		       damaged(err);
	}
	return unknown(oid, err);
}

static bool parse_pbes2(struct span in, struct pbe *out, struct error *err)
{
	struct span params, kdf, kdf_params, enc, enc_params;

	if (!tlv_take(&in, TLV_SEQUENCE, &params) || !take_algorithm(&params, &kdf, &kdf_params) ||
		!take_algorithm(&params, &enc, &enc_params))
		return damaged(err);
	if (!tlv_is(kdf, &pbkdf2))
		return unknown(kdf, err);
	return parse_pbkdf2(kdf_params, out, err) && parse_cipher(enc, enc_params, out, err);
}

static bool parse_scheme(
	const struct pbe_scheme *scheme, struct span in, struct pbe *out, struct error *err)
{
	struct span params, rounds;

	out->scheme = scheme;
	out->cipher = &scheme->cipher;
	out->hash = SHA1;
	if (!tlv_take(&in, TLV_SEQUENCE, &params) ||
		!tlv_take(&params, TLV_OCTET_STRING, &out->salt) ||
		!tlv_take(&params, TLV_INTEGER, &rounds))
		return damaged(err);
	return take_rounds(rounds, &out->rounds, err);
}

bool pbe_parse(struct span algorithm, struct pbe *out, struct error *err)
{
	struct span oid;

	*out = (struct pbe){ 0 };
	if (!tlv_take(&algorithm, TLV_OID, &oid))
		return damaged(err);
	if (tlv_is(oid, &pbes2))
		return parse_pbes2(algorithm, out, err);
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		if (tlv_is(oid, &schemes[i].oid))
			return parse_scheme(&schemes[i], algorithm, out, err);
	}
	return unknown(oid, err);
}

static gnutls_datum_t datum(const void *bytes, size_t len)
{
	return (gnutls_datum_t){ (unsigned char *)(uintptr_t)bytes, (unsigned)len };
}

static bool derive_pkcs12(
	const struct pbe *pbe, const char *password, uint8_t key[KEY_MAX], uint8_t iv[IV_MAX])
{
	struct p12_key kdf = { .hash = pbe->hash->id,
		.password = password,
		.salt = pbe->salt,
		.rounds = pbe->rounds };

	return p12_key(&kdf, P12_KEY, key, pbe->cipher->key) &&
	       p12_key(&kdf, P12_IV, iv, pbe->cipher->block);
}

static bool derive_java(
	const struct pbe *pbe, const char *password, uint8_t key[KEY_MAX], uint8_t iv[IV_MAX])
{
	uint8_t all[JAVA_JCEKS_SIZE] = { 0 };
	bool good = java_jceks_derive(pbe->salt, pbe->rounds, password ? password : "", all);

	memcpy(key, all, pbe->cipher->key);
	memcpy(iv, all + pbe->cipher->key, pbe->cipher->block);
	mem_wipe(all, sizeof(all));
	return good;
}

static bool derive(
	const struct pbe *pbe, const char *password, uint8_t key[KEY_MAX], uint8_t iv[IV_MAX])
{
	const char *text = password ? password : "";
	gnutls_datum_t secret = datum(text, strlen(text));
	gnutls_datum_t salt = datum(pbe->salt.at, span_len(pbe->salt));

	if (pbe->scheme)
		return pbe->scheme->derive(pbe, password, key, iv);
	memcpy(iv, pbe->iv.at, pbe->cipher->block);
	return gnutls_pbkdf2(pbe->hash->mac, &secret, &salt, (unsigned)pbe->rounds, key,
		       pbe->cipher->key) >= 0;
}

/* The last byte says how many of its kind were added. */
static bool cut_padding(struct buf *out, size_t from, unsigned block)
{
	unsigned count = (uint8_t)out->data[out->len - 1];

	if (count == 0 || count > block)
		return false;
	for (size_t i = out->len - count; i < out->len; i++) {
		if ((uint8_t)out->data[i] != count)
			return false;
	}
	buf_cut(out, out->len - count);
	return out->len >= from;
}

/* In place, from `from` to the end. */
static bool crypt(const struct pbe *pbe, const char *password, struct buf *out, size_t from,
	int (*run)(gnutls_cipher_hd_t handle, void *bytes, size_t len))
{
	const struct pbe_cipher *cipher = pbe->cipher;
	uint8_t key[KEY_MAX], iv[IV_MAX];
	gnutls_datum_t key_datum = datum(key, cipher->key), iv_datum = datum(iv, cipher->block);
	gnutls_cipher_hd_t handle;
	bool good = false;

	if (derive(pbe, password, key, iv) &&
		gnutls_cipher_init(&handle, cipher->id, &key_datum, &iv_datum) >= 0) {
		good = run(handle, out->data + from, out->len - from) >= 0;
		gnutls_cipher_deinit(handle);
	}
	mem_wipe(key, sizeof(key));
	return good;
}

bool pbe_decrypt(const struct pbe *pbe, const char *password, struct span data, struct buf *out)
{
	size_t from = out->len;

	if (span_len(data) == 0 || span_len(data) % pbe->cipher->block)
		return false;
	buf_add(out, data.at, span_len(data));
	return crypt(pbe, password, out, from, gnutls_cipher_decrypt) &&
	       cut_padding(out, from, pbe->cipher->block);
}

bool pbe_encrypt(const struct pbe *pbe, const char *password, struct span plain, struct buf *out)
{
	unsigned block = pbe->cipher->block, count = block - (unsigned)(span_len(plain) % block);
	size_t from = out->len;

	buf_reserve(out, span_len(plain) + count); /* no copy is left behind by growing */
	buf_add(out, plain.at, span_len(plain));
	for (unsigned i = 0; i < count; i++)
		buf_char(out, (char)count);
	return crypt(pbe, password, out, from, gnutls_cipher_encrypt);
}

void pbe_cost_add(struct pbe_cost *cost, uint64_t rounds)
{
	cost->rounds += rounds;
	if (cost->most < rounds)
		cost->most = rounds;
}

bool pbe_cost_fits(const struct pbe_cost *cost, uint64_t limit, struct error *err)
{
	bool one = cost->most >= limit;

	if (!limit || cost->rounds < limit)
		return true;
	return error_set(err, ERROR_FAILED,
		one ? N_("demands %llu key-derivation rounds; the limit is %llu (--no-limits takes them)") :
		      N_("demands %llu key-derivation rounds in all; the limit is %llu (--no-limits takes "
			 "them)"),
		(unsigned long long)(one ? cost->most : cost->rounds),
		(unsigned long long)limit);
}

/* DigestInfo, salt, rounds DEFAULT 1 */
bool pbe_mac_parse(struct span data, struct pbe_mac *out, struct error *err)
{
	struct span info, oid, parameters, rounds;

	*out = (struct pbe_mac){ .rounds = 1 };
	if (!tlv_take(&data, TLV_SEQUENCE, &info) || !take_algorithm(&info, &oid, &parameters) ||
		!tlv_take(&info, TLV_OCTET_STRING, &out->digest) ||
		!tlv_take(&data, TLV_OCTET_STRING, &out->salt))
		return damaged(err);
	if (tlv_take(&data, TLV_INTEGER, &rounds) && !take_rounds(rounds, &out->rounds, err))
		return false;
	for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++) {
		if (tlv_is(oid, &hashes[i].digest))
			out->hash = &hashes[i];
	}
	return out->hash || unknown(oid, err);
}

void pbe_mac_seal(const struct pbe_mac *mac, struct pkcs12_seal *out)
{
	*out = (struct pkcs12_seal){ .hash = mac->hash->digest,
		.digest = mac->hash->id,
		.mac = mac->hash->mac,
		.rounds = (uint32_t)mac->rounds };
}

bool pbe_mac_check(const struct pbe_mac *mac, const char *password, struct span data)
{
	size_t len = gnutls_hash_get_len(mac->hash->id);
	struct p12_key kdf = { .hash = mac->hash->id,
		.password = password,
		.salt = mac->salt,
		.rounds = mac->rounds };
	uint8_t key[HASH_MAX], ours[HASH_MAX];
	bool good;

	good = span_len(mac->digest) == len && p12_key(&kdf, P12_MAC, key, len) &&
	       gnutls_hmac_fast(mac->hash->mac, key, len, data.at, span_len(data), ours) >= 0 &&
	       gnutls_memcmp(ours, mac->digest.at, len) == 0;
	mem_wipe(key, sizeof(key));
	return good;
}
