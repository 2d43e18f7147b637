/*
 * One walk over the bytes serves escaping and guarding.  Each character is either copied or written
 * as an escape; what an escape looks like depends on nothing but the character, so the mapping
 * stays injective.  The limit on combining marks depends on the run before, which the reader of the
 * text can see, and a mark that is written as \u{301} reads back as the same mark.
 */
#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "base/mem.h"
#include "base/unicode.h"

#define MAX_MARKS 4

#define COUNT(a) (sizeof(a) / sizeof *(a))

static bool in_table(const struct unicode_range *table, size_t count, uint32_t cp)
{
	size_t low = 0, high = count;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (cp > table[mid].last)
			low = mid + 1;
		else
			high = mid;
	}
	return low < count && cp >= table[low].first;
}

bool text_shown(uint32_t cp)
{
	if (cp < 0x7f)
		return cp >= 0x20;
	return in_table(unicode_shown, COUNT(unicode_shown), cp);
}

static bool is_mark(uint32_t cp)
{
	return cp >= 0x300 && in_table(unicode_marks, COUNT(unicode_marks), cp);
}

bool text_shown_next(uint32_t cp, unsigned *marks)
{
	*marks = is_mark(cp) ? *marks + 1 : 0;
	return *marks <= MAX_MARKS && text_shown(cp);
}

/* How many bytes the sequence that starts with this byte should have; 0 for none. */
static size_t sequence(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if (first >= 0xe0 && first <= 0xef)
		return 3;
	return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

int32_t text_next(const char **p, const char *end)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *s = (const unsigned char *)*p;
	size_t n = sequence(*s);
	*p += 1;
	if (n == 1)
		return *s;
	if (n == 0 || (size_t)(end - (*p - 1)) < n)
		return -1;
	uint32_t cp = *s & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return -1;
		cp = cp << 6 | (s[i] & 0x3fu);
	}
	if (cp < least[n] || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		return -1;
	*p += n - 1;
	return (int32_t)cp;
}

bool text_is_utf8(const char *bytes, size_t len)
{
	const char *end = bytes + len;
	while (bytes < end)
		if (text_next(&bytes, end) < 0)
			return false;
	return true;
}

void text_put(struct buf *out, uint32_t cp)
{
	char b[4];
	if (cp < 0x80) {
		buf_char(out, (char)cp);
		return;
	}
	size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	for (size_t i = n - 1; i > 0; i--, cp >>= 6)
		b[i] = (char)(0x80 | (cp & 0x3f));
	b[0] = (char)((0xf00u >> n & 0xf0u) | cp);
	buf_add(out, b, n);
}

static void put_escape(struct buf *out, int32_t cp, unsigned char byte)
{
	if (cp < 0x80)
		buf_format(out, "\\x%02x", byte);
	else
		buf_format(out, "\\u{%x}", (unsigned)cp);
}

/* The run of characters that mean nothing but themselves: most texts are one such run. */
static size_t plain_run(const char *bytes, const char *end)
{
	const char *p = bytes;
	while (p < end && *p >= 0x20 && *p < 0x7f && *p != '\\')
		p++;
	return (size_t)(p - bytes);
}

/* Step over one character; true where it must be written as an escape. */
static bool step(const char **p, const char *end, bool injective, unsigned *marks, int32_t *cp)
{
	*cp = text_next(p, end);
	if (*cp < 0)
		*marks = 0;
	if (*cp < 0 || !text_shown_next((uint32_t)*cp, marks))
		return true;
	return injective && *cp == '\\' && *p < end && (**p == 'x' || **p == 'u');
}

static void walk(struct buf *out, const char *bytes, size_t len, bool injective)
{
	const char *end = bytes + len;
	unsigned marks = 0;
	int32_t cp;
	buf_reserve(out, len);
	while (bytes < end) {
		const char *start = bytes;
		bytes += plain_run(bytes, end);
		if (bytes > start)
			marks = 0;
		else if (step(&bytes, end, injective, &marks, &cp)) {
			put_escape(out, cp, (unsigned char)*start);
			continue;
		}
		buf_add(out, start, (size_t)(bytes - start));
	}
}

/* Would text_escape() change nothing? */
static bool stays(const char *bytes, size_t len)
{
	const char *end = bytes + len;
	unsigned marks = 0;
	int32_t cp;
	while (bytes < end) {
		size_t run = plain_run(bytes, end);
		bytes += run;
		if (run > 0)
			marks = 0;
		else if (step(&bytes, end, true, &marks, &cp))
			return false;
	}
	return true;
}

void text_escape(struct buf *out, const void *bytes, size_t len)
{
	walk(out, bytes, len, true);
}

void text_escape_tail(struct buf *out, size_t from)
{
	size_t len = out->len - from;
	if (len == 0 || stays(out->data + from, len))
		return;
	char *raw = mem_copy(out->data + from, len);
	buf_cut(out, from);
	text_escape(out, raw, len);
	free(raw);
}

char *text_safe(const void *bytes, size_t len)
{
	struct buf out = { 0 };
	text_escape(&out, bytes, len);
	return buf_take(&out);
}

