#include "deploy/place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "deploy/spot.h"

static bool same_stamp(const struct fs_stamp *a, const struct fs_stamp *b)
{
	return a->inode == b->inode && a->size == b->size && a->mtime == b->mtime &&
	       a->mode == b->mode && a->uid == b->uid;
}

/* The hash of what a name holds; false where it can't be read. */
static bool hash_at(int dir, const char *name, struct fingerprint *out)
{
	struct buf bytes = { .secret = true };
	bool ok = fs_read(dir, name, FS_NOFOLLOW, SIZE_MAX / 4, &bytes, NULL, NULL);
	if (ok)
		fingerprint_of(buf_text(&bytes), bytes.len, out);
	buf_wipe(&bytes);
	return ok;
}

static bool holds(int dir, const char *name, const struct fingerprint *hash)
{
	struct fingerprint now;
	return hash_at(dir, name, &now) && fingerprint_compare(&now, hash) == 0;
}

static bool same_content(int dir, const char *a, int aside, const char *b)
{
	struct stat first, second;
	struct fingerprint hash;
	if (fstatat(dir, a, &first, AT_SYMLINK_NOFOLLOW) == 0 &&
		fstatat(aside, b, &second, AT_SYMLINK_NOFOLLOW) == 0 && first.st_ino == second.st_ino)
		return true;
	return hash_at(dir, a, &hash) && holds(aside, b, &hash);
}

/* --- forward ------------------------------------------------------------------------------------- */

bool place_check(struct places *places, const struct file_change *change, struct error *err)
{
	struct spot spot;
	struct fs_stamp now;
	bool folder = change->kind == FILE_FOLDER && !change->whole;
	if (folder || change->inside || !spot_find(places, change, &spot))
		return true;
	if (change->whole)
		return whole_check(&spot, change, err);
	bool there = fs_stamp(spot.dir, spot.name, &now);
	if (there != change->existed || (there && !same_stamp(&now, &change->was)))
		return spot_is_stale(change, err);
	return !there || !fs_exists(spot.aside, spot.old) || spot_is_left(change, spot.old, err);
}

static mode_t final_mode(const struct file_change *change, const struct stat *old)
{
	return change->keep_mode && change->existed ? old->st_mode & 07777 : change->mode;
}

/* Who owns it, and who may read it: before it has its name. */
static bool give(int fd, const struct spot *spot, const struct file_change *change)
{
	struct stat now, old = { 0 };
	if (fstat(fd, &now) != 0 ||
		(change->existed && fstatat(spot->dir, spot->name, &old, AT_SYMLINK_NOFOLLOW) != 0))
		return false;
	uid_t uid = change->uid != (uid_t)-1 ? change->uid : change->existed ? old.st_uid : now.st_uid;
	gid_t gid = change->gid != (gid_t)-1 ? change->gid : change->existed ? old.st_gid : now.st_gid;
	if ((uid != now.st_uid || gid != now.st_gid) && fchown(fd, uid, gid) != 0)
		return false;
	mode_t mode = final_mode(change, &old);
	/* A change of owner may have taken bits away. */
	return ((now.st_mode & 07777) == mode && uid == now.st_uid && gid == now.st_gid) ||
	       fchmod(fd, mode) == 0;
}

static void copy_label(int old, int fd)
{
	char value[4096];
	ssize_t len = fgetxattr(old, "security.selinux", value, sizeof value);
	if (len > 0)
		(void)fsetxattr(fd, "security.selinux", value, (size_t)len, 0);
}

/*
 * Those who are named one by one: where the old file names some, its mode tells what they may at most,
 * and would give that to its group.  Without a list it has none of its folder's either.  File systems
 * that have no lists say so, and that is all right.
 */
static bool copy_list(int old, int fd)
{
	static const char name[] = "system.posix_acl_access";
	char value[65536];
	ssize_t len = fgetxattr(old, name, value, sizeof value);
	if (len > 0)
		return fsetxattr(fd, name, value, (size_t)len, 0) == 0;
	return (len < 0 && errno != ENODATA) ? errno == EOPNOTSUPP :
					       fremovexattr(fd, name) == 0 || errno == ENODATA;
}

/* What else says who may read it; the list only where the mode isn't decided anew. */
static bool give_labels(int fd, const struct spot *spot, const struct file_change *change)
{
	if (!change->existed)
		return true;
	int old = openat(spot->dir, spot->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (old < 0)
		return !change->keep_mode;
	copy_label(old, fd);
	bool ok = !change->keep_mode || copy_list(old, fd);
	int reason = errno;
	close(old);
	errno = reason;
	return ok;
}

/* The list before the mode, which is too wide without it. */
static bool fill(int fd, const struct spot *spot, const struct file_change *change,
	enum fs_durable durable)
{
	return fs_write_fd(fd, buf_text(&change->bytes), change->bytes.len) &&
	       give_labels(fd, spot, change) && give(fd, spot, change) &&
	       (durable == FS_LATER || fsync(fd) == 0);
}

/*
 * What lies there under such a name was left by somebody who was killed, and was never in place; but in a
 * new folder, where a file has its name at once, it is a stranger's.
 */
static int create(const struct spot *spot, const struct file_change *change)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	mode_t mode = change->existed || change->bytes.secret ? 0600 : change->mode & 0777;
	int fd = openat(spot->aside, spot->fresh, flags, mode);
	if (fd < 0 && errno == EEXIST && !change->inside && unlinkat(spot->aside, spot->fresh, 0) == 0)
		fd = openat(spot->aside, spot->fresh, flags, mode);
	return fd;
}

