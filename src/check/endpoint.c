#include "check/endpoint.h"

#include <stdlib.h>

#include "base/lang.h"
#include "base/mem.h"

struct endpoint *endpoints_add(struct endpoints *endpoints)
{
	endpoints->items = mem_grow(endpoints->items, endpoints->count, &endpoints->cap,
		sizeof *endpoints->items);
	struct endpoint *added = &endpoints->items[endpoints->count++];
	*added = (struct endpoint){ 0 };
	return added;
}

void endpoint_done(struct endpoint *endpoint)
{
	free(endpoint->name);
	free(endpoint->host);
	free(endpoint->sni);
	free(endpoint->tls);
	free(endpoint->identity);
	free(endpoint->purpose);
	free(endpoint->note);
	*endpoint = (struct endpoint){ 0 };
}

void endpoints_done(struct endpoints *endpoints)
{
	for (size_t i = 0; i < endpoints->count; i++)
		endpoint_done(&endpoints->items[i]);
	free(endpoints->items);
	*endpoints = (struct endpoints){ 0 };
}

static const char *const purposes[] = { N_("web"), N_("REST"), N_("LDAP"),
	N_("SMTP notifications"), N_("mailbox"), N_("database"), N_("VCS"),
	N_("message queue"), NULL };

const char *endpoint_purpose_at(size_t i)
{
	return i < sizeof purposes / sizeof *purposes ? purposes[i] : NULL;
}
