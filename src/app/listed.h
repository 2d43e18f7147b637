/*
 * Lists of groups in the file `endpoints`: services and targets, read one by one and changed by a plan.
 */
#ifndef CERTARY_SRC_APP_LISTED_H
#define CERTARY_SRC_APP_LISTED_H

#include <stdbool.h>
#include <stddef.h>

#include "app/app.h"
#include "conf/lists.h"
#include "conf/tree.h"

/*
 * Called for each group of the list, as the file is or, with a plan, as that will leave it; false ends it
 * with the error that conf_fail() made.
 */
typedef bool listed_take_fn(void *ctx, const struct conf_node *node, struct error *err);
bool listed_read(struct app *app, const struct plan *plan, const char *list, listed_take_fn *take,
	void *ctx, struct error *err);

/* A text of a group, as it is written; NULL where there is none.  What is no text is an error. */
bool listed_text(const struct conf_node *node, const char *key, char **out, struct error *err);

struct listed_change {
	const char *list;    /* "endpoints" */
	const char *what;    /* "endpoint": for errors, and the plan's op */
	const char *name;    /* as typed */
	const char *instead; /* another one that goes with the same change; NULL: none */
	const struct list_field *fields; /* the first is the name; NULL: the group goes */
	size_t count;
	const char *was, *now; /* for the plan, safe text */
};

/* No row where nothing would change; a plan that changes the file already has its row changed. */
bool listed_plan(struct app *app, const struct listed_change *change, struct plan *plan,
	struct error *err);

#endif
