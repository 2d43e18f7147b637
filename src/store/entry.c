#include "store/entry.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "store/folder.h"

const char *state_name(int state)
{
	return state < STATE_COUNT ? folder_name(state) : "none";
}

bool state_parse(const char *text, enum state *out)
{
	int folder;
	if (!folder_parse(text, &folder) || folder >= STATE_COUNT)
		return false;
	*out = (enum state)folder;
	return true;
}

static struct header *find_header(const struct headers *headers, const char *key)
{
	for (size_t i = 0; i < headers->count; i++)
		if (strcasecmp(headers->items[i].key, key) == 0)
			return &headers->items[i];
	return NULL;
}

const char *headers_get(const struct headers *headers, const char *key)
{
	const struct header *h = find_header(headers, key);
	return h ? h->value : NULL;
}

static void remove_header(struct headers *headers, struct header *h)
{
	free(h->key);
	free(h->value);
	size_t after = headers->count - (size_t)(h - headers->items) - 1;
	memmove(h, h + 1, after * sizeof *h);
	headers->count--;
}

void headers_set(struct headers *headers, const char *key, const char *value)
{
	struct header *h = find_header(headers, key);
	if (!value || !*value) {
		if (h)
			remove_header(headers, h);
		return;
	}
	if (h) {
		char *copy = mem_text(value);
		free(h->value);
		h->value = copy;
		return;
	}
	headers->items = mem_grow(headers->items, headers->count, &headers->cap, sizeof *h);
	headers->items[headers->count++] =
		(struct header){ .key = mem_text(key), .value = mem_text(value) };
}

void headers_copy(const struct headers *from, struct headers *to)
{
	for (size_t i = 0; i < from->count; i++)
		headers_set(to, from->items[i].key, from->items[i].value);
}

void headers_done(struct headers *headers)
{
	for (size_t i = 0; i < headers->count; i++) {
		free(headers->items[i].key);
		free(headers->items[i].value);
	}
	free(headers->items);
	*headers = (struct headers){ 0 };
}
