/*
 * Options may stand anywhere; "--" ends them; "-" is a word.  The tables say what there is.  Since the
 * command decides between options of the same name, it is looked for first.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "cli/cli.h"

static void take_text(struct arguments *out, enum option which, const char *text)
{
	out->text[which] = text;
	out->given = mem_grow(out->given, out->given_count, &out->given_cap, sizeof *out->given);
	out->given[out->given_count++] = (struct given){ which, text };
}

static bool take_value(int argc, char **argv, int *i, const char *equals, enum option which,
	struct arguments *out, struct error *err)
{
	const struct option_row *row = option_row(which);
	out->set[which] = true;
	if (!row->argument && equals)
		return error_set(err, ERROR_USAGE, "--%s takes no value", row->name);
	if (!row->argument)
		return true;
	bool next = *i + 1 < argc && (!row->may || argv[*i + 1][0] == '/');
	if (row->may && !equals && !next)
		return true;
	if (!equals && !next)
		return error_set(err, ERROR_USAGE, "--%s: %s is missing", row->name, row->argument);
	take_text(out, which, equals ? equals : argv[++*i]);
	return true;
}

static bool take_option(const struct command_row *row, int argc, char **argv, int *i,
	struct arguments *out, struct error *err)
{
	const char *name = argv[*i] + 2, *equals = strchr(name, '=');
	enum option which;
	if (!option_find(row, name, equals ? (size_t)(equals - name) : strlen(name), &which))
		return error_set(err, ERROR_USAGE, "%s: there is no such option (certary help)",
			argv[*i]);
	return take_value(argc, argv, i, equals ? equals + 1 : NULL, which, out, err);
}

/* -o FILE or -oFILE */
static bool take_short(int argc, char **argv, int *i, struct arguments *out, struct error *err)
{
	const char *word = argv[*i];
	enum option which;
	if (!option_find_letter(word[1], &which) || (word[2] && !option_row(which)->argument))
		return error_set(err, ERROR_USAGE,
			"%s: there is no such option (certary help; a name that begins with a dash "
			"goes behind --)",
			word);
	return take_value(argc, argv, i, word[2] ? word + 2 : NULL, which, out, err);
}

static bool take_verb(const struct command_table *table, const char *word, struct arguments *out,
	struct error *err)
{
	const char *family = out->family;
	if (command_find(table, family, word, &out->command)) {
		out->family = NULL;
		return true;
	}
	char *verbs = command_verbs(table, family);
	error_set(err, ERROR_USAGE, "%s %s: there is no such command; %s knows: %s", family, word,
		family, verbs);
	free(verbs);
	return false;
}

static bool take_command(const struct command_table *table, const char *word, struct arguments *out,
	struct error *err)
{
	out->console = false;
	if (command_find(table, word, NULL, &out->command))
		return true;
	if (command_family(table, word))
		out->family = word;
	return out->family ||
	       error_set(err, ERROR_USAGE, "%s: there is no such command (certary help lists them)",
		       word);
}

static bool take_word(const struct command_table *table, char *word, struct arguments *out,
	struct error *err)
{
	if (out->console)
		return take_command(table, word, out, err);
	if (out->family)
		return take_verb(table, word, out, err);
	out->words[out->count++] = word;
	return true;
}

static bool check_family(const struct command_table *table, const char *family, struct error *err)
{
	char *verbs = command_verbs(table, family);
	error_set(err, ERROR_USAGE, "%s: expects one of: %s (certary help %s)", family, verbs, family);
	free(verbs);
	return false;
}

static bool check(const struct command_table *table, const struct arguments *args, struct error *err)
{
	if (args->console || args->set[OPTION_HELP])
		return true;
	if (args->family)
		return check_family(table, args->family, err);
	const struct command_row *row = &table->rows[args->command];
	for (int i = 0; i < OPTION_COUNT; i++) {
		enum option which = (enum option)i;
		if (args->set[i] && !option_row(which)->global && !command_takes(row, which))
			return error_set(err, ERROR_USAGE, "%s: --%s has no meaning here (certary help %s)",
				row->name, option_row(which)->name, row->name);
	}
	const char *name = args->text[OPTION_NAME];
	if (name && !name[strspn(name, " \t\n")])
		return error_set(err, ERROR_USAGE, "%s: --name: the name is empty", row->name);
	if (args->count >= row->least && args->count <= row->most)
		return true;
	if (!row->words)
		return error_set(err, ERROR_USAGE, "%s: expects nothing more (certary help %s)", row->name,
			row->name);
	return error_set(err, ERROR_USAGE, "%s: expects %s (certary help %s)", row->name, row->words,
		row->name);
}

bool cli_parse(const struct command_table *table, int argc, char **argv, struct arguments *out,
	struct error *err)
{
	*out = (struct arguments){ .console = true, .words = argv };
	const struct command_row *row = command_ahead(table, (const char *const *)argv + 1, argc > 0 ? (size_t)argc - 1 : 0);
	bool only_words = false;
	for (int i = 1; i < argc; i++) {
		const char *word = argv[i];
		bool ok;
		if (!only_words && strcmp(word, "--") == 0) {
			only_words = true;
			continue;
		}
		if (only_words || word[0] != '-' || !word[1])
			ok = take_word(table, argv[i], out, err);
		else if (word[1] == '-')
			ok = take_option(row, argc, argv, &i, out, err);
		else
			ok = take_short(argc, argv, &i, out, err);
		if (!ok)
			return false;
	}
	return check(table, out, err);
}

void arguments_done(struct arguments *args)
{
	free(args->given);
	*args = (struct arguments){ .console = true };
}

const char *arguments_next(const struct arguments *args, enum option which, size_t *at)
{
	while (*at < args->given_count) {
		const struct given *given = &args->given[(*at)++];
		if (given->option == which)
			return given->text;
	}
	return NULL;
}

bool arguments_number(const struct arguments *args, enum option which, int64_t least, int64_t most,
	int64_t *out, struct error *err)
{
	const char *text = args->text[which];
	if (!text || text_number(text, least, most, out))
		return true;
	return error_set(err, ERROR_USAGE, "--%s %s: give a number from %lld to %lld",
		option_row(which)->name, text, (long long)least, (long long)most);
}
