/*
 * Roles, not colours: code says what a piece of text is, a theme says how that looks.
 *
 * The rows of role_rows are the roles; a theme file (libconfig) has a line for each that it changes:
 *
 *	expired = "red on default bold"
 *
 * that is a colour, perhaps "on" another, and any of bold, dim, underline, reverse.  A colour is
 * one of the sixteen names (black red green yellow blue magenta cyan white, each with "bright-"
 * before it), "default", a number up to 255 or "#rrggbb"; it is mapped down to what the terminal
 * has.  Where there is no colour each role has its attributes alone, so nothing is ever told by
 * colour only.
 */
#ifndef CERTARY_TUI_THEME_H
#define CERTARY_TUI_THEME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum role {
	ROLE_NORMAL,
	ROLE_DIM,
	ROLE_TITLE,
	ROLE_BORDER,
	ROLE_STATUS,
	ROLE_HINT_KEY,
	ROLE_HINT_TEXT,
	ROLE_CURSOR,
	ROLE_CURSOR_IDLE,
	ROLE_MARKED,
	ROLE_HEADING,
	ROLE_LABEL,
	ROLE_VALUE,
	ROLE_MATCH,
	ROLE_ERROR,
	ROLE_WARNING,
	ROLE_GOOD,
	ROLE_TRUSTED,
	ROLE_LIMITED,
	ROLE_UNTRUSTED,
	ROLE_BLOCKED,
	ROLE_TRASH,
	ROLE_EXPIRED,
	ROLE_EXPIRING,
	ROLE_FIELD,
	ROLE_FIELD_CURSOR,
	ROLE_DIALOG,
	ROLE_DIALOG_TITLE,
	ROLE_DIALOG_DANGER,
	ROLE_LINK,
	ROLE_COUNT
};

enum look_attr {
	LOOK_BOLD = 1,
	LOOK_DIM = 2,
	LOOK_UNDERLINE = 4,
	LOOK_REVERSE = 8,
};

#define COLOUR_DEFAULT (-1)
#define COLOUR_RGB     0x1000000 /* | 0xrrggbb; below it the number of a colour, 0..255 */

struct look {
	int32_t fg, bg;
	unsigned attrs; /* enum look_attr */
};

struct role_row {
	const char *name; /* as in a theme file */
	const char *help;
	const char *look; /* in the built-in theme */
	unsigned mono;    /* enum look_attr: how it looks without colour */
};

extern const struct role_row role_rows[ROLE_COUNT];

struct theme {
	struct look looks[ROLE_COUNT];
};

/* The theme that needs no file. */
void theme_default(struct theme *theme);

/*
 * Find and read a theme.  A name with a slash is a file; otherwise NAME.theme is looked for in
 * certary/themes of the user's configuration, in themes of the source tree that the program was built in,
 * in share/certary/themes above the program's folder, and in CERTARY_DATADIR/themes.  A role that a theme
 * lacks looks as in the built-in one; what is no role or no look is an error that names file and line,
 * and then *theme is the built-in one.
 */
bool theme_load(struct theme *theme, const char *name, struct error *err);

/* The name of each theme that theme_load() would find, possibly more than once: as its file has it. */
void theme_each(void (*take)(void *ctx, const char *name), void *ctx);

/* "red on default bold" and the like; the error says which word is off. */
bool look_parse(struct look *look, const char *text, struct error *err);

/* Colour number for a terminal that has so many (8, 16, 88, 256); COLOUR_DEFAULT stays. */
int colour_map(int32_t colour, int have);

#endif
