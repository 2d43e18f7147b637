#include "support/rawcheck.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct {
	uint32_t from, to;
	const char *what;
} refused[] = {
	{ 0x0000, 0x0007, "control character" },
	{ 0x000b, 0x000c, "control character" },
	{ 0x000e, 0x001f, "control character" },
	{ 0x007f, 0x007f, "DEL" },
	{ 0x0080, 0x009f, "C1 control" },
	{ 0x00ad, 0x00ad, "invisible character" },
	{ 0x034f, 0x034f, "invisible character" },
	{ 0x061c, 0x061c, "bidirectional control" },
	{ 0x115f, 0x1160, "invisible character" },
	{ 0x180b, 0x180f, "invisible character" },
	{ 0x200b, 0x200d, "invisible character" },
	{ 0x200e, 0x200f, "bidirectional control" },
	{ 0x2028, 0x2029, "line separator" },
	{ 0x202a, 0x202e, "bidirectional control" },
	{ 0x2060, 0x2065, "invisible character" },
	{ 0x2066, 0x206f, "bidirectional control" },
	{ 0xfe00, 0xfe0f, "invisible character" },
	{ 0xfeff, 0xfeff, "invisible character" },
	{ 0xfff9, 0xfffb, "invisible character" },
	{ 0xe0000, 0xe0fff, "invisible character" },
};

struct scan {
	const char *p, *end;
	unsigned marks; /* combining marks in a row */
};

static bool one_of(int c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

/* CSI: parameters, intermediates, a final byte.  Queries ('c', 'n') are none of ours. */
static const char *csi(struct scan *s)
{
	while (s->p < s->end && one_of(*s->p, "0123456789;?>!: "))
		s->p++;
	if (s->p == s->end)
		return NULL; /* cut off by the end of the capture */
	return one_of(*s->p++, "ABCDEFGHJKLMPSTX@bdfghlmpqrstu") ? NULL : "unknown CSI sequence";
}

/* The test's frame marks, and how curses puts the palette back when it ends. */
static const char *osc(struct scan *s)
{
	if (s->p < s->end && *s->p == 'R') {
		s->p++;
		return NULL;
	}
	const char *stop = memchr(s->p, '\a', (size_t)(s->end - s->p));
	size_t len = (size_t)((stop ? stop : s->end) - s->p);
	bool mark = len >= 5 && memcmp(s->p, "7777;", 5) == 0 && strspn(s->p + 5, "0123456789") + 5 >= len;
	bool known = mark || (len == 3 && memcmp(s->p, "104", 3) == 0) || (!stop && len < 5);
	if (known)
		s->p += len + (stop != NULL);
	return known ? NULL : "OSC sequence";
}

/* Behind ESC. */
static const char *escape(struct scan *s)
{
	const char *what = NULL;
	if (s->p == s->end)
		return NULL;
	char c = *s->p++;
	if (c == '[')
		what = csi(s);
	else if (c == ']')
		what = osc(s);
	else if (one_of(c, "()*+"))
		what = s->p == s->end || one_of(*s->p++, "AB0") ? NULL : "unknown character set";
	else if (!one_of(c, "=>78M"))
		what = "unknown escape sequence";
	if (!what && s->end - s->p >= 2 && memcmp(s->p, "HX", 2) == 0)
		what = "escape sequence out of data";
	return what;
}

static const char *character(struct scan *s, int32_t cp)
{
	if (cp < 0)
		return s->end - s->p < 4 ? NULL : "byte that is no UTF-8"; /* or cut off */
	s->marks = (cp >= 0x300 && cp < 0x370) ? s->marks + 1 : 0;
	if (s->marks > 8)
		return "more than eight combining marks";
	for (size_t i = 0; i < COUNT(refused); i++)
		if ((uint32_t)cp >= refused[i].from && (uint32_t)cp <= refused[i].to)
			return refused[i].what;
	return NULL;
}

static void explain(const char *what, const char *all, const char *at, const char *end, char *why,
	size_t size)
{
	const char *from = at - all > 20 ? at - 20 : all;
	struct buf seen = { 0 };
	text_escape(&seen, from, (size_t)(end - from > 60 ? 60 : end - from));
	snprintf(why, size, "%s at byte %zu: %s", what, (size_t)(at - all), buf_text(&seen));
	buf_done(&seen);
}

bool rawcheck(enum rawcheck_kind kind, const void *bytes, size_t len, char *why, size_t size)
{
	const char *all = bytes;
	struct scan s = { .p = all, .end = all + len };
	while (s.p < s.end) {
		const char *at = s.p;
		int32_t cp = text_next(&s.p, s.end);
		const char *what;
		if (cp == '\033' && kind == RAW_TERMINAL)
			what = escape(&s);
		else if ((cp == '\b' || cp == '\r') && kind == RAW_TEXT)
			what = "control character";
		else
			what = character(&s, cp);
		if (!what)
			continue;
		if (why)
			explain(what, all, at, s.end, why, size);
		return false;
	}
	return true;
}
