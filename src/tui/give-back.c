/*
 * A fatal signal finds the process in any state, so everything that is needed lies ready: the
 * bytes, the modes, a stack of its own.  The handler puts the old action back and lets the signal
 * strike again, so that core dumps, sanitizers and exit statuses are as they would be without us.
 *
 * A job is a fork of this process and may die of anything.  It has a copy of all this but not the
 * terminal: the process number tells.
 */
#include "tui/give-back.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/map.h"
#include "base/mem.h"

/* The first FAULTS of them come from what the program does and come again. */
static const int fatal[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGTRAP, SIGXCPU,
	SIGXFSZ, SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGPIPE, SIGALRM, SIGUSR1, SIGUSR2, SIGVTALRM,
	SIGPROF };

#define FATAL  (sizeof fatal / sizeof *fatal)
#define FAULTS 4

#define ROOM_WAIT_MS 200

static struct {
	volatile sig_atomic_t armed;
	pid_t owner;
	int fd;
	struct termios found;
	char undo[256];
	size_t len;
	struct sigaction old[FATAL];
	bool caught[FATAL];
} state;

static char stack[65536];

/* A terminal may be full, with nobody who reads: whoever dies doesn't wait for that. */
static bool takes_bytes(void)
{
	struct pollfd room = { .fd = state.fd, .events = POLLOUT };
	return poll(&room, 1, ROOM_WAIT_MS) == 1 && (room.revents & POLLOUT);
}

void give_back_now(void)
{
	int saved = errno;
	if (!state.armed || getpid() != state.owner)
		return;
	state.armed = 0;
	for (size_t done = 0; done < state.len && takes_bytes();) {
		ssize_t n = write(state.fd, state.undo + done, state.len - done);
		if (n < 0 && errno != EINTR)
			break;
		done += n > 0 ? (size_t)n : 0;
	}
	tcsetattr(state.fd, TCSANOW, &state.found);
	errno = saved;
}

static void on_fatal(int signo, siginfo_t *info, void *context)
{
	bool again = false;
	(void)context;
	if (signo == SIGBUS && map_mend(info->si_addr))
		return;
	give_back_now();
	for (size_t i = 0; i < FATAL; i++)
		if (fatal[i] == signo) {
			sigaction(signo, &state.old[i], NULL);
			again = i < FAULTS && info->si_code > 0;
		}
	if (!again)
		raise(signo);
}

static void own_stack(void)
{
	stack_t now;
	if (sigaltstack(NULL, &now) == 0 && (now.ss_flags & SS_DISABLE)) {
		stack_t own = { .ss_sp = stack, .ss_size = sizeof stack };
		sigaltstack(&own, NULL);
	}
}

/* Faults are caught over whatever handler there is, the others where they would end the process. */
static void catch_signals(void)
{
	struct sigaction action = { .sa_flags = SA_SIGINFO | SA_ONSTACK };
	action.sa_sigaction = on_fatal;
	sigfillset(&action.sa_mask);
	for (size_t i = 0; i < FATAL; i++) {
		struct sigaction *old = &state.old[i];
		state.caught[i] = sigaction(fatal[i], NULL, old) == 0 &&
				  (old->sa_handler == SIG_DFL ||
					  (i < FAULTS && old->sa_handler != SIG_IGN)) &&
				  sigaction(fatal[i], &action, NULL) == 0;
	}
}

static void release_signals(void)
{
	for (size_t i = 0; i < FATAL; i++) {
		struct sigaction now;
		if (state.caught[i] && sigaction(fatal[i], NULL, &now) == 0 &&
			(now.sa_flags & SA_SIGINFO) && now.sa_sigaction == on_fatal)
			sigaction(fatal[i], &state.old[i], NULL);
		state.caught[i] = false;
	}
}

void give_back_arm(int fd, const struct termios *found, const char *undo, size_t len)
{
	static bool at_exit;
	give_back_disarm();
	state.fd = fd;
	state.found = *found;
	state.owner = getpid();
	state.len = len < sizeof state.undo ? len : sizeof state.undo;
	memcpy(state.undo, undo, state.len);
	own_stack();
	catch_signals();
	mem_on_death(give_back_now);
	if (!at_exit)
		at_exit = atexit(give_back_now) == 0;
	state.armed = 1;
}

void give_back_disarm(void)
{
	release_signals();
	state.armed = 0;
}
