/*
 * The verbs of the list of certificates, and undo: the plan of each, for the question about it.
 */
#include "app/trust.h"
#include "console/desk.h"

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

static bool widens(const struct plan *plan)
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
	return desk_confirm(desk, &plan, widens(&plan), true);
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
