/*
 * Pages of text: the help, which is made from the key tables, and the output of a command.
 *
 * A command of the `:` line is certary itself, run beside the loop on the same store: what works on
 * the command line works here, in the same words.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/pages.h"

#define WORDS_MOST 64

static void add_commands(struct rows *rows)
{
	rows_heading(rows, "Commands (after : and on the command line)");
	for (int i = 0; i < COMMAND_COUNT; i++) {
		const struct command_row *row = command_row((enum command)i);
		rows_add(rows, ROLE_VALUE, row->name, row->help);
	}
}

static void add_roles(struct rows *rows)
{
	static const enum role shown[] = { ROLE_TRUSTED, ROLE_UNTRUSTED, ROLE_BLOCKED, ROLE_TRASH,
		ROLE_EXPIRED, ROLE_EXPIRING, ROLE_MARKED };
	rows_heading(rows, "How things look");
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
		rows_add(rows, shown[i], role_rows[shown[i]].name, role_rows[shown[i]].help);
}

enum reaction help_open(struct desk *desk)
{
	enum page page = desk_page(desk);
	unsigned without = app_read_only(desk->app) ? BINDING_WRITES : 0;
	rows_done(&desk->text.rows);
	keymap_help(&desk->text.rows, pages[page].keys, without);
	keymap_help(&desk->text.rows, &everywhere_keys, without);
	for (int i = 0; i < PAGE_COUNT; i++)
		if (i != (int)page && i != PAGE_DETAIL && i != PAGE_OUTPUT && i != PAGE_HELP)
			keymap_help(&desk->text.rows, pages[i].keys, without);
	add_roles(&desk->text.rows);
	add_commands(&desk->text.rows);
	desk->text.top = 0;
	pager_changed(&desk->text);
	if (page != PAGE_HELP)
		desk_push(desk, PAGE_HELP);
	return REACT_LAYOUT;
}

/* ---- the command line ---- */

void command_close(struct desk *desk)
{
	if (desk->command) {
		spawn_cancel(desk->command);
		desk->command = NULL;
		desk->pending--;
	}
	buf_cut(&desk->output, 0);
}

static void show_output(struct desk *desk)
{
	struct buf safe = { 0 };
	char *save = NULL, *copy = mem_text(buf_text(&desk->output));
	rows_done(&desk->text.rows);
	rows_format(&desk->text.rows, ROLE_HEADING, NULL, "certary %s", desk->command_line);
	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		buf_cut(&safe, 0);
		text_guard(&safe, line);
		rows_add(&desk->text.rows, ROLE_VALUE, NULL, buf_text(&safe));
	}
	free(copy);
	buf_done(&safe);
	pager_changed(&desk->text);
	desk->reaction |= REACT_REPAINT;
}

static void take_output(void *ctx, const char *bytes, size_t len)
{
	struct desk *desk = ctx;
	buf_add(&desk->output, bytes, len);
	show_output(desk);
}

static void command_ended(void *ctx, int status)
{
	struct desk *desk = ctx;
	desk->command = NULL;
	desk->pending--;
	if (status == 0)
		desk_say(desk, ROLE_GOOD, "done");
	else
		desk_say(desk, ROLE_WARNING, "ended with status %d", status);
	desk->reaction |= REACT_RELOAD;
}

/* Words as a shell would part them: blanks part, quotes hold together, a backslash takes one
 * character as it is.  Nothing else has a meaning. */
static size_t split_words(const char *line, struct buf *bytes, size_t starts[WORDS_MOST])
{
	size_t count = 0;
	char quote = 0;
	bool in_word = false;
	for (const char *p = line; *p; p++) {
		if (!quote && *p == ' ') {
			if (in_word)
				buf_char(bytes, '\0');
			in_word = false;
			continue;
		}
		if (!in_word && count == WORDS_MOST)
			break;
		if (!in_word)
			starts[count++] = bytes->len;
		in_word = true;
		if (*p == quote)
			quote = 0;
		else if (!quote && (*p == '"' || *p == '\''))
			quote = *p;
		else if (*p == '\\' && quote != '\'' && p[1])
			buf_char(bytes, *++p);
		else
			buf_char(bytes, *p);
	}
	buf_char(bytes, '\0');
	return count;
}

static enum reaction start_command(struct desk *desk, const char *line)
{
	struct buf bytes = { 0 }, path = { 0 };
	size_t starts[WORDS_MOST], count = split_words(line, &bytes, starts);
	const char *argv[WORDS_MOST + 8] = { "/proc/self/exe", "--store" };
	size_t n = 2;
	struct error err = { 0 };
	text_unescape(&path, app_store_path(desk->app));
	argv[n++] = buf_text(&path);
	if (app_read_only(desk->app))
		argv[n++] = "--read-only";
	for (size_t i = 0; i < count; i++)
		argv[n++] = bytes.data + starts[i];
	command_close(desk);
	desk->command = spawn_start(desk->loop, argv, take_output, command_ended, desk, &err);
	buf_done(&bytes);
	buf_done(&path);
	if (!desk->command)
		return desk_error(desk, &err);
	desk->pending++;
	free(desk->command_line);
	desk->command_line = text_safe(line, strlen(line));
	desk_push(desk, PAGE_OUTPUT);
	desk->text.top = 0;
	show_output(desk);
	return REACT_LAYOUT;
}

static void remember(struct desk *desk, const char *line)
{
	size_t n = desk->history_count;
	if (n && strcmp(desk->history[n - 1], line) == 0)
		return;
	desk->history = mem_grow(desk->history, n, &desk->history_cap, sizeof *desk->history);
	desk->history[desk->history_count++] = mem_text(line);
}

static const char *from_history(void *ctx, int step)
{
	struct desk *desk = ctx;
	if (step < 0 && desk->history_at > 0)
		return desk->history[--desk->history_at];
	if (step > 0 && desk->history_at + 1 < desk->history_count)
		return desk->history[++desk->history_at];
	return NULL;
}

/* A pager or an editor asks for the console itself: those words mean what they mean on its keys. */
static enum reaction command_given(struct desk *desk, struct dialog *dialog, bool done)
{
	const char *line = done ? dialog_text(dialog) : "";
	line += strspn(line, " ");
	if (!*line)
		return REACT_REPAINT;
	remember(desk, line);
	if (strcmp(line, "q") == 0 || strcmp(line, "quit") == 0)
		return REACT_QUIT;
	if (strcmp(line, "help") == 0)
		return help_open(desk);
	return start_command(desk, line);
}

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
	for (size_t i = 0; i < app_count(desk->app) && *count < 30; i++) {
		const char *name = app_entry(desk->app, i)->name;
		char *word = strchr(name, ' ') ? mem_format("\"%s\"", name) : mem_text(name);
		if (text_starts(word, begun) || text_starts(name, begun))
			offer(choices, common, count, word);
		free(word);
	}
}

/* The last word is completed: a command first, then its options and the names of certificates. */
static void complete(void *ctx, struct buf *text, struct buf *choices)
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
	}
	if (common.len > strlen(begun)) {
		buf_cut(text, start);
		buf_add(text, common.data, common.len);
	}
	if (count == 1)
		buf_char(text, ' ');
	free(begun);
	free(first);
	buf_done(&common);
}

enum reaction command_open(struct desk *desk)
{
	struct dialog *dialog = dialog_ask("Command", NULL, ":", LINE_PLAIN, NULL);
	desk->history_at = desk->history_count;
	dialog_complete(dialog, complete, desk);
	line_history(dialog_line(dialog), from_history, desk);
	return desk_ask(desk, dialog, command_given);
}
