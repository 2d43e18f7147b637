/*
 * Safe text tells exactly what was in the bytes: each character that may not be shown stands there
 * as an escape.  So it is enough to read the escapes.
 */
#include "pki/traits.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct range {
	uint32_t first, last;
};

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static bool in_ranges(const struct range *ranges, size_t count, uint32_t cp)
{
	for (size_t i = 0; i < count; i++)
		if (cp >= ranges[i].first && cp <= ranges[i].last)
			return true;
	return false;
}

static const struct range bidi[] = {
	{ 0x61c, 0x61c },
	{ 0x200e, 0x200f },
	{ 0x202a, 0x202e },
	{ 0x2066, 0x2069 },
};

/* Unicode's default-ignorable characters, blanks that aren't U+0020, and separators. */
static const struct range invisible[] = {
	{ 0xa0, 0xa0 },
	{ 0xad, 0xad },
	{ 0x34f, 0x34f },
	{ 0x115f, 0x1160 },
	{ 0x1680, 0x1680 },
	{ 0x17b4, 0x17b5 },
	{ 0x180b, 0x180f },
	{ 0x2000, 0x200d },
	{ 0x2028, 0x2029 },
	{ 0x202f, 0x202f },
	{ 0x205f, 0x2065 },
	{ 0x206a, 0x206f },
	{ 0x2800, 0x2800 },
	{ 0x3000, 0x3000 },
	{ 0x3164, 0x3164 },
	{ 0xfe00, 0xfe0f },
	{ 0xfeff, 0xfeff },
	{ 0xffa0, 0xffa0 },
	{ 0xfff0, 0xfff8 },
	{ 0x1bca0, 0x1bca3 },
	{ 0x1d173, 0x1d17a },
	{ 0xe0000, 0xe0fff },
};

/* The escape that text begins with: its length and what it stands for, or 0. */
static size_t escape_at(const char *text, uint32_t *cp, bool *byte)
{
	char *end;
	if (text[0] != '\\' || (text[1] != 'x' && !text_starts(text + 1, "u{")))
		return 0;
	*byte = text[1] == 'x';
	if (*byte) {
		char digits[3] = { 0 };
		strncpy(digits, text + 2, 2);
		*cp = (uint32_t)strtoul(digits, &end, 16);
		return end == digits + 2 ? 4 : 0;
	}
	*cp = (uint32_t)strtoul(text + 3, &end, 16);
	return *end == '}' ? (size_t)(end - text) + 1 : 0;
}

/* A backslash that was escaped to keep texts apart is a plain character. */
static void add_escape(struct traits *traits, uint32_t cp, bool byte)
{
	if (byte && cp == '\\')
		return;
	traits->escaped = true;
	if (byte)
		traits->nul = traits->nul || cp == 0;
	else if (in_ranges(bidi, COUNT(bidi), cp))
		traits->bidi = true;
	else if (in_ranges(invisible, COUNT(invisible), cp))
		traits->invisible = true;
}

void traits_add(struct traits *traits, const char *safe)
{
	uint32_t cp;
	bool byte;
	for (const char *p = strchr(safe, '\\'); p; p = strchr(p, '\\')) {
		size_t len = escape_at(p, &cp, &byte);
		if (len > 0)
			add_escape(traits, cp, byte);
		p += len > 0 ? len : 1;
	}
}

/* Alphabets whose letters pass for each other's. */
enum script {
	LATIN = 1,
	GREEK = 2,
	CYRILLIC = 4,
	ARMENIAN = 8,
	CHEROKEE = 16,
	FULL_WIDTH = 32,
};

static const struct {
	uint32_t first, last;
	enum script script;
} scripts[] = {
	{ 'A', 'Z', LATIN },
	{ 'a', 'z', LATIN },
	{ 0xc0, 0xd6, LATIN },
	{ 0xd8, 0xf6, LATIN },
	{ 0xf8, 0x2af, LATIN },
	{ 0x370, 0x3ff, GREEK },
	{ 0x400, 0x52f, CYRILLIC },
	{ 0x531, 0x588, ARMENIAN },
	{ 0x13a0, 0x13fd, CHEROKEE },
	{ 0x1c80, 0x1c8f, CYRILLIC },
	{ 0x1d00, 0x1eff, LATIN },
	{ 0x1f00, 0x1fff, GREEK },
	{ 0x2de0, 0x2dff, CYRILLIC },
	{ 0xa640, 0xa69f, CYRILLIC },
	{ 0xab70, 0xabbf, CHEROKEE },
	{ 0xff21, 0xff5a, FULL_WIDTH },
};

static unsigned script_of(int32_t cp)
{
	for (size_t i = 0; i < COUNT(scripts); i++)
		if (cp >= (int32_t)scripts[i].first && cp <= (int32_t)scripts[i].last)
			return scripts[i].script;
	return 0;
}

bool text_mixes_scripts(const char *safe)
{
	const char *end = safe + strlen(safe);
	unsigned seen = 0;
	uint32_t cp;
	bool byte;
	while (safe < end) {
		size_t len = escape_at(safe, &cp, &byte);
		if (len > 0) {
			safe += len;
			continue;
		}
		int32_t c = text_next(&safe, end);
		seen |= script_of(c);
		if (c < 0x80 && script_of(c) == 0)
			seen = 0;
		if ((seen & (seen - 1)) != 0)
			return true;
	}
	return false;
}

static bool is_address(const char *text)
{
	unsigned char bytes[16];
	return inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1;
}

static bool is_letter(unsigned char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool is_host_byte(unsigned char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c >= 0x80 || strchr("-._*", c) != NULL;
}

/* Letters, digits and dots; the last label begins with a letter, so that "v1.2" is none. */
bool text_is_host(const char *safe)
{
	const char *dot = strrchr(safe, '.');
	if (is_address(safe) || strcmp(safe, "localhost") == 0)
		return true;
	for (const char *p = safe; *p != '\0'; p++)
		if (!is_host_byte((unsigned char)*p))
			return false;
	return dot && dot > safe && dot[1] != '\0' && dot[2] != '\0' &&
	       (is_letter((unsigned char)dot[1]) || (unsigned char)dot[1] >= 0x80);
}
