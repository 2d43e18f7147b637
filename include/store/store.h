/*
 * The store: a folder of plain files, read without a lock and written under one.
 *
 * Life: store_open() … store_close().  Opening finishes or undoes what a crash left.  What is seen is
 * a snapshot: the mapped index, and in memory what changed since that was written.  store_reload()
 * brings it up to date by difference, and the generation tells whether anything changed.  Only this
 * layer writes to the store.
 *
 * The index is a cache in the store's folder.  It is written anew when the store is closed, where
 * that is worth it and allowed; a face that goes on builds it in a job (store_build_start()).
 */
#ifndef CERTARY_STORE_STORE_H
#define CERTARY_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/loop.h"
#include "store/entry.h"
#include "store/plan.h"

struct store;

struct store_options {
	const char *path;
	bool read_only;     /* nothing is ever written, not even to finish what a crash left */
	bool create;        /* make a new store where there is none */
	unsigned mode;      /* of the folder of a store that is made; 0: 0755 */
	bool imagine;       /* where there is none, or an empty folder, go on with an empty store
			     * that can't be changed */
	bool background;    /* what takes long to read is left to store_build_start() */
	int64_t lock_wait;  /* milliseconds that a writer waits for another one */
};

/*
 * ERROR_NOT_FOUND where there is no store and none may be created.  A store of a newer version is
 * refused and not touched.
 */
bool store_open(const struct store_options *options, struct store **out, struct error *err);
void store_close(struct store *store);

const char *store_path(const struct store *store); /* safe text */
bool store_read_only(const struct store *store);
bool store_is_imagined(const struct store *store);

/* Rises whenever the entries changed; everything borrowed from an older one is gone. */
uint64_t store_generation(const struct store *store);
bool store_reload(struct store *store, struct error *err);

size_t store_count(const struct store *store);
size_t store_count_state(const struct store *store, enum state state);

/* The entry of a row, as views hold them.  Never fails: of a damaged index it is a blank one, and the
 * next reload makes the index anew. */
void store_entry(struct store *store, uint32_t row, struct entry *out);

/*
 * Let go of what looking at entries brought into memory: each row brings its neighbours along, and a
 * list that is leafed through would come to memory as a whole.  What was borrowed stays valid.
 */
void store_relax(const struct store *store);

/* All of them in no useful order: `uint32_t at = 0; while (store_next(store, &at, &entry))`. */
bool store_next(struct store *store, uint32_t *cursor, struct entry *out);

/* False where there is none.  Of twins in two folders the strictest: blocked, untrusted, trash, limited, trusted. */
bool store_find(struct store *store, const struct fingerprint *cert, struct entry *out);

/*
 * What an operator calls CERT: a name, a fingerprint in any notation, or a unique prefix of 6 or more
 * hexadecimal digits.  ERROR_NOT_FOUND for none or several, and the text lists the candidates.
 */
bool store_resolve(struct store *store, const char *text, struct entry *out, struct error *err);
bool store_find_name(struct store *store, const char *name, struct entry *out);

/*
 * Entries whose subject is this name (RFC 4514), whatever their case, from *cursor on, which is 0 at
 * first: who may have issued a certificate.  And entries whose issuer it is.
 */
bool store_next_subject(struct store *store, const char *name, uint32_t *cursor, struct entry *out);
bool store_next_issuer(struct store *store, const char *name, uint32_t *cursor, struct entry *out);

/*
 * Read an entry's file again and prove that it still holds that certificate.  cert_free() it.  The
 * lines before the certificate are added to `headers`, the SHA-256 of the file goes to `hash`, if
 * these are not NULL.
 */
bool store_read_cert(const struct store *store, const struct entry *entry, struct cert **out,
	struct headers *headers, char hash[FINGERPRINT_HEX], struct error *err);

/*
 * Append the DER alone, in a third of the time: what has the entry's fingerprint was parsed when the entry
 * was made.
 */
bool store_read_der(const struct store *store, const struct entry *entry, struct buf *out,
	struct error *err);

/* Files in the folders of the states that are no entries, or more than one: for doctor and the status line. */
struct problem {
	enum state state;
	const char *file; /* raw bytes */
	const char *code; /* "not-a-certificate", "several", "private-key", "link", …; static */
	const char *text; /* one sentence */
};
size_t store_problem_count(const struct store *store);
bool store_next_problem(struct store *store, uint32_t *cursor, struct problem *out);

/*
 * Carry out a plan: all of it or nothing, durable when this returns.  The journal's sequence number
 * of the first row goes to *seq (may be NULL); the hashes of what is written are filled in.  The snapshot stays as it was just before the change:
 * whoever goes on working with it calls store_reload().
 */
bool store_apply(struct store *store, struct plan *plan, int64_t *seq, struct error *err);

/*
 * The same by a child, beside a loop, for plans of many rows.  The child has a copy of the plan.  NULL and an error where no child can be started.  It can't be taken back:
 * whoever ends meanwhile goes on with the loop until changed() was called.
 */
struct store_change;
typedef void store_changed_fn(void *ctx, bool ok, int64_t seq, const struct error *err);
struct store_change *store_apply_start(struct store *store, struct plan *plan, struct loop *loop,
	store_changed_fn *changed, void *ctx, struct error *err);

/*
 * A descriptor that becomes readable when something changes in the store from outside; -1 where the
 * system has none to give.  store_watch_read() drains it; then store_reload().
 */
int store_watch(struct store *store);
void store_watch_read(struct store *store);

/*
 * Edits in place show neither in a folder's time nor, while nobody watches, in any event: compare
 * some more files with what is known of them, and some more of the index with its checksum.  False
 * when all were compared.  store_has_suspects() tells that a reload would find something.
 */
bool store_check(struct store *store, size_t files);
bool store_has_suspects(const struct store *store);

/*
 * Build the index in a job beside a loop: where `background` left the snapshot incomplete, or where
 * much changed since it was written.  progress() and built() are called from the loop; the snapshot
 * is complete and a generation newer when built() is called with ok.
 */
struct store_build;
typedef void store_progress_fn(void *ctx, size_t done, size_t total); /* files */
typedef void store_built_fn(void *ctx, bool ok, const struct error *err);
bool store_needs_build(const struct store *store);
bool store_is_incomplete(const struct store *store);
struct store_build *store_build_start(struct store *store, struct loop *loop,
	store_progress_fn *progress, store_built_fn *built, void *ctx, struct error *err);
void store_build_cancel(struct store_build *build); /* built() is not called */

#endif
