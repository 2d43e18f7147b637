/*
 * The list of runbooks: how far each has come, and whose turn it is.
 */
#include "console/runbooks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/pages.h"
#include "tui/columns.h"

enum { COLUMN_NAME, COLUMN_DONE, COLUMN_ROLE, COLUMN_NEXT, COLUMNS };

static const char *role_word(size_t i)
{
	return i < RUNBOOK_NOBODY ? runbook_role_name((enum runbook_role)i) : NULL;
}

static const struct column book_columns[COLUMNS] = {
	[COLUMN_NAME] = { .title = N_("Name"), .min = 14, .want = 24 },
	[COLUMN_DONE] = { .title = N_("Done"), .min = 5, .want = 6, .right = true },
	[COLUMN_ROLE] = { .title = N_("Role"),
		.min = 13,
		.want = 13,
		.rank = 1,
		.word = role_word },
	[COLUMN_NEXT] = { .title = N_("Next step"),
		.min = 10,
		.want = 30,
		.rank = 2,
		.stretch = true },
};

/* --- reading them -------------------------------------------------------------------------- */

static void select_again(struct runbook_view *v)
{
	for (size_t i = 0; v->selected && i < v->all.count; i++)
		if (strcmp(v->all.items[i].file, v->selected) == 0)
			list_select(&v->list, i);
}

void runbooks_refresh(struct desk *desk)
{
	struct runbook_view *v = &desk->books;
	struct error err = { 0 };
	if (v->read && !v->stale)
		return;
	v->read = true;
	v->stale = false;
	runbooks_done(&v->all);
	if (!app_runbooks(desk->app, &v->all, &err))
		desk_say(desk, ROLE_ERROR, "%s", err.text);
	list_resize(&v->list, v->all.count);
	select_again(v);
}

void runbooks_page_reload(struct desk *desk)
{
	desk->books.stale = true;
}

void runbooks_view_done(struct desk *desk)
{
	struct runbook_view *v = &desk->books;
	runbooks_done(&v->all);
	pager_done(&v->detail);
	free(v->selected);
	free(v->open);
	free(v->about_text);
	*v = (struct runbook_view){ 0 };
}

const struct runbook *runbooks_current(struct desk *desk)
{
	struct runbook_view *v = &desk->books;
	runbooks_refresh(desk);
	return v->list.cursor < v->all.count ? &v->all.items[v->list.cursor] : NULL;
}

static void remember_selected(struct desk *desk, const struct runbook *book)
{
	char *file = book ? mem_text(book->file) : NULL;
	free(desk->books.selected);
	desk->books.selected = file;
}

/* --- painting ------------------------------------------------------------------------------ */

static void draw_row(void *ctx, const struct list_row *row)
{
	const struct desk *desk = ctx;
	const struct runbook *book = &desk->books.all.items[row->index];
	const struct runbook_step *next = runbook_next(book);
	struct column_place places[COLUMNS];
	char done[48];
	snprintf(done, sizeof done, "%zu/%zu", book->done_count, book->step_count);
	const char *cells[COLUMNS] = { book->name, done,
		next ? _(runbook_role_name(next->role)) : "",
		next ? next->text : _("all is done") };
	const enum role roles[COLUMNS] = { ROLE_NORMAL, next ? ROLE_NORMAL : ROLE_GOOD,
		next ? runbook_role_look(next->role) : ROLE_DIM, next ? ROLE_NORMAL : ROLE_GOOD };
	columns_place(book_columns, COLUMNS, row->area.cols, places);
	for (int i = 0; i < COLUMNS; i++)
		columns_cell(row->area, 0, &book_columns[i], &places[i], list_role(row, roles[i]),
			cells[i], NULL);
}

static void draw_empty(struct area area)
{
	struct pager text = { 0 };
	rows_add(&text.rows, ROLE_NORMAL, NULL,
		_("No runbooks yet: checklists for what several people do together."));
	rows_blank(&text.rows);
	rows_about(&text.rows, ROLE_DIM, "c",
		_("begins one: mutual TLS with a partner, a renewal, an incident"));
	pager_changed(&text);
	pager_draw(&text, area_part(area, 1, 2, area.rows - 1, area.cols - 3));
	pager_done(&text);
}

void runbooks_page_draw(struct desk *desk, struct area area)
{
	struct runbook_view *v = &desk->books;
	struct column_place places[COLUMNS];
	runbooks_refresh(desk);
	if (v->all.count == 0) {
		draw_empty(area);
		return;
	}
	struct area head = area_cut_top(&area, 1);
	struct area inner = area_part(head, 0, LIST_MARGIN, 1, head.cols - LIST_MARGIN);
	area_clear_row(head, 0, ROLE_HEADING);
	columns_place(book_columns, COLUMNS, inner.cols, places);
	columns_head(inner, 0, book_columns, places, COLUMNS, COLUMN_NAME, false);
	v->list.draw = draw_row;
	v->list.ctx = desk;
	list_draw(&v->list, area, true);
}

void runbooks_page_position(struct desk *desk, char *out, size_t size)
{
	list_position(&desk->books.list, out, size);
}

