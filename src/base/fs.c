#include "base/fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/lang.h"

int fs_open_dir(int at, const char *path, struct error *err)
{
	int fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		error_errno(err, "%s", path);
	return fd;
}

int fs_open_subdir(int at, const char *name, struct error *err)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	if (fd >= 0)
		return fd;
	int why = errno;
	if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode))
		error_set(err, ERROR_FAILED, "%s: is a symbolic link, and no folder of its own", name);
	else if ((errno = why))
		error_errno(err, "%s", name);
	errno = why;
	return -1;
}

bool fs_is_alone(int dir, int fd, const char *name, struct error *err)
{
	struct stat st, named;
	if (fstat(fd, &st) != 0 || fstatat(dir, name, &named, AT_SYMLINK_NOFOLLOW) != 0)
		return error_errno(err, "%s", name);
	if (!S_ISREG(st.st_mode))
		return error_set(err, ERROR_FAILED, "%s: is no regular file", name);
	if (st.st_dev != named.st_dev || st.st_ino != named.st_ino)
		return error_set(err, ERROR_FAILED, "%s: was replaced meanwhile (try again)", name);
	return (st.st_nlink == 1 && named.st_nlink == 1) ||
	       error_set(err, ERROR_FAILED,
		       "%s: is another file as well (a hard link), which would be written to, too "
		       "(put a copy in its place)",
		       name);
}

static void stamp_from(const struct stat *st, struct fs_stamp *stamp)
{
	*stamp = (struct fs_stamp){
		.inode = st->st_ino,
		.size = st->st_size,
		.mtime = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec,
		.mode = st->st_mode,
		.uid = st->st_uid,
		.gid = st->st_gid,
	};
}

bool fs_stamp(int dir, const char *name, struct fs_stamp *stamp)
{
	struct stat st;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return false;
	stamp_from(&st, stamp);
	return true;
}

