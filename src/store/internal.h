/*
 * What the files of this layer share: the store's memory, its lock and its files.
 */
#ifndef CERTARY_SRC_STORE_INTERNAL_H
#define CERTARY_SRC_STORE_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fs.h"
#include "store/store.h"

#define STORE_FILE   "certary.store"
#define STORE_TEXT   "certary-store 1\n"
#define LOCK_FILE    ".lock"
#define JOURNAL_FILE "journal"
#define TEMP_PREFIX  ".new-" /* and the sequence number of the change that it belongs to */
#define FILE_MOST    (1u << 20) /* bytes; no certificate of 1 MB is of use to anyone */

/* A file in one of the four folders. */
struct record {
	enum state state;
	char *file;
	struct fs_stamp stamp;
	struct entry *entry; /* NULL where it is none */
	struct problem *problem;
};

struct store {
	char *path; /* as given */
	char *label;
	bool read_only;
	int64_t lock_wait;
	int root, dirs[STATE_COUNT]; /* a folder that is missing is -1 */
	struct record *records;      /* ordered by state and file */
	size_t record_count;
	struct entry **entries; /* of the records that are entries, same order */
	struct entry **by_cert; /* the same, ordered by fingerprint */
	size_t entry_count;
	struct problem **problems;
	size_t problem_count;
	uint64_t generation;
	bool stale_temps; /* a temporary of a crashed writer lies about */
	int inotify;
};

/* entry.c */
void entry_free(struct entry *entry);
struct entry *entry_new(enum state state, const char *file, struct headers *take_headers,
	const struct cert_info *info, const struct fs_stamp *stamp);

/* load.c: bring the records up to date; quiet waits until no writer is in the middle. */
bool store_load(struct store *store, bool quiet, struct error *err);
void store_unload(struct store *store);

/* store.c: the folders, made where they are missing. */
bool store_make_folders(struct store *store, struct error *err);
bool store_open_folders(struct store *store, struct error *err);

/* recover.c: finish or take back what a crash left; the lock is held. */
struct lock;
bool store_recover(struct store *store, struct lock *lock, struct error *err);
bool store_sweep_temps(struct store *store, struct error *err);

/* change.c: what a row does to files, and the opposite.  Used by apply.c and recover.c. */
bool change_forward(struct store *store, const struct plan_row *row, int64_t seq, struct error *err);
bool change_backward(struct store *store, const struct plan_row *row, int64_t seq,
	const struct buf *old, struct error *err);
bool change_sync(struct store *store, const struct plan_row *rows, size_t count, struct error *err);
void change_temp_name(char *out, size_t size, int64_t seq);

#endif
