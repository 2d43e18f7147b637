/*
 * The fields, which scroll, above what form-below.c paints.
 *
 * The first columns of a field are its margin: '>' says where the cursor is, a cross or '!' that
 * the verdict has something about it, and '*' behind a label that it is needed.
 */
#include <stdint.h>
#include <string.h>

#include "base/lang.h"
#include "tui/form-parts.h"
#include "tui/screen.h"
#include "tui/spot.h"

#define WIDTH_MOST 96
#define BOX_ROWS   16 /* where there are fewer a box would take what the fields need */
#define BOX_COLS   60
#define NARROW     50 /* with fewer columns labels stand above */
#define MARGIN     3
#define MARGIN_SAID 8 /* in plain words: "warning " */
#define LABEL_MOST 26
#define LINE_USUAL 48
#define DIGITS     8

static int less(int a, int b)
{
	return a < b ? a : b;
}

static int more(int a, int b)
{
	return a > b ? a : b;
}

static int margin(void)
{
	return screen_is_plain() ? MARGIN_SAID : MARGIN;
}

/* --- where things stand ----------------------------------------------------------------------- */

/* What says that a field is needed: a star, or the word. */
static const char *star_text(void)
{
	return screen_is_plain() ? _("needed") : "*";
}

static int star_cols(void)
{
	return 1 + area_width(star_text());
}

static int label_width(const struct form_field *field)
{
	int star = field->flags & FORM_REQUIRED ? star_cols() : 0;
	return field->label ? area_width(lang_text(field->label)) + star : 0;
}

static int label_cols(const struct form *form, int cols)
{
	int most = 0;
	for (size_t i = 0; i < form->count; i++)
		if (form->fields[i].kind != FORM_HEADING)
			most = more(most, label_width(&form->fields[i]));
	return less(most, less(LABEL_MOST, cols / 3));
}

/* All choices are as wide as the widest option of any, so that they stand in a column. */
static int choice_cols(const struct form *form)
{
	int most = 8;
	for (size_t i = 0; i < form->count; i++)
		for (size_t k = 0; k < form->values[i].option_count; k++)
			most = more(most, area_width(form->values[i].options[k].label));
	return less(most, LINE_USUAL) + 2;
}

static int height_of(struct form *form, size_t i, int cols)
{
	struct form_value *value = &form->values[i];
	enum form_kind kind = form->fields[i].kind;
	int height = form_has_lines(kind) ? (int)value->line_count : 1;
	if (kind == FORM_HEADING)
		return 1;
	if (kind == FORM_NOTE)
		height = pager_lines(&value->note, more(cols - form->value_x, 1));
	return form->narrow && form->fields[i].label ? height + 1 : height;
}

/* Gives every field its rows; returns how many there would be if none were hidden. */
static int place(struct form *form, int cols)
{
	int y = 0, hidden = 0;
	form->narrow = cols < NARROW;
	form->choice_cols = choice_cols(form);
	form->value_x = form->narrow ? margin() : margin() + label_cols(form, cols) + 2;
	for (size_t i = 0; i < form->count; i++) {
		struct form_value *value = &form->values[i];
		int gap = form->fields[i].kind == FORM_HEADING && i > 0 ? 1 : 0;
		int height = height_of(form, i, cols);
		if (value->hidden)
			hidden += gap + height;
		value->y = y + (y > 0 ? gap : 0);
		value->height = value->hidden ? 0 : height;
		y = value->hidden ? y : value->y + height;
	}
	form->height = y + (y > 0 ? 2 : 1); /* the button, and a gap above it */
	return form->height + hidden;
}

/* The row with the cursor. */
static int cursor_row(const struct form *form)
{
	const struct form_value *value = &form->values[form->focus];
	if (form->focus == form->count)
		return form->height - 1;
	return value->y + (form->narrow && form->fields[form->focus].label ? 1 : 0) +
	       (int)value->at;
}

/* Scroll to the cursor: its label shows where there is room, and what stands above the first. */
static void follow(struct form *form)
{
	int page = form->body.rows, row = cursor_row(form), first = row;
	size_t stop = form->focus;
	if (stop < form->count)
		first = form->values[stop].y;
	while (stop > 0 && !form_is_stop(form, stop - 1))
		stop--;
	first = stop == 0 ? 0 : first;
	if (row - first >= page)
		first = row;
	if (form->top > first)
		form->top = first;
	if (form->top < row - page + 1)
		form->top = row - page + 1;
	form->top = more(0, less(form->top, form->height - page));
}

/* --- values ----------------------------------------------------------------------------------- */

struct slot {
	size_t field;
	int line; /* of the field's lines */
	bool focus;
	enum role role;
	struct area area; /* one row, from the first column of the values on */
};

static int line_cols(const struct form_field *field)
{
	return field->cols > 0 ? field->cols : field->kind == FORM_NUMBER ? DIGITS : LINE_USUAL;
}

