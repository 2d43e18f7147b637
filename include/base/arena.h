/*
 * Many small texts that are given back together: no header and no free() for each.
 *
 * Life: `struct arena arena = {0};` … arena_done(&arena).  What it hands out stays where it is.
 */
#ifndef CERTARY_BASE_ARENA_H
#define CERTARY_BASE_ARENA_H

#include <stddef.h>

struct arena_chunk;

struct arena {
	struct arena_chunk *chunk;
};

char *arena_text(struct arena *arena, const char *text); /* a copy; NULL for NULL */
void arena_done(struct arena *arena);

#endif
