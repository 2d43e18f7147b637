/*
 * A line is read character by character; what is known of the word that is under way is `reading`.
 */
#include <stdlib.h>
#include <string.h>

#include "app/complete.h"
#include "base/buf.h"
#include "base/mem.h"

struct reading {
	struct typed_line *out;
	const char *line, *breaks;
	struct buf word;
	bool in_word, redirect;
	size_t opened; /* length of the word where the last quotation mark stood */
};

static void begin(struct reading *r, size_t at)
{
	if (r->in_word)
		return;
	r->in_word = true;
	r->out->start = at;
	r->out->stays = 0;
	r->out->home = r->line[at] == '~' && r->line[at + 1] == '/';
}

static void add_word(struct typed_line *out, char *take)
{
	out->words = mem_grow(out->words, out->count, &out->cap, sizeof *out->words);
	out->words[out->count++] = take;
}

static void end(struct reading *r)
{
	if (!r->in_word)
		return;
	char *word = buf_take(&r->word);
	if (r->redirect)
		free(word);
	else
		add_word(r->out, word);
	r->in_word = r->redirect = false;
}

static void forget_words(struct reading *r)
{
	end(r);
	for (size_t i = 0; i < r->out->count; i++)
		free(r->out->words[i]);
	r->out->count = 0;
	r->redirect = false;
}

/* Within quotation marks; returns how many characters were taken. */
static size_t read_quoted(struct reading *r, const char *at)
{
	char quote = r->out->quote;
	if (*at == quote) {
		r->out->quote = 0;
	} else if (quote == '"' && *at == '\\' && at[1] && strchr("$`\"\\", at[1])) {
		buf_char(&r->word, at[1]);
		return 2;
	} else {
		buf_char(&r->word, *at);
	}
	return 1;
}

static size_t read_bare(struct reading *r, const char *at)
{
	if (strchr(" \t\n", *at)) {
		end(r);
		return 1;
	}
	if (strchr(";|&()", *at)) {
		forget_words(r);
		return 1;
	}
	if (*at == '<' || *at == '>') {
		end(r);
		r->redirect = true;
		return 1;
	}
	begin(r, (size_t)(at - r->line));
	if (*at == '"' || *at == '\'') {
		r->out->quote = *at;
		r->opened = r->word.len;
		return 1;
	}
	if (*at == '\\') {
		if (at[1])
			buf_char(&r->word, at[1]);
		return at[1] ? 2 : 1;
	}
	buf_char(&r->word, *at);
	if (strchr(r->breaks, *at))
		r->out->stays = r->word.len;
	return 1;
}

void typed_line_read(const char *line, const char *breaks, struct typed_line *out)
{
	*out = (struct typed_line){ 0 };
	struct reading r = { .out = out, .line = line, .breaks = breaks };
	for (const char *at = line; *at;)
		at += out->quote ? read_quoted(&r, at) : read_bare(&r, at);
	if (!r.in_word)
		begin(&r, strlen(line));
	if (out->quote)
		out->stays = r.opened;
	out->begun = buf_take(&r.word);
	out->redirect = r.redirect;
}

void typed_line_done(struct typed_line *line)
{
	for (size_t i = 0; i < line->count; i++)
		free(line->words[i]);
	free(line->words);
	free(line->begun);
	*line = (struct typed_line){ 0 };
}
