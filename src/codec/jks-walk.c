#include "codec/jks-walk.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include "codec/java-object.h"
#include "codec/jks.h"
#include "codec/utf16.h"

#define ENTRY_MIN 18 /* tag, empty alias, date and an empty certificate of version 1 */

static const char phrase[] = "Mighty Aphrodite";

static bool cut_short(struct jks_walk *walk)
{
	return error_set(walk->err, ERROR_FAILED,
		"is a %s that is cut short, or a length in it is wrong", walk->name);
}

/* Surrogates and NUL are encoded as if they were letters; what is no such code stays a raw byte. */
void jks_decode_alias(struct buf *out, struct span in)
{
	struct utf16 u = { .out = out };
	const uint8_t *b;

	for (; (b = in.at) < in.end; in.at++) {
		if (b[0] > 0 && b[0] < 0x80) {
			utf16_unit(&u, b[0]);
		} else if (span_len(in) > 1 && (b[0] & 0xe0) == 0xc0 && (b[1] & 0xc0) == 0x80) {
			utf16_unit(&u, (uint16_t)((b[0] & 0x1f) << 6 | (b[1] & 0x3f)));
			in.at++;
		} else if (span_len(in) > 2 && (b[0] & 0xf0) == 0xe0 && (b[1] & 0xc0) == 0x80 &&
			   (b[2] & 0xc0) == 0x80) {
			utf16_unit(&u, (uint16_t)((b[0] & 0x0f) << 12 | (b[1] & 0x3f) << 6 |
						  (b[2] & 0x3f)));
			in.at += 2;
		} else {
			utf16_end(&u);
			buf_char(out, (char)b[0]);
		}
	}
	utf16_end(&u);
}

static bool take_text(struct jks_walk *walk, struct span *in, struct span *text)
{
	uint64_t len;

	return (span_number(in, 2, &len) && span_take(in, (size_t)len, text)) || cut_short(walk);
}

static bool take_bytes(struct jks_walk *walk, struct span *in, struct span *bytes)
{
	uint64_t len;

	return (span_number(in, 4, &len) && span_take(in, (size_t)len, bytes)) || cut_short(walk);
}

static bool take_type(struct jks_walk *walk, struct span *in)
{
	struct span type = { 0 };
	int shown;

	if (!take_text(walk, in, &type))
		return false;
	if (span_equal(type, "X.509", 5) || span_equal(type, "X509", 4))
		return true;
	shown = span_len(type) < 40 ? (int)span_len(type) : 40;
	return error_set(walk->err, ERROR_FAILED,
		"is a %s with a certificate of the type %.*s, which isn't known", walk->name, shown,
		(const char *)type.at);
}

bool jks_take_cert(struct jks_walk *walk, struct span *in, struct span *der)
{
	return (walk->version == 1 || take_type(walk, in)) && take_bytes(walk, in, der);
}

static bool take_chain(struct jks_walk *walk, struct jks_entry *entry)
{
	struct span der;

	entry->certs.at = walk->at.at;
	for (uint64_t i = 0; i < entry->chain; i++) {
		if (!jks_take_cert(walk, &walk->at, &der))
			return false;
	}
	entry->certs.end = walk->at.at;
	return true;
}

static bool take_key(struct jks_walk *walk, struct jks_entry *entry)
{
	if (!take_bytes(walk, &walk->at, &entry->key))
		return false;
	if (!span_number(&walk->at, 4, &entry->chain))
		return cut_short(walk);
	return take_chain(walk, entry);
}

static bool take_secret(struct jks_walk *walk)
{
	return java_object_skip(&walk->at) ||
	       error_set(walk->err, ERROR_FAILED,
		       "is a %s with a secret key in a form that isn't known", walk->name);
}

