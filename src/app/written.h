/*
 * Headers that every file of certary's has: what it is called, when it was made, by whom, out of what.
 */
#ifndef CERTARY_SRC_APP_WRITTEN_H
#define CERTARY_SRC_APP_WRITTEN_H

#include <stdbool.h>

#include "base/error.h"
#include "store/entry.h"

void written_headers(struct headers *headers, const char *source); /* source: safe text or NULL */

/* Names are for lists and for people's mouths: those that are longer than a line or two are refused. */
#define NAME_MOST 200 /* characters */
bool name_is_short(const char *safe, struct error *err);

/* A header from what an operator typed; NULL or "" removes it. */
void written_typed(struct headers *headers, const char *key, const char *typed);

#endif
