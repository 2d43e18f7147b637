/*
 * The containers of a PKCS#12 (RFC 7292), one after the other, as spans of the file.
 *
 *   PFX { version, authSafe { data { OCTET STRING { containers } } }, macData OPTIONAL }
 *
 * A container is plain data or EncryptedData; either holds SafeBags (codec/safe-bag.h).
 */
#ifndef CERTARY_SRC_CODEC_PFX_H
#define CERTARY_SRC_CODEC_PFX_H

#include <stdbool.h>

#include "codec/intake.h"
#include "codec/pbe.h"
#include "codec/span.h"

struct pfx {
	struct span safes; /* what the MAC is made over */
	struct span containers;
	bool has_mac;
	struct pbe_mac mac;
	bool keys; /* will be opened as well: set before pfx_parse() */
	struct pbe_cost cost; /* of MAC, containers and keys, which the caller holds against a limit */
};

struct pfx_container {
	struct span whole, content;
	bool encrypted;
};

enum opened { OPENED, WRONG_PASSWORD, DAMAGED };

/* Walk through the file, down to what each container demands; nothing is decrypted. */
enum answer pfx_parse(struct span bytes, struct pfx *pfx, struct error *err);

/* The next container of a file that was parsed. */
bool pfx_next(struct span *containers, struct pfx_container *out);

/*
 * What is in it: SafeContents.  An encrypted one is appended to `text`, which the caller wipes, and
 * *contents stands in there until more is appended.  A NULL password differs from "".
 */
enum opened pfx_open(const struct pfx_container *container, const char *password, struct buf *text,
	struct span *contents, struct error *err);

/* How an encrypted one was encrypted. */
bool pfx_scheme(const struct pfx_container *container, struct pbe *out, struct error *err);

#endif
