/*
 * A keyring: everything in one file that an identity may consist of, whatever its format: private
 * keys, certificates in the order of the file, requests.
 *
 * Formats are those of codec/bag.h, told by content: PEM with any mix of blocks, DER, PKCS#7,
 * PKCS#12, JKS, JCEKS.  A key that can't be opened never hides what stands beside it: it becomes a
 * problem that says where and why.  What belongs together is for the caller to find out, by
 * privkey_matches() and its like: files don't say, or say it wrong.
 *
 * Hostile bytes, and private keys: called in a job (base/job.h).  For the way out of it,
 * keyring_bytes() has each item in a form that privkey_read(), cert_parse() or request_read() takes
 * on the other side.
 */
#ifndef CERTARY_CODEC_KEYRING_H
#define CERTARY_CODEC_KEYRING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "codec/bag.h"
#include "pki/cert.h"
#include "pki/privkey.h"
#include "pki/request.h"

struct keyring_options {
	struct bag_limits limits;
	const char *password;     /* of the file, and of its keys; NULL: none known */
	const char *key_password; /* of its keys, where it is another one; NULL: it is the same */
};

enum keyring_kind {
	KEYRING_KEY,
	KEYRING_CERT,
	KEYRING_REQUEST,
	KEYRING_OTHER,   /* something else, which why names ("a revocation list (CRL)") */
	KEYRING_PROBLEM, /* a key, certificate or request that can't be had, and why says why */
};

/* Of key, cert and request there is the one of its kind; who wants to keep it leaves NULL there. */
struct keyring_item {
	enum keyring_kind kind;
	struct privkey *key;
	struct cert *cert;
	struct request *request;
	bool sealed; /* a key that was encrypted; a problem that another key_password may solve */
	char *where; /* "block 3, line 57", "key 1", "alias web": safe text */
	char *label; /* friendlyName or alias as safe text, or NULL */
	char *why;   /* of others and problems: safe text */
};

struct keyring {
	const char *format; /* as in struct bag */
	struct keyring_item *items;
	size_t count, cap;
	char *note; /* about the whole file, or NULL */
};

/*
 * Read bytes into an empty keyring (`struct keyring ring = {0}`).  False where no format recognises
 * them or there is neither key nor certificate nor request that can be read in them: the error is
 * one clause about the file ("is empty"), for a caller to wrap with its name; problems stay in the
 * keyring.  keyring_done() is called either way and overwrites keys.
 *
 * ERROR_SECRET: a password is needed, or the one that was given opens nothing; what can be had
 * without it is in the keyring all the same, but of a PKCS#12, and of a JKS where it was wrong,
 * that is nothing.  Where the password is right for the file and wrong for a key, that key is a
 * problem with `sealed`, and not an error.
 *
 * ERROR_FAILED, too: the file or its keys demand, one or all together, as many key-derivation
 * rounds as the limit or more: the number is in the error, and no key was tried.
 */
bool keyring_read(const void *bytes, size_t len, const struct keyring_options *options,
	struct keyring *ring, struct error *err);
void keyring_done(struct keyring *ring);

size_t keyring_count(const struct keyring *ring, enum keyring_kind kind);

/* Append the item as DER: a key as plain PKCS#8, for buf_wipe(), others as they are in the file. */
bool keyring_bytes(const struct keyring_item *item, struct buf *out, struct error *err);

#endif
