/*
 * One end of a tunnel on this side: a descriptor that is read or written without ever waiting for it.
 *
 * The descriptor was inherited, and others may have it open, too: a shell, another program of the same
 * pipeline.  O_NONBLOCK would be theirs as well, so it is never set.  A socket can be asked for each
 * call; a pipe is opened anew; a file never waits for anybody; whatever else there is (a terminal) is
 * touched only when poll() has said that it is ready, and in small pieces.
 */
#ifndef CERTARY_SRC_NET_SPOUT_H
#define CERTARY_SRC_NET_SPOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/loop.h"

struct spout {
	struct loop *loop;
	int given; /* the caller's */
	int fd;    /* ours; -1: closed */
	enum { SPOUT_SOCKET, SPOUT_PIPE, SPOUT_FILE, SPOUT_OTHER } kind;
	bool ready;    /* worth a try; an other one's only until it was touched */
	short events;  /* that are waited for; -1: none, 0: to learn that the other side has gone */
	loop_fd_fn *fn;
	void *ctx;
};

bool spout_open(struct spout *spout, struct loop *loop, int fd, bool writes, loop_fd_fn *fn,
	void *ctx, struct error *err);
void spout_done(struct spout *spout);

void spout_want(struct spout *spout, int events);

/* As read(2) and write(2); EAGAIN where it would wait. */
ssize_t spout_read(struct spout *spout, void *bytes, size_t size);
ssize_t spout_write(struct spout *spout, const void *bytes, size_t len);

/* Whoever reads learns that nothing follows, although the descriptor stays open. */
void spout_end(struct spout *spout);

#endif
