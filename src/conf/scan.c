/*
 * A scanner for libconfig's tokens, as far as it takes to know what stands in strings and comments
 * and what doesn't.
 */
#include "conf/scan.h"

#include "base/lang.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct scan {
	const char *p, *end;
	unsigned line;
	const char *wrong; /* what is to be refused; NULL: nothing so far */
};

static void step(struct scan *scan, size_t count)
{
	for (; count > 0 && scan->p < scan->end; count--, scan->p++)
		scan->line += *scan->p == '\n';
}

static bool at(const struct scan *scan, const char *text)
{
	size_t len = strlen(text);
	return (size_t)(scan->end - scan->p) >= len && memcmp(scan->p, text, len) == 0;
}

static void skip_to(struct scan *scan, const char *text)
{
	while (scan->p < scan->end && !at(scan, text))
		step(scan, 1);
	step(scan, strlen(text));
}

/* libconfig takes the rest of a file for a comment that nobody ends; what is added behind it were lost. */
static void skip_comment(struct scan *scan)
{
	step(scan, 2);
	while (scan->p < scan->end && !at(scan, "*/"))
		step(scan, 1);
	if (scan->p >= scan->end)
		scan->wrong = _("a comment has no end");
	else
		step(scan, 2);
}

static void skip_string(struct scan *scan)
{
	step(scan, 1);
	while (scan->p < scan->end && *scan->p != '"')
		step(scan, *scan->p == '\\' ? 2 : 1);
	step(scan, 1);
}

static bool in_word(unsigned char c)
{
	return isalnum(c) || c == '_' || c == '*' || c == '-' || c == '+' || c == '.';
}

/* Names are passed over; a number must be one that libconfig keeps whole. */
static void check_word(struct scan *scan)
{
	char word[32];
	size_t len = 0;
	const char *start = scan->p;
	while (scan->p < scan->end && in_word((unsigned char)*scan->p))
		step(scan, 1);
	size_t whole = (size_t)(scan->p - start);
	len = whole < sizeof word ? whole : sizeof word - 1;
	memcpy(word, start, len);
	word[len] = '\0';
	if (!isdigit((unsigned char)word[strspn(word, "+-")]))
		return;
	char *end;
	bool hex = strncasecmp(word, "0x", 2) == 0;
	long long number = strtoll(word, &end, hex ? 16 : 10);
	if (*end == '\0' && (number > INT32_MAX || number < INT32_MIN))
		scan->wrong = _("such a large number needs an L behind it");
}

static void token(struct scan *scan)
{
	unsigned char c = (unsigned char)*scan->p;
	if (c == '\0')
		scan->wrong = _("a NUL byte (is this a text file?)");
	else if (c == '@')
		scan->wrong = _("@include isn't supported");
	else if (c == '#' || at(scan, "//"))
		skip_to(scan, "\n");
	else if (at(scan, "/*"))
		skip_comment(scan);
	else if (c == '"')
		skip_string(scan);
	else if (in_word(c))
		check_word(scan);
	else
		step(scan, 1);
}

bool scan_check(const char *label, const char *bytes, size_t len, struct error *err)
{
	struct scan scan = { .p = bytes, .end = bytes + len, .line = 1 };
	const char *nul = memchr(bytes, '\0', len);
	while (scan.p < scan.end && !scan.wrong)
		token(&scan);
	if (!scan.wrong && !nul)
		return true;
	if (!scan.wrong) { /* in a string or a comment */
		scan = (struct scan){ .p = bytes, .end = nul, .line = 1 };
		step(&scan, len);
		scan.wrong = _("a NUL byte (is this a text file?)");
	}
	return error_set(err, ERROR_FAILED, "%s:%u: %s", label, scan.line, scan.wrong);
}
