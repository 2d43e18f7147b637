#include "store/limits.h"

#include <string.h>
#include <strings.h>

#include "base/clock.h"

#define BETWEEN ", \t"

struct limits limits_of(const struct entry *entry)
{
	return (struct limits){ entry->scope, entry->until, entry->ticket };
}

int64_t limits_end(const struct limits *limits)
{
	int64_t when;
	if (!*limits->until)
		return INT64_MAX;
	return clock_parse(limits->until, &when) ? when : INT64_MIN;
}

bool limits_are_over(const struct limits *limits, int64_t now)
{
	return limits_end(limits) <= now;
}

bool limits_next(const struct limits *limits, size_t *cursor, const char **place, size_t *len)
{
	const char *at = limits->scope + *cursor;
	at += strspn(at, BETWEEN);
	*place = at;
	*len = strcspn(at, BETWEEN);
	*cursor = (size_t)(at - limits->scope) + *len;
	return *len > 0;
}

/* Commas and nothing else name nobody, and that isn't everybody. */
static bool covers(const struct limits *limits, const char *place)
{
	const char *one;
	size_t len, cursor = 0, want = place ? strlen(place) : 0;
	if (!*limits->scope)
		return true;
	while (limits_next(limits, &cursor, &one, &len))
		if (len == want && strncasecmp(one, place, len) == 0)
			return true;
	return false;
}

bool limits_hold(const struct limits *limits, const char *place, int64_t now)
{
	bool any = *limits->scope || *limits->until;
	return any && !limits_are_over(limits, now) && covers(limits, place);
}

static void put_scope(const struct limits *limits, struct buf *out)
{
	const char *one;
	size_t len, cursor = 0, count = 0;
	buf_text_add(out, "for ");
	while (limits_next(limits, &cursor, &one, &len))
		buf_format(out, "%s%.*s", count++ ? ", " : "", (int)len, one);
	if (count == 0)
		buf_text_add(out, *limits->scope ? "nobody" : "every service");
}

void limits_words(const struct limits *limits, struct buf *out)
{
	if (!*limits->scope && !*limits->until) {
		buf_text_add(out, "for nobody, as it says neither for whom nor until when");
		return;
	}
	put_scope(limits, out);
	if (limits_end(limits) == INT64_MIN)
		buf_format(out, " until %s, which is no date", limits->until);
	else if (*limits->until)
		buf_format(out, " until %s", limits->until);
}
