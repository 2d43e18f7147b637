#include "console/desk.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/command-run.h"
#include "console/visits.h"

enum page desk_page(const struct desk *desk)
{
	return desk->stack[desk->depth - 1];
}

/* What the status line keeps for the position; a longer message gets a box. */
#define POSITION_COLUMNS 14

/* A page that lies on the stack already comes up again instead of lying there twice. */
void desk_push(struct desk *desk, enum page page)
{
	visits_leave(desk);
	for (size_t i = 0; i < desk->depth; i++)
		if (desk->stack[i] == page)
			desk->depth = i;
	if (desk->depth == PAGE_DEPTH)
		desk->depth--;
	desk->stack[desk->depth++] = page;
}

enum reaction desk_pop(struct desk *desk)
{
	enum page page = desk_page(desk);
	if (desk->depth == 1)
		return REACT_NONE;
	visits_leave(desk);
	if (page == PAGE_IMPORT)
		import_close(desk);
	if (page == PAGE_OUTPUT)
		command_close(desk);
	if (page == PAGE_JOURNAL)
		journal_page_close(desk);
	if (page == PAGE_FORM)
		sheet_close(desk);
	if (page == PAGE_SETUP)
		setup_close(desk);
	if (page == PAGE_PROBE)
		probe_page_close(desk);
	if (page == PAGE_PAPER)
		paper_close(desk);
	if (page == PAGE_ISSUED)
		issued_close(desk);
	desk->depth--;
	return REACT_LAYOUT;
}

static int gravity(enum role role)
{
	return role == ROLE_ERROR ? 3 : role == ROLE_WARNING ? 2 : role == ROLE_GOOD ? 1 : 0;
}

/* Takes text.  Of several the gravest shows, of equals the newest; what only told of progress may go. */
static void show_message(struct desk *desk, enum role role, char *text)
{
	bool graver = desk->message && gravity(desk->message_role) > gravity(role);
	enum role hidden = graver ? role : desk->message_role;
	desk->message_more += desk->message && gravity(hidden) > 0;
	if (graver) {
		free(text);
		return;
	}
	free(desk->message);
	desk->message = text;
	desk->message_role = role;
	desk->message_seen = false;
}

void desk_say(struct desk *desk, enum role role, const char *format, ...)
{
	struct buf text = { 0 };
	va_list args;
	va_start(args, format);
	buf_vformat(&text, lang_text(format), args);
	va_end(args);
	activity_add(&desk->activity, app_now(), role, buf_text(&text));
	show_message(desk, role, buf_take(&text));
}

void desk_note(struct desk *desk, enum role role, const char *format, ...)
{
	struct buf text = { 0 };
	va_list args;
	va_start(args, format);
	buf_vformat(&text, lang_text(format), args);
	va_end(args);
	activity_add(&desk->activity, app_now(), role, buf_text(&text));
	buf_done(&text);
	if (desk_page(desk) == PAGE_ACTIVITY)
		desk->reaction |= REACT_REPAINT;
}

void desk_heard(struct desk *desk)
{
	if (!desk->message || !desk->message_seen)
		return;
	free(desk->message);
	desk->message = NULL;
	desk->message_more = 0;
}

/* What ends beside the loop mustn't take away the box that somebody looks at, or waits in. */
enum reaction desk_error(struct desk *desk, const struct error *err)
{
	struct rows rows = { 0 };
	bool fits = (int)text_width(err->text) <= screen_area().cols - POSITION_COLUMNS;
	if (desk->dialog || (fits && !pages[desk_page(desk)].whole)) {
		desk_say(desk, ROLE_ERROR, "%s", err->text);
		return REACT_REPAINT;
	}
	rows_add(&rows, ROLE_ERROR, NULL, err->text);
	desk_note(desk, ROLE_ERROR, "%s", err->text);
	return desk_ask(desk, dialog_message(N_("Not done"), DIALOG_DANGER, &rows), NULL);
}

enum reaction desk_ask(struct desk *desk, struct dialog *take, dialog_end_fn *end)
{
	dialog_free(desk->dialog);
	desk->dialog = take;
	desk->dialog_end = end;
	desk->dialog_third = desk->dialog_fourth = NULL;
	desk->dialog_moved = NULL;
	return REACT_REPAINT;
}

/* Records are borrowed from the store: whatever holds some lets go of them here. */
void desk_reload(struct desk *desk)
{
	for (int s = 0; s < STATE_COUNT; s++)
		desk->counts[s] = app_count_state(desk->app, (enum state)s);
	for (size_t i = 0; i < PAGE_COUNT; i++)
		if (pages[i].reload)
			pages[i].reload(desk);
}

enum reaction action_help(struct desk *desk)
{
	return help_open(desk);
}

enum reaction action_command(struct desk *desk)
{
	return command_open(desk);
}

enum reaction action_redraw(struct desk *desk)
{
	theme_again(desk);
	screen_redraw();
	return REACT_REPAINT;
}

enum reaction action_suspend(struct desk *desk)
{
	(void)desk;
	screen_suspend();
	return REACT_LAYOUT;
}

enum reaction action_back(struct desk *desk)
{
	if (desk->depth > 1)
		return desk_pop(desk);
	list_page_widen(desk);
	marks_clear(&desk->marks);
	return REACT_RELOAD;
}

enum reaction action_close(struct desk *desk)
{
	return desk->depth > 1 ? desk_pop(desk) : REACT_QUIT;
}

static enum reaction leave(struct desk *desk, struct dialog *dialog, bool done)
{
	(void)desk;
	(void)dialog;
	return done ? REACT_QUIT : REACT_REPAINT;
}

/* In a form the same key means that it is done: whoever presses it once more didn't mean this. */
enum reaction action_quit(struct desk *desk)
{
	struct rows rows = { 0 };
	rows_add(&rows, ROLE_VALUE, NULL, _("Nothing is lost: what was decided is in the store."));
	struct dialog *dialog =
		dialog_confirm(N_("Leave certary?"), DIALOG_CALM, &rows, N_("leave"));
	dialog_no(dialog, N_("stay"));
	return desk_ask(desk, dialog, leave);
}

enum reaction action_view_list(struct desk *desk)
{
	while (desk->depth > 1)
		desk_pop(desk);
	return REACT_LAYOUT;
}

enum reaction action_import(struct desk *desk)
{
	return import_open(desk);
}