bool place_write(struct places *places, const struct file_change *change, enum fs_durable durable,
	struct error *err)
{
	struct spot spot;
	if (change->kind == FILE_REMOVE)
		return true;
	if (!spot_need(places, change, &spot, err))
		return false;
	if (change->kind == FILE_FOLDER) {
		places_forget_missing(places);
		return change->whole ? whole_make(&spot, change, err) : folder_make(&spot, change, err);
	}
	int fd = create(&spot, change);
	bool ok = fd >= 0 && fill(fd, &spot, change, durable);
	int reason = errno;
	if (fd >= 0 && close(fd) != 0 && ok) {
		reason = errno;
		ok = false;
	}
	errno = reason;
	return ok || spot_told(change->path, N_("its new content can't be written beside it"), err);
}

/* A file that can't have two names is copied, whole before it has the name that counts. */
static bool copy_old(const struct spot *spot)
{
	struct buf bytes = { .secret = true };
	struct stat st = { 0 };
	bool ok = (unlinkat(spot->aside, spot->half, 0) == 0 || errno == ENOENT) &&
		  fs_read(spot->dir, spot->name, FS_NOFOLLOW, SIZE_MAX / 4, &bytes, NULL, NULL) &&
		  fs_write(spot->aside, spot->half, 0600, buf_text(&bytes), bytes.len, FS_DURABLE, NULL) &&
		  fstatat(spot->dir, spot->name, &st, AT_SYMLINK_NOFOLLOW) == 0;
	buf_wipe(&bytes);
	int reason = ok ? 0 : errno;
	/* Whose file system has no links has no owners either. */
	if (ok && fchownat(spot->aside, spot->half, st.st_uid, st.st_gid, AT_SYMLINK_NOFOLLOW) != 0)
		reason = st.st_uid == geteuid() ? 0 : errno;
	if (reason == 0 && (fchmodat(spot->aside, spot->half, st.st_mode & 07777, 0) != 0 ||
				   renameat(spot->aside, spot->half, spot->aside, spot->old) != 0))
		reason = errno;
	errno = reason;
	return reason == 0;
}

static bool cant_link(void)
{
	return errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS || errno == EMLINK;
}

static bool keep_link(const struct spot *spot)
{
	if (linkat(spot->dir, spot->name, spot->aside, spot->old, 0) == 0)
		return true;
	return cant_link() && copy_old(spot);
}

bool place_keep(struct places *places, const struct file_change *change, struct error *err)
{
	struct spot spot;
	struct fs_stamp now;
	if (change->kind != FILE_WRITE || !change->existed)
		return true;
	if (!spot_need(places, change, &spot, err))
		return false;
	if (!keep_link(&spot))
		return spot_told(change->path, N_("what is there can't be kept beside it"), err);
	return (fs_stamp(spot.dir, spot.name, &now) && same_stamp(&now, &change->was)) ||
	       spot_is_stale(change, err);
}

/* A file that can't have two names gets a mark: with it, and without the name that it had, it is ours. */
static bool put_fresh(const struct spot *spot)
{
	if (linkat(spot->aside, spot->fresh, spot->dir, spot->name, 0) == 0)
		return true;
	return cant_link() && spot_mark(spot, spot->half) &&
	       spot_rename(spot->aside, spot->fresh, spot->dir, spot->name);
}

bool place_put(struct places *places, const struct file_change *change, struct error *err)
{
	struct spot spot;
	bool ok = true;
	if (change->inside || (change->kind == FILE_FOLDER && !change->whole))
		return true;
	if (!spot_need(places, change, &spot, err))
		return false;
	if (change->whole)
		ok = whole_put(&spot);
	else if (change->kind == FILE_REMOVE)
		ok = spot_rename(spot.dir, spot.name, spot.aside, spot.old);
	else if (change->existed)
		ok = renameat(spot.aside, spot.fresh, spot.dir, spot.name) == 0;
	else
		ok = put_fresh(&spot);
	return ok || spot_told(change->path, N_("can't be put in place"), err);
}

/* --- back ---------------------------------------------------------------------------------------- */

