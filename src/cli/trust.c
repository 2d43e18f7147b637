#include "app/trust.h"

#include "cli/run.h"

/* trust, untrust, block, delete, restore: the row of the table says what each does. */
bool run_decision(struct run *run, struct error *err)
{
	const char *verb = command_row(run->args->command)->name;
	struct plan plan = { 0 };
	enum decision which;
	const struct entry *entry;
	bool ok = decision_find(verb, &which);
	for (size_t i = 0; ok && i < run->args->count; i++)
		ok = app_resolve(run->app, run->args->words[i], &entry, err) &&
		     app_plan_decision(run->app, which, entry, &plan, err);
	ok = ok && carry_out(run, &plan, CARRY_FREELY, decision_row(which)->widens, NULL, err);
	plan_done(&plan);
	return ok;
}

bool run_purge(struct run *run, struct error *err)
{
	struct plan plan = { 0 };
	const struct entry *entry;
	bool ok = run->args->count > 0 || app_plan_purge(run->app, &plan, err);
	for (size_t i = 0; ok && i < run->args->count; i++)
		ok = app_resolve(run->app, run->args->words[i], &entry, err) &&
		     app_plan_decision(run->app, DECISION_PURGE, entry, &plan, err);
	ok = ok && carry_out(run, &plan, CARRY_CONFIRMATION, true, NULL, err);
	plan_done(&plan);
	return ok;
}
