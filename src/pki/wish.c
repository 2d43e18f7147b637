#include "pki/wish.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"

/* --- domains ------------------------------------------------------------------------------ */

/* Where a name behind the last `labels` dots begins. */
static const char *tail(const char *host, unsigned labels)
{
	const char *at = host + strlen(host);
	while (at > host && (at[-1] != '.' || --labels > 0))
		at--;
	return at;
}

/*
 * The domain that somebody registered, as far as can be told without the list of public suffixes:
 * two labels, three below a country's co, com, ac, gov, …  An error costs a remark too many or too
 * few.
 */
static const char *domain_of(const char *host)
{
	static const char *const second[] = { "ac", "co", "com", "edu", "go", "gov", "gv", "ne",
		"net", "or", "org" };
	const char *two = tail(host, 2), *last = tail(host, 1);
	size_t len = two < last ? (size_t)(last - two) - 1 : 0;
	if (strlen(last) != 2)
		return two;
	for (size_t i = 0; i < sizeof second / sizeof second[0]; i++)
		if (strlen(second[i]) == len && strncmp(second[i], two, len) == 0)
			return tail(host, 3);
	return two;
}

/* The host of a name that a server has to answer for, or NULL. */
static const char *host_of(const struct san *san)
{
	return san->kind == SAN_DNS && strchr(san->value, '.') ? san->value : NULL;
}

static const char *host_at(const struct subject *subject, size_t i)
{
	return host_of(&subject->sans.items[i]);
}

static bool is_below(const char *host, const char *domain)
{
	size_t a = strlen(host), b = strlen(domain);
	return a >= b && strcasecmp(host + a - b, domain) == 0 &&
	       (a == b || host[a - b - 1] == '.');
}

static bool is_first_of_domain(const struct subject *subject, size_t at)
{
	const char *domain = domain_of(host_at(subject, at));
	for (size_t i = 0; i < at; i++)
		if (host_at(subject, i) && strcmp(domain_of(host_at(subject, i)), domain) == 0)
			return false;
	return true;
}

#define DOMAINS_SHOWN 5

static void check_domains(const struct subject *subject, bool self_signed, struct advice *out)
{
	struct buf list = { 0 };
	size_t count = 0;
	for (size_t i = 0; i < subject->sans.count && count <= DOMAINS_SHOWN; i++) {
		if (!host_at(subject, i) || !is_first_of_domain(subject, i))
			continue;
		if (count++ < DOMAINS_SHOWN)
			buf_format(&list, "%s%s", count > 1 ? ", " : "",
				domain_of(host_at(subject, i)));
	}
	buf_text_add(&list, count > DOMAINS_SHOWN ? ", …" : "");
	if (count > 1 && self_signed)
		advice_add(out, ADVICE_TELLS, "several-domains",
			"It names hosts of several domains (%s): all of them stand where anybody "
			"can read them.",
			buf_text(&list));
	else if (count > 1)
		advice_add(out, ADVICE_TELLS, "several-domains",
			"It names hosts of several domains (%s): whoever signs it asks the owner of "
			"each, and all of them stand where anybody can read them.",
			buf_text(&list));
	buf_done(&list);
}

/* A vendor's request for a customer's name, or a name that was mistyped. */
static void check_ours(const struct subject *subject, const char *domain, struct advice *out)
{
	for (size_t i = 0; domain && *domain != '\0' && i < subject->sans.count; i++) {
		const char *host = host_at(subject, i);
		if (!host || is_below(host, domain))
			continue;
		advice_add(out, ADVICE_TELLS, "on-behalf",
			"%s isn't below %s: it is asked for on behalf of another domain, whose "
			"owner has to agree.",
			host, domain);
		return;
	}
}

/* --- addresses ---------------------------------------------------------------------------- */

static bool has_host(const struct subject *subject)
{
	for (size_t i = 0; i < subject->sans.count; i++)
		if (subject->sans.items[i].kind == SAN_DNS)
			return true;
	return false;
}

static void tell_address(const struct subject *subject, struct advice *out)
{
	if (has_host(subject))
		return;
	for (size_t i = 0; i < subject->sans.count; i++) {
		if (subject->sans.items[i].kind != SAN_IP)
			continue;
		advice_add(out, ADVICE_TELLS, "address",
			"%s is written as an address: clients that call it by name need the name "
			"as well.",
			subject->sans.items[i].value);
		return;
	}
}

/* --- public CAs --------------------------------------------------------------------------- */

