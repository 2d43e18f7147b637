/* Object identifiers: in digits, and in words where we know some. */
#ifndef CERTARY_SRC_PKI_OID_H
#define CERTARY_SRC_PKI_OID_H

#include <stdbool.h>

#include "base/buf.h"
#include "pki/der.h"

/* Dotted decimal; "…" ends one that is longer than any that serves a purpose. */
struct oid {
	char text[256];
};

const char *oid_of(struct der body, struct oid *out); /* returns out->text */
bool oid_is(struct der body, const char *dotted); /* for arcs below 2^28 */

/* What an identifier means: a key purpose, a policy, an access method, …; NULL where unknown. */
const char *oid_words(const char *dotted);

/* Append "words (1.2.3)" or "1.2.3". */
void oid_show(struct der body, struct buf *out);

#endif
