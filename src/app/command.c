#include "app/command.h"

#define O(x)       OPTION_##x
#define TAKES(...) ((const enum option[]){ __VA_ARGS__, OPTION_COUNT })
#define CHANGES    O(JSON), O(DRY_RUN), O(YES)
#define ANY        SIZE_MAX

static const struct option_row options[OPTION_COUNT] = {
	[OPTION_STORE] = { .name = "store",
		.argument = "DIR",
		.help = "the store to work on",
		.global = true },
	[OPTION_CONFIG] = { .name = "config",
		.argument = "FILE",
		.help = "settings, instead of the usual files",
		.global = true },
	[OPTION_READ_ONLY] = { .name = "read-only",
		.help = "change nothing, whatever is asked",
		.global = true },
	[OPTION_THEME] = { .name = "theme",
		.argument = "NAME",
		.help = "colours of the console",
		.global = true },
	[OPTION_HELP] = { .name = "help", .help = "say what a command does", .global = true },
	[OPTION_VERSION] = { .name = "version",
		.help = "say which certary this is",
		.global = true },
	[OPTION_JSON] = { .name = "json", .help = "print JSON" },
	[OPTION_DRY_RUN] = { .name = "dry-run", .help = "print the plan and change nothing" },
	[OPTION_YES] = { .name = "yes", .help = "do it without asking" },
	[OPTION_WHY] = { .name = "why", .argument = "TEXT", .help = "the reason, for the journal" },
	[OPTION_STATE] = { .name = "state",
		.argument = "S",
		.help = "trusted, untrusted, blocked or trash" },
	[OPTION_EXPIRING] = { .name = "expiring",
		.argument = "N[d|%]",
		.help = "those that end within N days, or have less than N % of their life left" },
	[OPTION_EXPIRED] = { .name = "expired", .help = "those that are over" },
	[OPTION_SELF_SIGNED] = { .name = "self-signed", .help = "those signed by their own key" },
	[OPTION_CA] = { .name = "ca", .help = "those that may sign others" },
	[OPTION_SORT] = { .name = "sort",
		.argument = "COL",
		.help = "name, state, days, subject, issuer, added, key or fingerprint" },
	[OPTION_REVERSE] = { .name = "reverse", .help = "sort downwards" },
	[OPTION_NAME] = { .name = "name", .argument = "N", .help = "the name to give" },
	[OPTION_PEM] = { .name = "pem", .help = "print it as PEM" },
	[OPTION_DER] = { .name = "der", .help = "print it as DER" },
	[OPTION_TEXT] = { .name = "text", .help = "print its fields (the default)" },
	[OPTION_PASSWORD_FILE] = { .name = "password-file",
		.argument = "F",
		.help = "the password or passphrase is F's first line" },
	[OPTION_PICK] = { .name = "pick",
		.argument = "LIST",
		.help = "take only these, as in 1,3-5" },
	[OPTION_NO_LIMITS] = { .name = "no-limits", .help = "take what is over the limits, too" },
	[OPTION_VERIFY] = { .name = "verify", .help = "check the chain of the journal" },
	[OPTION_MEND] = { .name = "mend", .help = "mend what needs no decision" },
	[OPTION_HOST] = { .name = "host",
		.argument = "NAME",
		.help = "the host that it must be good for" },
	[OPTION_PURPOSE] = { .name = "purpose",
		.argument = "P",
		.help = "what it must be good for: server or client" },
	[OPTION_FORMAT] = { .name = "format",
		.argument = "F",
		.help = "pem, chain, der, pkcs7, pkcs12 or jks" },
	[OPTION_WITH_KEY] = { .name = "key", .help = "with the identity's private key" },
	[OPTION_OUTPUT] = { .name = "output",
		.argument = "FILE",
		.help = "write to FILE, whose suffix hints at the format" },
	[OPTION_CN] = { .name = "cn",
		.argument = "CN",
		.help = "common name: the host, person or CA" },
	[OPTION_SAN] = { .name = "san",
		.argument = "S",
		.help = "a host, IP address, e-mail address or URI that it is good for",
		.many = true },
	[OPTION_DROP_SAN] = { .name = "drop-san",
		.argument = "S",
		.help = "leave this requested name out",
		.many = true },
	[OPTION_SUBJECT] = { .name = "subject",
		.argument = "KEY=VALUE",
		.help = "a field of the subject: C, ST, L, O, OU, email …",
		.many = true },
	[OPTION_KIND] = { .name = "key",
		.argument = "KIND",
		.help = "ec256, ec384, ed25519, rsa2048, rsa3072 or rsa4096" },
	[OPTION_DAYS] = { .name = "days",
		.argument = "D",
		.help = "for how many days it is valid" },
	[OPTION_WARN_DAYS] = { .name = "days",
		.argument = "D",
		.help = "how many days before the end of a certificate to warn" },
	[OPTION_AS_CA] = { .name = "ca", .help = "a CA, which signs others" },
	[OPTION_BY_CA] = { .name = "ca", .argument = "NAME", .help = "the identity that signs" },
	[OPTION_PROFILE] = { .name = "profile",
		.argument = "P",
		.help = "what it is for: server, client, both or ca" },
	[OPTION_PRESET] = { .name = "preset",
		.argument = "P",
		.help = "what is usual for: web, mail, ldap, postgresql, client, company-ca, "
			"jira-align or youtrack" },
	[OPTION_PATH_LEN] = { .name = "path-len",
		.argument = "N",
		.help = "how many CAs may follow below this CA: a number, or any (0 else)" },
	[OPTION_PERMIT] = { .name = "permit",
		.argument = "X",
		.help = "the CA signs only for X: a domain, IP:10.0.0.0/8, email:… or URI:…",
		.many = true },
	[OPTION_EXCLUDE] = { .name = "exclude",
		.argument = "X",
		.help = "the CA never signs for X",
		.many = true },
	[OPTION_CRL_URL] = { .name = "crl-url",
		.argument = "URL",
		.help = "where clients find the list of what was revoked" },
	[OPTION_ISSUER_URL] = { .name = "issuer-url",
		.argument = "URL",
		.help = "where clients find the CA's certificate" },
	[OPTION_KEY_PASSWORD_FILE] = { .name = "key-password-file",
		.argument = "F",
		.help = "the passphrase of the key in the store is F's first line" },
	[OPTION_PLAIN] = { .name = "plain", .help = "write the key without a passphrase" },
	[OPTION_RENEW] = { .name = "renew",
		.argument = "NAME",
		.help = "begin with what this identity's certificate says, and keep its key" },
	[OPTION_NEW_KEY] = { .name = "new-key", .help = "renew with a new key" },
	[OPTION_NOTE] = { .name = "note", .argument = "TEXT", .help = "a note that is kept with it" },
	[OPTION_TICKET] = { .name = "ticket",
		.argument = "T",
		.help = "the number under which the CA handles the request" },
	[OPTION_KEY_OUTPUT] = { .name = "key-out",
		.argument = "FILE",
		.help = "write the key to FILE, too" },
	[OPTION_TRUST] = { .name = "trust", .help = "trust it here, too" },
	[OPTION_DIALECT] = { .name = "dialect",
		.argument = "D",
		.help = "how TLS starts: tls, smtp, imap, pop3, ldap, postgres, mysql, ftp, "
			"xmpp, sieve, nntp or lmtp" },
	[OPTION_IDENTITY] = { .name = "identity",
		.argument = "NAME",
		.help = "the identity to show where a client certificate is asked for" },
	[OPTION_TLS] = { .name = "tls",
		.argument = "V",
		.help = "this version of TLS and no other: 1.0 to 1.3" },
	[OPTION_SNI] = { .name = "sni",
		.argument = "NAME",
		.help = "ask for this name, and expect it in the certificate" },
	[OPTION_HTTP] = { .name = "http",
		.argument = "/PATH",
		.may = true,
		.help = "try GET, POST, PUT and DELETE there" },
	[OPTION_FOR] = { .name = "purpose",
		.argument = "P",
		.help = "what it is for: LDAP, database, SMTP notifications …" },
	[OPTION_AT] = { .name = "at",
		.argument = "DATE",
		.help = "judge as of that day: what will break by then?" },
	[OPTION_NAGIOS] = { .name = "nagios",
		.help = "one line, and the exit codes of monitoring plugins" },
	[OPTION_PROMETHEUS] = { .name = "prometheus",
		.argument = "FILE",
		.help = "write metrics to FILE, for the textfile collector" },
	[OPTION_ALL] = { .name = "all", .help = "also what is the same" },
	[OPTION_UNUSED] = { .name = "unused", .help = "trusted CAs that no endpoint needs" },
	[OPTION_TIMELINE] = { .name = "timeline",
		.help = "what ends when, of the chains that were presented last" },
	[OPTION_NO_SAVE] = { .name = "no-save", .help = "keep nothing of what was presented" },
	[OPTION_PORT] = { .name = "port",
		.argument = "P",
		.help = "listen on this port; any that is free otherwise" },
	[OPTION_CLIENT_CA] = { .name = "client-ca",
		.argument = "CA",
		.many = true,
		.help = "take clients of this CA: a certificate, an identity or a file" },
};

