/*
 * Columns of a table: who gets how much room, and who has to go where there is little.
 *
 * Every column shows at least `min` columns of the screen or not at all.  Where not all fit, the
 * one with the highest `rank` goes first; room that is left goes to columns up to `want`, and then
 * to those that stretch.
 */
#ifndef CERTARY_TUI_COLUMNS_H
#define CERTARY_TUI_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/area.h"

struct column {
	const char *title;
	int min, want;
	int rank;     /* 0: never goes */
	bool stretch; /* takes what is left */
	bool right;   /* flush right */
	const char *(*word)(size_t i); /* where all that stands in it are words of ours: the i-th, NULL
					  behind the last; it is as wide as they are in the language that is on */
};

struct column_place {
	int x, cols; /* cols 0: hidden */
};

/* One blank stands between two columns. */
void columns_place(
	const struct column *columns, size_t count, int width, struct column_place *places);

/*
 * Titles; `sorted` (or count for none) gets a mark, which says whether it runs downwards.  A click on
 * one is a SPOT_COLUMN.
 */
void columns_head(struct area area, int y, const struct column *columns,
	const struct column_place *places, size_t count, size_t sorted, bool down);

/* One cell of row y; `folded` as in area_text_found(), or NULL. */
void columns_cell(struct area area, int y, const struct column *column,
	const struct column_place *place, enum role role, const char *safe, const char *folded);

#endif
