/*
 * Is it the host's?  GnuTLS answers; what is said about it is our own: the names that it has, and
 * why one that looks right isn't.
 */
#include "pki/judging.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/lang.h"
#include "base/text.h"
#include "pki/general-name.h"

#define NAMES_SHOWN  6
#define NAME_COLUMNS 80

/* The octets of an address; 0 for a name. */
static unsigned address_of(const char *host, unsigned char out[16])
{
	if (inet_pton(AF_INET, host, out) == 1)
		return 4;
	return inet_pton(AF_INET6, host, out) == 1 ? 16 : 0;
}

static bool matches(const struct place *place)
{
	unsigned char address[16];
	const char *host = place->question->host;
	gnutls_x509_crt_t crt = member_crt(place->member);
	unsigned len = address_of(host, address);
	if (!crt)
		return false;
	return len > 0 ? gnutls_x509_crt_check_ip(crt, address, len, 0) != 0
		       : gnutls_x509_crt_check_hostname2(crt, host, 0) != 0;
}

/* Step over the next alternative name of this kind. */
static bool next_name(struct der *names, unsigned kinds, struct der_item *item)
{
	while (der_next(names, item))
		if ((item->tag & 0xc0) == DER_CONTEXT && (kinds >> (item->tag & 0x1f) & 1) != 0)
			return true;
	return false;
}

static struct der names_of(const struct cert *cert)
{
	struct extension extension;
	struct der names = { 0 };
	if (extension_find(&cert->parts, EXT_SAN, &extension))
		der_take(&extension.value, DER_SEQUENCE, &names);
	return names;
}

#define HOSTS (1U << GN_DNS | 1U << GN_IP)

static void put_name(const struct der_item *item, struct buf *text)
{
	struct buf name = { 0 };
	general_name_show_both(item, &name);
	const char *plain = strchr(buf_text(&name), ':');
	plain = plain ? plain + 1 : buf_text(&name);
	size_t len = text_fit(plain, NAME_COLUMNS, NULL);
	buf_format(text, "%.*s%s", (int)len, plain, plain[len] == '\0' ? "" : "…");
	buf_done(&name);
}

/* "a.example, b.example and 3 more"; false where there is none. */
static bool put_names(const struct cert *cert, struct buf *text)
{
	struct der names = names_of(cert);
	struct der_item item;
	size_t count = 0;
	for (; next_name(&names, HOSTS, &item); count++) {
		if (count >= NAMES_SHOWN)
			continue;
		buf_text_add(text, count > 0 ? ", " : "");
		put_name(&item, text);
	}
	if (count > NAMES_SHOWN)
		/* TRANSLATORS: behind a list of names */
		buf_format(text, _(" and %zu more"), count - NAMES_SHOWN);
	return count > 0;
}

static bool is_text(struct der name, const char *text)
{
	return name.len == strlen(text) &&
	       strncasecmp((const char *)name.data, text, name.len) == 0;
}

/* The hope that a wildcard covers more than a label, or a name with an address in it that address.
 */
static void put_hint(const struct place *place, struct buf *text)
{
	const char *host = place->question->host;
	unsigned char address[16];
	struct der names = names_of(place->member->cert);
	struct der_item item;
	while (next_name(&names, 1U << GN_DNS, &item)) {
		struct der name = item.body;
		size_t len = strlen(host);
		if (address_of(host, address) > 0 && is_text(name, host)) {
			buf_char(text, ' ');
			buf_text_add(text,
				_("The address stands there as a name, not as an address."));
			return;
		}
		if (name.len < 3 || memcmp(name.data, "*.", 2) != 0)
			continue;
		struct der rest = { name.data + 1, name.len - 1 };
		if ((len > rest.len && is_text(rest, host + len - rest.len)) ||
			is_text((struct der){ name.data + 2, name.len - 2 }, host)) {
			buf_char(text, ' ');
			buf_text_add(text, _("A wildcard covers exactly one label."));
			return;
		}
	}
}

bool check_host(const struct place *place, struct buf *text)
{
	const char *host = place->question->host;
	if (!host || matches(place))
		return false;
	const struct cert *cert = place->member->cert;
	char *safe = text_typed(host);
	struct buf names = { 0 };
	if (put_names(cert, &names))
		buf_format(text, _("It is for %s, not for %s."), buf_text(&names), safe);
	else if (cert->info->cn)
		buf_format(text, _("It names no host but its common name %s, which isn't %s."),
			cert->info->cn, safe);
	else
		buf_format(text, _("It names no host at all, hence not %s."), safe);
	put_hint(place, text);
	buf_done(&names);
	free(safe);
	return true;
}

bool check_common_name(const struct place *place, struct buf *text)
{
	struct der names = names_of(place->member->cert);
	struct der_item item;
	if (!place->question->host || next_name(&names, HOSTS, &item) || !matches(place))
		return false;
	buf_text_add(text, _("The host stands in its common name only: GnuTLS still looks there, "
			     "browsers, Java and Go don't."));
	return true;
}

/* Where no host was asked for, nobody can say whether the common name would have been it. */
bool check_no_san(const struct place *place, struct buf *text)
{
	struct der names = names_of(place->member->cert);
	struct der_item item;
	(void)text;
	return !place->question->host && place->question->purpose == PURPOSE_SERVER &&
	       !next_name(&names, HOSTS, &item);
}
