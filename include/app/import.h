/*
 * Import: from files to entries.
 *
 * Reading happens in a job (base/job.h), which takes foreign bytes apart and sends records.  What was
 * found is a haul; the face shows it, names may be changed and items left out, and a plan is made of
 * the rest.
 *
 * Life: import_haul() … or on a loop import_start() … ; import_done(&haul).
 */
#ifndef CERTARY_APP_IMPORT_H
#define CERTARY_APP_IMPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "app/app.h"
#include "base/loop.h"

struct import_options {
	const char *password; /* for keystores; NULL: none known */
	bool no_limits;
};

struct import_item {
	struct cert_info *info;
	uint8_t *der;
	size_t len;
	char *file;     /* safe text */
	char *where;    /* place in the file, safe text */
	char *proposed; /* a name from CN, SAN or O, safe text */
	char *label;    /* alias or friendlyName, safe text or NULL */
	bool twice;     /* stands in the haul before */
	bool left_out;  /* by the operator's choice */
};

/* Something that is not imported. */
struct import_problem {
	char *file, *where, *why; /* safe text; where may be empty */
	bool key;                 /* a private key in a file that is no keystore: the file is refused */
	bool known;               /* nothing wrong: the store has it already */
	bool remark;              /* nothing wrong: a keystore's private key is left out */
	bool secret;              /* a password is missing or wrong */
};

struct haul {
	struct import_item *items;
	size_t count, cap;
	struct import_problem *problems;
	size_t problem_count, problem_cap;
	char *format; /* of the last file: "PEM", … */
	char *note;   /* about the last file, or NULL */
	bool secret;  /* a password is needed */
	bool picked;  /* the operator named the items one by one */
};

/*
 * Read one file or folder (its regular files, not those below) into the haul.  A file that yields
 * nothing is a problem in the haul; only what stops the whole import is an error.
 */
bool import_haul(struct app *app, const char *path, const struct import_options *options,
	struct haul *haul, struct error *err);

/* The same for bytes at hand; label says where they came from. */
bool import_haul_bytes(struct app *app, const char *label, const void *bytes, size_t len,
	const struct import_options *options, struct haul *haul, struct error *err);
void import_done(struct haul *haul);
void import_item_done(struct import_item *item);

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

#endif
