/*
 * Does a PostgreSQL server take sessions without TLS?  It is asked for one, with a name and a
 * database and nothing else, and its answer is the answer: it goes on to the login, or refuses
 * (pg_hba.conf with hostssl).  The connection is closed whatever it says, before a password.
 *
 * It blocks: called in a job (base/job.h).
 */
#ifndef CERTARY_NET_PLAINTEXT_H
#define CERTARY_NET_PLAINTEXT_H

#include <stdint.h>

#include "base/error.h"

enum plaintext {
	PLAINTEXT_UNKNOWN, /* nobody answers, or not as PostgreSQL does; the error says which */
	PLAINTEXT_TAKEN,
	PLAINTEXT_REFUSED,
};

/* address: numeric.  milliseconds: for all of it.  err may be NULL. */
enum plaintext plaintext_ask(
	const char *address, uint16_t port, unsigned milliseconds, struct error *err);

#endif
