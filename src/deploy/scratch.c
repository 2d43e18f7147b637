#include "deploy/scratch.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"

#define MOST (512u << 20)

bool scratch_make(struct scratch *scratch, struct error *err)
{
	static const char *const places[] = { "/dev/shm", "/tmp" };
	scratch->dir = -1;
	for (size_t i = 0; i < sizeof places / sizeof *places && scratch->dir < 0; i++) {
		snprintf(scratch->path, sizeof scratch->path, "%s/certary-XXXXXX", places[i]);
		if (mkdtemp(scratch->path))
			scratch->dir = fs_open_dir(AT_FDCWD, scratch->path, NULL);
	}
	return scratch->dir >= 0 || error_errno(err, "a private folder in /tmp");
}

static bool remove_one(void *ctx, const char *name)
{
	const struct scratch *scratch = ctx;
	unlinkat(scratch->dir, name, 0);
	return true;
}

void scratch_done(struct scratch *scratch)
{
	if (scratch->dir < 0)
		return;
	fs_list(scratch->dir, remove_one, scratch, NULL);
	close(scratch->dir);
	rmdir(scratch->path);
	scratch->dir = -1;
}

bool scratch_write(const struct scratch *scratch, const char *name, const void *bytes, size_t len,
	struct error *err)
{
	return fs_write(scratch->dir, name, 0600, bytes, len, FS_LATER, err);
}

bool scratch_read(const struct scratch *scratch, const char *name, struct buf *out,
	struct error *err)
{
	return fs_read(scratch->dir, name, FS_NOFOLLOW, MOST, out, NULL, err);
}

char *scratch_path(const struct scratch *scratch, const char *name)
{
	return mem_format("%s/%s", scratch->path, name);
}
