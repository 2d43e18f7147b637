/*
 * What a writer may say of the folders' times when it seals a change: that the journal's lines, from
 * some length on, account for all that happened to the folders.  Whoever read the store since then
 * needs only these lines to be up to date.
 *
 * Others may come between at any moment, most likely while the writer waits for the disk.  So each
 * step that changes a folder is taken between account_before() and account_after(): the first sees
 * whether the folder is as the last step left it, the second gives it a time of its own.
 */
#ifndef CERTARY_SRC_STORE_ACCOUNT_H
#define CERTARY_SRC_STORE_ACCOUNT_H

#include "store/internal.h"

struct account {
	int64_t times[STATE_COUNT]; /* as the last step left them */
	int64_t known, start;       /* as in struct lock */
	bool alone;                 /* nobody came between */
};

/* Under the lock, before anything is written; `size` is the journal's, `rows` the plan's. */
void account_begin(struct account *account, const struct store *store, int64_t size,
	const struct lock *lock, size_t rows);

/* Around a step that changes the folders of these states; STATE_NONE is none. */
void account_before(struct account *account, const struct store *store, int one, int other);
void account_after(struct account *account, const struct store *store, int one, int other);

/* When all is done: fill what the seal is to say. */
void account_end(struct account *account, const struct store *store, int64_t size,
	struct lock *lock);

#endif
