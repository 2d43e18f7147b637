/* Any bytes as what a terminal sends: keys come out, and pastes end. */
#include "fuzz/fuzz.h"

#include "tui/key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct keys *keys = keys_new(25);
	struct key key;
	char name[KEY_NAME];
	size_t half = size / 2;
	keys_feed(keys, (const char *)data, half, 0);
	while (keys_next(keys, &key, 0))
		key_spell(name, &key);
	keys_feed(keys, (const char *)data + half, size - half, 1);
	for (size_t n = 0; keys_next(keys, &key, 1000); n++)
		must(n <= size);
	keys_free(keys);
	return 0;
}
