/*
 * From plan to deed: it is shown, y does it, and what was done is said.
 */
#include <stdlib.h>
#include <string.h>

#include "app/deploy.h"
#include "app/trust.h"
#include "base/lang.h"
#include "base/mem.h"
#include "console/desk.h"

#define BESIDE_FROM 2000 /* rows */

static void say_done(struct desk *desk, const struct doing *doing, size_t behind)
{
	const char *op = _(doing->op);
	bool undo = strcmp(doing->op, "undo") == 0;
	if (behind && undo)
		desk_say(desk, ROLE_GOOD,
			lang_n("%s: %zu done; D deploys it to %zu target",
				"%s: %zu done; D deploys it to %zu targets", behind),
			op, doing->count, behind);
	else if (behind)
		desk_say(desk, ROLE_GOOD,
			lang_n("%s: %zu done; u takes it back; D deploys it to %zu target",
				"%s: %zu done; u takes it back; D deploys it to %zu targets",
				behind),
			op, doing->count, behind);
	else if (undo)
		desk_say(desk, ROLE_GOOD, "%s: %zu done", op, doing->count);
	else
		desk_say(desk, ROLE_GOOD, "%s: %zu done; u takes it back", op, doing->count);
}

static enum reaction carried_out(struct desk *desk, const struct doing *doing, bool ok,
	const struct error *err)
{
	struct error unread = { 0 };
	app_reload(desk->app, &unread);
	if (ok && unread.code)
		return desk_error(desk, &unread) | REACT_RELOAD;
	if (!ok) {
		desk_error(desk, err);
		return REACT_RELOAD;
	}
	marks_clear(&desk->marks);
	say_done(desk, doing, doing->reaches ? app_targets_behind(desk->app) : 0);
	return REACT_RELOAD;
}

static void changed(void *ctx, bool ok, int64_t seq, const struct error *err)
{
	struct desk *desk = ctx;
	(void)seq;
	desk->changing = false;
	desk->pending--;
	desk->reaction |= carried_out(desk, &desk->change, ok, err);
}

/* So many take seconds: the keyboard answers meanwhile. */
static bool start_beside(struct desk *desk, const struct doing *doing)
{
	struct error ignored;
	if (desk->changing || doing->count < BESIDE_FROM ||
		!app_apply_start(desk->app, &desk->plan, desk->loop, changed, desk, &ignored))
		return false;
	desk->changing = true;
	desk->change = *doing;
	desk->pending++;
	desk_say(desk, ROLE_STATUS, "%s of %zu is under way", _(doing->op), doing->count);
	return true;
}

#define NOTED_MOST 20 /* rows of a plan that are told one by one; all are in the journal */

static void note_rows(struct desk *desk, const struct plan *plan)
{
	for (size_t i = 0; i < plan->count && i < NOTED_MOST; i++)
		if (plan->rows[i].name)
			desk_note(desk, ROLE_STATUS, "%s: %s", _(plan->rows[i].op),
				plan->rows[i].name);
}

enum reaction desk_carry_out(struct desk *desk)
{
	struct error err = { 0 };
	struct doing doing = { desk->plan.op, desk->plan.count, app_reaches_consumers(&desk->plan) };
	bool imported = desk_page(desk) == PAGE_IMPORT && doing.count > 0;
	if (imported) { /* what came in is what one wants to see next */
		desk->selected = desk->plan.rows[0].cert;
		desk->has_selected = true;
	}
	bool beside = start_beside(desk, &doing);
	bool ok = beside || app_apply(desk->app, &desk->plan, NULL, &err);
	if (ok && !beside)
		note_rows(desk, &desk->plan);
	plan_done(&desk->plan);
	if (ok && desk_page(desk) == PAGE_IMPORT)
		desk_pop(desk);
	return beside ? REACT_LAYOUT : carried_out(desk, &doing, ok, &err);
}

static enum reaction confirm_end(struct desk *desk, struct dialog *dialog, bool done)
{
	(void)dialog;
	if (done)
		return desk_carry_out(desk);
	plan_done(&desk->plan);
	desk_say(desk, ROLE_STATUS, "nothing was changed");
	return REACT_REPAINT;
}

static enum reaction show_plan(struct desk *desk);

