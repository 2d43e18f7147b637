/*
 * Completion of a command line, whatever table its commands come from.
 */
#ifndef CERTARY_SRC_CONSOLE_COMPLETE_H
#define CERTARY_SRC_CONSOLE_COMPLETE_H

#include "app/app.h"
#include "app/command.h"
#include "base/buf.h"

/* Complete the last word of text as far as it is certain; choices gets all that it may become. */
void complete_line(const struct command_table *table, struct app *app, struct buf *text,
	struct buf *choices);

#endif
