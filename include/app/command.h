/*
 * The commands and their options, a row each: what the command line accepts, what `help`, the man page
 * and completion print, and what the console's `:` offers.  The functions that run them stand in
 * src/cli/.
 *
 * A name has one word, or two: "identity list" is the verb `list` of the family `identity`.  A family
 * alone is no command, and its rows stand side by side, as those of a group do.
 *
 * What looks words up takes the table, so that a test may bring one of its own.
 */
#ifndef CERTARY_APP_COMMAND_H
#define CERTARY_APP_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In the order of help: group by group. */
enum command {
	COMMAND_LIST,
	COMMAND_SHOW,
	COMMAND_COMPARE,
	COMMAND_MATCH,
	COMMAND_IMPORT,
	COMMAND_EXPORT,
	COMMAND_RENAME,
	COMMAND_NOTE,
	COMMAND_DELETE,
	COMMAND_RESTORE,
	COMMAND_PURGE,
	COMMAND_TRUST,
	COMMAND_UNTRUST,
	COMMAND_BLOCK,
	COMMAND_EXPLAIN,
	COMMAND_IMPACT,
	COMMAND_CRL_LIST,
	COMMAND_CRL_SHOW,
	COMMAND_CRL_IMPORT,
	COMMAND_CRL_REMOVE,
	COMMAND_CRL_FETCH,
	COMMAND_GENERATE,
	COMMAND_REQUEST,
	COMMAND_SIGN,
	COMMAND_IDENTITY_LIST,
	COMMAND_IDENTITY_SHOW,
	COMMAND_IDENTITY_IMPORT,
	COMMAND_IDENTITY_ATTACH,
	COMMAND_IDENTITY_RENAME,
	COMMAND_IDENTITY_NOTE,
	COMMAND_IDENTITY_TICKET,
	COMMAND_IDENTITY_DELETE,
	COMMAND_IDENTITY_RESTORE,
	COMMAND_IDENTITY_PURGE,
	COMMAND_CA_ISSUED,
	COMMAND_CA_REVOKE,
	COMMAND_CA_CRL,
	COMMAND_EXCHANGE,
	COMMAND_PROBE,
	COMMAND_CONNECT,
	COMMAND_REHEARSE,
	COMMAND_ENDPOINT_ADD,
	COMMAND_ENDPOINT_LIST,
	COMMAND_ENDPOINT_REMOVE,
	COMMAND_ENDPOINT_HISTORY,
	COMMAND_ENDPOINT_ACCEPT,
	COMMAND_CHECK,
	COMMAND_SERVICES,
	COMMAND_RUNBOOK_LIST,
	COMMAND_RUNBOOK_SHOW,
	COMMAND_RUNBOOK_NEW,
	COMMAND_RUNBOOK_DONE,
	COMMAND_RUNBOOK_REOPEN,
	COMMAND_RUNBOOK_SET,
	COMMAND_RUNBOOK_NOTE,
	COMMAND_RUNBOOK_REMOVE,
	COMMAND_TARGET_ADD,
	COMMAND_TARGET_LIST,
	COMMAND_TARGET_SHOW,
	COMMAND_TARGET_REMOVE,
	COMMAND_DEPLOY,
	COMMAND_PARITY,
	COMMAND_UNDO,
	COMMAND_LOG,
	COMMAND_SETUP,
	COMMAND_DOCTOR,
	COMMAND_HELP,
	COMMAND_COUNT
};

enum command_group {
	GROUP_CERTIFICATES,
	GROUP_TRUST,
	GROUP_IDENTITIES,
	GROUP_SERVICES,
	GROUP_CONSUMERS,
	GROUP_STORE,
	GROUP_COUNT
};

