/*
 * Does a capture hold bytes that a terminal must not get from data?
 *
 * A certificate, file name or peer may hold escape sequences and characters that can't be seen; none
 * of them may arrive.  This is the opposite of base/text.h and shares no table with it.
 *
 * An escape sequence that curses sends as well can't be told from one out of a certificate by
 * itself: fixtures put the marker HX right behind theirs ("\033[31mHX"), and a known sequence that is
 * followed by HX is found.
 */
#ifndef CERTARY_TESTS_RAWCHECK_H
#define CERTARY_TESTS_RAWCHECK_H

#include <stdbool.h>
#include <stddef.h>

enum rawcheck_kind {
	RAW_TERMINAL, /* from a pty: cursor movement, colours and the test's frame marks are fine */
	RAW_TEXT,     /* from a pipe: text, line ends and tabs, no sequence at all */
};

/* False where something is found; why (may be NULL) then says what and where, in visible text. */
bool rawcheck(enum rawcheck_kind kind, const void *bytes, size_t len, char *why, size_t size);

#endif
