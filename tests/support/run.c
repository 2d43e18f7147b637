#include "support/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "support/unit.h"

/* What a child may see of our own environment. */
static const char *const passed_on[] = { "PATH", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS",
	"LSAN_OPTIONS" };

static const char *const fixed[] = { "LC_ALL=C.UTF-8", "HOME=/nonexistent" };

#define COUNT(array) (sizeof(array) / sizeof *(array))

const char *run_program(void)
{
	static char path[4096];
	const char *named = getenv("CERTARY_PROGRAM");
	if (path[0] == '\0' && realpath(named ? named : "build/certary", path) == NULL)
		fail_msg("%s: %s", named ? named : "build/certary", strerror(errno));
	return path;
}

int run_deadline_ms(void)
{
	return UNIT_SLOW ? 180000 : 60000;
}

static bool named(const char *const env[], const char *name, size_t len)
{
	for (size_t i = 0; env && env[i]; i++)
		if (strncmp(env[i], name, len) == 0 && env[i][len] == '=')
			return true;
	return false;
}

char **run_env(const char *const env[])
{
	size_t extra = 0, n = 0;
	while (env && env[extra])
		extra++;
	char **envp = mem_new((extra + COUNT(passed_on) + COUNT(fixed) + 1) * sizeof *envp);
	for (size_t i = 0; i < COUNT(passed_on); i++)
		if (getenv(passed_on[i]) && !named(env, passed_on[i], strlen(passed_on[i])))
			envp[n++] = mem_format("%s=%s", passed_on[i], getenv(passed_on[i]));
	for (size_t i = 0; i < COUNT(fixed); i++)
		if (!named(env, fixed[i], strcspn(fixed[i], "=")))
			envp[n++] = mem_text(fixed[i]);
	for (size_t i = 0; i < extra; i++)
		envp[n++] = mem_text(env[i]);
	return envp;
}

void run_env_free(char **envp)
{
	for (size_t i = 0; envp[i]; i++)
		free(envp[i]);
	free(envp);
}

static pid_t start(const char *const argv[], char **envp, int in, int out, int err)
{
	const char *path = strcmp(argv[0], "certary") == 0 ? run_program() : argv[0];
	pid_t pid = fork();
	if (pid != 0)
		return pid;
	signal(SIGPIPE, SIG_DFL);
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	execvpe(path, (char *const *)argv, envp);
	_exit(127);
}

/* Write what fits without waiting; false when there is no more to write. */
static bool feed(int fd, const char *input, size_t len, size_t *done)
{
	ssize_t n = write(fd, input + *done, len - *done);
	if (n > 0)
		*done += (size_t)n;
	return *done < len && (n >= 0 || errno == EAGAIN || errno == EINTR);
}

static bool drain(int fd, struct buf *to)
{
	char bytes[65536];
	ssize_t n = read(fd, bytes, sizeof bytes);
	if (n > 0)
		buf_add(to, bytes, (size_t)n);
	return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN));
}

static void shut(struct pollfd *p)
{
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
}

/* Serve the three pipes until the child has closed its ends; false at the deadline. */
static bool converse(struct run *r, int in, int out, int err, const char *input, size_t len)
{
	struct pollfd p[3] = { { in, POLLOUT, 0 }, { out, POLLIN, 0 }, { err, POLLIN, 0 } };
	int64_t end = clock_ms() + run_deadline_ms();
	size_t done = 0;
	int64_t left = 1;
	if (len == 0)
		shut(&p[0]);
	while ((p[1].fd >= 0 || p[2].fd >= 0) && (left = end - clock_ms()) > 0) {
		if (poll(p, 3, (int)left) < 0)
			continue;
		if (p[0].fd >= 0 && p[0].revents && !feed(in, input, len, &done))
			shut(&p[0]);
		if (p[1].fd >= 0 && p[1].revents && !drain(out, &r->out))
			shut(&p[1]);
		if (p[2].fd >= 0 && p[2].revents && !drain(err, &r->err))
			shut(&p[2]);
	}
	for (size_t i = 0; i < 3; i++)
		shut(&p[i]);
	return left > 0;
}

int run_bytes(struct run *r, const char *const argv[], const void *input, size_t len,
	const char *const env[])
{
	int in[2], out[2], err[2], status = 0;
	run_done(r);
	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	assert_int_equal(pipe2(err, O_CLOEXEC), 0);
	fcntl(in[1], F_SETFL, O_NONBLOCK);
	signal(SIGPIPE, SIG_IGN);
	char **envp = run_env(env);
	pid_t pid = start(argv, envp, in[0], out[1], err[1]);
	assert_true(pid > 0);
	run_env_free(envp);
	close(in[0]);
	close(out[1]);
	close(err[1]);
	bool ended = converse(r, in[1], out[0], err[0], input, len);
	if (!ended)
		kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	if (!ended)
		fail_msg("%s %s: did not end in time; it said: %s%s", argv[0],
			argv[1] ? argv[1] : "", buf_text(&r->out), buf_text(&r->err));
	r->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	return r->status;
}

int run(struct run *r, const char *const argv[], const char *input, const char *const env[])
{
	return run_bytes(r, argv, input, input ? strlen(input) : 0, env);
}

void run_done(struct run *r)
{
	buf_done(&r->out);
	buf_done(&r->err);
	r->status = 0;
}
