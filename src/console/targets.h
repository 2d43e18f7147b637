/*
 * What the console remembers of targets: how each stands to the store, and the deployment that is
 * looked at, asked about or under way.
 */
#ifndef CERTARY_SRC_CONSOLE_TARGETS_H
#define CERTARY_SRC_CONSOLE_TARGETS_H

#include "app/deploy.h"
#include "app/identity.h"
#include "console/desk.h"

struct target_view {
	struct targets all; /* in the order of the file */
	struct target_status *statuses;
	bool read;
	struct error err; /* the file can't be read */
	struct list list;
	char *selected; /* the cursor stays on the target, not on the row: its name */

	struct deploy_job *job;  /* NULL: none is under way */
	char **names;            /* of the targets that it is about; none: all */
	size_t name_count;
	bool asked;              /* it is looked at because it is to be deployed */
	bool empty_is_meant;
	struct deploy_plan plan; /* as it was looked at last, or what came of it */
	struct buf passphrase;   /* of a sealed key that is deployed */
	struct pager text;       /* the page of one target */

	char *editing; /* the name of what is in the form; NULL: a new one */
	struct identities identities; /* to choose from */
};

struct target_view *targets_of(struct desk *desk); /* made where there is none, and read */
const struct target *targets_current(struct desk *desk); /* NULL: none; until the next reload */
void targets_select(struct desk *desk, const char *name);
void targets_remember_cursor(struct desk *desk);

/* target-paint.c: what would be done, or what came of it. */
void rows_deploy_plan(struct rows *rows, const struct deploy_plan *plan);
enum role target_state_role(enum target_state state);

/* target-form.c: of a target, NULL for a new one. */
enum reaction targets_open_form(struct desk *desk, const struct target *target);

/* deploy.c: look at targets; to be deployed, or to be shown.  NULL: all of them. */
enum reaction targets_look(struct desk *desk, const char *name, bool deploy);

/* What a deployment left that was interrupted is put right, and told in a dialog; at the start. */
void targets_mend(struct desk *desk);

#endif
