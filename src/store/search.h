/*
 * Searching the folded texts of a snapshot, some at a time.
 *
 * Words must all occur in a row.  A host name is found in the wildcard that covers it, digits in the
 * fingerprints.  The rows found are a bit each.
 *
 * Life: search_new() … search_step() until it is done … search_free().
 */
#ifndef CERTARY_SRC_STORE_SEARCH_H
#define CERTARY_SRC_STORE_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "store/snapshot.h"

struct search;

/* `last`, which may be NULL, is a search of the same snapshot that was completed: where the text goes
 * on from its text, only its rows can match. */
struct search *search_new(const struct snapshot *now, const char *text, const struct search *last);
void search_free(struct search *search);

/* Look at some rows.  True when all are known. */
bool search_step(struct search *search);

bool search_found(const struct search *search, uint32_t row);

#endif
