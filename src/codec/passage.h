/*
 * The way out of a bag: candidates are judged a slice at a time, on all processors, and passed on.
 */
#ifndef CERTARY_SRC_CODEC_PASSAGE_H
#define CERTARY_SRC_CODEC_PASSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "codec/bag.h"

struct passage {
	struct bag *bag;
	bag_each_fn *each;
	void *ctx;
	size_t judged, passed; /* of the bag's items, counted from the first */
	bool useful;           /* a certificate was among them: before it, nothing is passed on */
};

/* Pass on whole slices of what is in the bag, or all of it. */
void passage_go(struct passage *passage, bool all);

void bag_item_done(struct bag_item *item);

#endif
