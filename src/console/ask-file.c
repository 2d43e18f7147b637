/*
 * Paths as fingers type them: "~/" at the beginning, Tab for the rest.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/desk.h"

#define CHOICES_MOST 40

char *typed_path(const char *typed)
{
	const char *home = getenv("HOME");
	return home && text_starts(typed, "~/") ? mem_format("%s%s", home, typed + 1) :
						  mem_text(typed);
}

char *typed_place(const char *typed)
{
	char *path = typed_path(typed), *here = *path == '/' ? NULL : getcwd(NULL, 0);
	if (!here)
		return path;
	char *whole = mem_format("%s/%s", here, path);
	free(here);
	free(path);
	return whole;
}

struct found {
	struct buf common; /* what all of them begin with */
	size_t count;
};

static void add_found(struct found *found, struct buf *choices, const char *name, bool folder)
{
	struct buf *common = &found->common;
	char *whole = mem_format("%s%s", name, folder ? "/" : ""), *safe;
	size_t same = 0;
	if (found->count == 0)
		buf_text_add(common, whole);
	while (same < common->len && whole[same] == common->data[same])
		same++;
	buf_cut(common, same);
	safe = text_safe(whole, strlen(whole));
	if (found->count < CHOICES_MOST)
		buf_format(choices, "%s%s", found->count ? "  " : "", safe);
	found->count++;
	free(safe);
	free(whole);
}

static void complete_path(void *ctx, struct buf *text, struct buf *choices)
{
	char *typed = mem_text(buf_text(text)), *path = typed_path(typed);
	char *slash = strrchr(path, '/');
	const char *begun = slash ? slash + 1 : path;
	char *folder = slash ? mem_textn(path, (size_t)(slash - path) + 1) : mem_text("./");
	struct found found = { 0 };
	DIR *dir = opendir(folder);
	(void)ctx;
	for (const struct dirent *e; dir && (e = readdir(dir)) != NULL;)
		if (text_starts(e->d_name, begun) && (e->d_name[0] != '.' || *begun == '.'))
			add_found(&found, choices, e->d_name, e->d_type == DT_DIR);
	if (found.common.len > strlen(begun))
		buf_text_add(text, found.common.data + strlen(begun));
	if (dir)
		closedir(dir);
	buf_done(&found.common);
	free(folder);
	free(path);
	free(typed);
}

struct dialog *ask_path(const char *title, struct rows *take, const char *prompt, const char *text)
{
	struct dialog *dialog = dialog_ask(title, take, prompt, LINE_PLAIN, text);
	dialog_complete(dialog, complete_path, NULL);
	line_select(dialog_line(dialog));
	return dialog;
}

void form_paths(struct form *form)
{
	form_complete(form, complete_path, NULL);
}

void check_path(struct form *form, const char *key, struct rows *verdict)
{
	const char *typed = form_text(form, key);
	char *path = typed_path(typed);
	if (*typed && access(path, F_OK) == 0)
		rows_about(
			verdict, ROLE_WARNING, key, _("It is there already and will be replaced."));
	free(path);
}
