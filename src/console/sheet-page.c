/*
 * A form that fills the screen.  Its owner is asked after every change what speaks against it, and
 * gets it when it is accepted; the form stays, with all that was typed, until the owner closes it.
 */
#include <string.h>

#include "base/lang.h"
#include "console/pages.h"

void sheet_close(struct desk *desk)
{
	struct sheet sheet = desk->sheet;
	desk->sheet = (struct sheet){ 0 };
	form_free(sheet.form);
	if (sheet.close)
		sheet.close(desk);
}

/* The owner may fill other fields when one was changed. */
void sheet_check(struct desk *desk)
{
	struct sheet *sheet = &desk->sheet;
	struct rows verdict = { 0 };
	sheet->check(desk, sheet->form, &verdict);
	form_say(sheet->form, &verdict);
	sheet->checked = form_changed(sheet->form);
}

enum reaction sheet_open(struct desk *desk, struct form *take, sheet_check_fn *check,
	sheet_accept_fn *accept, sheet_close_fn *close)
{
	desk->sheet = (struct sheet){
		.form = take, .check = check, .accept = accept, .close = close
	};
	desk_push(desk, PAGE_FORM);
	sheet_check(desk);
	desk->sheet.opened = desk->sheet.checked;
	return REACT_LAYOUT;
}

void sheet_page_draw(struct desk *desk, struct area area)
{
	form_draw(desk->sheet.form, area);
}

bool sheet_page_typing(const struct desk *desk)
{
	(void)desk;
	return true;
}

void sheet_page_position(struct desk *desk, char *out, size_t size)
{
	(void)desk;
	*out = size ? '\0' : *out;
}

static enum reaction left(struct desk *desk, struct dialog *dialog, bool done)
{
	(void)dialog;
	return done ? desk_pop(desk) : REACT_REPAINT;
}

/* One key mustn't throw away what took a minute to type. */
static enum reaction leave(struct desk *desk)
{
	struct rows rows = { 0 };
	if (form_changed(desk->sheet.form) == desk->sheet.opened)
		return desk_pop(desk);
	rows_add(&rows, ROLE_VALUE, NULL, _("What was typed would be gone. Nothing was made."));
	struct dialog *dialog =
		dialog_confirm(N_("Leave the form?"), DIALOG_DANGER, &rows, N_("throw it away"));
	dialog_no(dialog, N_("stay"));
	return desk_ask(desk, dialog, left);
}

enum reaction sheet_page_key(struct desk *desk, const struct key *key)
{
	struct sheet *sheet = &desk->sheet;
	enum reaction r = form_key(sheet->form, key);
	if (form_changed(sheet->form) != sheet->checked)
		sheet_check(desk);
	if (r == REACT_UNHANDLED && key_is(key, "F1"))
		return help_open(desk);
	if (r & REACT_ACCEPT)
		return sheet->accept(desk, sheet->form) | REACT_REPAINT;
	return r & REACT_CLOSE ? leave(desk) : r;
}

static const enum role advice_roles[] = {
	[ADVICE_REFUSES] = ROLE_ERROR,
	[ADVICE_WARNS] = ROLE_WARNING,
	[ADVICE_TELLS] = ROLE_VALUE,
};

void rows_advice(struct rows *rows, const struct advice *advice)
{
	if (advice->count && rows->count)
		rows_blank(rows);
	for (size_t i = 0; i < advice->count; i++)
		rows_add(rows, advice_roles[advice->items[i].weight], NULL, advice->items[i].text);
}

/* Which field a piece of advice is about, by a table that ends with NULL; "" is about all of it. */
static const char *field_of(const char *code, const char *const (*fields)[2])
{
	for (; (*fields)[0]; fields++)
		if (strcmp((*fields)[0], code) == 0)
			return (*fields)[1];
	return NULL;
}

void sheet_advise(const struct advice *advice, const char *const (*fields)[2],
	struct rows *verdict)
{
	for (size_t i = 0; i < advice->count; i++)
		rows_about(verdict, advice_roles[advice->items[i].weight],
			field_of(advice->items[i].code, fields), advice->items[i].text);
}
