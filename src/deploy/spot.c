#include "deploy/spot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"

/* A name that is as long as names may be is told by its hash. */
static void name_beside(const char *name, const char *what, char out[NAME_MAX + 1])
{
	struct fingerprint hash;
	char hex[FINGERPRINT_HEX];
	if (snprintf(out, NAME_MAX + 1, ".%s.certary-%s", name, what) <= NAME_MAX)
		return;
	fingerprint_of(name, strlen(name), &hash);
	snprintf(out, NAME_MAX + 1, ".%s.certary-%s", fingerprint_hex(&hash, hex), what);
}

static void name_all(const char *name, struct spot *out)
{
	name_beside(name, "new", out->fresh);
	name_beside(name, "old", out->old);
	name_beside(name, "half", out->half);
}

bool spot_told(const char *path, const char *what, struct error *err)
{
	int reason = errno;
	char *safe = text_safe(path, strlen(path));
	errno = reason;
	error_errno(err, "%s: %s", safe, lang_text(what));
	free(safe);
	errno = reason;
	return false;
}

/* In the folder above, where the folder's own name tells apart what stands in two of them. */
static bool find_above(struct places *places, const char *path, const char *slash, struct spot *out)
{
	const char *above = memrchr(path, '/', (size_t)(slash - path)); /* the path is absolute */
	out->aside = places_open(places, path, (size_t)(above - path));
	char *name = mem_format("%.*s.%s", (int)(slash - above) - 1, above + 1, out->name);
	name_all(name, out);
	free(name);
	return out->aside >= 0;
}

/* Inside a whole folder it has its name from the beginning. */
static bool find_inside(struct places *places, const char *path, struct spot *out)
{
	int len = snprintf(out->fresh, sizeof out->fresh, "%s", out->name);
	out->old[0] = out->half[0] = '\0';
	out->dir = out->aside = whole_open(places, path);
	if (out->dir >= 0 && (size_t)len < sizeof out->fresh)
		return true;
	if (out->dir >= 0)
		errno = ENAMETOOLONG;
	return false;
}

bool spot_find(struct places *places, const struct file_change *change, struct spot *out)
{
	const char *slash = strrchr(change->path, '/');
	out->name = slash + 1;
	if (change->inside)
		return find_inside(places, change->path, out);
	out->dir = places_open(places, change->path, (size_t)(slash - change->path));
	if (out->dir < 0)
		return false;
	if (change->above && slash > change->path)
		return find_above(places, change->path, slash, out);
	out->aside = out->dir;
	name_all(out->name, out);
	return true;
}

bool spot_need(struct places *places, const struct file_change *change, struct spot *out,
	struct error *err)
{
	return spot_find(places, change, out) ||
	       spot_told(change->path, N_("its folder can't be opened"), err);
}

bool spot_is_stale(const struct file_change *change, struct error *err)
{
	char *safe = text_safe(change->path, strlen(change->path));
	error_set(err, ERROR_FAILED, "%s: somebody changed it meanwhile (plan again)", safe);
	free(safe);
	return error_stale(err);
}

bool spot_is_left(const struct file_change *change, const char *name, struct error *err)
{
	char *safe = text_safe(change->path, strlen(change->path));
	char *left = text_safe(name, strlen(name));
	error_set(err, ERROR_FAILED,
		"%s: beside it stands %s, left by a deployment that couldn't be taken back "
		"(look at it, then remove it)",
		safe, left);
	free(safe);
	free(left);
	return false;
}

bool spot_rename(int from_dir, const char *from, int to_dir, const char *to)
{
	if (renameat2(from_dir, from, to_dir, to, RENAME_NOREPLACE) == 0)
		return true;
	if (errno != EINVAL && errno != ENOSYS)
		return false;
	if (fs_exists(to_dir, to)) {
		errno = EEXIST;
		return false;
	}
	return renameat(from_dir, from, to_dir, to) == 0;
}

bool spot_mark(const struct spot *spot, const char *name)
{
	int fd = openat(spot->aside, name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	return fd >= 0 && close(fd) == 0;
}