enum reaction runbooks_page_key(struct desk *desk, const struct key *key)
{
	enum reaction r = list_key(&desk->books.list, key);
	if (r != REACT_UNHANDLED)
		remember_selected(desk, runbooks_current(desk));
	return r;
}

/* --- keys ---------------------------------------------------------------------------------- */

/* The one of the identity under the cursor is what one looks for first. */
enum reaction action_view_runbooks(struct desk *desk)
{
	const struct identity *identity =
		desk_page(desk) == PAGE_IDENTITIES ? ids_current(desk) : NULL;
	desk->books.stale = true;
	runbooks_refresh(desk);
	for (size_t i = 0; identity && i < desk->books.all.count; i++) {
		const struct runbook *book = &desk->books.all.items[i];
		if (strcmp(runbook_input(book, "Identity"), identity_name(identity)) == 0) {
			list_select(&desk->books.list, i);
			break;
		}
	}
	remember_selected(desk, runbooks_current(desk));
	desk_push(desk, PAGE_RUNBOOKS);
	return REACT_LAYOUT;
}

enum reaction action_open_runbook(struct desk *desk)
{
	const struct runbook *book = runbooks_current(desk);
	return book ? runbook_open(desk, book) : REACT_NONE;
}

/* Whoever comes from an identity means that one; a CA is shown to no partner. */
static const struct identity *meant(struct desk *desk)
{
	bool from_there = desk->depth > 1 && desk->stack[desk->depth - 2] == PAGE_IDENTITIES;
	const struct identity *identity = from_there ? ids_current(desk) : NULL;
	return identity && !identity_is_ca(identity) ? identity : NULL;
}

static enum reaction name_given(struct desk *desk, struct dialog *dialog, bool done)
{
	const struct identity *identity = meant(desk);
	const struct runbook_wish wish = { .name = done ? dialog_text(dialog) : "",
		.template = desk->books.template,
		.identity = identity ? identity_name(identity) : NULL };
	struct error err = { 0 };
	if (!done)
		return REACT_REPAINT;
	plan_done(&desk->plan);
	if (!app_plan_runbook_new(desk->app, &wish, &desk->plan, &err)) {
		plan_done(&desk->plan);
		return desk_error(desk, &err);
	}
	free(desk->books.selected); /* the cursor goes to it */
	desk->books.selected = mem_text(desk->plan.rows[0].dst.file);
	return desk_carry_out(desk);
}

static enum reaction template_chosen(struct desk *desk, struct dialog *dialog, bool done)
{
	static const char *const names[] = { "mutual-tls", "renewal", "incident" };
	struct rows rows = { 0 };
	if (!done)
		return REACT_REPAINT;
	desk->books.template = names[dialog_value(dialog)];
	rows_add(&rows, ROLE_VALUE, NULL,
		_("With whom or about what it is: the partner, the service."));
	return desk_ask(desk, dialog_ask(N_("New runbook"), &rows, N_("Name"), LINE_PLAIN, NULL),
		name_given);
}

enum reaction action_new_runbook(struct desk *desk)
{
	static const struct dialog_option options[] = {
		{ "m", N_("mutual TLS with a partner"), 0,
			N_("from the first call to both validations") },
		{ "r", N_("renewal"), 1, N_("of a certificate that a partner knows") },
		{ "i", N_("incident"), 2, N_("a service is no longer trusted") },
	};
	if (desk_refuse_read_only(desk))
		return REACT_REPAINT;
	return desk_ask(desk, dialog_choose(N_("New runbook"), NULL, options, 3), template_chosen);
}

static enum reaction removed(struct desk *desk, struct dialog *dialog, bool done)
{
	(void)dialog;
	if (done)
		return desk_carry_out(desk);
	plan_done(&desk->plan);
	desk_say(desk, ROLE_STATUS, "nothing was changed");
	return REACT_REPAINT;
}

enum reaction action_remove_runbook(struct desk *desk)
{
	const struct runbook *book = runbooks_current(desk);
	struct rows rows = { 0 };
	if (!book || desk_refuse_read_only(desk))
		return REACT_REPAINT;
	plan_done(&desk->plan);
	app_plan_runbook_remove(book, &desk->plan);
	rows_add(&rows, ROLE_HEADING, NULL, book->name);
	rows_format(&rows, ROLE_VALUE, NULL, "%zu of %zu steps are done", book->done_count,
		book->step_count);
	return desk_ask(desk,
		dialog_confirm(N_("Remove this runbook?"), DIALOG_DANGER, &rows, N_("remove it")),
		removed);
}

/* `:runbook list` and `:runbook show NAME` are the pages. */
bool runbook_line(struct desk *desk, const char *line, enum reaction *reaction)
{
	const struct runbook *book;
	struct error ignored = { 0 };
	if (strcmp(line, "runbook") == 0 || strcmp(line, "runbook list") == 0) {
		*reaction = action_view_runbooks(desk);
		return true;
	}
	if (!text_starts(line, "runbook show "))
		return false;
	desk->books.stale = true;
	runbooks_refresh(desk);
	if (!app_runbook_find(&desk->books.all, line + strlen("runbook show "), &book, &ignored))
		return false;
	*reaction = runbook_open(desk, book);
	return true;
}
