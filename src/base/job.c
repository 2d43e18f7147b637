/*
 * On the pipe every record is a header (type, length) and its bytes.  Two types belong to the frame
 * itself: the job's last word is either "done" or its error.  A child that ends without a last word
 * crashed or was killed by a limit, and the wait status says which.
 */
#include "base/job.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/sanitized.h"
#include "base/runner.h"

#define JOB_FD       3
#define JOB_RUNNER   (JOB_KEPT + 1) /* of a job that has no walls of its own */
#define RECORD_DONE  0xfffffffeu
#define RECORD_ERROR 0xffffffffu
#define RECORD_MOST  (256u << 20)
#define SEND_AT      (32u << 10) /* bytes that wait for company: a write wakes the parent */

struct job_pipe {
	int fd;
	struct buf waiting;
};

struct header {
	uint32_t type, len;
};

struct job {
	struct loop *loop;
	pid_t pid;
	int fd;
	unsigned timer;
	bool timed_out, said_last;
	bool broken; /* what came was no record */
	bool ok;
	struct error err;
	struct buf in;
	job_record_fn *record;
	job_end_fn *end;
	void *ctx;
};

static void write_or_leave(int fd, const void *bytes, size_t len)
{
	const char *p = bytes;
	while (len > 0) {
		ssize_t n = write(fd, p, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			_exit(0);
		p += n;
		len -= (size_t)n;
	}
}

void job_send(struct job_pipe *out, uint32_t type, const void *bytes, size_t len)
{
	if (len > RECORD_MOST)
		len = RECORD_MOST;
	struct header h = { .type = type, .len = (uint32_t)len };
	buf_add(&out->waiting, &h, sizeof h);
	buf_add(&out->waiting, bytes, len);
	if (out->waiting.len >= SEND_AT)
		job_flush(out);
}

void job_flush(struct job_pipe *out)
{
	write_or_leave(out->fd, out->waiting.data, out->waiting.len);
	buf_cut(&out->waiting, 0);
}

static void limit(int what, rlim_t value)
{
	struct rlimit r = { .rlim_cur = value, .rlim_max = value };
	setrlimit(what, &r);
}

/* Bytes that the process may write to now: the limit counts from here. */
static size_t writable(void)
{
	unsigned long pages = 0;
	FILE *f = fopen("/proc/self/statm", "re");
	if (f) {
		if (fscanf(f, "%*u %*u %*u %*u %*u %lu", &pages) != 1)
			pages = 0;
		fclose(f);
	}
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}

/*
 * What counts is memory that can be written to, not address space: malloc reserves a lot of it for
 * each thread.  A sanitizer reserves terabytes of either, so the limit can't apply there.
 */
static void set_limits(const struct job_limits *limits)
{
	/* A second more before it is killed: the first signal says why. */
	struct rlimit processor = { .rlim_cur = limits->cpu_seconds, .rlim_max = limits->cpu_seconds + 1 };
	limit(RLIMIT_CORE, 0);
	if (limits->cpu_seconds)
		setrlimit(RLIMIT_CPU, &processor);
	if (limits->memory && !SANITIZED)
		limit(RLIMIT_DATA, writable() + limits->memory);
}

/* The child must not write to the terminal that it inherited, nor outlive its parent. */
static void detach_child(pid_t parent, int out, int keep, bool asks)
{
	static const int reset[] = { SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGWINCH, SIGCONT, SIGCHLD,
		SIGXCPU };
	for (size_t i = 0; i < sizeof reset / sizeof *reset; i++)
		signal(reset[i], SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	mem_on_death(NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
	/* Nothing of the parent's stays open but the way back. */
	int kept = keep ? fcntl(keep, F_DUPFD_CLOEXEC, JOB_KEPT) : -1;
	int runner = asks ? runner_dup(JOB_RUNNER) : -1;
	dup2(out, JOB_FD);
	if (kept >= 0)
		dup2(kept, JOB_KEPT);
	else
		close(JOB_KEPT);
	if (runner > JOB_RUNNER)
		dup3(runner, JOB_RUNNER, O_CLOEXEC);
	close_range(runner >= 0 ? JOB_RUNNER + 1 : JOB_RUNNER, ~0u, 0);
	runner_use(runner >= 0 ? JOB_RUNNER : -1);
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		if (!SANITIZED)
			dup2(null, STDERR_FILENO);
	}
}

_Noreturn static void run_child(struct job_pipe out, const struct job_limits *limits, job_fn *fn,
	void *arg, pid_t parent)
{
	struct error err = { 0 };
	detach_child(parent, out.fd, limits->keep, limits->open);
	out.fd = JOB_FD;
	set_limits(limits);
	if (!limits->open)
		confine(&limits->walls);
	if (fn(&out, arg, &err))
		job_send(&out, RECORD_DONE, "", 0);
	else
		job_send(&out, RECORD_ERROR, &err, sizeof err);
	job_flush(&out);
	_exit(0);
}

/* Whoever has taken the child over mustn't write to the terminal, nor make up a code. */
static void take_error(struct job *job, const char *bytes)
{
	struct error said;
	bool stale = bytes[offsetof(struct error, stale)] != 0;
	memcpy(&said.code, bytes + offsetof(struct error, code), sizeof said.code);
	memcpy(said.text, bytes + offsetof(struct error, text), sizeof said.text);
	said.text[sizeof said.text - 1] = '\0';
	bool known = (int)said.code >= ERROR_NONE && (int)said.code <= ERROR_NETWORK;
	error_set(&job->err, known ? said.code : ERROR_FAILED, "%s", said.text);
	job->err.stale = stale;
}

static void take_record(struct job *job, const struct header *h, const char *bytes)
{
	if (h->type == RECORD_DONE) {
		job->ok = job->said_last = true;
	} else if (h->type == RECORD_ERROR && h->len == sizeof job->err) {
		take_error(job, bytes);
		job->said_last = true;
	} else {
		job->record(job->ctx, h->type, bytes, h->len);
	}
}

static void take_records(struct job *job)
{
	size_t at = 0;
	struct header h;
	while (job->in.len - at >= sizeof h) {
		memcpy(&h, job->in.data + at, sizeof h);
		job->broken |= h.len > RECORD_MOST;
		if (job->broken)
			break;
		if (job->in.len - at - sizeof h < h.len)
			break;
		take_record(job, &h, job->in.data + at + sizeof h);
		at += sizeof h + h.len;
	}
	if (at == 0)
		return;
	memmove(job->in.data, job->in.data + at, job->in.len - at);
	buf_cut(&job->in, job->in.len - at);
}

/* One read; false at the end of the pipe. */
static bool read_some(struct job *job)
{
	buf_reserve(&job->in, 65536);
	ssize_t n = read(job->fd, job->in.data + job->in.len, 65536);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	job->in.len += (size_t)n;
	return n > 0;
}

/* What its own fault does; any other signal somebody has sent. */
static bool is_crash(int signo)
{
	static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS };
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		if (faults[i] == signo)
			return true;
	return false;
}

static bool explain_signal(struct error *err, int signo)
{
	if (signo == SIGXCPU)
		return error_set(err, ERROR_FAILED,
			"took too much processor time and was stopped (--no-limits lets it run on)");
	if (is_crash(signo))
		return error_set(err, ERROR_FAILED,
			"its reader crashed (signal %d); nothing was taken from it", signo);
	if (signo == SIGKILL)
		return error_set(err, ERROR_FAILED,
			"its reader was killed from outside, by somebody or for want of memory on this "
			"machine; nothing was taken from it (try again)");
	return error_set(err, ERROR_FAILED,
		"its reader was ended from outside (signal %d); nothing was taken from it (try again)",
		signo);
}

static bool explain_end(struct error *err, const struct job *job, int status)
{
	if (job->broken)
		return error_set(err, ERROR_FAILED, "its reader went astray; nothing was taken from it");
	if (job->timed_out)
		return error_set(err, ERROR_FAILED,
			"took too much time and was stopped (--no-limits lets it run on)");
	if (WIFSIGNALED(status))
		return explain_signal(err, WTERMSIG(status));
	if (WEXITSTATUS(status) == 1)
		return error_set(err, ERROR_FAILED,
			"needed too much memory and was stopped (--no-limits lets it run on)");
	return error_set(err, ERROR_FAILED,
		"its reader ended without a word; nothing was taken from it");
}

static void reap(struct job *job)
{
	int status = 0;
	if (job->said_last || job->broken)
		kill(job->pid, SIGKILL); /* it has nothing to do any more */
	while (waitpid(job->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!job->said_last)
		job->ok = explain_end(&job->err, job, status);
}

static void dispose(struct job *job)
{
	if (job->loop) {
		loop_unwatch(job->loop, job->fd);
		loop_cancel(job->loop, job->timer);
	}
	close(job->fd);
	buf_done(&job->in);
	free(job);
}

static void serve(void *ctx, int fd, short events)
{
	struct job *job = ctx;
	(void)fd;
	(void)events;
	bool more = read_some(job);
	take_records(job);
	if (more && !job->broken && !job->said_last)
		return;
	reap(job);
	job->end(job->ctx, job->ok, &job->err);
	dispose(job);
}

static void too_long(void *ctx)
{
	struct job *job = ctx;
	job->timed_out = true;
	job->timer = 0;
	kill(job->pid, SIGKILL);
}

static struct job *start(const struct job_limits *limits, job_fn *fn, void *arg, struct error *err)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0) {
		error_errno(err, "starting a job");
		return NULL;
	}
	pid_t parent = getpid(), pid = fork();
	if (pid < 0) {
		error_errno(err, "starting a job");
		close(ends[0]);
		close(ends[1]);
		return NULL;
	}
	if (pid == 0) {
		close(ends[0]);
		run_child((struct job_pipe){ .fd = ends[1] }, limits, fn, arg, parent);
	}
	close(ends[1]);
	struct job *job = mem_new(sizeof *job);
	job->in.secret = true; /* keys come this way */
	job->pid = pid;
	job->fd = ends[0];
	return job;
}

