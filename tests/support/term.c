/*
 * Bytes from the pty go three ways: into the capture, into libvterm, and past a scanner that picks out
 * the frame marks (OSC 7777 ; number BEL).  The scanner works on the capture and not on libvterm's
 * callbacks, whose form changes from release to release.
 */
#include "support/term.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include <vterm.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "support/rawcheck.h"
#include "support/unit.h"

struct term {
	int fd; /* -1 after a hang-up */
	int rows, cols;
	pid_t pid;
	bool exited; /* waited for; status is valid */
	int status;
	struct termios modes; /* as they were at the start */
	VTerm *vt;
	VTermScreen *screen;
	bool cursor_visible, alternate, mouse;
	struct buf raw;
	size_t scanned;     /* bytes of raw behind the last mark that was found */
	size_t marks;       /* bytes of raw that are marks */
	long frame;         /* the newest mark; -1: none yet */
	long answered_from; /* term_sync() waits for a frame above this one */
	bool paste;         /* bracketed paste is on */
	struct buf part;    /* the beginning of a character whose end hasn't come yet */
};

int term_deadline_ms(void)
{
	return UNIT_SLOW ? 60000 : 20000;
}

/* --- what the program sends ------------------------------------------------------------------ */

static void scan_marks(struct term *t)
{
	static const char intro[] = "\033]7777;";
	for (;;) {
		char *from = t->raw.data + t->scanned, *end = t->raw.data + t->raw.len;
		char *mark = memmem(from, (size_t)(end - from), intro, sizeof intro - 1);
		char *stop = mark ? memchr(mark, '\a', (size_t)(end - mark)) : NULL;
		if (!stop)
			return;
		t->frame = strtol(mark + sizeof intro - 1, NULL, 10);
		t->marks += (size_t)(stop + 1 - mark);
		t->scanned = (size_t)(stop + 1 - t->raw.data);
	}
}

/* libvterm 0.1 doesn't report bracketed paste: the last switch behind `from` counts. */
static void scan_paste(struct term *t, size_t from)
{
	static const char intro[] = "\033[?2004";
	const size_t len = sizeof intro - 1;
	const char *end = t->raw.data + t->raw.len;
	for (const char *p = t->raw.data + from; (p = memmem(p, (size_t)(end - p), intro, len)); p += len)
		if (p + len < end)
			t->paste = p[len] == 'h';
}

/* How many of these bytes don't end within a character. */
static size_t whole_characters(const char *bytes, size_t len)
{
	for (size_t back = 1; back <= 3 && back <= len; back++) {
		unsigned char c = (unsigned char)bytes[len - back];
		size_t need = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
		if (c < 0x80 || c >= 0xc0)
			return need > back ? len - back : len;
	}
	return len;
}

/* libvterm 0.1 loses characters that come in two pieces, as a large screen's do now and then. */
static void feed(struct term *t, const char *bytes, size_t len)
{
	struct buf all = t->part;
	t->part = (struct buf){ 0 };
	buf_add(&all, bytes, len);
	size_t whole = whole_characters(all.data, all.len);
	buf_add(&t->part, all.data + whole, all.len - whole);
	vterm_input_write(t->vt, all.data, whole);
	buf_done(&all);
}

static void receive(struct term *t, const char *bytes, size_t len)
{
	size_t before = t->raw.len;
	buf_add(&t->raw, bytes, len);
	scan_marks(t);
	scan_paste(t, before > 8 ? before - 8 : 0); /* a switch may come in two pieces */
	feed(t, bytes, len);
	vterm_screen_flush_damage(t->screen);
}

