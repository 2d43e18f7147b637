/*
 * What pager.c and pager-search.c share.
 */
#ifndef CERTARY_SRC_TUI_PAGER_PARTS_H
#define CERTARY_SRC_TUI_PAGER_PARTS_H

#include "tui/pager.h"

struct pager_line {
	size_t row;
	size_t start, len; /* bytes of the row's text */
	int indent;
	bool labelled; /* the label stands here */
};

/* Cuts the rows into lines, unless they are that wide already. */
void pager_wrap(struct pager *pager, int cols);

size_t pager_last_line(const struct pager *pager); /* 0, too, where there is none */

/* What keys move and searches begin at. */
size_t pager_position_line(const struct pager *pager);

/* With line top first, or as near to it as there are lines. */
enum reaction pager_scroll_to(struct pager *pager, long top);

#endif