static bool is_private_v4(const unsigned char *ip)
{
	return ip[0] == 10 || ip[0] == 127 || (ip[0] == 172 && (ip[1] & 0xf0) == 16) ||
	       (ip[0] == 192 && ip[1] == 168) || (ip[0] == 169 && ip[1] == 254) ||
	       (ip[0] == 100 && (ip[1] & 0xc0) == 64);
}

static bool is_private_v6(const unsigned char *ip)
{
	static const unsigned char loop[16] = { [15] = 1 };
	return (ip[0] & 0xfe) == 0xfc || (ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80) ||
	       memcmp(ip, loop, sizeof loop) == 0;
}

static bool is_private_address(const char *text)
{
	unsigned char ip[16];
	if (inet_pton(AF_INET, text, ip) == 1)
		return is_private_v4(ip);
	return inet_pton(AF_INET6, text, ip) == 1 && is_private_v6(ip);
}

/* Kept for use within networks by RFC 2606, 6761, 6762, 8375 and ICANN, or in wide use there. */
static bool is_private_host(const char *host)
{
	static const char *const tops[] = { "local", "internal", "home.arpa", "localhost", "test",
		"example", "invalid", "lan", "corp", "home", "intranet", "private" };
	for (size_t i = 0; i < sizeof tops / sizeof tops[0]; i++)
		if (is_below(host, tops[i]))
			return true;
	return !strchr(host, '.');
}

static void check_public_name(const struct san *san, struct advice *out)
{
	bool private = san->kind == SAN_IP ? is_private_address(san->value)
					   : san->kind == SAN_DNS && is_private_host(san->value);
	if (private)
		advice_add(out, ADVICE_WARNS, "public-private",
			"%s is known within networks only: no public CA signs it.", san->value);
}

/* Servers of public CAs keep to their rule: it is stricter than Apple's for everybody. */
static void check_days(const struct wish *wish, struct advice *out)
{
	int64_t from = 0;
	char day[CLOCK_ISO];
	unsigned limit = profile_public_days(wish->now, &from);
	bool strict = wish->public_ca && wish->profile->hosts && limit > 0;
	if (!strict || wish->days > PROFILE_DAYS_MOST)
		profile_check_days(wish->profile, wish->days, wish->now, out);
	else if (wish->days > limit)
		advice_add(out, ADVICE_WARNS, "public-days",
			"Public CAs have given servers at most %u days since %s, not %u.", limit,
			lang_date(day, from), wish->days);
}

static void check_public(const struct wish *wish, const struct subject *subject, struct advice *out)
{
	const struct profile *profile = wish->profile;
	if (profile && profile->ca)
		advice_add(out, ADVICE_WARNS, "public-ca", "No public CA signs other CAs.");
	else if (profile && !profile->hosts)
		advice_add(out, ADVICE_WARNS, "public-client",
			"Public CAs no longer issue certificates for clients: have it signed by "
			"your company CA.");
	else if (profile && strcmp(profile->name, "both") == 0)
		advice_add(out, ADVICE_WARNS, "public-client",
			"Public CAs no longer issue certificates for clients: it will come back as "
			"a server's only.");
	if (wish->key.algorithm && strcmp(wish->key.algorithm, "Ed25519") == 0)
		advice_add(out, ADVICE_WARNS, "public-key", "No public CA takes Ed25519 keys.");
	if (subject_get(subject, "OU"))
		advice_add(out, ADVICE_TELLS, "public-unit",
			"Public CAs leave the unit (OU) out, and cheap ones everything but the "
			"host names.");
	for (size_t i = 0; i < subject->sans.count; i++)
		check_public_name(&subject->sans.items[i], out);
}

/* --- all of it ---------------------------------------------------------------------------- */

static void check_completed(
	const struct wish *wish, const struct subject *subject, struct advice *out)
{
	subject_check(subject, wish->profile, out);
	if (!wish->profile || !wish->profile->ca) {
		tell_address(subject, out);
		check_domains(subject, wish->self_signed, out);
		check_ours(subject, wish->domain, out);
	}
	if (wish->public_ca)
		check_public(wish, subject, out);
	if (wish->profile && wish->days > 0)
		check_days(wish, out);
	if (wish->policy)
		policy_check(wish->policy, subject, wish->key, wish->profile, wish->days, out);
}

void wish_check(const struct wish *wish, struct advice *out)
{
	struct subject subject = { 0 };
	subject_copy(&subject, wish->subject);
	subject_complete(&subject, wish->profile, out);
	check_completed(wish, &subject, out);
	subject_done(&subject);
}
