/*
 * Who takes a domain's mail (RFC 5321, section 5.1).
 */
#ifndef CERTARY_NET_MX_H
#define CERTARY_NET_MX_H

#include <stdbool.h>
#include <stddef.h>

#define MX_MOST 4

struct mx {
	char *hosts[MX_MOST]; /* of the lowest preference, which are tried first; by name, and nothing else */
	size_t count;
};

/*
 * Ask the resolver; it takes some seconds where nobody answers, so call it in a job.  False where there is
 * no such record or no answer: the domain's own host takes its mail then.  True with none: the domain
 * takes no mail (RFC 7505).
 */
bool mx_find(const char *domain, struct mx *out);

/* The same of an answer (RFC 1035) that came already. */
bool mx_read(const unsigned char *bytes, size_t len, struct mx *out);

void mx_done(struct mx *mx);

#endif