static void draw_line(struct form *form, const struct slot *slot)
{
	const struct form_field *field = &form->fields[slot->field];
	struct form_value *value = &form->values[slot->field];
	struct area rest = slot->area, box = area_cut_left(&rest, line_cols(field));
	bool focus = slot->focus && (size_t)slot->line == value->at;
	line_draw(value->lines[slot->line].line, box, focus ? slot->role : ROLE_FIELD, focus);
	if (field->kind == FORM_NUMBER && !value->disabled) {
		int used = area_text(
			rest, 0, 1, ROLE_VALUE, field->unit ? lang_text(field->unit) : "");
		area_format(
			rest, 0, used + 2, ROLE_DIM, _("(%ld to %ld)"), field->least, field->most);
	}
}

static void draw_choice(struct form *form, const struct slot *slot)
{
	const struct form_value *value = &form->values[slot->field];
	struct area rest = slot->area, box = area_cut_left(&rest, form->choice_cols);
	const char *label =
		value->option_count > 0 ? value->options[value->chosen].label : _("none");
	area_clear_row(box, 0, slot->role);
	area_text_in(box, 0, 0, box.cols - 2, slot->role, label);
	if (!value->disabled && !screen_is_plain())
		area_text(
			box, 0, box.cols - 1, slot->role, screen_is_ascii() ? "v" : "\xe2\x96\xbc");
	if (slot->focus)
		area_cursor(box, 0, 0, false);
}

static void draw_yes_no(struct form *form, const struct slot *slot)
{
	bool yes = form->values[slot->field].chosen, plain = screen_is_plain();
	enum role role = slot->role == ROLE_FIELD ? ROLE_VALUE : slot->role;
	area_text(slot->area, 0, 0, role, yes ? &_("[x] yes")[plain ? 4 : 0] : &_("[ ] no")[plain ? 4 : 0]);
	if (slot->focus)
		area_cursor(slot->area, 0, plain ? 0 : 1, false);
}

static void draw_note(struct form *form, const struct slot *slot)
{
	struct pager *note = &form->values[slot->field].note;
	pager_go(note, (size_t)slot->line);
	pager_draw(note, slot->area);
}

static void draw_disabled(struct form *form, const struct slot *slot)
{
	const struct form_value *value = &form->values[slot->field];
	enum form_kind kind = form->fields[slot->field].kind;
	const char *text = "-";
	if (form_has_lines(kind) && kind != FORM_SECRET)
		text = line_text(value->lines[slot->line].line);
	else if (kind == FORM_CHOICE && value->option_count > 0)
		text = value->options[value->chosen].label;
	else if (kind == FORM_YES_NO)
		text = value->chosen ? _("yes") : _("no");
	area_format(slot->area, 0, 0, ROLE_DIM, "(%s)", *text ? text : "-");
}

static void draw_value(struct form *form, const struct slot *slot)
{
	static void (*const kinds[])(struct form *, const struct slot *) = {
		[FORM_TEXT] = draw_line,
		[FORM_SECRET] = draw_line,
		[FORM_NUMBER] = draw_line,
		[FORM_CHOICE] = draw_choice,
		[FORM_YES_NO] = draw_yes_no,
		[FORM_LIST] = draw_line,
		[FORM_NOTE] = draw_note,
		[FORM_HEADING] = NULL,
	};
	enum form_kind kind = form->fields[slot->field].kind;
	if (form->values[slot->field].disabled && kind != FORM_NOTE)
		draw_disabled(form, slot);
	else if (kinds[kind])
		kinds[kind](form, slot);
}

/* --- fields ----------------------------------------------------------------------------------- */

static void draw_mark(struct area strip, enum role mark)
{
	if (mark != ROLE_NORMAL)
		area_text(strip, 0, screen_is_plain() ? 0 : 1, mark, form_sign(mark));
}

static void draw_label(const struct form *form, size_t i, struct area strip)
{
	const struct form_field *field = &form->fields[i];
	int room = form->narrow ? strip.cols - margin() : form->value_x - margin() - 1;
	enum role role = field->flags & FORM_IMPORTANT ? ROLE_HEADING : ROLE_LABEL;
	if (form->values[i].disabled)
		role = ROLE_DIM;
	int star = field->flags & FORM_REQUIRED ? star_cols() : 0;
	int used = area_text_in(strip, 0, margin(), room - star, role, lang_text(field->label));
	if (star)
		area_text_in(strip, 0, margin() + used + 1, star - 1, ROLE_HINT_KEY, star_text());
}