enum option {
	OPTION_STORE,
	OPTION_CONFIG,
	OPTION_READ_ONLY,
	OPTION_THEME,
	OPTION_PLAIN_TEXT, /* --plain, but for commands that write a key */
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
	OPTION_WITH_KEY, /* export --key */
	OPTION_OUTPUT,
	OPTION_CN,
	OPTION_SAN,
	OPTION_DROP_SAN,
	OPTION_SUBJECT,
	OPTION_KIND, /* generate --key KIND */
	OPTION_DAYS,
	OPTION_WARN_DAYS, /* endpoint add --days D */
	OPTION_AS_CA, /* generate --ca */
	OPTION_BY_CA, /* sign --ca NAME */
	OPTION_PROFILE,
	OPTION_PRESET,
	OPTION_PATH_LEN,
	OPTION_PERMIT,
	OPTION_EXCLUDE,
	OPTION_CRL_URL,
	OPTION_ISSUER_URL,
	OPTION_KEY_PASSWORD_FILE,
	OPTION_PLAIN,
	OPTION_RENEW,
	OPTION_NEW_KEY,
	OPTION_NOTE,
	OPTION_EDIT,
	OPTION_TICKET,
	OPTION_KEY_OUTPUT,
	OPTION_TRUST,
	OPTION_DIALECT,
	OPTION_IDENTITY,
	OPTION_TLS,
	OPTION_SNI,
	OPTION_HTTP,
	OPTION_NO_SAVE,
	OPTION_PORT,
	OPTION_CLIENT_CA,
	OPTION_FOR, /* endpoint add --purpose P */
	OPTION_TRUST_FOR,
	OPTION_UNTIL,
	OPTION_WHY_TICKET,
	OPTION_AT,
	OPTION_NAGIOS,
	OPTION_PROMETHEUS,
	OPTION_ALL,
	OPTION_UNUSED,
	OPTION_TIMELINE,
	OPTION_MANIFEST,
	OPTION_PARTNER,
	OPTION_TEMPLATE,
	OPTION_OF_IDENTITY, /* runbook new --identity NAME */
	OPTION_ROOT,
	OPTION_SETUP_ROOT, /* setup --root DIR */
	OPTION_ANSWERS,
	OPTION_PRINT_ANSWERS,
	OPTION_TARGET_KIND, /* target add --kind K */
	OPTION_PATH,
	OPTION_WITH_SYSTEM,
	OPTION_KEY_PATH,
	OPTION_CHAIN_PATH,
	OPTION_OWNER,
	OPTION_MODE,
	OPTION_SERVICE,
	OPTION_RELOAD_COMMAND,
	OPTION_RELOAD, /* deploy --reload */
	OPTION_EMPTY,
	OPTION_EVERYWHERE,
	OPTION_COUNT
};

/* Two options may share a name, `list --ca` and `sign --ca NAME`, where no command takes both. */
struct option_row {
	const char *name;     /* without the dashes */
	const char *argument; /* what it takes, for help; NULL: nothing */
	const char *help;
	bool global; /* may also stand before the command */
	bool many;   /* each one given counts; of any other the last one does */
	bool may;    /* the argument may be left out; one that is given begins with a slash */
};
const struct option_row *option_row(enum option which);

struct command_row {
	const char *name;
	const char *words; /* what follows the options, for help: "CERT… " */
	size_t least, most; /* number of words; most SIZE_MAX: any */
	const enum option *options; /* OPTION_COUNT ends them; NULL: none; global ones always apply */
	enum command_group group;
	bool writes;      /* refused with --read-only */
	const char *help; /* one line, short enough for the overview */
	const char *more; /* a paragraph for `help COMMAND`, or NULL */
};

bool command_takes(const struct command_row *row, enum option which);

struct command_table {
	const struct command_row *rows;
	size_t count; /* enum command is a row's number */
};
extern const struct command_table command_table;

const struct command_row *command_row(enum command which); /* of command_table */
const char *command_group_name(enum command_group group);

/* The command of one word, or with a second one that of a family. */
bool command_find(const struct command_table *table, const char *first, const char *second,
	enum command *out);
bool command_family(const struct command_table *table, const char *word); /* is it one? */

/* The first word of a row, or with a family the second one; NULL where the row isn't of that family.
 * The caller frees. */
char *command_word(const struct command_row *row, const char *family);

/* "list, show, rename": what stands behind a family; the caller frees. */
char *command_verbs(const struct command_table *table, const char *family);

/* The option of this name that the command takes, else the first one; row may be NULL. */
bool option_find(const struct command_row *row, const char *name, size_t len, enum option *out);

/* Is there an option of this name with an argument (or without one)? */
bool option_may_be(const char *name, size_t len, bool with_argument);

/* "-o": the letter of an option, and the option of a letter; '\0' and false where there is none. */
char option_letter(enum option which);
bool option_find_letter(char letter, enum option *out);

/* The row that the words of a command line lead to, options among them; NULL: none, or they are off. */
const struct command_row *command_ahead(const struct command_table *table, const char *const *words,
	size_t count);

/* "import [--name N] … FILE…|-": as in a manual; the caller frees. */
char *command_synopsis(const struct command_row *row);

#endif
