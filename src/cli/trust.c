#include "app/trust.h"

#include <stdlib.h>
#include <string.h>

#include "app/impact.h"
#include "app/limits.h"
#include "base/mem.h"
#include "cli/run.h"

static bool plan_words(struct run *run, enum decision which, struct plan *plan, struct error *err)
{
	struct entry entry;
	for (size_t i = 0; i < run->args->count; i++)
		if (!app_resolve(run->app, run->args->words[i], &entry, err) ||
			!app_plan_decision(run->app, which, &entry, plan, err))
			return false;
	return true;
}

/* ---- trust within limits ---- */

static bool read_limits(struct run *run, struct limits_made *out, struct error *err)
{
	const char **services = mem_new((run->args->given_count + 1) * sizeof *services);
	const char *one;
	size_t count = 0;
	for (size_t at = 0; (one = arguments_next(run->args, OPTION_TRUST_FOR, &at));)
		services[count++] = one;
	const struct limits_wish wish = { services, count, run->args->text[OPTION_UNTIL],
		run->args->text[OPTION_WHY_TICKET] };
	bool ok = app_limits(run->app, &wish, out, err) || error_wrap(err, "%s", "trust");
	free(services);
	return ok;
}

static bool plan_limited(struct run *run, struct plan *plan, struct error *err)
{
	struct limits_made made;
	struct entry entry;
	bool ok = read_limits(run, &made, err);
	const struct limits limits = { buf_text(&made.scope), buf_text(&made.until),
		buf_text(&made.ticket) };
	for (size_t i = 0; ok && i < run->args->count; i++)
		ok = app_resolve(run->app, run->args->words[i], &entry, err) &&
		     app_plan_limited(run->app, &limits, &entry, plan, err);
	limits_made_done(&made);
	return ok;
}

static bool has_limits(const struct run *run)
{
	return run_has(run, OPTION_TRUST_FOR) || run_has(run, OPTION_UNTIL) ||
	       run_has(run, OPTION_WHY_TICKET);
}

/* ---- what could go ---- */

static bool plan_spares(struct run *run, struct plan *plan, struct error *err)
{
	return app_plan_spares(run->app, spare_reasons(run), plan, err);
}

/* Nobody typed their names: off a terminal it wants a yes. */
static bool delete_spares(struct run *run, struct error *err)
{
	if (run->args->count > 0)
		return error_set(err, ERROR_USAGE,
			"delete: say certificates, or --expired, --unused");
	return plan_and_carry_out(run, plan_spares, CARRY_CONFIRMATION, true, err);
}

/* ---- the commands ---- */

static bool plan_decision(struct run *run, struct plan *plan, struct error *err)
{
	enum decision which;
	if (!decision_find(command_row(run->args->command)->name, &which))
		return false;
	return which == DECISION_TRUST && has_limits(run) ? plan_limited(run, plan, err) :
							    plan_words(run, which, plan, err);
}

/* trust, untrust, block, delete, restore: the row of the table says what each does. */
bool run_decision(struct run *run, struct error *err)
{
	enum decision which;
	bool widens = decision_find(command_row(run->args->command)->name, &which) &&
		      decision_row(which)->widens;
	if (spare_reasons(run))
		return delete_spares(run, err);
	if (run->args->count == 0)
		return error_set(err, ERROR_USAGE, "delete: which certificates? (or --expired, --unused)");
	return plan_and_carry_out(run, plan_decision, CARRY_FREELY, widens, err);
}

static bool plan_purge(struct run *run, struct plan *plan, struct error *err)
{
	return run->args->count > 0 ? plan_words(run, DECISION_PURGE, plan, err) :
				      app_plan_purge(run->app, plan, err);
}

bool run_purge(struct run *run, struct error *err)
{
	return plan_and_carry_out(run, plan_purge, CARRY_CONFIRMATION, true, err);
}
