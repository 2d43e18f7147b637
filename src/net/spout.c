#include "net/spout.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_anew(int fd, bool writes)
{
	char path[64];
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return open(path, (writes ? O_WRONLY : O_RDONLY) | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

bool spout_open(struct spout *spout, struct loop *loop, int fd, bool writes, loop_fd_fn *fn,
	void *ctx, struct error *err)
{
	struct stat st;
	*spout = (struct spout){ .loop = loop, .given = fd, .fd = -1, .events = -1, .fn = fn,
		.ctx = ctx, .kind = SPOUT_OTHER };
	if (fstat(fd, &st) != 0)
		return error_errno(err, writes ? "standard output" : "standard input");
	if (S_ISSOCK(st.st_mode))
		spout->kind = SPOUT_SOCKET;
	else if (S_ISFIFO(st.st_mode) && (spout->fd = open_anew(fd, writes)) >= 0)
		spout->kind = SPOUT_PIPE;
	else if (!S_ISFIFO(st.st_mode) && !isatty(fd))
		spout->kind = SPOUT_FILE;
	/* A duplicate, so that input and output are two even where they are one. */
	if (spout->fd < 0)
		spout->fd = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	spout->ready = spout->kind != SPOUT_OTHER;
	return spout->fd >= 0 || error_errno(err, "one more descriptor");
}

void spout_done(struct spout *spout)
{
	if (spout->fd < 0)
		return;
	spout_want(spout, -1);
	close(spout->fd);
	spout->fd = -1;
}

void spout_want(struct spout *spout, int events)
{
	if (events == spout->events || spout->fd < 0)
		return;
	if (spout->events >= 0)
		loop_unwatch(spout->loop, spout->fd);
	spout->events = (short)events;
	if (events >= 0)
		loop_watch(spout->loop, spout->fd, (short)events, spout->fn, spout->ctx);
}

static ssize_t touched(struct spout *spout, ssize_t done)
{
	if (spout->kind == SPOUT_OTHER || (done < 0 && errno == EAGAIN))
		spout->ready = false;
	return done;
}

ssize_t spout_read(struct spout *spout, void *bytes, size_t size)
{
	if (!spout->ready) {
		errno = EAGAIN;
		return -1;
	}
	return touched(spout, spout->kind == SPOUT_SOCKET
				      ? recv(spout->fd, bytes, size, MSG_DONTWAIT)
				      : read(spout->fd, bytes, size));
}

/* PIPE_BUF bytes are what a pipe has room for at least when poll() says that it has some. */
ssize_t spout_write(struct spout *spout, const void *bytes, size_t len)
{
	if (!spout->ready) {
		errno = EAGAIN;
		return -1;
	}
	if (spout->kind == SPOUT_OTHER && len > PIPE_BUF)
		len = PIPE_BUF;
	return touched(spout, spout->kind == SPOUT_SOCKET
				      ? send(spout->fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL)
				      : write(spout->fd, bytes, len));
}

/* A socket may be our input as well; of a pipe every descriptor has to go, none may be missing. */
void spout_end(struct spout *spout)
{
	bool is_socket = spout->kind == SPOUT_SOCKET;
	if (spout->fd < 0)
		return;
	if (is_socket)
		shutdown(spout->fd, SHUT_WR);
	spout_done(spout);
	int nowhere = is_socket ? -1 : open("/dev/null", O_RDWR | O_CLOEXEC);
	if (nowhere < 0)
		return;
	dup2(nowhere, spout->given);
	close(nowhere);
}
