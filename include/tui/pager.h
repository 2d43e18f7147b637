/*
 * A pager: rows of text that scroll, wrapped to the width, with a search.
 *
 * Life: `struct pager pager = {0};`, fill pager.rows, pager_changed(); … pager_done(&pager).
 */
#ifndef CERTARY_TUI_PAGER_H
#define CERTARY_TUI_PAGER_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/area.h"
#include "tui/key.h"
#include "tui/reaction.h"
#include "tui/rows.h"

struct pager_line; /* private: one line of the wrapped text */

struct pager {
	struct rows rows;
	size_t top;  /* first line shown */
	char *found; /* folded text that is being searched; NULL: none */
	/* The rest is the pager's own. */
	struct pager_line *lines;
	size_t count, cap;
	int width, page;
	bool dirty;
	size_t *hits, hit_count, hit_cap; /* lines with what is searched, in order */
	size_t hit; /* the one that the search went to last; hit_count: none */
	bool counted;
	size_t at; /* in plain words: the line with the cursor */
};

void pager_changed(struct pager *pager); /* rows were changed: wrap again; top stays in range */
void pager_start(struct pager *pager);   /* to the first line: it is another text */
void pager_go(struct pager *pager, size_t line); /* to that line, or the last one that there is */
bool pager_is_at_end(const struct pager *pager); /* as it was painted: all of it was seen */
void pager_done(struct pager *pager);

void pager_draw(struct pager *pager, struct area area);

/* j k arrows, PgUp PgDn Space, g G Home End; others are REACT_UNHANDLED. */
enum reaction pager_key(struct pager *pager, const struct key *key);

/* Scroll no further than it takes to have the first line of that row in sight. */
void pager_show(struct pager *pager, size_t row);

/* Search as you type: go to the first hit at or after the line at the top; NULL ends the search. */
bool pager_search(struct pager *pager, const char *safe);
bool pager_again(struct pager *pager, int step); /* +1 next hit, -1 previous; wraps around */

/* "match 2 of 9" while something is searched: lines that hold it; false where nothing is. */
bool pager_matches(struct pager *pager, char *out, size_t size);

/* How many lines the rows take at that width: for dialogs that want to be no larger than needed. */
int pager_lines(struct pager *pager, int cols);

/* "all", "top", "42%", "end"; without a search. */
void pager_position(const struct pager *pager, char *out, size_t size);

#endif
