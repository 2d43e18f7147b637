/*
 * Roles, not colours: code says what a piece of text is, a theme says how that looks.
 *
 * The rows of role_rows are the roles; a theme file (libconfig) has a line for each that it changes:
 *
 *	expired = "203 on 234 bold or red bold"
 *
 * that is a look: a colour, perhaps "on" another, and any of bold, dim, underline, reverse.  A colour is
 * one of the sixteen names (black red green yellow blue magenta cyan white, each with "bright-"
 * before it), "default", a number up to 255 or "#rrggbb".  Behind "or" stands the look for terminals
 * with fewer colours: the first is taken of which the terminal has all colours, or of the last one what is
 * nearest.  A look that doesn't say one of its colours has that of `normal`, so that a theme which brings
 * a background says it once.  Where there is no colour each role has its attributes alone, so nothing is
 * ever told by colour only.
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
#define COLOUR_UNSAID  (-2)      /* only of looks_parse(): in a theme it is what `normal` has */
#define COLOUR_RGB     0x1000000 /* | 0xrrggbb; below it the number of a colour, 0..255 */

/* What colours a terminal has; each has those before it. */
enum depth {
	DEPTH_16, /* or eight: bright ones are bold there */
	DEPTH_256,
	DEPTH_TRUE,
	DEPTH_COUNT
};

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
	struct look looks[DEPTH_COUNT][ROLE_COUNT];
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

/* A theme that is there. */
struct theme_entry {
	char *name;  /* for theme_load(); one that is no safe text isn't listed */
	char *about; /* its `description`, or what is wrong with its file; safe text */
	bool broken;
};

struct theme_list {
	struct theme_entry *items;
	size_t count, cap;
};

/* Once each, the built-in one first, the others by name.  Reads every file.  theme_list_done() empties it. */
void theme_list(struct theme_list *list);
void theme_list_done(struct theme_list *list);

/* "203 bold or red on default bold" and the like, for each depth; the error says which word is off. */
bool looks_parse(struct look looks[DEPTH_COUNT], const char *text, struct error *err);

/* What a terminal with so many colours has; fewer than 8 are none, and then no look of a theme counts. */
enum depth theme_depth(int colours);

/* Colour number for a terminal that has so many (8, 16, 88, 256); COLOUR_DEFAULT stays. */
int colour_map(int32_t colour, int have);

#endif
