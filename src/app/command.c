#include "app/command.h"

#include <string.h>

#include "base/buf.h"

#define O(x)    (1u << OPTION_##x)
#define CHANGES (O(JSON) | O(DRY_RUN) | O(YES))
#define ANY     SIZE_MAX

static const struct option_row options[OPTION_COUNT] = {
	[OPTION_STORE] = { "store", "DIR", "the store to work on", true },
	[OPTION_CONFIG] = { "config", "FILE", "settings, instead of the usual files", true },
	[OPTION_READ_ONLY] = { "read-only", NULL, "change nothing, whatever is asked", true },
	[OPTION_THEME] = { "theme", "NAME", "colours of the console", true },
	[OPTION_HELP] = { "help", NULL, "say what a command does", true },
	[OPTION_VERSION] = { "version", NULL, "say which certary this is", true },
	[OPTION_JSON] = { "json", NULL, "print JSON", false },
	[OPTION_DRY_RUN] = { "dry-run", NULL, "print the plan and change nothing", false },
	[OPTION_YES] = { "yes", NULL, "do it without asking", false },
	[OPTION_WHY] = { "why", "TEXT", "the reason, for the journal", false },
	[OPTION_STATE] = { "state", "S", "trusted, untrusted, blocked or trash", false },
	[OPTION_EXPIRING] = { "expiring", "N[d|%]",
		"those that end within N days, or have less than N % of their life left", false },
	[OPTION_EXPIRED] = { "expired", NULL, "those that are over", false },
	[OPTION_SELF_SIGNED] = { "self-signed", NULL, "those signed by their own key", false },
	[OPTION_CA] = { "ca", NULL, "those that may sign others", false },
	[OPTION_SORT] = { "sort", "COL",
		"name, state, days, subject, issuer, added, key or fingerprint", false },
	[OPTION_REVERSE] = { "reverse", NULL, "sort downwards", false },
	[OPTION_NAME] = { "name", "N", "the name to give", false },
	[OPTION_PEM] = { "pem", NULL, "print it as PEM", false },
	[OPTION_DER] = { "der", NULL, "print it as DER", false },
	[OPTION_TEXT] = { "text", NULL, "print its fields (the default)", false },
	[OPTION_PASSWORD_FILE] = { "password-file", "F", "the keystore's password is F's first line",
		false },
	[OPTION_PICK] = { "pick", "LIST", "take only these, as in 1,3-5", false },
	[OPTION_NO_LIMITS] = { "no-limits", NULL, "take what is over the limits, too", false },
	[OPTION_VERIFY] = { "verify", NULL, "check the chain of the journal", false },
	[OPTION_MEND] = { "mend", NULL, "mend what needs no decision", false },
	[OPTION_HOST] = { "host", "NAME", "the host that it must be good for", false },
	[OPTION_PURPOSE] = { "purpose", "P", "what it must be good for: server or client", false },
	[OPTION_FORMAT] = { "format", "F", "pem, chain, der, pkcs7, pkcs12 or jks", false },
	[OPTION_OUTPUT] = { "output", "FILE", "write to FILE, whose suffix hints at the format",
		false },
};

#define DECISION(verb, text)                                                                       \
	{ .name = verb, .words = "CERT…", .least = 1, .most = ANY, .options = CHANGES | O(WHY),    \
		.writes = true, .help = text }

