/*
 * In the letters of the standard: D is a block of the purpose's number, I the salt and the
 * password, each repeated until it fills whole blocks.  Each piece of the output is the hash of D
 * and I, hashed again until that makes `rounds`; between two pieces, the piece (repeated to a
 * block, plus one) is added to each block of I.
 */
#include "codec/p12-key.h"

#include <gnutls/crypto.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "codec/utf16.h"

#define BLOCK_MAX 128
#define HASH_MAX  64

static size_t block_of(gnutls_digest_algorithm_t hash)
{
	return gnutls_hash_get_len(hash) > 32 ? 128 : 64;
}

static void add_repeated(struct buf *out, const void *bytes, size_t len, size_t block)
{
	size_t whole = len ? (len + block - 1) / block * block : 0, part;

	for (; whole; whole -= part) {
		part = whole < len ? whole : len;
		buf_add(out, bytes, part);
	}
}

/* The password is big-endian UTF-16 with a zero behind it, and none at all if NULL. */
static void fill(const struct p12_key *from, size_t block, struct buf *input)
{
	struct buf password = { .secret = true };

	if (from->password) {
		utf16_encode(&password, from->password);
		buf_add(&password, "\0", 2);
	}
	add_repeated(input, from->salt.at, span_len(from->salt), block);
	add_repeated(input, password.data, password.len, block);
	buf_wipe(&password);
}

/* Hash D and I, then the result again and again. */
static bool make_piece(const struct p12_key *from, enum p12_purpose purpose,
	const struct buf *input, uint8_t piece[HASH_MAX])
{
	size_t len = gnutls_hash_get_len(from->hash);
	uint8_t diversifier[BLOCK_MAX];
	gnutls_hash_hd_t hash;
	bool good;

	if (gnutls_hash_init(&hash, from->hash) < 0)
		return false;
	memset(diversifier, (int)purpose, sizeof(diversifier));
	good = gnutls_hash(hash, diversifier, block_of(from->hash)) >= 0 &&
	       gnutls_hash(hash, buf_text(input), input->len) >= 0;
	gnutls_hash_output(hash, piece);
	for (uint64_t i = 1; good && i < from->rounds; i++) {
		good = gnutls_hash(hash, piece, len) >= 0;
		gnutls_hash_output(hash, piece);
	}
	gnutls_hash_deinit(hash, NULL);
	return good;
}

/* Each block of I, a big-endian number, plus the repeated piece, plus one. */
static void stir(struct buf *input, const uint8_t *piece, size_t piece_len, size_t block)
{
	unsigned sum;

	for (size_t at = 0; at + block <= input->len; at += block) {
		sum = 1;
		for (size_t i = block; i-- > 0; sum >>= 8) {
			sum += (uint8_t)input->data[at + i] + piece[i % piece_len];
			input->data[at + i] = (char)sum;
		}
	}
}

bool p12_key(const struct p12_key *from, enum p12_purpose purpose, uint8_t *out, size_t len)
{
	size_t block = block_of(from->hash), piece_len = gnutls_hash_get_len(from->hash), part;
	uint8_t piece[HASH_MAX];
	struct buf input = { .secret = true };
	bool good = true;

	fill(from, block, &input);
	for (; good && len; out += part, len -= part) {
		good = make_piece(from, purpose, &input, piece);
		part = len < piece_len ? len : piece_len;
		memcpy(out, piece, part);
		if (len > part)
			stir(&input, piece, piece_len, block);
	}
	buf_wipe(&input);
	mem_wipe(piece, sizeof(piece));
	return good;
}
