/*
 * The journal's file, read a line at a time from either end and from anywhere between.
 *
 * A journal may be larger than memory, so that nothing here reads more than a piece of it: a line is
 * looked at through a window, and a place in the file is the byte at which a line begins or would
 * begin.  Life: journal_open() … journal_close().  What is behind the last line break when the file
 * is opened is a torn line and not seen; lines that are written later are not seen either.
 */
#ifndef CERTARY_STORE_JOURNAL_FILE_H
#define CERTARY_STORE_JOURNAL_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "store/log.h"
#include "store/store.h"

struct journal_file;

/* Borrowed until the next call; bytes is NULL where there are no more lines. */
struct journal_text {
	const char *bytes; /* without the line break, which stands behind them */
	size_t len;
};

/* NULL and an error where it can't be read; a store without a journal has an empty one. */
struct journal_file *journal_open(const struct store *store, struct error *err);
void journal_close(struct journal_file *file);

/* The place behind the last line. */
int64_t journal_size(const struct journal_file *file);

/*
 * The line that begins at *place, which moves behind it; the line that ends there, and *place moves
 * to its beginning.  False where reading fails.
 */
bool journal_next(struct journal_file *file, int64_t *place, struct journal_text *text,
	struct error *err);
bool journal_previous(struct journal_file *file, int64_t *place, struct journal_text *text,
	struct error *err);

/* Parse a line.  journal_line_done() it; the text stays as it is. */
bool journal_line_parse(const char *text, size_t len, struct journal_line *out, struct error *err);
void journal_line_done(struct journal_line *line);

/*
 * False where this word (lower-case ASCII letters and digits) stands in none of the texts of the
 * line once they are folded, be they short or long: a test that needs no parsing and lets more
 * through than it should.
 */
bool journal_line_may_say(const struct journal_text *text, const char *word);

#endif
