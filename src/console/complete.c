/*
 * Tab on the command line completes the last word, or what stands behind a quotation mark that is open: a
 * command first, of one word or two, then its options and the names of what it takes: certificates,
 * identities, files.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "app/identity.h"
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

/* Names with a blank stand in quotation marks. */
static void offer_name(const char *name, struct offers *offers)
{
	char *word = strchr(name, ' ') ? mem_format("\"%s\"", name) : mem_text(name);
	bool fits = text_starts(word, offers->begun) || text_starts(name, offers->begun);
	if (fits && offers->count < CHOICES_MOST)
		offer(offers, word);
	free(word);
}

static void offer_certificates(struct app *app, struct offers *offers)
{
	struct entry e;
	uint32_t cursor = 0;
	while (offers->count < CHOICES_MOST && app_next(app, &cursor, &e))
		offer_name(e.name, offers);
}

/* Those in the trash are for the verbs that take from there. */
static void offer_identities(const struct command_row *row, struct app *app, struct offers *offers)
{
	struct identities all = { 0 };
	bool trash = text_starts(row->name, "identity restore") ||
		     text_starts(row->name, "identity purge");
	size_t from = 0, to = 0;
	if (app_identities(app, &all, NULL)) {
		from = trash ? all.live : 0;
		to = trash ? all.count : all.live;
	}
	for (size_t i = from; i < to; i++)
		offer_name(identity_name(&all.items[i]), offers);
	identities_done(&all);
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

/* What stands before the word that is begun: the first two words and the last, NULL where there are none. */
struct before {
	char *words[2];
	char *last;
};

static struct before split(const char *text, size_t len)
{
	struct before before = { 0 };
	size_t at = 0, end = len;
	for (int i = 0; i < 2; i++) {
		at += strspn(text + at, " ");
		size_t n = at < len ? strcspn(text + at, " ") : 0;
		before.words[i] = n ? mem_textn(text + at, n) : NULL;
		at += n;
	}
	while (end > 0 && text[end - 1] == ' ')
		end--;
	for (at = end; at > 0 && text[at - 1] != ' ';)
		at--;
	before.last = mem_textn(text + at, end - at);
	return before;
}

static void before_done(struct before *before)
{
	free(before->words[0]);
	free(before->words[1]);
	free(before->last);
}

/* An option whose value is the name of an identity. */
static bool wants_identity(const struct command_row *row, const char *last)
{
	static const enum option options[] = { OPTION_BY_CA, OPTION_RENEW, OPTION_IDENTITY };
	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		if (command_takes(row, options[i]) && text_starts(last, "--") &&
			strcmp(last + 2, option_row(options[i])->name) == 0)
			return true;
	return false;
}

static bool takes_files(const char *words)
{
	return text_starts(words, "FILE") || text_starts(words, "NAME FILE") ||
	       text_starts(words, "CSR");
}

/* What the words of a row say, in its help and here. */
static void offer_for(const struct command_row *row, const char *last, struct app *app,
	struct offers *offers)
{
	const char *words = row && row->words ? row->words : "";
	bool identities = row && text_starts(words, "NAME") && row->group != GROUP_SERVICES;
	if (row && offers->begun[0] == '-') {
		offer_options(row, offers);
		return;
	}
	if (row && wants_identity(row, last)) {
		offer_identities(row, app, offers);
		return;
	}
	if (identities)
		offer_identities(row, app, offers);
	if (!identities || text_starts(words, "NAME|CERT"))
		offer_certificates(app, offers);
	if (strchr(offers->begun, '/') || takes_files(words))
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
		offer_for(&table->rows[which], before->last, app, offers);
	else
		offer_for(NULL, before->last, app, offers);
}

/* Where the last word begins. */
static size_t word_start(const char *text)
{
	size_t start = 0;
	bool quoted = false;
	for (size_t i = 0; text[i]; i++) {
		if (text[i] == '"')
			quoted = !quoted;
		if (text[i] == '"' && quoted)
			start = i;
		else if (text[i] == ' ' && !quoted)
			start = i + 1;
	}
	return start;
}

void complete_line(const struct command_table *table, struct app *app, struct buf *text,
	struct buf *choices)
{
	size_t start = word_start(buf_text(text));
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
	before_done(&before);
	free(begun);
	buf_done(&offers.common);
}

void command_complete(void *ctx, struct buf *text, struct buf *choices)
{
	const struct desk *desk = ctx;
	complete_line(&command_table, desk->app, text, choices);
}
