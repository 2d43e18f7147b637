/*
 * A stream is a header, the object's class with its parents, and the values of all their fields:
 *
 *   object  73 class, values
 *   class   72 name, id (8), flags (1), fields (2) of {type, name, type name}, 78, parent
 *   value   70 null | 71 number (4) of what was seen before | 74 text | 75 class, length (4), bytes
 *
 * A parent is a class, a 71 or a 70.  A text is its length (2 bytes) and its bytes.
 */
#include "codec/java-object.h"

enum {
	NONE = 0x70,
	SEEN = 0x71,
	CLASS = 0x72,
	OBJECT = 0x73,
	TEXT = 0x74,
	ARRAY = 0x75,
	END = 0x78,
};

#define HEADER 0xaced0005u

static bool skip(struct span *in, size_t len)
{
	struct span skipped;

	return span_take(in, len, &skipped);
}

static bool skip_text(struct span *in)
{
	uint64_t len;

	return span_number(in, 2, &len) && skip(in, (size_t)len);
}

/* A text that may have been seen before. */
static bool skip_type(struct span *in)
{
	uint64_t code;

	if (!span_number(in, 1, &code))
		return false;
	return code == SEEN ? skip(in, 4) : code == TEXT && skip_text(in);
}

static bool skip_fields(struct span *in, uint64_t count)
{
	uint64_t type;

	for (; count; count--) {
		if (!span_number(in, 1, &type) || (type != '[' && type != 'L') || !skip_text(in) ||
			!skip_type(in))
			return false;
	}
	return true;
}

/* A class and its parents; *fields is set to the number of their fields. */
static bool skip_class(struct span *in, uint64_t *fields)
{
	uint64_t code, count;

	*fields = 0;
	while (span_number(in, 1, &code)) {
		if (code == NONE)
			return true;
		if (code == SEEN)
			return skip(in, 4);
		if (code != CLASS || !skip_text(in) || !skip(in, 8 + 1) ||
			!span_number(in, 2, &count) || !skip_fields(in, count))
			return false;
		*fields += count;
		if (!span_number(in, 1, &code) || code != END)
			return false;
	}
	return false;
}

static bool skip_array(struct span *in)
{
	uint64_t fields, len;

	return skip_class(in, &fields) && span_number(in, 4, &len) && skip(in, (size_t)len);
}

static bool skip_value(struct span *in)
{
	uint64_t code;

	if (!span_number(in, 1, &code))
		return false;
	switch (code) {
	case NONE:
		return true;
	case SEEN:
		return skip(in, 4);
	case TEXT:
		return skip_text(in);
	case ARRAY:
		return skip_array(in);
	default:
		return false;
	}
}

bool java_object_skip(struct span *in)
{
	uint64_t header, code, fields;

	if (!span_number(in, 4, &header) || header != HEADER || !span_number(in, 1, &code) ||
		code != OBJECT || !skip_class(in, &fields))
		return false;
	for (; fields; fields--) {
		if (!skip_value(in))
			return false;
	}
	return true;
}
