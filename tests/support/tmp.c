#include "support/tmp.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "support/unit.h"

struct tmp {
	char *path;
	char **texts; /* handed out by tmp_path() and tmp_read() */
	size_t count, cap;
};

static const char *keep(struct tmp *tmp, char *text)
{
	tmp->texts = mem_grow(tmp->texts, tmp->count, &tmp->cap, sizeof *tmp->texts);
	return tmp->texts[tmp->count++] = text;
}

/* In memory where that is possible: thousands of fsyncs are tested, and none of them by what the disk
 * does. */
static const char *base(void)
{
	const char *named = getenv("TMPDIR");
	if (named && *named)
		return named;
	return access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
}

struct tmp *tmp_new(void)
{
	struct tmp *tmp = mem_new(sizeof *tmp);
	tmp->path = mem_format("%s/certary-test-XXXXXX", base());
	if (!mkdtemp(tmp->path))
		fail_msg("%s: %s", tmp->path, strerror(errno));
	return tmp;
}

/* Folders that a test locked are opened again on the way down. */
static int unlock_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)ftw;
	if (type == FTW_D || type == FTW_DNR)
		chmod(path, 0700);
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void remove_all(const char *path)
{
	nftw(path, unlock_one, 16, FTW_PHYS);
	nftw(path, remove_one, 16, FTW_PHYS | FTW_DEPTH);
}

void tmp_free(struct tmp *tmp)
{
	if (!tmp)
		return;
	remove_all(tmp->path);
	for (size_t i = 0; i < tmp->count; i++)
		free(tmp->texts[i]);
	free(tmp->texts);
	free(tmp->path);
	free(tmp);
}

int tmp_setup(void **state)
{
	*state = tmp_new();
	return 0;
}

int tmp_teardown(void **state)
{
	tmp_free(*state);
	return 0;
}

const char *tmp_path(struct tmp *tmp, const char *name)
{
	return name ? keep(tmp, mem_format("%s/%s", tmp->path, name)) : tmp->path;
}

static void make_parents(const char *path)
{
	char *copy = mem_text(path);
	for (char *p = strchr(copy + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (mkdir(copy, 0755) != 0 && errno != EEXIST)
			fail_msg("%s: %s", copy, strerror(errno));
		*p = '/';
	}
	free(copy);
}

void tmp_write(struct tmp *tmp, const char *name, const void *bytes, size_t len)
{
	const char *path = tmp_path(tmp, name);
	make_parents(path);
	FILE *f = fopen(path, "we");
	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	size_t n = fwrite(bytes, 1, len, f);
	if (fclose(f) != 0 || n != len)
		fail_msg("%s: %s", path, strerror(errno));
}

void tmp_text(struct tmp *tmp, const char *name, const char *text)
{
	tmp_write(tmp, name, text, strlen(text));
}

const char *tmp_read(struct tmp *tmp, const char *name, size_t *len)
{
	struct buf all = { 0 };
	struct error err;
	if (!fs_read(AT_FDCWD, tmp_path(tmp, name), FS_FOLLOW, SIZE_MAX / 2, &all, NULL, &err))
		fail_msg("%s", err.text);
	if (len)
		*len = all.len;
	return keep(tmp, buf_take(&all));
}

void tmp_dir(struct tmp *tmp, const char *name)
{
	const char *path = tmp_path(tmp, name);
	make_parents(path);
	if (mkdir(path, 0755) != 0 && errno != EEXIST)
		fail_msg("%s: %s", path, strerror(errno));
}

void tmp_mode(struct tmp *tmp, const char *name, mode_t mode)
{
	if (chmod(tmp_path(tmp, name), mode) != 0)
		fail_msg("%s: %s", name, strerror(errno));
}

void tmp_remove(struct tmp *tmp, const char *name)
{
	remove_all(tmp_path(tmp, name));
}

bool tmp_exists(struct tmp *tmp, const char *name)
{
	struct stat st;
	return lstat(tmp_path(tmp, name), &st) == 0;
}

size_t tmp_count(struct tmp *tmp, const char *name)
{
	size_t n = 0;
	DIR *dir = opendir(tmp_path(tmp, name));
	if (!dir)
		return 0;
	for (const struct dirent *d = readdir(dir); d; d = readdir(dir))
		n += strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0;
	closedir(dir);
	return n;
}
