/*
 * The name and the note that people give.
 */
#ifndef CERTARY_APP_EDIT_H
#define CERTARY_APP_EDIT_H

#include <stdbool.h>

#include "app/app.h"

/*
 * Plan a new name or note (as typed; made safe here).  The certificate in the file stays what it is.
 * A name must not be empty nor another entry's; an empty note removes it.  What is so already adds
 * no row.
 */
bool app_plan_rename(struct app *app, const struct entry *entry, const char *name, struct plan *plan,
	struct error *err);
bool app_plan_note(struct app *app, const struct entry *entry, const char *note, struct plan *plan,
	struct error *err);

#endif