static const struct command_row commands[COMMAND_COUNT] = {
	[COMMAND_LIST] = { .name = "list",
		.words = "[PATTERN]",
		.most = ANY,
		.options = O(JSON) | O(STATE) | O(EXPIRING) | O(EXPIRED) | O(SELF_SIGNED) | O(CA) |
			   O(SORT) | O(REVERSE),
		.help = "certificates: all but the trash, or those that a pattern finds" },
	[COMMAND_SHOW] = { .name = "show",
		.words = "CERT|FILE",
		.least = 1,
		.most = 1,
		.options = O(JSON) | O(PEM) | O(DER) | O(TEXT),
		.help = "properties of a certificate in the store or in a file" },
	[COMMAND_IMPORT] = { .name = "import",
		.words = "FILE…|-",
		.least = 1,
		.most = ANY,
		.options = CHANGES | O(WHY) | O(NAME) | O(STATE) | O(PASSWORD_FILE) | O(PICK) |
			   O(NO_LIMITS),
		.writes = true,
		.help = "take certificates from files, folders or standard input" },
	[COMMAND_EXPORT] = { .name = "export",
		.words = "CERT…",
		.least = 1,
		.most = ANY,
		.options = O(JSON) | O(YES) | O(FORMAT) | O(OUTPUT) | O(PASSWORD_FILE),
		.help = "write certificates for other programs, to a file or standard output" },
	[COMMAND_RENAME] = { .name = "rename",
		.words = "CERT NAME",
		.least = 2,
		.most = 2,
		.options = CHANGES | O(WHY),
		.writes = true,
		.help = "give a certificate another name" },
	[COMMAND_NOTE] = { .name = "note",
		.words = "CERT TEXT",
		.least = 2,
		.most = 2,
		.options = CHANGES | O(WHY),
		.writes = true,
		.help = "write a note on a certificate; an empty one removes it" },
	[COMMAND_TRUST] = DECISION("trust", "accept certificates, and what they sign as a CA"),
	[COMMAND_UNTRUST] = DECISION("untrust", "no longer accept them; they wait for a decision"),
	[COMMAND_BLOCK] = DECISION("block", "refuse them, and every chain through them"),
	[COMMAND_DELETE] = DECISION("delete", "move them to the trash"),
	[COMMAND_RESTORE] = DECISION("restore", "take them from the trash back to where they were"),
	[COMMAND_PURGE] = { .name = "purge",
		.words = "[CERT…]",
		.most = ANY,
		.options = CHANGES | O(WHY),
		.writes = true,
		.help = "empty the trash, or remove these from it" },
	[COMMAND_UNDO] = { .name = "undo",
		.words = "[SEQ]",
		.most = 1,
		.options = CHANGES | O(WHY),
		.writes = true,
		.help = "take back the last change, or the one of that number" },
	[COMMAND_LOG] = { .name = "log",
		.words = "[PATTERN]",
		.most = ANY,
		.options = O(JSON) | O(VERIFY),
		.help = "who changed what, when, from where and why" },
	[COMMAND_EXPLAIN] = { .name = "explain",
		.words = "CERT|FILE",
		.least = 1,
		.most = 1,
		.options = O(JSON) | O(HOST) | O(PURPOSE),
		.help = "why a certificate or a file's chain is trusted, or why not" },
	[COMMAND_MATCH] = { .name = "match",
		.words = "CERT|FILE FINGERPRINT",
		.least = 2,
		.most = ANY,
		.options = O(JSON),
		.help = "compare with a fingerprint that somebody reads out" },
	[COMMAND_DOCTOR] = { .name = "doctor",
		.options = O(JSON) | O(MEND),
		.help = "check the store for what is amiss" },
	[COMMAND_HELP] = { .name = "help",
		.words = "[COMMAND]",
		.most = 1,
		.help = "the commands, or one of them in detail" },
};

const struct option_row *option_row(enum option which)
{
	return &options[which];
}

const struct command_row *command_row(enum command which)
{
	return &commands[which];
}

bool command_find(const char *name, enum command *out)
{
	for (int i = 0; i < COMMAND_COUNT; i++) {
		if (strcmp(commands[i].name, name) == 0) {
			*out = (enum command)i;
			return true;
		}
	}
	return false;
}

bool option_find(const char *name, size_t len, enum option *out)
{
	for (int i = 0; i < OPTION_COUNT; i++) {
		if (strlen(options[i].name) == len && memcmp(options[i].name, name, len) == 0) {
			*out = (enum option)i;
			return true;
		}
	}
	return false;
}

/* The few that fingers know. */
static const struct {
	char letter;
	enum option option;
} letters[] = {
	{ 'h', OPTION_HELP },
	{ 'o', OPTION_OUTPUT },
};
#define LETTERS (sizeof letters / sizeof *letters)

bool option_find_letter(char letter, enum option *out)
{
	for (size_t i = 0; i < LETTERS; i++) {
		if (letters[i].letter == letter) {
			*out = letters[i].option;
			return true;
		}
	}
	return false;
}

char option_letter(enum option which)
{
	for (size_t i = 0; i < LETTERS; i++)
		if (letters[i].option == which)
			return letters[i].letter;
	return '\0';
}

char *command_synopsis(enum command which)
{
	const struct command_row *row = &commands[which];
	struct buf out = { 0 };
	buf_text_add(&out, row->name);
	for (int i = 0; i < OPTION_COUNT; i++) {
		if (!(row->options & 1u << i))
			continue;
		buf_format(&out, " [--%s%s%s]", options[i].name, options[i].argument ? " " : "",
			options[i].argument ? options[i].argument : "");
	}
	if (row->words)
		buf_format(&out, " %s", row->words);
	return buf_take(&out);
}
