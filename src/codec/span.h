/*
 * A slice of foreign bytes that is consumed from the front, never beyond its end.
 */
#ifndef CERTARY_CODEC_SPAN_H
#define CERTARY_CODEC_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
	const uint8_t *at, *end;
};

static inline struct span span_of(const void *bytes, size_t len)
{
	return (struct span){ bytes, len ? (const uint8_t *)bytes + len : bytes };
}

static inline size_t span_len(struct span s)
{
	return (size_t)(s.end - s.at);
}

static inline bool span_equal(struct span s, const void *bytes, size_t len)
{
	return span_len(s) == len && (len == 0 || memcmp(s.at, bytes, len) == 0);
}

/* Take len bytes off the front; false, and nothing taken, where there are fewer. */
static inline bool span_take(struct span *s, size_t len, struct span *out)
{
	if (span_len(*s) < len)
		return false;
	*out = span_of(s->at, len);
	s->at = out->end;
	return true;
}

/* Take a big-endian number of `octets` (at most 8) bytes. */
static inline bool span_number(struct span *s, size_t octets, uint64_t *number)
{
	struct span digits;

	if (!span_take(s, octets, &digits))
		return false;
	for (*number = 0; digits.at < digits.end; digits.at++)
		*number = *number << 8 | *digits.at;
	return true;
}

#endif
