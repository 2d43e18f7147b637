#include "store/limits.h"

#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/lang.h"

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

static void put_scope(const struct limits *limits, bool shown, struct buf *out)
{
	const char *one, *other = *limits->scope ? N_("nobody") : N_("every service");
	size_t len, cursor = 0, count = 0;
	while (limits_next(limits, &cursor, &one, &len))
		buf_format(out, "%s%.*s", count++ ? ", " : "", (int)len, one);
	if (count == 0)
		buf_text_add(out, shown ? lang_text(other) : other);
}

static void put_words(const struct limits *limits, bool shown, struct buf *out)
{
	struct buf scope = { 0 };
	char day[CLOCK_ISO];
	const char *until = shown ? lang_kept(day, limits->until) : limits->until;
	const char *format = !*limits->scope && !*limits->until ?
				     N_("for nobody, as it says neither for whom nor until when") :
			     limits_end(limits) == INT64_MIN ? N_("for %s until %s, which is no date") :
			     *limits->until ? N_("for %s until %s") : N_("for %s");
	put_scope(limits, shown, &scope);
	buf_format(out, shown ? lang_text(format) : format, buf_text(&scope), until);
	buf_done(&scope);
}

void limits_words(const struct limits *limits, struct buf *out)
{
	put_words(limits, false, out);
}

void limits_show(const struct limits *limits, struct buf *out)
{
	put_words(limits, true, out);
}
