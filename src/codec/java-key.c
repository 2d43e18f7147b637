/*
 * How a JKS seals a key, which Java calls proprietary.
 *
 *   salt (20), key xor stream, SHA-1 (password, key)
 *
 * The stream is SHA-1 (password, salt), then SHA-1 (password, what came before), and so on.  The
 * password is UTF-16 without an end.  One round: whoever has the file guesses as quickly as SHA-1 is
 * made, so that nothing but a long password protects such a key.
 */
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "base/mem.h"
#include "codec/sealed-key.h"
#include "codec/tlv.h"
#include "codec/utf16.h"

#define SUN   "\x2b\x06\x01\x04\x01\x2a\x02"
#define BLOCK 20

const struct oid java_jks_seal = OID(SUN "\x11\x01\x01"), java_jceks_seal = OID(SUN "\x13\x01");

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
	struct buf utf16 = { 0 };
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

bool java_jks_seal_key(struct span plain, const char *password, struct buf *out)
{
	struct buf utf16 = { 0 };
	uint8_t salt[BLOCK], check[BLOCK];
	bool good;

	utf16_encode(&utf16, password);
	good = gnutls_rnd(GNUTLS_RND_NONCE, salt, BLOCK) >= 0 && digest(&utf16, plain, check);
	buf_add(out, salt, BLOCK);
	good = good && lay_stream(&utf16, span_of(salt, BLOCK), plain, out);
	buf_add(out, check, BLOCK);
	buf_wipe(&utf16);
	return good;
}
