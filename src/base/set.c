/*
 * A table of slots, at most three quarters full; a text lies in the first free slot from the one that
 * its hash names.  The hash begins at another number in each process: who makes certificates can't
 * know which names meet.
 */
#include "base/set.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

#include "base/mem.h"

#define SLOTS_LEAST 16

struct set_slot {
	const char *text; /* NULL: free */
	unsigned hash, number;
};

static unsigned hash_of(const char *text)
{
	const void *random = (const void *)getauxval(AT_RANDOM); // NOLINT(performance-no-int-to-ptr)
	uint64_t hash = 14695981039346656037u, seed = 0;
	if (random)
		memcpy(&seed, random, sizeof seed);
	hash ^= seed;
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 1099511628211u;
	return (unsigned)(hash ^ hash >> 32);
}

/* The slot of a text, or the free one where it belongs; there is always a free one. */
static struct set_slot *find(const struct set *set, const char *text, unsigned hash)
{
	for (size_t i = hash;; i++) {
		struct set_slot *slot = &set->slots[i & (set->cap - 1)];
		if (!slot->text || (slot->hash == hash && strcmp(slot->text, text) == 0))
			return slot;
	}
}

static void grow(struct set *set)
{
	struct set bigger = { .cap = set->cap ? set->cap * 2 : SLOTS_LEAST };
	bigger.slots = mem_new(bigger.cap * sizeof *bigger.slots);
	for (size_t i = 0; i < set->cap; i++) {
		const struct set_slot *old = &set->slots[i];
		if (old->text)
			*find(&bigger, old->text, old->hash) = *old;
	}
	free(set->slots);
	set->slots = bigger.slots;
	set->cap = bigger.cap;
}

static struct set_slot *put(struct set *set, const char *text, bool copy, bool *fresh)
{
	unsigned hash = hash_of(text);
	if (set->count >= set->cap / 4 * 3)
		grow(set);
	struct set_slot *slot = find(set, text, hash);
	*fresh = !slot->text;
	if (!*fresh)
		return slot;
	*slot = (struct set_slot){ .text = copy ? arena_text(&set->copies, text) : text,
		.hash = hash };
	set->count++;
	return slot;
}

bool set_add(struct set *set, const char *text)
{
	bool fresh;
	put(set, text, true, &fresh);
	return fresh;
}

bool set_lend(struct set *set, const char *text)
{
	bool fresh;
	put(set, text, false, &fresh);
	return fresh;
}

const char *set_keep(struct set *set, const char *text)
{
	bool fresh;
	return put(set, text, true, &fresh)->text;
}

unsigned *set_number(const struct set *set, const char *text)
{
	struct set_slot *slot = set->cap ? find(set, text, hash_of(text)) : NULL;
	return slot && slot->text ? &slot->number : NULL;
}

bool set_has(const struct set *set, const char *text)
{
	return set_number(set, text) != NULL;
}

void set_done(struct set *set)
{
	free(set->slots);
	arena_done(&set->copies);
	*set = (struct set){ 0 };
}
