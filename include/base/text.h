/*
 * Foreign bytes into text that may be shown: the one border.
 *
 * What a certificate, a file name or a peer says may hold escape sequences, line breaks, bytes that
 * are no UTF-8, characters that turn the writing direction or that can't be seen.  text_escape()
 * makes *safe text* of it, once, when a record is filled: valid UTF-8 in which every character is
 * visible and stands in the line where it was put.  Panes, commands, errors and logs then use safe
 * text as it is.
 *
 *   byte below 0x20, 0x7f, or a byte that is no UTF-8   \x1b
 *   any other code point that may not be shown          \u{202e}
 *   more than four combining marks in a row             \u{301}
 *   a backslash before x or u                           \x5c
 *
 * The mapping is injective: two different inputs never give the same text, and text_unescape() is its
 * inverse, which is how JSON carries the true text.  The table of what may be shown is made from
 * Unicode's categories (tools/unicode-table.py), because iswprint() calls bidi controls printable.
 */
#ifndef CERTARY_BASE_TEXT_H
#define CERTARY_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

void text_escape(struct buf *out, const void *bytes, size_t len);
char *text_safe(const void *bytes, size_t len); /* text_escape() into a string; the caller frees */

/* The same in place, for what was appended to out behind its first `from` bytes. */
void text_escape_tail(struct buf *out, size_t from);

/* What an operator typed, tabs and line breaks turned into blanks first; the caller frees. */
char *text_typed(const char *typed);

/*
 * Safe text that already passed the border once is left alone, anything else is made safe: like
 * text_escape() but for the backslash rule, hence idempotent.  For messages that are put together
 * from several sources, and for text that was stored in its safe form.
 */
void text_guard(struct buf *out, const char *text);
bool text_is_safe(const char *text);

/* Append the true bytes behind safe text. */
void text_unescape(struct buf *out, const char *safe);

/* May this code point be shown as it is? */
bool text_shown(uint32_t cp);

/* The same within a text: *marks counts combining marks in a row, of which only the first four are
 * shown; it is 0 before the first character. */
bool text_shown_next(uint32_t cp, unsigned *marks);

/* Decode one UTF-8 character at *p and step over it.  A bad byte yields -1 and is stepped over. */
int32_t text_next(const char **p, const char *end);
void text_put(struct buf *out, uint32_t cp); /* append as UTF-8 */
bool text_is_utf8(const char *bytes, size_t len);

/* Columns that safe text takes on a terminal (wide characters take two). */
size_t text_width(const char *safe);

/*
 * How many bytes of safe text fit into `columns`, never splitting a character from its marks.
 * *used, if not NULL, is set to the columns that these take.
 */
size_t text_fit(const char *safe, size_t columns, size_t *used);

/* Lower-case for searching: simple case folding of every character, appended to out. */
void text_fold(struct buf *out, const char *safe);

/* Lower-case hexadecimal digits of bytes; `sep` (or 0) stands between two bytes. */
void text_hex(struct buf *out, const uint8_t *bytes, size_t len, char sep);

/* Trim blanks at both ends and fold inner runs of white space into one blank, in place. */
void text_trim(char *text);

/* Does text begin with prefix? */
bool text_starts(const char *text, const char *prefix);

/* A whole number in decimal digits, nothing before or behind it; false where it is none or outside of
 * least to most. */
bool text_number(const char *text, int64_t least, int64_t most, int64_t *out);

#endif