struct job *job_start(struct loop *loop, const struct job_limits *limits, job_fn *fn, void *arg,
	job_record_fn *record, job_end_fn *end, void *ctx, struct error *err)
{
	struct job *job = start(limits, fn, arg, err);
	if (!job)
		return NULL;
	job->loop = loop;
	job->record = record;
	job->end = end;
	job->ctx = ctx;
	fcntl(job->fd, F_SETFL, O_NONBLOCK);
	loop_watch(loop, job->fd, POLLIN, serve, job);
	if (limits->wall_seconds)
		job->timer = loop_after(loop, (int64_t)limits->wall_seconds * 1000, too_long, job);
	return job;
}

void job_cancel(struct job *job)
{
	if (!job)
		return;
	kill(job->pid, SIGKILL);
	reap(job);
	dispose(job);
}

/* Keep the outcome of a job that a command waits for. */
struct waited {
	struct loop *loop;
	job_record_fn *record;
	void *ctx;
	bool ok;
	struct error *err;
};

static void pass_record(void *ctx, uint32_t type, const char *bytes, size_t len)
{
	struct waited *w = ctx;
	w->record(w->ctx, type, bytes, len);
}

static void note_end(void *ctx, bool ok, const struct error *err)
{
	struct waited *w = ctx;
	w->ok = ok;
	if (!ok && w->err)
		*w->err = *err;
	loop_stop(w->loop);
}

bool job_run(const struct job_limits *limits, job_fn *fn, void *arg, job_record_fn *record,
	void *ctx, struct error *err)
{
	struct waited w = { .loop = loop_new(err), .record = record, .ctx = ctx, .err = err };
	if (!w.loop)
		return false;
	if (job_start(w.loop, limits, fn, arg, pass_record, note_end, &w, err))
		loop_run(w.loop);
	loop_free(w.loop);
	return w.ok;
}
