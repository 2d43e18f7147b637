#include "app/trust.h"

#include "cli/run.h"

/* Whoever names a certificate twice means it once. */
static bool is_planned(const struct plan *plan, const struct entry *entry)
{
	for (size_t i = 0; i < plan->count; i++)
		if (fingerprint_compare(&plan->rows[i].cert, &entry->info->sha256) == 0)
			return true;
	return false;
}

static bool plan_words(struct run *run, enum decision which, struct plan *plan, struct error *err)
{
	const struct entry *entry;
	for (size_t i = 0; i < run->args->count; i++) {
		if (!app_resolve(run->app, run->args->words[i], &entry, err))
			return false;
		if (!is_planned(plan, entry) &&
			!app_plan_decision(run->app, which, entry, plan, err))
			return false;
	}
	return true;
}

/* trust, untrust, block, delete, restore: the row of the table says what each does. */
bool run_decision(struct run *run, struct error *err)
{
	const char *verb = command_row(run->args->command)->name;
	struct plan plan = { 0 };
	enum decision which;
	bool ok = decision_find(verb, &which) && plan_words(run, which, &plan, err) &&
		  carry_out(run, &plan, CARRY_FREELY, decision_row(which)->widens, NULL, err);
	plan_done(&plan);
	return ok;
}

bool run_purge(struct run *run, struct error *err)
{
	struct plan plan = { 0 };
	bool ok = (run->args->count > 0 ? plan_words(run, DECISION_PURGE, &plan, err) :
					  app_plan_purge(run->app, &plan, err)) &&
		  carry_out(run, &plan, CARRY_CONFIRMATION, true, NULL, err);
	plan_done(&plan);
	return ok;
}
