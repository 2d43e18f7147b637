/*
 * SafeContents (RFC 7292, 4.2): the innermost level of a PKCS#12.
 */
#ifndef CERTARY_CODEC_SAFE_BAG_H
#define CERTARY_CODEC_SAFE_BAG_H

#include <stdbool.h>

#include "codec/intake.h"
#include "codec/pbe.h"
#include "codec/tlv.h"

/* Can these bytes be SafeContents? Tells a right password from a wrong one. */
bool safe_bag_is(struct span contents);

/* One bag, as spans of the contents. */
struct safe_bag {
	struct span whole, oid, value, attributes;
};

/* Take the next one; false at the end, and where it is damaged: then something is left. */
bool safe_bag_next(struct span *bags, struct safe_bag *out);
bool safe_bag_enter(struct span contents, struct span *bags, struct error *err);

enum safe_bag_kind {
	SAFE_BAG_CERT, /* an X.509 certificate */
	SAFE_BAG_PLAIN_KEY,
	SAFE_BAG_SEALED_KEY,
	SAFE_BAG_CRL,
	SAFE_BAG_OTHER,
};
enum safe_bag_kind safe_bag_kind(const struct safe_bag *bag);

/* The certificate; false where the bag is damaged, and *der is empty where it is no X.509. */
bool safe_bag_cert(const struct safe_bag *bag, struct span *der);

/* Append the friendlyName; false where there is none. */
bool safe_bag_name(const struct safe_bag *bag, struct buf *name);
bool safe_bag_has(const struct safe_bag *bag, const struct oid *attribute);

/* "is a PKCS#12 with a bag that is damaged" */
bool safe_bag_damaged(struct error *err);

/* Hand in the certificates, and keys where they are wanted, and name everything else; nothing of it
 * is decrypted. */
bool safe_bag_read(struct intake *in, struct span contents, struct error *err);

/* Add what the sealed keys in there demand. */
void safe_bag_cost(struct span contents, struct pbe_cost *cost);

#endif