/* Wait at most ms for bytes and take them; false when the program's end is closed. */
static bool pump(struct term *t, int64_t ms)
{
	struct pollfd p = { t->fd, POLLIN, 0 };
	char bytes[65536];
	if (t->fd < 0)
		return false;
	if (poll(&p, 1, ms < 0 ? 0 : (int)ms) <= 0)
		return true;
	ssize_t n = read(t->fd, bytes, sizeof bytes);
	if (n > 0)
		receive(t, bytes, (size_t)n);
	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

/* Take everything that is there by now. */
static void catch_up(struct term *t)
{
	size_t before;
	do
		before = t->raw.len;
	while (pump(t, 0) && t->raw.len > before);
}

static int on_property(VTermProp property, VTermValue *value, void *ctx)
{
	struct term *t = ctx;
	if (property == VTERM_PROP_CURSORVISIBLE)
		t->cursor_visible = value->boolean;
	else if (property == VTERM_PROP_ALTSCREEN)
		t->alternate = value->boolean;
	else if (property == VTERM_PROP_MOUSE)
		t->mouse = value->number != VTERM_PROP_MOUSE_NONE;
	return 1;
}

/* Answers to queries, as a terminal gives them. */
static void on_answer(const char *bytes, size_t len, void *ctx)
{
	const struct term *t = ctx;
	if (t->fd >= 0 && write(t->fd, bytes, len) < 0)
		return;
}

/* --- life ------------------------------------------------------------------------------------ */

static _Noreturn void become(int slave, const char *const argv[], char **envp)
{
	const char *path = strcmp(argv[0], "certary") == 0 ? run_program() : argv[0];
	signal(SIGPIPE, SIG_DFL);
	if (login_tty(slave) == 0)
		execvpe(path, (char *const *)argv, envp);
	_exit(127);
}

static void start(struct term *t, const char *type, const char *const env[],
	const char *const argv[])
{
	struct winsize size = { .ws_row = (unsigned short)t->rows, .ws_col = (unsigned short)t->cols };
	const char *all[64] = { mem_format("TERM=%s", type), "CERTARY_TEST_SYNC=1" };
	for (size_t i = 0; env && env[i] && i < 60; i++)
		all[2 + i] = env[i];
	char **envp = run_env(all);
	int slave;
	/* The modes are read before the program can change them. */
	if (openpty(&t->fd, &slave, NULL, NULL, &size) != 0 || tcgetattr(slave, &t->modes) != 0)
		fail_msg("pty: %s", strerror(errno));
	fcntl(t->fd, F_SETFL, O_NONBLOCK);
	fcntl(t->fd, F_SETFD, FD_CLOEXEC);
	t->pid = fork();
	if (t->pid == 0)
		become(slave, argv, envp);
	close(slave);
	run_env_free(envp);
	free((char *)(uintptr_t)all[0]);
	if (t->pid < 0)
		fail_msg("fork: %s", strerror(errno));
}

struct term *term_spawn(int rows, int cols, const char *type, const char *const env[],
	const char *const argv[])
{
	static const VTermScreenCallbacks callbacks = { .settermprop = on_property };
	struct term *t = mem_new(sizeof *t);
	*t = (struct term){ .rows = rows, .cols = cols, .frame = -1, .answered_from = -1,
		.cursor_visible = true };
	setlocale(LC_CTYPE, "C.UTF-8"); /* for the width of characters */
	t->vt = vterm_new(rows, cols);
	vterm_set_utf8(t->vt, 1);
	vterm_output_set_callback(t->vt, on_answer, t);
	t->screen = vterm_obtain_screen(t->vt);
	vterm_screen_set_callbacks(t->screen, &callbacks, t);
	vterm_screen_enable_altscreen(t->screen, 1);
	vterm_screen_reset(t->screen, 1);
	start(t, type, env, argv);
	return t;
}

struct term *term_open(int rows, int cols, const char *type, const char *const env[],
	const char *const argv[])
{
	struct term *t = term_spawn(rows, cols, type, env, argv);
	term_sync(t);
	return t;
}

static void give_up(struct term *t, const char *what, const char *detail)
{
	char *screen = term_screen(t);
	if (!t->exited)
		kill(t->pid, SIGKILL);
	print_error("screen of %dx%d, frame %ld:\n%s", t->cols, t->rows, t->frame, screen);
	free(screen);
	fail_msg("%s%s", what, detail);
}

/* The pty may be held open by a grandchild: the end of the program itself is what counts. */
int term_wait_exit(struct term *t)
{
	int64_t end = clock_ms() + term_deadline_ms();
	bool open = true;
	while (!t->exited && clock_ms() < end) {
		if (open)
			open = pump(t, 20);
		else
			poll(NULL, 0, 5);
		t->exited = waitpid(t->pid, &t->status, WNOHANG) == t->pid;
	}
	if (!t->exited)
		give_up(t, "the program did not end", "");
	catch_up(t);
	return WIFSIGNALED(t->status) ? 128 + WTERMSIG(t->status) : WEXITSTATUS(t->status);
}

void term_free(struct term *t)
{
	if (!t)
		return;
	if (!t->exited) {
		kill(t->pid, SIGKILL);
		waitpid(t->pid, NULL, 0);
	}
	if (t->fd >= 0)
		close(t->fd);
	vterm_free(t->vt);
	buf_done(&t->raw);
	buf_done(&t->part);
	free(t);
}

int term_close(struct term *t)
{
	int status = term_wait_exit(t);
	term_free(t);
	return status;
}

/* --- keys ------------------------------------------------------------------------------------ */

/* A paste can be larger than what the pty holds: take what comes back meanwhile. */
static void send(struct term *t, const char *bytes, size_t len)
{
	int64_t end = clock_ms() + term_deadline_ms();
	while (len > 0) {
		ssize_t n = write(t->fd, bytes, len);
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		} else if (n < 0 && errno != EAGAIN && errno != EINTR) {
			give_up(t, "the program does not read: ", strerror(errno));
		} else if (clock_ms() > end) {
			give_up(t, "the program does not read", "");
		} else {
			pump(t, 1);
		}
	}
}

