#include "tui/terminal.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

#define ROWS_MAX 512
#define COLS_MAX 1024

#define BUFFERED_CELLS 500 /* on a smaller screen ncurses' buffer is shorter than what begins it */

bool terminal_check(bool *ansi, struct error *err)
{
	int status = 0;
	const char *name = getenv("TERM");
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return error_set(err, ERROR_USAGE,
			"the console needs a terminal (certary help lists what works without one)");
	if (!name || !*name)
		return error_set(err, ERROR_FAILED, "TERM isn't set, so the terminal is unknown");
	if (setupterm(NULL, STDOUT_FILENO, &status) != OK)
		return error_set(
			err, ERROR_FAILED, "no description of the terminal '%s' (TERM)", name);
	const char *cup = tigetstr("cup"), *clear_all = tigetstr("clear");
	bool able = cup && cup != (char *)-1 && clear_all && clear_all != (char *)-1;
	*ansi = able && cup[0] == '\033' && cup[1] == '[';
	del_curterm(cur_term);
	if (able)
		return true;
	return error_set(err, ERROR_FAILED,
		"the terminal '%s' can't clear the screen or place its cursor (is TERM right?)",
		name);
}

static int clamp(int value, int most)
{
	return value < 1 ? 1 : value > most ? most : value;
}

bool terminal_size(int *rows, int *cols)
{
	struct winsize size;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || !size.ws_row || !size.ws_col)
		return false;
	*rows = clamp(size.ws_row, ROWS_MAX);
	*cols = clamp(size.ws_col, COLS_MAX);
	return true;
}

static void set_number(const char *name, int number)
{
	char text[16];
	snprintf(text, sizeof text, "%d", number);
	setenv(name, text, 1);
}

static const int curses_signals[] = { SIGINT, SIGTERM, SIGTSTP, SIGWINCH };

#define CURSES_SIGNALS (sizeof curses_signals / sizeof *curses_signals)

static void cut(char *from, size_t len)
{
	memmove(from, from + len, strlen(from + len) + 1);
}

/* What is in the description, to be changed where it stands; "" where it has none. */
static char *capability(const char *name)
{
	static char none[1];
	char *s = tigetstr(name);
	return s && s != (char *)-1 ? s : none;
}

static void cut_charset(char *s)
{
	static const char *const choices[] = { "\033(B", "\017" };
	char *at, *end;
	while ((at = strstr(s, "%?%p9%t")) && (end = strstr(at, "%;")))
		cut(at, (size_t)(end + 2 - at));
	for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
		while ((at = strstr(s, choices[i])))
			cut(at, strlen(choices[i]));
}

/*
 * Most descriptions choose the character set anew with every change of attributes: "\\E(B" in sgr0,
 * "%?%p9%t\\E(0%e\\E(B%;" in sgr, a shift in others.  Who draws no lines by such a set never leaves the
 * first one.  And the palette, which "oc" would put back, may be one that the user has chosen.
 */
void terminal_trim(bool charset)
{
	*capability("oc") = '\0';
	if (charset && strstr(capability("sgr0"), "\033[")) {
		cut_charset(capability("sgr"));
		cut_charset(capability("sgr0"));
	}
}

/*
 * Until it was left and entered once, ncurses writes to the terminal after every move of the cursor,
 * not once for a whole update.  So it leaves right after the beginning, into a void; what it takes
 * to enter is sent with the first update.
 */
static void write_whole_updates(void)
{
	int void_fd = open("/dev/null", O_WRONLY | O_CLOEXEC), terminal = dup(STDOUT_FILENO);
	if (void_fd >= 0 && terminal >= 0 && dup2(void_fd, STDOUT_FILENO) >= 0) {
		endwin();
		dup2(terminal, STDOUT_FILENO);
	}
	if (void_fd >= 0)
		close(void_fd);
	if (terminal >= 0)
		close(terminal);
}

/*
 * newterm() without its signal handlers, and with a size that we have looked at: the environment is
 * where it looks first.
 */
SCREEN *terminal_open(void)
{
	struct sigaction old[CURSES_SIGNALS];
	int rows = 24, cols = 80;
	terminal_size(&rows, &cols);
	set_number("LINES", rows);
	set_number("COLUMNS", cols);
	for (size_t i = 0; i < CURSES_SIGNALS; i++)
		sigaction(curses_signals[i], NULL, &old[i]);
	SCREEN *curses = newterm(NULL, stdout, stdin);
	for (size_t i = 0; i < CURSES_SIGNALS; i++)
		sigaction(curses_signals[i], &old[i], NULL);
	if (curses && (long)rows * cols >= BUFFERED_CELLS)
		write_whole_updates();
	unsetenv("LINES"); /* they would be lies after the first resize */
	unsetenv("COLUMNS");
	return curses;
}
