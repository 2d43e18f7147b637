/*
 * From verb to deed in the console: the plan is shown, y does it.
 */
#include <stdlib.h>
#include <string.h>

#include "app/deploy.h"
#include "app/edit.h"
#include "app/endpoint.h"
#include "app/impact.h"
#include "app/trust.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/desk.h"

/* Nobody reads the warnings of more rows than these, and each costs a parse. */
#define EXPLAINED_MOST 200

static void add_row(struct desk *desk, const struct plan *plan, const struct plan_row *row,
	struct rows *rows)
{
	struct buf words = { 0 };
	char *groups = fingerprint_groups(plan_row_print(row)->bytes, FINGERPRINT_SIZE);
	rows_format(rows, ROLE_HEADING, NULL, "%s", row->name);
	rows_format(rows, ROLE_VALUE, row->op, "%s -> %s", plan_row_was(row, N_("(new)")),
		plan_row_now(row, N_("(gone)")));
	if (plan->count <= EXPLAINED_MOST)
		app_consequences(desk->app, row, &words);
	/* Before what takes rows: a small screen shows the first ones. */
	rows_lines(rows, ROLE_WARNING, "", buf_text(&words));
	if (row->subject)
		rows_add(rows, ROLE_VALUE, "subject", row->subject);
	if (!plan_row_is_endpoint(row))
		rows_lines(rows, ROLE_VALUE, "SHA-256", groups);
	buf_done(&words);
	free(groups);
}

/* Nobody reads more, and gathering what each admits takes its time. */
#define SHOWN_MOST  200
#define BESIDE_FROM 2000 /* rows */

/* What all of it does to the endpoints. */
static void add_impact(struct desk *desk, const struct plan *plan, struct rows *rows)
{
	struct buf words = { 0 };
	struct impact impact = { 0 };
	struct error ignored;
	if (app_impact_plan(desk->app, plan, &impact, &ignored))
		impact_words(&impact, &words);
	app_reach_words(desk->app, plan, &words);
	if (words.len) {
		rows_blank(rows);
		rows_lines(rows, impact.red ? ROLE_ERROR : ROLE_WARNING, "", buf_text(&words));
	}
	buf_done(&words);
	impact_done(&impact);
}

void plan_rows(struct desk *desk, const struct plan *plan, struct rows *rows)
{
	size_t shown = plan->count < SHOWN_MOST ? plan->count : SHOWN_MOST;
	for (size_t i = 0; i < shown; i++) {
		if (i)
			rows_blank(rows);
		add_row(desk, plan, &plan->rows[i], rows);
	}
	add_impact(desk, plan, rows);
	if (shown == plan->count)
		return;
	rows_blank(rows);
	rows_format(rows, ROLE_WARNING, NULL,
		lang_n("… and %zu more, which the journal will list",
			"… and %zu more, which the journal will list", plan->count - shown),
		plan->count - shown);
}

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

static bool add_marked(struct desk *desk, enum decision which, struct plan *plan, struct error *err)
{
	for (size_t i = 0; i < desk->marks.count; i++) {
		struct entry e;
		if (app_find(desk->app, &desk->marks.items[i], &e) &&
			!app_plan_decision(desk->app, which, &e, plan, err))
			return false;
	}
	return true;
}

/* A verb acts on the marked ones, or on the one under the cursor. */
static enum reaction decide(struct desk *desk, enum decision which)
{
	const struct entry *e = desk_current(desk);
	struct plan plan = { .op = decision_row(which)->verb };
	struct error err = { 0 };
	if (desk_refuse_read_only(desk))
		return REACT_REPAINT;
	bool ok = desk->marks.count ? add_marked(desk, which, &plan, &err) :
				      !e || app_plan_decision(desk->app, which, e, &plan, &err);
	if (!ok) {
		plan_done(&plan);
		return desk_error(desk, &err);
	}
	return desk_confirm(desk, &plan, decision_row(which)->widens, decision_row(which)->loses);
}

