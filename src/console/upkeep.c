/*
 * What the console does beside its loop.  A store that was never read, or of which much changed, gets
 * its index built by a job; and once after the start each file is compared with what is known of it,
 * some at a time, because an edit in place tells nobody.
 */
#include "console/desk.h"

#define CHECK_FIRST_MS 300
#define CHECK_NEXT_MS  4
#define CHECK_FILES    256 /* less than a millisecond */

static void check_some(void *ctx)
{
	struct desk *desk = ctx;
	struct error err = { 0 };
	bool more = app_check(desk->app, CHECK_FILES);
	desk->check_timer = 0;
	if (more)
		desk->check_timer = loop_after(desk->loop, CHECK_NEXT_MS, check_some, desk);
	if (!app_has_suspects(desk->app))
		return;
	if (app_reload(desk->app, &err))
		desk->reaction |= REACT_RELOAD;
}

static void read_on(void *ctx, size_t done, size_t total)
{
	struct desk *desk = ctx;
	if (!app_is_incomplete(desk->app))
		return;
	desk->reading = total ? (int)(done * 100 / total) : 0;
	desk->reaction |= REACT_REPAINT;
}

static void built(void *ctx, bool ok, const struct error *err)
{
	struct desk *desk = ctx;
	struct error ignored = { 0 };
	desk->pending -= desk->reading >= 0;
	desk->reading = -1;
	desk->unreadable = !ok;
	if (!ok)
		desk->reaction |= desk_error(desk, err);
	if (ok)
		app_reload(desk->app, &ignored);
	desk->reaction |= REACT_RELOAD;
}

void upkeep_go_on(struct desk *desk)
{
	struct error err = { 0 };
	if (desk->unreadable || !app_needs_build(desk->app))
		return;
	if (!app_build(desk->app, desk->loop, read_on, built, desk, &err)) {
		desk->reaction |= desk_error(desk, &err);
		return;
	}
	if (!app_is_incomplete(desk->app))
		return;
	desk->reading = 0;
	desk->pending++;
}

void upkeep_start(struct desk *desk)
{
	upkeep_go_on(desk);
	desk->check_timer = loop_after(desk->loop, CHECK_FIRST_MS, check_some, desk);
}
