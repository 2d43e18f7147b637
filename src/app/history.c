#include "app/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "app/internal.h"
#include "store/journal.h"

bool app_plan_undo(struct app *app, int64_t seq, struct plan *plan, struct error *err)
{
	return journal_plan_undo(app_store(app), seq, plan, err);
}

bool app_log(struct app *app, bool (*each)(void *ctx, const struct journal_line *line), void *ctx,
	struct error *err)
{
	return journal_each(app_store(app), each, ctx, err);
}

bool app_log_verify(struct app *app, struct journal_check *out, struct error *err)
{
	return journal_verify(app_store(app), out, err);
}

char *app_log_words(const struct journal_line *line)
{
	const char *name = line->name ? line->name : "";
	if (line->was && line->now)
		return mem_format("%s %s: %s -> %s", line->op, name, line->was, line->now);
	if (line->now)
		return mem_format("%s %s: %s", line->op, name, line->now);
	if (line->was)
		return mem_format("%s %s (was %s)", line->op, name, line->was);
	return mem_format("%s %s", line->op, name);
}

bool app_log_matches(const struct journal_line *line, const char *folded)
{
	char *words = app_log_words(line);
	const char *parts[] = { words, line->who, line->from, line->why, line->time, line->cert };
	struct buf all = { 0 };
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		text_fold(&all, parts[i] ? parts[i] : "");
		buf_char(&all, '\n'); /* no match runs over a border */
	}
	bool found = strstr(buf_text(&all), folded) != NULL;
	buf_done(&all);
	free(words);
	return found;
}
