/*
 * Saved targets: the list `targets` of the store's file `endpoints`, read and changed.
 */
#ifndef CERTARY_APP_TARGET_H
#define CERTARY_APP_TARGET_H

#include <stdbool.h>

#include "app/app.h"
#include "deploy/target.h"

/* All of them, as the file has them.  An error names the file and the line that is off. */
bool app_targets(struct app *app, struct targets *out, struct error *err);

/* The same as a plan will leave them. */
bool app_targets_after(struct app *app, const struct plan *plan, struct targets *out,
	struct error *err);

/* By name; ERROR_NOT_FOUND where nobody bears it. */
bool app_target_find(const struct targets *all, const char *name, const struct target **out,
	struct error *err);

/* All that are called so, for which `wanted` gets true; without names all of them. */
bool targets_choose(const struct targets *all, const char *const *names, size_t count, bool *wanted,
	struct error *err);

/*
 * Save one, instead of the one of its name.  `instead` is the name that it had before, NULL where it had
 * none.  ERROR_USAGE where its kind needs something else (target_check()), or another target writes to
 * the same place.
 */
bool app_plan_target(struct app *app, const struct target *target, const char *instead,
	struct plan *plan, struct error *err);
bool app_plan_target_remove(struct app *app, const struct target *target, struct plan *plan,
	struct error *err);

/*
 * Fill in the paths and the owner that aren't said, of a target whose `service` is: "postgresql", or
 * "postgresql 15/main" where there are several: as its configuration
 * says, below root (NULL: of this server).
 * ERROR_NOT_FOUND where that names no certificate, or where there are several.
 */
bool app_target_of_service(const char *root, struct target *target, struct error *err);

/* What it writes to, in words: "/etc/ssl/app", "the system's anchors"; the caller frees. */
char *target_place(const struct target *target);

#endif
