/*
 * SafeContents (RFC 7292, 4.2): the innermost level of a PKCS#12.
 */
#ifndef CERTARY_CODEC_SAFE_BAG_H
#define CERTARY_CODEC_SAFE_BAG_H

#include <stdbool.h>

#include "codec/intake.h"
#include "codec/pbe.h"

/* Can these bytes be SafeContents? Tells a right password from a wrong one. */
bool safe_bag_is(struct span contents);

/* Hand in the certificates, and keys where they are wanted, and name everything else; nothing of it
 * is decrypted. */
bool safe_bag_read(struct intake *in, struct span contents, struct error *err);

/* Add what the sealed keys in there demand. */
void safe_bag_cost(struct span contents, struct pbe_cost *cost);

#endif
