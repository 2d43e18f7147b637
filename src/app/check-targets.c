/* What consumers have beside what the store says: without looking into more than receipts and stamps. */
#include "app/check.h"

enum outcome_level check_target_level(const struct target_status *status)
{
	static const enum outcome_level levels[] = {
		[TARGET_NEVER] = OUTCOME_OK, /* somebody has still to begin with it */
		[TARGET_CURRENT] = OUTCOME_OK,
		[TARGET_BEHIND] = OUTCOME_WARNING,
		[TARGET_CHANGED] = OUTCOME_CRITICAL,
	};
	return levels[status->state];
}

bool checks_targets(struct checks *checks, struct error *err)
{
	return app_targets(checks->app, &checks->targets, err) &&
	       app_target_statuses(checks->app, &checks->targets, &checks->fed, err);
}
