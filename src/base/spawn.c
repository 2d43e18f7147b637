#include "base/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"

struct spawn {
	struct loop *loop;
	pid_t pid;
	int fd;
	spawn_output_fn *output;
	spawn_end_fn *end;
	void *ctx;
};

static int wait_for(pid_t pid)
{
	int status = 0;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void dispose(struct spawn *spawn)
{
	loop_unwatch(spawn->loop, spawn->fd);
	close(spawn->fd);
	free(spawn);
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
	spawn->end(spawn->ctx, wait_for(spawn->pid));
	dispose(spawn);
}

/* A child starts with the signals' own meaning, whatever the console does with them. */
static int start(const char *const *argv, int out, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t all;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out, STDERR_FILENO);
	posix_spawnattr_init(&attributes);
	sigfillset(&all);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	int rc = posix_spawn(pid, argv[0], &actions, &attributes, (char *const *)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return rc;
}

struct spawn *spawn_start(struct loop *loop, const char *const *argv, spawn_output_fn *output,
	spawn_end_fn *end, void *ctx, struct error *err)
{
	int ends[2];
	pid_t pid;
	if (pipe2(ends, O_CLOEXEC) != 0) {
		error_errno(err, "%s", argv[0]);
		return NULL;
	}
	errno = start(argv, ends[1], &pid);
	close(ends[1]);
	if (errno != 0) {
		error_errno(err, "%s", argv[0]);
		close(ends[0]);
		return NULL;
	}
	struct spawn *spawn = mem_new(sizeof *spawn);
	*spawn = (struct spawn){ .loop = loop,
		.pid = pid,
		.fd = ends[0],
		.output = output,
		.end = end,
		.ctx = ctx };
	fcntl(spawn->fd, F_SETFL, O_NONBLOCK);
	loop_watch(loop, spawn->fd, POLLIN, serve, spawn);
	return spawn;
}

void spawn_cancel(struct spawn *spawn)
{
	if (!spawn)
		return;
	kill(spawn->pid, SIGTERM);
	wait_for(spawn->pid);
	dispose(spawn);
}
