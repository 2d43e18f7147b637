/*
 * What the files of this layer share: the store's memory, its lock and its files.
 */
#ifndef CERTARY_SRC_STORE_INTERNAL_H
#define CERTARY_SRC_STORE_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/fs.h"
#include "store/folder.h"
#include "store/lock.h"
#include "store/snapshot.h"
#include "store/store.h"

#define STORE_FILE   "certary.store"
#define STORE_TEXT   "certary-store 1\n"
#define LOCK_FILE    ".lock"
#define JOURNAL_FILE "journal"
#define TEMP_PREFIX  ".new-" /* and the sequence number of the change that it belongs to */

/* Up to here each file is looked at whenever the store is read: a few milliseconds. */
#define LOOK_MOST 1000
/* From here on files are read by a job, on all cores. */
#define BUILD_FROM 2000
/* So many fresh rows are read again by each command before the index is written anew. */
#define FRESH_MOST 256

struct store {
	char *path; /* as given */
	char *label;
	bool read_only;
	bool background; /* the face builds large indexes beside its loop */
	int64_t lock_wait;
	ino_t inode; /* of its folder */
	dev_t device;
	int root, dirs[FOLDER_COUNT]; /* a folder that is missing is -1 */
	struct snapshot now;
	struct basis basis; /* what it was made of */
	uint64_t generation;
	bool loaded;      /* once at least */
	bool incomplete;  /* rows are missing until the index was built */
	bool unsaved;     /* the index on disk should be written anew */
	bool unsettled;   /* a file that somebody may still be writing was read */
	bool exact;       /* the folders were listed last with a look at each file */
	bool changed;     /* much, by ourselves, since the snapshot was made */
	bool stale_temps; /* a temporary of a crashed writer lies about */
	int inotify, watches[FOLDER_COUNT];
	int64_t records[FOLDER_COUNT]; /* times of the folders behind the states, as last seen */
	bool records_touched;          /* a file in one of these may have changed */
	bool watching;         /* whatever changed since the basis is among the suspects */
	struct place *suspects; /* files that may have changed */
	size_t suspect_count, suspect_cap;
	bool building;        /* by a job, which may have seen files before they changed */
	struct place *again;  /* to be looked at when it is done */
	size_t again_count, again_cap;
	uint32_t checked; /* rows whose files store_check() compared */
};

/* load.c: bring the snapshot up to date; quiet waits until no writer is in the middle. */
bool store_load(struct store *store, bool quiet, struct error *err);

/* What tells whether anything moved: the writers' mark and seal, and the folders' times. */
struct stillness {
	bool held;
	struct lock lock;
	int64_t times[STATE_COUNT];
};
void store_look(const struct store *store, struct stillness *out);

/* When something came or went in a folder; never 0 for one that isn't made before it is needed. */
int64_t store_folder_time(const struct store *store, int state);
void store_basis(const struct store *store, const struct stillness *look, struct basis *out);

/* difference.c: what changed, by files that are named, by the journal, or by listing the folders. */
bool difference_files(struct store *store, struct place *take, size_t count, bool *changed);
bool difference_journal(struct store *store, const struct lock *lock, bool *changed);

/* Files of the folders: what the snapshot knows, and what it doesn't. */
struct found {
	uint32_t row; /* as it was: ROW_NONE where it must be read */
	enum state state;
	char *file;
};
struct listing {
	struct found *items;
	size_t count, cap, unknown;
	uint8_t *seen; /* a bit for each row of the snapshot */
	bool temps;    /* a writer's temporary was among them */
};
/* With `unknown_only`, what is known isn't collected. */
bool listing_make(const struct store *store, bool unknown_only, bool exact, struct listing *out,
	struct error *err);
void listing_done(struct listing *listing);
bool difference_listing(struct store *store, const struct listing *listing, bool *changed);

/* index-build.c: make the whole index, into an open file. */
typedef void build_progress_fn(void *ctx, size_t done, size_t total);
bool index_build(struct store *store, int fd, build_progress_fn *progress, void *ctx,
	struct error *err);

/* build.c: the same in a job, and what becomes of it. */
bool store_reopen(struct store *store, struct error *err); /* in a job */
bool store_build_now(struct store *store, struct error *err); /* in a job, and wait for it */
bool store_may_write_index(const struct store *store);
void store_save_index(struct store *store);

/* watch.c */
void store_suspect(struct store *store, int state, const char *file);
void store_watch_folder(struct store *store, int state);
bool store_is_watched(const struct store *store); /* each of the states' folders */
bool store_records_changed(struct store *store);

/* store.c: the folders, made where they are missing; `more` has a bit for each that is needed. */
bool store_make_folders(struct store *store, unsigned more, struct error *err);
bool store_open_folders(struct store *store, struct error *err);

/* store.c: finish what a crash left and sweep up, where one may write and nobody else does. */
void store_heal(struct store *store);

/* recover.c: finish or take back what a crash left; the lock is held. */
bool store_recover(struct store *store, struct lock *lock, struct error *err);
bool store_sweep_temps(struct store *store, struct error *err);
/* A temporary name that no process which still lives has given. */
bool store_is_leftover(const char *name);

/* change.c: what a row does to files, and the opposite.  Used by apply.c and recover.c. */
bool change_forward(struct store *store, const struct plan_row *row, int64_t seq, struct error *err);
bool change_backward(struct store *store, const struct plan_row *row, int64_t seq,
	const struct buf *old, struct error *err);
bool change_sync(struct store *store, const struct plan_row *rows, size_t count, struct error *err);
void change_temp_name(char *out, size_t size, int64_t seq);

#endif
