/*
 * What people get wrong when they ask for a certificate, said before it is made.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "pki/naming.h"
#include "pki/traits.h"

/* --- completing --------------------------------------------------------------------------- */

static bool is_two_letters(const char *text)
{
	return strlen(text) == 2 && ((text[0] | 0x20) >= 'a' && (text[0] | 0x20) <= 'z') &&
	       ((text[1] | 0x20) >= 'a' && (text[1] | 0x20) <= 'z');
}

static void complete_country(struct subject *subject, struct advice *out)
{
	const char *country = subject_get(subject, "C");
	if (!country || !is_two_letters(country))
		return;
	char capitals[] = { (char)(country[0] & ~0x20), (char)(country[1] & ~0x20), '\0' };
	if (strcmp(country, capitals) == 0)
		return;
	subject_set(subject, "C", capitals);
	advice_add(out, ADVICE_TELLS, "country-capitals", "The country is written %s.", capitals);
}

/* A single word is a host only where a host is asked for and no other is named. */
static bool is_meant_as_host(
	const struct subject *subject, const char *cn, const struct profile *profile)
{
	char *safe = text_safe(cn, strlen(cn));
	bool host = text_is_host(safe);
	free(safe);
	if (!profile || profile->ca)
		return false;
	return host || (profile->hosts && !sans_name_host(&subject->sans) && !strchr(cn, ' ') &&
			       !strchr(cn, '@'));
}

static void complete_name(struct subject *subject, struct san *san, struct advice *out)
{
	const char *cn = subject_get(subject, "CN");
	struct buf shown = { 0 };
	san_show(san, true, &shown);
	if (strcasecmp(cn, san->value) != 0) {
		advice_add(out, ADVICE_TELLS, "idn", "The common name is written %s.", san->value);
		subject_set(subject, "CN", san->value);
	}
	if (!sans_has(&subject->sans, san)) {
		struct sans one = { .items = san, .count = 1 };
		sans_copy(&subject->sans, &one);
		advice_add(out, ADVICE_TELLS, "cn-as-san",
			"%s is put among the alternative names: clients ignore the common name.",
			buf_text(&shown));
	}
	buf_done(&shown);
}

void subject_complete(struct subject *subject, const struct profile *profile, struct advice *out)
{
	const char *cn = subject_get(subject, "CN");
	struct san san;
	complete_country(subject, out);
	if (!cn || strchr(cn, ':') || !is_meant_as_host(subject, cn, profile) ||
		!san_parse(cn, &san, NULL))
		return;
	complete_name(subject, &san, out);
	san_done(&san);
}

/* --- checking ----------------------------------------------------------------------------- */

static size_t characters(const char *text)
{
	const char *end = text + strlen(text);
	size_t count = 0;
	for (; text < end; count++)
		text_next(&text, end);
	return count;
}

static void check_text(const struct subject_item *item, struct advice *out)
{
	size_t count = characters(item->value);
	char *safe = text_safe(item->value, strlen(item->value));
	if (*item->value == '\0')
		advice_add(
			out, ADVICE_REFUSES, "empty", "%s is there, but empty.", _(item->kind->label));
	else if (!text_is_utf8(item->value, strlen(item->value)) || !naming_is_plain(safe))
		advice_add(out, ADVICE_REFUSES, "characters",
			"%s holds characters that can't be seen: %.100s", _(item->kind->label), safe);
	else if (count > item->kind->most && strcmp(item->kind->key, "C") != 0)
		advice_add(out, ADVICE_REFUSES, "long",
			"%s has %zu characters, more than the %zu that are allowed.",
			_(item->kind->label), count, item->kind->most);
	free(safe);
}

static void check_country(const struct subject *subject, struct advice *out)
{
	const char *country = subject_get(subject, "C");
	if (!country)
		return;
	if (!is_two_letters(country))
		advice_add(out, ADVICE_REFUSES, "country",
			"The country is two letters by ISO 3166, such as DE or US.");
	else if (strcasecmp(country, "UK") == 0)
		advice_add(out, ADVICE_WARNS, "country-uk",
			"The country code of the United Kingdom is GB; a CA may refuse UK.");
}

