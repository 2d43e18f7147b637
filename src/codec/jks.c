/*
 * Java's own keystores: JKS and JCEKS.
 *
 *   magic, version, count          4 bytes each, big-endian
 *   tag, alias, milliseconds       of each entry: 4 bytes, text, 8 bytes
 *     1: key length, key, number of certificates, certificates
 *     2: certificate
 *     3: a serialised Java object (JCEKS only)
 *   SHA-1                          over the password as UTF-16, a phrase and all of the above
 *
 * A text is its length (2 bytes) and Java's modified UTF-8.  A certificate is its type (a text,
 * from version 2 on), its length and its bytes.  All counts are claims and are held against what is
 * left.
 */
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "codec/intake.h"
#include "codec/java-object.h"
#include "codec/jks.h"
#include "codec/utf16.h"

#define JCEKS_MAGIC 0xcececece
#define ENTRY_MIN   18 /* tag, empty alias, date and an empty certificate of version 1 */

static const char phrase[] = "Mighty Aphrodite";

struct keystore {
	struct intake *in;
	const char *name;
	struct span at; /* what is left in front of the digest */
	uint64_t version;
	struct buf alias; /* of the present entry, as UTF-8 */
	char *place;      /* the same as safe text */
	struct error *err;
};

static bool cut_short(struct keystore *ks)
{
	return error_set(ks->err, ERROR_FAILED,
		"is a %s that is cut short, or a length in it is wrong", ks->name);
}

/* Surrogates and NUL are encoded as if they were letters; what is no such code stays a raw byte. */
static void decode_modified_utf8(struct buf *out, struct span in)
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

static bool take_text(struct keystore *ks, struct span *text)
{
	uint64_t len;

	return (span_number(&ks->at, 2, &len) && span_take(&ks->at, (size_t)len, text)) ||
	       cut_short(ks);
}

static bool take_bytes(struct keystore *ks, struct span *bytes)
{
	uint64_t len;

	return (span_number(&ks->at, 4, &len) && span_take(&ks->at, (size_t)len, bytes)) ||
	       cut_short(ks);
}

static bool take_type(struct keystore *ks)
{
	struct span type;
	int shown;

	if (!take_text(ks, &type))
		return false;
	if (span_equal(type, "X.509", 5) || span_equal(type, "X509", 4))
		return true;
	shown = span_len(type) < 40 ? (int)span_len(type) : 40;
	return error_set(ks->err, ERROR_FAILED,
		"is a %s with a certificate of the type %.*s, which isn't known", ks->name, shown,
		(const char *)type.at);
}

/* One certificate; number is its place in the chain of a key, 0 where it stands alone. */
static bool take_certificate(struct keystore *ks, uint64_t number)
{
	struct bag_item *item;
	struct span der = { 0 };

	if ((ks->version > 1 && !take_type(ks)) || !take_bytes(ks, &der))
		return false;
	if (number)
		item = intake_cert(ks->in, der, "alias %s, certificate %llu", ks->place,
			(unsigned long long)number);
	else
		item = intake_cert(ks->in, der, "alias %s", ks->place);
	intake_label(item, &ks->alias);
	return true;
}

static bool take_key(struct keystore *ks)
{
	struct part part = { .kind = BAG_KEY, .what = "a private key" };
	uint64_t chain;

	if (!take_bytes(ks, &part.bytes))
		return false;
	if (!span_number(&ks->at, 4, &chain))
		return cut_short(ks);
	intake_label(intake_part(ks->in, &part, "alias %s", ks->place), &ks->alias);
	for (uint64_t i = 1; i <= chain; i++) {
		if (!take_certificate(ks, i))
			return false;
	}
	return true;
}

static bool take_secret(struct keystore *ks)
{
	if (!java_object_skip(&ks->at))
		return error_set(ks->err, ERROR_FAILED,
			"is a %s with a secret key in a form that isn't known", ks->name);
	intake_label(intake_other(ks->in, BAG_KEY, "a secret key", "alias %s", ks->place),
		&ks->alias);
	return true;
}

