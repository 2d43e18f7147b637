/*
 * The terminal: taken, shown, given back.
 *
 * There is one screen.  screen_start() takes the terminal, screen_stop() gives it back as it was,
 * and so do the ends that nobody planned: mem_die(), a fatal signal, exit().  SIGTERM, SIGHUP,
 * SIGTSTP, SIGCONT and SIGWINCH are the owner's (base/loop): it calls screen_stop(),
 * screen_suspend(), screen_resume() and screen_resize().
 *
 * Painting goes through areas (tui/area.h) onto a canvas in memory; screen_show() sends what
 * differs from what the terminal shows.  Painting the same again sends nothing.
 */
#ifndef CERTARY_TUI_SCREEN_H
#define CERTARY_TUI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "conf/settings.h"
#include "tui/area.h"
#include "tui/theme.h"

struct screen_options {
	enum setting_ascii ascii;
	enum setting_colour colour;
	bool mouse;
	bool plain; /* for screen readers: see screen_is_plain() */
	const struct theme *theme; /* NULL: the built-in one */
};

/*
 * Take the terminal that standard input and output are.  Refused, with one line that says why,
 * where they are none, or where it can't place its cursor.  setlocale() was called before.
 */
bool screen_start(const struct screen_options *options, struct error *err);
void screen_stop(void); /* harmless when it was never started or has stopped */

int screen_fd(void); /* poll it for POLLIN, then key_read() */

struct area screen_area(void); /* all of it */
void screen_clear(void);       /* a blank canvas, and the cursor hidden at its end */
void screen_forget_cursor(void); /* what is painted now covers all of it and claims it anew */
void screen_show(void);
void screen_redraw(void); /* Ctrl-L: the next screen_show() sends everything */

void screen_theme(const struct theme *theme); /* from the next painting on */

/* SIGWINCH: ask for the size; lay out and paint after it. */
void screen_resize(void);

/* SIGTSTP, Ctrl-Z: give the terminal back, stop, and come back with screen_resume() done. */
void screen_suspend(void);

/* SIGCONT: take the terminal again, whatever its size is now; lay out and paint after it. */
void screen_resume(void);

/* Lend the terminal to another program (an editor, a pager) and take it back by screen_resume(). */
void screen_lend(void);

/* Take the mouse (wheel and clicks come as keys), or leave it to the terminal. */
void screen_mouse(bool on);
bool screen_has_mouse(void);

bool screen_is_utf8(void);  /* non-ASCII text can be shown */
bool screen_is_ascii(void); /* lines and marks are to be ASCII */

/*
 * What is on the screen is read aloud or felt: no lines and boxes, ASCII marks, one thing in a row and no
 * columns, nothing that colour alone says, the cursor seen and where the matter is, and no more sent
 * than what is new.
 */
bool screen_is_plain(void);

/*
 * Put text on the clipboard of the terminal (OSC 52, and through tmux where it lets that pass).
 * Whether it got there nobody can say.  False where the terminal is known not to do it, or the text
 * is longer than terminals take (100 kB).
 */
bool screen_copy(const char *bytes, size_t len);

/*
 * For tests: call it before waiting, when no job is pending.  With CERTARY_TEST_SYNC=1 it writes
 * OSC 7777;FRAME BEL if no input waits and anything was read or shown since the last mark, and so
 * tells that everything sent so far has been answered.
 */
void screen_mark(void);

#endif
