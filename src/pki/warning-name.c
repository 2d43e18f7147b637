#include "pki/look.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "pki/general-name.h"
#include "pki/oid.h"

#define QUOTE_COLUMNS 60

/* A name shortened to what a sentence can bear.  The caller frees. */
static char *shortened(const char *name)
{
	size_t len = text_fit(name, QUOTE_COLUMNS, NULL);
	return mem_format("%.*s%s", (int)len, name, name[len] == '\0' ? "" : "…");
}

/* The host of an alternative name, or NULL for other kinds. */
static const char *san_host(const char *san)
{
	if (text_starts(san, "DNS:"))
		return san + strlen("DNS:");
	return text_starts(san, "IP:") ? san + strlen("IP:") : NULL;
}

static bool has_host_san(const struct cert_info *info)
{
	for (const char *san = NULL; (san = cert_info_san(info, san));)
		if (san_host(san))
			return true;
	return false;
}

/* Without a list of purposes it may serve any. */
static bool is_for_servers(const struct parts *parts)
{
	struct extension purposes;
	struct der in, id;
	if (!extension_find(parts, EXT_PURPOSES, &purposes) ||
		!der_take(&purposes.value, DER_SEQUENCE, &in))
		return true;
	while (der_take(&in, DER_OID, &id))
		if (oid_is(id, "1.3.6.1.5.5.7.3.1") || oid_is(id, "2.5.29.37.0"))
			return true;
	return false;
}

static bool has_host_cn(const struct look *look)
{
	return !look->info->ca && look->info->cn && text_is_host(look->info->cn) &&
	       is_for_servers(look->parts);
}

bool warn_no_san(const struct look *look, struct buf *text)
{
	if (!has_host_cn(look) || has_host_san(look->info))
		return false;
	char *name = shortened(look->info->cn);
	buf_format(text,
		_("The host name \"%s\" stands in its common name only, where today's clients "
		  "don't look."),
		name);
	free(name);
	return true;
}

/* A wildcard covers one label. */
static bool covers(const char *host, const char *name)
{
	const char *dot = strchr(name, '.');
	if (strcasecmp(host, name) == 0)
		return true;
	return text_starts(host, "*.") && dot && strcasecmp(host + 1, dot) == 0;
}

bool warn_cn_not_in_san(const struct look *look, struct buf *text)
{
	const struct cert_info *info = look->info;
	if (!has_host_cn(look) || !has_host_san(info))
		return false;
	for (const char *san = NULL; (san = cert_info_san(info, san));) {
		const char *host = san_host(san);
		if (host && covers(host, info->cn))
			return false;
	}
	char *name = shortened(info->cn);
	buf_format(text,
		_("Its common name \"%s\" is none of its alternative names: clients don't accept "
		  "it for that host."),
		name);
	free(name);
	return true;
}

bool warn_no_name(const struct look *look, struct buf *text)
{
	(void)text;
	for (size_t i = 0; i < look->subject.count; i++)
		if (look->subject.items[i].value.body.len > 0)
			return false;
	return look->info->san_count == 0 && !look->subject.broken;
}

bool warn_nul(const struct look *look, struct buf *text)
{
	(void)text;
	return look->names.nul;
}

bool warn_bidi(const struct look *look, struct buf *text)
{
	(void)text;
	return look->anywhere.bidi;
}

bool warn_invisible(const struct look *look, struct buf *text)
{
	(void)text;
	return look->anywhere.invisible;
}

static bool has_hex(const struct name *name)
{
	struct buf scratch = { 0 };
	bool hex = name->broken;
	for (size_t i = 0; i < name->count && !hex; i++) {
		hex = !der_string(&name->items[i].value, &scratch);
		buf_cut(&scratch, 0);
	}
	buf_done(&scratch);
	return hex;
}

bool warn_escaped(const struct look *look, struct buf *text)
{
	(void)text;
	return look->anywhere.escaped || has_hex(&look->subject) || has_hex(&look->issuer);
}

