#include "tui/folder.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/text.h"

void folder_done(struct folder *folder)
{
	for (size_t i = 0; i < folder->count; i++) {
		free(folder->items[i].name);
		free(folder->items[i].safe);
	}
	free(folder->items);
	free(folder->path);
	free(folder->safe);
}

static bool add_item(void *ctx, const char *name)
{
	struct folder *folder = ctx;
	struct item item = { .name = mem_text(name), .safe = text_safe(name, strlen(name)) };
	struct stat st = { 0 };
	fstatat(folder->fd, name, &st, AT_SYMLINK_NOFOLLOW);
	item.link = S_ISLNK(st.st_mode);
	if (item.link && fstatat(folder->fd, name, &st, 0) != 0)
		st = (struct stat){ 0 };
	item.folder = S_ISDIR(st.st_mode);
	item.regular = S_ISREG(st.st_mode);
	item.size = st.st_size;
	item.mtime = st.st_mtime;
	folder->items = mem_grow(folder->items, folder->count, &folder->cap, sizeof item);
	folder->items[folder->count++] = item;
	return true;
}

bool folder_is_up(const struct item *item)
{
	return strcmp(item->name, "..") == 0;
}

/* The way up, folders, files; each by name, capitals among the others. */
static int compare(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	if (folder_is_up(x) != folder_is_up(y))
		return folder_is_up(x) ? -1 : 1;
	if (x->folder != y->folder)
		return x->folder ? -1 : 1;
	int order = strcasecmp(x->name, y->name);
	return order ? order : strcmp(x->name, y->name);
}

bool folder_read(struct folder *folder, char *take_path, struct error *err)
{
	*folder = (struct folder){
		.path = take_path,
		.safe = text_safe(take_path, strlen(take_path)),
	};
	folder->fd = fs_open_dir(AT_FDCWD, take_path, err);
	if (folder->fd < 0)
		return false;
	if (strcmp(take_path, "/") != 0)
		add_item(folder, "..");
	bool ok = fs_list(folder->fd, add_item, folder, err);
	close(folder->fd);
	if (folder->count > 0)
		qsort(folder->items, folder->count, sizeof *folder->items, compare);
	return ok;
}
