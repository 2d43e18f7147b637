#include "deploy/plan.h"

#include <stdlib.h>

#include "deploy/staging.h"

const char *deploy_change_word(enum deploy_change change)
{
	static const char *const words[DEPLOY_CHANGES] = { "add", "replace", "remove", "keep" };
	return words[change];
}

static void target_plan_done(struct deploy_target_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		free(plan->rows[i].name);
	free(plan->rows);
	free(plan->name);
	free(plan->kind);
	free(plan->place);
	free(plan->warnings);
	free(plan->restart);
	free(plan->tool);
	free(plan->reload);
	free(plan->why);
	free(plan->reader);
}

void deploy_plan_done(struct deploy_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		target_plan_done(&plan->items[i]);
	free(plan->items);
	staging_free(plan->staging);
	*plan = (struct deploy_plan){ 0 };
}
