/*
 * One program, in a process beside the runner's that waits for it and for whoever wants it: a signal is
 * passed on, and where nobody is at the other end any more, a bound program is killed.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/program.h"

static void tell(int word, int what, int value)
{
	const struct news news = { .what = what, .value = value };
	if (send(word, &news, sizeof news, MSG_NOSIGNAL) < 0)
		return; /* who is gone is found out by reading */
}

static void leave(const struct program *program)
{
	if (program->bound)
		child_kill(program, SIGKILL);
	_exit(0);
}

/* True where a signal was passed on. */
static bool obey(int word, const struct program *program)
{
	int signo;
	ssize_t n = recv(word, &signo, sizeof signo, 0);
	if (n == (ssize_t)sizeof signo)
		child_kill(program, signo);
	else if (n >= 0 || errno != EINTR)
		leave(program);
	return n >= 0;
}

_Noreturn static void attend(int word, int children, const struct program *program)
{
	struct pollfd fds[] = { { .fd = word, .events = POLLIN }, { .fd = children, .events = POLLIN } };
	struct signalfd_siginfo info;
	bool signalled = false;
	for (;;) {
		enum program_news news;
		int status = 0;
		while ((news = child_next(program, false, &status)) != PROGRAM_NONE) {
			/* What it has started may mind a signal less than it did. */
			if (news == PROGRAM_ENDED && program->bound && signalled)
				child_kill(program, SIGKILL);
			tell(word, (int)news, status);
			if (news == PROGRAM_ENDED)
				_exit(0);
		}
		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[1].revents && read(children, &info, sizeof info) < 0)
			continue;
		if (fds[0].revents)
			signalled |= obey(word, program);
	}
}

/* It may be stopped and asked to end together with those of its group: none of that is meant for it. */
static int watch_children(void)
{
	sigset_t child;
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	signal(SIGCHLD, SIG_DFL);
	sigprocmask(SIG_BLOCK, &child, NULL);
	return signalfd(-1, &child, SFD_CLOEXEC);
}

void agent_run(const struct asked_words *words, const int fds[ASK_FDS], bool allowed)
{
	const struct program_wish wish = { .argv = words->argv,
		.env = words->env,
		.fds = { fds[1], fds[2], fds[3] },
		.bound = words->bound };
	struct program program = { .pid = -1 };
	int children = watch_children(), rc = EPERM;
	if (allowed)
		rc = children >= 0 ? child_start(&wish, &program) : errno;
	/* Whoever reads what the program says waits for the last one who could write. */
	for (int i = 1; i < ASK_FDS; i++)
		close(fds[i]);
	tell(fds[0], PROGRAM_NONE, rc);
	if (rc != 0)
		_exit(0);
	attend(fds[0], children, &program);
}
