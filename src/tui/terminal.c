#include "tui/terminal.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

#define ROWS_MAX 512
#define COLS_MAX 1024

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
	unsetenv("LINES"); /* they would be lies after the first resize */
	unsetenv("COLUMNS");
	return curses;
}
