#include "app/trust.h"

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

static bool plan_decision(struct run *run, struct plan *plan, struct error *err)
{
	enum decision which;
	return decision_find(command_row(run->args->command)->name, &which) &&
	       plan_words(run, which, plan, err);
}

/* trust, untrust, block, delete, restore: the row of the table says what each does. */
bool run_decision(struct run *run, struct error *err)
{
	enum decision which;
	bool widens = decision_find(command_row(run->args->command)->name, &which) &&
		      decision_row(which)->widens;
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
