/*
 * Help is made from the tables of commands and options.  In the overview and in a family each command
 * has one line, indented by two blanks, so that a script may read them; what is longer is wrapped only
 * in the help of one command.
 */
#include "cli/help.h"

#include <stdlib.h>
#include <string.h>

#include "app/export.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/run.h"

#define NAMES   27 /* columns of a command and its words */
#define OPTIONS 21 /* columns of an option and its argument */

/* As far as the next blank, but for those in brackets: "[--state S]" stays together. */
static size_t word_len(const char *text)
{
	size_t n = 0;
	int depth = 0;
	for (; text[n] && (text[n] != ' ' || depth > 0); n++)
		depth += (text[n] == '[') - (text[n] == ']');
	return n;
}

/* As wide as it is read best, and no wider than what it is read on. */
static size_t columns_here(void)
{
	size_t here = print_width();
	return here && here < HELP_COLUMNS ? here : HELP_COLUMNS;
}

/* Append text from the given column on, its further lines indented, and end the line. */
static void add_wrapped(struct buf *out, size_t column, size_t indent, const char *text)
{
	bool first = true;
	while (*(text += strspn(text, " "))) {
		size_t len = word_len(text);
		char *word = mem_textn(text, len);
		size_t width = text_width(word);
		if (!first && column + 1 + width > columns_here()) {
			buf_format(out, "\n%*s", (int)indent, "");
			column = indent;
		} else if (!first) {
			buf_char(out, ' ');
			column++;
		}
		buf_text_add(out, word);
		column += width;
		text += len;
		first = false;
		free(word);
	}
	buf_char(out, '\n');
}

/* "  name words  help" */
static void add_cells(struct buf *out, const char *name, const char *words, size_t columns,
	const char *help)
{
	struct buf cell = { 0 };
	buf_format(&cell, "%s%s%s", name, words ? " " : "", words ? words : "");
	buf_text_add(out, "  ");
	size_t width = text_width(buf_text(&cell));
	width = width > columns ? width : columns; /* nothing of it is cut */
	print_cell(out, buf_text(&cell), width, false);
	add_wrapped(out, width + 4, columns + 4, help);
	buf_done(&cell);
}

static void add_command(struct buf *out, const struct command_row *row)
{
	add_cells(out, row->name, row->words, NAMES, lang_text(row->help));
}

static void add_option(struct buf *out, enum option which)
{
	const struct option_row *row = option_row(which);
	struct buf name = { 0 }, help = { 0 };
	if (option_letter(which))
		buf_format(&name, "-%c, ", option_letter(which));
	buf_format(&name, "--%s", row->name);
	buf_format(&help, row->many ? _("%s (may be repeated)") : "%s", lang_text(row->help));
	add_cells(out, buf_text(&name), row->argument, OPTIONS, buf_text(&help));
	buf_done(&name);
	buf_done(&help);
}

static void add_formats(struct buf *out)
{
	size_t count;
	const struct export_format *formats = export_formats(&count);
	buf_text_add(out, _("\nFormats:\n"));
	for (size_t i = 0; i < count; i++) {
		buf_format(out, "  %-7s%-15s", formats[i].name, formats[i].suffixes);
		add_wrapped(out, 24, 24, lang_text(formats[i].help));
	}
}

void help_command(const struct command_row *row, struct buf *out)
{
	char *synopsis = command_synopsis(row);
	size_t indent = strlen("certary ") + strlen(row->name) + 1;
	buf_text_add(out, "certary ");
	add_wrapped(out, strlen("certary "), indent, synopsis);
	buf_format(out, "\n%s\n", lang_text(row->help));
	if (row->more) {
		buf_char(out, '\n');
		add_wrapped(out, 0, 0, lang_text(row->more));
	}
	if (row->options)
		buf_char(out, '\n');
	for (int i = 0; i < OPTION_COUNT; i++)
		if (command_takes(row, (enum option)i))
			add_option(out, (enum option)i);
	if (command_takes(row, OPTION_FORMAT))
		add_formats(out);
	free(synopsis);
}

void help_family(const struct command_table *table, const char *family, struct buf *out)
{
	buf_format(out, _("certary %s VERB …\n\n"), family);
	for (size_t i = 0; i < table->count; i++) {
		char *verb = command_word(&table->rows[i], family);
		if (verb)
			add_command(out, &table->rows[i]);
		free(verb);
	}
	buf_format(out, _("\ncertary help %s VERB tells more.\n"), family);
}

void help_overview(const struct command_table *table, struct buf *out)
{
	buf_text_add(out, _("certary [OPTION…] [COMMAND …]: the TLS trust of this server\n"
			    "Without a command the console opens; certary help COMMAND tells more.\n"));
	for (size_t i = 0; i < table->count; i++) {
		const struct command_row *row = &table->rows[i];
		if (i == 0 || row->group != row[-1].group)
			buf_format(out, "\n%s:\n", lang_text(command_group_name(row->group)));
		add_command(out, row);
	}
	buf_text_add(out, _("\nOptions that every command knows:\n"));
	for (int i = 0; i < OPTION_COUNT; i++)
		if (option_row((enum option)i)->global)
			add_option(out, (enum option)i);
	buf_text_add(out, _(
		"\nCERT is a name, a fingerprint in any notation, or six or more of its digits.\n"
		"Exit: 0 done, 1 failed and nothing changed, 2 usage, 3 no such thing or several,\n"
		"4 the verdict is no, 5 a secret or confirmation is needed, 6 the network.\n"));
}

static bool no_verb(const struct command_table *table, char *const *words, struct error *err)
{
	char *verbs = command_verbs(table, words[0]);
	if (*verbs)
		error_set(err, ERROR_USAGE, "help %s %s: there is no such command; %s knows: %s", words[0],
			words[1], words[0], verbs);
	else
		error_set(err, ERROR_USAGE, "help %s %s: there is no such command (certary help lists them)",
			words[0], words[1]);
	free(verbs);
	return false;
}

bool help_words(const struct command_table *table, char *const *words, size_t count, struct buf *out,
	struct error *err)
{
	enum command which;
	if (count == 0)
		help_overview(table, out);
	else if (command_find(table, words[0], count > 1 ? words[1] : NULL, &which))
		help_command(&table->rows[which], out);
	else if (count > 1)
		return no_verb(table, words, err);
	else if (command_family(table, words[0]))
		help_family(table, words[0], out);
	else
		return error_set(err, ERROR_USAGE, "help %s: there is no such command (certary help lists them)",
			words[0]);
	return true;
}

bool run_help(struct run *run, struct error *err)
{
	const struct arguments *args = run->args;
	struct buf out = { 0 };
	bool ok = true;
	if (args->family)
		help_family(&command_table, args->family, &out);
	else if (args->console || args->command == COMMAND_HELP)
		ok = help_words(&command_table, args->words, args->count, &out, err);
	else
		help_command(command_row(args->command), &out);
	print_text(buf_text(&out));
	buf_done(&out);
	return ok;
}
