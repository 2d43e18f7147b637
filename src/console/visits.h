/*
 * Places: where somebody has been, as a browser knows it: a page, what narrowed it, and what was
 * selected.
 *
 * Whoever is somewhere else after a key, on another page, behind another filter or search, or behind a jump,
 * is at a new place; one who only moves the cursor is where he was, and comes back to where the cursor was
 * left.  Forms, questions and what is under way, a probe too, are no places: back from them is the
 * place that was the last.
 */
#ifndef CERTARY_SRC_CONSOLE_VISITS_H
#define CERTARY_SRC_CONSOLE_VISITS_H

#include "console/desk.h"

#define VISITS_MOST 100 /* then the oldest is forgotten */

/* Called when what keys did is done and painted. */
void visits_note(struct desk *desk);

/* A page is about to be left: keys may have come quicker than the screen. */
void visits_leave(struct desk *desk);

/* What follows is a new place although it may look like this one: the cursor jumps. */
void visits_jump(struct desk *desk);

void visits_done(struct desk *desk);

#endif
