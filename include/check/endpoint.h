/*
 * Endpoints: the services that this server talks to.
 *
 * A record of what is saved of one; nothing here knows the file that it comes from or the network.
 */
#ifndef CERTARY_CHECK_ENDPOINT_H
#define CERTARY_CHECK_ENDPOINT_H

#include <stddef.h>
#include <stdint.h>

#include "net/dialect.h"

struct endpoint {
	char *name, *host; /* as people typed them: not safe text */
	uint16_t port;
	const struct dialect *dialect;
	char *sni, *tls;  /* NULL: as usual */
	char *identity;   /* what we show there; NULL: nothing */
	char *purpose;    /* "LDAP", "SMTP notifications"; NULL */
	char *note;       /* NULL */
	unsigned days, percent; /* when its certificates end soon; 0: as the settings say */
};

struct endpoints {
	struct endpoint *items;
	size_t count, cap;
};

/* Life: `struct endpoints all = {0}` … endpoints_done(&all). */
struct endpoint *endpoints_add(struct endpoints *endpoints);
void endpoint_done(struct endpoint *endpoint);
void endpoints_done(struct endpoints *endpoints);

/* What people usually save endpoints for: proposals, not a closed list; ends with NULL. */
const char *endpoint_purpose_at(size_t i);

#endif
