/*
 * What ends when: the certificates of the paths that services are trusted by, in the order of the days
 * on which they end.  And what speaks against the clock of this machine.
 */
#ifndef CERTARY_CHECK_TIMELINE_H
#define CERTARY_CHECK_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pki/cert.h"

enum timeline_part {
	TIMELINE_LEAF,
	TIMELINE_INTERMEDIATE,
	TIMELINE_ROOT, /* the end of a path of several */
	TIMELINE_TRUST, /* trust that has an end, in whatever a path ends at */
};
const char *timeline_part_name(enum timeline_part part); /* "leaf" */

struct timeline_event {
	int64_t when; /* the last second of its life; of trust, when it is over */
	const struct cert_info *info;
	enum timeline_part part;
	size_t number; /* whose path, as the caller counts */
	bool breaks;   /* for the caller to fill: with it the path's last way ends */
};

struct timeline {
	struct timeline_event *items;
	size_t count, cap;
};

/*
 * Add the certificates of a path, from the leaf upwards, that end at `from` or later; they are
 * borrowed.  Returns how many: they are the last, in the order of their ends.
 *
 * Life: `struct timeline t = {0}` … timeline_done(&t).
 */
size_t timeline_add(struct timeline *timeline, size_t number, const struct cert_info *const *path,
	size_t count, int64_t from);

/*
 * Add that trust in this certificate ends, to the last `added` events, which stay in the order of their
 * ends.  Returns how many these are then.
 */
size_t timeline_add_trust(struct timeline *timeline, size_t number, const struct cert_info *info,
	int64_t when, size_t added);

/* All in the order of their ends; events of one certificate stand side by side, by number. */
void timeline_sort(struct timeline *timeline);

/* How many events from this one on are of the same certificate; 0 behind the last. */
size_t timeline_group(const struct timeline *timeline, size_t at);
void timeline_done(struct timeline *timeline);

/*
 * How many different certificates of these aren't valid yet: two peers that are both ahead of time
 * speak against the clock that says so.
 */
size_t timeline_early(const struct cert_info *const *leaves, size_t count, int64_t now);

#endif
