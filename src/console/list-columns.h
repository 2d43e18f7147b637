/*
 * The columns of the list of certificates.
 */
#ifndef CERTARY_SRC_CONSOLE_LIST_COLUMNS_H
#define CERTARY_SRC_CONSOLE_LIST_COLUMNS_H

#include "console/desk.h"
#include "console/grid.h"

extern const struct grid_kind certificate_grid;

/* One cell of a row, in the role that it has where neither cursor nor mark is. */
void certificate_cell(const struct desk *desk, const struct entry *e, size_t which,
	struct area area, const struct column *column, const struct column_place *place,
	const struct list_row *row, bool marked);

#endif
