#include "deploy/staging.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"

void file_change_done(struct file_change *change)
{
	free(change->path);
	if (change->bytes.secret)
		buf_wipe(&change->bytes);
	else
		buf_done(&change->bytes);
}

void staging_free(struct staging *staging)
{
	if (!staging)
		return;
	for (size_t i = 0; i < staging->count; i++)
		file_change_done(&staging->items[i]);
	for (size_t i = 0; i < staging->kept_count; i++)
		free(staging->kept[i].path);
	free(staging->kept);
	free(staging->items);
	free(staging);
}

/* Without slashes at its end. */
static size_t length_of(const char *path)
{
	size_t len = strlen(path);
	while (len > 1 && path[len - 1] == '/')
		len--;
	return len;
}

struct file_change *staging_add(struct staging *staging, size_t target, enum file_change_kind kind,
	const char *path)
{
	staging->items = mem_grow(staging->items, staging->count, &staging->cap,
		sizeof *staging->items);
	struct file_change *change = &staging->items[staging->count++];
	size_t len = length_of(path);
	*change = (struct file_change){ .kind = kind,
		.path = mem_textn(path, len),
		.target = target,
		.uid = (uid_t)-1,
		.gid = (gid_t)-1 };
	return change;
}

static bool off(const char *path, const char *why, struct error *err)
{
	char *safe = text_safe(path, strlen(path));
	error_set(err, ERROR_FAILED, "%s: %s", safe, lang_text(why));
	free(safe);
	return false;
}

/* The file that a path means, also where it isn't there yet, and what is there; a link that leads nowhere
 * is kept. */
static char *meant(const char *path, struct stat *st, bool *existed)
{
	*existed = lstat(path, st) == 0;
	char *real = *existed && S_ISLNK(st->st_mode) ? realpath(path, NULL) : NULL;
	if (!real)
		return mem_text(path);
	*existed = lstat(real, st) == 0;
	return real;
}

/* Somebody made it, or it is made first: an empty folder somewhere else is no place to be read from. */
static bool folder_is_there(const struct staging *staging, const char *file, struct error *err)
{
	char *folder = mem_textn(file, (size_t)(strrchr(file, '/') - file));
	struct stat st;
	if (*folder)
		folder[length_of(folder)] = '\0';
	bool there = !*folder || (stat(folder, &st) == 0 && S_ISDIR(st.st_mode));
	for (size_t i = 0; !there && i < staging->count; i++)
		there = staging->items[i].kind == FILE_FOLDER && strcmp(staging->items[i].path, folder) == 0;
	if (!there)
		off(folder, N_("this folder isn't there (make it first)"), err);
	free(folder);
	return there;
}

struct file_change *stage_write(struct staging *staging, size_t target, const char *path, mode_t mode,
	struct buf *take, struct error *err)
{
	struct stat st;
	bool existed;
	char *file = meant(path, &st, &existed);
	struct file_change *change = NULL;
	if (existed && !S_ISREG(st.st_mode))
		off(path, N_("it is no regular file, so nothing is written there"), err);
	else if (existed || folder_is_there(staging, file, err))
		change = staging_add(staging, target, FILE_WRITE, file);
	free(file);
	if (!change)
		return NULL;
	change->bytes = *take;
	*take = (struct buf){ 0 };
	change->mode = mode ? mode : 0644;
	change->keep_mode = mode == 0;
	change->existed = existed;
	if (existed)
		fs_stamp(AT_FDCWD, change->path, &change->was);
	return change;
}

void file_change_read(struct file_change *change, const struct fs_stamp *was)
{
	change->existed = was->inode != 0;
	change->was = *was;
}

void stage_keep(struct staging *staging, size_t target, const char *path)
{
	struct stat st;
	bool there;
	char *file = meant(path, &st, &there);
	staging->kept = mem_grow(staging->kept, staging->kept_count, &staging->kept_cap,
		sizeof *staging->kept);
	staging->kept[staging->kept_count++] = (struct file_kept){ file, target };
}

bool stage_remove(struct staging *staging, size_t target, const char *path, struct error *err)
{
	struct stat st;
	if (lstat(path, &st) != 0)
		return errno == ENOENT || off(path, strerror(errno), err);
	if (S_ISDIR(st.st_mode))
		return off(path, N_("it is a folder, and isn't removed"), err);
	struct file_change *change = staging_add(staging, target, FILE_REMOVE, path);
	change->existed = true;
	fs_stamp(AT_FDCWD, path, &change->was);
	return true;
}

bool stage_folder(struct staging *staging, size_t target, const char *path, mode_t mode,
	struct error *err)
{
	struct stat st;
	if (stat(path, &st) == 0)
		return S_ISDIR(st.st_mode) || off(path, N_("it is no folder"), err);
	if (errno != ENOENT)
		return off(path, strerror(errno), err);
	staging_add(staging, target, FILE_FOLDER, path)->mode = mode;
	return true;
}

void stage_whole_folder(struct staging *staging, size_t target, const char *path, mode_t mode)
{
	struct file_change *change = staging_add(staging, target, FILE_FOLDER, path);
	change->mode = mode;
	change->whole = true;
}

struct file_change *stage_inside(struct staging *staging, size_t target, const char *path, mode_t mode,
	struct buf *take)
{
	struct file_change *change = staging_add(staging, target, FILE_WRITE, path);
	change->bytes = *take;
	*take = (struct buf){ 0 };
	change->mode = mode ? mode : 0644;
	change->inside = true;
	return change;
}
