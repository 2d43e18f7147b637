#include "tui/glyph.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "tui/screen.h"

/*
 * What a screen of ASCII shows instead.  Only what this program itself writes has a likeness: a
 * letter of a name is '?', since "Zurich" isn't "Zürich".
 */
static wchar_t likeness(int32_t cp)
{
	static const struct {
		uint16_t cp;
		char ascii;
	} table[] = {
		{ 0x00b7, '.' },
		{ 0x00d7, 'x' },
		{ 0x2013, '-' },
		{ 0x2014, '-' },
		{ 0x2018, '\'' },
		{ 0x2019, '\'' },
		{ 0x201c, '"' },
		{ 0x201d, '"' },
		{ 0x2022, '*' },
		{ 0x2026, '~' },
		{ 0x2190, '<' },
		{ 0x2191, '^' },
		{ 0x2192, '>' },
		{ 0x2193, 'v' },
		{ 0x2514, '`' },
		{ 0x25b2, '^' },
		{ 0x25bc, 'v' },
		{ 0x2713, '+' },
		{ 0x2717, 'x' },
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (table[i].cp == cp)
			return table[i].ascii;
	return L'?';
}

/* The same where words are heard: what only decorates them is a blank.  0: no mark of ours. */
static wchar_t in_plain_words(int32_t cp)
{
	bool decorates = cp == 0x2514 || cp == 0x2713 || cp == 0x2717 || cp == 0x00b7;
	wchar_t like = decorates ? L' ' : likeness(cp);
	return like == L'?' ? 0 : like;
}

static int width_of(wchar_t c)
{
	return c >= 0x20 && c < 0x7f ? 1 : wcwidth(c);
}

/* Marks that stand on the glyph. */
static void add_marks(struct glyph *glyph, const char *safe, const char *end, bool utf8)
{
	for (size_t count = 1;; count++) {
		const char *next = safe + glyph->len;
		if (next == end || (unsigned char)*next < 0x80)
			return;
		int32_t cp = text_next(&next, end);
		if (cp < 0 || width_of((wchar_t)cp) != 0)
			return;
		glyph->len = (size_t)(next - safe);
		if (utf8 && count < GLYPH_CHARS)
			glyph->chars[count] = (wchar_t)cp;
	}
}

struct glyph glyph_next(const char *safe, bool utf8)
{
	struct glyph glyph = { .cols = 1 };
	const char *end = safe + strnlen(safe, 64), *next = safe;
	if (next == end)
		return glyph;
	int32_t cp = text_next(&next, end);
	int cols = cp < 0x20 ? -1 : width_of((wchar_t)cp);
	wchar_t plain = cp >= 0x80 && screen_is_plain() ? in_plain_words(cp) : 0;
	if (plain) {
		glyph.chars[0] = plain;
		glyph.len = (size_t)(next - safe);
	} else if (cols == 0) { /* a mark on nothing stands on a blank */
		glyph.chars[0] = L' ';
		glyph.len = 0;
	} else {
		bool shown = cols > 0 && (utf8 || cp < 0x80);
		glyph.chars[0] = shown ? (wchar_t)cp : likeness(cp);
		glyph.cols = shown ? cols : 1;
		glyph.len = (size_t)(next - safe);
	}
	add_marks(&glyph, safe, end, utf8);
	return glyph;
}

static bool is_plain(char c)
{
	return c >= 0x20 && c < 0x7f;
}

size_t glyph_plain(const char *safe)
{
	size_t len = 0;
	while (is_plain(safe[len]))
		len++;
	/* what follows may be a mark on the last one */
	return len > 0 && (unsigned char)safe[len] >= 0x80 ? len - 1 : len;
}

/* Most places are ruled out by their first letter. */
static bool may_match(char c, char folded)
{
	return !is_plain(c) || (c >= 'A' && c <= 'Z' ? (c | 0x20) == folded : c == folded);
}

size_t glyph_match(const char *safe, const char *folded)
{
	if (!may_match(*safe, *folded))
		return 0;
	const char *p = safe, *end = safe + strnlen(safe, 4 * strlen(folded) + 4);
	while (*folded) {
		struct buf piece = { 0 };
		char one[8] = { 0 };
		const char *next = p;
		if (p == end)
			return 0;
		text_next(&next, end);
		memcpy(one, p, (size_t)(next - p));
		text_fold(&piece, one);
		bool same = piece.len > 0 && strncmp(buf_text(&piece), folded, piece.len) == 0;
		folded += piece.len;
		buf_done(&piece);
		if (!same)
			return 0;
		p = next;
	}
	return (size_t)(p - safe);
}
