/*
 * Names of files.  What a terminal couldn't show isn't offered: it could be neither read nor typed.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/complete.h"
#include "base/mem.h"
#include "base/text.h"

char *complete_home(const char *path)
{
	const char *home = getenv("HOME");
	bool ours = path[0] == '~' && (path[1] == '/' || !path[1]);
	return ours && home ? mem_format("%s%s", home, path + 1) : mem_text(path);
}

static bool is_folder(const char *folder, const struct dirent *e)
{
	struct stat st;
	if (e->d_type != DT_LNK && e->d_type != DT_UNKNOWN)
		return e->d_type == DT_DIR;
	char *path = mem_format("%s/%s", folder, e->d_name);
	bool yes = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
	free(path);
	return yes;
}

static int compare(const void *a, const void *b)
{
	const struct completion *x = a, *y = b;
	return strcmp(x->text, y->text);
}

/* head: what of the word stays as it was typed. */
static void take(const char *folder, const struct dirent *e, const char *head, size_t head_len,
	struct completions *out)
{
	bool open = is_folder(folder, e);
	char *text = mem_format("%.*s%s%s", (int)head_len, head, e->d_name, open ? "/" : "");
	if (!text_is_safe(text)) {
		free(text);
		return;
	}
	out->items = mem_grow(out->items, out->count, &out->cap, sizeof *out->items);
	out->items[out->count++] = (struct completion){ .text = text, .open = open };
}

/* Hidden files are for those who type their dot. */
static bool fits(const struct dirent *e, const char *begun)
{
	bool itself = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
	return !itself && (e->d_name[0] != '.' || begun[0] == '.') && text_starts(e->d_name, begun);
}

void complete_files(const char *begun, struct completions *out)
{
	if (!out->files || out->skip > strlen(begun))
		return;
	const char *path = begun + out->skip, *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	char *typed = slash ? mem_textn(path, (size_t)(slash - path) + 1) : mem_text(".");
	char *folder = complete_home(typed);
	size_t from = out->count;
	DIR *dir = opendir(folder);
	const struct dirent *e;
	while (dir && (e = readdir(dir)) != NULL)
		if (fits(e, name))
			take(folder, e, begun, (size_t)(name - begun), out);
	if (dir)
		closedir(dir);
	if (out->count > from)
		qsort(out->items + from, out->count - from, sizeof *out->items, compare);
	free(folder);
	free(typed);
}
