#include "app/edit.h"

#include "cli/run.h"

static bool plan_rename(struct run *run, struct plan *plan, struct error *err)
{
	struct entry entry;
	return app_resolve(run->app, run->args->words[0], &entry, err) &&
	       app_plan_rename(run->app, &entry, run->args->words[1], plan, err);
}

/* No text: what was written in the editor is what is there. */
static bool plan_note(struct run *run, struct plan *plan, struct error *err)
{
	struct entry entry;
	const char *text;
	plan->op = "note";
	return app_resolve(run->app, run->args->words[0], &entry, err) &&
	       note_text(run, 1, entry.name, entry.note, &text, err) &&
	       (!text || app_plan_note(run->app, &entry, text, plan, err));
}

bool run_rename(struct run *run, struct error *err)
{
	return plan_and_carry_out(run, plan_rename, CARRY_FREELY, false, err);
}

bool run_note(struct run *run, struct error *err)
{
	return run_note_change(run, plan_note, err);
}
