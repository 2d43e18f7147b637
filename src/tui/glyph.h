/*
 * Private to tui: safe text cut into what fills the cells of a screen.
 */
#ifndef CERTARY_TUI_GLYPH_H
#define CERTARY_TUI_GLYPH_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

#define GLYPH_CHARS 5 /* a character and the marks on it: as many as ncurses takes */

struct glyph {
	wchar_t chars[GLYPH_CHARS + 1];
	int cols;   /* 1 or 2 */
	size_t len; /* bytes of the text that it stands for; 0 at the end */
};

/* The glyph at the beginning of safe text; `utf8`: the screen can show more than ASCII. */
struct glyph glyph_next(const char *safe, bool utf8);

/*
 * How many bytes at the beginning are a glyph of one column each, whatever the locale?  Most text is
 * such, and needs no closer look.
 */
size_t glyph_plain(const char *safe);

/* How many bytes at the beginning of safe text, folded, are `folded`?  0: it doesn't begin so. */
size_t glyph_match(const char *safe, const char *folded);

#endif
