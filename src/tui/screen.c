/*
 * ncurses paints and knows the terminal; three things it would do are done here instead.  It reads
 * no keys (tui/keys.c does, because a half-read sequence must not block the loop), it handles no
 * signal (its handlers leave the loop out and keep an old size after Ctrl-Z and fg), and it doesn't
 * ask for the size, because a terminal may claim any.
 */
#include "tui/screen.h"

#include <curses.h>
#include <langinfo.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "tui/give-back.h"
#include "tui/input.h"
#include "tui/paint.h"
#include "tui/screen-state.h"
#include "tui/spot.h"
#include "tui/terminal.h"

#define COPY_MAX 100000

#define PASTE_ON  "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
#define MOUSE_ON  "\033[?1000h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1000l"

static struct {
	SCREEN *curses;
	bool lent;
	struct termios found; /* the modes when we came */
	bool utf8, ascii, plain, mouse, ansi, sync;
	bool shown; /* something was sent since the last mark */
	int colours;
	unsigned long frame;
	int y, x; /* the hardware cursor */
	bool seen, claimed;
} screen;

/* To the terminal, past ncurses: modes that it doesn't know. */
static void send_bytes(const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(STDOUT_FILENO, bytes, len);
		if (n <= 0)
			return;
		bytes += n;
		len -= (size_t)n;
	}
}

static void send_mouse(bool on)
{
	const char *mouse = on ? MOUSE_ON : MOUSE_OFF;
	if (screen.ansi && screen.mouse)
		send_bytes(mouse, strlen(mouse));
}

static void send_modes(bool on)
{
	if (!screen.ansi)
		return;
	const char *paste = on ? PASTE_ON : PASTE_OFF;
	send_bytes(paste, strlen(paste));
	send_mouse(on);
}

/* A capability without its padding, which is for terminals with a mechanism. */
static void add_capability(struct buf *out, const char *name)
{
	const char *s = tigetstr(name);
	if (!s || s == (char *)-1)
		return;
	while (*s) {
		const char *end = s[0] == '$' && s[1] == '<' ? strchr(s, '>') : NULL;
		if (end)
			s = end + 1;
		else
			buf_char(out, *s++);
	}
}

static void arm(void)
{
	static const char *const names[] = { "sgr0", "op", "rmkx", "rmcup", "cnorm" };
	struct buf undo = { 0 };
	if (screen.ansi)
		buf_text_add(&undo, PASTE_OFF);
	if (screen.ansi && screen.mouse)
		buf_text_add(&undo, MOUSE_OFF);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		add_capability(&undo, names[i]);
	buf_text_add(&undo, "\r\n");
	give_back_arm(STDOUT_FILENO, &screen.found, undo.data, undo.len);
	buf_done(&undo);
}

static void set_modes(void)
{
	raw(); /* no signals from keys and no flow control: Ctrl-C, Ctrl-Z and Ctrl-S are keys */
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	typeahead(-1);
	leaveok(stdscr, FALSE);
	scrollok(stdscr, FALSE);
}

static int choose_colours(enum setting_colour wish)
{
	const char *refused = getenv("NO_COLOR");
	if (wish == COLOUR_NEVER || (wish == COLOUR_AUTO && refused && *refused))
		return 0;
	if (!has_colors() || start_color() != OK || COLORS < 8)
		return 0;
	use_default_colors();
	return COLORS;
}

static void take_size(void)
{
	int rows, cols;
	if (terminal_size(&rows, &cols))
		resize_term(rows, cols);
	screen.y = screen.x = 0;
}

bool screen_start(const struct screen_options *options, struct error *err)
{
	const char *sync = getenv("CERTARY_TEST_SYNC");
	struct termios found;
	if (screen.curses || !terminal_check(&screen.ansi, err))
		return screen.curses != NULL;
	if (tcgetattr(STDOUT_FILENO, &found) != 0)
		return error_errno(err, "asking the terminal for its modes");
	screen.found = found;
	screen.curses = terminal_open();
	if (!screen.curses)
		return error_set(
			err, ERROR_FAILED, "the terminal '%s' can't be used", getenv("TERM"));
	screen.lent = false;
	screen.mouse = options->mouse;
	screen.sync = sync && strcmp(sync, "1") == 0;
	screen.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	screen.plain = options->plain;
	screen.ascii = screen.plain || options->ascii == ASCII_YES || (options->ascii == ASCII_AUTO && !screen.utf8);
	arm();
	terminal_trim(screen.utf8 || screen.ascii);
	set_modes();
	screen.colours = choose_colours(options->colour);
	screen_theme(options->theme);
	take_size();
	input_start(STDIN_FILENO);
	send_modes(true);
	return true;
}

/* What ncurses undoes, what it doesn't know, and then the modes to the last bit. */
static void hand_over(void)
{
	send_modes(false);
	endwin();
	/* Terminals on libvterm keep the cursor's visibility with its place, and bring back a hidden one. */
	putp(cursor_normal ? cursor_normal : "");
	fflush(stdout);
	tcsetattr(STDOUT_FILENO, TCSADRAIN, &screen.found);
	give_back_disarm();
}

void screen_stop(void)
{
	if (!screen.curses)
		return;
	if (!screen.lent)
		hand_over();
	input_stop();
	delscreen(screen.curses);
	screen.curses = NULL;
}

