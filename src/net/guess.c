/* What speaks here?  Asked where it isn't what it should have been. */
#include "net/talk.h"

#include "base/lang.h"

#include <string.h>

/* How a protocol begins, and a word that the beginning must hold besides. */
static const struct {
	const char *protocol, *begins, *holds;
	size_t len; /* 0: strlen(begins) */
} rows[] = {
	{ .protocol = "HTTP", .begins = "HTTP/" },
	{ .protocol = "HTTP", .begins = "<!DOCTYPE", },
	{ .protocol = "HTTP", .begins = "<html" },
	{ .protocol = "SSH", .begins = "SSH-" },
	{ .protocol = "FTP", .begins = "220", .holds = "FTP" },
	{ .protocol = "SMTP", .begins = "220", .holds = "SMTP" },
	{ .protocol = "LMTP", .begins = "220", .holds = "LMTP" },
	{ .protocol = "SMTP or FTP", .begins = "220" },
	{ .protocol = "NNTP", .begins = "200 " },
	{ .protocol = "NNTP", .begins = "201 " },
	{ .protocol = "IMAP", .begins = "* OK" },
	{ .protocol = "IMAP", .begins = "* PREAUTH" },
	{ .protocol = "POP3", .begins = "+OK" },
	{ .protocol = "POP3", .begins = "-ERR" },
	{ .protocol = "ManageSieve", .begins = "\"IMPLEMENTATION\"" },
	{ .protocol = "XMPP", .begins = "<?xml" },
	{ .protocol = "XMPP", .begins = "<stream:" },
	{ .protocol = "VNC", .begins = "RFB 0" },
	{ .protocol = "Redis", .begins = "-NOAUTH" },
	{ .protocol = "Redis", .begins = "-DENIED" },
	{ .protocol = N_("TLS, without anything before it"), .begins = "\x15\x03" },
	{ .protocol = N_("TLS, without anything before it"), .begins = "\x16\x03" },
	{ .protocol = "PostgreSQL", .begins = "E\0\0\0", .len = 4 },
};

static bool fits(size_t row, const char *bytes, size_t len)
{
	size_t need = rows[row].len ? rows[row].len : strlen(rows[row].begins);
	const char *holds = rows[row].holds;
	return len >= need && memcmp(bytes, rows[row].begins, need) == 0 &&
	       (!holds || memmem(bytes, len, holds, strlen(holds)));
}

/* A greeting of MySQL: the length of its packet, number 0, protocol 10 or an error. */
static bool is_mysql(const unsigned char *b, size_t len)
{
	return len >= 5 && b[2] == 0 && b[3] == 0 && (b[4] == 0x0a || b[4] == 0xff);
}

const char *guess_protocol(const void *bytes, size_t len)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (fits(i, bytes, len))
			return lang_text(rows[i].protocol);
	return is_mysql(bytes, len) ? "MySQL" : NULL;
}
