/*
 * What the parts that look at declared services share.
 */
#ifndef CERTARY_SRC_APP_DECLARING_H
#define CERTARY_SRC_APP_DECLARING_H

#include "app/declared.h"

/* declared-stored.c: fill what lies in the files of all services, in a job. */
bool declared_look(struct app *app, struct declarations *d, struct error *err);

/* declared-served.c: ask the ports, and PostgreSQL's without TLS. */
bool declared_ask(struct app *app, struct declarations *d, struct error *err);

/* The same question for one port, as a job: is a session without TLS taken? */
bool declared_takes_plain(const char *address, uint16_t port);

/* declared.c: judge one service by what was seen of it. */
void declared_judge(struct app *app, const struct declarations *d, size_t number,
	const struct served *served, size_t count, struct declared_findings *out);

#endif
