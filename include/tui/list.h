/*
 * A list that knows how many rows there are and asks for those that show.
 *
 * It keeps a cursor and the first row shown, moves them by keys and keeps the cursor in sight.
 * What a row is and how it looks is the owner's: its draw function paints one row into a strip. The
 * first column is the list's margin: '>' stands there beside the selected row, so that it can be
 * told without colours; a heading above the list starts LIST_MARGIN columns in.
 *
 * Life: a zeroed struct list is an empty list; set draw and ctx, then list_resize().
 */
#ifndef CERTARY_TUI_LIST_H
#define CERTARY_TUI_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/area.h"
#include "tui/key.h"
#include "tui/reaction.h"

#define LIST_MARGIN 1

struct list_row {
	size_t index;
	bool cursor;      /* the selected row */
	bool focus;       /* the list has the keyboard */
	struct area area; /* one row, blank already */
};

typedef void list_draw_fn(void *ctx, const struct list_row *row);

struct list {
	list_draw_fn *draw;
	void *ctx;
	size_t count;
	size_t cursor; /* < count, or 0 */
	size_t top;    /* first row shown */
	size_t drawn, drawn_top; /* cursor and top at the last painting */
	int page;      /* rows that showed at the last painting */
	struct area area; /* where */
	const char *press; /* the key that a click on the selected row stands for; NULL: Enter */
	int tick;      /* columns from the left where a click stands for it on any row */
	bool leap;     /* scroll by half a page: beside a pane a terminal can't scroll by a line */
};

void list_resize(struct list *list, size_t count); /* the cursor stays, or moves to the end */
void list_select(struct list *list, size_t index);
void list_move(struct list *list, long by); /* stops at the ends */

void list_draw(struct list *list, struct area area, bool focus);

/* The same where nothing has changed since but cursor and top: what still shows isn't painted. */
void list_draw_moved(struct list *list, struct area area, bool focus);

/*
 * j k arrows, PgUp PgDn C-d C-u, g G Home End, wheel; others are REACT_UNHANDLED.  A click selects a
 * row; on the one that was selected, or on a tick, it is REACT_ACCEPT: whoever has sent it presses the
 * list's key then.
 */
enum reaction list_key(struct list *list, const struct key *key);

/* The index of the row at screen row y; count where there is none. */
size_t list_row_at(const struct list *list, struct area area, int y);

/* "12 of 143", or "none". */
void list_position(const struct list *list, char *out, size_t size);

/* The role of a row's text: the cursor's where it stands, the wanted one elsewhere. */
enum role list_role(const struct list_row *row, enum role otherwise);

#endif
