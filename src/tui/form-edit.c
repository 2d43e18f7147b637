#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "tui/form-parts.h"

/* A key for the line editor; what it changes is found by comparing. */
static enum reaction edit(struct form *form, const struct key *key)
{
	struct form_value *value = &form->values[form->focus];
	struct line *line = value->lines[value->at].line;
	char *before = mem_text(line_text(line));
	enum reaction reaction = line_key(line, key);
	if (strcmp(before, line_text(line)) != 0) {
		form->generation++;
		value->touched = value->typed = true;
		value->cut = key->code == K_PASTE && key->paste_cut;
	}
	mem_wipe(before, strlen(before));
	free(before);
	return reaction;
}

/* Of what is typed or pasted into a number its digits count, and a sign where there can be one. */
static enum reaction edit_number(struct form *form, const struct key *key)
{
	const struct form_field *field = &form->fields[form->focus];
	struct buf digits = { 0 };
	if (key_is_text(key) && !(key->code < 0x80 && isdigit((int)key->code)) &&
		!(key->code == '-' && field->least < 0))
		return REACT_NONE;
	if (key->code != K_PASTE)
		return edit(form, key);
	for (size_t i = 0; i < key->paste_len; i++)
		if (isdigit((unsigned char)key->paste[i]) ||
			(key->paste[i] == '-' && field->least < 0))
			buf_char(&digits, key->paste[i]);
	struct key only = { .code = K_PASTE, .paste = buf_text(&digits), .paste_len = digits.len };
	enum reaction reaction = edit(form, &only);
	buf_done(&digits);
	return reaction;
}

/* A paste of what stands between, without the blanks around it. */
static struct key trimmed(const char *from, const char *to)
{
	while (from < to && (*from == ' ' || *from == '\t'))
		from++;
	while (to > from && (to[-1] == ' ' || to[-1] == '\t'))
		to--;
	return (struct key){ .code = K_PASTE, .paste = from, .paste_len = (size_t)(to - from) };
}

/* Behind the line with the cursor; false where the list is full. */
static bool add_line(struct form *form)
{
	struct form_value *value = &form->values[form->focus];
	if (form_line_blank(value->lines[value->at].line))
		return true;
	if (value->line_count >= FORM_LIST_MOST)
		return false;
	form_add_line(form, form->focus, ++value->at, NULL);
	return true;
}

/* The first line of a paste goes where the cursor is, each of the others is a value of its own. */
static enum reaction paste_lines(struct form *form, const struct key *key)
{
	const char *at = key->paste, *end = at + key->paste_len;
	bool room = true;
	for (bool first = true; at < end && room; first = false) {
		const char *stop = at;
		while (stop < end && *stop != '\n' && *stop != '\r')
			stop++;
		struct key line = trimmed(at, stop);
		at = stop + 1;
		if (line.paste_len == 0)
			continue;
		room = first || add_line(form);
		if (room)
			edit(form, &line);
	}
	form->values[form->focus].cut = key->paste_cut || !room;
	return REACT_REPAINT;
}

enum reaction form_edit(struct form *form, const struct key *key)
{
	enum form_kind kind = form->fields[form->focus].kind;
	form->values[form->focus].refused = line_refuses(key);
	if (line_refuses(key))
		return REACT_REPAINT;
	if (kind == FORM_NUMBER)
		return edit_number(form, key);
	return kind == FORM_LIST && key->code == K_PASTE ? paste_lines(form, key) : edit(form, key);
}

/* What nobody is typing is passed by: a path that was proposed must not become its longer neighbour. */
bool form_extend(struct form *form)
{
	if (form->focus == form->count || !(form->fields[form->focus].flags & FORM_COMPLETES))
		return false;
	if (!form->complete || !form->values[form->focus].typed || form_is_empty(form, form->focus))
		return false;
	struct form_value *value = &form->values[form->focus];
	struct buf text = { 0 }, choices = { 0 };
	buf_text_add(&text, line_text(value->lines[0].line));
	form->complete(form->complete_ctx, &text, &choices);
	bool more = strcmp(buf_text(&text), line_text(value->lines[0].line)) != 0;
	if (more) {
		line_set(value->lines[0].line, buf_text(&text));
		value->touched = true;
		form->generation++;
	}
	buf_done(&text);
	buf_done(&choices);
	return more;
}
