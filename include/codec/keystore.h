/*
 * A keystore: one private key with its chain into the bytes of a file, for the program that is to
 * use it.
 *
 * A format is one row of the table in src/codec/keystore.c and a writer of its own.  The password
 * of the file is that of the key in it.  keyring_read() reads each of them again.
 */
#ifndef CERTARY_CODEC_KEYSTORE_H
#define CERTARY_CODEC_KEYSTORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "pki/cert.h"
#include "pki/privkey.h"

#define KEYSTORE_CHAIN_MOST 32

struct keystore_entry {
	const struct privkey *key;
	const struct cert *const *chain; /* the certificate of this key, then each one's issuer; the
					    root is left out or not, as the caller has it */
	size_t count;                    /* 1 to KEYSTORE_CHAIN_MOST */
	const char *name;                /* safe text: the friendly name or alias; "" for none */
	const char *password;            /* NULL: none */
	bool plain;  /* whoever has the file may use the key: somebody said so in so many words */
	int64_t now; /* seconds since 1970, for formats that date their entries */
};

typedef bool keystore_write_fn(
	const struct keystore_entry *entry, struct buf *out, struct error *err);

struct keystore_format {
	const char *name;     /* what --format takes */
	const char *suffixes; /* ".p12 .pfx", the usual one first */
	const char *help;
	bool binary; /* no text for a terminal */
	bool sealed; /* always: there is no plain one */
	bool ascii;  /* its readers take no password but of plain ASCII */
	keystore_write_fn *write;
};

/* The table; it begins with what is taken where nothing else is said. */
const struct keystore_format *keystore_formats(size_t *count);
const struct keystore_format *keystore_format_find(const char *name); /* NULL: none of that name */

/*
 * May this be the password of such a file?  ERROR_SECRET where it is missing, and nobody asked for
 * a plain key, or empty; ERROR_USAGE where readers of the format don't take it, where it is always
 * sealed, or where both a password and a plain key are asked for.
 */
bool keystore_password_fits(
	const struct keystore_format *format, const char *password, bool plain, struct error *err);

/*
 * Append the file, which holds a key: the caller buf_wipe()s what is plain.  ERROR_FAILED where the
 * key isn't that of the first certificate, else as above; nothing is appended then.
 */
bool keystore_write(const struct keystore_format *format, const struct keystore_entry *entry,
	struct buf *out, struct error *err);

#endif
