/*
 * A view that holds all but a few rows of a kept order, and some fresh ones between: runs of the
 * order, told by where each begins.  It costs what differs, not what is shown.
 */
#ifndef CERTARY_SRC_STORE_VIEW_SEGMENTS_H
#define CERTARY_SRC_STORE_VIEW_SEGMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/snapshot.h"

struct view_segment {
	size_t start;  /* the place in the view */
	uint32_t from; /* the place in the order, or the row of a fresh one */
	bool fresh;
};

struct view_segments {
	struct view_segment *items;
	size_t count, cap;
	size_t rows; /* in all of them */
};

/*
 * Leave out the base's entries that are dead or in none of `states`, and put fresh rows, numbers of
 * the fresh table in this order, before the places of the order that stand beside them.  False where
 * so many are left out that a list of all is cheaper.
 */
bool view_segments_make(struct view_segments *out, const struct snapshot *now, enum order order,
	unsigned states, const uint32_t *fresh, const size_t *places, size_t fresh_count);
void view_segments_done(struct view_segments *segments);

uint32_t view_segments_row(const struct view_segments *segments, const uint32_t *rows, size_t index);

#endif
