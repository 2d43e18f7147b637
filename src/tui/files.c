/*
 * A folder is read whole and sorted once (tui/folder.h); the filter and the hidden names decide
 * which of its items are shown, as an array of indexes.
 */
#include "tui/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "tui/columns.h"
#include "tui/folder.h"
#include "tui/line.h"

struct files {
	struct folder at;
	size_t *shown; /* indexes of items */
	size_t shown_count;
	struct list list;
	bool hidden, typing;
	struct line *filter;
	char *folded; /* the filter, folded */
	char *problem;
	char *path; /* of the item that was handed out last */
};

enum { COLUMN_NAME, COLUMN_SIZE, COLUMN_DATE, COLUMNS };

static const struct column columns[COLUMNS] = {
	[COLUMN_NAME] = { .title = N_("name"), .min = 8, .want = 16, .stretch = true },
	[COLUMN_SIZE] = { .title = N_("size"), .min = 7, .want = 7, .rank = 1, .right = true },
	[COLUMN_DATE] = { .title = N_("changed"), .min = 10, .want = 10, .rank = 2 },
};

static bool matches(const struct files *files, const struct item *item)
{
	struct buf folded = { 0 };
	if (folder_is_up(item))
		return true;
	if (item->name[0] == '.' && !files->hidden)
		return false;
	if (!files->folded)
		return true;
	text_fold(&folded, item->safe);
	bool found = strstr(buf_text(&folded), files->folded) != NULL;
	buf_done(&folded);
	return found;
}

static void choose_shown(struct files *files)
{
	size_t count = 0;
	free(files->shown);
	files->shown = mem_new((files->at.count + 1) * sizeof *files->shown);
	for (size_t i = 0; i < files->at.count; i++)
		if (matches(files, &files->at.items[i]))
			files->shown[count++] = i;
	files->shown_count = count;
	list_resize(&files->list, count);
}

static const struct item *item_at(const struct files *files, size_t index)
{
	return index < files->shown_count ? &files->at.items[files->shown[index]] : NULL;
}

static void select_name(struct files *files, const char *name)
{
	for (size_t i = 0; i < files->shown_count; i++)
		if (strcmp(item_at(files, i)->name, name) == 0)
			list_select(&files->list, i);
}

static void set_filter(struct files *files, const char *text)
{
	struct buf folded = { 0 };
	text_fold(&folded, text);
	free(files->folded); // NOLINT(clang-analyzer-unix.Malloc): each call leaves its own, or NULL
	files->folded = *text ? buf_take(&folded) : NULL;
	buf_done(&folded);
	choose_shown(files);
	if (*text && files->list.cursor == 0 && files->shown_count > 1 &&
		folder_is_up(item_at(files, 0)))
		list_select(&files->list, 1);
}

static void end_filter(struct files *files)
{
	const struct item *item = item_at(files, files->list.cursor);
	files->typing = false;
	line_set(files->filter, "");
	set_filter(files, "");
	if (item)
		select_name(files, item->name);
}

static char *join(const char *folder, const char *name)
{
	return mem_format("%s%s%s", folder, strcmp(folder, "/") == 0 ? "" : "/", name);
}

/* An absolute path without slashes at its end: "/a/b/" is "/a/b". */
static char *absolute(const char *path)
{
	char *whole, *here = path[0] == '/' ? NULL : getcwd(NULL, 0);
	if (strcmp(path, ".") == 0 && here)
		return here;
	whole = here ? join(here, path) : mem_text(path);
	free(here);
	for (size_t len = strlen(whole); len > 1 && whole[len - 1] == '/'; len--)
		whole[len - 1] = '\0';
	return whole;
}

/* Takes path. */
static bool go(struct files *files, char *path, struct error *err)
{
	struct folder fresh;
	if (!folder_read(&fresh, path, err)) {
		folder_done(&fresh);
		return false;
	}
	folder_done(&files->at);
	files->at = fresh;
	files->list.cursor = files->list.top = 0;
	files->typing = false;
	line_set(files->filter, "");
	set_filter(files, "");
	return true;
}

static void draw_row(void *ctx, const struct list_row *row);