static bool take_head(struct keystore *ks, uint64_t *tag)
{
	uint64_t milliseconds;
	struct span alias = { 0 };

	if (!span_number(&ks->at, 4, tag))
		return cut_short(ks);
	if (!take_text(ks, &alias))
		return false;
	if (!span_number(&ks->at, 8, &milliseconds))
		return cut_short(ks);
	buf_cut(&ks->alias, 0);
	decode_modified_utf8(&ks->alias, alias);
	free(ks->place);
	ks->place = ks->alias.len ? text_safe(ks->alias.data, ks->alias.len) : mem_text("\"\"");
	return true;
}

static bool take_entry(struct keystore *ks, bool secrets)
{
	uint64_t tag = 0;

	if (!take_head(ks, &tag))
		return false;
	if (tag == 1)
		return take_key(ks);
	if (tag == 2)
		return take_certificate(ks, 0);
	if (tag == 3 && secrets)
		return take_secret(ks);
	return error_set(ks->err, ERROR_FAILED,
		"is a %s with an entry of kind %llu, which isn't known", ks->name,
		(unsigned long long)tag);
}

static bool take_entries(struct keystore *ks, bool secrets)
{
	uint64_t count;

	if (!span_number(&ks->at, 4, &ks->version) || !span_number(&ks->at, 4, &count))
		return cut_short(ks);
	if (ks->version != 1 && ks->version != 2)
		return error_set(ks->err, ERROR_FAILED,
			"is a %s of version %llu, which isn't known", ks->name,
			(unsigned long long)ks->version);
	if (count > span_len(ks->at) / ENTRY_MIN)
		return error_set(ks->err, ERROR_FAILED,
			"is a %s that claims %llu entries, more than there is room for", ks->name,
			(unsigned long long)count);
	for (; count; count--) {
		if (!take_entry(ks, secrets))
			return false;
	}
	if (ks->at.at != ks->at.end)
		return error_set(ks->err, ERROR_FAILED,
			"is a %s with %zu bytes behind its last entry", ks->name, span_len(ks->at));
	return true;
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

static bool check_digest(struct intake *in, struct span body, struct error *err)
{
	uint8_t ours[JKS_DIGEST];

	if (!in->options->password) {
		in->bag->note = mem_text("integrity not checked: no password given");
		return true;
	}
	jks_digest(in->options->password, body, ours);
	in->proved = gnutls_memcmp(ours, body.end, JKS_DIGEST) == 0;
	if (in->proved)
		return true;
	return error_set(err, ERROR_SECRET, "the password is wrong (or the file was changed)");
}

static enum answer read_keystore(
	struct intake *in, struct span bytes, uint64_t magic, const char *name, struct error *err)
{
	struct keystore ks = { .in = in, .name = name, .err = err, .at = bytes };
	struct span body = bytes;
	uint64_t found;
	bool good;

	if (!span_number(&ks.at, 4, &found) || found != magic)
		return ANSWER_NOT_MINE;
	if (span_len(ks.at) < 8 + JKS_DIGEST) {
		cut_short(&ks);
		return ANSWER_BROKEN;
	}
	body.end -= JKS_DIGEST;
	ks.at.end = body.end;
	good = take_entries(&ks, magic == JCEKS_MAGIC) && check_digest(in, body, err);
	buf_done(&ks.alias);
	free(ks.place);
	return good ? ANSWER_READ : ANSWER_BROKEN;
}

enum answer jks_read(struct intake *in, struct span bytes, struct error *err)
{
	return read_keystore(in, bytes, JKS_MAGIC, "JKS", err);
}

enum answer jceks_read(struct intake *in, struct span bytes, struct error *err)
{
	return read_keystore(in, bytes, JCEKS_MAGIC, "JCEKS", err);
}
