/* Distinguished names (X.501): rows of attributes, and RFC 4514. */
#ifndef CERTARY_SRC_PKI_NAME_H
#define CERTARY_SRC_PKI_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "pki/der.h"
#include "pki/oid.h"

#define NAME_FEW 12

struct attribute {
	struct der oid;
	struct der_item value;
	bool joined; /* in one relative name with the attribute before it */
};

/* In the order of the certificate; everything is borrowed from the DER. */
struct name {
	struct attribute *items;
	size_t count, cap;
	bool broken; /* something behind the last attribute couldn't be read */
	struct der whole;
	struct attribute few[NAME_FEW];
};

/* Life: name_read(&n, …) with the content of the outer SEQUENCE; name_done(&n).  Not to be moved. */
void name_read(struct name *name, struct der rdns);
void name_done(struct name *name);

/* Append the name by RFC 4514, the last relative name first; safe text. */
void name_write(const struct name *name, struct buf *out);
void name_show(struct der rdns, struct buf *out); /* read and write */

/* Append an attribute's value as plain safe text, or "#" and its DER in hexadecimal. */
void attribute_show(const struct attribute *attribute, struct buf *out);

/* "CN", as GnuTLS abbreviates it in names, or NULL where it doesn't know the kind of attribute. */
const char *attribute_label_4514(struct der oid);

/* "Common name", or NULL where the kind of attribute is unknown. */
const char *attribute_label(const char *oid);

/* The first attribute of this kind, or NULL. */
const struct attribute *name_first(const struct name *name, const char *oid);

#define NAME_CN "2.5.4.3"
#define NAME_O  "2.5.4.10"
#define NAME_OU "2.5.4.11"

#endif
