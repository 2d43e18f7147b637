/*
 * Painting the whole screen from the desk's state.
 */
#ifndef CERTARY_SRC_CONSOLE_PAINT_H
#define CERTARY_SRC_CONSOLE_PAINT_H

#include "console/pages.h"

void desk_paint(struct desk *desk);

#endif
