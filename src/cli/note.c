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
	if (given == run_has(run, OPTION_EDIT))
		return error_set(err, ERROR_USAGE, "note %s: give the text, or --edit", what);
	*out = given ? args->words[word] : "";
	if (given)
		return true;
	if (!run->note)
		return edit(run, what, now, err);
	*out = run->note->text;
	return !*out || note_check(run->note, now, err);
}

bool run_note_change(struct run *run, plan_fn *make, struct error *err)
{
	bool ok = plan_and_carry_out(run, make, CARRY_FREELY, false, err);
	if (!run->note)
		return ok;
	if (!ok && run->note->text)
		note_keep(run->note, err);
	note_done(run->note);
	run->note = NULL;
	return ok;
}
