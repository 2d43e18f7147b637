/*
 * A command that the console runs: certary itself, beside the loop and on the same store, so that what
 * works on the command line works here, in the same words.  Its output is a page of text.  One that
 * changes something is run dry first, and its plan is what the operator is asked about.
 */
#ifndef CERTARY_SRC_CONSOLE_COMMAND_RUN_H
#define CERTARY_SRC_CONSOLE_COMMAND_RUN_H

#include "console/desk.h"

/* A line as it was typed: one that says --yes or --dry-run itself isn't asked about. */
enum reaction command_run(struct desk *desk, const char *line);
/* A line out of a file: what changes something shows its plan and asks, though the line say --yes. */
enum reaction command_run_read(struct desk *desk, const char *line);

/* End it where one runs, and forget what it said. */
void command_close(struct desk *desk);

#endif
