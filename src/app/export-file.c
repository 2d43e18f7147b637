#include "app/export-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/export.h"
#include "base/fs.h"
#include "base/mem.h"

#define FILE_MODE 0644 /* certificates are public, and whoever reads the file is another user */
#define KEY_MODE  0600

/* Where a link leads to, so that it goes on being one; else a copy of the path. */
static char *follow(const char *path, struct error *err)
{
	struct stat st;
	if (lstat(path, &st) != 0 || !S_ISLNK(st.st_mode))
		return mem_text(path);
	char *target = realpath(path, NULL);
	if (!target)
		error_errno(err, "%s: leads nowhere", path);
	return target;
}

static bool is_free(const char *path, bool replace, struct error *err)
{
	struct stat st;
	if (lstat(path, &st) != 0)
		return errno == ENOENT || error_errno(err, "%s", path);
	if (!S_ISREG(st.st_mode))
		return error_set(err, ERROR_FAILED, "%s: is no regular file", path);
	return replace || error_set(err, ERROR_SECRET, "%s: is there already (--yes replaces it)", path);
}

static bool put(const char *path, const struct buf *bytes, mode_t mode, bool replace,
	struct error *err)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	char *folder = slash ? mem_textn(path, (size_t)(slash - path) + 1) : mem_text(".");
	int dir = *name ? fs_open_dir(AT_FDCWD, folder, err) : -1;
	if (!*name)
		error_set(err, ERROR_USAGE, "%s: is no name for a file", path);
	bool ok = dir >= 0 && (replace ? fs_replace : fs_create)(dir, name, mode, bytes->data,
				      bytes->len, err);
	if (dir >= 0)
		close(dir);
	free(folder);
	return ok;
}

bool export_file_put(const char *path, const struct buf *bytes, bool has_key, bool replace,
	struct error *err)
{
	mode_t mode = has_key ? KEY_MODE : FILE_MODE;
	char *target = follow(path, err);
	bool ok = target && is_free(target, replace, err) && put(target, bytes, mode, replace, err);
	free(target);
	return ok;
}

bool export_replaces(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}