static enum reaction why_given(struct desk *desk, struct dialog *dialog, bool done)
{
	if (done)
		app_plan_why(&desk->plan, dialog_text(dialog));
	return show_plan(desk);
}

static enum reaction ask_why(struct desk *desk)
{
	char *title = mem_format(_("Why %s?"), _(desk->plan.op));
	struct dialog *dialog = dialog_ask(title, NULL, N_("For the journal"), LINE_PLAIN, NULL);
	free(title);
	return desk_ask(desk, dialog, why_given);
}

/* Trust without limits, in what is held already. */
static bool may_be_limited(const struct plan *plan)
{
	bool may = plan->count > 0 && strcmp(plan->op, decision_row(DECISION_TRUST)->verb) == 0;
	for (size_t i = 0; may && i < plan->count; i++)
		may = plan->rows[i].dst.state == STATE_TRUSTED &&
		      plan->rows[i].src.state != STATE_NONE;
	return may;
}

/* The narrower way: nothing of the plan is done. */
static enum reaction ask_limits(struct desk *desk)
{
	size_t count = desk->plan.count;
	struct fingerprint *certs = mem_new(count * sizeof *certs);
	for (size_t i = 0; i < count; i++)
		certs[i] = desk->plan.rows[i].cert;
	dialog_free(desk->dialog);
	desk->dialog = NULL;
	plan_done(&desk->plan);
	enum reaction r = limits_open(desk, certs, count);
	free(certs);
	return r;
}

static enum reaction show_plan(struct desk *desk)
{
	const struct plan *plan = &desk->plan;
	struct rows rows = { 0 };
	if (plan->about)
		rows_add(&rows, ROLE_WARNING, NULL, _(plan->about));
	if (desk->plan_warning)
		rows_add(&rows, ROLE_WARNING, NULL, _(desk->plan_warning));
	plan_rows(desk, plan, &rows);
	if (plan->why)
		rows_add(&rows, ROLE_VALUE, "why", plan->why);
	char *title = plan->count == 1 ? mem_format("%s?", _(plan->op))
				       : mem_format(_("%s %zu?"), _(plan->op), plan->count);
	bool danger = desk->plan_widens || desk->plan_loses;
	struct dialog *dialog = desk->plan_word ?
		dialog_confirm_word(title, &rows, plan->op, desk->plan_word) :
		dialog_confirm(title, danger ? DIALOG_DANGER : DIALOG_CALM, &rows, plan->op);
	free(title);
	if (!desk->plan_word)
		dialog_third(dialog, "w", N_("say why"));
	bool narrower = may_be_limited(plan);
	if (narrower)
		dialog_fourth(dialog, "L", N_("limits"));
	enum reaction r = desk_ask(desk, dialog, confirm_end);
	desk->dialog_third = ask_why;
	desk->dialog_fourth = narrower ? ask_limits : NULL;
	return r;
}

/* Plan and word change hands. */
static void take_plan(struct desk *desk, struct plan *take, const char *word)
{
	plan_done(&desk->plan);
	desk->plan = *take;
	*take = (struct plan){ 0 };
	free(desk->plan_word);
	desk->plan_word = word ? mem_text(word) : NULL;
	desk->plan_warning = NULL;
}

enum reaction desk_confirm(struct desk *desk, struct plan *take, bool widens, bool loses)
{
	take_plan(desk, take, NULL);
	desk->plan_widens = widens;
	desk->plan_loses = loses;
	if (desk->plan.count == 0) {
		desk_say(desk, ROLE_STATUS, "nothing to do");
		return REACT_REPAINT;
	}
	bool ask = widens || loses || settings_bool(app_settings(desk->app), SETTING_CONFIRM);
	return ask ? show_plan(desk) : desk_carry_out(desk);
}

/* What can't be brought back wants more than a key. */
enum reaction desk_confirm_word(struct desk *desk, struct plan *take, const char *word,
	const char *warning)
{
	take_plan(desk, take, word);
	desk->plan_warning = warning;
	desk->plan_loses = true;
	return show_plan(desk);
}

bool desk_refuse_read_only(struct desk *desk)
{
	if (app_read_only(desk->app))
		desk_say(desk, ROLE_WARNING, "opened with --read-only: nothing can be changed");
	return app_read_only(desk->app);
}
