/*
 * A deployment under way, and what became of the last one of each target.
 *
 * While a deployment runs, somebody holds the file `.deploying` locked, and `deploying` is the record of
 * what is touched (deploy/deploy.h says what is in it; the store only keeps it).  A record that nobody
 * holds is a crash's: whoever comes next finishes it.  Both are for their owner alone.
 *
 * A receipt is a file in the folder `deployed`, journalled as OP_DEPLOY, which plain undo passes over: it
 * takes back decisions, and a target follows those when it is deployed again.
 */
#ifndef CERTARY_STORE_DEPLOYING_H
#define CERTARY_STORE_DEPLOYING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "store/plan.h"
#include "store/store.h"

/* Is there a record, or half of one?  Quick, and true while a deployment runs as well. */
bool store_has_deploying(const struct store *store);
/* Is there a record that nobody holds?  False as well where that can't be told. */
bool store_deploying_is_cut_off(const struct store *store);

/*
 * Life: store_deploying_take() … keep, drop … store_deploying_release().  ERROR_FAILED where somebody
 * else deploys, and who; or where this user may not.
 */
struct deploying;
bool store_deploying_take(struct store *store, struct deploying **out, struct error *err);
void store_deploying_release(struct deploying *held);

/* Append the record that is there; *there is false where there is none.  One that others than the caller
 * can have written, or put there, is an error. */
bool store_deploying_read(const struct deploying *held, struct buf *out, bool *there,
	struct error *err);

/*
 * Atomic and durable; where it fails, *unsure says that a later start may find either record, else it
 * finds the one that was there.  That it is dropped isn't waited for, since what a power cut brings back
 * does nothing.
 */
bool store_deploying_keep(struct deploying *held, const char *record, size_t len, bool *unsure,
	struct error *err);
bool store_deploying_drop(struct deploying *held, struct error *err);

/* --- receipts ------------------------------------------------------------------------------------ */

#define RECEIPT_MOST (8u << 20) /* bytes */

/* Append the receipt of the target of this name; base gets the SHA-256 of its file, "" where there is
 * none, which is no error. */
bool store_read_receipt(const struct store *store, const char *target, struct buf *out,
	char base[FINGERPRINT_HEX], struct error *err);

/* Write it, instead of the one that base stands for ("": there was none).  name and now are safe text. */
void plan_receipt(struct plan *plan, const char *target, const char *name, const char *now,
	const struct buf *text, const char *base);

#endif
