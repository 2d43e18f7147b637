#include "pki/preset.h"

#include "base/lang.h"

#include <string.h>

#define HINTS(...) ((const struct preset_hint[]){ __VA_ARGS__, { 0 } })

/* Keys of servers are read at every start, with nobody there to give a passphrase. */
static const struct preset presets[] = {
	{
		.name = "web",
		.label = N_("Web server"),
		.help = N_("for nginx, Apache, HAProxy, Tomcat and whatever else speaks HTTPS"),
		.profile = "server",
		.format = "chain",
		.hints = HINTS({ ADVICE_TELLS, "hint-names",
			N_("Give each name that stands in an address bar, with and without www.") }),
	},
	{
		.name = "mail",
		.label = N_("Mail server"),
		.help = N_("for Postfix, Dovecot, Exim and others that take SMTP, IMAP or POP3 by TLS"),
		.profile = "server",
		.format = "chain",
		.hints = HINTS({ ADVICE_TELLS, "hint-names",
			N_("Give the host that the domain's MX record names and those that "
			"people enter in their mail program; the domain behind the @ "
			"isn't looked for.") }),
	},
	{
		.name = "ldap",
		.label = N_("LDAP server"),
		.help = N_("for OpenLDAP, 389 Directory Server and others that speak ldaps or "
			"StartTLS"),
		.profile = "server",
		.format = "chain",
		.hints = HINTS(
			{ ADVICE_TELLS, "hint-names",
				N_("Give the host as it stands in the clients' ldaps:// addresses; "
				"behind a load balancer also the name of each server.") },
			{ ADVICE_TELLS, "hint-clients",
				N_("LDAP clients trust no public CAs by themselves: hand them the "
				"root as well (TLS_CACERT).") }),
	},
	{
		.name = "postgresql",
		.label = N_("PostgreSQL server"),
		.help = N_("for a PostgreSQL server, whose clients say sslmode=verify-full"),
		.profile = "server",
		.format = "chain",
		.hints = HINTS({ ADVICE_TELLS, "hint-names",
				       N_("Give the host as it stands in the clients' connection "
				       "strings, and the address where they use that.") },
			{ ADVICE_TELLS, "hint-key",
				N_("PostgreSQL starts only if its key's file belongs to its own "
				"user with mode 0600, or to root with 0640.") }),
	},
	{
		.name = "client",
		.label = N_("Client for mutual TLS"),
		.help = N_("for a program or person that shows a certificate to a server"),
		.profile = "client",
		.signer = SIGNER_OWN,
		.format = "pkcs12",
		.with_key = true,
		.hints = HINTS({ ADVICE_TELLS, "hint-cn",
			N_("Servers take its name for the user's: PostgreSQL the common name, "
			"MongoDB and Kafka the whole subject.") }),
	},
	{
		.name = "company-ca",
		.label = N_("Company CA"),
		.help = N_("a root of your own that signs for servers and clients, trusted where it "
			"is installed"),
		.profile = "ca",
		.kind = "ec384",
		.days = 3650,
		.signer = SIGNER_SELF,
		.passphrase = true,
		.format = "pem",
		.hints = HINTS(
			{ ADVICE_TELLS, "hint-constraints",
				N_("Limit it to your own domains by name constraints: then nobody "
				"who steals its key can pose as a bank.") },
			{ ADVICE_TELLS, "hint-key",
				N_("Keep a sealed copy of its key away from this machine: lost, "
				"every client has to learn a new root.") }),
	},
	{
		.name = "jira-align",
		.label = N_("Jira Align"),
		.help = N_("the client certificate that Jira Align's connector shows to your Jira or "
			"the proxy before it"),
		.profile = "client",
		.kind = "rsa2048",
		.days = 365,
		.signer = SIGNER_OWN,
		.passphrase = true,
		.format = "pkcs12",
		.with_key = true,
		.hints = HINTS({ ADVICE_TELLS, "hint-cn",
				       N_("The common name is a host of your domain, such as "
				       "jiraalign.example.com.") },
			{ ADVICE_WARNS, "hint-vendor",
				N_("Atlassian's page asks for a public CA, and those no longer "
				"issue client certificates: agree with its support that your proxy "
				"trusts your own CA.") },
			{ ADVICE_TELLS, "hint-behalf",
				N_("Where Atlassian makes the request on behalf of your domain, "
				"the key stays there: import the request and sign that instead.") }),
	},
	{
		.name = "youtrack",
		.label = N_("YouTrack"),
		.help = N_("the key by which YouTrack or Hub shows itself to other servers (SSL Keys, "
			"SAML)"),
		.profile = "client",
		.kind = "rsa2048",
		.days = 365,
		.signer = SIGNER_SELF,
		.passphrase = true,
		.format = "pkcs12",
		.with_key = true,
		.hints = HINTS(
			{ ADVICE_TELLS, "hint-keystore",
				N_("YouTrack takes a keystore in PKCS#12 or JKS with a password "
				"and a single entry.") },
			{ ADVICE_TELLS, "hint-signer",
				N_("JetBrains' recipe signs it with its own key, which is enough "
				"for SAML; a server that checks clients wants it from your own CA.") },
			{ ADVICE_TELLS, "hint-https",
				N_("For YouTrack's own HTTPS take the preset web and hand it out "
				"as PKCS#12.") }),
	},
};

#define COUNT (sizeof presets / sizeof presets[0])

const struct preset *preset_at(size_t i)
{
	return i < COUNT ? &presets[i] : NULL;
}

const struct preset *preset_named(const char *name)
{
	for (size_t i = 0; i < COUNT; i++)
		if (strcmp(presets[i].name, name) == 0)
			return &presets[i];
	return NULL;
}

const struct profile *preset_profile(const struct preset *preset)
{
	return profile_named(preset->profile);
}

const struct privkey_kind *preset_kind(const struct preset *preset, const struct policy *policy)
{
	return preset->kind ? privkey_kind(preset->kind) : policy_kind(policy);
}

unsigned preset_days(const struct preset *preset, const struct policy *policy)
{
	return preset->days > 0 ? preset->days : policy_days(policy);
}

static void advise_signer(const struct preset *preset, struct advice *out)
{
	if (preset->signer == SIGNER_OWN)
		advice_add(out, ADVICE_TELLS, "own-ca",
			"Public CAs no longer issue certificates for clients: have it signed by "
			"your company CA.");
	else if (preset->signer == SIGNER_ANY)
		advice_add(out, ADVICE_TELLS, "any-ca",
			"A public CA signs it for servers that strangers call; for those within "
			"the company your own CA does.");
}

void preset_advise(const struct preset *preset, struct advice *out)
{
	advise_signer(preset, out);
	if (preset->passphrase)
		advice_add(out, ADVICE_TELLS, "passphrase",
			"The key's file is sealed with a passphrase.");
	if (preset->with_key)
		advice_add(out, ADVICE_TELLS, "password",
			"It is handed out with its key, so that the file (%s) wants a password.",
			preset->format);
	for (const struct preset_hint *hint = preset->hints; hint->code; hint++)
		advice_add(out, hint->weight, hint->code, "%s", _(hint->text));
}
