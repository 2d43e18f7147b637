/*
 * The journal as a writer sees it: where it ends, and appending to it.
 */
#ifndef CERTARY_SRC_STORE_LEDGER_H
#define CERTARY_SRC_STORE_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
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
 * Append the lines of a plan to out, numbered and chained from `end`, which moves along.  olds[i]
 * is the content that row i destroys (an empty buffer: none).
 */
void ledger_format(const struct plan *plan, const struct buf *olds, struct ledger_end *end,
	struct buf *out);

/* Write bytes at `size`, durably; on failure the journal is as long as before. */
bool ledger_append(int root, int64_t size, const struct buf *bytes, struct error *err);
bool ledger_cut(int root, int64_t size, struct error *err);

/* Does a line begin at this byte, or would one? */
bool ledger_line_begins(int root, int64_t offset);

/* Walk the complete lines from a byte offset on, until each() returns false. */
bool ledger_each_text(int root, int64_t offset,
	bool (*each)(void *ctx, const char *text, size_t len, struct error *err), void *ctx,
	struct error *err);

/* Parse one line.  journal_line_done() it; the text stays the caller's. */
bool journal_line_parse(const char *text, size_t len, struct journal_line *out, struct error *err);
void journal_line_done(struct journal_line *line);

/* All lines from byte offset on; the caller frees with ledger_lines_done(). */
struct ledger_lines {
	struct journal_line *items;
	size_t count, cap;
	bool broken; /* the line behind these is none of a journal */
};
bool ledger_lines_from(int root, int64_t offset, struct ledger_lines *out, struct error *err);
void ledger_lines_done(struct ledger_lines *lines);

#endif
