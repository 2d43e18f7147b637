/*
 * A plan: the rows of what an operation will do.
 *
 * A verb fills a plan without touching anything; the same rows are then shown (`--dry-run`, the
 * question in the console), written ahead into the journal and carried out by store_apply().
 *
 * A row changes one file in one of four ways, told by its places and by whether it writes:
 *   create   none -> dst, writes        move     src -> dst
 *   edit     src  -> dst, writes        remove   src -> none
 * Undo is the same row turned round; that is why the journal keeps the content that a row destroys.
 *
 * A plan may have a hundred thousand rows.  So what a row writes lies in pieces in a spool (base/spool.h)
 * and is put together when it is written, and the texts of all rows are the plan's, freed at once.
 */
#ifndef CERTARY_STORE_PLAN_H
#define CERTARY_STORE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/spool.h"
#include "store/entry.h"

struct place {
	int state;  /* enum state, enum folder, or STATE_NONE: nowhere */
	char *file; /* raw bytes; NULL where state is STATE_NONE */
};

/* What a file will hold: a head as it is, and behind it a certificate as PEM where there is one. */
struct content {
	const struct spool *spool; /* the plan's */
	struct piece head, der;
	const struct buf *secret; /* all of it, where it may stand in no other file: the plan's */
};

/* All texts are the plan's, or static. */
struct plan_row {
	const char *op;          /* "import", "trust", "rename", … */
	struct fingerprint cert; /* of a file of an identity: its id, or the SHA-256 of what is in it */
	const char *name;        /* of the entry, safe text */
	const char *was, *now;   /* in words: states, names, notes; NULL for nothing */
	bool typed;              /* they are a name, a note or a place, and no words of ours */
	struct place src, dst;
	bool writes;             /* dst gets this content */
	struct content content;
	char hash[FINGERPRINT_HEX]; /* SHA-256 of what was written; "" until then */
	const char *base;        /* SHA-256 of the file that content was made from, or NULL */
	const char *subject;     /* for showing; safe text */
	bool brings;             /* an identity gets a certificate: cert is the key's, brought is its */
	struct fingerprint brought;
};

struct plan {
	const char *op;  /* of the whole; static */
	char *why;       /* given by the operator, safe text, or NULL */
	char *about;     /* what an undo takes back, in words for the operator; or NULL */
	int64_t undoes;  /* the sequence number that an undo takes back, else 0 */
	struct plan_row *rows;
	size_t count, cap;
	struct arena texts;
	struct spool *spool;     /* of the contents; NULL where nothing was written yet */
	struct buf **secrets;    /* contents that are wiped with the plan */
	size_t secret_count, secret_cap;
	uint32_t *finder;        /* rows by their certificate, for plan_has() */
	size_t finder_cap, found;
};

/* Life: `struct plan plan = {.op = "trust"}` … plan_done(&plan). */
void plan_done(struct plan *plan);

/* Move an entry to another state; op is the plan's. */
void plan_move(struct plan *plan, const struct entry *entry, enum state to);

/*
 * Write a new entry; headers are those of the file, der is a piece of the plan's spool.  Whoever has
 * the certificates in a spool already gives that one to the plan before the first row.
 */
void plan_create(struct plan *plan, enum state to, const struct headers *headers,
	const struct fingerprint *cert, const char *subject, struct piece der);
void plan_share(struct plan *plan, struct spool *spool); /* the plan becomes a further owner */
struct piece plan_keep(struct plan *plan, const void *bytes, size_t len); /* into its spool */

/*
 * Replace the headers of an entry; was and now say in words what changes.  base is the file's SHA-256
 * as it was read: the change is refused where somebody else was quicker.
 */
void plan_edit(struct plan *plan, const struct entry *entry, const struct headers *headers,
	const void *der, size_t len, const char *base, const char *was, const char *now);

/* The same, and move it to another state, which was and now tell then. */
void plan_edit_to(struct plan *plan, const struct entry *entry, enum state to,
	const struct headers *headers, const void *der, size_t len, const char *base,
	const char *now);

/* Remove an entry for good. */
void plan_remove(struct plan *plan, const struct entry *entry);

/*
 * Files in the folders of identities (store/folder.h), whole.  `about` is a fingerprint for the
 * journal; name, was and now are for the operator.  What goes into a secret folder is kept in
 * memory, and wiped.
 */
struct plan_file {
	int folder;
	const char *file;
	const struct fingerprint *about;
	const char *name, *was, *now;
};
void plan_file_create(struct plan *plan, const struct plan_file *file, const void *bytes, size_t len);
void plan_file_edit(struct plan *plan, const struct plan_file *file, const void *bytes, size_t len,
	const char *base);
void plan_file_move(struct plan *plan, const struct plan_file *file, int folder, const char *as);
void plan_file_remove(struct plan *plan, const struct plan_file *file);

/* Is there a row for this certificate?  A plan must not have two. */
bool plan_has(struct plan *plan, const struct fingerprint *cert);

/*
 * What was and what will be as people are shown it: words of ours in their language, what somebody typed
 * as it is, `nothing` (translated as well) instead of NULL.  Borrowed.
 */
const char *plan_row_was(const struct plan_row *row, const char *nothing);
const char *plan_row_now(const struct plan_row *row, const char *nothing);

/* The fingerprint that people are shown: an identity's id is no certificate's. */
const struct fingerprint *plan_row_print(const struct plan_row *row);

/* The last row brings this certificate to an identity. */
void plan_row_brings(struct plan *plan, const struct cert_info *info);

/* What kind of change a row is, in one word for the operator: "create", "move", "edit", "remove". */
const char *plan_row_kind(const struct plan_row *row);

/* A row for an undo, filled by the caller, with texts and the content that the plan keeps. */
struct plan_row *plan_add(struct plan *plan);
char *plan_text(struct plan *plan, const char *text); /* a copy; NULL for NULL */
void plan_row_content(struct plan *plan, struct plan_row *row, const void *bytes, size_t len);

/* The headers that a row writes, where it writes the file of an entry. */
bool plan_row_headers(const struct plan_row *row, struct headers *out);

/* Put together what a row writes. */
bool plan_row_bytes(const struct plan_row *row, struct buf *out, struct error *err);

#endif