static void check_email(const struct subject *subject, struct advice *out)
{
	const char *email = subject_get(subject, "email");
	struct error err;
	struct san san;
	if (!email)
		return;
	char *text = mem_format("email:%s", email);
	if (!san_parse(text, &san, &err))
		advice_add(out, ADVICE_REFUSES, "email", "E-mail: %s.", err.text);
	else if (strcmp(san.value, email) != 0)
		advice_add(out, ADVICE_REFUSES, "email", "E-mail is written in ASCII there: %s.",
			san.value);
	if (san.value)
		san_done(&san);
	free(text);
}

/* A common name that seems to be a host and can't be one, or is one that isn't listed. */
static void check_cn(
	const struct subject *subject, const struct profile *profile, struct advice *out)
{
	const char *cn = subject_get(subject, "CN");
	struct error err;
	struct san san = { 0 };
	if (!cn || !profile || !profile->hosts)
		return;
	char *safe = text_safe(cn, strlen(cn));
	bool host = text_is_host(safe) || strchr(cn, '*');
	free(safe);
	if (host && !san_parse(cn, &san, &err))
		advice_add(out, ADVICE_REFUSES, "cn-host", "Common name: %s.", err.text);
	else if (host && !sans_has(&subject->sans, &san))
		advice_add(out, ADVICE_WARNS, "cn-not-in-san",
			"The common name %s isn't among the alternative names: clients ignore it.",
			san.value);
	san_done(&san);
}

static void check_wildcard(const char *name, struct advice *out)
{
	const char *rest = name + 2;
	struct buf shown = { 0 };
	struct san san = { SAN_DNS, (char *)(uintptr_t)rest };
	if (!text_starts(name, "*."))
		return;
	san_show(&san, true, &shown);
	const char *host = buf_text(&shown) + strlen("DNS:");
	advice_add(out, ADVICE_TELLS, "wildcard",
		"*.%s covers exactly one label: www.%s, but neither %s itself nor a.b.%s; vendors' "
		"pages often claim more.",
		rest, rest, host, rest);
	if (!strchr(rest, '.'))
		advice_add(out, ADVICE_WARNS, "wildcard-high",
			"*.%s stands directly below a top-level domain: OpenSSL, GnuTLS and "
			"browsers "
			"refuse it.",
			rest);
	buf_done(&shown);
}

static void check_san(const struct san *san, struct advice *out)
{
	struct buf shown = { 0 };
	if (san->kind != SAN_DNS)
		return;
	san_show(san, true, &shown);
	check_wildcard(san->value, out);
	if (strchr(buf_text(&shown), '('))
		advice_add(
			out, ADVICE_TELLS, "idn", "%s is an international name.", buf_text(&shown));
	if (!strchr(san->value, '.'))
		advice_add(out, ADVICE_TELLS, "short-host",
			"%s has no dot: it works within your network; public CAs don't sign it.",
			san->value);
	if (strchr(san->value, '_'))
		advice_add(out, ADVICE_WARNS, "underscore",
			"%s has an underscore, which public CAs and some clients refuse.",
			san->value);
	buf_done(&shown);
}

static void check_names(
	const struct subject *subject, const struct profile *profile, struct advice *out)
{
	bool cn = subject_get(subject, "CN");
	if (subject->count == 0 && subject->sans.count == 0)
		advice_add(out, ADVICE_REFUSES, "nameless",
			"It names nobody: give a common name or an alternative name.");
	else if (profile && profile->ca && !cn)
		advice_add(out, ADVICE_REFUSES, "ca-nameless",
			"A CA needs a common name: it stands in all that it issues.");
	else if (profile && profile->hosts && !sans_name_host(&subject->sans))
		advice_add(out, ADVICE_REFUSES, "no-host",
			"It names no host and no address, so that no client would accept it.");
	else if (!cn)
		advice_add(out, ADVICE_WARNS, "no-cn",
			"Without a common name, lists show it by its other names.");
}

void subject_check(const struct subject *subject, const struct profile *profile, struct advice *out)
{
	for (size_t i = 0; i < subject->count; i++)
		check_text(&subject->items[i], out);
	check_country(subject, out);
	check_email(subject, out);
	check_names(subject, profile, out);
	check_cn(subject, profile, out);
	for (size_t i = 0; i < subject->sans.count; i++)
		check_san(&subject->sans.items[i], out);
}
