/*
 * `:set`: settings of the console that can be changed while it runs, until it is left.
 */
#ifndef CERTARY_SRC_CONSOLE_SET_H
#define CERTARY_SRC_CONSOLE_SET_H

#include "console/desk.h"

/* A line of `:` that begins with "set": does it, and says how things are now. */
bool set_line(struct desk *desk, const char *line, enum reaction *reaction);

/* Tab on such a line; false: it is none. */
bool set_complete(struct buf *text, struct buf *choices);

#endif
