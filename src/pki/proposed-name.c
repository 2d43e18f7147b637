/*
 * A name that people recognise.  Most certificates have one in their CN; old roots don't, and some
 * CAs write only their own name into each CN and tell their roots apart by the unit.
 */
#include "pki/cert.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

#define NAME_COLUMNS 60

/* A tidied copy, or NULL where nothing is left. */
static char *tidy(const char *text)
{
	char *copy = mem_text(text);
	if (!copy)
		return NULL;
	text_trim(copy);
	if (*copy != '\0')
		return copy;
	free(copy);
	return NULL;
}

static char *from_cn(const struct cert_info *info)
{
	bool vague = info->cn && info->org && info->unit && strcasecmp(info->cn, info->org) == 0;
	char *unit = vague ? tidy(info->unit) : NULL;
	return unit ? unit : tidy(info->cn);
}

static char *from_san(const struct cert_info *info)
{
	static const char *const prefixes[] = { "DNS:", "IP:", "email:", "UPN:", "URI:" };
	for (size_t p = 0; p < sizeof prefixes / sizeof prefixes[0]; p++)
		for (const char *san = NULL; (san = cert_info_san(info, san));)
			if (text_starts(san, prefixes[p])) {
				char *name = tidy(san + strlen(prefixes[p]));
				if (name)
					return name;
			}
	return NULL;
}

/* "Unit (Organisation)"; the unit alone where it names the organisation or both are too long. */
static char *from_org(const struct cert_info *info)
{
	char *org = tidy(info->org), *unit = tidy(info->unit);
	if (!org || !unit)
		return org ? org : unit;
	if (strcasestr(unit, org)) {
		free(org);
		return unit;
	}
	char *both = mem_format("%s (%s)", unit, org);
	bool fits = text_width(both) <= NAME_COLUMNS;
	free(org);
	free(fits ? unit : both);
	return fits ? both : unit;
}

static char *from_fingerprint(const struct cert_info *info)
{
	char digits[FINGERPRINT_HEX];
	return mem_format("certificate %.8s", fingerprint_hex(&info->sha256, digits));
}

/* An escape that was cut in two would read as plain characters: cut before it. */
static size_t whole_escapes(const char *text, size_t len)
{
	const char *last = memrchr(text, '\\', len);
	if (!last)
		return len;
	size_t at = (size_t)(last - text), left = len - at;
	if (last[1] == 'x' && left < 4)
		return at;
	if (last[1] == 'u' && last[2] == '{' && !memchr(last, '}', left))
		return at;
	return len;
}

static void cap(char *name)
{
	if (text_width(name) <= NAME_COLUMNS)
		return;
	name[whole_escapes(name, text_fit(name, NAME_COLUMNS, NULL))] = '\0';
	text_trim(name);
}

char *cert_proposed_name(const struct cert_info *info)
{
	static char *(*const sources[])(const struct cert_info *info) = {
		from_cn,
		from_san,
		from_org,
		from_fingerprint,
	};
	char *name = NULL;
	for (size_t i = 0; !name; i++)
		name = sources[i](info);
	cap(name);
	return name;
}
