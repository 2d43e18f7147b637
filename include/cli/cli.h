/*
 * The command line: the face for scripts and for those who know what they want.
 *
 * Life: cli_parse() → the store's app is made from what it found → cli_run() → its exit code →
 * arguments_done().
 */
#ifndef CERTARY_CLI_CLI_H
#define CERTARY_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "app/app.h"
#include "app/command.h"
#include "base/error.h"

struct given {
	enum option option;
	const char *text;
};

struct arguments {
	bool console; /* no command was given */
	enum command command;
	const char *family; /* first word of a command whose second is missing, with --help only */
	bool set[OPTION_COUNT];
	const char *text[OPTION_COUNT]; /* NULL where the option takes nothing or was not given */
	struct given *given;            /* every option with a text, in their order */
	size_t given_count, given_cap;
	char **words; /* what is no option; borrowed from argv, as all texts are */
	size_t count;
};

/* Reorders argv.  ERROR_USAGE says which word is off and what to do. */
bool cli_parse(const struct command_table *table, int argc, char **argv, struct arguments *out,
	struct error *err);
void arguments_done(struct arguments *args); /* whatever cli_parse() said */

/*
 * The texts of an option that may be given several times, one after the other; NULL behind the last.
 *
 *	for (size_t at = 0; (name = arguments_next(args, OPTION_SAN, &at)) != NULL;)
 */
const char *arguments_next(const struct arguments *args, enum option which, size_t *at);

/* The number that an option gives; *out stays what it is where the option wasn't given. */
bool arguments_number(const struct arguments *args, enum option which, int64_t least, int64_t most,
	int64_t *out, struct error *err);

/* Is it `setup` at a terminal, without answers: a matter of the console? */
bool cli_wants_wizard(const struct arguments *args);

/* Run the command and return its exit code; every error has been told on standard error. */
int cli_run(const struct arguments *args);

/*
 * Complete a command line for a shell: `certary --complete SHELL …`, which is for the scripts in
 * etc/completion and may change with them.  Words behind --complete.  Never writes, asks or complains.
 */
int cli_complete(size_t count, const char *const *words);

/* Tell an error on standard error, "certary: …", and return its exit code. */
int cli_fail(const struct error *err);

/* The same as the arguments want it told: with --nagios as a line on standard output, and 3. */
int cli_fail_of(const struct arguments *args, const struct error *err);

#endif
