/*
 * Tab on the command line: commands, options, names of certificates, files.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/desk.h"

#define CHOICES_MOST 40

static void offer(struct buf *choices, struct buf *common, size_t *count, const char *word)
{
	if (*count == 0)
		buf_text_add(common, word);
	size_t same = 0;
	while (same < common->len && word[same] == common->data[same])
		same++;
	buf_cut(common, same);
	buf_format(choices, "%s%s", *count ? "  " : "", word);
	++*count;
}

static void offer_options(enum command command, const char *begun, struct buf *choices,
	struct buf *common, size_t *count)
{
	for (int i = 0; i < OPTION_COUNT; i++) {
		char *word = mem_format("--%s", option_row((enum option)i)->name);
		if ((command_row(command)->options & 1u << i) && text_starts(word, begun))
			offer(choices, common, count, word);
		free(word);
	}
}

static void offer_names(const struct desk *desk, const char *begun, struct buf *choices,
	struct buf *common, size_t *count)
{
	struct entry e;
	uint32_t cursor = 0;
	while (*count < CHOICES_MOST && app_next(desk->app, &cursor, &e)) {
		const char *name = e.name;
		char *word = strchr(name, ' ') ? mem_format("\"%s\"", name) : mem_text(name);
		if (text_starts(word, begun) || text_starts(name, begun))
			offer(choices, common, count, word);
		free(word);
	}
}

/* Files, where the word looks like a path or the command takes files. */
static void offer_files(const char *begun, struct buf *choices, struct buf *common, size_t *count)
{
	const char *slash = strrchr(begun, '/');
	char *folder = slash ? mem_textn(begun, (size_t)(slash - begun) + 1) : mem_text("./");
	const char *name = slash ? slash + 1 : begun;
	DIR *dir = opendir(folder);
	const struct dirent *e;
	while (dir && (e = readdir(dir)) != NULL && *count < CHOICES_MOST) {
		if (e->d_name[0] == '.' || !text_starts(e->d_name, name))
			continue;
		char *word = mem_format("%s%s%s", slash ? folder : "", e->d_name,
			e->d_type == DT_DIR ? "/" : "");
		if (text_is_safe(word) && !strchr(word, ' '))
			offer(choices, common, count, word);
		free(word);
	}
	if (dir)
		closedir(dir);
	free(folder);
}

/* The last word is completed: a command first, then its options and the names of certificates. */
void command_complete(void *ctx, struct buf *text, struct buf *choices)
{
	struct desk *desk = ctx;
	struct buf common = { 0 };
	size_t count = 0, start = text->len;
	enum command command;
	while (start > 0 && text->data[start - 1] != ' ')
		start--;
	char *begun = mem_text(buf_text(text) + start);
	char *first = mem_textn(buf_text(text), strcspn(buf_text(text), " "));
	if (start == 0) {
		for (int i = 0; i < COMMAND_COUNT; i++)
			if (text_starts(command_row((enum command)i)->name, begun))
				offer(choices, &common, &count, command_row((enum command)i)->name);
	} else if (command_find(first, &command) && begun[0] == '-') {
		offer_options(command, begun, choices, &common, &count);
	} else {
		offer_names(desk, begun, choices, &common, &count);
		if (strchr(begun, '/') || strcmp(first, "import") == 0)
			offer_files(begun, choices, &common, &count);
	}
	if (common.len > strlen(begun)) {
		buf_cut(text, start);
		buf_add(text, common.data, common.len);
	}
	if (count == 1 && text->data[text->len - 1] != '/')
		buf_char(text, ' ');
	free(begun);
	free(first);
	buf_done(&common);
}
