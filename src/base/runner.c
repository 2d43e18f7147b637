#include "base/runner.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/program.h"

#define RUNNER_FD 3

static int asks = -1;

/* --- in the runner ------------------------------------------------------------------------------ */

/* It stays in the group that has the terminal, for an editor's sake, and minds none of its keys. */
static void mind_nothing(void)
{
	static const int ignored[] = { SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU, SIGHUP, SIGTERM, SIGPIPE,
		SIGCHLD };
	sigset_t none;
	for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
		signal(ignored[i], SIG_IGN); /* of children: nobody waits for them */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	mem_on_death(NULL);
}

/* What the program has open is the program's: a pipe must end, and a lock be given back, with it. */
static bool let_go(int fd)
{
	if (dup2(fd, RUNNER_FD) < 0 || fcntl(RUNNER_FD, F_SETFD, FD_CLOEXEC) != 0)
		return false;
	if (close_range(RUNNER_FD + 1, ~0u, 0) != 0)
		for (int i = RUNNER_FD + 1, n = (int)sysconf(_SC_OPEN_MAX); i < n; i++)
			close(i);
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int i = 0; null >= 0 && i < 3; i++)
		dup2(null, i);
	close(null);
	return null >= 0;
}

/* In the words of an agent, where none could be made. */
static void say_no(int word, int why)
{
	const struct news no = { .what = PROGRAM_NONE, .value = why };
	if (send(word, &no, sizeof no, MSG_NOSIGNAL) < 0)
		return; /* nobody waits for it any more */
}

static void hand_on(const struct asked_words *words, const int fds[ASK_FDS], runner_may_fn *may, void *ctx)
{
	pid_t pid = fork();
	if (pid == 0) {
		close(RUNNER_FD);
		agent_run(words, fds, may(ctx, words->argv, words->env));
	}
	if (pid < 0)
		say_no(fds[0], errno);
	for (int i = 0; i < ASK_FDS; i++)
		close(fds[i]);
}

_Noreturn static void serve(int fd, runner_may_fn *may, void *ctx)
{
	struct asked_words words;
	int fds[ASK_FDS], came;
	mind_nothing();
	prctl(PR_SET_NAME, "certary-runner");
	if (!let_go(fd) || send(RUNNER_FD, "", 1, MSG_NOSIGNAL) != 1)
		_exit(1);
	while ((came = words_receive(RUNNER_FD, &words, fds)) != 0) {
		if (came > 0)
			hand_on(&words, fds, may, ctx);
		free(words.argv);
		free(words.env);
	}
	_exit(0);
}

/* --- in the process that asks -------------------------------------------------------------------- */

/* One that couldn't set itself up is none. */
static bool is_ready(int fd)
{
	char byte;
	ssize_t n;
	while ((n = recv(fd, &byte, 1, 0)) < 0 && errno == EINTR)
		;
	if (n == 0)
		errno = EIO;
	return n == 1;
}

bool runner_begin(runner_may_fn *may, void *ctx)
{
	int ends[2];
	sigset_t all, before;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return false;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid_t pid = fork();
	if (pid == 0) {
		close(ends[0]);
		serve(ends[1], may, ctx);
	}
	int why = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(ends[1]);
	errno = why;
	bool stands = pid > 0 && is_ready(ends[0]);
	why = errno;
	if (stands)
		asks = ends[0];
	else
		close(ends[0]);
	errno = why;
	return stands;
}

bool runner_stands(void)
{
	return asks >= 0;
}

int runner_dup(int least)
{
	return asks >= 0 ? fcntl(asks, F_DUPFD_CLOEXEC, least) : -1;
}

void runner_use(int fd)
{
	asks = fd;
}

static bool receive(int word, bool wait, struct news *out)
{
	ssize_t n;
	/* An agent that has ended before it read all leaves ECONNRESET, once, in front of what it said. */
	while ((n = recv(word, out, sizeof *out, wait ? 0 : MSG_DONTWAIT)) < 0 &&
		(errno == EINTR || errno == ECONNRESET))
		;
	if (n < 0 && errno == EAGAIN)
		return false;
	if (n != (ssize_t)sizeof *out)
		*out = (struct news){ .what = PROGRAM_ENDED, .value = -1 };
	return true;
}

int ask_start(const struct program_wish *wish, struct program *out)
{
	int ends[2], rc = 0, null = open("/dev/null", O_RDONLY | O_CLOEXEC); /* it may not be for writing */
	struct news news = { 0 };
	if (null < 0)
		return errno;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
		rc = errno;
		close(null);
		return rc;
	}
	int fds[ASK_FDS] = { ends[1] };
	for (int i = 0; i < 3; i++)
		fds[i + 1] = wish->fds[i] >= 0 ? wish->fds[i] : null;
	rc = words_send(asks, wish, fds) ? 0 : errno;
	close(ends[1]);
	close(null);
	if (rc == 0 && receive(ends[0], true, &news))
		rc = news.what == PROGRAM_NONE ? news.value : EIO;
	*out = (struct program){ .pid = -1, .word = ends[0], .bound = wish->bound };
	if (rc != 0)
		program_done(out);
	return rc;
}

enum program_news ask_next(const struct program *program, bool wait, int *status)
{
	struct news news;
	if (!receive(program->word, wait, &news))
		return PROGRAM_NONE;
	*status = news.value;
	return (enum program_news)news.what;
}

void ask_kill(const struct program *program, int signo)
{
	if (send(program->word, &signo, sizeof signo, MSG_NOSIGNAL) < 0)
		return; /* it has ended, which the next look says */
}
