/*
 * The line after `:`: its dialog, what was typed before, and whose word it is: the console's own, a
 * page's, or a command's.
 */
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "console/command-run.h"
#include "console/pages.h"
#include "console/set.h"

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
	return command_run(desk, line);
}

enum reaction action_services(struct desk *desk)
{
	return command_run(desk, "services");
}

enum reaction command_open(struct desk *desk)
{
	struct dialog *dialog = dialog_ask(N_("Command"), NULL, ":", LINE_PLAIN, NULL);
	desk->history_at = desk->history_count;
	dialog_complete(dialog, command_complete, desk);
	line_history(dialog_line(dialog), from_history, desk);
	return desk_ask(desk, dialog, command_given);
}
