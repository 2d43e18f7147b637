#include "tui/input.h"

#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tui/key.h"

#define ESCAPE_MS 25

static struct {
	struct keys *keys;
	int fd;
	bool gone, told, happened;
} input;

/* What terminals call their keys; the sequences of xterm are known without it. */
static const struct {
	const char *capability;
	uint32_t code;
	unsigned mods;
} capabilities[] = {
	{ "kcuu1", K_UP, 0 },
	{ "kcud1", K_DOWN, 0 },
	{ "kcub1", K_LEFT, 0 },
	{ "kcuf1", K_RIGHT, 0 },
	{ "khome", K_HOME, 0 },
	{ "kend", K_END, 0 },
	{ "kpp", K_PGUP, 0 },
	{ "knp", K_PGDN, 0 },
	{ "kich1", K_INSERT, 0 },
	{ "kdch1", K_DELETE, 0 },
	{ "kcbt", K_TAB, K_SHIFT },
	{ "kent", K_ENTER, 0 },
	{ "kf1", K_F1, 0 },
	{ "kf2", K_F1 + 1, 0 },
	{ "kf3", K_F1 + 2, 0 },
	{ "kf4", K_F1 + 3, 0 },
	{ "kf5", K_F1 + 4, 0 },
	{ "kf6", K_F1 + 5, 0 },
	{ "kf7", K_F1 + 6, 0 },
	{ "kf8", K_F1 + 7, 0 },
	{ "kf9", K_F1 + 8, 0 },
	{ "kf10", K_F1 + 9, 0 },
	{ "kf11", K_F1 + 10, 0 },
	{ "kf12", K_F1 + 11, 0 },
};

static int escape_ms(void)
{
	const char *text = getenv("ESCDELAY");
	long ms = text ? strtol(text, NULL, 10) : 0;
	return ms > 0 && ms <= 10000 ? (int)ms : ESCAPE_MS;
}

void input_start(int fd)
{
	input_stop();
	input.keys = keys_new(escape_ms());
	input.fd = fd;
	input.gone = input.told = input.happened = false;
	for (size_t i = 0; i < sizeof capabilities / sizeof *capabilities; i++) {
		const char *sequence = tigetstr(capabilities[i].capability);
		if (sequence && sequence != (char *)-1)
			keys_define(
				input.keys, sequence, capabilities[i].code, capabilities[i].mods);
	}
}

void input_stop(void)
{
	keys_free(input.keys);
	input.keys = NULL;
}

static bool bytes_wait(void)
{
	struct pollfd watch = { .fd = input.fd, .events = POLLIN };
	return poll(&watch, 1, 0) > 0;
}

static void read_bytes(void)
{
	char bytes[16384];
	ssize_t n = read(input.fd, bytes, sizeof bytes);
	if (n > 0)
		keys_feed(input.keys, bytes, (size_t)n, clock_ms());
	else if (n == 0 || (errno != EINTR && errno != EAGAIN))
		input.gone = true;
	mem_wipe(bytes, sizeof bytes);
}

bool key_read(struct key *out)
{
	if (!input.keys)
		return false;
	while (!keys_next(input.keys, out, clock_ms())) {
		if (input.gone && !input.told) {
			*out = (struct key){ .code = K_GONE };
			input.told = true;
			return true;
		}
		if (input.gone || !bytes_wait())
			return false;
		read_bytes();
		input.happened = true;
	}
	return true;
}

bool key_waits(void)
{
	return input.keys && (key_wait() == 0 || bytes_wait());
}

void key_discard(void)
{
	if (!input.keys)
		return;
	tcflush(input.fd, TCIFLUSH);
	keys_discard(input.keys);
}

int key_wait(void)
{
	return input.keys ? keys_wait(input.keys, clock_ms()) : -1;
}

bool input_idle(void)
{
	return input.keys && key_wait() < 0 && !bytes_wait();
}

bool input_happened(void)
{
	bool happened = input.happened;
	input.happened = false;
	return happened;
}
