/*
 * Lists of groups in a libconfig text, changed in place:
 *
 *	endpoints = (
 *	  # the directory
 *	  { name = "ldap"; host = "ldap.example"; port = 636; },
 *	);
 *
 * Such a file is written by the program and edited by people, so a change touches its own group and
 * leaves comments, order and blanks around it as they are.  Groups are known by their text `name`, and
 * where that is missing by `host` and `port`: "ldap.example:636".
 */
#ifndef CERTARY_CONF_LISTS_H
#define CERTARY_CONF_LISTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

/* One field of a group; text NULL: a number. */
struct list_field {
	const char *key;
	const char *text;
	long number;
};

/*
 * Put a group into the list instead of the one of that name, else behind the others; the list is made
 * where there is none.  The first field is its name.  ERROR_FAILED where the text can't be read.
 */
bool lists_put(struct buf *text, const char *list, const struct list_field *fields, size_t count,
	struct error *err);

/* Take the group of that name out; true where there is none. */
bool lists_remove(struct buf *text, const char *list, const char *name, struct error *err);

#endif
