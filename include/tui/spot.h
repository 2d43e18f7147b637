/*
 * Spots: what a click on a place of the screen means.
 *
 * Whoever paints something that can be clicked notes it at once; what is painted over it later goes
 * before it.  screen_clear() forgets all spots, and a dialog those of what it lies over.  Noted
 * again, a spot stands there once.  A spot remembers no object: the click goes on as a key, or as
 * the mouse's own key to whoever has the keyboard.
 */
#ifndef CERTARY_TUI_SPOT_H
#define CERTARY_TUI_SPOT_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/area.h"
#include "tui/key.h"

enum spot_kind {
	SPOT_KEY,    /* a hint, a button, a tab: it presses `key` */
	SPOT_LIST,   /* rows of a list; list_key() knows which of them */
	SPOT_TEXT,   /* a text that scrolls */
	SPOT_COLUMN, /* the head of column `column` of a table */
};

struct spot {
	enum spot_kind kind;
	struct area area;
	char key[KEY_NAME]; /* SPOT_LIST: what a click on the selected row presses */
	bool focus;         /* SPOT_LIST: it had the keyboard */
	int tick;           /* SPOT_LIST: columns from the left that press the key on any row */
	size_t column;
};

void spots_clear(void);

void spot_key(struct area area, const char *key);
void spot_list(struct area area, bool focus, int tick, const char *key);
void spot_text(struct area area);
void spot_column(struct area area, size_t column);

/* What was painted last at that place of the screen; false: nothing that can be clicked. */
bool spot_at(int y, int x, struct spot *out);

/* The lists that show, and how many of them have the keyboard. */
size_t spot_lists(size_t *with_focus);

#endif
