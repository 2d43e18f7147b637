/*
 * A set of texts that keeps a copy of each, and a number beside it.
 *
 * Life: `struct set set = {0};` … set_done(&set).
 */
#ifndef CERTARY_BASE_SET_H
#define CERTARY_BASE_SET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

struct set_slot;

struct set {
	struct set_slot *slots;
	size_t count, cap;
	struct arena copies;
};

/* Put a text in; true where it was not there before. */
bool set_add(struct set *set, const char *text);

/* The same without a copy: the text outlives the set. */
bool set_lend(struct set *set, const char *text);

/* The set's own copy of a text, put in where it is missing: lives as long as the set. */
const char *set_keep(struct set *set, const char *text);

/* The number beside a text, 0 at first; NULL where the text isn't in.  Valid until the next text comes. */
unsigned *set_number(const struct set *set, const char *text);

bool set_has(const struct set *set, const char *text);
void set_done(struct set *set);

#endif
