/*
 * The store: a folder of plain files, read without a lock and written under one.
 *
 * Life: store_open() … store_close().  Opening finishes or undoes what a crash left.  The entries in
 * memory are a snapshot; store_reload() brings it up to date by difference, and the generation tells
 * whether anything changed.  Only this layer writes to the store.
 */
#ifndef CERTARY_STORE_STORE_H
#define CERTARY_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/fs.h"
#include "store/entry.h"
#include "store/plan.h"

struct store;

struct store_options {
	const char *path;
	bool read_only;     /* nothing is ever written, not even to finish what a crash left */
	bool create;        /* make a new store where there is none */
	bool imagine;       /* where there is none, go on with an empty one that can't be changed */
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

/* Rises whenever the entries changed; everything borrowed from an older one is gone. */
uint64_t store_generation(const struct store *store);
bool store_reload(struct store *store, struct error *err);

/* The entries, ordered by state and file. */
size_t store_count(const struct store *store);
const struct entry *store_at(const struct store *store, size_t index);
size_t store_count_state(const struct store *store, enum state state);

/* NULL where there is none.  Of twins in two folders the strictest: blocked, untrusted, trash, trusted. */
const struct entry *store_find(const struct store *store, const struct fingerprint *cert);

/*
 * What an operator calls CERT: a name, a fingerprint in any notation, or a unique prefix of 6 or more
 * hexadecimal digits.  ERROR_NOT_FOUND for none or several, and the text lists the candidates.
 */
bool store_resolve(const struct store *store, const char *text, const struct entry **out,
	struct error *err);
const struct entry *store_find_name(const struct store *store, const char *name);

/*
 * Read an entry's file again and prove that it still holds that certificate.  cert_free() it.  The
 * SHA-256 of the file goes to `hash`, if not NULL.
 */
bool store_read_cert(const struct store *store, const struct entry *entry, struct cert **out,
	char hash[FINGERPRINT_HEX], struct error *err);

/* Files in the four folders that are no entries, or more than one: for doctor and the status line. */
struct problem {
	enum state state;
	char *file;       /* safe text */
	const char *code; /* "not-a-certificate", "several", "private-key", "link", …; static */
	char *text;       /* one sentence */
};
size_t store_problem_count(const struct store *store);
const struct problem *store_problem(const struct store *store, size_t index);

/*
 * Carry out a plan: all of it or nothing, durable when this returns.  The journal's sequence number
 * of the first row goes to *seq (may be NULL).  The snapshot stays as it was just before the change:
 * whoever goes on working with it calls store_reload().
 */
bool store_apply(struct store *store, const struct plan *plan, int64_t *seq, struct error *err);

/*
 * A descriptor that becomes readable when something changes in the store from outside; -1 where the
 * system has none to give.  store_watch_read() drains it; then store_reload().
 */
int store_watch(struct store *store);
void store_watch_read(struct store *store);

#endif
