#include "pki/general-name.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include <gnutls/gnutls.h>

#include "base/text.h"
#include "pki/name.h"
#include "pki/oid.h"

static void hex(struct der bytes, struct buf *out)
{
	buf_char(out, '#');
	text_hex(out, bytes.data, bytes.len, 0);
}

static void text(const struct der_item *item, struct buf *out)
{
	text_escape(out, item->body.data, item->body.len);
}

static void directory(const struct der_item *item, struct buf *out)
{
	struct der rdns;
	if (der_only(item->body, DER_SEQUENCE, &rdns))
		name_show(rdns, out);
	else
		hex(item->body, out);
}

/* The number of leading one bits if no other bit is set, else -1. */
static int prefix_length(const uint8_t *mask, size_t len)
{
	int bits = 0;
	for (size_t i = 0; i < 8 * len; i++) {
		bool one = mask[i / 8] >> (7 - i % 8) & 1;
		if (one && (size_t)bits < i)
			return -1;
		bits += one;
	}
	return bits;
}

static void address(const uint8_t *bytes, size_t len, struct buf *out)
{
	char words[INET6_ADDRSTRLEN];
	buf_text_add(out, inet_ntop(len == 4 ? AF_INET : AF_INET6, bytes, words, sizeof words));
}

/* 4 or 16 octets; in name constraints an address and its mask. */
static void ip(const struct der_item *item, struct buf *out)
{
	struct der in = item->body;
	size_t half = in.len / 2;
	if (in.len == 4 || in.len == 16) {
		address(in.data, in.len, out);
	} else if (in.len == 8 || in.len == 32) {
		int bits = prefix_length(in.data + half, half);
		address(in.data, half, out);
		buf_char(out, '/');
		if (bits >= 0)
			buf_format(out, "%d", bits);
		else
			address(in.data + half, half, out);
	} else {
		hex(in, out);
	}
}

static void registered_id(const struct der_item *item, struct buf *out)
{
	struct oid oid;
	buf_text_add(out, oid_of(item->body, &oid));
}

/* otherName is a type of its own by identifier; these hold a text. */
static const struct {
	const char *oid, *label;
} others[] = {
	{ "1.3.6.1.4.1.311.20.2.3", "UPN" },
	{ "1.3.6.1.5.5.7.8.5", "XMPP" },
	{ "1.3.6.1.5.5.7.8.7", "SRV" },
	{ "1.3.6.1.5.5.7.8.9", "email" },
};

static const char *other_label(const char *oid)
{
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (strcmp(others[i].oid, oid) == 0)
			return others[i].label;
	return NULL;
}

static void other(const struct der_item *item, struct buf *out)
{
	struct der in = item->body, type, wrapped;
	struct der_item value;
	struct oid oid;
	if (!der_take(&in, DER_OID, &type) || !der_take(&in, DER_INSIDE, &wrapped) ||
		!der_end(&in) || !der_next(&wrapped, &value) || !der_end(&wrapped)) {
		buf_text_add(out, "otherName:");
		hex(item->body, out);
		return;
	}
	const char *label = other_label(oid_of(type, &oid));
	if (label)
		buf_format(out, "%s:", label);
	else
		buf_format(out, "otherName:%s:", oid.text);
	size_t from = out->len;
	if (der_string(&value, out))
		text_escape_tail(out, from);
	else
		hex(value.whole, out);
}

static void bytes(const struct der_item *item, struct buf *out)
{
	hex(item->body, out);
}

static const struct {
	const char *prefix;
	void (*show)(const struct der_item *item, struct buf *out);
} kinds[] = {
	[GN_OTHER] = { "", other },
	[GN_EMAIL] = { "email:", text },
	[GN_DNS] = { "DNS:", text },
	[GN_X400] = { "X400:", bytes },
	[GN_DIRECTORY] = { "dirName:", directory },
	[GN_EDI] = { "EDI:", bytes },
	[GN_URI] = { "URI:", text },
	[GN_IP] = { "IP:", ip },
	[GN_ID] = { "ID:", registered_id },
};

static bool is_kind(const struct der_item *item, enum general_name kind)
{
	return (item->tag & 0xc0) == DER_CONTEXT && (item->tag & 0x1f) == (int)kind;
}

void general_name_show(const struct der_item *item, struct buf *out)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (!is_kind(item, i))
			continue;
		buf_text_add(out, kinds[i].prefix);
		kinds[i].show(item, out);
		return;
	}
	buf_text_add(out, "unknown:");
	hex(item->whole, out);
}

static bool has_ace_label(const char *host, size_t len)
{
	for (size_t i = 0; i + 4 <= len; i++)
		if ((i == 0 || host[i - 1] == '.' || host[i - 1] == '@') &&
			strncasecmp(host + i, "xn--", 4) == 0)
			return true;
	return false;
}

#define HOST_MAX 1024 /* four times the longest that there can be: don't convert novels */

bool idn_unicode(const char *host, size_t len, struct buf *out)
{
	gnutls_datum_t unicode;
	if (len > HOST_MAX || !has_ace_label(host, len) || memchr(host, '\0', len) ||
		gnutls_idna_reverse_map(host, (unsigned)len, &unicode, 0) < 0)
		return false;
	bool differs = unicode.size != len || memcmp(unicode.data, host, len) != 0;
	if (differs)
		text_escape(out, unicode.data, unicode.size);
	gnutls_free(unicode.data);
	return differs;
}

/* The part of a name that is a host: behind the @ of an address. */
static struct der host_part(const struct der_item *item)
{
	struct der host = item->body;
	const uint8_t *at =
		is_kind(item, GN_EMAIL) && host.len > 0 ? memrchr(host.data, '@', host.len) : NULL;
	if (at)
		host = (struct der){ at + 1, host.len - (size_t)(at + 1 - host.data) };
	return host;
}

void general_name_show_both(const struct der_item *item, struct buf *out)
{
	struct buf unicode = { 0 };
	struct der host = host_part(item);
	general_name_show(item, out);
	if ((is_kind(item, GN_DNS) || is_kind(item, GN_EMAIL)) && host.len > 0 &&
		idn_unicode((const char *)host.data, host.len, &unicode))
		buf_format(out, " (%s)", buf_text(&unicode));
	buf_done(&unicode);
}
