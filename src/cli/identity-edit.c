/*
 * Verbs that change identities: a row each says what they take and call.
 */
#include "app/identity.h"

#include <stdlib.h>

#include "base/mem.h"
#include "cli/run.h"

typedef bool edit_fn(struct app *app, const struct identity *identity, const char *text,
	struct plan *plan, struct error *err);
typedef bool move_fn(struct app *app, const struct identity *identity, struct plan *plan,
	struct error *err);

static edit_fn *edit_of(enum command command)
{
	switch (command) {
	case COMMAND_IDENTITY_RENAME:
		return app_plan_identity_name;
	default:
		return app_plan_identity_ticket;
	}
}

static bool plan_change(struct run *run, struct plan *plan, struct error *err)
{
	struct identities all = { 0 };
	const struct identity *identity;
	char *const *words = run->args->words;
	bool ok = app_identities(run->app, &all, err) &&
		  identities_find(&all, words[0], false, &identity, err) &&
		  edit_of(run->args->command)(run->app, identity, words[1], plan, err);
	identities_done(&all);
	return ok;
}

static bool plan_note(struct run *run, struct plan *plan, struct error *err)
{
	struct identities all = { 0 };
	const struct identity *identity;
	const char *text;
	plan->op = "note";
	bool ok = app_identities(run->app, &all, err) &&
		  identities_find(&all, run->args->words[0], false, &identity, err) &&
		  note_text(run, 1, identity_name(identity), identity_text(identity, "Note"), &text,
			  err) &&
		  (!text || app_plan_identity_note(run->app, identity, text, plan, err));
	identities_done(&all);
	return ok;
}

bool run_identity_edit(struct run *run, struct error *err)
{
	if (run->args->command == COMMAND_IDENTITY_NOTE)
		return run_note_change(run, plan_note, err);
	return plan_and_carry_out(run, plan_change, CARRY_FREELY, false, err);
}

/* --- the trash and back -------------------------------------------------------------------- */

static move_fn *move_of(enum command command)
{
	switch (command) {
	case COMMAND_IDENTITY_RESTORE:
		return app_plan_identity_restore;
	case COMMAND_IDENTITY_PURGE:
		return app_plan_identity_purge;
	default:
		return app_plan_identity_delete;
	}
}

static bool is_before(const struct identity *const *list, size_t count, const struct identity *one)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == one)
			return true;
	return false;
}

/* The same one named twice is moved once. */
static bool plan_moves(struct run *run, const struct identities *all, const struct identity **list,
	struct plan *plan, struct error *err)
{
	enum command command = run->args->command;
	bool discarded = command != COMMAND_IDENTITY_DELETE;
	for (size_t i = 0; i < run->args->count; i++) {
		if (!identities_find(all, run->args->words[i], discarded, &list[i], err))
			return false;
		if (!is_before(list, i, list[i]) && !move_of(command)(run->app, list[i], plan, err))
			return false;
	}
	return true;
}

static bool plan_move_all(struct run *run, struct plan *plan, struct error *err)
{
	struct identities all = { 0 };
	const struct identity **list = mem_new(run->args->count * sizeof(struct identity *));
	bool ok = app_identities(run->app, &all, err) && plan_moves(run, &all, list, plan, err);
	free(list);
	identities_done(&all);
	return ok;
}

bool run_identity_move(struct run *run, struct error *err)
{
	bool loses = run->args->command == COMMAND_IDENTITY_PURGE;
	return plan_and_carry_out(run, plan_move_all, loses ? CARRY_CONFIRMATION : CARRY_FREELY, loses,
		err);
}
