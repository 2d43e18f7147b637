/*
 * Painting the whole screen from the desk's state.
 */
#ifndef CERTARY_SRC_CONSOLE_PAINT_H
#define CERTARY_SRC_CONSOLE_PAINT_H

#include "console/pages.h"

/* `only_moved`: since the last painting nothing has changed but where the list is. */
void desk_paint(struct desk *desk, bool only_moved);

#endif
