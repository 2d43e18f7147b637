/*
 * The words before say where the begun one stands: behind an option that takes a value, on the way to
 * a command, or among the words of one.
 */
#include "app/complete.h"

#include <stdlib.h>
#include <string.h>

#include "app/completing.h"
#include "base/mem.h"
#include "base/text.h"

void completions_done(struct completions *out)
{
	for (size_t i = 0; i < out->count; i++) {
		free(out->items[i].text);
		free(out->items[i].help);
	}
	free(out->items);
	*out = (struct completions){ 0 };
}

const char *completing_text(const struct completing *c)
{
	return c->ask->begun + c->lead;
}

void completing_offer(const struct completing *c, const char *text, const char *help, bool open)
{
	struct completions *out = c->out;
	if (!text_starts(text, completing_text(c)))
		return;
	out->items = mem_grow(out->items, out->count, &out->cap, sizeof *out->items);
	out->items[out->count++] = (struct completion){
		mem_format("%.*s%s", (int)c->lead, c->ask->begun, text), mem_text(help), open };
}

/* --- commands ---------------------------------------------------------------------------------- */

/* The first words, a family once, or its second ones. */
static void offer_commands(const struct completing *c, const char *family)
{
	const struct command_table *table = c->ask->table;
	char *last = mem_text("");
	for (size_t i = 0; i < table->count; i++) {
		const struct command_row *row = &table->rows[i];
		char *word = command_word(row, family);
		if (!word)
			continue;
		if (strcmp(word, last) != 0)
			completing_offer(c, word,
				family || !command_family(table, word) ? row->help : NULL, false);
		free(last);
		last = word;
	}
	free(last);
}

/* --- options ----------------------------------------------------------------------------------- */

static void offer_options(const struct completing *c)
{
	for (int i = 0; i < OPTION_COUNT; i++) {
		const struct option_row *option = option_row((enum option)i);
		bool taken = (c->row && command_takes(c->row, (enum option)i)) ||
			     (c->ask->global && option->global);
		char *word = mem_format("--%s", option->name);
		/* A command's own option goes before a global one of that name. */
		enum option meant = (enum option)i;
		if (c->row)
			option_find(c->row, option->name, strlen(option->name), &meant);
		if (taken && meant == (enum option)i)
			completing_offer(c, word, option->help, false);
		free(word);
	}
}

/* "--state=tr", "-ofile": the option, and where its value begins; 0 where the word has none. */
static size_t value_within(const struct command_row *row, const char *word, enum option *out)
{
	const char *equals = strchr(word, '=');
	if (word[0] != '-' || !word[1])
		return 0;
	if (word[1] != '-')
		return word[2] && option_find_letter(word[1], out) ? 2 : 0;
	if (!equals || !option_find(row, word + 2, (size_t)(equals - word) - 2, out))
		return 0;
	return (size_t)(equals - word) + 1;
}

/* Does the word end in an option that waits for its value? */
static bool waits(const struct command_row *row, const char *word, enum option *out)
{
	if (word[0] != '-' || !word[1] || strchr(word, '='))
		return false;
	bool known = word[1] == '-' ? option_find(row, word + 2, strlen(word + 2), out)
				    : !word[2] && option_find_letter(word[1], out);
	return known && option_row(*out)->argument;
}

/* One whose value may be left out takes what begins with a slash, and nothing else. */
static bool takes(enum option option, const char *next)
{
	return !option_row(option)->may || next[0] == '/';
}

/* --- where the word stands --------------------------------------------------------------------- */

struct standing {
	size_t words;      /* how many there are behind the command */
	const char *first; /* of these; NULL: none */
	bool help;         /* it is help, which takes commands for words */
	bool waiting;      /* for the value of */
	enum option option;
};

static void read_plain(struct completing *c, const char *word, bool *has_command, struct standing *place)
{
	if (*has_command) {
		if (place->words++ == 0)
			place->first = word;
	} else if (c->family || !command_family(c->ask->table, word)) {
		*has_command = true;
		place->help = !c->family && strcmp(word, "help") == 0;
		c->family = NULL;
	} else {
		c->family = word;
	}
}

static struct standing find_place(struct completing *c)
{
	struct standing place = { 0 };
	const struct completion_ask *ask = c->ask;
	bool has_command = false;
	c->row = command_ahead(ask->table, ask->words, ask->count);
	for (size_t i = 0; i < ask->count; i++) {
		const char *word = ask->words[i];
		if (!c->only_words && strcmp(word, "--") == 0) {
			c->only_words = true;
		} else if (c->only_words || word[0] != '-' || !word[1]) {
			read_plain(c, word, &has_command, &place);
		} else if (waits(c->row, word, &place.option)) {
			const char *next = i + 1 < ask->count ? ask->words[i + 1] : ask->begun;
			place.waiting = i + 1 == ask->count && takes(place.option, next);
			i += i + 1 < ask->count && takes(place.option, next);
		}
	}
	if (has_command && !c->row && !place.help)
		c->out = NULL; /* of a command that isn't there nothing is known */
	return place;
}

static void offer_words(struct completing *c, const struct standing *place)
{
	bool asked = true;
	if (place->help && place->words >= 2)
		return;
	if (place->help)
		offer_commands(c, place->first);
	else if (!c->row)
		offer_commands(c, c->family);
	else
		asked = complete_word(c, place->words);
	if (!asked && !c->ask->begun[0] && !c->only_words)
		offer_options(c);
}

void complete_words(const struct completion_ask *ask, struct completions *out)
{
	struct completing c = { .ask = ask, .out = out };
	struct standing place = find_place(&c);
	if (!c.out)
		return;
	if (place.waiting) {
		complete_value(&c, place.option);
		return;
	}
	bool option = !c.only_words && ask->begun[0] == '-';
	c.lead = option ? value_within(c.row, ask->begun, &place.option) : 0;
	if (c.lead)
		complete_value(&c, place.option);
	else if (option)
		offer_options(&c);
	else
		offer_words(&c, &place);
}
