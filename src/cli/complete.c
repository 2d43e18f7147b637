/*
 * Completion for the shells, whose scripts in etc/completion call this at each Tab: `certary --complete
 * SHELL …`.  It reads, and nothing else: whatever goes wrong, there is nothing to complete.
 *
 * bash gives the line up to the cursor and its COMP_WORDBREAKS, and gets words as they are to stand
 * there, quoted in the way that was begun; zsh and fish give the words before and the begun one, get plain
 * words with a tab and some help behind them, and quote themselves.  No word holds a line break or a tab:
 * names are safe text, and files with such names aren't offered.
 *
 * The first line tells a script of bash whether a blank follows ("space", "nospace") or its own completion
 * of files would find more ("files"), and one of zsh whether files fit ("files N": behind N characters,
 * "words").
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/complete.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/run.h"

#define SECONDS_MOST 3 /* a store on a network that hangs must not hold the shell */

/* --- quoting for bash -------------------------------------------------------------------------- */

/* Bare, everything but what is known to be harmless gets a backslash, and a tilde that was typed. */
static void put_bare(struct buf *out, const char *text, bool home)
{
	for (const char *p = text; *p; p++) {
		unsigned char c = (unsigned char)*p;
		bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			     c >= 0x80 || strchr("_./,:+@%=-", c) || (home && p == text);
		if (!plain)
			buf_char(out, '\\');
		buf_char(out, *p);
	}
}

/* Between double marks an exclamation mark would still recall a line, and can't be escaped: out of them. */
static void put_double(struct buf *out, const char *text)
{
	for (const char *p = text; *p; p++) {
		if (*p == '!')
			buf_text_add(out, "\"\\!\"");
		else
			buf_format(out, "%s%c", strchr("$`\"\\", *p) ? "\\" : "", *p);
	}
}

static void put_single(struct buf *out, const char *text)
{
	for (const char *p = text; *p; p++) {
		if (*p == '\'')
			buf_text_add(out, "'\\''");
		else
			buf_char(out, *p);
	}
}

static void put_reply(struct buf *out, const struct typed_line *line, const struct completion *c)
{
	const char *text = c->text + line->stays;
	if (line->quote == '"')
		put_double(out, text);
	else if (line->quote == '\'')
		put_single(out, text);
	else
		put_bare(out, text, line->home && line->stays == 0);
	buf_char(out, '\n');
}

/* --- what is asked ----------------------------------------------------------------------------- */

static void replace(char **path, const char *value)
{
	free(*path);
	*path = complete_home(value);
}

/* The value of a global option among the words; NULL: it isn't there. */
static char *option_among(const struct completion_ask *ask, enum option which)
{
	char *name = mem_format("--%s", option_row(which)->name), *found = NULL;
	size_t len = strlen(name);
	for (size_t i = 0; i < ask->count && strcmp(ask->words[i], "--") != 0; i++) {
		const char *word = ask->words[i];
		if (strcmp(word, name) == 0 && i + 1 < ask->count)
			replace(&found, ask->words[i + 1]);
		else if (text_starts(word, name) && word[len] == '=')
			replace(&found, word + len + 1);
	}
	free(name);
	return found;
}

static void find(struct completion_ask *ask, struct completions *out)
{
	char *store = option_among(ask, OPTION_STORE), *config = option_among(ask, OPTION_CONFIG);
	struct app_options options = { .store = store, .config = config, .read_only = true,
		.background = true };
	struct error err = { 0 };
	if (app_new(&options, &ask->app, &err) && !app_open_store(ask->app, APP_STORE_IMAGINED, &err)) {
		app_free(ask->app);
		ask->app = NULL;
	}
	ask->table = &command_table;
	ask->global = true;
	complete_words(ask, out);
	app_free(ask->app);
	free(store);
	free(config);
}

/* A reply stands behind what stays; what doesn't begin so can't be one. */
static void print_replies(const struct typed_line *line, const struct completions *found)
{
	struct buf out = { 0 };
	bool open = found->count > 0;
	for (size_t i = 0; i < found->count; i++)
		open = open && found->items[i].open;
	const char *first = open ? "nospace" : "space";
	print_format("%s\n", found->count == 0 && found->files ? "files" : first);
	for (size_t i = 0; i < found->count; i++)
		put_reply(&out, line, &found->items[i]);
	print_text(buf_text(&out));
	buf_done(&out);
}

static void complete_bash(const char *text, const char *breaks)
{
	struct typed_line line;
	struct completions found = { 0 };
	typed_line_read(text, breaks, &line);
	struct completion_ask ask = { .begun = line.begun };
	if (line.count) {
		ask.words = (const char *const *)line.words + 1;
		ask.count = line.count - 1;
	}
	if (line.redirect)
		found.files = true;
	else
		find(&ask, &found);
	complete_files(line.begun, &found);
	print_replies(&line, &found);
	completions_done(&found);
	typed_line_done(&line);
}

static void complete_plain(const char *const *words, size_t count, bool list_files)
{
	struct completions found = { 0 };
	struct completion_ask ask = { .words = words, .count = count - 1, .begun = words[count - 1] };
	find(&ask, &found);
	if (list_files)
		complete_files(ask.begun, &found);
	else if (found.files)
		print_format("files %zu\n", found.skip);
	else
		print_text("words\n");
	for (size_t i = 0; i < found.count; i++)
		print_format("%s\t%s\n", found.items[i].text, found.items[i].help ? found.items[i].help : "");
	completions_done(&found);
}

int cli_complete(size_t count, const char *const *words)
{
	struct error err;
	alarm(SECONDS_MOST);
	if (count == 3 && strcmp(words[0], "bash") == 0)
		complete_bash(words[1], words[2]);
	else if (count > 1 && strcmp(words[0], "zsh") == 0)
		complete_plain(words + 1, count - 1, false);
	else if (count > 1 && strcmp(words[0], "fish") == 0)
		complete_plain(words + 1, count - 1, true);
	else
		return ERROR_USAGE;
	return print_flush(&err) ? 0 : ERROR_FAILED;
}
