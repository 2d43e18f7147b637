/* GeneralName (RFC 5280, section 4.2.1.6): the names in SAN, IAN, name constraints and pointers. */
#ifndef CERTARY_SRC_PKI_GENERAL_NAME_H
#define CERTARY_SRC_PKI_GENERAL_NAME_H

#include <stdbool.h>

#include "base/buf.h"
#include "pki/der.h"

enum general_name {
	GN_OTHER,
	GN_EMAIL,
	GN_DNS,
	GN_X400,
	GN_DIRECTORY,
	GN_EDI,
	GN_URI,
	GN_IP,
	GN_ID,
};

/* Append "DNS:a.example", "IP:192.0.2.0/24", "email:…": safe text; hexadecimal where it must be. */
void general_name_show(const struct der_item *item, struct buf *out);

/* The same, and the Unicode form of an internationalised name behind it in brackets. */
void general_name_show_both(const struct der_item *item, struct buf *out);

/* Append the Unicode form of a host name with a label in xn--; false where there is none. */
bool idn_unicode(const char *host, size_t len, struct buf *out);

#endif
