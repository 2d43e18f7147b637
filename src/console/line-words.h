/*
 * The words of a line after `:`, and what they mean before anything is run: pure, no store is asked.
 */
#ifndef CERTARY_SRC_CONSOLE_LINE_WORDS_H
#define CERTARY_SRC_CONSOLE_LINE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

#define LINE_WORDS_MOST 64

/*
 * Words as a shell would part them: blanks part, quotes hold together, a backslash takes one character
 * as it is.  Nothing else has a meaning.  They are appended to bytes, each with its NUL; starts says where.
 * Returns how many there are; LINE_WORDS_MOST + 1: too many, and bytes is of no use.
 */
size_t line_split(const char *line, struct buf *bytes, size_t starts[LINE_WORDS_MOST]);

/* Does the line name a command that changes something, and doesn't say how already? */
bool line_changes(const char *const *words, size_t count);

/* Without "--yes" and "--dry-run" before "--": no file can say that nobody is to be asked. */
size_t line_drop_answers(const char **words, size_t count);

/* May a line out of a file be run: is it a command, and one on this store? */
bool line_may_be_read(const char *const *words, size_t count, struct error *err);

#endif
