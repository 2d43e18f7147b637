/*
 * Areas: clipped rectangles of the screen, the only surface to paint on.
 *
 * An area is a value.  Coordinates are seen from its corner; what falls outside isn't painted, and
 * an area of no rows or columns is a fine area.  Texts are safe text (base/text.h) and may be
 * longer than the place they get: an ellipsis shows that something was left out.  Where the locale
 * isn't UTF-8 other characters are replaced by a likeness or '?'.  Without a screen nothing is
 * painted.
 */
#ifndef CERTARY_TUI_AREA_H
#define CERTARY_TUI_AREA_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/theme.h"

struct area {
	int y, x; /* on the screen */
	int rows, cols;
};

/* A part of an area, clipped to it. */
struct area area_part(struct area area, int y, int x, int rows, int cols);

/* Cut a strip off *rest and return it; the strip is never larger than what was there. */
struct area area_cut_top(struct area *rest, int rows);
struct area area_cut_bottom(struct area *rest, int rows);
struct area area_cut_left(struct area *rest, int cols);
struct area area_cut_right(struct area *rest, int cols);

/* An area of that size in the middle, or as much of it as fits; and what a border leaves. */
struct area area_middle(struct area area, int rows, int cols);
struct area area_inside(struct area area);

void area_clear(struct area area, enum role role); /* blanks that look like that role */
void area_clear_row(struct area area, int y, enum role role);

/*
 * Move what was painted up by so many rows, or down; the rows that this uncovers are blank.  False,
 * and nothing done, where the area isn't as wide as the screen or nothing of it would stay.
 */
bool area_scroll(struct area area, long by);

/* Paint text at a place, up to the right edge; returns the columns it took. */
int area_text(struct area area, int y, int x, enum role role, const char *safe);

/* The same in at most `cols` columns; what is left of them stays as it was. */
int area_text_in(struct area area, int y, int x, int cols, enum role role, const char *safe);

/* The same, flush right in exactly `cols` columns. */
void area_text_right(struct area area, int y, int x, int cols, enum role role, const char *safe);

/*
 * area_text_in() with every hit of `folded` (text_fold()ed; NULL or "" for none) in ROLE_MATCH.
 */
int area_text_found(struct area area, int y, int x, int cols, enum role role, const char *safe,
	const char *folded);

/* printf for text that is safe already. */
int area_format(struct area area, int y, int x, enum role role, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* Columns that area_text() would take without clipping, on this screen. */
int area_width(const char *safe);

void area_line_across(struct area area, int y, enum role role); /* from edge to edge */
void area_line_down(struct area area, int x, enum role role);

/* A border along the edges; the title, if not NULL, stands in its upper line.  In plain words it is all. */
void area_box(struct area area, enum role role, enum role title_role, const char *title);

/*
 * Where the terminal's cursor goes: into a text field (seen), or to the selected row (hidden, so
 * that screen readers and magnifiers find it).  The last call before screen_show() counts.
 */
void area_cursor(struct area area, int y, int x, bool seen);

/* The same where nobody else has called for it: for text that is read in plain words. */
void area_cursor_rests(struct area area, int y, int x);

#endif
