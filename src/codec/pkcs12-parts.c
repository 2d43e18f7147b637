/*
 * An algorithm is written with fresh salts, then read again by those who decrypt: what can be
 * encrypted here can be decrypted there, by the same tables.
 */
#include "codec/pkcs12-parts.h"

#include <gnutls/crypto.h>

#include "base/mem.h"
#include "codec/p12-key.h"
#include "codec/pbe.h"
#include "codec/utf16.h"
#include "codec/writers.h"

#define PKCS5  "\x2a\x86\x48\x86\xf7\x0d\x01\x05"
#define PKCS7  "\x2a\x86\x48\x86\xf7\x0d\x01\x07"
#define PKCS9  "\x2a\x86\x48\x86\xf7\x0d\x01\x09"
#define PKCS12 "\x2a\x86\x48\x86\xf7\x0d\x01\x0c"

#define SALT_SIZE 20
#define IV_SIZE   16
#define HASH_MAX  64

static const struct oid data = OID(PKCS7 "\x01"), encrypted = OID(PKCS7 "\x06"),
			cert_bag = OID(PKCS12 "\x0a\x01\x03"), x509 = OID(PKCS9 "\x16\x01"),
			friendly_name = OID(PKCS9 "\x14");

void pkcs12_put_attribute(
	struct buf *out, const struct oid *kind, uint8_t tag, const void *bytes, size_t len)
{
	size_t at = out->len, value;

	tlv_put_oid(out, kind);
	value = out->len;
	tlv_put(out, tag, bytes, len);
	tlv_wrap(out, value, TLV_SET);
	tlv_wrap(out, at, TLV_SEQUENCE);
}

void pkcs12_put_name(struct buf *out, const char *name)
{
	struct buf utf16 = { 0 };

	utf16_encode(&utf16, name);
	pkcs12_put_attribute(out, &friendly_name, TLV_BMP_STRING, utf16.data, utf16.len);
	buf_done(&utf16);
}

void pkcs12_put_bag(struct buf *out, const struct oid *kind, const struct buf *value,
	const struct buf *attributes)
{
	size_t bag = out->len;

	tlv_put_oid(out, kind);
	tlv_put(out, TLV_CONTEXT, value->data, value->len);
	if (attributes->len)
		tlv_put(out, TLV_SET, attributes->data, attributes->len);
	tlv_wrap(out, bag, TLV_SEQUENCE);
}

void pkcs12_put_cert(struct buf *out, const void *der, size_t len, const struct buf *attributes)
{
	struct buf value = { 0 };
	size_t content;

	tlv_put_oid(&value, &x509);
	content = value.len;
	tlv_put(&value, TLV_OCTET_STRING, der, len);
	tlv_wrap(&value, content, TLV_CONTEXT);
	tlv_wrap(&value, 0, TLV_SEQUENCE);
	pkcs12_put_bag(out, &cert_bag, &value, attributes);
	buf_done(&value);
}

/* ContentInfo; what stands behind the first `content` bytes becomes what is in its [0]. */
static void wrap_info(struct buf *out, const struct oid *kind, size_t content)
{
	struct buf inner = { 0 };

	buf_add(&inner, out->data + content, out->len - content);
	buf_cut(out, content);
	tlv_put_oid(out, kind);
	tlv_put(out, TLV_CONTEXT, inner.data, inner.len);
	tlv_wrap(out, content, TLV_SEQUENCE);
	buf_done(&inner);
}

static void wrap_data(struct buf *out, size_t from)
{
	tlv_wrap(out, from, TLV_OCTET_STRING);
	wrap_info(out, &data, from);
}

void pkcs12_wrap_plain(struct buf *out, size_t bags)
{
	tlv_wrap(out, bags, TLV_SEQUENCE);
	wrap_data(out, bags);
}

/* --- ciphers and seals -------------------------------------------------------------------- */

/* A number below 2^31 that isn't 0. */
static void put_number(struct buf *out, uint32_t number)
{
	uint8_t bytes[5] = { 0, (uint8_t)(number >> 24), (uint8_t)(number >> 16),
		(uint8_t)(number >> 8), (uint8_t)number };
	size_t skip = 0;

	while (bytes[skip] == 0 && bytes[skip + 1] < 0x80)
		skip++;
	tlv_put(out, TLV_INTEGER, bytes + skip, sizeof(bytes) - skip);
}

/* SEQUENCE { pbeWithSHAAnd3-KeyTripleDES-CBC, { salt, rounds } } */
static void put_3des(struct buf *out, uint32_t rounds, const uint8_t salt[SALT_SIZE])
{
	static const struct oid scheme = OID(PKCS12 "\x01\x03");
	size_t all = out->len, at;

	tlv_put_oid(out, &scheme);
	at = out->len;
	tlv_put(out, TLV_OCTET_STRING, salt, SALT_SIZE);
	put_number(out, rounds);
	tlv_wrap(out, at, TLV_SEQUENCE);
	tlv_wrap(out, all, TLV_SEQUENCE);
}

/* SEQUENCE { PBKDF2, { salt, rounds, { HMAC with SHA-256, NULL } } } */
static void put_pbkdf2(struct buf *out, uint32_t rounds, const uint8_t salt[SALT_SIZE])
{
	static const struct oid pbkdf2 = OID(PKCS5 "\x0c"),
				hmac = OID("\x2a\x86\x48\x86\xf7\x0d\x02\x09");
	size_t all = out->len, at, prf;

	tlv_put_oid(out, &pbkdf2);
	at = out->len;
	tlv_put(out, TLV_OCTET_STRING, salt, SALT_SIZE);
	put_number(out, rounds);
	prf = out->len;
	tlv_put_oid(out, &hmac);
	tlv_put(out, TLV_NULL, NULL, 0);
	tlv_wrap(out, prf, TLV_SEQUENCE);
	tlv_wrap(out, at, TLV_SEQUENCE);
	tlv_wrap(out, all, TLV_SEQUENCE);
}

