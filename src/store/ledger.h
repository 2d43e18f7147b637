/*
 * The journal as a writer sees it: where it ends, and appending to it.
 */
#ifndef CERTARY_SRC_STORE_LEDGER_H
#define CERTARY_SRC_STORE_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "store/journal-file.h"
#include "store/journal.h"
#include "store/plan.h"

/* Where the journal ends. */
struct ledger_end {
	int64_t size; /* bytes, up to and with the last newline */
	int64_t torn; /* bytes behind it: a line that a crash cut off */
	int64_t seq;  /* of the last line; 0 where there is none */
	char head[FINGERPRINT_HEX]; /* SHA-256 of the last line; zeros where there is none */
	char sealed[FINGERPRINT_HEX]; /* what it was when it was written, where that differs; else "" */
};

void ledger_end_empty(struct ledger_end *out);
bool ledger_find_end(int root, struct ledger_end *out, struct error *err);

/*
 * Write the lines of a plan behind `end`, numbered and chained, durably; `end` moves along.  olds[i]
 * is the content that row i destroys (an empty buffer: none).  On failure the journal is as long as
 * before, and `end` is where it was.
 */
bool ledger_write(int root, const struct plan *plan, const struct buf *olds, struct ledger_end *end,
	struct error *err);
bool ledger_cut(int root, int64_t size, struct error *err);

/* Does a line begin at this byte, or would one? */
bool ledger_line_begins(int root, int64_t offset);

/* Append the line of row i to out, and its line break; `end` moves behind it. */
void ledger_format(const struct plan *plan, size_t i, const struct buf *old, struct ledger_end *end,
	struct buf *out);

/* journal_open() for who has no store yet, and what else writers ask. */
struct journal_file *journal_file_open(int root, struct error *err);
int64_t journal_torn(const struct journal_file *file); /* bytes behind the last line break */

/* The place where the line begins that the byte stands in. */
bool journal_line_start(struct journal_file *file, int64_t byte, int64_t *start, struct error *err);

/* Call each() with every line from a place on, until it returns false. */
bool ledger_each_text(int root, int64_t place,
	bool (*each)(void *ctx, const struct journal_text *text, struct error *err), void *ctx,
	struct error *err);

/* What a line says about its change, without parsing all of it. */
struct journal_glance {
	int64_t seq, undoes;
	bool more;
	bool observed; /* by a probe, and nobody's decision */
};
bool journal_glance(const struct journal_text *text, struct journal_glance *out, struct error *err);

/* Did the line move a certificate to the trash?  Which one, and where from. */
bool journal_line_to_trash(const struct journal_text *text, struct fingerprint *cert,
	enum state *from);

/* Does the line say that the one before it has this hash, and does it tell of a seal that was
 * broken? */
bool journal_line_follows(const struct journal_text *text, const char *head);
bool journal_line_has_seal(const struct journal_text *text);

#endif
