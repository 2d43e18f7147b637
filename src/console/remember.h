/*
 * What the console remembers from one run to the next: how somebody has set it up while working, and
 * nothing about certificates.
 *
 * It stands in one small file, $XDG_STATE_HOME/certary/console, in the syntax of the settings.  A value
 * that isn't there, or isn't of its kind, is its default.  Nothing depends on the file: where it can't
 * be read there are the defaults, where it can't be written nothing is kept.
 *
 * Life: remember_new(), remember_load(), values; remember_save() whenever it suits; remember_free().
 *
 * Two consoles: what this one changed is put over what the file holds by then, so that neither forgets
 * what the other one was told; of the same value the last word counts.  What a later certary has
 * written there stays.
 */
#ifndef CERTARY_SRC_CONSOLE_REMEMBER_H
#define CERTARY_SRC_CONSOLE_REMEMBER_H

#include <stdbool.h>

#include "base/error.h"

/* Each is a row of the table in remember.c, which says its name in the file, its kind and default. */
enum remembered {
	REMEMBER_THEME,                /* text: a name or a path; "": none; the settings go before it */
	REMEMBER_SPLIT,                /* text: see split.h */
	REMEMBER_SPLIT_BESIDE,         /* number: per cent of the columns for the list; 0: the page's */
	REMEMBER_SPLIT_BELOW,          /* number: the same of the rows */
	REMEMBER_COLUMNS_CERTIFICATES, /* text: see choice.h; so are the next */
	REMEMBER_COLUMNS_IDENTITIES,
	REMEMBER_COLUMNS_ENDPOINTS,
	REMEMBER_COLUMNS_TARGETS,
	REMEMBER_COUNT
};

struct remember;

/* Nothing but defaults.  path is copied; NULL: nothing is read or written. */
struct remember *remember_new(const char *path);
void remember_free(struct remember *memory); /* without writing */

/*
 * The user's file; NULL where there is none, or where the folder above it is somebody else's: under
 * sudo HOME may be that of another user.  The caller frees.
 */
char *remember_path(void);

/* Read the file; one that isn't there is fine.  False with what is wrong with it: then it is passed
 * over, and replaced by the next that is written. */
bool remember_load(struct remember *memory, struct error *err);

/* Write the file where something was changed since; false where it can't be, and nothing is said. */
bool remember_save(struct remember *memory);

/* As they stand in the file: whoever asks judges them, and guards a text that is to be shown.
 * Borrowed, until the value is set.  Asking with the wrong kind is a mistake and gives "" or 0. */
const char *remember_text(const struct remember *memory, enum remembered which);
long remember_number(const struct remember *memory, enum remembered which);

void remember_set_text(struct remember *memory, enum remembered which, const char *text);
void remember_set_number(struct remember *memory, enum remembered which, long number);

#endif
