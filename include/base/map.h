/*
 * Files mapped for reading.
 *
 * A mapping outlives its file's name and its being replaced by a rename.  What nobody can prevent is
 * that somebody cuts the file itself short: reading what is missing would kill the process.  Here it
 * reads as zeros instead, and map_was_cut() tells, so whoever uses a mapping must treat its bytes as
 * hostile anyway.
 *
 * Life: map_open() … map_close().
 */
#ifndef CERTARY_BASE_MAP_H
#define CERTARY_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct map {
	const uint8_t *bytes;
	size_t len;
	int slot; /* private */
};

/* The whole file; the descriptor may be closed afterwards. An empty file can't be mapped. */
bool map_open(int fd, struct map *out, struct error *err);
void map_close(struct map *map);

/*
 * Let go of what is in memory of these bytes: whoever looks there again reads it anew, most often
 * from the system's cache.  Looking here and there brings neighbours along, and they add up.
 */
void map_relax(const struct map *map, size_t from, size_t len);

/* Was something read that was no longer there? */
bool map_was_cut(const struct map *map);

/*
 * For whoever catches SIGBUS too: true where the address lay in a mapping and may be read again now.
 * Safe in a signal handler.
 */
bool map_mend(void *address);

#endif
