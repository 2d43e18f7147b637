/*
 * A copy of an NSS database, for certutil to work on.
 *
 * certutil fails half-way after many a kill, and what it writes isn't durable at once: so it never sees
 * the real files.  Certificates of ours are known by their nickname, which ends in the first eight
 * digits of the fingerprint; NSS takes a colon in a nickname for the end of a token's name, so there is
 * none.
 */
#ifndef CERTARY_SRC_DEPLOY_NSS_DB_H
#define CERTARY_SRC_DEPLOY_NSS_DB_H

#include "base/set.h"
#include "deploy/kind.h"
#include "deploy/scratch.h"

struct nss_entry {
	char *nick;               /* as it is: not safe text */
	char flags[16];           /* "C,,"; what it is trusted for */
	struct fingerprint print; /* where `ours` */
	bool ours;
};

struct nss_db {
	struct scratch scratch;
	char certutil[256];
	struct fs_stamp was[3]; /* of the files that it is a copy of; inode 0: there was none */
	char *where;  /* "sql:/…" */
	int password; /* what certutil reads it from; 0: there is none */
	struct nss_entry *items;     /* nss_db_list() */
	size_t count, cap;
	struct set ours, theirs;     /* fingerprints (hex), ours with their index */
};

#define NSS_PASSWORD_AT "/dev/stdin" /* opened anew, from its begin, by each command of a batch */

extern const char *const nss_files[3]; /* the certificates first */

/*
 * Copy the database of a folder, or make a new one where there is none (*fresh).  password may be NULL.
 * Life: `struct nss_db db = {0}`; nss_db_open() … nss_db_close(), also after a failure.
 */
bool nss_db_open(struct nss_db *db, const char *folder, const char *password, bool *fresh,
	struct error *err);
void nss_db_close(struct nss_db *db);

/* Look again at what is in it. */
bool nss_db_list(struct nss_db *db, struct error *err);
const struct nss_entry *nss_db_ours(const struct nss_db *db, const struct fingerprint *print);

/* A run of certutil's commands, one a line, in one process; it stops at the first that fails. */
void nss_add(struct nss_db *db, const struct anchor *anchor, const char *nick, const char *flags,
	struct buf *batch);
void nss_remove(const struct nss_db *db, const char *nick, struct buf *batch);
bool nss_db_run(struct nss_db *db, const struct buf *batch, struct buf *out, struct error *err);

#endif
