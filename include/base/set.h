/*
 * A set of texts that keeps a copy of each.
 *
 * Life: `struct set set = {0};` … set_done(&set).
 */
#ifndef CERTARY_BASE_SET_H
#define CERTARY_BASE_SET_H

#include <stdbool.h>

struct set {
	void *tree;
};

/* Put a text in; true where it was not there before. */
bool set_add(struct set *set, const char *text);

/* The set's own copy of a text, put in where it is missing: lives as long as the set. */
const char *set_keep(struct set *set, const char *text);

bool set_has(const struct set *set, const char *text);
void set_done(struct set *set);

#endif
