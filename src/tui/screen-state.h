/*
 * Private to tui: where the hardware cursor is to stand.
 */
#ifndef CERTARY_TUI_SCREEN_STATE_H
#define CERTARY_TUI_SCREEN_STATE_H

#include <stdbool.h>

void screen_cursor(int y, int x, bool seen);
bool screen_cursor_claimed(void); /* since the screen was cleared */

#endif