struct files *files_new(const char *folder, struct error *err)
{
	struct files *files = mem_new(sizeof *files);
	files->filter = line_new(LINE_PLAIN, NULL);
	files->list = (struct list){ .draw = draw_row, .ctx = files };
	if (files_go(files, folder ? folder : ".", err))
		return files;
	files_free(files);
	return NULL;
}

void files_free(struct files *files)
{
	if (!files)
		return;
	folder_done(&files->at);
	line_free(files->filter);
	free(files->shown);
	free(files->folded);
	free(files->problem);
	free(files->path);
	free(files);
}

bool files_go(struct files *files, const char *folder, struct error *err)
{
	return go(files, absolute(folder), err);
}

bool files_reload(struct files *files, struct error *err)
{
	const struct item *item = item_at(files, files->list.cursor);
	char *name = item ? mem_text(item->name) : NULL;
	bool ok = go(files, mem_text(files->at.path), err);
	if (ok && name)
		select_name(files, name);
	free(name);
	return ok;
}

static char *parent_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash == path ? mem_text("/") : mem_textn(path, (size_t)(slash - path));
}

bool files_show(struct files *files, const char *path, struct error *err)
{
	struct stat st;
	char *whole = absolute(path);
	const char *name = strrchr(whole, '/') + 1;
	bool there = stat(whole, &st) == 0;
	if (!there)
		error_errno(err, "opening this");
	bool folder = there && S_ISDIR(st.st_mode);
	bool ok = there && go(files, folder ? mem_text(whole) : parent_of(whole), err);
	if (ok && !folder) {
		files->hidden |= *name == '.';
		choose_shown(files);
		select_name(files, name);
	}
	free(whole);
	return ok;
}

const char *files_folder(const struct files *files)
{
	return files->at.safe;
}

bool files_current(const struct files *files, struct files_item *out)
{
	const struct item *item = item_at(files, files->list.cursor);
	if (!item)
		return false;
	struct files *own = (struct files *)files; /* the path is made when somebody asks */
	free(own->path);
	own->path =
		folder_is_up(item) ? parent_of(files->at.path) : join(files->at.path, item->name);
	*out = (struct files_item){
		.path = files->path,
		.name = item->safe,
		.folder = item->folder,
		.regular = item->regular,
		.size = item->size,
		.mtime = item->mtime,
	};
	return true;
}

static void format_size(char out[32], const struct item *item)
{
	static const char units[] = "BkMGTPE";
	int64_t size = item->size;
	int unit = 0;
	for (; size >= 10000 && unit < 6; unit++)
		size /= 1024;
	out[0] = '\0';
	if (item->regular)
		snprintf(out, 32, "%lld%c", (long long)size, units[unit]);
}

static void draw_row(void *ctx, const struct list_row *row)
{
	const struct files *files = ctx;
	const struct item *item = item_at(files, row->index);
	struct column_place places[COLUMNS];
	char size[32], date[CLOCK_ISO] = "";
	bool plain = item->folder || item->regular;
	enum role role = list_role(row, plain ? ROLE_NORMAL : ROLE_DIM);
	char *name = mem_format("%s%s", item->safe, item->folder ? "/" : item->link ? "@" : "");
	format_size(size, item);
	if (!folder_is_up(item) && plain)
		lang_date(date, item->mtime);
	columns_place(columns, COLUMNS, row->area.cols, places);
	columns_cell(row->area, 0, &columns[COLUMN_NAME], &places[COLUMN_NAME], role, name,
		files->folded);
	columns_cell(row->area, 0, &columns[COLUMN_SIZE], &places[COLUMN_SIZE], role, size, NULL);
	columns_cell(row->area, 0, &columns[COLUMN_DATE], &places[COLUMN_DATE], role, date, NULL);
	free(name);
}

/* The end of a path says more than its beginning. */
static void draw_folder(const struct files *files, struct area row)
{
	const char *path = files->at.safe;
	while (area_width(path) > row.cols && strchr(path + 1, '/'))
		path = strchr(path + 1, '/');
	area_clear_row(row, 0, ROLE_HEADING);
	area_text(row, 0, 0, ROLE_HEADING, path);
}

