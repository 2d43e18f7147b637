#include "base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/mem.h"

uint64_t hash_bytes(const void *bytes, size_t len, uint64_t seed)
{
	return XXH3_64bits_withSeed(bytes, len, seed);
}

struct hash *hash_new(void)
{
	XXH3_state_t *state = XXH3_createState();
	if (!state)
		mem_die("out of memory");
	XXH3_64bits_reset(state);
	return (struct hash *)state;
}

void hash_add(struct hash *hash, const void *bytes, size_t len)
{
	XXH3_64bits_update((XXH3_state_t *)hash, bytes, len);
}

uint64_t hash_end(struct hash *hash)
{
	uint64_t sum = XXH3_64bits_digest((XXH3_state_t *)hash);
	XXH3_freeState((XXH3_state_t *)hash);
	return sum;
}
