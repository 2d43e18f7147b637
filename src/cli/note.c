/*
 * Where the text of a note comes from.
 */
#include "app/note.h"

#include "cli/run.h"

static bool edit(struct run *run, const char *what, const char *now, struct error *err)
{
	static struct new_note note;
	run->note = &note;
	if (!note_edit(what, now, &note, err))
		return false;
	error_set(err, ERROR_FAILED, "note %s: the store is looked at again", what);
	return error_stale(err);
}

bool note_text(struct run *run, size_t word, const char *what, const char *now, const char **out,
	struct error *err)
{
	const struct arguments *args = run->args;
	bool given = args->count > word;
	*out = given ? args->words[word] : NULL;
	if (given)
		return true;
	if (!run->note)
		return edit(run, what, now, err);
	*out = run->note->text;
	return !*out || note_check(run->note, now, err);
}

/* The last word is the text, and --edit stands for it. */
static bool has_a_text(const struct run *run, struct error *err)
{
	const struct command_row *row = command_row(run->args->command);
	bool given = run->args->count == row->most;
	return !command_takes(row, OPTION_EDIT) || given != run_has(run, OPTION_EDIT) ||
	       error_set(err, ERROR_USAGE, "%s: give the text, or --edit", row->name);
}

bool run_note_change(struct run *run, plan_fn *make, struct error *err)
{
	if (!has_a_text(run, err))
		return false;
	bool ok = plan_and_carry_out(run, make, CARRY_FREELY, false, err);
	if (!run->note)
		return ok;
	if (!ok && run->note->text)
		note_keep(run->note, err);
	note_done(run->note);
	run->note = NULL;
	return ok;
}
