/*
 * Files: read with limits, written atomically and durably.
 *
 * Everything is relative to an open folder, so that a folder that is renamed or replaced meanwhile
 * can't redirect a write.  A new content appears in three steps: fs_write() puts it under another
 * name in the same folder and syncs it, fs_rename() gives it its name, fs_sync() makes the names of
 * the folder last.  Errors name the file.
 */
#ifndef CERTARY_BASE_FS_H
#define CERTARY_BASE_FS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/error.h"

/* What tells one version of a file from the next. */
struct fs_stamp {
	uint64_t inode;
	int64_t size;  /* bytes */
	int64_t mtime; /* nanoseconds since 1970 */
	uint32_t mode; /* st_mode */
	uint32_t uid, gid;
};

enum fs_follow {
	FS_NOFOLLOW, /* the last component may not be a symbolic link: for the store */
	FS_FOLLOW,   /* for files that an operator names */
};

/* Open a folder; -1 and an error where it isn't one. */
int fs_open_dir(int at, const char *path, struct error *err);

/* The same in an open folder, and not where a symbolic link leads to. */
int fs_open_subdir(int at, const char *name, struct error *err);

/*
 * May a file that is there already be written to, which was opened by this name?  Not where it has
 * another name as well (a hard link): whoever made that meant a file elsewhere to be changed.  Against
 * one who makes and removes names all the time the kernel helps (fs.protected_hardlinks), not this.
 */
bool fs_is_alone(int dir, int fd, const char *name, struct error *err);

/*
 * Append a whole regular file to out.  Devices, sockets, pipes and folders are refused without being
 * opened for long, and a file larger than max bytes is refused with its size.  stamp may be NULL.
 */
bool fs_read(int dir, const char *name, enum fs_follow follow, size_t max, struct buf *out,
	struct fs_stamp *stamp, struct error *err);

/* The same up to the open descriptor; -1 and an error where that fails. */
int fs_open(int dir, const char *name, enum fs_follow follow, size_t max, struct fs_stamp *stamp,
	struct error *err);

/*
 * The same as for a program whose root is this folder: an absolute path, an absolute symbolic link and
 * ".." all stay within it (openat2, Linux 5.6; older kernels know it for "/" alone).  Errors name the
 * path, safe for a terminal, without its place in the root.
 */
bool fs_read_within(int root, const char *path, size_t max, struct buf *out, struct fs_stamp *stamp,
	struct error *err);
bool fs_stamp_within(int root, const char *path, struct fs_stamp *stamp); /* false with errno */
int fs_open_dir_within(int root, const char *path, struct error *err);

/*
 * May what a file says be done with the caller's rights?  As OpenSSH has it: it must belong to the caller
 * or to root, and nobody else may write to it; a group may that is the caller's own.
 */
bool fs_is_trusted(const struct fs_stamp *stamp, const char *label, struct error *err);

/* The same of a program, and of the folder that it is in; links are followed. */
bool fs_path_is_trusted(const char *path, struct error *err);

/* Append what comes from an open descriptor until its end, at most max bytes. */
bool fs_read_fd(int fd, const char *label, size_t max, struct buf *out, struct error *err);

/* Write all of it to an open descriptor; false with errno where that fails. */
bool fs_write_fd(int fd, const void *bytes, size_t len);

bool fs_stamp(int dir, const char *name, struct fs_stamp *stamp);
bool fs_exists(int dir, const char *name);

enum fs_durable {
	FS_DURABLE, /* fsync before returning */
	FS_LATER,   /* the caller puts one fs_barrier() behind many writes */
};

/* Create `name` (which must not exist) with these bytes; on failure it is gone again. */
bool fs_write(int dir, const char *name, mode_t mode, const void *bytes, size_t len,
	enum fs_durable durable, struct error *err);

/* The same under a temporary name, which means nothing to anybody: an error says `told` instead. */
bool fs_write_as(int dir, const char *name, const char *told, mode_t mode, const void *bytes,
	size_t len, enum fs_durable durable, struct error *err);

/* Rename within or between two open folders, replacing what is there. */
bool fs_rename(int from_dir, const char *from, int to_dir, const char *to, struct error *err);

bool fs_remove(int dir, const char *name, struct error *err); /* gone already is success */
bool fs_sync(int fd, struct error *err);                      /* fsync of a file or folder */
bool fs_sync_data(int fd, struct error *err);                 /* of a file, but not its times */
bool fs_barrier(int fd, struct error *err);                   /* everything written so far lasts */

/* fs_write, fs_rename and fs_sync in one go. */
bool fs_replace(int dir, const char *name, mode_t mode, const void *bytes, size_t len,
	struct error *err);

/* The same, but a file of that name that is there already is an error and stays. */
bool fs_create(int dir, const char *name, mode_t mode, const void *bytes, size_t len,
	struct error *err);

/* The folder's time, in nanoseconds since 1970; 0 where it can't be told. */
int64_t fs_folder_time(int dir);

/*
 * Give a folder the present as its time, to the nanosecond.  Where the clock of the file system ticks
 * slower than changes come, this tells a change that comes later from the ones before.
 */
void fs_folder_touch(int dir);

/* Call each() for every name but . and .., in no order, until it returns false. */
bool fs_list(int dir, bool (*each)(void *ctx, const char *name), void *ctx, struct error *err);

/* The same with each file's inode, which costs nothing. */
bool fs_list_inodes(int dir, bool (*each)(void *ctx, const char *name, uint64_t inode), void *ctx,
	struct error *err);

/* Create a folder and the ones above it; one that is there already is fine. */
bool fs_make_dirs(const char *path, mode_t mode, struct error *err);

#endif
