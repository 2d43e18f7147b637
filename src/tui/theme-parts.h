/*
 * Private to tui: a theme's file.
 */
#ifndef CERTARY_TUI_THEME_PARTS_H
#define CERTARY_TUI_THEME_PARTS_H

#include "tui/theme.h"

/* The path of a theme's file, or what `name` says where it has a slash; NULL: there is none. */
char *theme_find(const char *name);

/* theme_load(), and what the theme says of itself: safe text that the caller frees, also after an error. */
bool theme_read(struct theme *theme, char **about, const char *name, struct error *err);

#endif