char *text_typed(const char *typed)
{
	char *copy = mem_text(typed);
	text_trim(copy);
	char *safe = text_safe(copy, strlen(copy));
	free(copy);
	return safe;
}

void text_guard(struct buf *out, const char *text)
{
	walk(out, text, strlen(text), false);
}

bool text_is_safe(const char *text)
{
	struct buf out = { 0 };
	text_guard(&out, text);
	bool same = strcmp(buf_text(&out), text) == 0;
	buf_done(&out);
	return same;
}

/* Parse hexadecimal digits; returns how many bytes were used. */
static size_t parse_hex(const char *s, size_t most, uint32_t *value)
{
	size_t n = 0;
	*value = 0;
	while (n < most && isxdigit((unsigned char)s[n])) {
		char c = s[n++];
		*value = *value << 4 | (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return n;
}

/* One escape at s (which is behind the backslash): append what it stands for, return its length. */
static size_t undo_escape(struct buf *out, const char *s)
{
	uint32_t value;
	if (s[0] == 'x' && parse_hex(s + 1, 2, &value) == 2) {
		buf_char(out, (char)value);
		return 3;
	}
	if (s[0] != 'u' || s[1] != '{')
		return 0;
	size_t n = parse_hex(s + 2, 6, &value);
	if (n == 0 || s[2 + n] != '}' || value > 0x10ffff)
		return 0;
	text_put(out, value);
	return n + 3;
}

void text_unescape(struct buf *out, const char *safe)
{
	for (; *safe; safe++) {
		size_t n = *safe == '\\' ? undo_escape(out, safe + 1) : 0;
		if (n == 0)
			buf_char(out, *safe);
		safe += n;
	}
}

static size_t columns_of(int32_t cp)
{
	if (cp < 0x7f)
		return 1;
	if (is_mark((uint32_t)cp))
		return 0;
	int w = wcwidth((wchar_t)cp);
	return w < 0 ? 1 : (size_t)w;
}

size_t text_fit(const char *safe, size_t columns, size_t *used)
{
	const char *end = safe + strlen(safe), *p = safe;
	size_t width = 0;
	while (p < end) {
		const char *next = p;
		size_t w = columns_of(text_next(&next, end));
		if (width + w > columns)
			break;
		width += w;
		p = next;
	}
	if (used)
		*used = width;
	return (size_t)(p - safe);
}

size_t text_width(const char *safe)
{
	size_t used;
	text_fit(safe, SIZE_MAX, &used);
	return used;
}

/* Folding must not depend on the operator's locale: what is found in one session is in the next. */
static locale_t fold_locale(void)
{
	static locale_t loc;
	if (!loc)
		loc = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	return loc;
}

static size_t ascii_run(const char *bytes, const char *end)
{
	const char *p = bytes;
	uint64_t eight;
	for (; end - p >= 8; p += 8) {
		memcpy(&eight, p, 8);
		if (eight & 0x8080808080808080u)
			break;
	}
	while (p < end && (*p & 0x80) == 0)
		p++;
	return (size_t)(p - bytes);
}

static void fold_ascii(struct buf *out, const char *bytes, size_t len)
{
	buf_reserve(out, len);
	char *to = out->data + out->len;
	for (size_t i = 0; i < len; i++)
		to[i] = (char)(bytes[i] | (bytes[i] >= 'A' && bytes[i] <= 'Z' ? 0x20 : 0));
	to[len] = '\0';
	out->len += len;
}

void text_fold(struct buf *out, const char *safe)
{
	const char *end = safe + strlen(safe);
	locale_t loc = fold_locale();
	while (safe < end) {
		size_t run = ascii_run(safe, end);
		if (run > 0) {
			fold_ascii(out, safe, run);
			safe += run;
			continue;
		}
		int32_t cp = text_next(&safe, end);
		if (cp >= 0)
			text_put(out, loc ? towlower_l((wint_t)cp, loc) : (uint32_t)cp);
	}
}

void text_hex(struct buf *out, const uint8_t *bytes, size_t len, char sep)
{
	static const char digits[] = "0123456789abcdef";
	if (len == 0)
		return;
	buf_reserve(out, 3 * len);
	char *to = out->data + out->len;
	for (size_t i = 0; i < len; i++) {
		if (i && sep)
			*to++ = sep;
		*to++ = digits[bytes[i] >> 4];
		*to++ = digits[bytes[i] & 15];
	}
	*to = '\0';
	out->len = (size_t)(to - out->data);
}

void text_trim(char *text)
{
	char *to = text;
	bool blank = true;
	for (const char *p = text; *p; p++) {
		bool is_blank = strchr(" \t\r\n\v\f", *p) != NULL;
		if (!is_blank)
			*to++ = *p;
		else if (!blank)
			*to++ = ' ';
		blank = is_blank;
	}
	if (to > text && to[-1] == ' ')
		to--;
	*to = '\0';
}

bool text_starts(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_number(const char *text, int64_t least, int64_t most, int64_t *out)
{
	const char *digits = text + (*text == '-');
	char *end;
	errno = 0;
	long long n = strtoll(text, &end, 10);
	if (!isdigit((unsigned char)*digits) || *end || errno || n < least || n > most)
		return false;
	*out = n;
	return true;
}
