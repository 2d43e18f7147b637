/*
 * A program that is waited for.  It leads a group of processes of its own, so that what it started ends
 * with it at the deadline; and a daemon that keeps its outputs open is not waited for.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/spawn.h"

#define LOOK_MS  20   /* between two looks at a child whose outputs are open */
#define GRACE_MS 2000 /* from being asked to end to being ended */

static int start(const struct spawn_wish *wish, const int ends[2], pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t all, none;
	sigfillset(&all);
	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, ends[0], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
	posix_spawn_file_actions_addchdir_np(&actions, "/");
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setflags(&attributes,
		POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
	int rc = posix_spawn(pid, wish->argv[0], &actions, &attributes, (char *const *)wish->argv,
		(char *const *)wish->env);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
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