static bool stuck(const struct file_change *change, const struct spot *spot, const char *why,
	struct error *err)
{
	char *safe = text_safe(change->path, strlen(change->path));
	char *old = text_safe(spot->old, strlen(spot->old));
	error_set(err, ERROR_FAILED,
		"%s: %s; what it was stands beside it as %s (look at both, then move or remove it)",
		safe, lang_text(why), old);
	free(safe);
	free(old);
	return false;
}

/* What was kept goes back to where it was, unless somebody has put something there. */
static bool bring_back(const struct spot *spot, const struct file_change *change, struct error *err)
{
	if (!fs_exists(spot->aside, spot->old))
		return true;
	bool there = fs_exists(spot->dir, spot->name);
	bool ours = there && change->kind == FILE_WRITE && holds(spot->dir, spot->name, &change->hash);
	bool ok;
	if (there && !ours && same_content(spot->dir, spot->name, spot->aside, spot->old))
		ok = unlinkat(spot->aside, spot->old, 0) == 0;
	else if (there && !ours)
		return stuck(change, spot, N_("somebody changed it meanwhile"), err);
	else
		ok = renameat(spot->aside, spot->old, spot->dir, spot->name) == 0;
	/* Of two names of one file, which hold the same, a rename leaves both. */
	if (ok && fs_exists(spot->aside, spot->old))
		ok = unlinkat(spot->aside, spot->old, 0) == 0;
	return ok || stuck(change, spot, strerror(errno), err);
}

static bool is_gone(int rc)
{
	return rc == 0 || errno == ENOENT;
}

/* Did we put it there?  What only looks like it is somebody else's. */
static bool is_ours(const struct spot *spot, const struct file_change *change)
{
	struct stat now, fresh;
	if (fstatat(spot->dir, spot->name, &now, AT_SYMLINK_NOFOLLOW) != 0 ||
		!holds(spot->dir, spot->name, &change->hash))
		return false;
	if (fstatat(spot->aside, spot->fresh, &fresh, AT_SYMLINK_NOFOLLOW) == 0)
		return now.st_ino == fresh.st_ino && now.st_dev == fresh.st_dev;
	return fs_exists(spot->aside, spot->half);
}

/* A file that can't be read at the moment may be ours: to leave it there would not be to go back. */
static bool can_tell(const struct spot *spot)
{
	struct fs_stamp now;
	struct fingerprint ignored;
	return !fs_stamp(spot->dir, spot->name, &now) || !S_ISREG(now.mode) ||
	       hash_at(spot->dir, spot->name, &ignored);
}

static bool inside_back(struct places *places, const struct file_change *change, const struct spot *spot)
{
	if (whole_waits(places, change->path) || holds(spot->dir, spot->name, &change->hash))
		return is_gone(unlinkat(spot->dir, spot->name, 0));
	return can_tell(spot);
}

bool place_back(struct places *places, const struct file_change *change, bool any_stuck,
	struct error *err)
{
	struct spot spot;
	bool ok = true, in_use = false;
	if (!spot_find(places, change, &spot))
		return errno == ENOENT || spot_told(change->path, N_("its folder can't be opened"), err);
	if (change->inside)
		return inside_back(places, change, &spot) ||
		       spot_told(change->path, N_("can't be removed again"), err);
	if (change->whole)
		ok = whole_back(&spot, &in_use);
	else if (change->kind == FILE_FOLDER)
		ok = folder_back(&spot, &in_use);
	else if (change->existed && !bring_back(&spot, change, err))
		return false;
	else if (!change->existed && is_ours(&spot, change))
		ok = is_gone(unlinkat(spot.dir, spot.name, 0));
	else if (!change->existed)
		ok = can_tell(&spot);
	if (!ok && change->whole)
		return whole_stuck(&spot, change, err);
	if (!ok)
		return spot_told(change->path, N_("can't be removed again"), err);
	/* Whoever gets unstuck what is in it is to know that the folder goes, too. */
	if (in_use && any_stuck)
		return true;
	/* In this order: a mark without a new content says that it is in place. */
	return (is_gone(unlinkat(spot.aside, spot.half, 0)) &&
		       is_gone(unlinkat(spot.aside, spot.fresh, 0))) ||
	       spot_told(change->path, N_("what was written beside it can't be removed"), err);
}

bool place_clean(struct places *places, const struct file_change *change, struct error *err)
{
	struct spot spot;
	if (change->inside)
		return true;
	if (!spot_find(places, change, &spot))
		return errno == ENOENT || spot_told(change->path, N_("its folder can't be opened"), err);
	if (change->existed)
		return is_gone(unlinkat(spot.aside, spot.old, 0)) ||
		       spot_told(change->path, N_("what was kept beside it can't be removed"), err);
	return ((change->whole || is_gone(unlinkat(spot.aside, spot.fresh, 0))) &&
		       is_gone(unlinkat(spot.aside, spot.half, 0))) ||
	       spot_told(change->path, N_("its second name can't be removed"), err);
}