static bool mixes(const char *name, struct buf *text)
{
	struct buf unicode = { 0 };
	bool found = text_mixes_scripts(name) || (idn_unicode(name, strlen(name), &unicode) &&
							 text_mixes_scripts(buf_text(&unicode)));
	if (found) {
		char *shown = shortened(unicode.len > 0 ? buf_text(&unicode) : name);
		buf_format(text,
			_("In \"%s\" letters of several alphabets stand in one word: it may "
			  "imitate another name."),
			shown);
		free(shown);
	}
	buf_done(&unicode);
	return found;
}

static const char *behind_colon(const char *san)
{
	const char *colon = strchr(san, ':');
	return colon ? colon + 1 : san;
}

bool warn_mixed_script(const struct look *look, struct buf *text)
{
	for (size_t i = 0; i < look->subject.count; i++) {
		struct buf value = { 0 };
		attribute_show(&look->subject.items[i], &value);
		bool found = mixes(buf_text(&value), text);
		buf_done(&value);
		if (found)
			return true;
	}
	for (const char *san = NULL; (san = cert_info_san(look->info, san));)
		if (mixes(behind_colon(san), text))
			return true;
	return false;
}

static bool is_ascii(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text & 0x80)
			return false;
	return true;
}

static bool idn(const char *host, struct buf *text)
{
	struct buf unicode = { 0 };
	bool encoded = idn_unicode(host, strlen(host), &unicode);
	if (encoded || !is_ascii(host)) {
		char *name = shortened(host), *reads = shortened(buf_text(&unicode));
		if (encoded)
			buf_format(text,
				_("The name \"%s\" reads \"%s\": letters of other alphabets may "
				  "look like those of a known name."),
				name, reads);
		else
			buf_format(text,
				_("The name \"%s\": letters of other alphabets may look like those "
				  "of a known name."),
				name);
		free(name);
		free(reads);
	}
	buf_done(&unicode);
	return text->len > 0;
}

bool warn_idn(const struct look *look, struct buf *text)
{
	const struct cert_info *info = look->info;
	for (const char *san = NULL; (san = cert_info_san(info, san));)
		if ((text_starts(san, "DNS:") || text_starts(san, "email:")) &&
			idn(behind_colon(san), text))
			return true;
	return info->cn && text_is_host(info->cn) && idn(info->cn, text);
}

static size_t characters(const struct attribute *attribute)
{
	struct buf text = { 0 };
	size_t count = 0;
	if (!der_string(&attribute->value, &text))
		buf_cut(&text, 0);
	const char *p = buf_text(&text), *end = p + text.len;
	for (; p < end; count++)
		text_next(&p, end);
	buf_done(&text);
	return count;
}

/* Upper bounds of RFC 5280, appendix A.1. */
static const struct {
	const char *oid;
	size_t most;
} bounds[] = {
	{ "2.5.4.3", 64 },
	{ "2.5.4.5", 64 },
	{ "2.5.4.7", 128 },
	{ "2.5.4.8", 128 },
	{ "2.5.4.10", 64 },
	{ "2.5.4.11", 64 },
	{ "2.5.4.12", 64 },
};

static bool is_long(const struct attribute *attribute, struct buf *text)
{
	for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++) {
		if (!oid_is(attribute->oid, bounds[i].oid))
			continue;
		size_t count = characters(attribute);
		if (count <= bounds[i].most)
			return false;
		/* TRANSLATORS: "Its Common name has 70 characters, …" */
		buf_format(text,
			_("Its %s has %zu characters, more than the %zu that are allowed."),
			attribute_label(bounds[i].oid), count, bounds[i].most);
		return true;
	}
	return false;
}

bool warn_long_name(const struct look *look, struct buf *text)
{
	for (size_t i = 0; i < look->subject.count; i++)
		if (is_long(&look->subject.items[i], text))
			return true;
	return false;
}
