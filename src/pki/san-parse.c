/*
 * What may stand in a name is decided here and nowhere else: a form, a request that somebody sent
 * and a certificate that is renewed all come through san_parse().
 */
#include "pki/san.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <gnutls/gnutls.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"

#define HOST_MAX  253
#define LABEL_MAX 63
#define LOCAL_MAX 64 /* before the @: RFC 5321 */
#define TEXT_MAX  2048

typedef bool take_fn(const char *text, struct san *out, struct error *err);

static bool refuse(const char *text, struct error *err, const char *why)
{
	char *safe = text_safe(text, strlen(text));
	/* TRANSLATORS: a name, and behind it what is wrong with it: "is an address", "names no host" */
	error_set(err, ERROR_FAILED, "\"%.100s\" %s", safe, _(why));
	free(safe);
	return false;
}

static bool is_address(const char *text)
{
	unsigned char bytes[16];
	return inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1;
}

static bool is_ascii_text(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text <= 0x20 || *text == 0x7f || *text & 0x80)
			return false;
	return true;
}

/* --- hosts -------------------------------------------------------------------------------- */

static bool is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* What is wrong with a label of lower-case ASCII, or NULL.  Windows and DKIM know underscores. */
static const char *label_fault(const char *label, size_t len)
{
	if (len == 0)
		return N_("has an empty label: two dots in a row, or one at its beginning");
	if (len > LABEL_MAX)
		return N_("has a label of more than 63 characters between two dots");
	if (label[0] == '-' || label[len - 1] == '-')
		return N_("has a label that begins or ends with a hyphen");
	for (size_t i = 0; i < len; i++) {
		if (label[i] == '*')
			return N_("has a star that isn't the whole first label: only *.example.com "
			       "is understood");
		if (!is_letter_or_digit(label[i]) && label[i] != '-' && label[i] != '_')
			return N_("holds a character that no host name has");
	}
	return NULL;
}

static const char *labels_fault(const char *host)
{
	const char *fault = NULL, *end = NULL, *at = host;
	for (; !fault && at; at = *end == '.' ? end + 1 : NULL) {
		end = strchrnul(at, '.');
		fault = label_fault(at, (size_t)(end - at));
	}
	return fault;
}

/* "1.2.3" or "192.0.2.300": nobody means a host whose last label is a number. */
static bool ends_in_number(const char *host)
{
	const char *dot = strrchr(host, '.'), *last = dot ? dot + 1 : host;
	return *last != '\0' && last[strspn(last, "0123456789")] == '\0';
}

static const char *host_fault(const char *host)
{
	if (strcmp(host, "*") == 0)
		return N_("is a star alone, which no client accepts: write *.example.com");
	if (text_starts(host, "*."))
		host += 2;
	if (strlen(host) > HOST_MAX - 2)
		return N_("has more than the 253 characters that a host name may have");
	if (ends_in_number(host))
		return N_("looks like an address, but isn't one");
	return labels_fault(host);
}

/* Lower case and ASCII; NULL where it is no international name. */
static char *host_ascii(const char *text)
{
	size_t star = text_starts(text, "*.") ? 2 : 0;
	gnutls_datum_t mapped;
	if (gnutls_idna_map(text + star, (unsigned)strlen(text + star), &mapped, 0) < 0)
		return NULL;
	char *host = mem_format(
		"%.*s%.*s", (int)star, text, (int)mapped.size, (const char *)mapped.data);
	gnutls_free(mapped.data);
	for (char *p = host; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p | 0x20);
	return host;
}

/* The dot of the root isn't written in certificates. */
static char *without_root(const char *text)
{
	size_t len = strlen(text);
	return mem_textn(
		text, len > 1 && text[len - 1] == '.' && text[len - 2] != '.' ? len - 1 : len);
}

static bool is_visible(const char *text)
{
	const char *end = text + strlen(text);
	while (text < end) {
		int32_t cp = text_next(&text, end);
		if (cp < 0 || !text_shown((uint32_t)cp))
			return false;
	}
	return true;
}

/* The caller frees. */
static char *host_take(const char *text, const char *whole, struct error *err)
{
	char *plain = without_root(text), *host = NULL;
	const char *fault = NULL;
	if (*plain == '\0')
		fault = N_("names no host");
	else if (!is_visible(plain) || strlen(plain) > 4 * HOST_MAX)
		fault = N_("holds characters that can't be seen, or far too many");
	else if (!(host = host_ascii(plain)))
		fault = N_("isn't a host name, nor an international one");
	else
		fault = host_fault(host);
	free(plain);
	if (!fault)
		return host;
	free(host);
	refuse(whole, err, fault);
	return NULL;
}

