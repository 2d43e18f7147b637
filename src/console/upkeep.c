/*
 * What the console does beside its loop.  Changes from outside are read when the system tells of
 * them; a store that was never read, or of which much changed, gets its index built by a job; and
 * once after the start each file is compared with what is known of it, some at a time, because an
 * edit in place tells nobody.
 */
#include <poll.h>
#include <string.h>

#include "app/limits.h"
#include "base/clock.h"
#include "base/lang.h"
#include "console/desk.h"

#define RELOAD_MS      30 /* a change from outside comes as a burst of events */
#define CHECK_QUIET_MS 300 /* without a key; nobody should feel it */
#define CHECK_NEXT_MS  4
#define CHECK_FILES    256 /* less than a millisecond */

static void check_some(void *ctx)
{
	struct desk *desk = ctx;
	struct error err = { 0 };
	bool quiet = clock_ms() - desk->key_ms >= CHECK_QUIET_MS;
	desk->checking = !quiet || app_check(desk->app, CHECK_FILES);
	if (desk->checking)
		loop_after(desk->loop, quiet ? CHECK_NEXT_MS : CHECK_QUIET_MS, check_some, desk);
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
	desk->pending -= desk->awaited;
	desk->awaited = false;
	desk->reading = -1;
	desk->unreadable = !ok;
	if (!ok)
		desk->reaction |= desk_error(desk, err);
	if (ok)
		app_reload(desk->app, &ignored);
	if (!desk->key_ms) { /* what stood first of some needn't be first of all */
		desk->has_selected = false;
		list_select(&desk->list, 0);
	}
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
	desk->awaited = true;
	desk->pending++;
}

static void start_checking(struct desk *desk)
{
	if (!desk->checking)
		loop_after(desk->loop, CHECK_QUIET_MS, check_some, desk);
	desk->checking = true;
}

/* What a command of the console's own changes is told by its end. */
static void note_change(struct desk *desk)
{
	if (!desk->command && !desk->changing)
		desk_note(desk, ROLE_STATUS, "the store was changed elsewhere, and was read again");
}

static void reload_now(void *ctx)
{
	struct desk *desk = ctx;
	struct error err = { 0 };
	desk->reload_timer = 0;
	desk->pending--;
	if (app_reload(desk->app, &err)) {
		desk->reaction |= REACT_RELOAD;
		note_change(desk);
	} else if (err.code)
		desk->reaction |= desk_error(desk, &err);
	start_checking(desk); /* nothing is left to check, most often */
}

static void store_changed(void *ctx, int fd, short events)
{
	struct desk *desk = ctx;
	(void)fd;
	(void)events;
	app_watch_read(desk->app);
	if (desk->reload_timer)
		return;
	desk->reload_timer = loop_after(desk->loop, RELOAD_MS, reload_now, desk);
	desk->pending++;
}

/*
 * Behind the first screen, because the kernel looks at each file that it knows of a folder to be
 * watched.  What changed since the store was read is found by reading it again.
 */
static void watch(void *ctx)
{
	struct desk *desk = ctx;
	int fd = app_watch(desk->app);
	if (fd >= 0)
		loop_watch(desk->loop, fd, POLLIN, store_changed, desk);
	targets_look_once(desk);
	reload_now(desk);
}

#define LAPSE_LEAST 60000   /* ms: what couldn't be put back is tried again so soon */
#define LAPSE_MOST  3600000 /* clocks are set, and machines sleep */

static void lapse_now(void *ctx)
{
	struct desk *desk = ctx;
	desk->lapse_timer = 0;
	desk->reaction |= REACT_RELOAD; /* which puts back what is over */
}

/* No entry is looked at again before the next end has come or the store was changed. */
static void await_next(struct desk *desk)
{
	int64_t next = app_next_lapse(desk->app), now = app_now();
	int64_t ms = next <= now ? LAPSE_LEAST :
		     next - now > LAPSE_MOST / 1000 ? LAPSE_MOST :
						      (next - now) * 1000;
	if (desk->lapse_timer)
		loop_cancel(desk->loop, desk->lapse_timer);
	desk->lapse_timer = next == INT64_MAX ? 0 : loop_after(desk->loop, ms, lapse_now, desk);
}

void upkeep_lapse(struct desk *desk)
{
	struct buf told = { 0 };
	if (app_is_incomplete(desk->app) || desk->changing)
		return;
	app_lapse(desk->app, &told);
	if (told.len) {
		size_t len = strcspn(told.data, "\n");
		bool more = len + 1 < told.len;
		desk_say(desk, ROLE_WARNING, more ? N_("%.*s, and more (5)") : "%.*s", (int)len,
			told.data);
	}
	await_next(desk);
	buf_done(&told);
}

void upkeep_start(struct desk *desk)
{
	upkeep_go_on(desk);
	desk->reload_timer = loop_after(desk->loop, 0, watch, desk);
	desk->pending++;
	start_checking(desk);
}
