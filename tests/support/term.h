/*
 * A terminal for tests: the real program on a pty, libvterm as the screen.
 *
 * Nothing here sleeps.  With CERTARY_TEST_SYNC=1, which term_open() sets, the program marks the end of
 * each frame once no input and no job is pending; term_sync() waits for the mark that answers what was
 * sent.  Whatever doesn't come within term_deadline_ms() fails the test and prints the screen.
 *
 *	struct term *t = term_open(24, 80, "xterm-256color", ARGV("NO_COLOR=1"), ARGV("certary"));
 *	term_press(t, "j");
 *	assert_true(term_has(t, "2 of 3"));
 *	term_press(t, "q");
 *	assert_int_equal(term_close(t), 0);
 */
#ifndef CERTARY_TESTS_TERM_H
#define CERTARY_TESTS_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"
#include "support/run.h"

struct term;

/*
 * Start argv on a pty of that size and wait for its first frame.  argv[0] "certary" is the program
 * under test; the environment is run_env()'s with TERM=type and env ("NAME=value", may be NULL).
 */
struct term *term_open(int rows, int cols, const char *type, const char *const env[],
	const char *const argv[]);

/* The same without waiting: for programs that make no frame marks, or that end at once. */
struct term *term_spawn(int rows, int cols, const char *type, const char *const env[],
	const char *const argv[]);

/* Wait until the program has ended (it is killed, and the test fails, where it doesn't) and free the
 * terminal.  The exit status, or 128 + n when signal n ended it. */
int term_close(struct term *t);

/* The same in two steps, for a look at what was left on the screen. */
int term_wait_exit(struct term *t);
void term_free(struct term *t);

/* --- keys ------------------------------------------------------------------------------------ */

#define TERM_ESC       "\033"
#define TERM_ENTER     "\r"
#define TERM_TAB       "\t"
#define TERM_BACKSPACE "\177"
#define TERM_CTRL(c)   ((const char[]){ (c) & 0x1f, '\0' })
/* As xterm and its kin send them in application mode, which curses switches on. */
#define TERM_UP        "\033OA"
#define TERM_DOWN      "\033OB"
#define TERM_RIGHT     "\033OC"
#define TERM_LEFT      "\033OD"
#define TERM_HOME      "\033OH"
#define TERM_END       "\033OF"
#define TERM_PGUP      "\033[5~"
#define TERM_PGDN      "\033[6~"
#define TERM_DELETE    "\033[3~"
#define TERM_BACKTAB   "\033[Z"
#define TERM_F1        "\033OP"
#define TERM_F2        "\033OQ"
#define TERM_F3        "\033OR"
#define TERM_F4        "\033OS"
#define TERM_F5        "\033[15~"
#define TERM_F6        "\033[17~"
#define TERM_F7        "\033[18~"
#define TERM_F8        "\033[19~"
#define TERM_F9        "\033[20~"
#define TERM_F10       "\033[21~"
#define TERM_PASTE(text) "\033[200~" text "\033[201~"

void term_keys(struct term *t, const char *keys);                   /* send only */
void term_bytes(struct term *t, const void *bytes, size_t len);     /* the same with any bytes */
void term_press(struct term *t, const char *keys);                  /* send, then term_sync() */
void term_resize(struct term *t, int rows, int cols);               /* then term_sync() */
void term_signal(struct term *t, int signo);                        /* to the program */
void term_hangup(struct term *t);                                   /* the terminal goes away */

/* --- waiting --------------------------------------------------------------------------------- */

int term_deadline_ms(void);

/* Until a frame was marked that is newer than what was sent last. */
void term_sync(struct term *t);

/* Until a frame with at least this number was marked; term_frame() is the newest one (-1: none). */
void term_wait_frame(struct term *t, long frame);
long term_frame(const struct term *t);

/* Until the text stands in a row, or in none any more: for what a job or a timer brings. */
void term_wait_text(struct term *t, const char *text);
void term_wait_gone(struct term *t, const char *text);

/* --- looking --------------------------------------------------------------------------------- */

struct term_cell {
	char text[32]; /* UTF-8; "" where nothing was written */
	int width;     /* columns; 0 for the right half of a wide character */
	bool bold, reverse, underline, blink;
	int fg, bg; /* colour number 0 to 255, -1 for the terminal's own, -2 for an RGB colour */
	unsigned fg_rgb, bg_rgb; /* 0xrrggbb of an RGB colour, otherwise 0 */
};

char *term_row(struct term *t, int row);    /* without blanks at its end; the caller frees */
char *term_screen(struct term *t);          /* all rows, a line each; the caller frees */
bool term_has(struct term *t, const char *text);
int term_find(struct term *t, const char *text, int *col); /* row or -1; col may be NULL */
struct term_cell term_attr(struct term *t, int row, int col);
void term_cursor(struct term *t, int *row, int *col, bool *visible);
int term_rows(const struct term *t);
int term_cols(const struct term *t);
pid_t term_pid(const struct term *t);

/* All bytes the program sent since the start or the last term_raw_reset(), frame marks included. */
const struct buf *term_raw(const struct term *t);
void term_raw_reset(struct term *t);
size_t term_sent(const struct term *t); /* the number of these bytes without the marks */

/* Fail where the capture so far holds what a terminal must not get from data (support/rawcheck.h). */
void term_check_raw(struct term *t);

/*
 * Was the terminal given back as it was: the first screen, a visible cursor, no mouse, no bracketed
 * paste, echo and line mode?  Fails the test where not.
 */
void term_check_restored(struct term *t);

/*
 * Compare the screen with tests/golden/<name>.txt; prints the differing rows and fails the test.
 * With GOLDEN=update in the environment the file is written instead.  Of screens called *-80x24-utf8 the looks
 * are compared as well: support/roles.h.
 */
void golden_check(struct term *t, const char *name);

/* The same for any text, such as the output of a command. */
void golden_text(const char *text, const char *name);

#endif
