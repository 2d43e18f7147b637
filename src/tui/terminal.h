/*
 * Private to tui: what the terminal is, and ncurses opened on it.
 */
#ifndef CERTARY_TUI_TERMINAL_H
#define CERTARY_TUI_TERMINAL_H

#include <curses.h>
#include <stdbool.h>

#include "base/error.h"

/* Can it do what a console needs?  *ansi: it takes escape sequences as xterm does. */
bool terminal_check(bool *ansi, struct error *err);

/* The size that it claims, within reason; false where it claims nothing. */
bool terminal_size(int *rows, int *cols);

SCREEN *terminal_open(void); /* NULL where ncurses can't */

/*
 * Take out of the terminal's description what nobody needs; `charset`: lines are drawn without an
 * alternate character set.
 */
void terminal_trim(bool charset);

#endif
