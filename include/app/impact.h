/*
 * Impact: what becomes of the saved services when certificates are held otherwise than now.
 *
 * The chain that each presented last is judged again without the network, by the store as it is and as
 * it would be.  Only chains that the certificates can touch are judged, so that the cost follows those
 * and not the size of the store.
 *
 * Life: `struct impact i = {0}; app_impact_…(…, &i, &err); … impact_done(&i)`, either way.
 */
#ifndef CERTARY_APP_IMPACT_H
#define CERTARY_APP_IMPACT_H

#include <stdbool.h>
#include <stddef.h>

#include "app/app.h"
#include "base/buf.h"

struct impact_row {
	char *name, *place;  /* of the endpoint, safe text */
	bool was, is;        /* trusted: as it is now, and as it would be */
	char *through;       /* the anchor that it would be trusted through; NULL where it wouldn't */
	char *reason;        /* the first one why it wouldn't, a sentence; NULL where it would */
	char *warning;       /* what a check would warn of though it became trusted; NULL: nothing known */
};

struct impact {
	struct impact_row *items; /* those that use one of the certificates now, or change: the worst first */
	size_t count, cap;
	size_t red, green; /* of these turn red; turn green */
	size_t warned;     /* of these become trusted and keep a warning */
	size_t endpoints, unseen; /* all that are saved; those that never presented a chain */
	bool narrows;             /* something would be held less than now */
};

/* An entry as if it were in another state; STATE_TRASH: as if it were gone. */
bool app_impact_entry(struct app *app, const struct entry *entry, enum state as, struct impact *out,
	struct error *err);

/* All rows of a plan together: two anchors that stand in for each other go at once.  A plan of very
 * many rows isn't looked at: then everything is 0. */
bool app_impact_plan(struct app *app, const struct plan *plan, struct impact *out,
	struct error *err);
void impact_done(struct impact *impact);

/*
 * What somebody should know of it before a change, a sentence in each line, appended to out; nothing
 * where no endpoint ever presented a chain.
 */
void impact_words(const struct impact *impact, struct buf *out);

/*
 * What could go: trusted CAs that no endpoint's chain goes through now, and what is over, whatever its
 * state but the trash; in the order of their names.
 */
enum spare_reason {
	SPARE_UNUSED = 1,
	SPARE_EXPIRED = 2,
};

struct spare {
	struct entry entry;
	unsigned reasons; /* enum spare_reason */
	char *why;        /* "no endpoint needs this CA; over since 2025-01-01" */
};

struct spares {
	struct spare *items;
	size_t count, cap;
	size_t endpoints, unseen; /* all that are saved; those that never presented a chain */
};

/* `reasons` are those to look for.  Borrowed from the store as entries are.  spares_done() it. */
bool app_spares(struct app *app, unsigned reasons, struct spares *out, struct error *err);
void spares_done(struct spares *spares);

/*
 * A plan that moves all of them to the trash.  ERROR_FAILED where no endpoint ever presented a chain and
 * unused ones are looked for: then nothing tells what is used, and all would go.
 */
bool app_plan_spares(struct app *app, unsigned reasons, struct plan *plan, struct error *err);

#endif
