/* Names of certificates and requests, read back as wishes. */
#ifndef CERTARY_SRC_PKI_NAMING_H
#define CERTARY_SRC_PKI_NAMING_H

#include "pki/der.h"
#include "pki/subject.h"

/* What can't be kept is told. */
void naming_subject(struct der rdns, struct subject *out, struct advice *advice);

/* The content of a GeneralNames; returns how many of them aren't among `out` afterwards. */
size_t naming_sans(struct der names, size_t most, struct sans *out);

/* The general names in a SubjectAltName extension's value; empty where there are none. */
struct der naming_list(struct der extensions);

/* The subject of a request, or of a certificate, holds what can't be seen or isn't text. */
bool naming_is_plain(const char *safe);

#endif
