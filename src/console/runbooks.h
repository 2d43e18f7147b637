/*
 * What the console remembers of runbooks: the page that lists them, and the one that is open.
 */
#ifndef CERTARY_SRC_CONSOLE_RUNBOOKS_H
#define CERTARY_SRC_CONSOLE_RUNBOOKS_H

#include <stdbool.h>
#include <stddef.h>

#include "app/runbook.h"
#include "tui/list.h"
#include "tui/pager.h"

struct runbook_view {
	struct runbooks all;
	bool read, stale;
	struct list list;
	char *selected; /* the cursor stays on the runbook, not on the row: its file; NULL: none */

	/* The one that is open: its steps, then its inputs. */
	char *open; /* its file; NULL: none */
	struct list rows;
	struct pager detail;
	bool placed;         /* the cursor has been put on the first open step */
	size_t about;        /* the row that a dialog is about */
	char *about_text;    /* and what it said then */
	const char *template; /* of the one that is being named; static */
};

struct desk;

void runbooks_view_done(struct desk *desk);
void runbooks_refresh(struct desk *desk); /* `all` is up to date then */
const struct runbook *runbooks_current(struct desk *desk); /* NULL: none; until the next reload */
const struct runbook *runbook_opened(struct desk *desk);   /* NULL: none, or it is gone */

/* The rows are the steps, then the inputs; NULL: another one, or none, stands there. */
const struct runbook_input *runbook_input_at(const struct runbook *book, size_t row);
const struct runbook_step *runbook_step_at(const struct runbook *book, size_t row);
size_t runbook_number_of(const struct runbook *book, const struct runbook_step *step); /* from 0 */

/* The step under the cursor, to be found again by the second one whatever is read meanwhile; NULL: there is
 * none to change any more, which has been said. */
const struct runbook *runbook_step_here(struct desk *desk, size_t *step);
const struct runbook *runbook_step_again(struct desk *desk, size_t *step);
enum reaction runbook_open(struct desk *desk, const struct runbook *book);

#endif
