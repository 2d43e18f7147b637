/*
 * The programs that certary starts for its operator, and no others: see base/runner.h.
 */
#ifndef CERTARY_APP_PROGRAMS_H
#define CERTARY_APP_PROGRAMS_H

#include <stdbool.h>

#include "app/app.h"

enum {
	PROGRAMS_TOOLS = 1u << 0,  /* of consumers and distributions, and the commands that reload targets */
	PROGRAMS_SSH = 1u << 1,    /* asks another server for its list */
	PROGRAMS_EDITOR = 1u << 2, /* the one that edit_text() chooses */
	PROGRAMS_SELF = 1u << 3,   /* certary's own commands */
};

/*
 * From now on programs are started by a runner, and of these kinds only; walls may be raised then.  A
 * command that reloads is one that a target of the store names at that moment, where nobody else could
 * have written that.  To be called with one thread; false where processes are used up.
 */
bool app_programs_begin(struct app *app, unsigned kinds, struct error *err);

#endif
