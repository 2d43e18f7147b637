/*
 * Settings: what an operator may choose, from a table.
 *
 * One row declares a setting: its name, type, default, range and a sentence of help.  The rows
 * check the files, answer the getters and are compared with etc/certary.conf by a test.
 *
 * Life: settings_new() holds the defaults, settings_load() puts the files over them, later files
 * win, settings_free().  An unknown setting or a value of the wrong kind is an error that names
 * file and line and says what is allowed.
 */
#ifndef CERTARY_CONF_SETTINGS_H
#define CERTARY_CONF_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum setting {
	SETTING_STORE,   /* text; "" is the default store */
	SETTING_THEME,   /* text */
	SETTING_LANGUAGE, /* text; "" is as the environment says */
	SETTING_ASCII,   /* enum setting_ascii */
	SETTING_COLOUR,  /* enum setting_colour */
	SETTING_MOUSE,   /* bool */
	SETTING_FUNCTION_KEYS, /* enum setting_bar */
	SETTING_PLAIN,   /* bool */
	SETTING_CONFIRM, /* bool */
	SETTING_USE_SYSTEM_TRUST, /* bool */
	SETTING_FETCH_CRLS,       /* bool */
	SETTING_EXPIRING_DAYS,
	SETTING_EXPIRING_PERCENT,
	SETTING_LOCK_WAIT_SECONDS,
	SETTING_LIMIT_FILE_MB,
	SETTING_LIMIT_CERTIFICATES,
	SETTING_LIMIT_KDF_ROUNDS,
	SETTING_LIMIT_CPU_SECONDS,
	SETTING_LIMIT_MEMORY_MB,
	SETTING_SUBJECT_REQUIRED, /* text: keys of fields, such as "C O CN" */
	SETTING_LEAST_RSA_BITS,
	SETTING_LEAST_EC_BITS,
	SETTING_LONGEST_SERVER_DAYS, /* 0: no limit */
	SETTING_DEFAULT_KEY,         /* a name of pki/privkey.h's table: settings_word() */
	SETTING_DEFAULT_DAYS,
	SETTING_DEFAULT_COUNTRY, /* text, as the next */
	SETTING_DEFAULT_STATE,
	SETTING_DEFAULT_LOCALITY,
	SETTING_DEFAULT_ORGANISATION,
	SETTING_DEFAULT_UNIT,
	SETTING_COUNT
};

enum setting_ascii {
	ASCII_AUTO, /* where the locale isn't UTF-8 */
	ASCII_YES,
	ASCII_NO,
};

enum setting_colour {
	COLOUR_AUTO, /* where the terminal has colours and NO_COLOR isn't set */
	COLOUR_ALWAYS,
	COLOUR_NEVER,
};

enum setting_bar {
	BAR_AUTO, /* where there is room for it beside the hints */
	BAR_YES,
	BAR_NO,
};

enum setting_type {
	SETTING_TEXT,
	SETTING_INT,
	SETTING_BOOL,
	SETTING_CHOICE,
};

struct setting_row {
	const char *name;
	enum setting_type type;
	const char *text;           /* default of a text */
	int64_t number;             /* default of the other types; an index for a choice */
	int64_t min, max;           /* of a number */
	const char *const *choices; /* NULL ends them */
	const char *help;           /* a sentence without a full stop */
};

/* Row `which`, for help and completion. */
const struct setting_row *setting_row(enum setting which);

struct settings;

struct settings *settings_new(void);
void settings_free(struct settings *settings);

/*
 * Read the files.  `path` (--config) or else CERTARY_CONFIG names the only one, and it must exist;
 * otherwise /etc/certary/certary.conf, then certary/certary.conf in the user's configuration
 * folder, where they exist.  A user's file that belongs to neither that user nor root is passed
 * over, so that under sudo nobody else's settings count.
 */
bool settings_load(struct settings *settings, const char *path, struct error *err);

/*
 * The file that a user who runs this would write settings into: the only one where CERTARY_CONFIG
 * names it, else root's is the system's.  NULL where there is no home; the caller frees.
 */
char *settings_users_file(void);

/* One file over what is set.  After an error the settings are as before. */
bool settings_read(struct settings *settings, const char *path, struct error *err);

/* Borrowed; asking with the wrong type is a mistake of the caller and gives "" or 0. */
const char *settings_text(const struct settings *settings, enum setting which);
int64_t settings_int(const struct settings *settings, enum setting which);
bool settings_bool(const struct settings *settings, enum setting which);
int settings_choice(const struct settings *settings, enum setting which);

/* Whether a file has said it, though it were the default. */
bool settings_is_set(const struct settings *settings, enum setting which);

/* The word of a choice, as the file has it; static. */
const char *settings_word(const struct settings *settings, enum setting which);

#endif