enum reaction action_trust(struct desk *desk)
{
	return decide(desk, DECISION_TRUST);
}

enum reaction action_untrust(struct desk *desk)
{
	return decide(desk, DECISION_UNTRUST);
}

enum reaction action_block(struct desk *desk)
{
	return decide(desk, DECISION_BLOCK);
}

enum reaction action_delete(struct desk *desk)
{
	return decide(desk, DECISION_DELETE);
}

enum reaction action_restore(struct desk *desk)
{
	return decide(desk, DECISION_RESTORE);
}

enum reaction action_purge(struct desk *desk)
{
	return decide(desk, DECISION_PURGE);
}

bool plan_widens(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if ((plan->rows[i].dst.state == STATE_TRUSTED ||
			    plan->rows[i].dst.state == STATE_LIMITED) &&
			plan->rows[i].src.state != STATE_TRUSTED)
			return true;
	return false;
}

static enum reaction undo(struct desk *desk, int64_t seq)
{
	struct plan plan = { 0 };
	struct error err = { 0 };
	if (desk_refuse_read_only(desk))
		return REACT_REPAINT;
	if (!app_plan_undo(desk->app, seq, &plan, &err)) {
		plan_done(&plan);
		return desk_error(desk, &err);
	}
	return desk_confirm(desk, &plan, plan_widens(&plan), true);
}

enum reaction action_undo(struct desk *desk)
{
	return undo(desk, 0);
}

enum reaction action_undo_line(struct desk *desk)
{
	int64_t seq = journal_page_selected(desk);
	return seq ? undo(desk, seq) : REACT_NONE;
}

typedef bool edit_fn(struct app *app, const struct entry *entry, const char *text,
	struct plan *plan, struct error *err);

/* A name or a note is no danger and needs no second question: undo brings the old one back. */
static enum reaction edit_end(struct desk *desk, struct dialog *dialog, bool done, edit_fn *edit)
{
	struct entry found;
	const struct entry *e = app_find(desk->app, &desk->about, &found) ? &found : NULL;
	struct error err = { 0 };
	if (!done)
		return REACT_REPAINT;
	if (!e) {
		desk_say(desk, ROLE_WARNING, "it is no longer there");
		return REACT_REPAINT;
	}
	plan_done(&desk->plan);
	if (!edit(desk->app, e, dialog_text(dialog), &desk->plan, &err)) {
		plan_done(&desk->plan);
		return desk_error(desk, &err);
	}
	return desk_carry_out(desk);
}

static enum reaction rename_end(struct desk *desk, struct dialog *dialog, bool done)
{
	return edit_end(desk, dialog, done, app_plan_rename);
}

static enum reaction note_end(struct desk *desk, struct dialog *dialog, bool done)
{
	return edit_end(desk, dialog, done, app_plan_note);
}

static enum reaction ask_text(struct desk *desk, const char *title, const char *prompt,
	const char *text, dialog_end_fn *end)
{
	const struct entry *e = desk_current(desk);
	struct rows rows = { 0 };
	if (!e || desk_refuse_read_only(desk))
		return REACT_REPAINT;
	struct buf raw = { 0 };
	text_unescape(&raw, text);
	rows_add(&rows, ROLE_VALUE, NULL, e->info.subject);
	desk->about = e->info.sha256;
	struct dialog *dialog = dialog_ask(title, &rows, prompt, LINE_PLAIN, buf_text(&raw));
	buf_done(&raw);
	return desk_ask(desk, dialog, end);
}

enum reaction action_rename(struct desk *desk)
{
	const struct entry *e = desk_current(desk);
	return e ? ask_text(desk, N_("Name"), N_("Name"), e->name, rename_end) : REACT_NONE;
}

enum reaction action_note(struct desk *desk)
{
	const struct entry *e = desk_current(desk);
	return e ? ask_text(desk, N_("Note"), N_("Note"), e->note, note_end) : REACT_NONE;
}
