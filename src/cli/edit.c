#include "app/edit.h"

#include "cli/run.h"

typedef bool edit_fn(struct app *app, const struct entry *entry, const char *text, struct plan *plan,
	struct error *err);

static bool plan_edit_of(struct run *run, edit_fn *edit, struct plan *plan, struct error *err)
{
	struct entry entry;
	return app_resolve(run->app, run->args->words[0], &entry, err) &&
	       edit(run->app, &entry, run->args->words[1], plan, err);
}

static bool plan_rename(struct run *run, struct plan *plan, struct error *err)
{
	return plan_edit_of(run, app_plan_rename, plan, err);
}

static bool plan_note(struct run *run, struct plan *plan, struct error *err)
{
	return plan_edit_of(run, app_plan_note, plan, err);
}

bool run_rename(struct run *run, struct error *err)
{
	return plan_and_carry_out(run, plan_rename, CARRY_FREELY, false, err);
}

bool run_note(struct run *run, struct error *err)
{
	return plan_and_carry_out(run, plan_note, CARRY_FREELY, false, err);
}
