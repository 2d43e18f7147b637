/*
 * What changes a file system: whole files that appear at once, and what makes them last.
 */
#include "base/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

bool fs_write_fd(int fd, const void *bytes, size_t len)
{
	const char *at = bytes;
	while (len > 0) {
		ssize_t n = write(fd, at, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

bool fs_write_as(int dir, const char *name, const char *told, mode_t mode, const void *bytes,
	size_t len, enum fs_durable durable, struct error *err)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	if (fd < 0)
		return error_errno(err, "%s: can't be created", told);
	bool ok = fs_write_fd(fd, bytes, len) && (durable == FS_LATER || fsync(fd) == 0);
	if (!ok)
		error_errno(err, "%s: can't be written", told);
	if (close(fd) != 0 && ok)
		ok = error_errno(err, "%s: can't be written", told);
	if (!ok)
		unlinkat(dir, name, 0);
	return ok;
}

bool fs_write(int dir, const char *name, mode_t mode, const void *bytes, size_t len,
	enum fs_durable durable, struct error *err)
{
	return fs_write_as(dir, name, name, mode, bytes, len, durable, err);
}

bool fs_rename(int from_dir, const char *from, int to_dir, const char *to, struct error *err)
{
	if (renameat(from_dir, from, to_dir, to) != 0)
		return error_errno(err, "%s: can't be moved", to);
	return true;
}

bool fs_remove(int dir, const char *name, struct error *err)
{
	if (unlinkat(dir, name, 0) != 0 && errno != ENOENT)
		return error_errno(err, "%s: can't be removed", name);
	return true;
}

/* Callers have only a descriptor at hand; which file is on the bad disk is what an operator asks. */
static bool not_synced(int fd, struct error *err)
{
	int reason = errno;
	char link[40], path[512];
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t len = readlink(link, path, sizeof path - 1);
	path[len > 0 ? len : 0] = '\0';
	errno = reason;
	return len > 0 ? error_errno(err, "%s: writing to disk", path) :
			 error_errno(err, "writing to disk");
}

bool fs_sync(int fd, struct error *err)
{
	return fsync(fd) == 0 || not_synced(fd, err);
}

bool fs_sync_data(int fd, struct error *err)
{
	return fdatasync(fd) == 0 || not_synced(fd, err);
}

bool fs_barrier(int fd, struct error *err)
{
	return syncfs(fd) == 0 || not_synced(fd, err);
}

/* Some file systems know no flags: there the name is looked for, which is as good as it gets. */
static bool rename_fresh(int dir, const char *from, const char *to, struct error *err)
{
	if (renameat2(dir, from, dir, to, RENAME_NOREPLACE) == 0)
		return true;
	if ((errno == EINVAL || errno == ENOSYS) && !fs_exists(dir, to))
		return fs_rename(dir, from, dir, to, err);
	if (errno == EINVAL || errno == ENOSYS)
		errno = EEXIST;
	return error_errno(err, "%s: can't be created", to);
}

static bool put_in_place(int dir, const char *name, mode_t mode, const void *bytes, size_t len,
	bool replace, struct error *err)
{
	char *temp = mem_format(".new-for-%ld", (long)getpid());
	bool ok = (unlinkat(dir, temp, 0) == 0 || errno == ENOENT ||
			  error_errno(err, "%s: can't be written", name)) &&
		  fs_write_as(dir, temp, name, mode, bytes, len, FS_DURABLE, err);
	if (ok && !(replace ? fs_rename(dir, temp, dir, name, err) :
			      rename_fresh(dir, temp, name, err))) {
		unlinkat(dir, temp, 0);
		ok = false;
	}
	free(temp);
	if (ok && !fs_sync(dir, err))
		ok = error_wrap(err, "%s: is written, but may not outlast a power cut", name);
	return ok;
}

bool fs_replace(int dir, const char *name, mode_t mode, const void *bytes, size_t len,
	struct error *err)
{
	return put_in_place(dir, name, mode, bytes, len, true, err);
}

bool fs_create(int dir, const char *name, mode_t mode, const void *bytes, size_t len,
	struct error *err)
{
	return put_in_place(dir, name, mode, bytes, len, false, err);
}

/* What is acknowledged in a folder stands and falls with its name.  Who may not read above it can't tell. */
static bool sync_above(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *above = slash > path ? mem_textn(path, (size_t)(slash - path)) : mem_text(slash ? "/" : ".");
	int fd = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd < 0 ? errno == EACCES || errno == EPERM : fsync(fd) == 0;
	int reason = errno;
	if (fd >= 0)
		close(fd);
	free(above);
	errno = reason;
	return ok;
}

static bool make_dir(const char *path, mode_t mode)
{
	return mkdir(path, mode) == 0 ? sync_above(path) : errno == EEXIST;
}

bool fs_make_dirs(const char *path, mode_t mode, struct error *err)
{
	char *copy = mem_text(path);
	bool ok = true;
	for (char *p = copy + 1; ok && *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		ok = make_dir(copy, 0755) || errno == EROFS;
		*p = '/';
	}
	ok = (ok && make_dir(copy, mode)) || error_errno(err, "%s: can't be created", path);
	free(copy);
	return ok;
}