static void draw_foot(struct files *files, struct area row, bool focus)
{
	area_clear_row(row, 0, ROLE_NORMAL);
	if (files->problem && !files->typing) {
		area_text(row, 0, 0, ROLE_ERROR, files->problem);
		return;
	}
	if (!files->typing && !files->folded)
		return;
	int used = area_text(row, 0, 0, ROLE_LABEL, "/");
	area_cut_left(&row, used);
	line_draw(files->filter, row, files->typing ? ROLE_FIELD_CURSOR : ROLE_NORMAL,
		focus && files->typing);
}

void files_draw(struct files *files, struct area area, bool focus)
{
	draw_folder(files, area_cut_top(&area, area.rows > 2 ? 1 : 0));
	bool foot = files->problem || files->typing || files->folded;
	struct area row = area_cut_bottom(&area, foot && area.rows > 1 ? 1 : 0);
	list_draw(&files->list, area, focus);
	draw_foot(files, row, focus);
}

static void set_problem(struct files *files, const char *text)
{
	free(files->problem);
	files->problem = mem_text(text);
}

/* Takes path. */
static enum reaction visit(struct files *files, char *path)
{
	struct error err;
	if (!go(files, path, &err))
		set_problem(files, err.text);
	return REACT_REPAINT;
}

static enum reaction go_up(struct files *files)
{
	const char *slash = strrchr(files->at.path, '/');
	if (!slash || strcmp(files->at.path, "/") == 0)
		return REACT_NONE;
	char *came_from = mem_text(slash + 1);
	visit(files, parent_of(files->at.path));
	if (!files->problem)
		select_name(files, came_from);
	free(came_from);
	return REACT_REPAINT;
}

static enum reaction enter(struct files *files)
{
	const struct item *item = item_at(files, files->list.cursor);
	if (!item)
		return REACT_NONE;
	if (folder_is_up(item))
		return go_up(files);
	if (item->folder)
		return visit(files, join(files->at.path, item->name));
	if (item->regular)
		return REACT_ACCEPT;
	set_problem(files, _("this is neither a file nor a folder"));
	return REACT_REPAINT;
}

static enum reaction typing_key(struct files *files, const struct key *key)
{
	if (key_is(key, "Esc") || key_is(key, "C-c")) {
		end_filter(files);
		return REACT_REPAINT;
	}
	if (key_is(key, "Enter")) {
		files->typing = false;
		return REACT_REPAINT;
	}
	enum reaction reaction = line_key(files->filter, key);
	if (reaction == REACT_UNHANDLED)
		return list_key(&files->list, key);
	set_filter(files, line_text(files->filter));
	return reaction;
}

static enum reaction toggle_hidden(struct files *files)
{
	const struct item *item = item_at(files, files->list.cursor);
	const char *name = item ? item->name : "";
	files->hidden = !files->hidden;
	choose_shown(files);
	select_name(files, name);
	return REACT_REPAINT;
}

static enum reaction plain_key(struct files *files, const struct key *key)
{
	if (key_is(key, "Enter") || key_is(key, "Right") || key_is(key, "l"))
		return enter(files);
	if (key_is(key, "Backspace") || key_is(key, "Left") || key_is(key, "h"))
		return go_up(files);
	if (key_is(key, "."))
		return toggle_hidden(files);
	if (key_is(key, "/")) {
		files->typing = true;
		return REACT_REPAINT;
	}
	if (key_is(key, "Esc") && files->folded) {
		end_filter(files);
		return REACT_REPAINT;
	}
	return list_key(&files->list, key);
}

enum reaction files_key(struct files *files, const struct key *key)
{
	bool had = files->problem != NULL;
	set_problem(files, NULL);
	enum reaction reaction = files->typing ? typing_key(files, key) : plain_key(files, key);
	if (key->code == K_MOUSE && reaction & REACT_ACCEPT)
		return enter(files);
	return had && reaction == REACT_NONE ? REACT_REPAINT : reaction;
}

const char *files_problem(const struct files *files)
{
	return files->problem;
}

bool files_typing(const struct files *files)
{
	return files->typing;
}

void files_position(const struct files *files, char *out, size_t size)
{
	list_position(&files->list, out, size);
}
