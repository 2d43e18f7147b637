/*
 * SafeContents (RFC 7292, 4.2): the innermost level of a PKCS#12.
 */
#ifndef CERTARY_CODEC_SAFE_BAG_H
#define CERTARY_CODEC_SAFE_BAG_H

#include <stdbool.h>

#include "codec/intake.h"

/* Can these bytes be SafeContents? Tells a right password from a wrong one. */
bool safe_bag_is(struct span contents);

/* Hand in the certificates and name everything else; nothing of it is decrypted. */
bool safe_bag_read(struct intake *in, struct span contents, struct error *err);

#endif
