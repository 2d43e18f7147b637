/*
 * Tab on the command line completes the last word: a command first, of one word or two, then its options
 * and the names of certificates, or files.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/complete.h"
#include "console/desk.h"

#define CHOICES_MOST 40

struct offers {
	struct buf *choices; /* all of them, for the eye */
	struct buf common;   /* what they begin with */
	size_t count;
	const char *begun;
};

static void offer(struct offers *offers, const char *word)
{
	struct buf *common = &offers->common;
	if (offers->count == 0)
		buf_text_add(common, word);
	size_t same = 0;
	while (same < common->len && word[same] == common->data[same])
		same++;
	buf_cut(common, same);
	buf_format(offers->choices, "%s%s", offers->count ? "  " : "", word);
	offers->count++;
}

/* The first words, a family once, or its second ones. */
static void offer_commands(const struct command_table *table, const char *family,
	struct offers *offers)
{
	char *last = mem_text("");
	for (size_t i = 0; i < table->count; i++) {
		char *word = command_word(&table->rows[i], family);
		if (!word)
			continue;
		if (text_starts(word, offers->begun) && strcmp(word, last) != 0)
			offer(offers, word);
		free(last);
		last = word;
	}
	free(last);
}

static void offer_options(const struct command_row *row, struct offers *offers)
{
	for (int i = 0; i < OPTION_COUNT; i++) {
		char *word = mem_format("--%s", option_row((enum option)i)->name);
		if (command_takes(row, (enum option)i) && text_starts(word, offers->begun))
			offer(offers, word);
		free(word);
	}
}

static void offer_names(struct app *app, struct offers *offers)
{
	struct entry e;
	uint32_t cursor = 0;
	while (offers->count < CHOICES_MOST && app_next(app, &cursor, &e)) {
		const char *name = e.name;
		char *word = strchr(name, ' ') ? mem_format("\"%s\"", name) : mem_text(name);
		if (text_starts(word, offers->begun) || text_starts(name, offers->begun))
			offer(offers, word);
		free(word);
	}
}

/* Files, where the word looks like a path or the command takes files. */
static void offer_files(struct offers *offers)
{
	const char *begun = offers->begun, *slash = strrchr(begun, '/');
	char *folder = slash ? mem_textn(begun, (size_t)(slash - begun) + 1) : mem_text("./");
	const char *name = slash ? slash + 1 : begun;
	DIR *dir = opendir(folder);
	const struct dirent *e;
	while (dir && (e = readdir(dir)) != NULL && offers->count < CHOICES_MOST) {
		if (e->d_name[0] == '.' || !text_starts(e->d_name, name))
			continue;
		char *word = mem_format("%s%s%s", slash ? folder : "", e->d_name,
			e->d_type == DT_DIR ? "/" : "");
		if (text_is_safe(word) && !strchr(word, ' '))
			offer(offers, word);
		free(word);
	}
	if (dir)
		closedir(dir);
	free(folder);
}

/* What stands before the word that is begun: its first two words, NULL where there are none. */
struct before {
	char *words[2];
};

static struct before split(const char *text, size_t len)
{
	struct before before = { 0 };
	size_t at = 0;
	for (int i = 0; i < 2; i++) {
		at += strspn(text + at, " ");
		size_t n = at < len ? strcspn(text + at, " ") : 0;
		before.words[i] = n ? mem_textn(text + at, n) : NULL;
		at += n;
	}
	return before;
}

/* A row's command takes files where its words say so. */
static void offer_for(const struct command_row *row, struct app *app, struct offers *offers)
{
	if (row && offers->begun[0] == '-') {
		offer_options(row, offers);
		return;
	}
	offer_names(app, offers);
	if (strchr(offers->begun, '/') || (row && row->words && text_starts(row->words, "FILE")))
		offer_files(offers);
}

static void offer_all(const struct command_table *table, struct app *app, const struct before *before,
	struct offers *offers)
{
	const char *first = before->words[0], *second = before->words[1];
	bool family = first && command_family(table, first);
	enum command which;
	if (!first)
		offer_commands(table, NULL, offers);
	else if (strcmp(first, "help") == 0)
		offer_commands(table, second, offers);
	else if (family && !second)
		offer_commands(table, first, offers);
	else if (command_find(table, first, family ? second : NULL, &which))
		offer_for(&table->rows[which], app, offers);
	else
		offer_for(NULL, app, offers);
}

void complete_line(const struct command_table *table, struct app *app, struct buf *text,
	struct buf *choices)
{
	size_t start = text->len;
	while (start > 0 && text->data[start - 1] != ' ')
		start--;
	char *begun = mem_text(buf_text(text) + start);
	struct offers offers = { .choices = choices, .begun = begun };
	struct before before = split(buf_text(text), start);
	offer_all(table, app, &before, &offers);
	if (offers.common.len > strlen(begun)) {
		buf_cut(text, start);
		buf_add(text, offers.common.data, offers.common.len);
	}
	if (offers.count == 1 && text->data[text->len - 1] != '/')
		buf_char(text, ' ');
	free(before.words[0]);
	free(before.words[1]);
	free(begun);
	buf_done(&offers.common);
}

void command_complete(void *ctx, struct buf *text, struct buf *choices)
{
	const struct desk *desk = ctx;
	complete_line(&command_table, desk->app, text, choices);
}
