/*
 * Headers that every file of certary's has: when it was made, by whom, out of what.
 */
#ifndef CERTARY_SRC_APP_WRITTEN_H
#define CERTARY_SRC_APP_WRITTEN_H

#include "store/entry.h"

void written_headers(struct headers *headers, const char *source); /* source: safe text or NULL */

/* A header from what an operator typed; NULL or "" removes it. */
void written_typed(struct headers *headers, const char *key, const char *typed);

#endif
