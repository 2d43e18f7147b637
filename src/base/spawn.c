#include "base/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/program.h"

#define LOOK_MS   10   /* between two looks at a program that has nothing more to say */
#define GRACE_MS  2000 /* from the end of its output to its own */
#define CANCEL_MS 200  /* from being asked to end to being ended; the loop stands still */

struct spawn {
	struct loop *loop;
	struct program program;
	int fd, errors; /* -1: closed; errors also where they arrive with the output */
	unsigned timer;
	int64_t grace; /* when it ends, by clock_ms() */
	spawn_output_fn *output, *complaint;
	spawn_end_fn *end;
	void *ctx;
};

/* True where it has ended, or is no child any more. */
static bool has_ended(const struct spawn *spawn, int *status)
{
	int raw = 0;
	bool ended = program_ended(&spawn->program, &raw);
	*status = ended && WIFEXITED(raw) ? WEXITSTATUS(raw) : -1;
	return ended;
}

static bool wait_for(const struct spawn *spawn, int64_t ms)
{
	int64_t end = clock_ms() + ms;
	int status;
	while (!has_ended(spawn, &status)) {
		if (clock_ms() >= end)
			return false;
		poll(NULL, 0, 1);
	}
	return true;
}

static void close_errors(struct spawn *spawn)
{
	if (spawn->errors < 0)
		return;
	loop_unwatch(spawn->loop, spawn->errors);
	close(spawn->errors);
	spawn->errors = -1;
}

static void close_output(struct spawn *spawn)
{
	if (spawn->fd < 0)
		return;
	loop_unwatch(spawn->loop, spawn->fd);
	close(spawn->fd);
	spawn->fd = -1;
}

static void dispose(struct spawn *spawn)
{
	close_errors(spawn);
	close_output(spawn);
	loop_cancel(spawn->loop, spawn->timer);
	program_done(&spawn->program);
	free(spawn);
}

/* Their end is none of the program's: what it left running may keep them open. */
static void serve_errors(void *ctx, int fd, short events)
{
	struct spawn *spawn = ctx;
	char bytes[4096];
	ssize_t n = read(fd, bytes, sizeof bytes);
	(void)events;
	if (n > 0)
		spawn->complaint(spawn->ctx, bytes, (size_t)n);
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		close_errors(spawn);
}

/* What it said before it ended is there by now. */
static void finish(struct spawn *spawn, int status)
{
	char bytes[4096];
	ssize_t n = spawn->errors >= 0 ? read(spawn->errors, bytes, sizeof bytes) : 0;
	if (n > 0)
		spawn->complaint(spawn->ctx, bytes, (size_t)n);
	spawn->end(spawn->ctx, status);
	dispose(spawn);
}

/* Its output has ended, which it is given some time to do as well: others on the loop don't wait. */
static void look(void *ctx)
{
	struct spawn *spawn = ctx;
	int status;
	spawn->timer = 0;
	if (has_ended(spawn, &status)) {
		finish(spawn, status);
		return;
	}
	if (clock_ms() >= spawn->grace)
		program_kill(&spawn->program, SIGKILL);
	spawn->timer = loop_after(spawn->loop, LOOK_MS, look, spawn);
}

static void serve(void *ctx, int fd, short events)
{
	struct spawn *spawn = ctx;
	char bytes[16384];
	ssize_t n = read(fd, bytes, sizeof bytes);
	(void)events;
	if (n > 0) {
		spawn->output(spawn->ctx, bytes, (size_t)n);
		return;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	close_output(spawn);
	spawn->grace = clock_ms() + GRACE_MS;
	look(spawn);
}

static struct spawn *watch(struct loop *loop, const struct program *program, int fd, int errors)
{
	struct spawn *spawn = mem_new(sizeof *spawn);
	*spawn = (struct spawn){ .loop = loop, .program = *program, .fd = fd, .errors = errors };
	fcntl(fd, F_SETFL, O_NONBLOCK);
	loop_watch(loop, fd, POLLIN, serve, spawn);
	if (errors >= 0) {
		fcntl(errors, F_SETFL, O_NONBLOCK);
		loop_watch(loop, errors, POLLIN, serve_errors, spawn);
	}
	return spawn;
}

static void close_pipe(const int ends[2])
{
	if (ends[0] >= 0)
		close(ends[0]);
	if (ends[1] >= 0)
		close(ends[1]);
}

struct spawn *spawn_start_apart(struct loop *loop, const char *const *argv, spawn_output_fn *output,
	spawn_output_fn *complaint, spawn_end_fn *end, void *ctx, struct error *err)
{
	int out[2] = { -1, -1 }, errors[2] = { -1, -1 };
	struct program program;
	bool piped = pipe2(out, O_CLOEXEC) == 0 && (!complaint || pipe2(errors, O_CLOEXEC) == 0);
	const struct program_wish wish = { .argv = argv,
		.fds = { -1, out[1], complaint ? errors[1] : out[1] } };
	int rc = piped ? program_start(&wish, &program) : errno;
	if (rc != 0) {
		close_pipe(out);
		close_pipe(errors);
		errno = rc;
		error_errno(err, "%s", argv[0]);
		return NULL;
	}
	close(out[1]);
	if (complaint)
		close(errors[1]);
	struct spawn *spawn = watch(loop, &program, out[0], errors[0]);
	spawn->output = output;
	spawn->complaint = complaint;
	spawn->end = end;
	spawn->ctx = ctx;
	return spawn;
}

struct spawn *spawn_start(struct loop *loop, const char *const *argv, spawn_output_fn *output,
	spawn_end_fn *end, void *ctx, struct error *err)
{
	return spawn_start_apart(loop, argv, output, NULL, end, ctx, err);
}

void spawn_cancel(struct spawn *spawn)
{
	if (!spawn)
		return;
	program_kill(&spawn->program, SIGTERM);
	if (!wait_for(spawn, CANCEL_MS)) {
		program_kill(&spawn->program, SIGKILL);
		wait_for(spawn, CANCEL_MS); /* one that hangs in the kernel is left to it */
	}
	dispose(spawn);
}
