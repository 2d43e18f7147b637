/*
 * A program that is waited for.  It leads a group of processes of its own, so that what it started ends
 * with it at the deadline; and a daemon that keeps its outputs open is not waited for.  It ends with the
 * one who waits for it.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/spawn.h"

#define LOOK_MS  20   /* between two looks at a child whose outputs are open */
#define GRACE_MS 2000 /* from being asked to end to being ended */

/* Between fork and exec: what may be called there only.  Returns where it fails, with errno. */
static void become(const struct spawn_wish *wish, const int ends[2], pid_t parent)
{
	sigset_t none;
	sigemptyset(&none);
	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);
	/* Who comes after one that was killed puts files back: it is to be alone with them. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || sigprocmask(SIG_SETMASK, &none, NULL) != 0)
		return;
	if (getppid() != parent)
		_exit(127);
	int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (in < 0 || setpgid(0, 0) != 0 || chdir("/") != 0 || dup2(in, STDIN_FILENO) < 0 ||
		dup2(ends[0], STDOUT_FILENO) < 0 || dup2(ends[1], STDERR_FILENO) < 0)
		return;
	if (in > STDERR_FILENO)
		close(in);
	execve(wish->argv[0], (char *const *)wish->argv, (char *const *)wish->env);
}

/* Why it couldn't be, 0 where it could: of one that was started the pipe closes without a word. */
static int fate(int fd)
{
	int why = 0;
	ssize_t n;
	while ((n = read(fd, &why, sizeof why)) < 0 && errno == EINTR)
		;
	return n == (ssize_t)sizeof why ? why : 0;
}

static int start(const struct spawn_wish *wish, const int ends[2], pid_t *pid)
{
	int word[2];
	sigset_t all, before;
	pid_t parent = getpid();
	if (pipe2(word, O_CLOEXEC) != 0)
		return errno;
	/* No handler of ours is to run in the child. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	*pid = fork();
	if (*pid == 0) {
		become(wish, ends, parent);
		int why = errno;
		_exit(write(word[1], &why, sizeof why) < 0 ? 126 : 127);
	}
	int rc = *pid < 0 ? errno : 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	close(word[1]);
	if (*pid > 0)
		rc = fate(word[0]);
	if (*pid > 0 && rc != 0)
		waitpid(*pid, NULL, 0);
	close(word[0]);
	return rc;
}

/* What is there to be read; false at the end. */
static bool take(int fd, size_t most, struct buf *out)
{
	char bytes[16384];
	ssize_t n = read(fd, bytes, sizeof bytes);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	size_t room = most > out->len ? most - out->len : 0;
	buf_add(out, bytes, (size_t)n < room ? (size_t)n : room);
	return n > 0;
}

struct child {
	pid_t pid;
	struct pollfd fds[2];
	bool ended;
	int status;
	int64_t end; /* of its time, by clock_ms() */
};

static void look(struct child *child)
{
	pid_t got = waitpid(child->pid, &child->status, WNOHANG);
	child->ended |= got == child->pid || (got < 0 && errno != EINTR);
}

/* Asked first, so that it may tidy up. */
static void end_it(struct child *child)
{
	int64_t end = clock_ms() + GRACE_MS;
	kill(-child->pid, SIGTERM);
	for (look(child); !child->ended && clock_ms() < end; look(child))
		poll(NULL, 0, LOOK_MS);
	kill(-child->pid, SIGKILL);
	while (!child->ended) {
		look(child);
		poll(NULL, 0, child->ended ? 0 : 1);
	}
}

static bool is_open(const struct child *child)
{
	return child->fds[0].fd >= 0 || child->fds[1].fd >= 0;
}

/* One wait, and what it brought; false where nothing came. */
static bool serve(struct child *child, const struct spawn_wish *wish, struct spawn_result *out, int ms)
{
	struct buf *outputs[2] = { &out->out, &out->err };
	if (poll(child->fds, 2, ms) <= 0)
		return false;
	for (int i = 0; i < 2; i++)
		if (child->fds[i].fd >= 0 && child->fds[i].revents &&
			!take(child->fds[i].fd, wish->most, outputs[i]))
			child->fds[i].fd = -1 - child->fds[i].fd; /* poll() passes over it */
	return true;
}

static void attend(struct child *child, const struct spawn_wish *wish, struct spawn_result *out)
{
	while (!child->ended && !out->late) {
		if (is_open(child))
			serve(child, wish, out, LOOK_MS);
		else
			poll(NULL, 0, 1);
		look(child);
		out->late = !child->ended && clock_ms() >= child->end;
	}
	if (out->late)
		end_it(child);
	while (is_open(child) && serve(child, wish, out, 0))
		;
}

bool spawn_run(const struct spawn_wish *wish, struct spawn_result *out, struct error *err)
{
	int first[2], second[2];
	struct child child = { .end = clock_ms() + (int64_t)wish->seconds * 1000 };
	if (pipe2(first, O_CLOEXEC | O_NONBLOCK) != 0)
		return error_errno(err, "%s", wish->argv[0]);
	if (pipe2(second, O_CLOEXEC | O_NONBLOCK) != 0) {
		error_errno(err, "%s", wish->argv[0]);
		close(first[0]);
		close(first[1]);
		return false;
	}
	/* Programs don't expect that their outputs refuse what comes too quickly. */
	fcntl(first[1], F_SETFL, 0);
	fcntl(second[1], F_SETFL, 0);
	errno = start(wish, (const int[2]){ first[1], second[1] }, &child.pid);
	bool ok = errno == 0 || error_errno(err, "%s", wish->argv[0]);
	close(first[1]);
	close(second[1]);
	child.fds[0] = (struct pollfd){ .fd = first[0], .events = POLLIN };
	child.fds[1] = (struct pollfd){ .fd = second[0], .events = POLLIN };
	if (ok)
		attend(&child, wish, out);
	close(first[0]);
	close(second[0]);
	out->status = ok && WIFEXITED(child.status) ? WEXITSTATUS(child.status) : -1;
	return ok;
}
