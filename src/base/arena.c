#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define CHUNK_LEAST 1024
#define CHUNK_MOST  (256u << 10)

struct arena_chunk {
	struct arena_chunk *before;
	size_t used, size;
	char bytes[];
};

/* Each is twice as large as the one before, so that little costs little and much few calls. */
static void add_chunk(struct arena *arena, size_t need)
{
	size_t size = arena->chunk ? arena->chunk->size * 2 : CHUNK_LEAST;
	if (size > CHUNK_MOST)
		size = CHUNK_MOST;
	if (size < need)
		size = need;
	struct arena_chunk *chunk = malloc(sizeof *chunk + size);
	if (!chunk)
		mem_die("out of memory");
	*chunk = (struct arena_chunk){ .before = arena->chunk, .size = size };
	arena->chunk = chunk;
}

char *arena_text(struct arena *arena, const char *text)
{
	if (!text)
		return NULL;
	size_t len = strlen(text) + 1;
	if (!arena->chunk || arena->chunk->size - arena->chunk->used < len)
		add_chunk(arena, len);
	char *copy = arena->chunk->bytes + arena->chunk->used;
	arena->chunk->used += len;
	return memcpy(copy, text, len);
}

void arena_done(struct arena *arena)
{
	while (arena->chunk) {
		struct arena_chunk *before = arena->chunk->before;
		free(arena->chunk);
		arena->chunk = before;
	}
}
