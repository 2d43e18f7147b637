/*
 * Sixteen places at a time are asked whether the first, a middle and the last byte of what is looked
 * for stand there; only where all do is the rest compared.
 */
#include "base/find.h"

#include <stdint.h>
#include <string.h>

#define WIDTH 16

typedef uint8_t block __attribute__((vector_size(WIDTH)));

static block load(const char *at)
{
	block b;
	memcpy(&b, at, sizeof b);
	return b;
}

static block fill(char c)
{
	block b = { 0 };
	return b + (uint8_t)c;
}

static int is_zero(block b)
{
	uint64_t halves[2];
	memcpy(halves, &b, sizeof halves);
	return (halves[0] | halves[1]) == 0;
}

/* The first of these places where all of it stands. */
static const char *among(const char *at, block places, const char *what, size_t what_len)
{
	for (size_t i = 0; i < WIDTH; i++)
		if (places[i] && memcmp(at + i, what, what_len) == 0)
			return at + i;
	return NULL;
}

const char *find_bytes(const char *in, size_t len, const char *what, size_t what_len)
{
	if (what_len < 2 || what_len > len)
		return memmem(in, len, what, what_len);
	const char *end = in + len - what_len; /* the last place where it can stand */
	size_t half = what_len / 2, rest = what_len - 1;
	block first = fill(what[0]), middle = fill(what[half]), last = fill(what[rest]);
	for (; end - in >= WIDTH; in += WIDTH) {
		block places = (block)((load(in) == first) & (load(in + half) == middle) &
				       (load(in + rest) == last));
		const char *found = is_zero(places) ? NULL : among(in, places, what, what_len);
		if (found)
			return found;
	}
	return memmem(in, (size_t)(end - in) + what_len, what, what_len);
}
