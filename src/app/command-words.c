/*
 * Words of a command line and the rows that they mean.
 */
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "base/buf.h"
#include "base/mem.h"

bool command_takes(const struct command_row *row, enum option which)
{
	for (const enum option *o = row->options; o && *o != OPTION_COUNT; o++)
		if (*o == which)
			return true;
	return false;
}

/* What follows a row's first word, if `first` is that: "" or " list". */
static const char *behind(const struct command_row *row, const char *first)
{
	size_t len = strcspn(row->name, " ");
	return strlen(first) == len && memcmp(row->name, first, len) == 0 ? row->name + len : NULL;
}

bool command_find(const struct command_table *table, const char *first, const char *second,
	enum command *out)
{
	for (size_t i = 0; i < table->count; i++) {
		const char *rest = behind(&table->rows[i], first);
		if (!rest || !*rest != !second || (second && strcmp(rest + 1, second) != 0))
			continue;
		*out = (enum command)i;
		return true;
	}
	return false;
}

bool command_family(const struct command_table *table, const char *word)
{
	for (size_t i = 0; i < table->count; i++) {
		const char *rest = behind(&table->rows[i], word);
		if (rest && *rest)
			return true;
	}
	return false;
}

char *command_word(const struct command_row *row, const char *family)
{
	if (!family)
		return mem_textn(row->name, strcspn(row->name, " "));
	const char *rest = behind(row, family);
	return rest && *rest ? mem_text(rest + 1) : NULL;
}

char *command_verbs(const struct command_table *table, const char *family)
{
	struct buf out = { 0 };
	for (size_t i = 0; i < table->count; i++) {
		char *verb = command_word(&table->rows[i], family);
		if (verb)
			buf_format(&out, "%s%s", out.len ? ", " : "", verb);
		free(verb);
	}
	return buf_take(&out);
}

static bool is_called(enum option which, const char *name, size_t len)
{
	const char *own = option_row(which)->name;
	return strlen(own) == len && memcmp(own, name, len) == 0;
}

bool option_find(const struct command_row *row, const char *name, size_t len, enum option *out)
{
	bool found = false;
	for (int i = 0; i < OPTION_COUNT; i++) {
		enum option which = (enum option)i;
		bool taken = row && command_takes(row, which);
		if (!is_called(which, name, len) || (found && !taken))
			continue;
		*out = which;
		found = true;
	}
	return found;
}

bool option_may_be(const char *name, size_t len, bool with_argument)
{
	for (int i = 0; i < OPTION_COUNT; i++)
		if (is_called((enum option)i, name, len) &&
			!option_row((enum option)i)->argument == !with_argument)
			return true;
	return false;
}

/* The few that fingers know. */
static const struct {
	char letter;
	enum option option;
} letters[] = {
	{ 'h', OPTION_HELP },
	{ 'o', OPTION_OUTPUT },
};
#define LETTERS (sizeof letters / sizeof *letters)

bool option_find_letter(char letter, enum option *out)
{
	for (size_t i = 0; i < LETTERS; i++) {
		if (letters[i].letter == letter) {
			*out = letters[i].option;
			return true;
		}
	}
	return false;
}

char option_letter(enum option which)
{
	for (size_t i = 0; i < LETTERS; i++)
		if (letters[i].option == which)
			return letters[i].letter;
	return '\0';
}

/* Does an option take the word behind it?  Where its name leaves that open, a command isn't taken. */
static bool takes_next(const struct command_table *table, const char *word, const char *next)
{
	enum option which;
	enum command command;
	if (strchr(word, '=') || !next)
		return false;
	if (word[1] != '-')
		return !word[2] && option_find_letter(word[1], &which) && option_row(which)->argument;
	const char *name = word + 2;
	if (!option_may_be(name, strlen(name), true))
		return false;
	return !option_may_be(name, strlen(name), false) ||
	       !(command_family(table, next) || command_find(table, next, NULL, &command));
}

const struct command_row *command_ahead(const struct command_table *table, const char *const *words,
	size_t count)
{
	const char *family = NULL;
	enum command found;
	for (size_t i = 0; i < count; i++) {
		const char *word = words[i];
		if (word[0] == '-' && word[1]) {
			i += takes_next(table, word, i + 1 < count ? words[i + 1] : NULL);
			continue;
		}
		if (command_find(table, family ? family : word, family ? word : NULL, &found))
			return &table->rows[found];
		if (family || !command_family(table, word))
			return NULL;
		family = word;
	}
	return NULL;
}

char *command_synopsis(const struct command_row *row)
{
	struct buf out = { 0 };
	buf_text_add(&out, row->name);
	for (int i = 0; i < OPTION_COUNT; i++) {
		const struct option_row *option = option_row((enum option)i);
		if (!command_takes(row, (enum option)i))
			continue;
		buf_format(&out, " [--%s%s%s]%s", option->name, option->argument ? " " : "",
			option->argument ? option->argument : "", option->many ? "…" : "");
	}
	if (row->words)
		buf_format(&out, " %s", row->words);
	return buf_take(&out);
}
