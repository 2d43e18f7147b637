/*
 * Deploying: targets are looked at in a child, what each would get is asked about, and it is done in a
 * child again; the keyboard answers meanwhile.
 */
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "console/pages.h"
#include "console/targets.h"

static bool give_passphrase(void *ctx, const char *identity, struct buf *out, struct error *err)
{
	const struct target_view *view = ctx;
	if (!view->passphrase.len)
		return error_set(err, ERROR_SECRET, "the key of %s is sealed", identity);
	buf_add(out, view->passphrase.data, view->passphrase.len);
	return true;
}

static struct deploy_wish wish_of(struct target_view *view)
{
	return (struct deploy_wish){ .names = (const char *const *)view->names,
		.count = view->name_count,
		.empty_is_meant = view->empty_is_meant,
		.look = !view->asked,
		.secret = give_passphrase,
		.ctx = view };
}

/* A passphrase is kept no longer than a deployment takes. */
static void forget_secret(struct target_view *view)
{
	buf_wipe(&view->passphrase);
	view->passphrase = (struct buf){ .secret = true };
}

static void take_plan(struct target_view *view, struct deploy_plan *plan)
{
	deploy_plan_done(&view->plan);
	view->plan = *plan;
	*plan = (struct deploy_plan){ 0 };
}

/* --- what is done -------------------------------------------------------------------------- */

static enum reaction closed(struct desk *desk, struct dialog *dialog, bool done)
{
	(void)desk, (void)dialog, (void)done;
	return REACT_REPAINT;
}

/* Whoever died in the middle, here or elsewhere, has left a record: nobody is left with half of it. */
static void mend(struct desk *desk, struct rows *told)
{
	struct buf text = { 0 };
	struct error err = { 0 };
	if (!app_deploy_recover(desk->app, &text, &err))
		buf_format(&text, "%s\n", err.text);
	rows_lines(told, ROLE_WARNING, "", buf_text(&text));
	buf_done(&text);
}

void targets_mend(struct desk *desk)
{
	struct rows rows = { 0 };
	mend(desk, &rows);
	if (rows.count)
		desk->reaction |=
			desk_ask(desk, dialog_message(N_("Deploy"), DIALOG_DANGER, &rows), closed);
}

static size_t count_done(const struct deploy_plan *plan)
{
	size_t n = 0;
	for (size_t i = 0; i < plan->count; i++)
		n += plan->items[i].outcome == DEPLOY_DONE;
	return n;
}

static void carried_out(void *ctx, struct deploy_plan *plan, const struct error *err)
{
	struct desk *desk = ctx;
	struct target_view *view = desk->targets;
	struct rows rows = { 0 };
	struct error unread = { 0 };
	view->job = NULL;
	desk->changing = false;
	wait_over(desk);
	forget_secret(view);
	if (plan)
		take_plan(view, plan);
	if (err)
		rows_add(&rows, ROLE_ERROR, NULL, err->text);
	if (err)
		mend(desk, &rows);
	if (plan)
		rows_deploy_plan(&rows, &view->plan);
	app_reload(desk->app, &unread);
	if (!err)
		desk_say(desk, ROLE_GOOD, "deployed to %zu, and read back", count_done(&view->plan));
	desk_ask(desk,
		dialog_message(err ? N_("It was not deployed") : N_("Deployed"),
			err ? DIALOG_DANGER : DIALOG_CALM, &rows),
		closed);
	if (desk_page(desk) == PAGE_TARGET)
		desk_pop(desk);
	desk->reaction |= REACT_RELOAD | REACT_LAYOUT;
}

#define UNSTOPPABLE N_("it is finished, or put back, by itself")

/* What is under way ends in one way or the other: nobody is left with half of it. */
static enum reaction not_now(struct desk *desk)
{
	desk_say(desk, ROLE_STATUS, "a deployment is finished, or put back, by itself");
	return desk->targets->job
		       ? wait_open(desk, N_("Deploy"), N_("deploying"), UNSTOPPABLE, not_now)
		       : REACT_REPAINT;
}

static void tell(void *ctx, const char *what)
{
	struct desk *desk = ctx;
	if (!desk->waiting.what)
		return;
	free(desk->waiting.what);
	desk->waiting.what = mem_text(what);
}

static enum reaction carry_out(struct desk *desk)
{
	struct target_view *view = desk->targets;
	struct error err = { 0 };
	const struct deploy_wish wish = wish_of(view);
	const struct deploy_run run = { .progress = tell, .ctx = desk };
	view->job = app_deploy_start(desk->app, &wish, &view->plan, &run, desk->loop, carried_out,
		desk, &err);
	if (!view->job)
		return desk_error(desk, &err);
	desk->changing = true;
	return wait_open(desk, N_("Deploy"), N_("deploying"), UNSTOPPABLE, not_now);
}

/* --- what is asked ------------------------------------------------------------------------- */

static enum reaction answered(struct desk *desk, struct dialog *dialog, bool done)
{
	(void)dialog;
	if (done)
		return carry_out(desk);
	forget_secret(desk->targets);
	desk_say(desk, ROLE_STATUS, "nothing was changed");
	return REACT_REPAINT;
}

static bool any(const struct deploy_plan *plan, bool (*is)(const struct deploy_target_plan *t))
{
	for (size_t i = 0; i < plan->count; i++)
		if (is(&plan->items[i]))
			return true;
	return false;
}

