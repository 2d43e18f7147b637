/*
 * Folders that are made: empty ones, and whole ones, which get their names with all that is in them.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "deploy/spot.h"

static bool is_gone(int rc)
{
	return rc == 0 || errno == ENOENT;
}

/* --- empty ones ---------------------------------------------------------------------------------- */

/* Its mark, which tells that it is ours until all is done, is there before it. */
static bool make(int dir, const char *name, mode_t mode)
{
	if (mkdirat(dir, name, 0700) != 0)
		return false;
	/* By its descriptor: whoever has the folder above could put a link there meanwhile. */
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	bool ok = fd >= 0 && fchmod(fd, mode) == 0;
	int reason = errno;
	if (fd >= 0)
		close(fd);
	/* Its mark goes with the error: nobody would know later that it is ours. */
	if (!ok)
		unlinkat(dir, name, AT_REMOVEDIR);
	errno = reason;
	return ok;
}

bool folder_make(const struct spot *spot, const struct file_change *change, struct error *err)
{
	struct stat st;
	bool there = fstatat(spot->dir, spot->name, &st, 0) == 0;
	if (!there && spot_mark(spot, spot->fresh) && make(spot->dir, spot->name, change->mode))
		return true;
	int reason = there ? EEXIST : errno;
	if (!there)
		unlinkat(spot->aside, spot->fresh, 0);
	if (reason == EEXIST && fstatat(spot->dir, spot->name, &st, 0) == 0 && S_ISDIR(st.st_mode))
		return true;
	errno = reason;
	return spot_told(change->path, N_("can't be made"), err);
}

/* What isn't empty is in use, and stays: by somebody else, or by a file of ours that is stuck in it. */
static bool is_unused(const struct spot *spot, bool *in_use)
{
	if (is_gone(unlinkat(spot->dir, spot->name, AT_REMOVEDIR)))
		return true;
	*in_use = errno == ENOTEMPTY || errno == EEXIST;
	return *in_use || errno == ENOTDIR;
}

bool folder_back(const struct spot *spot, bool *in_use)
{
	return !fs_exists(spot->aside, spot->fresh) || is_unused(spot, in_use);
}

/* --- whole ones ---------------------------------------------------------------------------------- */

/*
 * The mark comes after the folder and goes before it: with a mark and nothing beside it any more, what
 * stands at its place is ours.
 */
bool whole_check(const struct spot *spot, const struct file_change *change, struct error *err)
{
	if (fs_exists(spot->dir, spot->name))
		return spot_is_stale(change, err);
	const char *left = fs_exists(spot->aside, spot->fresh) ? spot->fresh :
			   fs_exists(spot->aside, spot->half)  ? spot->half :
								 NULL;
	return !left || spot_is_left(change, left, err);
}

bool whole_make(const struct spot *spot, const struct file_change *change, struct error *err)
{
	return (make(spot->aside, spot->fresh, change->mode) && spot_mark(spot, spot->half)) ||
	       spot_told(change->path, N_("can't be made"), err);
}

bool whole_put(const struct spot *spot)
{
	return spot_rename(spot->aside, spot->fresh, spot->dir, spot->name);
}

bool whole_back(const struct spot *spot, bool *in_use)
{
	if (fs_exists(spot->aside, spot->fresh))
		return is_gone(unlinkat(spot->aside, spot->half, 0)) &&
		       is_gone(unlinkat(spot->aside, spot->fresh, AT_REMOVEDIR));
	if (!fs_exists(spot->aside, spot->half))
		return true;
	return is_unused(spot, in_use);
}

static bool take_first(void *ctx, const char *name)
{
	*(char **)ctx = text_safe(name, strlen(name));
	return false;
}

/* Of ours all is gone by then: what keeps it from going is in a folder whose name nobody knows. */
bool whole_stuck(const struct spot *spot, const struct file_change *change, struct error *err)
{
	int reason = errno;
	char *stranger = NULL;
	int dir = fs_open_dir(spot->aside, spot->fresh, NULL);
	if (dir >= 0) {
		fs_list(dir, take_first, &stranger, NULL);
		close(dir);
	}
	errno = reason;
	if (!stranger)
		return spot_told(change->path, N_("can't be removed again"), err);
	char *safe = text_safe(change->path, strlen(change->path));
	char *fresh = text_safe(spot->fresh, strlen(spot->fresh));
	error_set(err, ERROR_FAILED,
		"%s: can't be removed again: somebody put %s into %s beside it (move that elsewhere)", safe,
		stranger, fresh);
	free(safe);
	free(fresh);
	free(stranger);
	return false;
}

/* The path of the folder of a file inside it, without slashes at its end. */
static size_t length_of_folder(const char *file)
{
	size_t len = (size_t)(strrchr(file, '/') - file);
	while (len > 1 && file[len - 1] == '/')
		len--;
	return len;
}

static bool find_whole(struct places *places, const char *file, struct spot *out)
{
	struct file_change folder = { .path = mem_textn(file, length_of_folder(file)) };
	bool found = spot_find(places, &folder, out);
	out->name = NULL; /* of a path that is gone */
	free(folder.path);
	return found;
}

int whole_open(struct places *places, const char *file)
{
	struct spot spot;
	size_t len = length_of_folder(file);
	if (!find_whole(places, file, &spot))
		return -1;
	size_t above = (size_t)((const char *)memrchr(file, '/', len) - file);
	char *beside = mem_format("%.*s/%s", (int)above, file, spot.fresh);
	int fd = places_open_own(places, beside, strlen(beside));
	free(beside);
	if (fd < 0 && errno == ENOENT && fs_exists(spot.aside, spot.half))
		fd = places_open_own(places, file, len);
	/* Another thing under its name is somebody else's. */
	if (fd < 0 && (errno == ENOTDIR || errno == ELOOP))
		errno = ENOENT;
	return fd;
}

bool whole_waits(struct places *places, const char *file)
{
	struct spot spot;
	return find_whole(places, file, &spot) && fs_exists(spot.aside, spot.fresh);
}
