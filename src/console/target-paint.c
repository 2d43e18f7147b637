/* The plan of a deployment, and what came of it, as rows. */
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "console/targets.h"

#define LISTED_MOST 200 /* changes of one target; nobody reads more */

enum role target_state_role(enum target_state state)
{
	static const enum role roles[] = {
		[TARGET_NEVER] = ROLE_DIM,
		[TARGET_CURRENT] = ROLE_GOOD,
		[TARGET_BEHIND] = ROLE_WARNING,
		[TARGET_CHANGED] = ROLE_ERROR,
	};
	return roles[state];
}

static enum role change_role(enum deploy_change change)
{
	return change == DEPLOY_REMOVE ? ROLE_WARNING :
	       change == DEPLOY_KEEP   ? ROLE_DIM :
					 ROLE_VALUE;
}

static void add_changes(struct rows *rows, const struct deploy_target_plan *plan)
{
	char hex[FINGERPRINT_HEX];
	size_t told = 0, changes = plan->count - plan->tally[DEPLOY_KEEP];
	for (size_t i = 0; i < plan->count && told < LISTED_MOST; i++) {
		const struct deploy_row *row = &plan->rows[i];
		if (row->change == DEPLOY_KEEP)
			continue;
		rows_format(rows, change_role(row->change), deploy_change_word(row->change),
			"%s  %.16s", row->name ? row->name : "",
			fingerprint_hex(&row->print, hex));
		told++;
	}
	if (told < changes)
		rows_format(rows, ROLE_DIM, "",
			lang_n("and %zu more", "and %zu more", changes - told), changes - told);
	if (!plan->stale)
		rows_add(rows, ROLE_GOOD, "change", _("nothing: it is as it should be"));
	if (plan->tally[DEPLOY_KEEP])
		rows_format(rows, ROLE_DIM, N_("keep"), "%zu of ours as they are",
			plan->tally[DEPLOY_KEEP]);
	if (plan->theirs)
		rows_format(rows, ROLE_DIM, N_("theirs"), "%zu that aren't certary's, untouched",
			plan->theirs);
}

static void add_outcome(struct rows *rows, const struct deploy_target_plan *plan)
{
	switch (plan->outcome) {
	case DEPLOY_DONE:
		rows_format(rows, ROLE_GOOD, N_("done"), "%zu read back by %s", plan->read_back,
			plan->reader ? lang_text(plan->reader) : "certary");
		rows_lines(rows, ROLE_WARNING, N_("restart"), plan->restart);
		break;
	case DEPLOY_BACK:
		rows_lines(rows, ROLE_WARNING, N_("put back"),
			plan->why ? plan->why : _("as it was, because another target failed"));
		break;
	case DEPLOY_STUCK:
		rows_lines(rows, ROLE_ERROR, N_("STUCK"), plan->why);
		break;
	default:
		if (plan->tool && plan->stale)
			rows_add(rows, ROLE_VALUE, "runs", plan->tool);
		if (plan->reload && plan->stale)
			rows_add(rows, ROLE_DIM, "reload", plan->reload);
		break;
	}
}

/* Of several, those to which something happens; the others are counted. */
static bool is_passed_over(const struct deploy_plan *plan, const struct deploy_target_plan *t)
{
	if (plan->unavailable)
		return t->outcome != DEPLOY_UNAVAILABLE;
	return plan->count > 1 && !t->stale && t->outcome != DEPLOY_BACK && t->outcome != DEPLOY_STUCK;
}

/* Where one is out of reach, nothing is done to the others: what they would get is no matter now. */
void rows_deploy_plan(struct rows *rows, const struct deploy_plan *plan)
{
	size_t fine = 0;
	for (size_t i = 0; i < plan->count; i++) {
		const struct deploy_target_plan *t = &plan->items[i];
		fine += !plan->unavailable && is_passed_over(plan, t);
		if (is_passed_over(plan, t))
			continue;
		rows_heading(rows, t->name);
		rows_format(rows, ROLE_DIM, t->kind, "%s", t->place ? t->place : "");
		if (t->outcome == DEPLOY_UNAVAILABLE) {
			rows_lines(rows, ROLE_ERROR, N_("can't"), t->why);
			continue;
		}
		add_changes(rows, t);
		rows_lines(rows, ROLE_WARNING, N_("know"), t->warnings);
		add_outcome(rows, t);
	}
	if (fine == 0)
		return;
	rows_blank(rows);
	rows_format(rows, ROLE_DIM, NULL,
		lang_n("%zu more is as it should be.", "%zu more are as they should be.", fine),
		fine);
}
