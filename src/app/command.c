#include "app/command.h"

#define O(x)    OPTION_BIT(OPTION_##x)
#define CHANGES (O(JSON) | O(DRY_RUN) | O(YES))
#define ANY     SIZE_MAX

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
		.help = "the keystore's password is F's first line" },
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
	[OPTION_OUTPUT] = { .name = "output",
		.argument = "FILE",
		.help = "write to FILE, whose suffix hints at the format" },
	[OPTION_DIALECT] = { .name = "dialect",
		.argument = "D",
		.help = "how TLS starts: tls, smtp, imap, pop3, ldap, postgres, mysql, ftp, xmpp, sieve, "
			"nntp or lmtp" },
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
	[OPTION_NO_SAVE] = { .name = "no-save", .help = "keep nothing of what was presented" },
};

#define DECISION(verb, of, text)                                                                   \
	{ .name = verb, .words = "CERT…", .least = 1, .most = ANY, .options = CHANGES | O(WHY),    \
		.group = of, .writes = true, .help = text }

static const struct command_row commands[COMMAND_COUNT] = {
	[COMMAND_LIST] = { .name = "list",
		.words = "[PATTERN]",
		.most = ANY,
		.options = O(JSON) | O(STATE) | O(EXPIRING) | O(EXPIRED) | O(SELF_SIGNED) | O(CA) |
			   O(SORT) | O(REVERSE),
		.group = GROUP_CERTIFICATES,
		.help = "certificates, or those that a pattern finds",
		.more = "Without --state it lists all but the trash. A pattern is searched for in name, "
			"subject, issuer, SANs, serial, fingerprint and note." },
	[COMMAND_SHOW] = { .name = "show",
		.words = "CERT|FILE",
		.least = 1,
		.most = 1,
		.options = O(JSON) | O(PEM) | O(DER) | O(TEXT),
		.group = GROUP_CERTIFICATES,
		.help = "properties of a certificate, stored or in a file" },
	[COMMAND_MATCH] = { .name = "match",
		.words = "CERT|FILE FINGERPRINT",
		.least = 2,
		.most = ANY,
		.options = O(JSON),
		.group = GROUP_CERTIFICATES,
		.help = "compare with a fingerprint that is read out" },
	[COMMAND_IMPORT] = { .name = "import",
		.words = "FILE…|-",
		.least = 1,
		.most = ANY,
		.options = CHANGES | O(WHY) | O(NAME) | O(STATE) | O(PASSWORD_FILE) | O(PICK) |
			   O(NO_LIMITS),
		.group = GROUP_CERTIFICATES,
		.writes = true,
		.help = "take certificates from files, folders or stdin",
		.more = "They are trusted unless --state says otherwise. The format is found by the "
			"content. A keystore's password is asked for on a terminal, or --password-file "
			"names a file with it." },
	[COMMAND_EXPORT] = { .name = "export",
		.words = "CERT…",
		.least = 1,
		.most = ANY,
		.options = O(JSON) | O(YES) | O(FORMAT) | O(OUTPUT) | O(PASSWORD_FILE),
		.group = GROUP_CERTIFICATES,
		.help = "write certificates for other programs",
		.more = "Without --output they go to standard output. The format is what --format "
			"names, else what the file's suffix says, else PEM. A truststore (pkcs12, jks) "
			"has a password, which is asked for on a terminal, or --password-file names a "
			"file with it." },
	[COMMAND_RENAME] = { .name = "rename",
		.words = "CERT NAME",
		.least = 2,
		.most = 2,
		.options = CHANGES | O(WHY),
		.group = GROUP_CERTIFICATES,
		.writes = true,
		.help = "give a certificate another name" },
	[COMMAND_NOTE] = { .name = "note",
		.words = "CERT TEXT",
		.least = 2,
		.most = 2,
		.options = CHANGES | O(WHY),
		.group = GROUP_CERTIFICATES,
		.writes = true,
		.help = "write a note on a certificate, or remove it" },
	[COMMAND_DELETE] = DECISION("delete", GROUP_CERTIFICATES,
		"move them to the trash"),
	[COMMAND_RESTORE] = DECISION("restore", GROUP_CERTIFICATES,
		"take them from the trash back to where they were"),
	[COMMAND_PURGE] = { .name = "purge",
		.words = "[CERT…]",
		.most = ANY,
		.options = CHANGES | O(WHY),
		.group = GROUP_CERTIFICATES,
		.writes = true,
		.help = "empty the trash, or remove these from it" },
	[COMMAND_TRUST] = DECISION("trust", GROUP_TRUST,
		"accept certificates, and what they sign as a CA"),
	[COMMAND_UNTRUST] = DECISION("untrust", GROUP_TRUST,
		"no longer accept them; they wait for a decision"),
	[COMMAND_BLOCK] = DECISION("block", GROUP_TRUST,
		"refuse them, and every chain through them"),
	[COMMAND_EXPLAIN] = { .name = "explain",
		.words = "CERT|FILE",
		.least = 1,
		.most = 1,
		.options = O(JSON) | O(HOST) | O(PURPOSE),
		.group = GROUP_TRUST,
		.help = "why a certificate or chain is trusted, or why not" },
	[COMMAND_PROBE] = { .name = "probe",
		.words = "HOST:PORT",
		.least = 1,
		.most = 1,
		.options = O(JSON) | O(DIALECT) | O(IDENTITY) | O(TLS) | O(SNI) | O(HTTP) | O(NO_SAVE) |
			   O(PASSWORD_FILE),
		.group = GROUP_SERVICES,
		.help = "what a service presents, and if it is trusted",
		.more = "The dialect follows from the port, or from a scheme as in smtp://HOST, where "
			"--dialect doesn't say it. A certificate that isn't trusted is kept as "
			"untrusted with its evidence. Exits 0 where the chain is trusted here and the "
			"server takes us, 4 where not, 6 where the service can't be reached." },
	[COMMAND_UNDO] = { .name = "undo",
		.words = "[SEQ]",
		.most = 1,
		.options = CHANGES | O(WHY),
		.group = GROUP_STORE,
		.writes = true,
		.help = "take back the last change, or a change by number",
		.more = "SEQ is a number that certary log prints." },
	[COMMAND_LOG] = { .name = "log",
		.words = "[PATTERN]",
		.most = ANY,
		.options = O(JSON) | O(VERIFY),
		.group = GROUP_STORE,
		.help = "who changed what, when, from where and why" },
	[COMMAND_DOCTOR] = { .name = "doctor",
		.options = O(JSON) | O(MEND),
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
