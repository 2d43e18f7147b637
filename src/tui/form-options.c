/*
 * The options of a choice in a box of their own, below the field where there is room and above it
 * where there is more.
 */
#include <ctype.h>
#include <string.h>

#include "base/lang.h"
#include "tui/form-parts.h"
#include "tui/screen.h"

#define HELP_LEAST 28 /* columns that are worth half a sentence */
#define ROWS_LEAST 5  /* rows that are worth not covering the field */

enum action {
	TAKE = 1,
	CLOSE,
};

static const struct binding option_rows[] = {
	{ .keys = "Enter Space Tab", .action = TAKE, .hint = N_("choose"), .help = N_("take this option") },
	{ .keys = "Esc C-c",
		.action = CLOSE,
		.hint = N_("back"),
		.help = N_("leave the choice as it was") },
};
const struct keymap form_options_keys =
	KEYMAP(N_("Options of a choice (a letter goes to one)"), option_rows);

static int label_cols(const struct form_value *value)
{
	int most = 0;
	for (size_t i = 0; i < value->option_count; i++) {
		int cols = area_width(value->options[i].label);
		most = cols > most ? cols : most;
	}
	return most;
}

static void draw_option(void *ctx, const struct list_row *row)
{
	const struct form *form = ctx;
	const struct form_value *value = &form->values[form->list_field];
	const struct form_option *option = &value->options[row->index];
	int cols = label_cols(value);
	area_text(row->area, 0, 0, list_role(row, ROLE_VALUE), option->label);
	if (option->help && row->area.cols > cols + 2)
		area_text(row->area, 0, cols + 2, list_role(row, ROLE_DIM), option->help);
}

void form_open(struct form *form)
{
	const struct form_value *value = &form->values[form->focus];
	form->open = value->option_count > 0;
	form->list_field = form->focus;
	form->list = (struct list){ .draw = draw_option, .ctx = form };
	list_resize(&form->list, value->option_count);
	list_select(&form->list, value->chosen);
}

static int box_cols(const struct form_value *value, int room)
{
	int wanted = 0;
	for (size_t i = 0; i < value->option_count; i++) {
		const char *help = value->options[i].help;
		int cols = help ? area_width(help) + 2 : 0;
		wanted = cols > wanted ? cols : wanted;
	}
	int labels = label_cols(value) + LIST_MARGIN + 3;
	if (room < labels + HELP_LEAST + 2)
		wanted = 0;
	return labels + wanted < room ? labels + wanted : room;
}

/* The first row of the box and how many it has; where there is little room it covers the field. */
static int box_top(int rows, int above, int want, int *height)
{
	int below = rows - above - 1, most = below >= above ? below : above;
	bool enough = want <= most || most >= ROWS_LEAST;
	*height = want < rows ? want : rows;
	if (!enough)
		return 0;
	bool down = want <= below || below >= above;
	if (*height > (down ? below : above))
		*height = down ? below : above;
	return down ? above + 1 : above - *height;
}

/* `field` is the row of the choice from its value to the right edge. */
void form_draw_options(struct form *form, struct area field)
{
	const struct form_value *value = &form->values[form->list_field];
	struct area body = form->body;
	int want = value->option_count > 1000 ? 1000 : (int)value->option_count + 2;
	int x = field.x > body.x ? field.x - body.x - 1 : 0, height;
	int top = box_top(body.rows, field.y - body.y, want, &height);
	struct area box = area_part(body, top, x, height, box_cols(value, body.cols - x));
	if (screen_is_plain()) /* nothing else stands in its rows */
		box = area_part(body, top, 0, height, body.cols);
	area_clear(box, ROLE_DIALOG);
	if (box.rows > 2 && !screen_is_plain()) {
		area_box(box, ROLE_BORDER, ROLE_DIALOG_TITLE, NULL);
		box = area_inside(box);
	}
	form->list_area = box;
	list_draw(&form->list, box, true);
}

/* The next option that begins with that letter; false: none does. */
static bool go_to_letter(struct form *form, uint32_t letter)
{
	const struct form_value *value = &form->values[form->list_field];
	for (size_t step = 1; step <= value->option_count; step++) {
		size_t i = (form->list.cursor + step) % value->option_count;
		if (letter < 0x80 && tolower((unsigned char)value->options[i].label[0]) ==
					     tolower((int)letter)) {
			list_select(&form->list, i);
			return true;
		}
	}
	return false;
}

void form_take_option(struct form *form)
{
	struct form_value *value = &form->values[form->list_field];
	form->open = false;
	value->touched = true;
	if (value->chosen != form->list.cursor) {
		value->chosen = form->list.cursor;
		form->generation++;
	}
}

static enum reaction take(struct form *form)
{
	form_take_option(form);
	return REACT_ACCEPT;
}

/* REACT_ACCEPT: one was taken. */
enum reaction form_options_key(struct form *form, const struct key *key)
{
	const struct binding *binding = keymap_find(&form_options_keys, key);
	if (binding && binding->action == TAKE)
		return take(form);
	if (binding) {
		form->open = false;
		return REACT_REPAINT;
	}
	if (key->code == K_MOUSE && key->mouse == MOUSE_PRESS) {
		size_t at = list_row_at(&form->list, form->list_area, key->row);
		int x = key->col - form->list_area.x;
		if (at == form->list.count || x < 0 || x >= form->list_area.cols) {
			form->open = false; /* beside the box: the choice stays as it was */
			return REACT_REPAINT;
		}
		list_select(&form->list, at);
		return take(form);
	}
	if (key_is_text(key))
		return go_to_letter(form, key->code) ? REACT_REPAINT : REACT_NONE;
	return list_key(&form->list, key);
}
