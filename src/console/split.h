/*
 * The split: a list and the properties of what is under its cursor, side by side, one above the other, or
 * the list alone.
 *
 * Until somebody turns it, they stand beside each other where a page finds its screen wide enough.  Then
 * it is as it was turned, on all pages, and remembered; where the screen has no room for that the list is
 * alone.  How large the list is, in per cent of columns or rows, is the page's too until somebody
 * resizes it.
 */
#ifndef CERTARY_SRC_CONSOLE_SPLIT_H
#define CERTARY_SRC_CONSOLE_SPLIT_H

#include "console/desk.h"

/* What a page does by itself. */
struct split_habit {
	int from;        /* columns from which there is a split */
	int share;       /* per cent of the columns for the list, */
	int least, most; /* but at least and at most so many; 0: no matter */
};

struct split {
	enum split_way {
		SPLIT_ALONE,
		SPLIT_BESIDE,
		SPLIT_BELOW,
	} way;
	struct area list, detail;
};

/* Share that area out, and paint the line between the two unless all but where the list is shows. */
struct split split_draw(struct desk *desk, struct area area, const struct split_habit *habit);

#endif
