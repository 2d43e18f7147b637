/*
 * A store that is empty: offer what the system trusts as a start.
 */
#include "console/desk.h"

static bool any_line(void *ctx, const struct journal_line *line)
{
	(void)line;
	*(bool *)ctx = true;
	return false;
}

/* One that somebody has emptied, or that has identities alone, isn't: its journal has lines. */
bool store_is_new(struct desk *desk)
{
	bool any = false;
	struct error ignored = { 0 };
	struct identities all = { 0 };
	app_log(desk->app, "", any_line, &any, &ignored);
	if (!any && app_identities(desk->app, &all, &ignored))
		any = all.count > 0;
	identities_done(&all);
	return !any;
}

static void bundle_arrived(void *ctx, struct haul *take)
{
	struct desk *desk = ctx;
	struct plan plan = { 0 };
	struct import_result result = { 0 };
	struct error err = { 0 };
	desk->import_job = NULL;
	desk->pending--;
	bool ok = import_plan(desk->app, take, NULL, STATE_TRUSTED, &plan, &result, &err) &&
		  app_apply(desk->app, &plan, NULL, &err);
	if (ok)
		app_reload(desk->app, &err);
	if (ok)
		desk_say(desk, ROLE_GOOD, "imported %zu certificates; u takes it back", result.fresh);
	else
		desk_error(desk, &err);
	plan_done(&plan);
	desk->reaction |= REACT_RELOAD;
}

static enum reaction offer_answered(struct desk *desk, struct dialog *dialog, bool done)
{
	struct import_options options = { 0 };
	struct error err = { 0 };
	(void)dialog;
	if (!done)
		return REACT_REPAINT;
	desk->import_job = import_start(desk->app, desk->loop, import_system_bundle(), NULL, 0, &options,
		bundle_arrived, desk, &err);
	if (!desk->import_job)
		return desk_error(desk, &err);
	desk->pending++;
	desk_say(desk, ROLE_STATUS, "importing…");
	return REACT_REPAINT;
}

enum reaction offer_bundle(struct desk *desk)
{
	struct rows rows = { 0 };
	const char *path = import_system_bundle();
	if (!path || app_read_only(desk->app))
		return REACT_NONE;
	rows_add(&rows, ROLE_VALUE, NULL, "This store is empty. It can start with the public CAs "
					  "that this system trusts:");
	rows_add(&rows, ROLE_VALUE, "", path);
	rows_add(&rows, ROLE_DIM, NULL, "Or leave it empty and import what you need with i.");
	return desk_ask(desk,
		dialog_confirm("A new store", DIALOG_CALM, &rows, "import them as trusted"),
		offer_answered);
}