static void draw_field_row(struct form *form, size_t i, int row, struct area strip)
{
	const struct form_field *field = &form->fields[i];
	const struct form_value *value = &form->values[i];
	int line = row - (form->narrow && field->label ? 1 : 0);
	bool focus = i == form->focus, list = field->kind == FORM_LIST;
	if (field->kind == FORM_HEADING) {
		area_text(strip, 0, 1, ROLE_HEADING, lang_text(field->label));
		return;
	}
	if (focus && !screen_is_plain() && (list ? line == (int)value->at : row == 0))
		area_text(strip, 0, 0, ROLE_HINT_KEY, ">");
	enum role mark = row == 0 ? value->mark : ROLE_NORMAL;
	if (line >= 0 && line < (int)value->line_count)
		mark = form_worse(mark, value->lines[line].mark);
	draw_mark(strip, mark);
	if (row == 0 && field->label)
		draw_label(form, i, strip);
	if (line < 0)
		return;
	draw_value(form, &(struct slot){ i, line, focus, focus ? ROLE_FIELD_CURSOR : ROLE_FIELD,
				 area_part(strip, 0, form->value_x, 1, strip.cols) });
}

static void draw_button(const struct form *form, struct area strip)
{
	bool focus = form->focus == form->count;
	int x = form->narrow ? margin() : form->value_x;
	if (focus)
		area_cursor(strip, 0, x, false);
	if (screen_is_plain()) {
		area_text(strip, 0, x, ROLE_VALUE, form->verb);
		return;
	}
	if (focus)
		area_text(strip, 0, 0, ROLE_HINT_KEY, ">");
	area_format(strip, 0, x, focus ? ROLE_CURSOR : ROLE_VALUE, "[ %s ]", form->verb);
}

static struct area row_area(const struct form *form, int row)
{
	bool seen = row >= form->top && row < form->top + form->body.rows;
	return area_part(form->body, row - form->top, 0, seen ? 1 : 0, form->body.cols);
}

static void draw_body(struct form *form)
{
	for (size_t i = 0; i < form->count; i++) {
		const struct form_value *value = &form->values[i];
		int from = more(0, form->top - value->y);
		int to = less(value->height, form->top + form->body.rows - value->y);
		for (int row = from; row < to; row++)
			draw_field_row(form, i, row, row_area(form, value->y + row));
	}
	draw_button(form, row_area(form, form->height - 1));
	if (!form->open)
		return;
	struct area field = row_area(form, cursor_row(form));
	form_draw_options(form, area_part(field, 0, form->value_x, 1, field.cols));
}

/* --- all of it -------------------------------------------------------------------------------- */

/* Paints the frame of so many columns; returns what is inside, below the title. */
static struct area draw_frame(const struct form *form, struct area area, bool boxed)
{
	area_clear(area, ROLE_NORMAL);
	if (!boxed) {
		if (area.rows > 3)
			area_text(area_cut_top(&area, 1), 0, 0, ROLE_DIALOG_TITLE, form->title);
		return area;
	}
	area_box(area, ROLE_BORDER, ROLE_DIALOG_TITLE, form->title);
	area = area_inside(area);
	return area_part(area, 0, 2, area.rows, area.cols - 4);
}

/* So many rows more as far as there are any, upwards where there are none left below. */
static struct area grown(struct area frame, struct area area, int rows)
{
	int most = area.y + area.rows;
	frame.rows = less(frame.rows + rows, area.rows);
	frame.y = less(frame.y, most - frame.rows);
	return frame;
}

/* The rows that the box of the open options asks for where it stands below its field. */
static int rows_open(const struct form *form)
{
	const struct form_value *value = &form->values[form->list_field];
	int row = form->open ? cursor_row(form) : 0, want = less((int)value->option_count, 1000) + 2;
	return form->open && row < want ? row + 1 + want : 0;
}

/* No wider and no taller than the form has use for, and in the middle then. */
void form_draw(struct form *form, struct area area)
{
	bool boxed = area.rows >= BOX_ROWS && area.cols >= BOX_COLS && !screen_is_plain();
	int cols = less(area.cols, WIDTH_MOST);
	int wanted = place(form, boxed ? cols - 6 : cols);
	struct form_lower lower = form_lower_for(boxed ? area.rows - 2 : area.rows - 1);
	int rows = boxed ? wanted + form_lower_rows(&lower) + 2 : area.rows;
	struct area frame = boxed ? area_middle(area, rows, cols) : area;
	int lacking = boxed ? rows_open(form) - wanted : 0;
	if (lacking > 0) /* it grows downwards: nothing jumps away from under the eye */
		frame = grown(frame, area, lacking);
	struct area inside = draw_frame(form, frame, boxed);
	struct area below = area_cut_bottom(&inside, form_lower_rows(&lower));
	form->body = inside;
	follow(form);
	form_judge(form);
	form_draw_lower(form, &lower, below);
	draw_body(form);
	if (boxed && form->top > 0) {
		const char *further = _(" PgUp more ");
		int x = frame.cols - area_width(further) - 3;
		int used = area_text(frame, 0, x, ROLE_HINT_TEXT, further);
		spot_key(area_part(frame, 0, x, 1, used), "PgUp");
	}
}
