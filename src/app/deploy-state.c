/* Which targets want to be deployed again: hints for whoever changed something. */
#include "app/deploy.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/text.h"

bool target_needs_deploying(enum target_state state)
{
	return state == TARGET_BEHIND || state == TARGET_CHANGED;
}

/* A hint isn't worth an error. */
size_t app_targets_behind(struct app *app)
{
	struct targets all = { 0 };
	struct target_status *statuses = NULL;
	struct error ignored;
	size_t behind = 0;
	bool ok = app_targets(app, &all, &ignored) && all.count > 0;
	if (ok)
		app_reload(app, &ignored);
	ok = ok && app_target_statuses(app, &all, &statuses, &ignored);
	for (size_t i = 0; ok && i < all.count; i++)
		behind += target_needs_deploying(statuses[i].state);
	target_statuses_free(statuses, all.count);
	targets_done(&all);
	return behind;
}

/* --- before it is done ----------------------------------------------------------------------- */

#define NAMED_MOST 6

static bool is_decision(enum state state)
{
	return state == STATE_TRUSTED || state == STATE_BLOCKED;
}

bool app_reaches_consumers(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_row *row = &plan->rows[i];
		if (row->src.state != row->dst.state &&
			(is_decision((enum state)row->src.state) || is_decision((enum state)row->dst.state)))
			return true;
	}
	return false;
}

/* What they have is no longer theirs afterwards. */
static bool only_takes_away(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->rows[i].src.state != STATE_TRUSTED || plan->rows[i].dst.state == STATE_TRUSTED)
			return false;
	return true;
}

/* A service's own key and certificate are no matter of trust. */
static bool is_fed_by_trust(const struct target *target)
{
	return !(target->kind->needs & TARGET_IDENTITY);
}

static bool has_target(const struct targets *all, const char *name)
{
	for (size_t i = 0; i < all->count; i++)
		if (strcmp(all->items[i].name, name) == 0)
			return true;
	return false;
}

/* A sentence about those that trust feeds and that the others lack; nothing where there are none. */
static void put_targets(const struct targets *all, const struct targets *but, const char *sentence,
	struct buf *out)
{
	size_t count = 0;
	struct buf names = { 0 };
	for (size_t i = 0; i < all->count; i++) {
		const struct target *target = &all->items[i];
		if (!is_fed_by_trust(target) || has_target(but, target->name) || count++ >= NAMED_MOST)
			continue;
		char *name = text_safe(target->name, strlen(target->name));
		buf_format(&names, "%s%s", count == 1 ? "" : ", ", name);
		free(name);
	}
	if (count > NAMED_MOST)
		buf_format(&names, _(" and %zu more"), count - NAMED_MOST);
	if (count)
		buf_format(out, sentence, buf_text(&names));
	buf_done(&names);
}

void app_reach_words(struct app *app, const struct plan *plan, struct buf *out)
{
	const struct targets none = { 0 };
	struct targets now = { 0 }, after = { 0 };
	struct error ignored;
	if (app_reaches_consumers(plan) && app_targets(app, &now, &ignored) &&
		app_targets_after(app, plan, &after, &ignored)) {
		put_targets(&after, &none, only_takes_away(plan) ?
			_("It is taken out of %s at the next deployment.\n") :
			_("It reaches %s at the next deployment.\n"), out);
		put_targets(&now, &after, _("No longer a target: %s. What was deployed there stays.\n"),
			out);
	}
	targets_done(&now);
	targets_done(&after);
}
