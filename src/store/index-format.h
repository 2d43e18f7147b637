/*
 * What reader and writer of the index must agree on beyond its header's record.
 */
#ifndef CERTARY_SRC_STORE_INDEX_FORMAT_H
#define CERTARY_SRC_STORE_INDEX_FORMAT_H

#include "store/index.h"

#define INDEX_MAGIC      "certary\x1a"
#define INDEX_BYTE_ORDER 0x01020304u

_Static_assert(sizeof(struct index_header) <= INDEX_HEADER_SIZE, "the header outgrew its page");
_Static_assert(sizeof(struct row) % 8 == 0, "rows stand side by side");

uint64_t index_header_sum(const struct index_header *header);

#endif
