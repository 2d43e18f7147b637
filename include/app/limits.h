/*
 * Trust with a scope and an end: for some services only, until a day, because of a ticket.
 *
 * Such an entry stands in the folder `limited`, never in `trusted`, whose readers can't know for whom it
 * is meant (store/limits.h).  When its end has come it is as untrusted, and whoever may write puts it
 * back there: app_lapse().
 */
#ifndef CERTARY_APP_LIMITS_H
#define CERTARY_APP_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/app.h"
#include "base/buf.h"
#include "store/limits.h"

/* As typed. */
struct limits_wish {
	const char *const *services; /* names of endpoints, or HOST:PORT */
	size_t count;
	const char *until;  /* a date, a time, or "7d", "2w" from now; NULL: no end */
	const char *ticket; /* NULL: none */
};

/* The headers that a wish comes to; safe text. */
struct limits_made {
	struct buf scope, until, ticket;
};

/*
 * ERROR_USAGE where it names neither a service nor an end, or one that is past or no date; NOT_FOUND
 * never: what isn't saved must read as a service.  limits_made_done() it, either way.
 */
bool app_limits(struct app *app, const struct limits_wish *wish, struct limits_made *out,
	struct error *err);
void limits_made_done(struct limits_made *made);

/* Trust an entry within these alone, whatever its state but the trash; op is "trust".  Where it is held
 * so already the plan gets no row. */
bool app_plan_limited(struct app *app, const struct limits *limits, const struct entry *entry,
	struct plan *plan, struct error *err);

/* When the next end of trust comes, seconds since 1970; INT64_MAX: none.  Known until a change. */
int64_t app_next_lapse(struct app *app);

/*
 * Put back what is over, each a change of its own in the journal.  `told` gets a line for each, what
 * can't be put back stays as it is, untrusted in effect.  Nothing happens to a store that may only be
 * read.  True where something was put back: then the store was reloaded.
 */
bool app_lapse(struct app *app, struct buf *told);

/* Services of limited entries that no endpoint has, a sentence each. */
void app_limits_doubts(struct app *app, struct buf *out);

#endif