void term_bytes(struct term *t, const void *bytes, size_t len)
{
	catch_up(t);
	t->answered_from = t->frame;
	send(t, bytes, len);
}

void term_keys(struct term *t, const char *keys)
{
	term_bytes(t, keys, strlen(keys));
}

void term_press(struct term *t, const char *keys)
{
	term_keys(t, keys);
	term_sync(t);
}

void term_resize(struct term *t, int rows, int cols)
{
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };
	catch_up(t);
	t->answered_from = t->frame;
	t->rows = rows;
	t->cols = cols;
	vterm_set_size(t->vt, rows, cols);
	ioctl(t->fd, TIOCSWINSZ, &size);
	term_sync(t);
}

void term_signal(struct term *t, int signo)
{
	catch_up(t);
	t->answered_from = t->frame;
	kill(t->pid, signo);
}

void term_hangup(struct term *t)
{
	catch_up(t);
	close(t->fd);
	t->fd = -1;
}

/* --- waiting --------------------------------------------------------------------------------- */

long term_frame(const struct term *t)
{
	return t->frame;
}

void term_wait_frame(struct term *t, long frame)
{
	int64_t end = clock_ms() + term_deadline_ms();
	while (t->frame < frame) {
		bool open = pump(t, end - clock_ms());
		if (t->frame < frame && (!open || clock_ms() >= end))
			give_up(t, open ? "no new frame" : "no new frame: the program has ended", "");
	}
}

void term_sync(struct term *t)
{
	term_wait_frame(t, t->answered_from + 1);
}

static void wait_for(struct term *t, const char *text, bool wanted)
{
	int64_t end = clock_ms() + term_deadline_ms();
	while (term_has(t, text) != wanted) {
		bool open = pump(t, end - clock_ms());
		if ((!open || clock_ms() >= end) && term_has(t, text) != wanted)
			give_up(t, wanted ? "not on the screen: " : "still on the screen: ", text);
	}
}

void term_wait_text(struct term *t, const char *text)
{
	wait_for(t, text, true);
}

void term_wait_gone(struct term *t, const char *text)
{
	wait_for(t, text, false);
}

/* --- looking --------------------------------------------------------------------------------- */

#define RIGHT_HALF ((uint32_t)-1) /* of a wide character, as libvterm marks it */

static bool cell_at(struct term *t, int row, int col, VTermScreenCell *cell)
{
	VTermPos pos = { .row = row, .col = col };
	return vterm_screen_get_cell(t->screen, pos, cell) != 0;
}

static void cell_text(const VTermScreenCell *cell, struct buf *out)
{
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i]; i++)
		text_put(out, cell->chars[i]);
}

char *term_row(struct term *t, int row)
{
	struct buf out = { 0 };
	VTermScreenCell cell;
	for (int col = 0; col < t->cols && cell_at(t, row, col, &cell); col++) {
		if (cell.chars[0] == 0)
			buf_char(&out, ' ');
		else if (cell.chars[0] != RIGHT_HALF)
			cell_text(&cell, &out);
	}
	while (out.len > 0 && out.data[out.len - 1] == ' ')
		buf_cut(&out, out.len - 1);
	return buf_take(&out);
}

