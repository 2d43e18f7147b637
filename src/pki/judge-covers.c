/* Does the base of a name constraint cover a name?  One rule for each kind (RFC 5280, 4.2.1.10). */
#include "pki/judging.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "pki/general-name.h"
#include "pki/name.h"

static bool ends_with(struct der name, struct der end)
{
	if (end.len == 0 || name.len < end.len)
		return end.len == 0;
	const uint8_t *tail = name.data + name.len - end.len;
	return strncasecmp((const char *)tail, (const char *)end.data, end.len) == 0;
}

/* "example.com" covers itself and what is below it, ".example.com" only that. */
static bool covers_dns(struct der base, struct der name)
{
	if (base.len == 0)
		return true;
	if (!ends_with(name, base))
		return false;
	return name.len == base.len || base.data[0] == '.' ||
	       name.data[name.len - base.len - 1] == '.';
}

/* A host is exactly that one; with a dot before it, what is below. */
static bool covers_host(struct der base, struct der host)
{
	if (base.len > 0 && base.data[0] == '.')
		return host.len > base.len && ends_with(host, base);
	return host.len == base.len && ends_with(host, base);
}

static bool covers_email(struct der base, struct der name)
{
	const uint8_t *at = name.len > 0 ? memrchr(name.data, '@', name.len) : NULL;
	if (base.len > 0 && memchr(base.data, '@', base.len))
		return name.len == base.len && ends_with(name, base);
	if (!at)
		return false;
	return covers_host(base, (struct der){ at + 1, name.len - (size_t)(at + 1 - name.data) });
}

/* scheme://user@host:port/… */
static struct der uri_host(struct der uri)
{
	const char *text = (const char *)uri.data;
	const char *from = uri.len > 3 ? memmem(text, uri.len, "://", 3) : NULL;
	if (!from)
		return (struct der){ 0 };
	const char *end = text + uri.len, *to = from += 3;
	while (to < end && *to != '/' && *to != '?' && *to != '#')
		to++;
	const char *user = memrchr(from, '@', (size_t)(to - from));
	from = user ? user + 1 : from;
	const char *port = memchr(from, ':', (size_t)(to - from));
	to = port ? port : to;
	return (struct der){ (const uint8_t *)from, (size_t)(to - from) };
}

static bool covers_uri(struct der base, struct der name)
{
	return covers_host(base, uri_host(name));
}

static bool covers_ip(struct der base, struct der name)
{
	if (base.len != 2 * name.len)
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (((base.data[i] ^ name.data[i]) & base.data[name.len + i]) != 0)
			return false;
	return true;
}

/* As RFC 5280, 7.1, has it compared: the alphabet, blanks and upper case make no difference. */
static char *comparable(const struct attribute *attribute)
{
	struct buf folded = { 0 }, text = { 0 };
	attribute_show(attribute, &text);
	text_fold(&folded, buf_text(&text));
	buf_done(&text);
	char *plain = buf_take(&folded);
	text_trim(plain);
	return plain;
}

static bool same_attribute(const struct attribute *a, const struct attribute *b)
{
	if (!der_equal(a->oid, b->oid) || a->joined != b->joined)
		return false;
	if (der_equal(a->value.whole, b->value.whole))
		return true;
	char *left = comparable(a), *right = comparable(b);
	bool same = strcmp(left, right) == 0;
	free(left);
	free(right);
	return same;
}

/* The relative names of the base are the first of the name. */
static bool covers_directory(struct der base, struct der name)
{
	struct name above, below;
	name_read(&above, base);
	name_read(&below, name);
	bool covers = above.count <= below.count && !above.broken;
	for (size_t i = 0; i < above.count && covers; i++)
		covers = same_attribute(&above.items[i], &below.items[i]);
	name_done(&above);
	name_done(&below);
	return covers;
}

bool name_covers(unsigned kind, struct der base, struct der name)
{
	static bool (*const tests[])(struct der base, struct der name) = {
		[GN_EMAIL] = covers_email,
		[GN_DNS] = covers_dns,
		[GN_DIRECTORY] = covers_directory,
		[GN_URI] = covers_uri,
		[GN_IP] = covers_ip,
	};
	return kind < sizeof tests / sizeof tests[0] && tests[kind] && tests[kind](base, name);
}
