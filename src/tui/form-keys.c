/*
 * A key goes to the focused field's own table, then to the one of every field, then to the line
 * editor; the first that knows it has it.
 */
#include <stdint.h>

#include "base/lang.h"
#include "tui/form-parts.h"

enum action {
	NEXT = 1,
	BACK,
	GO_ON, /* the key Enter, where nothing else is meant */
	PAGE_DOWN,
	PAGE_UP,
	ACCEPT,
	LEAVE,
	OPTION_NEXT,
	OPTION_BACK,
	OPTIONS,
	TOGGLE,
	YES,
	NO,
	LINE_ADD,
	LINE_REMOVE,
	LINE_UP,
	LINE_DOWN,
};

static const struct binding every_rows[] = {
	{ .keys = "F10 C-s", .action = ACCEPT, .hint = N_("done"), .help = N_("accept all of it") },
	{ .keys = "Esc C-c", .action = LEAVE, .hint = N_("leave"), .help = N_("leave, nothing is done") },
	{ .keys = "Tab Down", .action = NEXT, .hint = N_("next"), .help = N_("next field") },
	{ .keys = "S-Tab Up", .action = BACK, .hint = N_("back"), .help = N_("field before") },
	{ .keys = "Enter", .action = GO_ON, .help = N_("next field; on the button: accept") },
	{ .keys = "PgDn", .action = PAGE_DOWN, .help = N_("a page of fields on") },
	{ .keys = "PgUp", .action = PAGE_UP, .help = N_("a page of fields back") },
};

static const struct binding choice_rows[] = {
	{ .keys = "Enter",
		.action = OPTIONS,
		.hint = N_("options"),
		.help = N_("show the options; so does a letter that one begins with") },
	{ .keys = "Space Right", .action = OPTION_NEXT, .hint = N_("other"), .help = N_("next option") },
	{ .keys = "Left", .action = OPTION_BACK, .help = N_("option before") },
};

static const struct binding yes_no_rows[] = {
	{ .keys = "Space Left Right", .action = TOGGLE, .hint = N_("change"), .help = N_("the other one") },
	{ .keys = "y", .action = YES, .help = N_("yes") },
	{ .keys = "n", .action = NO, .help = N_("no") },
};

static const struct binding list_rows[] = {
	{ .keys = "Enter",
		.action = LINE_ADD,
		.hint = N_("add"),
		.help = N_("a line for another value; on an empty one: next field") },
	{ .keys = "Backspace",
		.action = LINE_REMOVE,
		.help = N_("remove an empty line, or a character") },
	{ .keys = "Up", .action = LINE_UP, .help = N_("line above, or the field before") },
	{ .keys = "Down", .action = LINE_DOWN, .help = N_("line below, or the next field") },
};

static const struct keymap every = KEYMAP(N_("Form"), every_rows);
static const struct keymap choice = KEYMAP(N_("Choice"), choice_rows);
static const struct keymap yes_no = KEYMAP(N_("Yes or no"), yes_no_rows);
static const struct keymap list = KEYMAP(N_("List of lines (several can be pasted)"), list_rows);

const struct keymap *form_keymap(size_t i)
{
	static const struct keymap *const maps[] = { &every, &choice, &form_options_keys, &yes_no,
		&list, NULL };
	size_t at = 0;
	while (at < i && maps[at])
		at++;
	return maps[at];
}

const struct keymap *form_own_keymap(const struct form *form)
{
	static const struct keymap *const maps[] = {
		[FORM_CHOICE] = &choice,
		[FORM_YES_NO] = &yes_no,
		[FORM_LIST] = &list,
		[FORM_HEADING] = NULL,
	};
	return form->focus < form->count ? maps[form->fields[form->focus].kind] : NULL;
}

/* --- from stop to stop ------------------------------------------------------------------------ */

static enum reaction go(struct form *form, size_t stop)
{
	if (stop == form->focus)
		return REACT_NONE;
	form_go(form, stop);
	return REACT_REPAINT;
}

/* Behind the button comes the first one again. */
static enum reaction next(struct form *form)
{
	size_t stop = form->focus;
	do
		stop = stop < form->count ? stop + 1 : 0;
	while (!form_is_stop(form, stop));
	if (stop < form->count)
		form->values[stop].at = 0;
	return go(form, stop);
}

