#include "net/dialect.h"

#include <string.h>

#include "base/lang.h"
#include "net/talk.h"

static const struct dialect rows[] = {
	{ .name = "tls", .protocol = "TLS", .label = N_("TLS from the first byte"), .port = 443 },
	{ .name = "smtp",
		.protocol = "SMTP",
		.label = N_("SMTP with STARTTLS"),
		.port = 25,
		.manner = &manner_smtp },
	{ .name = "imap",
		.protocol = "IMAP",
		.label = N_("IMAP with STARTTLS"),
		.port = 143,
		.manner = &manner_imap },
	{ .name = "pop3",
		.protocol = "POP3",
		.label = N_("POP3 with STLS"),
		.port = 110,
		.manner = &manner_pop3 },
	{ .name = "ldap",
		.protocol = "LDAP",
		.label = N_("LDAP with StartTLS"),
		.port = 389,
		.manner = &manner_ldap },
	{ .name = "postgres",
		.protocol = "PostgreSQL",
		.label = N_("PostgreSQL's request for TLS"),
		.port = 5432,
		.manner = &manner_postgres },
	{ .name = "mysql",
		.protocol = "MySQL",
		.label = N_("MySQL's or MariaDB's request for TLS"),
		.port = 3306,
		.manner = &manner_mysql },
	{ .name = "ftp",
		.protocol = "FTP",
		.label = N_("FTP with AUTH TLS"),
		.port = 21,
		.manner = &manner_ftp },
	{ .name = "xmpp",
		.protocol = "XMPP",
		.label = N_("XMPP with STARTTLS, as a client"),
		.port = 5222,
		.manner = &manner_xmpp },
	{ .name = "sieve",
		.protocol = "ManageSieve",
		.label = N_("ManageSieve with STARTTLS"),
		.port = 4190,
		.manner = &manner_sieve },
	{ .name = "nntp",
		.protocol = "NNTP",
		.label = N_("NNTP with STARTTLS"),
		.port = 119,
		.manner = &manner_nntp },
	{ .name = "lmtp",
		.protocol = "LMTP",
		.label = N_("LMTP with STARTTLS"),
		.port = 24,
		.manner = &manner_lmtp },
};

#define ROWS (sizeof rows / sizeof rows[0])

/* Ports beside those of the table where TLS is asked for. */
static const struct {
	uint16_t port;
	const char *name;
} more_ports[] = {
	{ 587, "smtp" },
	{ 2525, "smtp" },
	{ 1389, "ldap" },
	{ 3268, "ldap" },
	{ 6432, "postgres" },
};

const struct dialect *dialect_at(size_t i)
{
	return i < ROWS ? &rows[i] : NULL;
}

const struct dialect *dialect_named(const char *name)
{
	for (size_t i = 0; i < ROWS; i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

const struct dialect *dialect_of_port(uint16_t port)
{
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].port == port)
			return &rows[i];
	for (size_t i = 0; i < sizeof more_ports / sizeof more_ports[0]; i++)
		if (more_ports[i].port == port)
			return dialect_named(more_ports[i].name);
	return &rows[0];
}
