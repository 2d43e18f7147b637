#include "pki/fingerprint.h"

#include <string.h>
#include <strings.h>

#include <gnutls/crypto.h>

#include "base/buf.h"
#include "base/text.h"

#define GROUP         4
#define GROUPS_A_LINE 8

void fingerprint_of(const void *der, size_t len, struct fingerprint *out)
{
	gnutls_hash_fast(GNUTLS_DIG_SHA256, der, len, out->bytes);
}

void fingerprint_sha1(const void *der, size_t len, uint8_t out[SHA1_SIZE])
{
	gnutls_hash_fast(GNUTLS_DIG_SHA1, der, len, out);
}

int fingerprint_compare(const struct fingerprint *a, const struct fingerprint *b)
{
	return memcmp(a->bytes, b->bytes, FINGERPRINT_SIZE);
}

static void hex_digits(const uint8_t *bytes, size_t len, char *out)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < len; i++) {
		*out++ = digits[bytes[i] >> 4];
		*out++ = digits[bytes[i] & 15];
	}
	*out = '\0';
}

char *fingerprint_hex(const struct fingerprint *f, char out[FINGERPRINT_HEX])
{
	hex_digits(f->bytes, FINGERPRINT_SIZE, out);
	return out;
}

/* The value of a hexadecimal digit, or -1; isxdigit() would ask the locale. */
static int digit_value(int32_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool fingerprint_parse(const char *hex, struct fingerprint *out)
{
	for (size_t i = 0; i < FINGERPRINT_SIZE; i++, hex += 2) {
		int high = digit_value(hex[0]);
		int low = high < 0 ? -1 : digit_value(hex[1]);
		if (low < 0)
			return false;
		out->bytes[i] = (uint8_t)(high << 4 | low);
	}
	return *hex == '\0';
}

/* Step over word, in any case, if it stands there. */
static bool skip_word(const char **text, const char *word)
{
	size_t len = strlen(word);
	if (strncasecmp(*text, word, len) != 0)
		return false;
	*text += len;
	return true;
}

static void skip_any(const char **text, const char *set)
{
	*text += strspn(*text, set);
}

/* "SHA-256", "sha1", with a bracket around it or not. */
static void skip_algorithm(const char **text)
{
	const char *p = *text;
	skip_any(&p, " \t([");
	if (!skip_word(&p, "sha"))
		return;
	skip_any(&p, "-_ ");
	if (!skip_word(&p, "256") && !skip_word(&p, "1"))
		return;
	skip_any(&p, ")]");
	*text = p;
}

/*
 * What tools print before the digits: the algorithm and the word "Fingerprint" in either order.
 * None of these words can be taken for digits: they have letters behind f from the second on.
 */
static const char *skip_prefix(const char *text)
{
	skip_any(&text, " \t\r\n");
	skip_algorithm(&text);
	skip_any(&text, " \t");
	if (skip_word(&text, "fingerprint"))
		skip_algorithm(&text);
	skip_any(&text, " \t=:");
	skip_word(&text, "0x");
	return text;
}

/* What people and programs put between digits, dashes and blanks from word processors included. */
static bool is_separator(int32_t c)
{
	static const int32_t others[] = { 0xa0, 0x2009, 0x200b, 0x2010, 0x2011, 0x2012, 0x2013,
		0x202f };
	if (c > 0 && c < 0x80)
		return strchr(" \t\r\n:-._", c) != NULL;
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (c == others[i])
			return true;
	return false;
}

bool fingerprint_digits(const char *text, char *out, size_t size)
{
	const char *p = skip_prefix(text), *end = p + strlen(p);
	size_t count = 0;
	while (p < end) {
		int32_t c = text_next(&p, end);
		int value = digit_value(c);
		if (value >= 0 && count + 1 < size)
			out[count++] = "0123456789abcdef"[value];
		else if (!is_separator(c))
			return false;
	}
	if (count == 0)
		return false;
	out[count] = '\0';
	return true;
}

char *fingerprint_groups(const uint8_t *bytes, size_t len)
{
	struct buf out = { 0 };
	char digits[3];
	for (size_t i = 0; i < len; i++) {
		size_t group = 2 * i / GROUP;
		if (i > 0 && 2 * i % GROUP == 0)
			buf_char(&out, group % GROUPS_A_LINE == 0 ? '\n' : ' ');
		hex_digits(bytes + i, 1, digits);
		buf_text_add(&out, digits);
	}
	return buf_take(&out);
}

static void compare_digits(const char *ours, const char *theirs, struct fingerprint_match *out)
{
	size_t at = 0;
	while (ours[at] != '\0' && ours[at] == theirs[at])
		at++;
	out->match = ours[at] == '\0';
	if (out->match)
		return;
	at -= at % GROUP;
	out->group = (unsigned)(at / GROUP) + 1;
	memcpy(out->ours, ours + at, GROUP);
	memcpy(out->theirs, theirs + at, GROUP);
}

bool fingerprint_match(const struct fingerprint *sha256, const uint8_t sha1[SHA1_SIZE],
	const char *text, struct fingerprint_match *out)
{
	char theirs[FINGERPRINT_HEX], ours[FINGERPRINT_HEX];
	*out = (struct fingerprint_match){ 0 };
	if (!fingerprint_digits(text, theirs, sizeof theirs))
		return false;
	if (strlen(theirs) == 2 * FINGERPRINT_SIZE) {
		out->algorithm = "SHA-256";
		fingerprint_hex(sha256, ours);
	} else if (strlen(theirs) == 2 * SHA1_SIZE) {
		out->algorithm = "SHA-1";
		hex_digits(sha1, SHA1_SIZE, ours);
	} else {
		return false;
	}
	compare_digits(ours, theirs, out);
	return true;
}