static bool take_content(struct jks_walk *walk, uint64_t tag, struct jks_entry *entry)
{
	entry->tag = (enum jks_tag)tag;
	if (tag == JKS_KEY)
		return take_key(walk, entry);
	if (tag == JKS_CERTIFICATE) {
		entry->chain = 1;
		return take_chain(walk, entry);
	}
	if (tag == JKS_SECRET && walk->name[1] == 'C')
		return take_secret(walk);
	return error_set(walk->err, ERROR_FAILED,
		"is a %s with an entry of kind %llu, which isn't known", walk->name,
		(unsigned long long)tag);
}

static bool take_entry(struct jks_walk *walk, struct jks_entry *entry)
{
	const uint8_t *from = walk->at.at;
	uint64_t tag, milliseconds;

	*entry = (struct jks_entry){ 0 };
	if (!span_number(&walk->at, 4, &tag))
		return cut_short(walk);
	if (!take_text(walk, &walk->at, &entry->alias))
		return false;
	if (!span_number(&walk->at, 8, &milliseconds))
		return cut_short(walk);
	entry->milliseconds = (int64_t)milliseconds;
	if (!take_content(walk, tag, entry))
		return false;
	entry->whole = (struct span){ from, walk->at.at };
	return true;
}

bool jks_walk_next(struct jks_walk *walk, struct jks_entry *entry, bool *good)
{
	*good = true;
	if (walk->count) {
		walk->count--;
		*good = take_entry(walk, entry);
		return *good;
	}
	if (walk->at.at != walk->at.end)
		*good = error_set(walk->err, ERROR_FAILED,
			"is a %s with %zu bytes behind its last entry", walk->name,
			span_len(walk->at));
	return false;
}

static bool take_head(struct jks_walk *walk)
{
	if (span_len(walk->at) < 8 + JKS_DIGEST)
		return cut_short(walk);
	walk->body.end -= JKS_DIGEST;
	walk->at.end = walk->body.end;
	span_number(&walk->at, 4, &walk->version);
	span_number(&walk->at, 4, &walk->count);
	if (walk->version != 1 && walk->version != 2)
		return error_set(walk->err, ERROR_FAILED,
			"is a %s of version %llu, which isn't known", walk->name,
			(unsigned long long)walk->version);
	return walk->count <= span_len(walk->at) / ENTRY_MIN ||
	       error_set(walk->err, ERROR_FAILED,
		       "is a %s that claims %llu entries, more than there is room for", walk->name,
		       (unsigned long long)walk->count);
}

enum answer jks_walk_start(
	struct jks_walk *walk, struct span bytes, uint64_t magic, struct error *err)
{
	uint64_t found;

	*walk = (struct jks_walk){ .name = magic == JKS_MAGIC ? "JKS" : "JCEKS",
		.body = bytes,
		.at = bytes,
		.err = err };
	if (!span_number(&walk->at, 4, &found) || found != magic)
		return ANSWER_NOT_MINE;
	return take_head(walk) ? ANSWER_READ : ANSWER_BROKEN;
}

void jks_digest(const char *password, struct span body, uint8_t out[JKS_DIGEST])
{
	struct buf utf16 = { .secret = true };
	gnutls_hash_hd_t hash;

	utf16_encode(&utf16, password);
	memset(out, 0, JKS_DIGEST);
	if (gnutls_hash_init(&hash, GNUTLS_DIG_SHA1) >= 0) {
		gnutls_hash(hash, buf_text(&utf16), utf16.len);
		gnutls_hash(hash, phrase, sizeof(phrase) - 1);
		gnutls_hash(hash, body.at, span_len(body));
		gnutls_hash_deinit(hash, out);
	}
	buf_wipe(&utf16);
}

bool jks_walk_check(const struct jks_walk *walk, const char *password, struct error *err)
{
	uint8_t ours[JKS_DIGEST];

	jks_digest(password, walk->body, ours);
	return gnutls_memcmp(ours, walk->body.end, JKS_DIGEST) == 0 ||
	       error_set(err, ERROR_SECRET, "the password is wrong (or the file was changed)");
}