static enum reaction back(struct form *form)
{
	size_t stop = form->focus;
	do
		stop = stop > 0 ? stop - 1 : form->count;
	while (!form_is_stop(form, stop));
	if (stop < form->count && form->values[stop].line_count > 0)
		form->values[stop].at = form->values[stop].line_count - 1;
	return go(form, stop);
}

static int row_of(const struct form *form, size_t stop)
{
	return stop < form->count ? form->values[stop].y : form->height - 1;
}

/* The farthest stop within a page, or at least the next one; never around the ends. */
static enum reaction page(struct form *form, bool down)
{
	size_t stop = form->focus, found = stop;
	int here = row_of(form, stop), most = form->body.rows;
	while (down ? stop < form->count : stop > 0) {
		stop = down ? stop + 1 : stop - 1;
		if (!form_is_stop(form, stop))
			continue;
		int far = row_of(form, stop) - here;
		if (found != form->focus && (far < 0 ? -far : far) >= most)
			break;
		found = stop;
	}
	return go(form, found);
}

/* --- values ----------------------------------------------------------------------------------- */

static enum reaction choose(struct form *form, size_t option)
{
	struct form_value *value = &form->values[form->focus];
	if (value->chosen == option)
		return REACT_NONE;
	value->chosen = option;
	value->touched = true;
	form->generation++;
	return REACT_REPAINT;
}

static enum reaction step_option(struct form *form, bool on)
{
	const struct form_value *value = &form->values[form->focus];
	size_t count = value->option_count;
	return count > 0 ? choose(form, (value->chosen + (on ? 1 : count - 1)) % count)
			 : REACT_NONE;
}

static enum reaction open_options(struct form *form)
{
	form_open(form);
	return REACT_REPAINT;
}

static enum reaction open_at_letter(struct form *form, const struct key *key)
{
	form_open(form);
	if (form->open && form_options_key(form, key) == REACT_NONE)
		form->open = false; /* no option begins like that */
	return form->open ? REACT_REPAINT : REACT_NONE;
}

static enum reaction add_line(struct form *form)
{
	struct form_value *value = &form->values[form->focus];
	if (form_line_blank(value->lines[value->at].line) || value->line_count >= FORM_LIST_MOST)
		return next(form);
	form_add_line(form, form->focus, ++value->at, NULL);
	return REACT_REPAINT;
}

static enum reaction remove_line(struct form *form)
{
	struct form_value *value = &form->values[form->focus];
	if (*line_text(value->lines[value->at].line) || value->line_count == 1)
		return REACT_UNHANDLED;
	size_t at = value->at;
	form_remove_line(form, form->focus, at);
	value->at = at > 0 ? at - 1 : 0;
	return REACT_REPAINT;
}

static enum reaction move_line(struct form *form, bool down)
{
	struct form_value *value = &form->values[form->focus];
	if (down ? value->at + 1 == value->line_count : value->at == 0)
		return down ? next(form) : back(form);
	value->at = down ? value->at + 1 : value->at - 1;
	return REACT_REPAINT;
}

/* The line of the worst sentence about a field, so that the cursor stands where it is meant. */
static void go_to_mark(struct form_value *value)
{
	for (size_t i = value->line_count; i-- > 0;)
		if (value->lines[i].mark == ROLE_ERROR)
			value->at = i;
}

static enum reaction accept(struct form *form)
{
	form->tried = true;
	size_t refused = form_judge(form);
	if (refused == SIZE_MAX)
		return REACT_ACCEPT;
	form_go(form, refused);
	if (refused < form->count)
		go_to_mark(&form->values[refused]);
	return REACT_REPAINT;
}

/* Enter goes through a form from top to bottom: it opens, takes and goes on. */
static enum reaction options_key(struct form *form, const struct key *key)
{
	if (key_is(key, "F10") || key_is(key, "C-s")) {
		form_take_option(form);
		return accept(form);
	}
	enum reaction reaction = form_options_key(form, key);
	if (reaction != REACT_ACCEPT)
		return reaction;
	if (!key_is(key, "Space"))
		next(form);
	return REACT_REPAINT;
}

