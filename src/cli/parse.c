/*
 * Options may stand anywhere; "--" ends them; "-" is a word.  The tables say what there is.
 */
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"

static bool take_value(int argc, char **argv, int *i, const char *equals, enum option which,
	struct arguments *out, struct error *err)
{
	const struct option_row *row = option_row(which);
	out->set[which] = true;
	if (!row->argument && equals)
		return error_set(err, ERROR_USAGE, "--%s takes no value", row->name);
	if (!row->argument)
		return true;
	if (!equals && *i + 1 >= argc)
		return error_set(err, ERROR_USAGE, "--%s: %s is missing", row->name, row->argument);
	out->text[which] = equals ? equals : argv[++*i];
	return true;
}

static bool take_option(int argc, char **argv, int *i, struct arguments *out, struct error *err)
{
	const char *name = argv[*i] + 2, *equals = strchr(name, '=');
	enum option which;
	if (!option_find(name, equals ? (size_t)(equals - name) : strlen(name), &which))
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

static bool take_word(char **argv, int i, struct arguments *out, struct error *err)
{
	if (!out->console) {
		out->words[out->count++] = argv[i];
		return true;
	}
	out->console = false;
	return command_find(argv[i], &out->command) ||
	       error_set(err, ERROR_USAGE, "%s: there is no such command (certary help lists them)",
		       argv[i]);
}

static bool check(const struct arguments *args, struct error *err)
{
	if (args->console || args->set[OPTION_HELP])
		return true;
	const struct command_row *row = command_row(args->command);
	for (int i = 0; i < OPTION_COUNT; i++)
		if (args->set[i] && !option_row((enum option)i)->global && !(row->options & 1u << i))
			return error_set(err, ERROR_USAGE, "%s: --%s has no meaning here (certary help %s)",
				row->name, option_row((enum option)i)->name, row->name);
	if (args->count >= row->least && args->count <= row->most)
		return true;
	return error_set(err, ERROR_USAGE, "%s: expects %s (certary help %s)", row->name,
		row->words ? row->words : "nothing more", row->name);
}

bool cli_parse(int argc, char **argv, struct arguments *out, struct error *err)
{
	*out = (struct arguments){ .console = true, .words = argv };
	bool only_words = false;
	for (int i = 1; i < argc; i++) {
		const char *word = argv[i];
		bool ok;
		if (!only_words && strcmp(word, "--") == 0) {
			only_words = true;
			continue;
		}
		if (only_words || word[0] != '-' || !word[1])
			ok = take_word(argv, i, out, err);
		else if (word[1] == '-')
			ok = take_option(argc, argv, &i, out, err);
		else
			ok = take_short(argc, argv, &i, out, err);
		if (!ok)
			return false;
	}
	return check(out, err);
}
