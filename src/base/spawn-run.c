/*
 * A program that is waited for.  It leads a group of processes of its own, so that what it started ends
 * with it at the deadline; and a daemon that keeps its outputs open is not waited for.  It ends with the
 * one who waits for it.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/spawn.h"
#include "base/program.h"

#define LOOK_MS  20   /* between two looks at a child whose outputs are open */
#define GRACE_MS 2000 /* from being asked to end to being ended */

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
	struct program program;
	struct pollfd fds[2];
	bool ended;
	int status;
	int64_t end; /* of its time, by clock_ms() */
};

static void look(struct child *child)
{
	child->ended = child->ended || program_ended(&child->program, &child->status);
}

/* Asked first, so that it may tidy up. */
static void end_it(struct child *child)
{
	int64_t end = clock_ms() + GRACE_MS;
	program_kill(&child->program, SIGTERM);
	for (look(child); !child->ended && clock_ms() < end; look(child))
		poll(NULL, 0, LOOK_MS);
	program_kill(&child->program, SIGKILL);
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
	const struct program_wish program = { .argv = wish->argv,
		.env = wish->env,
		.fds = { wish->input > 0 ? wish->input : -1, first[1], second[1] },
		.bound = true };
	errno = program_start(&program, &child.program);
	bool ok = errno == 0 || error_errno(err, "%s", wish->argv[0]);
	close(first[1]);
	close(second[1]);
	child.fds[0] = (struct pollfd){ .fd = first[0], .events = POLLIN };
	child.fds[1] = (struct pollfd){ .fd = second[0], .events = POLLIN };
	if (ok)
		attend(&child, wish, out);
	if (ok)
		program_done(&child.program);
	close(first[0]);
	close(second[0]);
	out->status = ok && WIFEXITED(child.status) ? WEXITSTATUS(child.status) : -1;
	return ok;
}
