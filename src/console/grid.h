/*
 * Grids: lists in columns, whose columns somebody may choose.
 *
 * A page declares its columns, a row each; which of them show, in which order and how wide, is what was
 * chosen (columns-page.c) and is remembered, or else the usual ones.  What stands in a cell is the page's.
 *
 * A choice is a text of names with a width behind a colon where somebody has set one: "name:30 state
 * until".  Where not all that was chosen finds room, the last ones go first.
 */
#ifndef CERTARY_SRC_CONSOLE_GRID_H
#define CERTARY_SRC_CONSOLE_GRID_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "console/remember.h"
#include "tui/columns.h"

#define GRID_MOST       24 /* columns */
#define GRID_WIDTH_LEAST 2
#define GRID_WIDTH_MOST 400

struct grid_column {
	const char *name;     /* in a choice; where a list can be sorted by it, that of the order */
	const char *help;     /* a half sentence */
	struct column column; /* as it is by itself */
	bool unusual;         /* shows only where somebody has chosen it */
};

/* Life: static. */
struct grid_kind {
	const struct grid_column *columns; /* those that are usual in their order */
	size_t count;                      /* at most GRID_MOST */
	enum remembered memory;
};

#define GRID(table, where)                                                                         \
	{                                                                                          \
		table, sizeof(table) / sizeof *(table), where                                      \
	}

struct grid_item {
	size_t which; /* number of its column */
	int width;    /* 0: as it fits */
};

/* A choice, read: items[] has every column once, the first `shown` of them show. */
struct grid_choice {
	struct grid_item items[GRID_MOST];
	size_t count, shown;
};
void grid_read(struct grid_choice *out, const struct grid_kind *kind, const char *text);

/* The text of those that show; "" where they are the usual ones. */
void grid_write(struct buf *out, const struct grid_kind *kind, const struct grid_choice *choice);

/* A grid as it is being painted. */
struct grid {
	const struct grid_kind *kind;
	size_t count;
	size_t which[GRID_MOST];
	struct column columns[GRID_MOST];
	struct column_place places[GRID_MOST];
};

/*
 * Share that strip out and paint the titles into it; the column called `sorted` (NULL: none) is marked.
 * Then columns_cell() with columns[i] and places[i] paints cell i of a row, whose column is which[i].
 */
void grid_head(struct grid *out, const struct remember *memory, const struct grid_kind *kind,
	struct area strip, const char *sorted, bool down);

/* The name of the column that was painted as number i; "" where there is none. */
const char *grid_name(const struct grid *grid, size_t i);

#endif
