/*
 * Private to tui: what roles look like on this terminal, in ncurses' terms.
 */
#ifndef CERTARY_TUI_PAINT_H
#define CERTARY_TUI_PAINT_H

#include <curses.h>

#include "tui/theme.h"

struct paint {
	attr_t attrs;
	short pair;
};

/* Make every role of the theme ready; colours 0 means attributes only. */
void paint_setup(const struct theme *theme, int colours);
struct paint paint_of(enum role role);

#endif
