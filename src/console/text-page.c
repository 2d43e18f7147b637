/*
 * Pages of text: the help, which is made from the key tables, and the output of a command.
 *
 * A command of the `:` line is certary itself, run beside the loop on the same store: what works on
 * the command line works here, in the same words.
 */
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/pages.h"
#include "console/set.h"

#define WORDS_MOST  64
#define OUTPUT_MOST 50000 /* lines */

static void add_commands(struct rows *rows)
{
	rows_heading(rows, "Commands (after : and on the command line)");
	for (size_t i = 0; i < command_table.count; i++) {
		const struct command_row *row = &command_table.rows[i];
		rows_about(rows, ROLE_VALUE, row->name, _(row->help));
	}
}

static void add_own_words(struct rows *rows)
{
	rows_heading(rows, "After : alone");
	rows_add(rows, ROLE_VALUE, "set",
		_("mouse on or off: whose it is; function_keys auto, yes or no: the bar of them"));
	rows_add(rows, ROLE_VALUE, "q, quit", _("leave"));
}

static void add_roles(struct rows *rows)
{
	static const enum role shown[] = { ROLE_TRUSTED, ROLE_LIMITED, ROLE_UNTRUSTED,
		ROLE_BLOCKED, ROLE_TRASH, ROLE_EXPIRED, ROLE_EXPIRING, ROLE_MARKED };
	rows_heading(rows, "How things look");
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
		rows_about(rows, shown[i], role_rows[shown[i]].name,
			lang_text(role_rows[shown[i]].help));
}