bool fs_exists(int dir, const char *name)
{
	return faccessat(dir, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* What a file that can't be read as one is, in an operator's words. */
static const char *kind_of(mode_t mode)
{
	if (S_ISDIR(mode))
		return _("is a folder");
	if (S_ISFIFO(mode))
		return _("is a pipe, not a file");
	if (S_ISSOCK(mode))
		return _("is a socket, not a file");
	if (S_ISLNK(mode))
		return _("is a symbolic link");
	return _("is a device, not a file");
}

/* A read that finds nothing more is spared where `expected` bytes have come. */
static bool read_all(int fd, const char *label, size_t max, size_t expected, struct buf *out,
	struct error *err)
{
	size_t start = out->len, step = expected && expected < 65536 ? expected + 1 : 65536;
	for (;;) {
		buf_reserve(out, step);
		ssize_t n = read(fd, out->data + out->len, step);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_errno(err, "%s", label);
		if (n == 0)
			break;
		out->len += (size_t)n;
		if (out->len - start > max)
			return error_set(err, ERROR_FAILED,
				"%s: larger than %zu bytes (--no-limits takes it all the same)",
				label, max);
		if (out->len - start == expected)
			break;
	}
	out->data[out->len] = '\0';
	return true;
}

bool fs_read_fd(int fd, const char *label, size_t max, struct buf *out, struct error *err)
{
	return read_all(fd, label, max, 0, out, err);
}

static bool check_kind(const struct stat *st, const char *name, size_t max, struct error *err)
{
	if (!S_ISREG(st->st_mode))
		return error_set(err, ERROR_FAILED, "%s: %s", name, kind_of(st->st_mode));
	if (st->st_size > 0 && (size_t)st->st_size > max)
		return error_set(err, ERROR_FAILED,
			"%s: %lld bytes, more than the limit of %zu (--no-limits takes it all the same)",
			name, (long long)st->st_size, max);
	return true;
}

static bool look_at_kind(int dir, const char *name, enum fs_follow follow, size_t max, struct stat *st,
	struct error *err)
{
	if (fstatat(dir, name, st, follow == FS_FOLLOW ? 0 : AT_SYMLINK_NOFOLLOW) != 0)
		return error_errno(err, "%s", name);
	return check_kind(st, name, max, err);
}

/*
 * The kind is looked at before a file is opened that an operator names, because opening a device may
 * have an effect, and again on the descriptor, because the name may point elsewhere by then.  In folders
 * of the store, of which thousands are read, nobody but root has put a device, and a pipe isn't waited
 * for: there it is looked at before only where opening fails, for the reason.
 */
static int open_regular(int dir, const char *name, enum fs_follow follow, size_t max, struct stat *st,
	struct error *err)
{
	int open_flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	if (follow == FS_FOLLOW && !look_at_kind(dir, name, follow, max, st, err))
		return -1;
	int fd = openat(dir, name, open_flags | (follow == FS_FOLLOW ? 0 : O_NOFOLLOW));
	int why = errno;
	if (fd < 0 && follow == FS_NOFOLLOW && !look_at_kind(dir, name, follow, max, st, err))
		return -1;
	errno = why;
	bool ok = fd >= 0 && fstat(fd, st) == 0;
	if (!ok)
		error_errno(err, "%s", name);
	if (ok && check_kind(st, name, max, err))
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

int fs_open(int dir, const char *name, enum fs_follow follow, size_t max, struct fs_stamp *stamp,
	struct error *err)
{
	struct stat st;
	int fd = open_regular(dir, name, follow, max, &st, err);
	if (fd >= 0 && stamp)
		stamp_from(&st, stamp);
	return fd;
}

bool fs_read(int dir, const char *name, enum fs_follow follow, size_t max, struct buf *out,
	struct fs_stamp *stamp, struct error *err)
{
	struct fs_stamp own;
	int fd = fs_open(dir, name, follow, max, &own, err);
	bool ok = fd >= 0 && read_all(fd, name, max, (size_t)own.size, out, err);
	if (fd >= 0)
		close(fd);
	if (ok && stamp)
		*stamp = own;
	return ok;
}

/* --- within a root -------------------------------------------------------------------------- */

static bool is_whole(int root)
{
	struct stat own, all;
	return fstat(root, &own) == 0 && stat("/", &all) == 0 && own.st_dev == all.st_dev &&
	       own.st_ino == all.st_ino;
}

static int open_within(int root, const char *path, int flags)
{
	struct open_how how = { .flags = (uint64_t)(flags | O_CLOEXEC), .resolve = RESOLVE_IN_ROOT };
	int fd = (int)syscall(SYS_openat2, root, path, &how, sizeof how);
	if (fd < 0 && errno == ENOSYS && is_whole(root))
		fd = open(path, flags | O_CLOEXEC);
	return fd;
}

bool fs_stamp_within(int root, const char *path, struct fs_stamp *stamp)
{
	struct stat st;
	int fd = open_within(root, path, O_PATH);
	bool ok = fd >= 0 && fstat(fd, &st) == 0;
	if (fd >= 0)
		close(fd);
	if (ok)
		stamp_from(&st, stamp);
	return ok;
}

bool fs_read_within(int root, const char *path, size_t max, struct buf *out, struct fs_stamp *stamp,
	struct error *err)
{
	struct stat st;
	int there = open_within(root, path, O_PATH);
	if (there < 0 || fstat(there, &st) != 0) {
		error_errno(err, "%s", path);
		if (there >= 0)
			close(there);
		return false;
	}
	close(there);
	if (!check_kind(&st, path, max, err))
		return false;
	int fd = open_within(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	bool ok = fd >= 0 && fstat(fd, &st) == 0;
	if (!ok)
		error_errno(err, "%s", path);
	ok = ok && check_kind(&st, path, max, err) &&
	     read_all(fd, path, max, (size_t)st.st_size, out, err);
	if (fd >= 0)
		close(fd);
	if (ok && stamp)
		stamp_from(&st, stamp);
	return ok;
}

int fs_open_dir_within(int root, const char *path, struct error *err)
{
	int fd = open_within(root, path, O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		error_errno(err, "%s", path);
	return fd;
}

bool fs_is_trusted(const struct fs_stamp *stamp, const char *label, struct error *err)
{
	if (stamp->uid != 0 && stamp->uid != geteuid())
		return error_set(err, ERROR_FAILED,
			"%s: belongs to another user (uid %u), who could change it at will", label,
			(unsigned)stamp->uid);
	/* In a folder like /tmp, with its sticky bit, nobody takes another's file away. */
	bool sticky = S_ISDIR(stamp->mode) && stamp->mode & S_ISVTX;
	bool by_group = stamp->mode & S_IWGRP && stamp->gid != getegid();
	if (sticky || !(by_group || stamp->mode & S_IWOTH))
		return true;
	return error_set(err, ERROR_FAILED, "%s: others may write to it (chmod go-w %s)", label, label);
}

bool fs_path_is_trusted(const char *path, struct error *err)
{
	struct stat st;
	struct fs_stamp stamp;
	char *real = realpath(path, NULL), *slash;
	bool ok = real && stat(real, &st) == 0;
	if (!ok)
		error_errno(err, "%s", path);
	if (ok) {
		stamp_from(&st, &stamp);
		ok = fs_is_trusted(&stamp, real, err);
	}
	if (ok && (slash = strrchr(real, '/')) && slash > real) {
		*slash = '\0';
		ok = stat(real, &st) == 0;
		stamp_from(&st, &stamp);
		ok = ok && fs_is_trusted(&stamp, real, err);
	}
	free(real);
	return ok;
}

int64_t fs_folder_time(int dir)
{
	struct stat st;
	if (dir < 0 || fstat(dir, &st) != 0)
		return 0;
	return (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
}

void fs_folder_touch(int dir)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT } };
	clock_gettime(CLOCK_REALTIME, &times[1]);
	futimens(dir, times);
}

struct names {
	bool (*each)(void *ctx, const char *name);
	void *ctx;
};

static bool name_only(void *ctx, const char *name, uint64_t inode)
{
	const struct names *names = ctx;
	(void)inode;
	return names->each(names->ctx, name);
}

bool fs_list(int dir, bool (*each)(void *ctx, const char *name), void *ctx, struct error *err)
{
	struct names names = { each, ctx };
	return fs_list_inodes(dir, name_only, &names, err);
}

bool fs_list_inodes(int dir, bool (*each)(void *ctx, const char *name, uint64_t inode), void *ctx,
	struct error *err)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	if (!d) {
		error_errno(err, "a folder can't be read");
		if (fd >= 0)
			close(fd);
		return false;
	}
	const struct dirent *e;
	/* An error must not pass for the end: what was not listed would count as gone. */
	while ((errno = 0, e = readdir(d)))
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 &&
			!each(ctx, e->d_name, e->d_ino))
			break;
	bool ok = e || errno == 0 || error_errno(err, "a folder can't be read");
	closedir(d);
	return ok;
}
