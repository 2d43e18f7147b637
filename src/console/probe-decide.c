/*
 * The decision that a probe ends on.  What came is kept as untrusted already, so that keeping it
 * for later is nothing to do; everything else is a plan that is shown and wants its y.
 */
#include <stdlib.h>
#include <string.h>

#include "app/trust.h"
#include "base/lang.h"
#include "base/mem.h"
#include "console/pages.h"
#include "console/probe.h"

struct probe_work *probe_subject(struct desk *desk)
{
	enum page page = desk_page(desk);
	return page == PAGE_ENDPOINTS || page == PAGE_ENDPOINT ? ends_work(desk) : desk->probe;
}

enum choice {
	CHOICE_LATER,
	CHOICE_CA,
	CHOICE_HERE,
	CHOICE_LEAF,
	CHOICE_BLOCK,
	CHOICES
};

const struct probe_link *probe_leaf(const struct probe_work *work)
{
	const struct probe_link *link = work->link_count ? &work->links[0] : NULL;
	return link && link->info && link->number == 1 ? link : NULL;
}

/* Where a trusted anchor was reached something else is wrong, and no trust mends it. */
bool probe_is_anchored(const struct probe_work *work)
{
	return work->probed.judged && work->probed.why.paths[0].anchored;
}

/* --- what somebody should know ------------------------------------------------------------ */

/* Where the root is neither sent nor held, the topmost CA that is there stands in for it. */
static bool lacks_root(const struct probe_link *top)
{
	return top && !top->info->self_signed;
}

static char *words_about(const struct probe_work *work, const struct probe_link *link)
{
	const struct report *r = work->probed.report;
	bool stands_in = link == probe_top_ca(work) && lacks_root(link);
	bool address = strchr(r->host, ':') != NULL;
	char *place = mem_format(address ? "[%s]:%u" : "%s:%u", r->host, r->port);
	const char *verdict = _(probe_verdict_name(work->probed.verdict));
	char *words = stands_in
			      ? mem_format(_("%s is %s: %s The root \"%s\" wasn't sent and isn't "
					     "in the store."),
					place, verdict, work->probed.reason, link->info->issuer)
			      : mem_format(_("%s is %s: %s"), place, verdict, work->probed.reason);
	free(place);
	return words;
}

/* --- deciding about one ------------------------------------------------------------------- */

static bool plan_for(struct desk *desk, const struct probe_link *link, enum decision which,
	struct plan *plan, struct error *err)
{
	struct entry e;
	plan->op = decision_row(which)->verb;
	if (!link || !link->info || !app_find(desk->app, &link->info->sha256, &e))
		return error_set(err, ERROR_NOT_FOUND,
			"it isn't in the store: what waits of this service wants a decision first");
	return app_plan_decision(desk->app, which, &e, plan, err);
}

static enum reaction decide(struct desk *desk, const struct probe_link *link, enum decision which)
{
	struct probe_work *work = probe_subject(desk);
	const struct decision_row *row = decision_row(which);
	struct plan plan = { 0 };
	struct error err = { 0 };
	if (!link || desk_refuse_read_only(desk))
		return REACT_REPAINT;
	if (!plan_for(desk, link, which, &plan, &err)) {
		plan_done(&plan);
		return desk_error(desk, &err);
	}
	if (plan.count && work->probed.verdict != PROBE_TRUSTED)
		plan.about = words_about(work, link);
	work->decided = link->info->sha256;
	work->goal = which == DECISION_TRUST ? STATE_TRUSTED : STATE_BLOCKED;
	work->deciding = plan.count > 0;
	return desk_confirm(desk, &plan, row->widens, row->loses);
}

static enum reaction decide_selected(struct desk *desk, enum decision which)
{
	const struct probe_work *work = probe_subject(desk);
	const struct probe_link *link = work ? probe_current(work) : NULL;
	return link ? decide(desk, link, which) : REACT_NONE;
}

enum reaction action_probe_trust(struct desk *desk)
{
	return decide_selected(desk, DECISION_TRUST);
}

enum reaction action_probe_block(struct desk *desk)
{
	return decide_selected(desk, DECISION_BLOCK);
}

/* --- the menu ----------------------------------------------------------------------------- */

static enum reaction chosen(struct desk *desk, struct dialog *dialog, bool done)
{
	const struct probe_work *work = probe_subject(desk);
	enum choice choice = done ? (enum choice)dialog_value(dialog) : CHOICE_LATER;
	if (choice == CHOICE_CA)
		return decide(desk, probe_top_ca(work), DECISION_TRUST);
	if (choice == CHOICE_HERE)
		return limits_open(desk, &probe_leaf(work)->info->sha256, 1);
	if (choice == CHOICE_LEAF)
		return decide(desk, probe_leaf(work), DECISION_TRUST);
	if (choice == CHOICE_BLOCK)
		return decide(desk, probe_leaf(work), DECISION_BLOCK);
	return REACT_REPAINT;
}

