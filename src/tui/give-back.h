/*
 * Private to tui: the terminal as it was found, and how to make it so again whatever happens.
 *
 * give_back_arm() remembers the modes and the bytes that undo what ncurses and we have set, and
 * catches what would end the process without asking.  While armed, give_back_now() may be called
 * anywhere, from a signal handler as well: it does no more than poll, write and tcsetattr.
 */
#ifndef CERTARY_TUI_GIVE_BACK_H
#define CERTARY_TUI_GIVE_BACK_H

#include <stddef.h>
#include <termios.h>

/* `undo` is copied; what doesn't fit is left out. */
void give_back_arm(int fd, const struct termios *found, const char *undo, size_t len);
void give_back_disarm(void);
void give_back_now(void);

#endif
