/*
 * Import: from files to entries.
 *
 * Reading happens in a job (base/job.h), which takes foreign bytes apart and sends records.  What was
 * found is a haul; the face shows it, names may be changed and items left out, and a plan is made of
 * the rest.  A haul may hold a hundred thousand certificates: of each it keeps in memory what one looks
 * for, and the rest in a spool (base/spool.h), which its plans share.
 *
 * Life: import_haul() … or on a loop import_start() … ; import_done(&haul).
 */
#ifndef CERTARY_APP_IMPORT_H
#define CERTARY_APP_IMPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "app/app.h"
#include "base/arena.h"
#include "base/loop.h"
#include "base/set.h"
#include "base/spool.h"

struct import_options {
	const char *password; /* for keystores; NULL: none known */
	bool no_limits;
};

/* What of a certificate stays in memory; its texts are the haul's, and safe. */
struct import_item {
	struct fingerprint sha256;
	int64_t not_after;
	const char *file;
	const char *proposed; /* a name from CN, SAN or O */
	struct piece record;  /* in the haul's spool; it begins with the DER */
	uint32_t der_len;
	bool twice;    /* stands in the haul before */
	bool left_out; /* by the operator's choice */
};

/* What doesn't: read again by import_item_read(). */
struct import_more {
	struct buf der;
	char *where;   /* place in the file, safe text, as all here */
	char *label;   /* alias or friendlyName, or NULL */
	char *subject;
	char *issuer;  /* NULL: itself */
};

/* A revocation list, in the haul's spool as DER. */
struct import_list {
	const char *file, *where;
	struct piece der;
};

/* Something that is not imported.  The texts are the haul's. */
struct import_problem {
	const char *file, *where, *why; /* safe text; where may be empty */
	bool key;                 /* a private key in a file that is no keystore: the file is refused */
	bool known;               /* nothing wrong: the store has it already */
	bool remark;              /* nothing wrong: a keystore's private key is left out */
	bool listed;              /* about a revocation list: said anew by each plan */
	bool secret;              /* a password is missing or wrong */
};

struct haul {
	struct import_item *items;
	size_t count, cap;
	struct import_problem *problems;
	size_t problem_count, problem_cap;
	struct import_list *lists;
	size_t list_count, list_cap;
	char *format; /* of the last file: "PEM", … */
	char *note;   /* about the last file, or NULL */
	bool secret;  /* a password is needed */
	bool picked;  /* the operator named the items one by one */
	struct spool *spool;
	struct arena texts;
	struct set files; /* their names */
};

/*
 * Read one file or folder (its regular files, not those below) into the haul.  A file that yields
 * nothing is a problem in the haul.
 */
void import_haul(struct app *app, const char *path, const struct import_options *options,
	struct haul *haul);

/* The same for bytes at hand; label says where they came from. */
void import_haul_bytes(struct app *app, const char *label, const void *bytes, size_t len,
	const struct import_options *options, struct haul *haul);
void import_done(struct haul *haul);

/* Life: `struct import_more more = {0};` … import_more_done(&more), which is called either way. */
bool import_item_read(const struct haul *haul, const struct import_item *item,
	struct import_more *out, struct error *err);
void import_more_done(struct import_more *more);

/* Another name for an item: safe text, copied. */
void import_rename(struct haul *haul, struct import_item *item, const char *name);

/* On a loop, for a preview: done() is called once, and the haul is the caller's to keep. */
struct import_job;
typedef void import_done_fn(void *ctx, struct haul *take);
struct import_job *import_start(struct app *app, struct loop *loop, const char *path,
	const void *bytes, size_t len, const struct import_options *options, import_done_fn *done,
	void *ctx, struct error *err);
void import_cancel(struct import_job *job);

/* Leave out everything but what was picked; then the certificates of a file with a key are taken, too.
 * The list is as in "1,3-5", counted from 1. */
bool import_pick(struct haul *haul, const char *list, struct error *err);

/* Is there anything to take?  A file that holds a key is left out first, unless its items were picked. */
bool import_takes(struct haul *haul);

bool import_is_refusal(const struct import_problem *problem);
size_t import_refused(const struct haul *haul); /* how many of the problems are refusals */

/* What became of the items of a haul. */
struct import_result {
	size_t fresh;   /* rows in the plan */
	size_t lists;   /* of these rows: revocation lists */
	size_t known;   /* already in the store */
	size_t twice;   /* repeated within the haul */
	size_t refused; /* problems, and certificates that are blocked */
};

/*
 * Plan the import of everything that is not left out.  `name` (as typed, may be NULL) names a single
 * certificate, or numbers several; otherwise the proposed names are used, made unique.  Known ones add
 * no row, unless they lie in the trash, from where they are taken back; what a known one is called is
 * added to the problems in words.
 */
bool import_plan(struct app *app, struct haul *haul, const char *name, enum state state,
	struct plan *plan, struct import_result *result, struct error *err);

/* The distribution's bundle of public CAs, or NULL where none is found. */
const char *import_system_bundle(void);
const char *import_bundle_at(size_t i); /* where distributions have it; ends with NULL */

#endif