static void add_tree(struct desk *desk, struct rows *rows)
{
	const struct probe_work *work = probe_subject(desk);
	for (size_t i = 0; i < work->link_count; i++) {
		struct buf held = { 0 };
		enum role role = probe_held(desk, &work->links[i], &held);
		char *line = probe_tree_line(desk, &work->links[i], 40);
		rows_format(rows, role, NULL, "%s  %s", line, buf_text(&held));
		free(line);
		buf_done(&held);
	}
}

/* Would it change anything? */
static bool may(struct desk *desk, const struct probe_link *link, enum decision which)
{
	struct plan plan = { 0 };
	struct error ignored = { 0 };
	bool any = plan_for(desk, link, which, &plan, &ignored) && plan.count;
	plan_done(&plan);
	return any;
}

static void add_doubts(struct rows *rows, const struct probe_work *work)
{
	const struct explained_path *path = &work->probed.why.paths[0];
	const struct probe_link *top = probe_top_ca(work);
	if (probe_is_anchored(work))
		rows_add(rows, ROLE_WARNING, NULL,
			_("Its anchor is trusted already: trusting more wouldn't mend this."));
	for (size_t i = 1; i < path->reason_count; i++)
		if (path->reasons[i].weight == JUDGE_BREAKS)
			rows_format(rows, ROLE_WARNING, NULL, "Also: %s", path->reasons[i].text);
	if (!top)
		rows_add(rows, ROLE_DIM, NULL, _("No CA of it was sent, nor is one held here."));
}

/* What no decision mends: that it is over, or another host's, stays as it is. */
static bool is_beyond(const struct probe_work *work)
{
	const struct explained_path *path = &work->probed.why.paths[0];
	for (size_t i = 0; i < path->reason_count; i++)
		if (strcmp(path->reasons[i].code, "expired") == 0 ||
			strcmp(path->reasons[i].code, "wrong-host") == 0)
			return true;
	return false;
}

enum reaction probe_decide(struct desk *desk)
{
	struct probe_work *work = probe_subject(desk);
	const struct probe_link *leaf = probe_leaf(work), *top = probe_top_ca(work);
	bool anchored = probe_is_anchored(work);
	struct dialog_option options[CHOICES];
	struct rows rows = { 0 };
	size_t n = 0;
	char *ca = !top              ? NULL
		   : lacks_root(top) ? mem_format(_("Trust the intermediate CA %s"), top->name)
				     : mem_format(_("Trust the CA %s"), top->name);
	options[n++] = (struct dialog_option){ "l", N_("Keep it for later"), CHOICE_LATER,
		app_read_only(desk->app) ? N_("Nothing is written: read-only.")
					 : N_("It is refused, and waits as untrusted.") };
	if (ca && !anchored && may(desk, top, DECISION_TRUST))
		options[n++] = (struct dialog_option){ "c", ca, CHOICE_CA,
			lacks_root(top) ? N_("What it signs is accepted; some want its root, which "
					     "is missing.")
					: N_("Whatever it signs is accepted, for any name.") };
	if (!anchored && !is_beyond(work) && may(desk, leaf, DECISION_TRUST)) {
		options[n++] = (struct dialog_option){ "h", N_("Trust it just here"), CHOICE_HERE,
			N_("Exactly this certificate, for this service alone; until a day if need "
			   "be.") };
		options[n++] =
			(struct dialog_option){ "t", N_("Trust just this certificate"), CHOICE_LEAF,
				N_("Exactly this one is accepted; the one after it won't be.") };
	}
	if (may(desk, leaf, DECISION_BLOCK))
		options[n++] = (struct dialog_option){ "b", N_("Block it"), CHOICE_BLOCK,
			N_("Refused from now on, whoever signed it.") };
	rows_add(&rows, ROLE_ERROR, NULL, work->probed.reason);
	add_tree(desk, &rows);
	add_doubts(&rows, work);
	struct dialog *dialog = dialog_choose(N_("Not trusted: decide"), &rows, options, n);
	free(ca);
	return desk_ask(desk, dialog, chosen);
}

enum reaction action_probe_decide(struct desk *desk)
{
	const struct probe_work *work = probe_subject(desk);
	if (work->done && work->probed.verdict == PROBE_UNTRUSTED && work->link_count)
		return probe_decide(desk);
	desk_say(desk, ROLE_STATUS,
		work->done ? N_("there is nothing to decide") : N_("it hasn't ended"));
	return REACT_REPAINT;
}
