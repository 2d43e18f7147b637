/*
 * The folder is made beside its place under another name, and put there when all of it is on the
 * disk: nobody ever sends half a pack.  One that is there is changed for the new one in the same
 * way, and only then emptied.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/exchange.h"
#include "base/fs.h"
#include "base/mem.h"

static bool part_path(const char *path, char **above, char **name, struct error *err)
{
	const char *slash = strrchr(path, '/');
	*name = mem_text(slash ? slash + 1 : path);
	*above = slash ? mem_textn(path, (size_t)(slash - path) + 1) : mem_text(".");
	bool fine = **name && strcmp(*name, ".") != 0 && strcmp(*name, "..") != 0;
	return fine || error_set(err, ERROR_USAGE, "%s: is no name for a new folder", path);
}

struct looking {
	const struct exchange *x;
	int dir;
	bool foreign;
};

static bool look(void *ctx, const char *name)
{
	struct looking *l = ctx;
	struct stat st;
	bool ours = fstatat(l->dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode);
	bool known = false;
	for (size_t i = 0; i < l->x->count; i++)
		known |= strcmp(l->x->files[i].name, name) == 0;
	l->foreign |= !ours || !known;
	return !l->foreign;
}

bool exchange_replaces(const struct exchange *x, bool *replaces, struct error *err)
{
	struct stat st;
	*replaces = false;
	if (lstat(x->folder, &st) != 0)
		return errno == ENOENT || error_errno(err, "%s", x->folder);
	if (!S_ISDIR(st.st_mode))
		return error_set(err, ERROR_FAILED, "%s: is no folder", x->folder);
	struct looking l = { .x = x, .dir = fs_open_dir(AT_FDCWD, x->folder, err) };
	if (l.dir < 0)
		return false;
	bool ok = fs_list(l.dir, look, &l, err);
	close(l.dir);
	if (ok && l.foreign)
		return error_set(err, ERROR_FAILED,
			"%s: holds other files than those of the pack (name another folder)",
			x->folder);
	*replaces = true;
	return ok;
}

static void remove_folder(const struct exchange *x, int above, const char *name)
{
	int dir = openat(above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	for (size_t i = 0; dir >= 0 && i < x->count; i++)
		unlinkat(dir, x->files[i].name, 0);
	if (dir >= 0)
		close(dir);
	unlinkat(above, name, AT_REMOVEDIR);
}

static bool fill_folder(const struct exchange *x, int above, const char *temp, struct error *err)
{
	int dir = openat(above, temp, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	bool ok = dir >= 0 || error_errno(err, "%s", x->folder);
	for (size_t i = 0; ok && i < x->count; i++)
		ok = fs_write(dir, x->files[i].name, 0644, buf_text(&x->files[i].bytes),
			x->files[i].bytes.len, FS_DURABLE, err);
	ok = ok && fs_sync(dir, err);
	if (dir >= 0)
		close(dir);
	return ok;
}

static bool put_in_place(const struct exchange *x, int above, const char *temp, const char *name,
	bool replace, struct error *err)
{
	unsigned how = replace ? RENAME_EXCHANGE : RENAME_NOREPLACE;
	if (renameat2(above, temp, above, name, how) != 0)
		return error_errno(err, "%s", x->folder);
	if (replace)
		remove_folder(x, above, temp);
	return fs_sync(above, err) ||
	       error_wrap(err, "%s: is written, but may not outlast a power cut", x->folder);
}

static bool save_in(const struct exchange *x, const char *above, const char *name, bool replace,
	struct error *err)
{
	int dir = fs_open_dir(AT_FDCWD, above, err);
	if (dir < 0)
		return false;
	char *temp = mem_format(".%s.%ld", name, (long)getpid());
	bool made = mkdirat(dir, temp, 0755) == 0 || error_errno(err, "%s", x->folder);
	bool ok = made && fill_folder(x, dir, temp, err) &&
		  put_in_place(x, dir, temp, name, replace, err);
	if (made && !ok) /* another one of that name is somebody else's */
		remove_folder(x, dir, temp);
	free(temp);
	close(dir);
	return ok;
}

bool exchange_save(struct app *app, const struct exchange *x, bool replace, struct error *err)
{
	char *above = NULL, *name = NULL;
	bool is = false;
	if (app_read_only(app))
		return error_set(err, ERROR_FAILED, "%s: --read-only writes no file", x->folder);
	bool ok = exchange_replaces(x, &is, err) && part_path(x->folder, &above, &name, err);
	if (ok && is && !replace)
		ok = error_set(
			err, ERROR_SECRET, "%s: is there already (--yes replaces it)", x->folder);
	ok = ok && save_in(x, above, name, is, err);
	free(above);
	free(name);
	return ok;
}
