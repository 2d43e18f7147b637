#include "tui/spot.h"

#include <stdio.h>

#define MOST 256 /* of those beyond it nothing is known: a screen has some dozens */

static struct spot spots[MOST];
static size_t count;

void spots_clear(void)
{
	count = 0;
}

static bool is_same(const struct area *a, const struct area *b)
{
	return a->y == b->y && a->x == b->x && a->rows == b->rows && a->cols == b->cols;
}

/* The spot to fill in; NULL: there is no place for it, or nothing of it shows. */
static struct spot *place(enum spot_kind kind, struct area area)
{
	size_t i = 0;
	if (area.rows <= 0 || area.cols <= 0)
		return NULL;
	while (i < count && (spots[i].kind != kind || !is_same(&spots[i].area, &area)))
		i++;
	if (i == MOST)
		return NULL;
	count += i == count;
	spots[i] = (struct spot){ .kind = kind, .area = area };
	return &spots[i];
}

void spot_key(struct area area, const char *key)
{
	struct spot *spot = place(SPOT_KEY, area);
	if (spot)
		snprintf(spot->key, sizeof spot->key, "%s", key);
}

void spot_list(struct area area, bool focus, int tick, const char *key)
{
	struct spot *spot = place(SPOT_LIST, area);
	if (!spot)
		return;
	spot->focus = focus;
	spot->tick = tick;
	snprintf(spot->key, sizeof spot->key, "%s", key ? key : "Enter");
}

void spot_text(struct area area)
{
	place(SPOT_TEXT, area);
}

void spot_column(struct area area, size_t column)
{
	struct spot *spot = place(SPOT_COLUMN, area);
	if (spot)
		spot->column = column;
}

bool spot_at(int y, int x, struct spot *out)
{
	for (size_t i = count; i-- > 0;) {
		const struct area *a = &spots[i].area;
		if (y < a->y || y >= a->y + a->rows || x < a->x || x >= a->x + a->cols)
			continue;
		*out = spots[i];
		return true;
	}
	return false;
}

size_t spot_lists(size_t *with_focus)
{
	size_t n = 0;
	*with_focus = 0;
	for (size_t i = 0; i < count; i++) {
		n += spots[i].kind == SPOT_LIST;
		*with_focus += spots[i].kind == SPOT_LIST && spots[i].focus;
	}
	return n;
}