#define MAKES                                                                                      \
	CHANGES, O(WHY), O(NAME), O(CN), O(SAN), O(SUBJECT), O(KIND), O(PROFILE), O(PRESET),       \
		O(PASSWORD_FILE), O(PLAIN), O(RENEW), O(NEW_KEY), O(NOTE), O(OUTPUT),              \
		O(KEY_OUTPUT)

#define DECISION(verb, of, text)                                                                   \
	{                                                                                          \
		.name = verb, .words = "CERT…", .least = 1, .most = ANY,                           \
		.options = TAKES(CHANGES, O(WHY)), .group = of, .writes = true, .help = text       \
	}

#define IDENTITIES(verb, text)                                                                     \
	{                                                                                          \
		.name = verb, .words = "NAME…", .least = 1, .most = ANY,                           \
		.options = TAKES(CHANGES, O(WHY)), .group = GROUP_IDENTITIES, .writes = true,      \
		.help = text                                                                       \
	}

static const struct command_row commands[COMMAND_COUNT] = {
	[COMMAND_LIST] = { .name = "list",
		.words = "[PATTERN]",
		.most = ANY,
		.options = TAKES(O(JSON), O(STATE), O(EXPIRING), O(EXPIRED), O(SELF_SIGNED), O(CA),
			O(SORT), O(REVERSE)),
		.group = GROUP_CERTIFICATES,
		.help = "certificates, or those that a pattern finds",
		.more = "Without --state it lists all but the trash. A pattern is searched for "
			"in name, subject, issuer, SANs, serial, fingerprint and note." },
	[COMMAND_SHOW] = { .name = "show",
		.words = "CERT|FILE",
		.least = 1,
		.most = 1,
		.options = TAKES(O(JSON), O(PEM), O(DER), O(TEXT)),
		.group = GROUP_CERTIFICATES,
		.help = "properties of a certificate, stored or in a file" },
	[COMMAND_COMPARE] = { .name = "compare",
		.words = "CERT|FILE CERT|FILE",
		.least = 2,
		.most = 2,
		.options = TAKES(O(JSON), O(ALL)),
		.group = GROUP_CERTIFICATES,
		.help = "two certificates side by side",
		.more = "What differs is shown, and with --all what is the same. Names and "
			"other lists are compared as sets. Of a file the first certificate is "
			"taken. Exits 0 where both are the same certificate, 4 where they "
			"aren't." },
	[COMMAND_MATCH] = { .name = "match",
		.words = "CERT|FILE FINGERPRINT",
		.least = 2,
		.most = ANY,
		.options = TAKES(O(JSON)),
		.group = GROUP_CERTIFICATES,
		.help = "compare with a fingerprint that is read out" },
	[COMMAND_IMPORT] = { .name = "import",
		.words = "FILE…|-",
		.least = 1,
		.most = ANY,
		.options = TAKES(CHANGES, O(WHY), O(NAME), O(STATE), O(PASSWORD_FILE), O(PICK),
			O(NO_LIMITS)),
		.group = GROUP_CERTIFICATES,
		.writes = true,
		.help = "take certificates from files, folders or stdin",
		.more = "They are trusted unless --state says otherwise. The format is found by "
			"the content. A keystore's password is asked for on a terminal, or "
			"--password-file names a file with it." },
	[COMMAND_EXPORT] = { .name = "export",
		.words = "NAME|CERT…",
		.least = 1,
		.most = ANY,
		.options = TAKES(O(JSON), O(YES), O(FORMAT), O(WITH_KEY), O(OUTPUT),
			O(PASSWORD_FILE), O(KEY_PASSWORD_FILE), O(PLAIN)),
		.group = GROUP_CERTIFICATES,
		.help = "write certificates or identities for others",
		.more = "Without --output they go to standard output. The format is what "
			"--format names, else what the file's suffix says, else PEM. A "
			"truststore (pkcs12, jks) has a password, which is asked for on a "
			"terminal, or --password-file names a file with it. An identity is "
			"written with its certificate and those that are sent with it; by "
			"pkcs12, jks or --key with its key, which the password seals." },
	[COMMAND_RENAME] = { .name = "rename",
		.words = "CERT NAME",
		.least = 2,
		.most = 2,
		.options = TAKES(CHANGES, O(WHY)),
		.group = GROUP_CERTIFICATES,
		.writes = true,
		.help = "give a certificate another name" },
	[COMMAND_NOTE] = { .name = "note",
		.words = "CERT TEXT",
		.least = 2,
		.most = 2,
		.options = TAKES(CHANGES, O(WHY)),
		.group = GROUP_CERTIFICATES,
		.writes = true,
		.help = "write a note on a certificate, or remove it" },
	[COMMAND_DELETE] = DECISION("delete", GROUP_CERTIFICATES, "move them to the trash"),
	[COMMAND_RESTORE] = DECISION(
		"restore", GROUP_CERTIFICATES, "take them from the trash back to where they were"),
	[COMMAND_PURGE] = { .name = "purge",
		.words = "[CERT…]",
		.most = ANY,
		.options = TAKES(CHANGES, O(WHY)),
		.group = GROUP_CERTIFICATES,
		.writes = true,
		.help = "empty the trash, or remove these from it" },
	[COMMAND_TRUST] =
		DECISION("trust", GROUP_TRUST, "accept certificates, and what they sign as a CA"),
	[COMMAND_UNTRUST] =
		DECISION("untrust", GROUP_TRUST, "no longer accept them; they wait for a decision"),
	[COMMAND_BLOCK] =
		DECISION("block", GROUP_TRUST, "refuse them, and every chain through them"),
	[COMMAND_EXPLAIN] = { .name = "explain",
		.words = "CERT|FILE|HOST:PORT",
		.least = 1,
		.most = 1,
		.options = TAKES(O(JSON), O(HOST), O(PURPOSE), O(DIALECT), O(SNI), O(NO_SAVE)),
		.group = GROUP_TRUST,
		.help = "why it is trusted, or why not and what mends it",
		.more = "A service is asked for its chain, and judged as a server of that name. "
			"What would make it trusted was tried on paper before it is offered, "
			"and comes from the narrowest to the widest." },
	[COMMAND_IMPACT] = { .name = "impact",
		.words = "[CERT]",
		.most = 1,
		.options = TAKES(O(JSON), O(STATE), O(UNUSED)),
		.group = GROUP_TRUST,
		.help = "which endpoints turn red if it went",
		.more = "The chains that the endpoints presented last are judged again without "
			"it, or with --state as if it were in that state; nothing is changed "
			"and nobody is asked. --unused lists the trusted CAs that no endpoint "
			"needs. Exits 4 where something turns red." },
	[COMMAND_GENERATE] = { .name = "generate",
		.options = TAKES(
			MAKES, O(DAYS), O(AS_CA), O(PATH_LEN), O(PERMIT), O(EXCLUDE), O(TRUST)),
		.group = GROUP_IDENTITIES,
		.writes = true,
		.help = "a key and its self-signed certificate, or a CA",
		.more = "The common name is put among the alternative names where it is a host, "
			"since clients look there only. --password-file seals the key, which is "
			"asked for at every start of a server that uses it; without it whoever "
			"reads the key's file has the key. --renew makes a new certificate for "
			"an identity; then --password-file opens its key, or seals the one that "
			"--new-key makes. --output writes the certificate to a file as well." },
	[COMMAND_REQUEST] = { .name = "request",
		.options = TAKES(MAKES, O(TICKET)),
		.group = GROUP_IDENTITIES,
		.writes = true,
		.help = "a key and a request that a CA answers",
		.more = "Without --output the request goes to standard output, ready to paste. "
			"It waits with its identity until certary identity attach brings the "
			"answer. --password-file and --renew are as for certary generate." },
	[COMMAND_SIGN] = { .name = "sign",
		.words = "CSR|-",
		.least = 1,
		.most = 1,
		.options = TAKES(CHANGES, O(WHY), O(SAN), O(DROP_SAN), O(DAYS), O(BY_CA),
			O(PROFILE), O(CRL_URL), O(ISSUER_URL), O(PASSWORD_FILE), O(OUTPUT)),
		.group = GROUP_IDENTITIES,
		.writes = true,
		.help = "answer a request as a CA",
		.more = "What is asked for is shown first (--dry-run only shows it). Of a "
			"request come its key, its subject and its names, and the names only "
			"where they were seen: on a terminal you are asked, elsewhere --yes "
			"takes them over, or --san gives those that count instead. Usage and "
			"purposes come from the profile. Without --output the certificate goes "
			"to standard output, and behind it the CAs below the root. "
			"--password-file opens the CA's key." },
	[COMMAND_IDENTITY_LIST] = { .name = "identity list",
		.words = "[PATTERN]",
		.most = 1,
		.options = TAKES(O(JSON), O(STATE)),
		.group = GROUP_IDENTITIES,
		.help = "keys with their requests and certificates",
		.more = "Without --state it lists all but the trash. States of identities are "
			"valid, expiring, expired, pending (a request waits), incomplete, key "
			"only, no key, and trash." },
	[COMMAND_IDENTITY_SHOW] = { .name = "identity show",
		.words = "NAME",
		.least = 1,
		.most = 1,
		.options = TAKES(O(JSON), O(PEM), O(TEXT)),
		.group = GROUP_IDENTITIES,
		.help = "everything about one, but nothing secret",
		.more = "--pem prints its certificate and those that are sent with it; where "
			"there is none yet, the request that waits." },
	[COMMAND_IDENTITY_IMPORT] = { .name = "identity import",
		.words = "FILE…|-",
		.least = 1,
		.most = ANY,
		.options = TAKES(CHANGES, O(WHY), O(NAME), O(PASSWORD_FILE), O(KEY_PASSWORD_FILE),
			O(PLAIN), O(NO_LIMITS)),
		.group = GROUP_IDENTITIES,
		.writes = true,
		.help = "take keys and what belongs to them from files",
		.more = "Give key, request, certificate and chain in any number of files and "
			"any order. --password-file opens them. A key that came sealed is kept "
			"sealed by the same password, unless --key-password-file names another "
			"or --plain wants none." },
	[COMMAND_IDENTITY_ATTACH] = { .name = "identity attach",
		.words = "NAME FILE…",
		.least = 2,
		.most = ANY,
		.options = TAKES(CHANGES, O(WHY), O(PASSWORD_FILE), O(NO_LIMITS)),
		.group = GROUP_IDENTITIES,
		.writes = true,
		.help = "put a CA's answer on an identity" },
	[COMMAND_IDENTITY_RENAME] = { .name = "identity rename",
		.words = "NAME NEW",
		.least = 2,
		.most = 2,
		.options = TAKES(CHANGES, O(WHY)),
		.group = GROUP_IDENTITIES,
		.writes = true,
		.help = "give an identity another name" },
	[COMMAND_IDENTITY_NOTE] = { .name = "identity note",
		.words = "NAME TEXT",
		.least = 2,
		.most = 2,
		.options = TAKES(CHANGES, O(WHY)),
		.group = GROUP_IDENTITIES,
		.writes = true,
		.help = "write a note on one, or remove it" },
	[COMMAND_IDENTITY_TICKET] = { .name = "identity ticket",
		.words = "NAME TEXT",
		.least = 2,
		.most = 2,
		.options = TAKES(CHANGES, O(WHY)),
		.group = GROUP_IDENTITIES,
		.writes = true,
		.help = "the CA's number for the request that waits" },
	[COMMAND_IDENTITY_DELETE] =
		IDENTITIES("identity delete", "move them to the trash, keys and all"),
	[COMMAND_IDENTITY_RESTORE] =
		IDENTITIES("identity restore", "take them back from the trash"),
	[COMMAND_IDENTITY_PURGE] =
		IDENTITIES("identity purge", "remove them from the trash for good"),
	[COMMAND_CA_ISSUED] = { .name = "ca issued",
		.words = "NAME",
		.least = 1,
		.most = 1,
		.options = TAKES(O(JSON)),
		.group = GROUP_IDENTITIES,
		.help = "what a CA has signed" },
	[COMMAND_CA_REVOKE] = { .name = "ca revoke",
		.words = "NAME CERT",
		.least = 2,
		.most = 2,
		.options = TAKES(CHANGES, O(WHY)),
		.group = GROUP_IDENTITIES,
		.writes = true,
		.help = "put one of these on the CA's list",
		.more = "CERT is its name, its serial number, or six or more digits of its "
			"fingerprint. Clients learn of it by the list: certary ca crl writes it." },
	[COMMAND_CA_CRL] = { .name = "ca crl",
		.words = "NAME",
		.least = 1,
		.most = 1,
		.options = TAKES(O(JSON), O(YES), O(DAYS), O(PASSWORD_FILE), O(OUTPUT)),
		.group = GROUP_IDENTITIES,
		.help = "sign the list of what was revoked",
		.more = "--days says for how long clients may use it (30 else). --password-file "
			"opens the CA's key. Without --output it goes to standard output." },
	[COMMAND_PROBE] = { .name = "probe",
		.words = "HOST:PORT",
		.least = 1,
		.most = 1,
		.options = TAKES(O(JSON), O(DIALECT), O(IDENTITY), O(TLS), O(SNI), O(HTTP),
			O(NO_SAVE), O(PASSWORD_FILE)),
		.group = GROUP_SERVICES,
		.help = "what a service presents, and if it is trusted",
		.more = "The dialect follows from the port, or from a scheme as in smtp://HOST, "
			"where --dialect doesn't say it. A certificate that isn't trusted is "
			"kept as untrusted with its evidence. Exits 0 where the chain is "
			"trusted here and the server takes us, 4 where not, 6 where the service "
			"can't be reached." },
	[COMMAND_CONNECT] = { .name = "connect",
		.words = "HOST:PORT",
		.least = 1,
		.most = 1,
		.options = TAKES(
			O(DIALECT), O(IDENTITY), O(PASSWORD_FILE), O(TLS), O(SNI), O(NO_SAVE)),
		.group = GROUP_SERVICES,
		.help = "a verified connection on stdin and stdout",
		.more = "Nothing is sent before the service was verified, and no client "
			"certificate either. One that isn't trusted is refused and kept as "
			"untrusted with its evidence; after certary trust the same command "
			"works. Exits 0 where both sides ended in good order, 4 where one "
			"refused the other, 6 where the connection failed or broke off." },
	[COMMAND_REHEARSE] = { .name = "rehearse",
		.options = TAKES(
			O(JSON), O(PORT), O(CLIENT_CA), O(IDENTITY), O(PASSWORD_FILE), O(TLS)),
		.group = GROUP_SERVICES,
		.help = "a partner for two-way handshakes on loopback",
		.more = "It demands a client certificate of the CAs given, else of the CAs "
			"among the identities, else of all CAs that are trusted, and tells of "
			"each visit until Ctrl-C. Without --identity it presents a certificate "
			"for localhost that is made for this run and kept nowhere." },
	[COMMAND_ENDPOINT_ADD] = { .name = "endpoint add",
		.words = "HOST:PORT",
		.least = 1,
		.most = 1,
		.options = TAKES(CHANGES, O(WHY), O(NAME), O(DIALECT), O(IDENTITY), O(FOR), O(SNI),
			O(TLS), O(NOTE), O(WARN_DAYS)),
		.group = GROUP_SERVICES,
		.writes = true,
		.help = "save a service, to be checked",
		.more = "One that is there under this name is replaced. Without --days the "
			"settings say how early one is warned." },
	[COMMAND_ENDPOINT_LIST] = { .name = "endpoint list",
		.options = TAKES(O(JSON)),
		.group = GROUP_SERVICES,
		.help = "the services that are saved" },
	[COMMAND_ENDPOINT_REMOVE] = { .name = "endpoint remove",
		.words = "NAME",
		.least = 1,
		.most = 1,
		.options = TAKES(CHANGES, O(WHY)),
		.group = GROUP_SERVICES,
		.writes = true,
		.help = "forget a service" },
	[COMMAND_ENDPOINT_HISTORY] = { .name = "endpoint history",
		.words = "NAME",
		.least = 1,
		.most = 1,
		.options = TAKES(O(JSON)),
		.group = GROUP_SERVICES,
		.help = "what a service presented, when, and what changed",
		.more = "The newest first, each with what speaks for and against the change "
			"from the one before it." },
	[COMMAND_ENDPOINT_ACCEPT] = { .name = "endpoint accept",
		.words = "NAME",
		.least = 1,
		.most = 1,
		.options = TAKES(O(JSON), O(DRY_RUN), O(YES)),
		.group = GROUP_SERVICES,
		.writes = true,
		.help = "take what it presented last for its own",
		.more = "A certificate of another issuer and a suspicious one wait: until they "
			"are accepted, or the service presents the old one again, every check "
			"tells of the change. Accepting trusts nothing." },
	[COMMAND_CHECK] = { .name = "check",
		.words = "[NAME…]",
		.most = ANY,
		.options = TAKES(O(JSON), O(AT), O(TIMELINE), O(NAGIOS), O(PROMETHEUS), O(NO_SAVE)),
		.group = GROUP_SERVICES,
		.help = "probe and judge all saved services",
		.more = "All are probed side by side. What isn't trusted is critical, what ends "
			"soon a warning, by days or by the share of its life that is left. So "
			"are suspicious changes since the last check, and other issuers. Exits "
			"4 where something is to be done, 6 where nothing but the network is at "
			"fault. --timeline asks nobody: it tells when the certificates of the "
			"last chains end, and which endpoints that breaks." },
	[COMMAND_UNDO] = { .name = "undo",
		.words = "[SEQ]",
		.most = 1,
		.options = TAKES(CHANGES, O(WHY)),
		.group = GROUP_STORE,
		.writes = true,
		.help = "take back the last change, or a change by number",
		.more = "SEQ is a number that certary log prints." },
	[COMMAND_LOG] = { .name = "log",
		.words = "[PATTERN]",
		.most = ANY,
		.options = TAKES(O(JSON), O(VERIFY)),
		.group = GROUP_STORE,
		.help = "who changed what, when, from where and why" },
	[COMMAND_DOCTOR] = { .name = "doctor",
		.options = TAKES(O(JSON), O(MEND)),
		.group = GROUP_STORE,
		.help = "check the store for what is amiss" },
	[COMMAND_HELP] = { .name = "help",
		.words = "[COMMAND]",
		.most = 2,
		.group = GROUP_STORE,
		.help = "the commands, or one of them in detail" },
};

const struct command_table command_table = { commands, COMMAND_COUNT };

static const char *const group_names[GROUP_COUNT] = {
	[GROUP_CERTIFICATES] = "Certificates",
	[GROUP_TRUST] = "Trust",
	[GROUP_IDENTITIES] = "Identities",
	[GROUP_SERVICES] = "Services",
	[GROUP_STORE] = "Store and help",
};

const struct option_row *option_row(enum option which)
{
	return &options[which];
}

const struct command_row *command_row(enum command which)
{
	return &commands[which];
}

const char *command_group_name(enum command_group group)
{
	return group_names[group];
}
