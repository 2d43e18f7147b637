#include "deploy/scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/text.h"
#include "deploy/deploy.h"

#define MOST   (512u << 20)
#define PREFIX "certary-work-"
#define RANDOM 6u /* letters of mkdtemp() */
#define TRIES  3

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
	rmdir(scratch->path);
	close(scratch->dir);
	scratch->dir = -1;
}

/* Whoever has a folder holds its lock: one without belonged to a process that was killed. */
static bool is_mine(const struct scratch *scratch)
{
	struct stat st;
	return scratch->dir >= 0 && flock(scratch->dir, LOCK_EX | LOCK_NB) == 0 &&
	       fstat(scratch->dir, &st) == 0 && st.st_nlink > 0 && st.st_uid == geteuid();
}

static void take(struct scratch *scratch)
{
	scratch->dir = open(scratch->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (scratch->dir < 0 || is_mine(scratch))
		return;
	close(scratch->dir);
	scratch->dir = -1;
}

static void sweep(const char *place)
{
	DIR *dir = opendir(place);
	for (const struct dirent *entry; dir && (entry = readdir(dir));) {
		struct scratch old;
		if (!text_starts(entry->d_name, PREFIX))
			continue;
		int n = snprintf(old.path, sizeof old.path, "%s/%s", place, entry->d_name);
		if (n < 0 || (size_t)n >= sizeof old.path)
			continue;
		take(&old);
		scratch_done(&old);
	}
	if (dir)
		closedir(dir);
}

static const char *const places[] = { "/dev/shm", "/tmp" };

void deploy_sweep(void)
{
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		sweep(places[i]);
}

bool scratch_make(struct scratch *scratch, struct error *err)
{
	scratch->dir = -1;
	for (size_t i = 0; i < sizeof places / sizeof *places && scratch->dir < 0; i++) {
		sweep(places[i]);
		/* Somebody else's sweep may have met it before it was locked. */
		for (size_t try = 0; try < TRIES && scratch->dir < 0; try++) {
			snprintf(scratch->path, sizeof scratch->path, "%s/" PREFIX "XXXXXX", places[i]);
			if (!mkdtemp(scratch->path))
				break;
			take(scratch);
		}
	}
	return scratch->dir >= 0 || error_errno(err, "a private folder in /tmp");
}

bool scratch_is(const char *path, size_t len)
{
	static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const size_t prefix = sizeof PREFIX - 1;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		size_t place = strlen(places[i]);
		if (len == place + 1 + prefix + RANDOM && strncmp(path, places[i], place) == 0 &&
			path[place] == '/' && strncmp(path + place + 1, PREFIX, prefix) == 0)
			return strspn(path + place + 1 + prefix, letters) >= RANDOM;
	}
	return false;
}

bool scratch_write(const struct scratch *scratch, const char *name, const void *bytes, size_t len,
	struct error *err)
{
	return fs_write(scratch->dir, name, 0600, bytes, len, FS_LATER, err);
}

bool scratch_read(
	const struct scratch *scratch, const char *name, struct buf *out, struct error *err)
{
	return fs_read(scratch->dir, name, FS_NOFOLLOW, MOST, out, NULL, err);
}

char *scratch_path(const struct scratch *scratch, const char *name)
{
	return mem_format("%s/%s", scratch->path, name);
}
