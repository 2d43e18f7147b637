/*
 * Tab on the command line completes the last word as far as it is certain; app/complete.h says what it may
 * become.  A name that has more in it than a word can hold is put into quotation marks.
 */
#include "console/complete.h"

#include <string.h>

#include "app/complete.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/desk.h"
#include "console/set.h"

#define CHOICES_MOST 40 /* for the eye */

/* So many bytes do all of them begin with; a character stays whole. */
static size_t common(const struct completions *found)
{
	const char *first = found->items[0].text;
	size_t same = strlen(first);
	for (size_t i = 1; i < found->count; i++) {
		size_t n = 0;
		while (n < same && found->items[i].text[n] == first[n])
			n++;
		same = n;
	}
	while (same > 0 && ((unsigned char)first[same] & 0xc0) == 0x80)
		same--;
	return same;
}

/* The word as it is typed; whole: nothing more comes, so that the mark is closed. */
static void put_word(struct buf *text, const char *word, size_t len, char quote, bool whole)
{
	bool quoted = quote || strcspn(word, " \"'\\") < len;
	if (quoted)
		buf_char(text, '"');
	for (size_t i = 0; i < len; i++) {
		if (word[i] == '"' || word[i] == '\\')
			buf_char(text, '\\');
		buf_char(text, word[i]);
	}
	if (quoted && whole)
		buf_char(text, '"');
}

static void put_choices(const struct completions *found, struct buf *choices)
{
	for (size_t i = 0; i < found->count && i < CHOICES_MOST; i++)
		buf_format(choices, "%s%s", i ? "  " : "", found->items[i].text);
	if (found->count > CHOICES_MOST)
		buf_text_add(choices, "  …");
}

static void put_common(const struct completions *found, const struct typed_line *line, struct buf *text)
{
	size_t len = common(found);
	bool whole = found->count == 1 && !found->items[0].open;
	if (len <= strlen(line->begun) && !whole)
		return;
	buf_cut(text, line->start);
	put_word(text, found->items[0].text, len, line->quote, whole);
	if (whole)
		buf_char(text, ' ');
}

static void offer(struct completions *found, const char *text)
{
	found->items = mem_grow(found->items, found->count, &found->cap, sizeof *found->items);
	found->items[found->count++] = (struct completion){ .text = mem_text(text) };
}

/* One word is the console's own, and takes a name. */
static void add_own(const struct typed_line *line, struct completions *found)
{
	static const char word[] = "theme";
	struct theme_list list = { 0 };
	if (line->count == 0 && text_starts(word, line->begun))
		offer(found, word);
	if (line->count != 1 || strcmp(line->words[0], word) != 0)
		return;
	theme_list(&list);
	for (size_t i = 0; i < list.count; i++)
		if (text_starts(list.items[i].name, line->begun))
			offer(found, list.items[i].name);
	theme_list_done(&list);
}

static void complete(const struct command_table *table, struct app *app, bool console, struct buf *text,
	struct buf *choices)
{
	struct typed_line line;
	struct completions found = { 0 };
	typed_line_read(buf_text(text), "", &line);
	struct completion_ask ask = { .table = table, .app = app,
		.words = (const char *const *)line.words, .count = line.count, .begun = line.begun };
	complete_words(&ask, &found);
	complete_files(line.begun, &found);
	if (console)
		add_own(&line, &found);
	put_choices(&found, choices);
	if (found.count)
		put_common(&found, &line, text);
	completions_done(&found);
	typed_line_done(&line);
}

void complete_line(const struct command_table *table, struct app *app, struct buf *text,
	struct buf *choices)
{
	complete(table, app, false, text, choices);
}

void command_complete(void *ctx, struct buf *text, struct buf *choices)
{
	const struct desk *desk = ctx;
	if (!set_complete(text, choices))
		complete(&command_table, desk->app, true, text, choices);
}