static enum reaction act(struct form *form, int action)
{
	switch ((enum action)action) {
	case NEXT:
		return next(form);
	case BACK:
		return back(form);
	case GO_ON:
		return form->focus == form->count ? accept(form) : next(form);
	case PAGE_DOWN:
		return page(form, true);
	case PAGE_UP:
		return page(form, false);
	case ACCEPT:
		return accept(form);
	case LEAVE:
		return REACT_CLOSE;
	case OPTION_NEXT:
		return step_option(form, true);
	case OPTION_BACK:
		return step_option(form, false);
	case OPTIONS:
		return open_options(form);
	case TOGGLE:
		return choose(form, !form->values[form->focus].chosen);
	case YES:
		return choose(form, 1);
	case NO:
		return choose(form, 0);
	case LINE_ADD:
		return add_line(form);
	case LINE_REMOVE:
		return remove_line(form);
	case LINE_UP:
		return move_line(form, false);
	case LINE_DOWN:
		return move_line(form, true);
	}
	return REACT_UNHANDLED;
}

/* Letters are the form's even where it has no use for them: nobody who types leaves by a q. */
static enum reaction type(struct form *form, const struct key *key)
{
	bool field = form->focus < form->count, text = key_is_text(key);
	enum form_kind kind = field ? form->fields[form->focus].kind : FORM_NOTE;
	if (form_has_lines(kind))
		return form_edit(form, key);
	if (kind == FORM_CHOICE && text)
		return open_at_letter(form, key);
	return text || key->code == K_PASTE ? REACT_NONE : REACT_UNHANDLED;
}

/* --- mouse ------------------------------------------------------------------------------------ */

/* A click on a value does what Enter or Space does there; on its label it only goes there. */
static enum reaction click_field(struct form *form, size_t i, int line, bool on_value)
{
	struct form_value *value = &form->values[i];
	enum form_kind kind = form->fields[i].kind;
	enum reaction r = go(form, i);
	if (line >= 0 && (size_t)line < value->line_count && value->at != (size_t)line) {
		value->at = (size_t)line;
		r = REACT_REPAINT;
	}
	if (!on_value)
		return r;
	if (kind == FORM_YES_NO)
		return r | choose(form, !value->chosen);
	return kind == FORM_CHOICE ? open_options(form) : r;
}

static enum reaction click_button(struct form *form, int x)
{
	int from = form->narrow ? 0 : form->value_x;
	if (x < from || x >= from + area_width(form->verb) + 8)
		return go(form, form->count);
	go(form, form->count);
	return accept(form) | REACT_REPAINT;
}

static enum reaction click(struct form *form, const struct key *key)
{
	const struct area *body = &form->body;
	int y = key->row - body->y + form->top, x = key->col - body->x;
	if (key->row < body->y || key->row >= body->y + body->rows || x < 0 || x >= body->cols)
		return REACT_NONE;
	if (y == form->height - 1)
		return click_button(form, x);
	for (size_t i = 0; i < form->count; i++) {
		const struct form_value *value = &form->values[i];
		int line = y - value->y - (form->narrow && form->fields[i].label ? 1 : 0);
		if (form_is_stop(form, i) && y >= value->y && y < value->y + value->height)
			return click_field(form, i, line, line >= 0 && x >= form->value_x);
	}
	return REACT_NONE;
}

static enum reaction mouse(struct form *form, const struct key *key)
{
	if (form->open)
		return options_key(form, key);
	if (key->mouse == MOUSE_PRESS)
		return click(form, key);
	return key->mouse == MOUSE_WHEEL_DOWN ? next(form) : back(form);
}

enum reaction form_key(struct form *form, const struct key *key)
{
	if (key->code == K_MOUSE)
		return mouse(form, key);
	if (form->open)
		return options_key(form, key);
	if (key_is(key, "Tab") && form_extend(form))
		return REACT_REPAINT;
	const struct keymap *const maps[] = { form_own_keymap(form), &every };
	for (size_t i = 0; i < 2; i++) {
		const struct binding *binding = maps[i] ? keymap_find(maps[i], key) : NULL;
		enum reaction reaction = binding ? act(form, binding->action) : REACT_UNHANDLED;
		if (reaction != REACT_UNHANDLED)
			return reaction;
	}
	return type(form, key);
}
