/*
 * Parity: how another server's store differs from this one.
 *
 * A pure function over two manifests.  A certificate that only one of them has goes with one that
 * only the other has where both bear the same name in the same state, or the same subject with a
 * key of the same kind: then one is the other's predecessor, and the difference is that one server
 * was forgotten when it was renewed.
 */
#ifndef CERTARY_CHECK_PARITY_H
#define CERTARY_CHECK_PARITY_H

#include <stddef.h>

#include "check/manifest.h"

/* In the order in which they are told. */
enum parity_kind {
	PARITY_MISSING, /* here, and not there */
	PARITY_EXTRA,   /* there, and not here */
	PARITY_STATE,   /* in another state there */
	PARITY_OLDER,   /* there is the predecessor of what is here */
	PARITY_NEWER,   /* here is the predecessor of what is there */
	PARITY_NAME,    /* called something else there */
	PARITY_TARGET_MISSING,
	PARITY_TARGET_EXTRA,
	PARITY_TARGET_OTHER, /* it holds other certificates there */
	PARITY_TARGET_STATE, /* there it doesn't have what that store says */
	PARITY_COUNT
};
const char *parity_name(enum parity_kind kind); /* "missing there" */
const char *parity_code(enum parity_kind kind); /* "missing", for programs */

/* Borrowed from the two manifests; NULL on the side that has nothing. */
struct parity_row {
	enum parity_kind kind;
	const struct manifest_entry *here, *there;
	const struct manifest_target *target_here, *target_there;
	size_t lacking, further; /* certificates that a target lacks there, and has besides */
};

struct parity {
	struct parity_row *rows; /* by kind, then by name */
	size_t count, cap;
	size_t same;             /* certificates that are the same in both */
	size_t counts[PARITY_COUNT];
};

/* Targets are compared where both manifests tell of them.  Life: … parity_done(&p). */
void parity_compare(const struct manifest *here, const struct manifest *there, struct parity *out);
void parity_done(struct parity *parity);

/* "ok", or "2 missing there, 1 extra there"; the caller frees. */
char *parity_words(const struct parity *parity);

#endif
