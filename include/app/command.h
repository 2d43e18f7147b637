/*
 * The commands and their options, a row each: what the command line accepts, what `help`, the man page
 * and completion print, and what the console's `:` offers.  The functions that run them stand in
 * src/cli/.
 */
#ifndef CERTARY_APP_COMMAND_H
#define CERTARY_APP_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum command {
	COMMAND_LIST,
	COMMAND_SHOW,
	COMMAND_IMPORT,
	COMMAND_EXPORT,
	COMMAND_RENAME,
	COMMAND_NOTE,
	COMMAND_TRUST,
	COMMAND_UNTRUST,
	COMMAND_BLOCK,
	COMMAND_DELETE,
	COMMAND_RESTORE,
	COMMAND_PURGE,
	COMMAND_UNDO,
	COMMAND_LOG,
	COMMAND_EXPLAIN,
	COMMAND_MATCH,
	COMMAND_DOCTOR,
	COMMAND_HELP,
	COMMAND_COUNT
};

enum option {
	OPTION_STORE,
	OPTION_CONFIG,
	OPTION_READ_ONLY,
	OPTION_THEME,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_JSON,
	OPTION_DRY_RUN,
	OPTION_YES,
	OPTION_WHY,
	OPTION_STATE,
	OPTION_EXPIRING,
	OPTION_EXPIRED,
	OPTION_SELF_SIGNED,
	OPTION_CA,
	OPTION_SORT,
	OPTION_REVERSE,
	OPTION_NAME,
	OPTION_PEM,
	OPTION_DER,
	OPTION_TEXT,
	OPTION_PASSWORD_FILE,
	OPTION_PICK,
	OPTION_NO_LIMITS,
	OPTION_VERIFY,
	OPTION_MEND,
	OPTION_HOST,
	OPTION_PURPOSE,
	OPTION_FORMAT,
	OPTION_OUTPUT,
	OPTION_COUNT
};

struct option_row {
	const char *name;     /* without the dashes */
	const char *argument; /* what it takes, for help; NULL: nothing */
	const char *help;
	bool global; /* may also stand before the command */
};
const struct option_row *option_row(enum option which);

struct command_row {
	const char *name;
	const char *words; /* what follows the options, for help: "CERT… " */
	size_t least, most; /* number of words; most SIZE_MAX: any */
	uint32_t options;  /* bit 1 << enum option; global ones always apply */
	bool writes;       /* refused with --read-only */
	const char *help;  /* one line */
};
const struct command_row *command_row(enum command which);
bool command_find(const char *name, enum command *out);
bool option_find(const char *name, size_t len, enum option *out);

/* "-o": the letter of an option, and the option of a letter; '\0' and false where there is none. */
char option_letter(enum option which);
bool option_find_letter(char letter, enum option *out);

/* "import [--name N] … FILE…|-": as in a manual; the caller frees. */
char *command_synopsis(enum command which);

#endif
