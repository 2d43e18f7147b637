/*
 * A store in a folder of its own, with certificates in it.
 *
 * Life: depot_new(n, state) … depot_free().  The store is open; certificate i has the CN and name
 * "cert-i" and is known below by its number, in whatever state it is.  Whatever can't be done
 * fails the test.  Names of files are relative to the store, as in "trusted/x.pem".
 */
#ifndef CERTARY_TESTS_DEPOT_H
#define CERTARY_TESTS_DEPOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/journal.h"
#include "store/store.h"
#include "support/certgen.h"
#include "support/tmp.h"

#define DEPOT_SLOTS 16

struct depot {
	struct tmp *tmp; /* the store is its folder "store" */
	struct store *store;
	struct generated **certs;
	size_t count, cap;
	struct entry slots[DEPOT_SLOTS]; /* what depot_entry() hands out */
	size_t slot;
	char *header; /* what depot_header() handed out last */
};

struct depot *depot_new(size_t count, enum state state);
void depot_free(struct depot *depot);

/* A certificate that is not in the store yet; returns its number. */
size_t depot_make(struct depot *depot, const struct certgen *wish);
const uint8_t *depot_der(const struct depot *depot, size_t i, size_t *len);
struct fingerprint depot_fingerprint(const struct depot *depot, size_t i);

/* "<sha256>.pem"; kept as long as the depot. */
const char *depot_file(struct depot *depot, size_t i);
const char *depot_path(struct depot *depot, const char *name); /* absolute */

/* Put a file there behind the store's back. */
void depot_write(struct depot *depot, const char *name, const void *bytes, size_t len);

/* Put a certificate's file there behind the store's back, as PEM with text before it, or as DER. */
void depot_drop_pem(struct depot *depot, const char *name, size_t i, const char *before);
void depot_drop_der(struct depot *depot, const char *name, size_t i);

/* Close the store, and open it anew. */
void depot_close(struct depot *depot);
void depot_open(struct depot *depot);
void depot_reload(struct depot *depot);

/* NULL where there is none.  Some are kept at a time; their texts are the store's. */
const struct entry *depot_entry(struct depot *depot, size_t i);
int depot_state(struct depot *depot, size_t i); /* STATE_NONE likewise */

/* A header as the file has it, NULL where it has none; kept until the next call. */
const char *depot_header(struct depot *depot, size_t i, const char *key);

/* Rows for a plan. */
void depot_plan_create(struct depot *depot, struct plan *plan, size_t i, enum state to,
	const char *name);
void depot_plan_name(struct depot *depot, struct plan *plan, size_t i, const char *name);

/* Carry out a plan, which is done with afterwards, and reload; the number of its first line. */
int64_t depot_apply(struct depot *depot, struct plan *plan);

/* One row each. */
int64_t depot_create(struct depot *depot, size_t i, enum state to, const char *name);
int64_t depot_move(struct depot *depot, size_t i, enum state to);
int64_t depot_rename(struct depot *depot, size_t i, const char *name);
int64_t depot_remove(struct depot *depot, size_t i);
int64_t depot_undo(struct depot *depot, int64_t seq);

/* A plan that must be refused: nothing in the folders and the journal may change, and the error
 * says `want`.  The plan is done with afterwards. */
void depot_refuse(struct depot *depot, struct plan *plan, const char *want);

/* All names, modes and bytes below the store's folders as one text; kept as long as the depot. */
const char *depot_picture(struct depot *depot);
const char *depot_journal(struct depot *depot); /* "" where there is none yet */

#endif
