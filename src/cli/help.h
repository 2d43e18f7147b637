/*
 * Help as text, made from the tables of commands and options, for a screen of 80 columns.
 */
#ifndef CERTARY_SRC_CLI_HELP_H
#define CERTARY_SRC_CLI_HELP_H

#include <stdbool.h>
#include <stddef.h>

#include "app/command.h"
#include "base/buf.h"
#include "base/error.h"

#define HELP_COLUMNS 80

void help_overview(const struct command_table *table, struct buf *out);
void help_command(const struct command_row *row, struct buf *out);
void help_family(const struct command_table *table, const char *family, struct buf *out);

/* `help` and these words: a command's one or two, a family, or none.  ERROR_USAGE names what there is. */
bool help_words(const struct command_table *table, char *const *words, size_t count, struct buf *out,
	struct error *err);

#endif