/* SEQUENCE { PBES2, { PBKDF2 as above, { AES-256-CBC, IV } } } */
static void put_pbes2(
	struct buf *out, uint32_t rounds, const uint8_t salt[SALT_SIZE], const uint8_t iv[IV_SIZE])
{
	static const struct oid pbes2 = OID(PKCS5 "\x0d"),
				aes256 = OID("\x60\x86\x48\x01\x65\x03\x04\x01\x2a");
	size_t all = out->len, at, cipher;

	tlv_put_oid(out, &pbes2);
	at = out->len;
	put_pbkdf2(out, rounds, salt);
	cipher = out->len;
	tlv_put_oid(out, &aes256);
	tlv_put(out, TLV_OCTET_STRING, iv, IV_SIZE);
	tlv_wrap(out, cipher, TLV_SEQUENCE);
	tlv_wrap(out, at, TLV_SEQUENCE);
	tlv_wrap(out, all, TLV_SEQUENCE);
}

bool pkcs12_encrypt(struct buf *out, const struct pkcs12_seal *seal, const char *password,
	struct span plain, uint8_t tag)
{
	uint8_t random[SALT_SIZE + IV_SIZE];
	struct buf algorithm = { 0 }, sealed = { .secret = true };
	struct span at, content;
	struct pbe pbe;
	bool good;

	if (gnutls_rnd(GNUTLS_RND_NONCE, random, sizeof(random)) < 0)
		return false;
	if (seal->legacy)
		put_3des(&algorithm, seal->rounds, random);
	else
		put_pbes2(&algorithm, seal->rounds, random, random + SALT_SIZE);
	at = span_of(algorithm.data, algorithm.len);
	good = tlv_take(&at, TLV_SEQUENCE, &content) && pbe_parse(content, &pbe, NULL) &&
	       pbe_encrypt(&pbe, password, plain, &sealed);
	if (good) {
		buf_add(out, algorithm.data, algorithm.len);
		tlv_put(out, tag, sealed.data, sealed.len);
	}
	buf_done(&algorithm);
	buf_wipe(&sealed); /* where encryption failed, it is plain */
	return good;
}

/* EncryptedData { 0, { data, algorithm, [0] bytes } } */
bool pkcs12_put_encrypted(struct buf *out, const struct pkcs12_seal *seal, const char *password,
	const struct buf *bags)
{
	struct buf plain = { 0 };
	size_t all = out->len, info;
	bool good;

	tlv_put(&plain, TLV_SEQUENCE, bags->data, bags->len);
	tlv_put(out, TLV_INTEGER, "\0", 1);
	info = out->len;
	tlv_put_oid(out, &data);
	good = pkcs12_encrypt(out, seal, password, span_of(plain.data, plain.len), 0x80);
	tlv_wrap(out, info, TLV_SEQUENCE);
	tlv_wrap(out, all, TLV_SEQUENCE);
	wrap_info(out, &encrypted, all);
	buf_done(&plain);
	return good;
}

static bool make_mac(const struct pkcs12_seal *seal, const char *password, const struct buf *safes,
	const uint8_t salt[SALT_SIZE], uint8_t mac[HASH_MAX])
{
	size_t len = gnutls_hash_get_len(seal->digest);
	uint8_t key[HASH_MAX];
	const struct p12_key kdf = { .hash = seal->digest,
		.password = password,
		.salt = span_of(salt, SALT_SIZE),
		.rounds = seal->rounds };
	bool good = p12_key(&kdf, P12_MAC, key, len) &&
		    gnutls_hmac_fast(seal->mac, key, len, safes->data, safes->len, mac) >= 0;

	mem_wipe(key, sizeof(key));
	return good;
}

/* MacData { { { hash, NULL }, mac }, salt, rounds } */
static void put_mac(struct buf *out, const struct pkcs12_seal *seal, const uint8_t mac[HASH_MAX],
	const uint8_t salt[SALT_SIZE])
{
	size_t all = out->len;

	tlv_put_oid(out, &seal->hash);
	tlv_put(out, TLV_NULL, NULL, 0);
	tlv_wrap(out, all, TLV_SEQUENCE);
	tlv_put(out, TLV_OCTET_STRING, mac, gnutls_hash_get_len(seal->digest));
	tlv_wrap(out, all, TLV_SEQUENCE);
	tlv_put(out, TLV_OCTET_STRING, salt, SALT_SIZE);
	put_number(out, seal->rounds);
	tlv_wrap(out, all, TLV_SEQUENCE);
}

bool pkcs12_put_file(struct buf *out, const struct pkcs12_seal *seal, const char *password,
	struct buf *containers, struct error *err)
{
	uint8_t salt[SALT_SIZE], mac[HASH_MAX];
	size_t begin = out->len, content;

	tlv_wrap(containers, 0, TLV_SEQUENCE);
	if (seal && (gnutls_rnd(GNUTLS_RND_NONCE, salt, sizeof(salt)) < 0 ||
			    !make_mac(seal, password, containers, salt, mac)))
		return error_set(err, ERROR_FAILED, "GnuTLS can't make the seal of a PKCS#12");
	tlv_put(out, TLV_INTEGER, "\x03", 1);
	content = out->len;
	buf_add(out, containers->data, containers->len);
	wrap_data(out, content);
	if (seal)
		put_mac(out, seal, mac, salt);
	tlv_wrap(out, begin, TLV_SEQUENCE);
	return true;
}