char *term_screen(struct term *t)
{
	struct buf out = { 0 };
	for (int row = 0; row < t->rows; row++) {
		char *text = term_row(t, row);
		buf_format(&out, "%s\n", text);
		free(text);
	}
	return buf_take(&out);
}

int term_find(struct term *t, const char *text, int *col)
{
	for (int row = 0; row < t->rows; row++) {
		char *line = term_row(t, row);
		char *at = strstr(line, text);
		if (at) {
			*at = '\0';
			if (col)
				*col = (int)text_width(line);
			free(line);
			return row;
		}
		free(line);
	}
	return -1;
}

bool term_has(struct term *t, const char *text)
{
	return term_find(t, text, NULL) >= 0;
}

static int colour(const VTermColor *c)
{
	if (VTERM_COLOR_IS_DEFAULT_FG(c) || VTERM_COLOR_IS_DEFAULT_BG(c))
		return -1;
	return VTERM_COLOR_IS_INDEXED(c) ? c->indexed.idx : -2;
}

static unsigned rgb(const VTermColor *c)
{
	if (colour(c) != -2)
		return 0;
	return (unsigned)c->rgb.red << 16 | (unsigned)c->rgb.green << 8 | c->rgb.blue;
}

struct term_cell term_attr(struct term *t, int row, int col)
{
	struct term_cell out = { .fg = -1, .bg = -1 };
	VTermScreenCell cell;
	if (!cell_at(t, row, col, &cell))
		fail_msg("no cell at row %d, column %d", row, col);
	out.width = cell.chars[0] == RIGHT_HALF ? 0 : cell.width;
	if (out.width > 0) {
		struct buf text = { 0 };
		cell_text(&cell, &text);
		snprintf(out.text, sizeof out.text, "%s", buf_text(&text));
		buf_done(&text);
	}
	out.bold = cell.attrs.bold;
	out.reverse = cell.attrs.reverse;
	out.underline = cell.attrs.underline != 0;
	out.blink = cell.attrs.blink;
	out.fg = colour(&cell.fg);
	out.bg = colour(&cell.bg);
	out.fg_rgb = rgb(&cell.fg);
	out.bg_rgb = rgb(&cell.bg);
	return out;
}

void term_cursor(struct term *t, int *row, int *col, bool *visible)
{
	VTermPos pos;
	vterm_state_get_cursorpos(vterm_obtain_state(t->vt), &pos);
	*row = pos.row;
	*col = pos.col;
	if (visible)
		*visible = t->cursor_visible;
}

int term_rows(const struct term *t)
{
	return t->rows;
}

int term_cols(const struct term *t)
{
	return t->cols;
}

pid_t term_pid(const struct term *t)
{
	return t->pid;
}

const struct buf *term_raw(const struct term *t)
{
	return &t->raw;
}

void term_raw_reset(struct term *t)
{
	catch_up(t);
	buf_cut(&t->raw, 0);
	t->scanned = t->marks = 0;
}

size_t term_sent(const struct term *t)
{
	return t->raw.len - t->marks;
}

void term_check_raw(struct term *t)
{
	char why[300];
	catch_up(t);
	if (!rawcheck(RAW_TERMINAL, buf_text(&t->raw), t->raw.len, why, sizeof why))
		fail_msg("sent to the terminal: %s", why);
}

void term_check_restored(struct term *t)
{
	struct termios now;
	const tcflag_t local = ICANON | ECHO | ISIG | IEXTEN;
	catch_up(t);
	if (t->alternate || !t->cursor_visible || t->mouse || t->paste)
		fail_msg("left behind:%s%s%s%s", t->alternate ? " alternate screen" : "",
			t->cursor_visible ? "" : " hidden cursor", t->mouse ? " mouse" : "",
			t->paste ? " bracketed paste" : "");
	if (tcgetattr(t->fd, &now) != 0)
		fail_msg("tcgetattr: %s", strerror(errno));
	assert_int_equal(now.c_lflag & local, t->modes.c_lflag & local);
	assert_int_equal(now.c_iflag, t->modes.c_iflag);
	assert_int_equal(now.c_oflag, t->modes.c_oflag);
}
