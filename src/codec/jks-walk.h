/*
 * The entries of a JKS or JCEKS, one after the other, as spans of the file.  All counts are claims
 * and are held against what is left.
 *
 *   magic, version, count          4 bytes each, big-endian
 *   tag, alias, milliseconds       of each entry: 4 bytes, text, 8 bytes
 *     1: key length, key, number of certificates, certificates
 *     2: certificate
 *     3: a serialised Java object (JCEKS only)
 *   SHA-1                          over the password as UTF-16, a phrase and all of the above
 *
 * A text is its length (2 bytes) and Java's modified UTF-8.  A certificate is its type (a text,
 * from version 2 on), its length and its bytes.
 */
#ifndef CERTARY_SRC_CODEC_JKS_WALK_H
#define CERTARY_SRC_CODEC_JKS_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "codec/intake.h"
#include "codec/span.h"

#define JKS_MAGIC   0xfeedfeed
#define JCEKS_MAGIC 0xcececece
#define JKS_DIGEST  20

enum jks_tag {
	JKS_KEY = 1,
	JKS_CERTIFICATE = 2,
	JKS_SECRET = 3,
};

struct jks_walk {
	const char *name; /* "JKS" or "JCEKS" */
	struct span body; /* what the digest is made over; it stands behind it */
	struct span at;   /* what is left in front of the digest */
	uint64_t version, count;
	struct error *err;
};

struct jks_entry {
	enum jks_tag tag;
	struct span whole, alias;
	int64_t milliseconds;
	struct span key;   /* JKS_KEY: EncryptedPrivateKeyInfo */
	struct span certs; /* its chain, or the certificate; for jks_take_cert() */
	uint64_t chain;    /* how many of them */
};

/* ANSWER_READ: entries may follow, `count` of them as the file has it. */
enum answer jks_walk_start(
	struct jks_walk *walk, struct span bytes, uint64_t magic, struct error *err);

/* False at the end, and where the rest is damaged: *good tells. */
bool jks_walk_next(struct jks_walk *walk, struct jks_entry *entry, bool *good);

/* Take a certificate off the front. */
bool jks_take_cert(struct jks_walk *walk, struct span *in, struct span *der);

/* Append an alias as UTF-8; what is none stays a raw byte. */
void jks_decode_alias(struct buf *out, struct span alias);

/* Does the digest behind the body fit?  The error says what may be wrong. */
bool jks_walk_check(const struct jks_walk *walk, const char *password, struct error *err);

#endif
