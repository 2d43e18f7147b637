/*
 * Help is printed from the tables of commands and options.
 */
#include <stdlib.h>

#include "app/export.h"
#include "cli/run.h"

static void print_option(enum option which)
{
	const struct option_row *row = option_row(which);
	struct buf name = { 0 }, line = { 0 };
	if (option_letter(which))
		buf_format(&name, "-%c, ", option_letter(which));
	buf_format(&name, "--%s%s%s", row->name, row->argument ? " " : "",
		row->argument ? row->argument : "");
	buf_text_add(&line, "  ");
	print_cell(&line, buf_text(&name), 20, false);
	print_format("%s%s\n", buf_text(&line), row->help);
	buf_done(&name);
	buf_done(&line);
}

static void print_formats(void)
{
	size_t count;
	const struct export_format *formats = export_formats(&count);
	print_text("\nFormats:\n");
	for (size_t i = 0; i < count; i++)
		print_format("  %-8s%-16s%s\n", formats[i].name, formats[i].suffixes,
			formats[i].help);
}

static void print_command(enum command which)
{
	char *synopsis = command_synopsis(which);
	print_format("certary %s\n\n%s\n\n", synopsis, command_row(which)->help);
	free(synopsis);
	for (int i = 0; i < OPTION_COUNT; i++)
		if (command_row(which)->options & 1u << i)
			print_option((enum option)i);
	if (which == COMMAND_EXPORT)
		print_formats();
}

static void print_overview(void)
{
	print_text("certary [OPTION…] [COMMAND …]: the TLS trust of this server\n"
		   "Without a command the console opens.\n\n");
	for (int i = 0; i < COMMAND_COUNT; i++) {
		const struct command_row *row = command_row((enum command)i);
		struct buf name = { 0 }, line = { 0 };
		buf_format(&name, "%s%s%s", row->name, row->words ? " " : "",
			row->words ? row->words : "");
		buf_text_add(&line, "  ");
		print_cell(&line, buf_text(&name), 27, false);
		print_format("%s%s\n", buf_text(&line), row->help);
		buf_done(&name);
		buf_done(&line);
	}
	print_text("\nOptions that every command knows:\n");
	for (int i = 0; i < OPTION_COUNT; i++)
		if (option_row((enum option)i)->global)
			print_option((enum option)i);
	print_text("\nCERT is a name, a fingerprint in any notation, or six or more of its digits.\n"
		   "Exit: 0 done, 1 failed and nothing changed, 2 usage, 3 no such thing or several,\n"
		   "4 the verdict is no, 5 a secret or confirmation is needed, 6 the network.\n");
}

bool run_help(struct run *run, struct error *err)
{
	const struct arguments *args = run->args;
	enum command which;
	if (args->command != COMMAND_HELP && !args->console) {
		print_command(args->command);
	} else if (args->command == COMMAND_HELP && args->count == 1) {
		if (!command_find(args->words[0], &which))
			return error_set(err, ERROR_USAGE, "help %s: there is no such command",
				args->words[0]);
		print_command(which);
	} else {
		print_overview();
	}
	return true;
}