enum reaction help_open(struct desk *desk)
{
	enum page page = desk_page(desk);
	unsigned without = app_read_only(desk->app) ? BINDING_WRITES : 0;
	rows_done(&desk->help.rows);
	for (size_t i = 0; page == PAGE_FORM && form_keymap(i); i++)
		keymap_help(&desk->help.rows, form_keymap(i), without);
	keymap_help(&desk->help.rows, pages[page].keys, without);
	keymap_help(&desk->help.rows, &everywhere_keys, without);
	for (int i = 0; i < PAGE_COUNT; i++)
		if (i != (int)page && i != PAGE_DETAIL && i != PAGE_OUTPUT && i != PAGE_HELP &&
			i != PAGE_WHY && i != PAGE_IDENTITY && i != PAGE_FORM &&
			i != PAGE_ENDPOINT && i != PAGE_HISTORY && i != PAGE_TARGET)
			keymap_help(&desk->help.rows, pages[i].keys, without);
	add_roles(&desk->help.rows);
	add_commands(&desk->help.rows);
	add_own_words(&desk->help.rows);
	pager_start(&desk->help);
	pager_changed(&desk->help);
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

/* Whole lines are shown as they come; what is left of the last one waits for its end. */
static void show_lines(struct desk *desk, bool all)
{
	struct buf safe = { 0 };
	char *at = desk->output.data, *end;
	while (at && (end = strchr(at, '\n')) != NULL) {
		*end = '\0';
		buf_cut(&safe, 0);
		text_guard(&safe, at);
		rows_add(&desk->text.rows, ROLE_VALUE, NULL, buf_text(&safe));
		at = end + 1;
	}
	if (all && at && *at) {
		buf_cut(&safe, 0);
		text_guard(&safe, at);
		rows_add(&desk->text.rows, ROLE_VALUE, NULL, buf_text(&safe));
	}
	char *rest = mem_text(at ? at : "");
	buf_cut(&desk->output, 0);
	buf_text_add(&desk->output, all ? "" : rest);
	free(rest);
	buf_done(&safe);
	pager_changed(&desk->text);
	desk->reaction |= REACT_REPAINT;
}

static void take_output(void *ctx, const char *bytes, size_t len)
{
	struct desk *desk = ctx;
	if (desk->text.rows.count >= OUTPUT_MOST)
		return;
	buf_add(&desk->output, bytes, len);
	show_lines(desk, false);
	if (desk->text.rows.count >= OUTPUT_MOST)
		rows_add(&desk->text.rows, ROLE_WARNING, NULL,
			_("… too much for the screen: use the command line"));
}

/* How a line is run: as typed, where what changes something is asked about, unless the line says itself
 * that it isn't to be; or one out of a file, which is asked about whatever it says; or after the answer. */
enum how_run { AS_TYPED, AS_READ, FOR_REAL };

static enum reaction start_command(struct desk *desk, const char *line, enum how_run how);

static enum reaction for_real(struct desk *desk, struct dialog *dialog, bool done)
{
	(void)dialog;
	if (done)
		return start_command(desk, desk->command_raw, FOR_REAL);
	desk_say(desk, ROLE_STATUS, "nothing was changed");
	return REACT_REPAINT;
}

/* A command that changes something was run dry: its plan is what the question shows. */
static enum reaction ask_for_real(struct desk *desk)
{
	struct rows rows = { 0 };
	for (size_t i = 1; i < desk->text.rows.count; i++)
		rows_add(&rows, ROLE_VALUE, NULL, desk->text.rows.items[i].text);
	return desk_ask(
		desk, dialog_confirm(N_("Do this?"), DIALOG_DANGER, &rows, N_("do it")), for_real);
}

static void command_ended(void *ctx, int status)
{
	struct desk *desk = ctx;
	struct error err = { 0 };
	desk->command = NULL;
	desk->pending--;
	show_lines(desk, true);
	if (desk->command_dry && status == 0) {
		desk->reaction |= ask_for_real(desk);
		return;
	}
	app_reload(desk->app, &err);
	if (status == 0)
		desk_say(desk, ROLE_GOOD, "done");
	else
		desk_say(desk, ROLE_WARNING, "ended with status %d", status);
	desk->reaction |= REACT_RELOAD;
}

/* Words as a shell would part them: blanks part, quotes hold together, a backslash takes one
 * character as it is.  Nothing else has a meaning.  More than WORDS_MOST: one too many was met. */
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
			return count + 1;
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

/* Words of a line by the tables: an option, which may take the next word, or the command. */
struct words {
	bool has_command, answered; /* answered: the line says itself what is to be done */
	enum command command;
	const char *family; /* the word before, where it is the first of two */
};

static bool read_option(const char *word, struct words *out)
{
	enum option which;
	size_t len = strcspn(word + 2, "=");
	const struct command_row *row = out->has_command ? command_row(out->command) : NULL;
	if (!option_find(row, word + 2, len, &which))
		return false;
	out->answered |= which == OPTION_YES || which == OPTION_DRY_RUN || which == OPTION_HELP;
	return option_row(which)->argument && word[2 + len] != '=';
}

static void read_command(const char *word, struct words *out)
{
	const char *first = out->family ? out->family : word, *second = out->family ? word : NULL;
	out->has_command = command_find(&command_table, first, second, &out->command);
	out->family = command_family(&command_table, first) ? first : NULL;
}

/* Does the line name a command that changes something, and doesn't say how already? */
static bool changes_something(const char *const *words, size_t count)
{
	struct words found = { 0 };
	for (size_t i = 0; i < count && strcmp(words[i], "--") != 0; i++) {
		if (strncmp(words[i], "--", 2) == 0)
			i += read_option(words[i], &found);
		else if (!found.has_command)
			read_command(words[i], &found);
	}
	return found.has_command && command_row(found.command)->writes && !found.answered;
}

/* What a file can't be let say: that nobody is to be asked. */
static size_t drop_answers(const char **words, size_t count)
{
	size_t kept = 0;
	bool only_words = false;
	for (size_t i = 0; i < count; i++) {
		bool answer = strcmp(words[i], "--yes") == 0 || strcmp(words[i], "--dry-run") == 0;
		only_words = only_words || strcmp(words[i], "--") == 0;
		if (only_words || !answer)
			words[kept++] = words[i];
	}
	return kept;
}

static bool names_another_store(const char *const *words, size_t count)
{
	for (size_t i = 0; i < count && strcmp(words[i], "--") != 0; i++)
		if (text_starts(words[i], "--store") || text_starts(words[i], "--config"))
			return true;
	return false;
}

static bool may_be_read(const char *const *words, size_t count, struct error *err)
{
	if (names_another_store(words, count))
		return error_set(err, ERROR_USAGE,
			"it names a store or settings: such a command is typed");
	return command_ahead(&command_table, words, count) ||
	       error_set(err, ERROR_USAGE, "it is no command of certary's");
}

struct given {
	struct buf bytes, path;
	const char *argv[WORDS_MOST + 10];
	bool changes;
};

static void given_done(struct given *given)
{
	buf_done(&given->bytes);
	buf_done(&given->path);
}

static size_t put_own(struct desk *desk, struct given *out)
{
	size_t n = 0;
	text_unescape(&out->path, app_store_path(desk->app));
	out->argv[n++] = "/proc/self/exe";
	out->argv[n++] = "--seen"; /* on this screen */
	out->argv[n++] = "--store";
	out->argv[n++] = buf_text(&out->path);
	if (desk->config) {
		out->argv[n++] = "--config";
		out->argv[n++] = desk->config;
	}
	if (app_read_only(desk->app))
		out->argv[n++] = "--read-only";
	return n;
}

static bool put_words(struct desk *desk, const char *line, bool real, struct given *out, struct error *err)
{
	size_t starts[WORDS_MOST], count = split_words(line, &out->bytes, starts);
	const char **words = out->argv + put_own(desk, out);
	if (count > WORDS_MOST)
		return error_set(err, ERROR_USAGE, "more than %d words: nothing was run (a shell takes "
			"more)", WORDS_MOST);
	for (size_t i = 0; i < count; i++)
		words[i] = out->bytes.data + starts[i];
	if (desk->command_read) {
		count = drop_answers(words, count);
		if (!may_be_read(words, count, err))
			return false;
		out->changes = command_ahead(&command_table, words, count)->writes;
	} else {
		out->changes = changes_something(words, count);
	}
	words[count] = NULL;
	if (out->changes) { /* before the words: "--" may stand among them */
		memmove(words + 1, words, (count + 1) * sizeof(const char *));
		words[0] = real ? "--yes" : "--dry-run";
	}
	return true;
}

static void show_command(struct desk *desk, const char *line)
{
	char *raw = mem_text(line); /* the line may be the one that is kept */
	char *safe = text_safe(line, strlen(line));
	free(desk->command_raw);
	desk->command_raw = raw;
	desk_push(desk, PAGE_OUTPUT);
	pager_start(&desk->text);
	rows_done(&desk->text.rows);
	rows_format(&desk->text.rows, ROLE_HEADING, NULL, "certary %s", safe);
	free(safe);
	pager_changed(&desk->text);
}

static enum reaction start_command(struct desk *desk, const char *line, enum how_run how)
{
	struct given given = { 0 };
	struct error err = { 0 };
	if (how != FOR_REAL)
		desk->command_read = how == AS_READ;
	bool ok = put_words(desk, line, how == FOR_REAL, &given, &err);
	desk->command_dry = how != FOR_REAL && given.changes;
	if (ok) {
		command_close(desk);
		desk->command = spawn_start(desk->loop, given.argv, take_output, command_ended, desk, &err);
		ok = desk->command != NULL;
	}
	given_done(&given);
	if (!ok)
		return desk_error(desk, &err);
	desk->pending++;
	show_command(desk, line);
	desk_note(desk, ROLE_STATUS, "%s", desk->text.rows.items[0].text);
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

/* Some words are the console's own, and a probe has a page. */
static enum reaction command_given(struct desk *desk, struct dialog *dialog, bool done)
{
	const char *line = done ? dialog_text(dialog) : "";
	enum reaction reaction;
	line += strspn(line, " ");
	if (!*line)
		return REACT_REPAINT;
	remember(desk, line);
	if (strcmp(line, "q") == 0 || strcmp(line, "quit") == 0)
		return REACT_QUIT;
	if (strcmp(line, "help") == 0)
		return help_open(desk);
	if (set_line(desk, line, &reaction))
		return reaction;
	if (probe_line(desk, line, &reaction) || runbook_line(desk, line, &reaction) ||
		theme_line(desk, line, &reaction))
		return reaction;
	return start_command(desk, line, AS_TYPED);
}

enum reaction command_run_read(struct desk *desk, const char *line)
{
	enum reaction reaction;
	return probe_line(desk, line, &reaction) ? reaction : start_command(desk, line, AS_READ);
}

enum reaction action_services(struct desk *desk)
{
	return start_command(desk, "services", AS_TYPED);
}

enum reaction command_open(struct desk *desk)
{
	struct dialog *dialog = dialog_ask(N_("Command"), NULL, ":", LINE_PLAIN, NULL);
	desk->history_at = desk->history_count;
	dialog_complete(dialog, command_complete, desk);
	line_history(dialog_line(dialog), from_history, desk);
	return desk_ask(desk, dialog, command_given);
}
