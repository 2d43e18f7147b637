/*
 * Private to tui: the screen's end of tui/key.h.
 */
#ifndef CERTARY_TUI_INPUT_H
#define CERTARY_TUI_INPUT_H

#include <stdbool.h>

/* Keys come from fd from now on, by the sequences of the terminal that ncurses knows. */
void input_start(int fd);
void input_stop(void);

/* Does nothing wait, neither bytes nor half a key? */
bool input_idle(void);

/* Was a key read since the last call? */
bool input_happened(void);

#endif
