/* Which targets want to be deployed again: hints for whoever changed something. */
#include "app/deploy.h"

bool target_needs_deploying(enum target_state state)
{
	return state == TARGET_BEHIND || state == TARGET_CHANGED;
}

/* A hint isn't worth an error. */
size_t app_targets_behind(struct app *app)
{
	struct targets all = { 0 };
	struct target_status *statuses = NULL;
	struct error ignored;
	size_t behind = 0;
	bool ok = app_targets(app, &all, &ignored) && all.count > 0;
	if (ok)
		app_reload(app, &ignored);
	ok = ok && app_target_statuses(app, &all, &statuses, &ignored);
	for (size_t i = 0; ok && i < all.count; i++)
		behind += target_needs_deploying(statuses[i].state);
	target_statuses_free(statuses, all.count);
	targets_done(&all);
	return behind;
}
