#include "console/command-run.h"

#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/line-words.h"

#define OUTPUT_MOST 50000 /* lines */

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

struct given {
	struct buf bytes, path;
	const char *argv[LINE_WORDS_MOST + 10];
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
	size_t starts[LINE_WORDS_MOST], count = line_split(line, &out->bytes, starts);
	const char **words = out->argv + put_own(desk, out);
	if (count > LINE_WORDS_MOST)
		return error_set(err, ERROR_USAGE, "more than %d words: nothing was run (a shell takes "
			"more)", LINE_WORDS_MOST);
	for (size_t i = 0; i < count; i++)
		words[i] = out->bytes.data + starts[i];
	if (desk->command_read) {
		count = line_drop_answers(words, count);
		if (!line_may_be_read(words, count, err))
			return false;
		out->changes = command_ahead(&command_table, words, count)->writes;
	} else {
		out->changes = line_changes(words, count);
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

enum reaction command_run(struct desk *desk, const char *line)
{
	return start_command(desk, line, AS_TYPED);
}

enum reaction command_run_read(struct desk *desk, const char *line)
{
	enum reaction reaction;
	return probe_line(desk, line, &reaction) ? reaction : start_command(desk, line, AS_READ);
}