static bool take_dns(const char *text, struct san *out, struct error *err)
{
	if (is_address(text))
		return refuse(text, err,
			N_("is an address: clients look for it among the addresses, so "
			"write IP: before it"));
	if (strpbrk(text, "/:"))
		return refuse(
			text, err, N_("is more than a host name: leave out scheme, port and path"));
	out->value = host_take(text, text, err);
	return out->value;
}

/* --- the others --------------------------------------------------------------------------- */

static bool take_ip(const char *text, struct san *out, struct error *err)
{
	unsigned char bytes[16];
	char words[INET6_ADDRSTRLEN];
	size_t len = strlen(text);
	bool brackets = len > 2 && text[0] == '[' && text[len - 1] == ']';
	char *plain = brackets ? mem_textn(text + 1, len - 2) : mem_text(text);
	int family = strchr(plain, ':') ? AF_INET6 : AF_INET;
	bool ok = inet_pton(family, plain, bytes) == 1;
	free(plain);
	if (!ok && strchr(text, '/'))
		return refuse(text, err, N_("is a network; a certificate is for single addresses"));
	if (!ok)
		return refuse(text, err, N_("isn't an address such as 192.0.2.1 or 2001:db8::1"));
	out->value = mem_text(inet_ntop(family, bytes, words, sizeof words));
	return true;
}

static bool take_email(const char *text, struct san *out, struct error *err)
{
	const char *at = strrchr(text, '@');
	if (!at || at == text)
		return refuse(text, err, N_("isn't an e-mail address"));
	char *local = mem_textn(text, (size_t)(at - text));
	bool ok = is_ascii_text(local) && !strpbrk(local, "@,;:<>()[]\\\"") &&
		  strlen(local) <= LOCAL_MAX;
	char *host = ok ? host_take(at + 1, text, err) : NULL;
	if (host)
		out->value = mem_format("%s@%s", local, host);
	free(local);
	free(host);
	if (!ok)
		return refuse(text, err, N_("has something before the @ that certificates can't "
		  "hold"));
	return out->value;
}

/* RFC 5280, 4.2.1.6: absolute, and with something behind the scheme. */
static bool take_uri(const char *text, struct san *out, struct error *err)
{
	size_t scheme =
		strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
	bool letter = (*text | 0x20) >= 'a' && (*text | 0x20) <= 'z';
	if (!is_ascii_text(text) || strlen(text) > TEXT_MAX || strpbrk(text, "<>\"{}|\\^`"))
		return refuse(text, err, N_("holds characters that a URI writes as %XX"));
	if (!letter || text[scheme] != ':' || text[scheme + 1] == '\0')
		return refuse(text, err, N_("isn't a URI such as https://a.example/"));
	out->value = mem_text(text);
	return true;
}

static const struct {
	const char *prefix;
	take_fn *take;
} kinds[] = {
	[SAN_DNS] = { "DNS:", take_dns },
	[SAN_IP] = { "IP:", take_ip },
	[SAN_EMAIL] = { "email:", take_email },
	[SAN_URI] = { "URI:", take_uri },
};

#define KINDS (sizeof kinds / sizeof kinds[0])

static enum san_kind guess(const char *text)
{
	if (is_address(text) || text[0] == '[')
		return SAN_IP;
	if (strstr(text, "://"))
		return SAN_URI;
	return strchr(text, '@') ? SAN_EMAIL : SAN_DNS;
}

/* Steps over the prefix. */
static enum san_kind kind_of(const char **text)
{
	for (size_t i = 0; i < KINDS; i++) {
		size_t len = strlen(kinds[i].prefix);
		if (strncasecmp(*text, kinds[i].prefix, len) != 0)
			continue;
		*text += len;
		return (enum san_kind)i;
	}
	return guess(*text);
}

bool san_parse(const char *text, struct san *out, struct error *err)
{
	size_t blanks = strspn(text, " "), len;
	char *plain = mem_text(text + blanks);
	for (len = strlen(plain); len > 0 && plain[len - 1] == ' ';)
		plain[--len] = '\0';
	const char *value = plain;
	*out = (struct san){ .kind = kind_of(&value) };
	bool ok = kinds[out->kind].take(value, out, err);
	free(plain);
	return ok;
}
