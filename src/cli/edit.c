#include "app/edit.h"

#include "cli/run.h"

typedef bool plan_fn(struct app *app, const struct entry *entry, const char *text,
	struct plan *plan, struct error *err);

static bool run_edit(struct run *run, plan_fn *fn, struct error *err)
{
	struct plan plan = { 0 };
	const struct entry *entry;
	bool ok = app_resolve(run->app, run->args->words[0], &entry, err) &&
		  fn(run->app, entry, run->args->words[1], &plan, err) &&
		  carry_out(run, &plan, CARRY_FREELY, false, NULL, err);
	plan_done(&plan);
	return ok;
}

bool run_rename(struct run *run, struct error *err)
{
	return run_edit(run, app_plan_rename, err);
}

bool run_note(struct run *run, struct error *err)
{
	return run_edit(run, app_plan_note, err);
}
