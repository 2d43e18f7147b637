/*
 * A plan: the rows of what an operation will do.
 *
 * A verb fills a plan without touching anything; the same rows are then shown (`--dry-run`, the
 * question in the console), written ahead into the journal and carried out by store_apply().
 *
 * A row changes one file in one of four ways, told by its places and content:
 *   create   none -> dst, with content        move     src -> dst
 *   edit     src  -> dst, with content        remove   src -> none
 * Undo is the same row turned round; that is why the journal keeps the content that a row destroys.
 */
#ifndef CERTARY_STORE_PLAN_H
#define CERTARY_STORE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/entry.h"

struct place {
	int state;  /* enum state, or STATE_NONE: nowhere */
	char *file; /* raw bytes; NULL where state is STATE_NONE */
};

struct plan_row {
	const char *op;          /* "import", "trust", "rename", …; static */
	struct fingerprint cert;
	char *name;              /* of the entry, safe text */
	char *was, *now;         /* in words: states, names, notes; NULL for nothing */
	struct place src, dst;
	char *content;           /* the whole file, or NULL */
	size_t content_len;
	char hash[FINGERPRINT_HEX]; /* SHA-256 of content; "" where there is none */
	char base[FINGERPRINT_HEX]; /* SHA-256 of the file that content was made from, or "" */
	char *subject;           /* for showing; safe text */
};

struct plan {
	const char *op;  /* of the whole; static */
	char *why;       /* given by the operator, safe text, or NULL */
	char *about;     /* what an undo takes back, in words for the operator; or NULL */
	int64_t undoes;  /* the sequence number that an undo takes back, else 0 */
	struct plan_row *rows;
	size_t count, cap;
};

/* Life: `struct plan plan = {.op = "trust"}` … plan_done(&plan). */
void plan_done(struct plan *plan);

/* Move an entry to another state; op is the plan's. */
void plan_move(struct plan *plan, const struct entry *entry, enum state to);

/* Write a new entry; headers are those of the file, der the certificate.  info is borrowed. */
void plan_create(struct plan *plan, enum state to, const struct headers *headers,
	const struct cert_info *info, const void *der, size_t len);

/*
 * Replace the headers of an entry; was and now say in words what changes.  base is the file's SHA-256
 * as it was read: the change is refused where somebody else was quicker.
 */
void plan_edit(struct plan *plan, const struct entry *entry, const struct headers *headers,
	const void *der, size_t len, const char *base, const char *was, const char *now);

/* Remove an entry for good. */
void plan_remove(struct plan *plan, const struct entry *entry);

/* Is there a row for this certificate?  A plan must not have two. */
bool plan_has(const struct plan *plan, const struct fingerprint *cert);

/* What kind of change a row is, in one word for the operator: "create", "move", "edit", "remove". */
const char *plan_row_kind(const struct plan_row *row);

/* A row for an undo, filled by the caller, and its content, which is copied. */
struct plan_row *plan_add(struct plan *plan);
void plan_row_content(struct plan_row *row, const void *bytes, size_t len);

#endif