int screen_fd(void)
{
	return STDIN_FILENO;
}

struct area screen_area(void)
{
	return screen.curses ? (struct area){ 0, 0, LINES, COLS } : (struct area){ 0 };
}

void screen_clear(void)
{
	werase(stdscr);
	spots_clear();
	screen_forget_cursor();
}

/* In plain words at the top: what fills the screen is read from there. */
void screen_forget_cursor(void)
{
	if (screen.plain)
		screen_cursor(0, 0, false);
	else
		screen_cursor(LINES - 1, COLS - 1, false);
	screen.claimed = false;
}

void screen_cursor(int y, int x, bool seen)
{
	screen.y = y;
	screen.x = x;
	screen.seen = seen;
	screen.claimed = true;
}

bool screen_cursor_claimed(void)
{
	return screen.claimed;
}

void screen_show(void)
{
	if (!screen.curses || screen.lent)
		return;
	if (screen.y < LINES && screen.x < COLS)
		wmove(stdscr, screen.y, screen.x);
	curs_set(screen.seen || screen.plain ? 1 : 0);
	wnoutrefresh(stdscr);
	doupdate();
	screen.shown = true;
}

void screen_redraw(void)
{
	if (screen.curses)
		clearok(curscr, TRUE);
}

void screen_theme(const struct theme *theme)
{
	struct theme built_in;
	if (!screen.curses)
		return;
	theme_default(&built_in);
	paint_setup(theme ? theme : &built_in, screen.colours);
	screen_redraw();
}

void screen_resize(void)
{
	if (!screen.curses || screen.lent)
		return;
	take_size();
	screen_redraw();
}

void screen_lend(void)
{
	if (!screen.curses || screen.lent)
		return;
	hand_over();
	screen.lent = true;
}

void screen_resume(void)
{
	if (!screen.curses)
		return;
	if (screen.lent)
		arm();
	screen.lent = false;
	reset_prog_mode();
	send_modes(true);
	screen_resize();
}

/* What gives the terminal back is made anew before the mouse is taken, and after it was let go. */
void screen_mouse(bool on)
{
	if (!screen.curses || on == screen.mouse)
		return;
	if (!on && !screen.lent)
		send_mouse(false);
	screen.mouse = on;
	if (screen.lent)
		return;
	arm();
	send_mouse(on);
}

bool screen_has_mouse(void)
{
	return screen.curses && screen.ansi && screen.mouse;
}

/*
 * The whole process group stops, as it would by the terminal's own Ctrl-Z, since whoever started us
 * (sudo, a script) has to notice.  In a group that nobody could continue the signal does nothing.
 */
static void stop_group(void)
{
	struct sigaction by_default = { .sa_handler = SIG_DFL }, old;
	sigset_t only, blocked;
	sigemptyset(&only);
	sigaddset(&only, SIGTSTP);
	sigaction(SIGTSTP, &by_default, &old);
	kill(0, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &only, &blocked);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	sigaction(SIGTSTP, &old, NULL);
}

void screen_suspend(void)
{
	if (!screen.curses || screen.lent)
		return;
	screen_lend();
	stop_group();
	screen_resume();
}

bool screen_is_utf8(void)
{
	return screen.curses && screen.utf8;
}

bool screen_is_ascii(void)
{
	return !screen.curses || screen.ascii;
}

bool screen_is_plain(void)
{
	return screen.curses && screen.plain;
}

static void add_base64(struct buf *out, const unsigned char *bytes, size_t len)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < len; i += 3) {
		size_t have = len - i < 3 ? len - i : 3;
		uint32_t word = (uint32_t)bytes[i] << 16;
		word |= have > 1 ? (uint32_t)bytes[i + 1] << 8 : 0;
		word |= have > 2 ? bytes[i + 2] : 0;
		for (size_t k = 0; k < 4; k++)
			buf_char(out, k <= have ? digits[word >> (18 - 6 * k) & 63] : '=');
	}
}

bool screen_copy(const char *bytes, size_t len)
{
	const char *term = getenv("TERM");
	bool deaf = !term || strncmp(term, "linux", 5) == 0 || strncmp(term, "vt", 2) == 0;
	if (!screen.curses || screen.lent || !screen.ansi || deaf || len > COPY_MAX)
		return false;
	struct buf out = { 0 };
	buf_text_add(&out, "\033]52;c;");
	add_base64(&out, (const unsigned char *)bytes, len);
	buf_char(&out, '\a');
	if (getenv("TMUX")) { /* the same once more for the terminal around tmux */
		size_t one = out.len;
		buf_text_add(&out, "\033Ptmux;\033");
		buf_reserve(&out, one);
		buf_add(&out, out.data, one);
		buf_text_add(&out, "\033\\");
	}
	send_bytes(out.data, out.len);
	buf_done(&out);
	return true;
}

void screen_mark(void)
{
	if (!screen.curses || screen.lent || !screen.sync || !input_idle())
		return;
	bool happened = input_happened();
	if (!happened && !screen.shown)
		return;
	char mark[48];
	screen.shown = false;
	int len = snprintf(mark, sizeof mark, "\033]7777;%lu\a", ++screen.frame);
	send_bytes(mark, (size_t)len);
}
