/*
 * What a writer may say of the folders' times when it seals a change: that the journal's lines, from
 * some length on, account for all that happened to the folders.  Whoever read the store since then
 * needs only these lines to be up to date.
 */
#ifndef CERTARY_SRC_STORE_ACCOUNT_H
#define CERTARY_SRC_STORE_ACCOUNT_H

#include "store/internal.h"

struct account {
	int64_t times[STATE_COUNT]; /* before the change */
	int64_t known, start;       /* as in struct lock */
};

/* Under the lock, before anything is written; `size` is the journal's. */
void account_begin(struct account *account, const struct store *store, int64_t size,
	const struct lock *lock);

/* When all is done: fill what the seal is to say. */
void account_end(const struct account *account, const struct store *store, const struct plan *plan,
	int64_t size, struct lock *lock);

#endif
