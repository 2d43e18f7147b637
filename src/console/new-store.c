/*
 * Is a store one that nobody has used yet?  Then the wizard opens.
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
