/*
 * The verbs at work: a depot (support/depot.h) with an app on its store.
 *
 * Life: counter_new(n, state) … counter_free().  The app's settings are the defaults, and its clock
 * stands at COUNTER_NOW.  Both have a store of their own open on the same folder: counter_apply()
 * brings both up to date.
 */
#ifndef CERTARY_TESTS_COUNTER_H
#define CERTARY_TESTS_COUNTER_H

#include "app/app.h"
#include "support/depot.h"

#define COUNTER_NOW "2025-07-01T00:00:00Z"

struct counter {
	struct depot *depot;
	struct app *app;
	struct entry slots[DEPOT_SLOTS]; /* what counter_entry() hands out */
	size_t slot;
};

struct counter *counter_new(size_t count, enum state state);
void counter_free(struct counter *counter);

/* Reload both. */
void counter_reload(struct counter *counter);

/* Carry out a plan, which is done with afterwards. */
void counter_apply(struct counter *counter, struct plan *plan);

/* The entry of certificate i as the app sees it; it must be there.  Some are kept at a time. */
const struct entry *counter_entry(struct counter *counter, size_t i);

#endif
