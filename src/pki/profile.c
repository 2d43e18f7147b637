#include "pki/profile.h"

#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "pki/craft.h"

#define PURPOSES 3

struct profile_row {
	struct profile profile;
	const char *purposes[PURPOSES];
	unsigned usage, usage_rsa; /* RSA keys may encrypt too: TLS 1.2 without forward secrecy */
};

static const struct profile_row rows[] = {
	{
		.profile = {
			.name = "server",
			.label = N_("Server"),
			.help = N_("shown by a web, mail, directory or database server"),
			.hosts = true,
		},
		.purposes = { GNUTLS_KP_TLS_WWW_SERVER },
		.usage = GNUTLS_KEY_DIGITAL_SIGNATURE,
		.usage_rsa = GNUTLS_KEY_KEY_ENCIPHERMENT,
	},
	{
		.profile = {
			.name = "client",
			.label = N_("Client"),
			.help = N_("shown by a program or person in two-way TLS; public CAs no longer "
				"issue it"),
		},
		.purposes = { GNUTLS_KP_TLS_WWW_CLIENT },
		.usage = GNUTLS_KEY_DIGITAL_SIGNATURE,
	},
	{
		.profile = {
			.name = "both",
			.label = N_("Server and client"),
			.help = N_("for servers that call each other, as clusters and mail servers do"),
			.hosts = true,
		},
		.purposes = { GNUTLS_KP_TLS_WWW_SERVER, GNUTLS_KP_TLS_WWW_CLIENT },
		.usage = GNUTLS_KEY_DIGITAL_SIGNATURE,
		.usage_rsa = GNUTLS_KEY_KEY_ENCIPHERMENT,
	},
	{
		.profile = {
			.name = "ca",
			.label = N_("CA"),
			.help = N_("signs other certificates; whoever trusts it trusts them all"),
			.ca = true,
		},
		.usage = GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN,
	},
};

#define COUNT (sizeof rows / sizeof rows[0])

const struct profile *profile_at(size_t i)
{
	return i < COUNT ? &rows[i].profile : NULL;
}

const struct profile *profile_named(const char *name)
{
	for (size_t i = 0; i < COUNT; i++)
		if (strcmp(rows[i].profile.name, name) == 0)
			return &rows[i].profile;
	return NULL;
}

/* A profile is the first member of its row, and comes from no other place than the table. */
static const struct profile_row *row_of(const struct profile *profile)
{
	return (const struct profile_row *)profile;
}

unsigned profile_usage(const struct profile *profile, const char *algorithm)
{
	const struct profile_row *row = row_of(profile);
	return strcmp(algorithm, "RSA") == 0 ? row->usage | row->usage_rsa : row->usage;
}

const char *const *profile_purposes(const struct profile *profile)
{
	return row_of(profile)->purposes;
}

/* What public CAs give at most (CA/Browser Forum, ballot SC-081), the latest first. */
static const struct {
	const char *from;
	unsigned days;
} public_limits[] = {
	{ "2029-03-15", 47 },
	{ "2027-03-15", 100 },
	{ "2026-03-15", 200 },
	{ "2020-09-01", 398 },
};

unsigned profile_public_days(int64_t now, int64_t *from)
{
	for (size_t i = 0; i < sizeof public_limits / sizeof public_limits[0]; i++) {
		if (clock_parse(public_limits[i].from, from) && now >= *from)
			return public_limits[i].days;
	}
	return 0;
}

#define DAYS_APPLE 825   /* of servers, whoever issued them */

void profile_check_days(
	const struct profile *profile, unsigned days, int64_t now, struct advice *out)
{
	int64_t from = 0;
	char day[CLOCK_ISO];
	unsigned limit = profile_public_days(now, &from);
	if (days == 0 || days > PROFILE_DAYS_MOST)
		advice_add(out, ADVICE_REFUSES, "days",
			"It can be valid for 1 to %d days, not for %u.", PROFILE_DAYS_MOST, days);
	else if (profile->hosts && days > DAYS_APPLE)
		advice_add(out, ADVICE_WARNS, "long-lived",
			"It is to be valid for %u days; Apple's programs refuse servers with more "
			"than %d.",
			days, DAYS_APPLE);
	else if (profile->hosts && limit > 0 && days > limit)
		advice_add(out, ADVICE_TELLS, "longer-than-public",
			"Public CAs have given servers at most %u days since %s; that binds "
			"neither you nor your own CA.",
			limit, lang_date(day, from));
}
