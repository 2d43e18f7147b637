/*
 * A note in the user's editor, which has the terminal meanwhile.  The loop stands still, and much may
 * have happened when it goes on: records are read again, and what the note is about is looked for anew.
 */
#include <stdlib.h>

#include "app/edit.h"
#include "app/note.h"
#include "base/mem.h"
#include "console/desk.h"

/* A kind of thing that has a note. */
struct noted {
	/* Whose it is, and the note as it stands, safe or NULL; false, and said why, where there is none.
	 * The second one finds the same thing again. */
	bool (*here)(struct desk *desk, const char **what, const char **note);
	bool (*again)(struct desk *desk, const char **what, const char **note);
	bool (*plan)(struct desk *desk, const char *text, struct plan *plan, struct error *err);
};

/* It may name the file that holds what was typed: who is being ended has to read that, too. */
static enum reaction failed(struct desk *desk, const struct error *err)
{
	free(desk->unheard);
	desk->unheard = mem_text(err->text);
	return desk_error(desk, err) | REACT_RELOAD;
}

static enum reaction not_done(struct desk *desk, struct new_note *note, struct error *err)
{
	note_keep(note, err);
	return failed(desk, err);
}

static enum reaction put(struct desk *desk, const struct noted *place, struct new_note *note)
{
	struct error err = { 0 };
	const char *what, *now;
	struct plan plan = { 0 };
	desk_reload(desk);
	if (!place->again(desk, &what, &now)) {
		error_set(&err, ERROR_FAILED, "note %s: it is no longer there", note->what);
		return not_done(desk, note, &err);
	}
	bool ok = note_check(note, now, &err) && place->plan(desk, note->text, &plan, &err);
	bool any = plan.count > 0;
	ok = ok && (!any || app_apply(desk->app, &plan, NULL, &err));
	plan_done(&plan);
	if (!ok)
		return not_done(desk, note, &err);
	app_reload(desk->app, &err);
	if (any)
		desk_say(desk, ROLE_GOOD, "the note is written; u takes it back");
	else
		desk_say(desk, ROLE_STATUS, "the note is as it was");
	return REACT_RELOAD;
}

static enum reaction edit(struct desk *desk, const struct noted *place)
{
	struct error err = { 0 };
	struct new_note note = { 0 };
	const char *what, *now;
	struct error ignored;
	if (desk_refuse_read_only(desk))
		return REACT_REPAINT;
	app_reload(desk->app, &ignored); /* what somebody has just written is what one goes on from */
	desk_reload(desk);
	if (!place->here(desk, &what, &now))
		return REACT_RELOAD;
	screen_lend();
	bool ok = note_edit(what, now, &note, &err);
	screen_resume();
	enum reaction r = REACT_RELOAD;
	app_reload(desk->app, &ignored);
	if (!ok)
		r |= failed(desk, &err);
	else if (note.text)
		r |= put(desk, place, &note);
	else
		desk_say(desk, ROLE_STATUS, "the note is as it was");
	note_done(&note);
	return r | REACT_LAYOUT;
}

/* --- certificates ----------------------------------------------------------------------------- */

static struct entry found; /* until it is looked for again */

static bool cert_again(struct desk *desk, const char **what, const char **note)
{
	if (!app_find(desk->app, &desk->about, &found))
		return false;
	*what = found.name;
	*note = found.note;
	return true;
}

static bool cert_here(struct desk *desk, const char **what, const char **note)
{
	const struct entry *e = desk_current(desk);
	if (e)
		desk->about = e->info.sha256;
	return e && cert_again(desk, what, note);
}

static bool cert_plan(struct desk *desk, const char *text, struct plan *plan, struct error *err)
{
	return app_plan_note(desk->app, &found, text, plan, err);
}

enum reaction action_edit_note(struct desk *desk)
{
	static const struct noted place = { cert_here, cert_again, cert_plan };
	return edit(desk, &place);
}

/* --- identities ------------------------------------------------------------------------------- */

static bool identity_again(struct desk *desk, const char **what, const char **note)
{
	const struct identity *identity = ids_find(desk, &desk->ids.about);
	if (!identity)
		return false;
	*what = identity_name(identity);
	*note = identity_text(identity, "Note");
	return true;
}

static bool identity_here(struct desk *desk, const char **what, const char **note)
{
	const struct identity *identity = ids_current(desk);
	if (identity)
		desk->ids.about = identity->id;
	return identity && identity_again(desk, what, note);
}

static bool identity_plan(struct desk *desk, const char *text, struct plan *plan, struct error *err)
{
	return app_plan_identity_note(desk->app, ids_find(desk, &desk->ids.about), text, plan, err);
}

enum reaction action_edit_note_identity(struct desk *desk)
{
	static const struct noted place = { identity_here, identity_again, identity_plan };
	return edit(desk, &place);
}

/* --- steps of runbooks ------------------------------------------------------------------------ */

static bool step_of(const struct runbook *book, size_t step, const char **what, const char **note)
{
	if (!book)
		return false;
	*what = book->name;
	*note = book->steps[step].note;
	return true;
}

static bool step_here(struct desk *desk, const char **what, const char **note)
{
	size_t step = 0;
	const struct runbook *book = runbook_step_here(desk, &step);
	return step_of(book, step, what, note);
}

static bool step_again(struct desk *desk, const char **what, const char **note)
{
	size_t step = 0;
	const struct runbook *book = runbook_step_again(desk, &step);
	return step_of(book, step, what, note);
}

static bool step_plan(struct desk *desk, const char *text, struct plan *plan, struct error *err)
{
	size_t step = 0;
	const struct runbook *book = runbook_step_again(desk, &step);
	return book && app_plan_runbook_note(book, step, text, plan, err);
}

enum reaction action_edit_note_step(struct desk *desk)
{
	static const struct noted place = { step_here, step_again, step_plan };
	return edit(desk, &place);
}
