/* Keys of EC that lack their public part (pki/ec-point.h). */
#ifndef CERTARY_SRC_PKI_PRIVKEY_BARE_H
#define CERTARY_SRC_PKI_PRIVKEY_BARE_H

#include "pki/craft.h"

/*
 * Completes one in PKCS#8 or SEC1; false where the bytes are anything else, which is the ordinary
 * case.  The key was initialised; afterwards it has its numbers, which nobody has checked yet.
 */
bool privkey_bare(struct der bytes, gnutls_x509_privkey_t key);

#endif
