/*
 * What was added last lies in `tail`.  When the tail is long enough it goes to the file as a whole, so
 * that a piece lies either in the one or in the other.
 */
#include "base/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"

#define TAIL_MOST (256u << 10)

struct spool {
	unsigned owners;
	int fd;          /* -1: no file yet, or none any more */
	bool no_file;    /* none can be had, or it is full: everything else stays in the tail */
	uint64_t in_file;
	struct buf tail;
};

struct spool *spool_new(void)
{
	struct spool *spool = mem_new(sizeof *spool);
	*spool = (struct spool){ .owners = 1, .fd = -1 };
	return spool;
}

struct spool *spool_ref(struct spool *spool)
{
	spool->owners++;
	return spool;
}

void spool_free(struct spool *spool)
{
	if (!spool || --spool->owners > 0)
		return;
	if (spool->fd >= 0)
		close(spool->fd);
	buf_done(&spool->tail);
	free(spool);
}

int spool_fd(const struct spool *spool)
{
	return spool->fd;
}

void spool_use_fd(struct spool *spool, int fd)
{
	spool->fd = fd;
}

/* Some file systems know no files without a name: then one is made and its name removed. */
static int open_nameless(const char *folder)
{
	int fd = open(folder, O_RDWR | O_TMPFILE | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0)
		return fd;
	char *name = mem_format("%s/certary-XXXXXX", folder);
	fd = mkostemp(name, O_CLOEXEC);
	if (fd >= 0)
		unlink(name);
	free(name);
	return fd;
}

static int open_file(void)
{
	const char *folder = getenv("TMPDIR");
	int fd = folder && *folder ? open_nameless(folder) : -1;
	return fd >= 0 ? fd : open_nameless("/tmp");
}

static void move_tail(struct spool *spool)
{
	if (spool->fd < 0)
		spool->fd = open_file();
	spool->no_file = spool->fd < 0 || !fs_write_fd(spool->fd, spool->tail.data, spool->tail.len);
	if (spool->no_file)
		return;
	spool->in_file += spool->tail.len;
	buf_cut(&spool->tail, 0);
}

struct piece spool_add(struct spool *spool, const void *bytes, size_t len)
{
	struct piece piece = { .at = spool->in_file + spool->tail.len, .len = len };
	buf_add(&spool->tail, bytes, len);
	if (spool->tail.len >= TAIL_MOST && !spool->no_file)
		move_tail(spool);
	return piece;
}

static bool read_file(const struct spool *spool, struct piece piece, struct buf *out, struct error *err)
{
	buf_reserve(out, piece.len);
	for (size_t got = 0; got < piece.len;) {
		ssize_t n = pread(spool->fd, out->data + out->len, piece.len - got,
			(off_t)(piece.at + got));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return error_errno(err, "reading a temporary file");
		out->len += (size_t)n;
		got += (size_t)n;
	}
	out->data[out->len] = '\0';
	return true;
}

bool spool_read(const struct spool *spool, struct piece piece, struct buf *out, struct error *err)
{
	if (piece.at < spool->in_file)
		return read_file(spool, piece, out, err);
	buf_add(out, spool->tail.data + (piece.at - spool->in_file), piece.len);
	return true;
}
