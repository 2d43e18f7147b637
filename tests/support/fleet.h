/*
 * Saved services for tests of the verbs, each with the chain that it presented.
 */
#ifndef CERTARY_TESTS_FLEET_H
#define CERTARY_TESTS_FLEET_H

#include "support/counter.h"

/* An endpoint of this name, at the host of that name; its chain by numbers, the leaf first.  Without a
 * chain it was never seen. */
void fleet_add(struct counter *counter, const char *name, const size_t *chain, size_t count);

/* It presented this chain now. */
void fleet_see(struct counter *counter, const char *name, const size_t *chain, size_t count);

#endif
