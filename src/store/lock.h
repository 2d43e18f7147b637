/*
 * The advisory lock, and what it remembers.
 *
 * .lock holds one line of JSON, padded to a fixed size so that it is overwritten in place: who holds
 * it now; `open`, the length of the journal when a change began, which is the mark of a crash when
 * nobody holds the lock; the seal of the last change, `head` (SHA-256 of the journal's last line) and
 * `size`; and what the folders' times were after it, with `known`: from that length of the journal on,
 * its lines account for every change of the folders, if their times were those of `start` then.  Only those who may change the store can open it: whoever can read a file can lock it.
 * A line that can't be read means nothing is known, which loses nothing but the seal.
 */
#ifndef CERTARY_SRC_STORE_LOCK_H
#define CERTARY_SRC_STORE_LOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "store/entry.h"

struct lock {
	int fd;                      /* -1: not held */
	int64_t open;                /* the mark, or -1 */
	char head[FINGERPRINT_HEX];  /* "" where unknown */
	int64_t size;                /* of the journal under that seal, or -1 */
	int64_t times[STATE_COUNT];  /* of the folders when it was sealed, in nanoseconds; 0: unknown */
	int64_t known;               /* or -1 */
	int64_t start;               /* lock_times_hash() */
};

/* Wait up to wait_ms; the error says who holds it. */
bool lock_take(int root, int64_t wait_ms, struct lock *lock, struct error *err);

/* Set the mark, durably, before the journal is touched.  What was known of the folders' times is not
 * known any more: whoever seals sets them anew. */
bool lock_mark(struct lock *lock, int64_t journal_size, struct error *err);

/* Clear the mark and set the seal, durably.  Still held. */
bool lock_seal(struct lock *lock, const char *head, int64_t journal_size, struct error *err);

/* Let go.  A mark stays, if there is one. */
void lock_release(struct lock *lock);

/* What the lock remembers, for readers. */
void lock_peek(int root, struct lock *out);
bool lock_is_held(int root); /* by anybody else */
int64_t lock_times_hash(const int64_t times[STATE_COUNT]);
bool lock_same(const struct lock *a, const struct lock *b); /* the same mark and seal */

#endif
