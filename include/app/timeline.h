/*
 * When does what break: the chains that the endpoints presented last, as of the days on which their
 * certificates end.  Nobody is asked; whether another path takes over is judged for the day after.
 */
#ifndef CERTARY_APP_TIMELINE_H
#define CERTARY_APP_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/app.h"
#include "base/buf.h"
#include "check/endpoint.h"
#include "check/timeline.h"
#include "pki/judge.h"

/* One that is red from the beginning. */
struct outlook_red {
	size_t number;
	char *reason;
};

struct outlook {
	struct timeline timeline; /* numbers are those of the endpoints */
	struct outlook_red *red;
	size_t red_count;
	size_t count, unseen; /* endpoints that are looked at; those that never presented a chain */
	int64_t from;
	/* The rest is private. */
	struct services *services;
	struct judgement *judged;
};

/*
 * All endpoints, or those of these names, from a day on; 0: from now on.
 *
 * Life: `struct outlook o = {0}; app_outlook(…, &o, &err) … outlook_done(&o)`, either way.
 */
bool app_outlook(struct app *app, const char *const *names, size_t count, int64_t from,
	struct outlook *out, struct error *err);
void outlook_done(struct outlook *outlook);
/* What ends, as the store calls it; the caller frees. */
char *outlook_name(const struct outlook *outlook, const struct timeline_event *event);
const struct endpoint *outlook_endpoint(const struct outlook *outlook, size_t number);

/*
 * Does anything speak against the clock of this machine?  A sentence is appended to out: the journal or
 * a probe is later than now, or several peers presented what isn't valid yet.
 */
bool app_clock_doubt(struct app *app, struct buf *out);

#endif
