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

struct search {
	const char *folded;
	bool (*each)(void *ctx, const struct journal_line *line);
	void *ctx;
};

static bool match_line(void *ctx, const struct journal_line *line)
{
	const struct search *s = ctx;
	return !app_log_matches(line, s->folded) || s->each(s->ctx, line);
}

bool app_log(struct app *app, const char *folded,
	bool (*each)(void *ctx, const struct journal_line *line), void *ctx, struct error *err)
{
	struct search search = { .folded = folded, .each = each, .ctx = ctx };
	char *word = app_log_word(folded);
	bool ok = journal_each(app_store(app), word, match_line, &search, err);
	free(word);
	return ok;
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

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/*
 * What app_log_words() puts between the texts begins and ends with other characters, so that letters
 * that stand side by side come from one text, or are its "was".
 */
char *app_log_word(const char *folded)
{
	const char *best = "";
	size_t most = 0;
	while (*folded) {
		size_t len = 0;
		while (is_word(folded[len]))
			len++;
		char *word = mem_textn(folded, len);
		if (len > most && !strstr("was", word)) {
			best = folded;
			most = len;
		}
		free(word);
		folded += len ? len : 1;
	}
	return mem_textn(best, most);
}

bool app_log_matches(const struct journal_line *line, const char *folded)
{
	if (!*folded)
		return true;
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
