/*
 * Below the fields, from top to bottom: a line that counts what is wrong; what the focused field
 * means; the verdict; the keys.  Each has as many rows as the size of the area gives, whatever
 * there is to say, so that nothing moves while somebody types.
 */
#include "tui/form-parts.h"
#include "base/lang.h"
#include "tui/screen.h"
#include "tui/spot.h"

struct form_lower form_lower_for(int rows)
{
	static const struct {
		int rows;
		struct form_lower lower;
	} table[] = {
		{ 30, { 1, 3, 6, 1 } },
		{ 18, { 1, 3, 3, 1 } },
		{ 11, { 1, 2, 2, 1 } },
		{ 8, { 1, 1, 1, 1 } },
		{ 5, { 0, 1, 1, 1 } },
		{ 3, { 0, 0, 1, 0 } },
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (rows >= table[i].rows)
			return table[i].lower;
	return (struct form_lower){ 0 };
}

int form_lower_rows(const struct form_lower *lower)
{
	return lower->line + lower->help + lower->verdict + lower->hints;
}

static void draw_counts(const struct form *form, struct area line)
{
	size_t refusals = 0, warnings = 0;
	for (size_t i = 0; i < form->below.rows.count; i++) {
		refusals += form->below.rows.items[i].role == ROLE_ERROR;
		warnings += form->below.rows.items[i].role == ROLE_WARNING;
	}
	int x = 2;
	if (refusals > 0)
		x += area_format(line, 0, x, ROLE_ERROR,
			     lang_n(" %zu to mend ", " %zu to mend ", refusals), refusals) +
		     1;
	if (warnings > 0)
		area_format(line, 0, x, ROLE_WARNING,
			lang_n(" %zu warning ", " %zu warnings ", warnings), warnings);
}

static void draw_line_between(const struct form *form, struct area line)
{
	const char *further = _(" PgDn more ");
	if (line.rows == 0)
		return;
	area_line_across(line, 0, ROLE_BORDER);
	draw_counts(form, line);
	if (form->top + form->body.rows >= form->height)
		return;
	int x = line.cols - area_width(further) - 2;
	int cols = area_text(line, 0, x, ROLE_HINT_TEXT, further);
	spot_key(area_part(line, 0, x, 1, cols), "PgDn");
}

static void explain_option(struct form *form, struct rows *rows)
{
	const struct form_value *value = &form->values[form->focus];
	size_t at = form->open ? form->list.cursor : value->chosen;
	if (at >= value->option_count || !value->options[at].help)
		return;
	rows_format(rows, ROLE_NORMAL, NULL, "%s: %s", value->options[at].label,
		value->options[at].help);
}

static void explain(struct form *form, struct rows *rows)
{
	const struct form_field *field = &form->fields[form->focus];
	if (form->focus == form->count) {
		rows_add(rows, ROLE_NORMAL, NULL, _("Enter accepts all of it, Esc leaves."));
		return;
	}
	if (field->kind == FORM_CHOICE && form->open)
		explain_option(form, rows);
	const char *needed = screen_is_plain() ? _("Needed. ") : _("* Needed. ");
	rows_format(rows, ROLE_NORMAL, NULL, "%s%s%s",
		field->flags & FORM_IMPORTANT ? _("The one that matters. ") : "",
		field->flags & FORM_REQUIRED ? needed : "", field->help ? lang_text(field->help) : "");
	if (field->kind == FORM_CHOICE && !form->open)
		explain_option(form, rows);
}

static void draw_help(struct form *form, struct area area)
{
	rows_done(&form->help.rows);
	explain(form, &form->help.rows);
	pager_changed(&form->help);
	form->help.top = 0;
	pager_draw(&form->help, area);
}

/* What has no room is said to be there. */
static void draw_verdict(struct form *form, struct area area)
{
	form->below.top = 0;
	int rows = pager_lines(&form->below, area.cols);
	pager_draw(&form->below, area);
	if (rows > area.rows && area.rows > 1) {
		struct area last = area_part(area, area.rows - 1, 0, 1, area.cols);
		area_clear_row(last, 0, ROLE_NORMAL);
		area_format(last, 0, 0, ROLE_HINT_TEXT, _("and %d more"), rows - area.rows + 1);
	}
}

static void draw_hints(const struct form *form, struct area area)
{
	const struct keymap *own = form->open ? &form_options_keys : form_own_keymap(form);
	const struct keymap *maps[2];
	size_t count = 0;
	if (area.rows == 0)
		return;
	if (own)
		maps[count++] = own;
	if (!form->open)
		maps[count++] = form_keymap(0);
	keymap_hints(area, maps, count, 0);
}

void form_draw_lower(struct form *form, const struct form_lower *lower, struct area area)
{
	draw_line_between(form, area_cut_top(&area, lower->line));
	draw_help(form, area_cut_top(&area, lower->help));
	draw_verdict(form, area_cut_top(&area, lower->verdict));
	draw_hints(form, area);
}
