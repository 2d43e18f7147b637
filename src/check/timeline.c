#include "check/timeline.h"

#include <stdlib.h>

#include "base/lang.h"
#include "base/mem.h"

const char *timeline_part_name(enum timeline_part part)
{
	static const char *const names[] = {
		[TIMELINE_LEAF] = N_("leaf"),
		[TIMELINE_INTERMEDIATE] = N_("intermediate"),
		[TIMELINE_ROOT] = N_("root"),
		[TIMELINE_TRUST] = "trust",
	};
	return names[part];
}

void timeline_done(struct timeline *timeline)
{
	free(timeline->items);
	*timeline = (struct timeline){ 0 };
}

/* What breaks at the same time is told from the leaf upwards. */
static int by_end(const void *a, const void *b)
{
	const struct timeline_event *x = a, *y = b;
	if (x->when != y->when)
		return x->when < y->when ? -1 : 1;
	if (x->part != y->part)
		return x->part < y->part ? -1 : 1;
	int order = fingerprint_compare(&x->info->sha256, &y->info->sha256);
	if (order != 0)
		return order;
	return x->number < y->number ? -1 : x->number > y->number;
}

static void sort(struct timeline_event *items, size_t count)
{
	if (count > 1)
		qsort(items, count, sizeof *items, by_end);
}

size_t timeline_add(struct timeline *timeline, size_t number, const struct cert_info *const *path,
	size_t count, int64_t from)
{
	size_t first = timeline->count;
	for (size_t i = 0; i < count; i++) {
		if (path[i]->not_after < from)
			continue;
		timeline->items = mem_grow(timeline->items, timeline->count, &timeline->cap,
			sizeof *timeline->items);
		timeline->items[timeline->count++] = (struct timeline_event){
			.when = path[i]->not_after,
			.info = path[i],
			.part = i == 0		? TIMELINE_LEAF :
				i + 1 == count ? TIMELINE_ROOT :
						 TIMELINE_INTERMEDIATE,
			.number = number,
		};
	}
	sort(timeline->items + first, timeline->count - first);
	return timeline->count - first;
}

size_t timeline_add_trust(struct timeline *timeline, size_t number, const struct cert_info *info,
	int64_t when, size_t added)
{
	timeline->items = mem_grow(timeline->items, timeline->count, &timeline->cap,
		sizeof *timeline->items);
	timeline->items[timeline->count++] = (struct timeline_event){
		.when = when,
		.info = info,
		.part = TIMELINE_TRUST,
		.number = number,
	};
	sort(timeline->items + timeline->count - added - 1, added + 1);
	return added + 1;
}

void timeline_sort(struct timeline *timeline)
{
	sort(timeline->items, timeline->count);
}

size_t timeline_group(const struct timeline *timeline, size_t at)
{
	size_t end = at;
	while (end < timeline->count && timeline->items[end].part == timeline->items[at].part &&
		fingerprint_compare(&timeline->items[end].info->sha256,
			&timeline->items[at].info->sha256) == 0)
		end++;
	return end - at;
}

static bool is_early(const struct cert_info *info, int64_t now)
{
	return now < info->not_before;
}

size_t timeline_early(const struct cert_info *const *leaves, size_t count, int64_t now)
{
	size_t early = 0;
	for (size_t i = 0; i < count; i++) {
		bool counts = is_early(leaves[i], now);
		for (size_t k = 0; k < i && counts; k++)
			counts = fingerprint_compare(&leaves[k]->sha256, &leaves[i]->sha256) != 0;
		early += counts;
	}
	return early;
}
