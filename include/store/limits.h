/*
 * Limits: for which services, and until when, an entry of the state `limited` is trusted.
 *
 * They stand in the headers of its file, where people may write them, too:
 *
 *	For: ldap.example:636, [2001:db8::1]:443     services; without it all of them
 *	Until: 2026-12-01                            UTC, that day's beginning, or a time; without it no end
 *	Ticket: OPS-123                              why; for people
 *
 * An entry with neither For nor Until, or with an Until that can't be read, is trusted for nothing:
 * what nobody can tell admits nothing.
 */
#ifndef CERTARY_STORE_LIMITS_H
#define CERTARY_STORE_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "store/entry.h"

#define LIMITS_FOR    "For"
#define LIMITS_UNTIL  "Until"
#define LIMITS_TICKET "Ticket"

struct limits {
	const char *scope, *until, *ticket; /* as in the headers; "": not given; borrowed */
};
struct limits limits_of(const struct entry *entry);

/* Seconds since 1970; INT64_MAX: no end; INT64_MIN: it can't be read. */
int64_t limits_end(const struct limits *limits);
bool limits_are_over(const struct limits *limits, int64_t now);

/* The services one by one: *cursor is 0 at first; false behind the last.  *len is at least 1. */
bool limits_next(const struct limits *limits, size_t *cursor, const char **place, size_t *len);

/* Does it hold for this service ("ldap.example:636", NULL: asked of none) at that time? */
bool limits_hold(const struct limits *limits, const char *place, int64_t now);

/* "for ldap.example:636 until 2026-12-01", or what is wrong with them; safe text, appended. */
void limits_words(const struct limits *limits, struct buf *out);
void limits_show(const struct limits *limits, struct buf *out); /* the same in the language that is on */

#endif
