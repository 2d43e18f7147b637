#include "store/view-segments.h"

#include <stdlib.h>

#include "base/mem.h"

#define LEFT_OUT_MOST 4096

struct cuts {
	uint32_t *places; /* of the order, ascending */
	size_t count, cap;
};

/* Where a row of the base stands in the order.  Twins compare as equal and stand side by side. */
static uint32_t place_of(const struct index *x, enum order order, uint32_t row)
{
	const uint32_t *rows = x->orders[order];
	uint32_t low = 0, high = x->header.entries;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		if (order_compare(order, &x->table, rows[mid], &x->table, row) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	while (low < x->header.entries && rows[low] != row &&
		order_compare(order, &x->table, rows[low], &x->table, row) == 0)
		low++;
	return low;
}

static bool is_left_out(const struct snapshot *now, uint32_t row, unsigned states)
{
	uint8_t flags = now->base.table.flags[row];
	if (!(flags & ROW_ENTRY))
		return false;
	return !(states & 1u << row_state(flags)) || snapshot_is_dead(now, row);
}

static int compare_places(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static bool find_cuts(struct cuts *cuts, const struct snapshot *now, enum order order,
	unsigned states)
{
	const struct index *x = &now->base;
	for (uint32_t row = 0; row < x->table.count; row++) {
		if (!is_left_out(now, row, states))
			continue;
		if (cuts->count == LEFT_OUT_MOST)
			return false;
		cuts->places = mem_grow(cuts->places, cuts->count, &cuts->cap, sizeof *cuts->places);
		cuts->places[cuts->count++] = row;
	}
	for (size_t i = 0; i < cuts->count; i++)
		cuts->places[i] = place_of(x, order, cuts->places[i]);
	if (cuts->count > 1)
		qsort(cuts->places, cuts->count, sizeof *cuts->places, compare_places);
	return true;
}

static void add(struct view_segments *s, uint32_t from, bool fresh, size_t rows)
{
	s->items = mem_grow(s->items, s->count, &s->cap, sizeof *s->items);
	s->items[s->count++] =
		(struct view_segment){ .start = s->rows, .from = from, .fresh = fresh };
	s->rows += rows;
}

bool view_segments_make(struct view_segments *out, const struct snapshot *now, enum order order,
	unsigned states, const uint32_t *fresh, const size_t *places, size_t fresh_count)
{
	uint32_t end = now->base.header.entries, border = now->base.table.count, at = 0;
	struct cuts cuts = { 0 };
	bool few = find_cuts(&cuts, now, order, states);
	size_t f = 0, c = 0;
	out->count = out->rows = 0;
	while (few && (at < end || f < fresh_count)) {
		size_t stop = c < cuts.count ? cuts.places[c] : end;
		if (f < fresh_count && places[f] < stop)
			stop = places[f];
		if (stop > at)
			add(out, at, false, stop - at);
		at = stop > at ? (uint32_t)stop : at;
		if (f < fresh_count && places[f] <= at)
			add(out, border + fresh[f++], true, 1);
		else if (c < cuts.count && cuts.places[c] <= at)
			at += cuts.places[c++] == at;
	}
	free(cuts.places);
	return few;
}

void view_segments_done(struct view_segments *segments)
{
	free(segments->items);
	*segments = (struct view_segments){ 0 };
}

uint32_t view_segments_row(const struct view_segments *s, const uint32_t *rows, size_t index)
{
	size_t low = 0, high = s->count;
	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;
		if (s->items[mid].start <= index)
			low = mid;
		else
			high = mid;
	}
	const struct view_segment *segment = &s->items[low];
	return segment->fresh ? segment->from : rows[segment->from + (index - segment->start)];
}
