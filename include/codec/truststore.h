/*
 * A Java truststore: read, changed, and written again with what isn't ours as it stood.
 *
 * JKS, JCEKS and PKCS#12, told by content.  It is an ordered list of items: what a program trusts,
 * and keys and other things that may stand beside it.  Ours are known by their alias, which begins
 * with "certary:"; nothing but truststore_remove() and truststore_replace() touches the others:
 *
 *   JKS, JCEKS  each entry is written byte for byte as it was read, in its place
 *   PKCS#12     so is each container of which nothing goes, and each bag of the others.  An encrypted
 *               container that loses something comes back plain where only certificates are left
 *               (whoever has no password sees more than before, which Java's clients often haven't),
 *               else encrypted anew
 *
 * Then comes the seal over all of it, by the same password, algorithm and rounds as before; a file
 * without one gets none.
 *
 * Java lower-cases the alias that it looks for, but not those of a JKS that it reads, and of two
 * entries with one alias it keeps the last and says nothing.  So ours are lower-case, and never meet
 * another one.  Of a PKCS#12 it trusts only certificates whose bag says so by an attribute of
 * Oracle's (2.16.840.1.113894.746875.1.1); ours do.  It doesn't look at an anchor's dates.
 *
 *	if (truststore_read(bytes, len, &options, &ts, &err)) {
 *		truststore_hold(ts, &list, &change);
 *		good = truststore_write(ts, &out, &err);
 *	}
 *	truststore_free(ts);
 *
 * Reads hostile bytes: to be called in a job (base/job.h).  Linear in bytes and entries; what it
 * takes is a copy of the bytes and a record for each entry.  No certificate in it is judged:
 * cert_parse() does that, and a file with one that it refuses is refused by Java, too.
 */
#ifndef CERTARY_CODEC_TRUSTSTORE_H
#define CERTARY_CODEC_TRUSTSTORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "codec/bag.h"
#include "codec/export.h"
#include "pki/fingerprint.h"

#define TRUSTSTORE_PREFIX   "certary:"
#define TRUSTSTORE_PASSWORD "changeit" /* of a JVM's own, where nobody changed it */

enum truststore_format {
	TRUSTSTORE_JKS,
	TRUSTSTORE_JCEKS,
	TRUSTSTORE_PKCS12,
};

enum truststore_kind {
	TRUSTSTORE_TRUSTED, /* a certificate that Java trusts by it */
	TRUSTSTORE_LOOSE,   /* in a PKCS#12: a certificate that it doesn't, of a key's chain or not marked */
	TRUSTSTORE_KEY,     /* a private key; in a JKS with its chain */
	TRUSTSTORE_OTHER,   /* a secret key, a CRL, something unknown */
};

enum truststore_seal {
	TRUSTSTORE_UNSEALED,  /* a PKCS#12 without a MAC */
	TRUSTSTORE_UNCHECKED, /* there is one, and no password was given; such a file can't be written */
	TRUSTSTORE_VERIFIED,
};

struct truststore_item {
	enum truststore_kind kind;
	bool ours;  /* trusted, and its alias begins with TRUSTSTORE_PREFIX */
	bool gone;  /* removed: it stays in the list, so that indexes hold, and isn't written */
	bool fresh; /* added or replaced since it was read */
	bool lost;  /* in a JKS or JCEKS: its alias isn't lower-case, so Java never finds it */
	const char *alias; /* safe text, and text_unescape() has the true one; what Java calls it where
			      it has none ("1"); "" for what never has one */
	const uint8_t *der; /* the certificate; of a key in a JKS its own; NULL: there is none */
	size_t len;
	struct fingerprint sha256; /* of it, where there is one */
	const uint8_t *raw;        /* the whole entry, or bag, as it stands (decrypted, if it was) */
	size_t raw_len;
	int64_t date; /* seconds since 1970; 0 in a PKCS#12, which has none */
	size_t container; /* private */
};

struct truststore;

/*
 * Read bytes, which are copied, and the password is kept for writing; of the limits, certificates
 * bounds all items.  The error is one clause about the file ("is empty"), for a caller to wrap with
 * its name:
 *
 * ERROR_SECRET: a password is needed, or the one that was given is wrong.  Without one a JKS can be
 * read, and what is plain in a PKCS#12; where that isn't all, the empty password is tried as Java
 * does.  ERROR_FAILED: it is something else, damaged, signed, or demands more key-derivation rounds
 * than the limit.
 */
bool truststore_read(const void *bytes, size_t len, const struct bag_options *options,
	struct truststore **out, struct error *err);

/*
 * An empty one.  A password of NULL makes a PKCS#12 without a seal, which Java 17 reads and 8 may
 * not.  False where the format can't be had with this password: ERROR_SECRET where it is missing,
 * ERROR_USAGE where Java wouldn't take it.
 */
bool truststore_new(enum truststore_format format, const char *password, struct truststore **out,
	struct error *err);
void truststore_free(struct truststore *ts); /* NULL is fine */

enum truststore_format truststore_format(const struct truststore *ts);
const char *truststore_format_name(enum truststore_format format); /* "PKCS#12"; static */
enum truststore_seal truststore_seal(const struct truststore *ts);

/* Items in the order of the file, added ones behind; borrowed until it is changed. */
size_t truststore_count(const struct truststore *ts);
const struct truststore_item *truststore_item(const struct truststore *ts, size_t index);

/* How many of a kind would be written.  Java's clients fail where none is trusted. */
size_t truststore_live(const struct truststore *ts, enum truststore_kind kind);

/* --- changes: nothing is written before truststore_write() ----------------------------------- */

struct truststore_entry {
	const char *alias; /* is lower-cased; put in as it is, so safe text stays safe text */
	const uint8_t *der;
	size_t len;
	int64_t now; /* its date, where the format has one */
};

void truststore_remove(struct truststore *ts, size_t index);

/* Behind all others, or in the place of one.  ERROR_FAILED where another item has this alias, or it
 * is empty or too long for Java. */
bool truststore_add(struct truststore *ts, const struct truststore_entry *entry, struct error *err);
bool truststore_replace(struct truststore *ts, size_t index, const struct truststore_entry *entry,
	struct error *err);

struct truststore_change {
	size_t kept, added, removed; /* of ours */
	size_t others;               /* trusted ones that aren't */
};

/*
 * Let ours be these, with aliases made of their names as by truststore_alias(): what is there stays
 * as it is, unless its name has changed; `fresh` and `gone` tell each.  password is ignored, now
 * dates the added ones.
 */
void truststore_hold(struct truststore *ts, const struct export_list *list,
	struct truststore_change *change);

/*
 * The alias that an item of ours would get: the prefix, its name as by export_aliases(), and digits
 * of its fingerprint where another item has that alias.  The caller frees.
 */
char *truststore_alias(const struct truststore *ts, const struct export_item *item);

/*
 * Append the file.  ERROR_SECRET where it has a seal that can't be made anew, for want of a password;
 * ERROR_FAILED where there are more entries than the format can count.
 */
bool truststore_write(const struct truststore *ts, struct buf *out, struct error *err);

#endif
