/*
 * EncryptedPrivateKeyInfo (RFC 5958): a private key in an envelope of its own, as PKCS#8, PKCS#12
 * and Java's keystores have it.  The algorithm it names says whose envelope it is.
 */
#ifndef CERTARY_SRC_CODEC_SEALED_KEY_H
#define CERTARY_SRC_CODEC_SEALED_KEY_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"
#include "codec/pbe.h"
#include "codec/span.h"
#include "pki/privkey.h"

bool sealed_key_is(struct span der);

/* Add the rounds that opening it demands; nothing where it can't be opened at all. */
void sealed_key_cost(struct span der, struct pbe_cost *cost);

/*
 * Open it with one password; NULL is one of its own in PKCS#12 (codec/pbe.h).  ERROR_SECRET: it
 * isn't the right one.  ERROR_FAILED: no password helps, the error says why ("it …").
 */
bool sealed_key_open(struct span der, const char *password, uint64_t rounds, struct privkey **out,
	struct error *err);

#endif
