/*
 * The command line: the face for scripts and for those who know what they want.
 *
 * Life: cli_parse() → the store's app is made from what it found → cli_run() → its exit code.
 */
#ifndef CERTARY_CLI_CLI_H
#define CERTARY_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "app/app.h"
#include "app/command.h"
#include "base/error.h"

struct arguments {
	bool console; /* no command was given */
	enum command command;
	bool set[OPTION_COUNT];
	const char *text[OPTION_COUNT]; /* NULL where the option takes nothing or was not given */
	char **words; /* what is no option; borrowed from argv */
	size_t count;
};

/* Reorders argv.  ERROR_USAGE says which word is off and what to do. */
bool cli_parse(int argc, char **argv, struct arguments *out, struct error *err);

/* Run the command and return its exit code; every error has been told on standard error. */
int cli_run(const struct arguments *args);

/* Tell an error on standard error, "certary: …", and return its exit code. */
int cli_fail(const struct error *err);

#endif