static bool is_stale(const struct deploy_target_plan *t)
{
	return t->stale;
}

static bool is_shared(const struct deploy_target_plan *t)
{
	return t->stale && t->shared;
}

static enum reaction ask(struct desk *desk)
{
	const struct deploy_plan *plan = &desk->targets->plan;
	struct rows rows = { 0 };
	if (plan->unavailable) {
		rows_add(&rows, ROLE_WARNING, NULL,
			_("A target is out of reach, and a decision reaches all of them or none."));
		rows_deploy_plan(&rows, plan);
		return desk_ask(desk, dialog_message(N_("Deploy"), DIALOG_DANGER, &rows), closed);
	}
	if (!any(plan, is_stale)) {
		desk_say(desk, ROLE_GOOD, "nothing to deploy: all is as it should be");
		return targets_behind(desk) ? carry_out(desk) : REACT_REPAINT;
	}
	if (any(plan, is_shared))
		rows_add(&rows, ROLE_WARNING, NULL, _("This changes more than one application."));
	rows_deploy_plan(&rows, plan);
	struct dialog *dialog =
		dialog_confirm(plan->count == 1 ? N_("Deploy it?") : N_("Deploy to all?"),
			DIALOG_DANGER, &rows, N_("deploy"));
	return desk_ask(desk, dialog, answered);
}

static enum reaction show(struct desk *desk)
{
	struct target_view *view = desk->targets;
	rows_done(&view->text.rows);
	rows_deploy_plan(&view->text.rows, &view->plan);
	pager_start(&view->text);
	pager_changed(&view->text);
	desk_push(desk, PAGE_TARGET);
	return REACT_LAYOUT;
}

/* --- looking ------------------------------------------------------------------------------- */

static enum reaction begin(struct desk *desk);

static enum reaction secret_typed(struct desk *desk, struct dialog *dialog, bool done)
{
	struct target_view *view = desk->targets;
	if (!done)
		return REACT_REPAINT;
	forget_secret(view);
	buf_text_add(&view->passphrase, dialog_text(dialog));
	return begin(desk);
}

static enum reaction ask_secret(struct desk *desk, const struct error *err)
{
	struct rows rows = { 0 };
	rows_add(&rows, ROLE_WARNING, NULL, err->text);
	return desk_ask(desk, dialog_ask(N_("Deploy"), &rows, N_("Passphrase"), LINE_MASKED, NULL),
		secret_typed);
}

static void looked(void *ctx, struct deploy_plan *plan, const struct error *err)
{
	struct desk *desk = ctx;
	struct target_view *view = desk->targets;
	view->job = NULL;
	wait_over(desk);
	if (err && err->code == ERROR_SECRET)
		desk->reaction |= ask_secret(desk, err);
	else if (err)
		desk->reaction |= desk_error(desk, err);
	if (err || !plan)
		return;
	take_plan(view, plan);
	desk->reaction |= (view->asked ? ask(desk) : show(desk)) | REACT_REPAINT;
}

static enum reaction break_off(struct desk *desk)
{
	struct target_view *view = desk->targets;
	if (view->job)
		app_deploy_cancel(view->job);
	view->job = NULL;
	forget_secret(view);
	desk_say(desk, ROLE_STATUS, "broken off: nothing was changed");
	return REACT_REPAINT;
}

static enum reaction begin(struct desk *desk)
{
	struct target_view *view = desk->targets;
	struct error err = { 0 };
	const struct deploy_wish wish = wish_of(view);
	if (view->job)
		return REACT_NONE;
	view->job = app_deploy_look(desk->app, &wish, desk->loop, looked, desk, &err);
	return view->job ? wait_open(desk, N_("Deploy"), N_("looking at the targets"), NULL,
				   break_off)
			 : desk_error(desk, &err);
}

static void take_names(struct target_view *view, const char *name)
{
	for (size_t i = 0; i < view->name_count; i++)
		free(view->names[i]);
	free(view->names);
	view->names = NULL;
	view->name_count = 0;
	if (!name)
		return;
	view->names = mem_new(sizeof *view->names);
	view->names[view->name_count++] = mem_text(name);
}

enum reaction targets_look(struct desk *desk, const char *name, bool deploy)
{
	struct target_view *view = targets_of(desk);
	char *copy = name ? mem_text(name) : NULL; /* it may be one of the view's */
	take_names(view, copy);
	free(copy);
	view->asked = deploy;
	view->empty_is_meant = !deploy;
	forget_secret(view);
	return begin(desk);
}

/* On the page of one that one, elsewhere all of them. */
enum reaction action_deploy(struct desk *desk)
{
	const struct target_view *view = targets_of(desk);
	targets_page_reload(desk); /* as the file has them now */
	const struct target *only = desk_page(desk) == PAGE_TARGET ? targets_current(desk) : NULL;
	if (desk_refuse_read_only(desk))
		return REACT_REPAINT;
	if (view->err.code)
		return desk_error(desk, &view->err);
	if (view->all.count == 0) {
		desk_say(desk, ROLE_STATUS, "no targets yet: 4, then c adds one");
		return REACT_REPAINT;
	}
	return targets_look(desk, only ? only->name : NULL, true);
}
