/* Names that some programs accept and others refuse. */
#ifndef CERTARY_SRC_PKI_ODD_NAME_H
#define CERTARY_SRC_PKI_ODD_NAME_H

#include <stdbool.h>

#include "pki/der.h"

/*
 * An alternative name (RFC 5280, 4.2.1.6) that can't be what it says: a wildcard elsewhere than as
 * the whole first label or right below a top level, a host with an empty or overlong label or with
 * other letters than hosts have, an address of another length, a mailbox without or with two "@".
 * An underscore is none of that: too many services have one.
 */
bool name_is_odd(const struct der_item *item);

/* Of the content of name constraints: nothing in them, or a base that can't be one (4.2.1.10). */
bool constraints_are_odd(struct der body);

#endif
