/*
 * What a certificate is called here, its name and its note: a line each, and an undo.
 */
#include "app/edit.h"
#include "base/buf.h"
#include "base/lang.h"
#include "base/text.h"
#include "console/desk.h"

typedef bool edit_fn(struct app *app, const struct entry *entry, const char *text,
	struct plan *plan, struct error *err);

/* A name or a note is no danger and needs no second question: undo brings the old one back. */
static enum reaction edit_end(struct desk *desk, struct dialog *dialog, bool done, edit_fn *edit)
{
	struct entry found;
	const struct entry *e = app_find(desk->app, &desk->about, &found) ? &found : NULL;
	struct error err = { 0 };
	if (!done)
		return REACT_REPAINT;
	if (!e) {
		desk_say(desk, ROLE_WARNING, "it is no longer there");
		return REACT_REPAINT;
	}
	plan_done(&desk->plan);
	if (!edit(desk->app, e, dialog_text(dialog), &desk->plan, &err)) {
		plan_done(&desk->plan);
		return desk_error(desk, &err);
	}
	return desk_carry_out(desk);
}

static enum reaction rename_end(struct desk *desk, struct dialog *dialog, bool done)
{
	return edit_end(desk, dialog, done, app_plan_rename);
}

static enum reaction note_end(struct desk *desk, struct dialog *dialog, bool done)
{
	return edit_end(desk, dialog, done, app_plan_note);
}

static enum reaction ask_text(struct desk *desk, const char *title, const char *prompt,
	const char *text, dialog_end_fn *end)
{
	const struct entry *e = desk_current(desk);
	struct rows rows = { 0 };
	if (!e || desk_refuse_read_only(desk))
		return REACT_REPAINT;
	struct buf raw = { 0 };
	text_unescape(&raw, text);
	rows_add(&rows, ROLE_VALUE, NULL, e->info.subject);
	desk->about = e->info.sha256;
	struct dialog *dialog = dialog_ask(title, &rows, prompt, LINE_PLAIN, buf_text(&raw));
	buf_done(&raw);
	return desk_ask(desk, dialog, end);
}

enum reaction action_rename(struct desk *desk)
{
	const struct entry *e = desk_current(desk);
	return e ? ask_text(desk, N_("Name"), N_("Name"), e->name, rename_end) : REACT_NONE;
}

enum reaction action_note(struct desk *desk)
{
	const struct entry *e = desk_current(desk);
	return e ? ask_text(desk, N_("Note"), N_("Note"), e->note, note_end) : REACT_NONE;
}
