/* The folders that themes lie in, and which there are. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/user.h"
#include "tui/theme-parts.h"

#ifndef CERTARY_DATADIR
#define CERTARY_DATADIR "/usr/local/share/certary"
#endif

#define PROGRAM_LINK "/proc/self/exe"
#define SUFFIX       ".theme"

/*
 * Where themes lie, the first place first; NULL: there is none of that number.  build/certary finds themes/
 * of the source tree, and what was installed under another root that one's.  A folder `themes` above the
 * program may be anybody's, as in ~/bin and ~/themes: it counts beside the source alone.
 */
#define FOLDERS   4
#define OF_SOURCE "src/tui/theme.c"

static char *above_program(const char *folder)
{
	char program[4096];
	ssize_t len = readlink(PROGRAM_LINK, program, sizeof program - 1);
	if (len <= 0)
		return NULL;
	program[len] = '\0';
	char *slash = strrchr(program, '/');
	if (!slash)
		return NULL;
	*slash = '\0';
	return mem_format("%s/../%s", program, folder);
}

static bool is_source(const char *file)
{
	char *mark = above_program(file);
	bool ours = mark && access(mark, R_OK) == 0;
	free(mark);
	return ours;
}

/* A variant of the build stands one folder deeper: build/asan/certary. */
static char *source_themes(void)
{
	if (is_source(OF_SOURCE))
		return above_program("themes");
	return is_source("../" OF_SOURCE) ? above_program("../themes") : NULL;
}

static char *theme_folder(size_t i)
{
	const char *home = user_config_home();
	if (i == 0)
		return home ? mem_format("%s/certary/themes", home) : NULL;
	if (i == 1)
		return source_themes();
	if (i == 2)
		return above_program("share/certary/themes");
	return mem_text(CERTARY_DATADIR "/themes");
}

char *theme_find(const char *name)
{
	char *path = strchr(name, '/') ? mem_text(name) : NULL;
	for (size_t i = 0; i < FOLDERS && !path; i++) {
		char *folder = theme_folder(i);
		path = folder ? mem_format("%s/%s" SUFFIX, folder, name) : NULL;
		free(folder);
		if (path && access(path, R_OK) == 0)
			break;
		free(path);
		path = NULL;
	}
	return path;
}

void theme_each(void (*take)(void *ctx, const char *name), void *ctx)
{
	for (size_t i = 0; i < FOLDERS; i++) {
		char *folder = theme_folder(i);
		DIR *dir = folder ? opendir(folder) : NULL;
		const struct dirent *e;
		while (dir && (e = readdir(dir)) != NULL) {
			size_t len = strlen(e->d_name), suffix = strlen(SUFFIX);
			if (len <= suffix || strcmp(e->d_name + len - suffix, SUFFIX) != 0)
				continue;
			char *name = mem_textn(e->d_name, len - suffix);
			take(ctx, name);
			free(name);
		}
		if (dir)
			closedir(dir);
		free(folder);
	}
}

/* --- which there are -------------------------------------------------------------------------- */

static void add_theme(void *ctx, const char *name)
{
	struct theme_list *list = ctx;
	if (!text_is_safe(name))
		return;
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].name, name) == 0)
			return;
	list->items = mem_grow(list->items, list->count, &list->cap, sizeof *list->items);
	list->items[list->count++] = (struct theme_entry){ .name = mem_text(name) };
}

static int by_name(const void *a, const void *b)
{
	const struct theme_entry *x = a, *y = b;
	return strcmp(x->name, y->name);
}

static void describe(struct theme_entry *entry)
{
	struct theme theme;
	struct error err = { 0 };
	entry->broken = !theme_read(&theme, &entry->about, entry->name, &err);
	if (!entry->broken)
		return;
	free(entry->about);
	entry->about = mem_text(err.text);
}

void theme_list(struct theme_list *list)
{
	add_theme(list, "default");
	theme_each(add_theme, list);
	qsort(list->items + 1, list->count - 1, sizeof *list->items, by_name);
	for (size_t i = 0; i < list->count; i++)
		describe(&list->items[i]);
}

void theme_list_done(struct theme_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->items[i].name);
		free(list->items[i].about);
	}
	free(list->items);
	*list = (struct theme_list){ 0 };
}
