/*
 * Dialects: how a conversation gets to TLS.  A row of the table in src/net/dialect.c each.
 *
 * Direct TLS begins with the first byte; every other dialect is a protocol in plain text in which
 * TLS is asked for (STARTTLS and its kin), spoken up to the server's go-ahead.
 */
#ifndef CERTARY_NET_DIALECT_H
#define CERTARY_NET_DIALECT_H

#include <stddef.h>
#include <stdint.h>

struct manner; /* the machine that speaks it: src/net/talk.h */

struct dialect {
	const char *name;  /* "smtp", as commands and endpoints say it */
	const char *label; /* "SMTP with STARTTLS" */
	const char *protocol; /* "SMTP" */
	uint16_t port;        /* where such servers listen */
	const struct manner *manner; /* NULL: TLS from the first byte */
};

const struct dialect *dialect_at(size_t i);            /* direct TLS first; ends with NULL */
const struct dialect *dialect_named(const char *name); /* NULL where there is none */

/* What usually listens on this port; direct TLS where nothing else does.  Never NULL. */
const struct dialect *dialect_of_port(uint16_t port);

#endif
