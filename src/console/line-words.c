#include "console/line-words.h"

#include <string.h>

#include "app/command.h"
#include "base/text.h"

size_t line_split(const char *line, struct buf *bytes, size_t starts[LINE_WORDS_MOST])
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
		if (!in_word && count == LINE_WORDS_MOST)
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

bool line_changes(const char *const *words, size_t count)
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

size_t line_drop_answers(const char **words, size_t count)
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

bool line_may_be_read(const char *const *words, size_t count, struct error *err)
{
	if (names_another_store(words, count))
		return error_set(err, ERROR_USAGE,
			"it names a store or settings: such a command is typed");
	return command_ahead(&command_table, words, count) ||
	       error_set(err, ERROR_USAGE, "it is no command of certary's");
}
