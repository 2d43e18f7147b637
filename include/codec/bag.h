/*
 * A bag: what was found in a file, whatever its format.
 *
 * Formats are told by content, never by suffix.  Each reader answers one of three ways: not mine,
 * mine but broken, or here it is; a format is one row of the table in src/codec/bag.c.  A broken
 * certificate never hides the good ones beside it: it becomes a problem that says where and why.
 *
 * Everything here reads hostile bytes and is called in a job (base/job.h).  Many certificates are
 * judged by several threads, all of which have ended when a function returns or hands out an item.
 */
#ifndef CERTARY_CODEC_BAG_H
#define CERTARY_CODEC_BAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct cert;

struct bag_limits {
	size_t certificates; /* from one file; 0: no limit, here and below */
	uint64_t kdf_rounds; /* key-derivation rounds of a keystore, below which it must stay */
};

struct bag_options {
	struct bag_limits limits;
	const char *password; /* NULL: none known */
};

enum bag_kind {
	BAG_CERT,    /* der holds a certificate that GnuTLS accepts */
	BAG_KEY,     /* a private key stood here; its bytes are not kept */
	BAG_OTHER,   /* a request, parameters: named and left */
	BAG_CRL,     /* a revocation list: der has it, and nobody has looked into it */
	BAG_PROBLEM, /* a certificate that can't be read; why says what is wrong with it */
};

struct bag_item {
	enum bag_kind kind;
	struct cert *cert; /* BAG_CERT: parsed; NULL where it is the same as the one before */
	uint8_t *der;      /* BAG_CERT and BAG_CRL only */
	size_t len;
	char *where; /* "block 3, line 57", "certificate 12", "alias web": safe text */
	char *label; /* friendlyName or alias as safe text, or NULL */
	char *why;   /* BAG_PROBLEM: what is wrong; else what it is ("a private key"); safe text */
};

struct bag {
	/* "PEM", "DER", "Base64", "PKCS#7", "PKCS#12", "JKS" or "JCEKS"; static; NULL: none */
	const char *format;
	struct bag_item *items;
	size_t count, cap;
	char *note; /* about the whole file ("integrity not checked: no password"), or NULL */
};

/*
 * Read bytes into an empty bag (`struct bag bag = {0}`); a certificate that stands in them twice is
 * there twice.  False where no format recognises them or there is no certificate in them: the error
 * is one clause about the file that says what it seems to be and what to do ("is empty"), for a
 * caller to wrap with its name.  Problems, keys and others that were found stay in the bag even
 * then, and bag_done() is called either way.  Linear in len, whatever it holds.
 *
 * ERROR_SECRET: a password is needed, or the one that was given is wrong.  A JKS can be read
 * without one, unverified; the note says so.
 */
bool bag_read(const void *bytes, size_t len, const struct bag_options *options, struct bag *bag,
	struct error *err);
void bag_done(struct bag *bag);

/*
 * The same for files of any size: each item is handed out in order and is gone afterwards; what
 * each() wants to keep it takes and zeroes.  An item without a cert of its own comes right after its
 * twin.  Nothing is handed out unless there is a certificate in the file; where there is none, rest
 * keeps what there is.  rest has the format and the note in any case, and bag_done() is called.
 */
typedef void bag_each_fn(void *ctx, const char *format, struct bag_item *item);
bool bag_walk(const void *bytes, size_t len, const struct bag_options *options, bag_each_fn *each,
	void *ctx, struct bag *rest, struct error *err);

size_t bag_count(const struct bag *bag, enum bag_kind kind);

/* For readers of a format. */
struct bag_item *bag_add(struct bag *bag, enum bag_kind kind, const char *where);

#endif
