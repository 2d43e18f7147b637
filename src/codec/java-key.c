/*
 * How a JKS seals a key, which Java calls proprietary:
 *
 *   salt (20), key xor stream, SHA-1 (password, key)
 *
 * The stream is SHA-1 (password, salt), then SHA-1 (password, what came before), and so on.  The
 * password is UTF-16 without an end.  One round: whoever has the file guesses as quickly as SHA-1
 * is made, so that nothing but a long password protects such a key.
 *
 * A JCEKS encrypts by 3DES.  Each half of the salt makes half of key and IV, by as many rounds of
 * MD5 as the envelope says (codec/pbe.h).
 */
#include "codec/java-key.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "base/mem.h"
#include "codec/utf16.h"
#include "codec/writers.h"

#define BLOCK    20
#define MD5_SIZE 16

const struct oid java_jks_seal = OID("\x2b\x06\x01\x04\x01\x2a\x02\x11\x01\x01");

static bool digest(const struct buf *password, struct span bytes, uint8_t out[BLOCK])
{
	gnutls_hash_hd_t hash;
	bool good;

	if (gnutls_hash_init(&hash, GNUTLS_DIG_SHA1) < 0)
		return false;
	good = gnutls_hash(hash, buf_text(password), password->len) >= 0 &&
	       gnutls_hash(hash, span_len(bytes) ? bytes.at : (const uint8_t *)"",
		       span_len(bytes)) >= 0;
	gnutls_hash_deinit(hash, out);
	return good;
}

/* Append `in` with the stream laid over it. */
static bool lay_stream(
	const struct buf *password, struct span salt, struct span in, struct buf *out)
{
	uint8_t stream[BLOCK];
	bool good = digest(password, salt, stream);

	buf_reserve(out, span_len(in) + BLOCK); /* no copy is left behind by growing */
	for (size_t i = 0; good && in.at < in.end; in.at++, i++) {
		if (i == BLOCK) {
			good = digest(password, span_of(stream, BLOCK), stream);
			i = 0;
		}
		buf_char(out, (char)(*in.at ^ stream[i]));
	}
	mem_wipe(stream, sizeof(stream));
	return good;
}

bool java_jks_open(struct span data, const char *password, struct buf *out)
{
	struct buf utf16 = { .secret = true };
	uint8_t ours[BLOCK];
	struct span salt;
	size_t from = out->len;
	bool good;

	if (span_len(data) < 2 * (size_t)BLOCK)
		return false;
	span_take(&data, BLOCK, &salt);
	data.end -= BLOCK;
	utf16_encode(&utf16, password);
	good = lay_stream(&utf16, salt, data, out) &&
	       digest(&utf16, span_of(out->data + from, out->len - from), ours) &&
	       gnutls_memcmp(ours, data.end, BLOCK) == 0;
	buf_wipe(&utf16);
	return good;
}

bool java_jks_close(struct span plain, const char *password, struct buf *out)
{
	struct buf utf16 = { .secret = true };
	uint8_t salt[BLOCK], check[BLOCK];
	size_t all = out->len, algorithm;
	bool good;

	tlv_put_oid(out, &java_jks_seal);
	tlv_put(out, TLV_NULL, NULL, 0);
	tlv_wrap(out, all, TLV_SEQUENCE);
	algorithm = out->len;
	utf16_encode(&utf16, password);
	good = gnutls_rnd(GNUTLS_RND_NONCE, salt, BLOCK) >= 0 && digest(&utf16, plain, check);
	buf_add(out, salt, BLOCK);
	good = good && lay_stream(&utf16, span_of(salt, BLOCK), plain, out);
	buf_add(out, check, BLOCK);
	tlv_wrap(out, algorithm, TLV_OCTET_STRING);
	tlv_wrap(out, all, TLV_SEQUENCE);
	buf_wipe(&utf16);
	return good;
}

/* MD5 over what it made of half a salt the round before, and the password. */
static bool hash_half(
	struct span half, uint64_t rounds, const char *password, uint8_t out[MD5_SIZE])
{
	gnutls_hash_hd_t hash;
	bool good = true;

	if (gnutls_hash_init(&hash, GNUTLS_DIG_MD5) < 0)
		return false;
	for (; good && rounds; rounds--) {
		good = gnutls_hash(hash, half.at, span_len(half)) >= 0 &&
		       gnutls_hash(hash, password, strlen(password)) >= 0;
		gnutls_hash_output(hash, out);
		half = span_of(out, MD5_SIZE);
	}
	gnutls_hash_deinit(hash, NULL);
	return good;
}

/* Java stirs a salt with equal halves, which chance makes once in 2^32 times; that isn't read. */
bool java_jceks_derive(
	struct span salt, uint64_t rounds, const char *password, uint8_t out[JAVA_JCEKS_SIZE])
{
	struct span half;

	return span_len(salt) == 8 && span_take(&salt, 4, &half) &&
	       hash_half(half, rounds, password, out) &&
	       hash_half(salt, rounds, password, out + MD5_SIZE);
}
