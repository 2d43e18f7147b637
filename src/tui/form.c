#include "tui/form.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "tui/form-parts.h"

size_t form_find(const struct form *form, const char *key, size_t len)
{
	size_t i = 0;
	while (i < form->count) {
		const char *other = form->fields[i].key;
		if (other && strncmp(other, key, len) == 0 && !other[len])
			break;
		i++;
	}
	return i;
}

/* The value of the field with that key if it is of that kind; NULL: there is none. */
static struct form_value *value_of(const struct form *form, const char *key, enum form_kind kind)
{
	size_t i = form_find(form, key, strlen(key));
	return i < form->count && form->fields[i].kind == kind ? &form->values[i] : NULL;
}

bool form_is_stop(const struct form *form, size_t i)
{
	if (i >= form->count)
		return i == form->count;
	const struct form_value *value = &form->values[i];
	enum form_kind kind = form->fields[i].kind;
	return kind != FORM_NOTE && kind != FORM_HEADING && !value->hidden && !value->disabled;
}

/* --- lines ------------------------------------------------------------------------------------ */

bool form_line_blank(const struct line *line)
{
	const char *text = line_text(line);
	return !text[strspn(text, " ")];
}

bool form_is_empty(const struct form *form, size_t i)
{
	const struct form_value *value = &form->values[i];
	if (form->fields[i].kind == FORM_CHOICE)
		return value->option_count == 0;
	for (size_t k = 0; k < value->line_count; k++)
		if (form->fields[i].kind == FORM_SECRET ? *line_text(value->lines[k].line)
							: !form_line_blank(value->lines[k].line))
			return false;
	return form_has_lines(form->fields[i].kind);
}

void form_add_line(struct form *form, size_t i, size_t at, const char *text)
{
	struct form_value *value = &form->values[i];
	bool secret = form->fields[i].kind == FORM_SECRET;
	value->lines =
		mem_grow(value->lines, value->line_count, &value->line_cap, sizeof *value->lines);
	memmove(value->lines + at + 1, value->lines + at,
		(value->line_count - at) * sizeof *value->lines);
	value->lines[at] = (struct form_line){
		.line = line_new(secret ? LINE_MASKED : LINE_PLAIN, text),
	};
	value->line_count++;
}

void form_remove_line(struct form *form, size_t i, size_t at)
{
	struct form_value *value = &form->values[i];
	line_free(value->lines[at].line);
	value->line_count--;
	memmove(value->lines + at, value->lines + at + 1,
		(value->line_count - at) * sizeof *value->lines);
	if (value->at > at || value->at == value->line_count)
		value->at -= value->at > 0;
}

/* A list that is left keeps no blank line but the one that an empty list is. */
static void tidy(struct form *form, size_t i)
{
	struct form_value *value = &form->values[i];
	for (size_t at = value->line_count; at-- > 0 && value->line_count > 1;)
		if (form_line_blank(value->lines[at].line))
			form_remove_line(form, i, at);
}

void form_go(struct form *form, size_t stop)
{
	if (stop == form->focus)
		return;
	if (form->focus < form->count) {
		form->values[form->focus].touched = true;
		form->values[form->focus].typed = false;
		if (form->fields[form->focus].kind == FORM_LIST)
			tidy(form, form->focus);
	}
	form->focus = stop;
	form->open = false;
}

/* --- life ------------------------------------------------------------------------------------- */

static void free_options(struct form_value *value)
{
	for (size_t i = 0; i < value->option_count; i++) {
		free((char *)value->options[i].label);
		free((char *)value->options[i].help);
	}
	free(value->options);
	value->options = NULL;
	value->option_count = 0;
}

static void set_options(struct form_value *value, const struct form_option *options, size_t count)
{
	struct form_option *copy = mem_new((count + 1) * sizeof *copy);
	for (size_t i = 0; i < count; i++)
		copy[i] = (struct form_option){
			.label = mem_text(lang_text(options[i].label)),
			.help = mem_text(lang_text(options[i].help)),
		};
	free_options(value);
	value->options = copy;
	value->option_count = count;
	value->chosen = 0;
}

static void set_note(struct form_value *value, const char *text)
{
	rows_done(&value->note.rows);
	rows_add(&value->note.rows, ROLE_VALUE, NULL, text ? text : "");
	pager_changed(&value->note);
}

/* The first stop there is: the button at the latest. */
static size_t first_stop(const struct form *form)
{
	size_t i = 0;
	while (!form_is_stop(form, i))
		i++;
	return i;
}

struct form *form_new(
	const char *title, const char *verb, const struct form_field *fields, size_t count)
{
	struct form *form = mem_new(sizeof *form);
	form->title = mem_text(lang_text(title));
	form->verb = mem_text(lang_text(verb));
	form->fields = fields;
	form->count = count;
	form->values = mem_new((count + 1) * sizeof *form->values);
	for (size_t i = 0; i < count; i++) {
		if (form_has_lines(fields[i].kind))
			form_add_line(form, i, 0, NULL);
		if (fields[i].kind == FORM_CHOICE)
			set_options(&form->values[i], fields[i].options, fields[i].option_count);
		if (fields[i].kind == FORM_NOTE)
			set_note(&form->values[i], lang_text(fields[i].help));
	}
	form->focus = first_stop(form);
	return form;
}

static void free_value(struct form_value *value)
{
	for (size_t i = 0; i < value->line_count; i++)
		line_free(value->lines[i].line);
	free(value->lines);
	free_options(value);
	pager_done(&value->note);
}

void form_free(struct form *form)
{
	if (!form)
		return;
	for (size_t i = 0; i < form->count; i++)
		free_value(&form->values[i]);
	form_forget_verdicts(form);
	free(form->verdicts);
	rows_done(&form->said);
	pager_done(&form->below);
	pager_done(&form->help);
	free(form->values);
	free(form->title);
	free(form->verb);
	free(form);
}

/* --- what the owner says ---------------------------------------------------------------------- */

size_t form_changed(const struct form *form)
{
	return form->generation;
}

void form_say(struct form *form, struct rows *take)
{
	rows_done(&form->said);
	form->said = *take;
	*take = (struct rows){ 0 };
}

/* Off a field that can't be stood on any more: to the next one. */
static void leave_nowhere(struct form *form)
{
	size_t stop = form->focus;
	while (!form_is_stop(form, stop))
		stop++;
	form_go(form, stop);
}

void form_show(struct form *form, const char *key, bool shown)
{
	size_t i = form_find(form, key, strlen(key));
	if (i < form->count)
		form->values[i].hidden = !shown;
	leave_nowhere(form);
}

void form_enable(struct form *form, const char *key, bool enabled)
{
	size_t i = form_find(form, key, strlen(key));
	if (i < form->count)
		form->values[i].disabled = !enabled;
	leave_nowhere(form);
}

void form_options(
	struct form *form, const char *key, const struct form_option *options, size_t count)
{
	struct form_value *value = value_of(form, key, FORM_CHOICE);
	if (!value)
		return;
	set_options(value, options, count);
	form->open = false;
	form->generation++;
}

void form_complete(struct form *form, form_complete_fn *fn, void *ctx)
{
	form->complete = fn;
	form->complete_ctx = ctx;
}

void form_focus(struct form *form, const char *key)
{
	size_t i = form_find(form, key, strlen(key));
	if (i < form->count && form_is_stop(form, i))
		form_go(form, i);
}

const char *form_focused(const struct form *form)
{
	return form->focus < form->count ? form->fields[form->focus].key : NULL;
}

/* --- values ----------------------------------------------------------------------------------- */

const char *form_text(const struct form *form, const char *key)
{
	size_t i = form_find(form, key, strlen(key));
	if (i == form->count || !form_has_lines(form->fields[i].kind))
		return "";
	return line_text(form->values[i].lines[0].line);
}

bool form_read_number(const struct form *form, size_t i, long *out)
{
	const struct form_field *field = &form->fields[i];
	const char *text = line_text(form->values[i].lines[0].line);
	char *end;
	errno = 0;
	long number = strtol(text, &end, 10);
	bool whole = end != text && !*end && errno == 0 && !isspace((unsigned char)*text);
	if (!whole || number < field->least || number > field->most)
		return false;
	*out = number;
	return true;
}

bool form_number(const struct form *form, const char *key, long *out)
{
	size_t i = form_find(form, key, strlen(key));
	return i < form->count && form->fields[i].kind == FORM_NUMBER &&
	       form_read_number(form, i, out);
}

size_t form_choice(const struct form *form, const char *key)
{
	const struct form_value *value = value_of(form, key, FORM_CHOICE);
	return value ? value->chosen : 0;
}

bool form_yes(const struct form *form, const char *key)
{
	const struct form_value *value = value_of(form, key, FORM_YES_NO);
	return value && value->chosen;
}

size_t form_list_count(const struct form *form, const char *key)
{
	const struct form_value *value = value_of(form, key, FORM_LIST);
	size_t count = 0;
	for (size_t i = 0; value && i < value->line_count; i++)
		count += !form_line_blank(value->lines[i].line);
	return count;
}

const char *form_list_at(const struct form *form, const char *key, size_t at)
{
	const struct form_value *value = value_of(form, key, FORM_LIST);
	for (size_t i = 0; value && i < value->line_count; i++)
		if (!form_line_blank(value->lines[i].line) && at-- == 0)
			return line_text(value->lines[i].line);
	return "";
}

/* What somebody has typed is gone on with; what was there before is most often replaced. */
static void prefill(struct form_value *value, const char *text)
{
	line_set(value->lines[0].line, text);
	if (!value->touched)
		line_select(value->lines[0].line);
}

void form_set(struct form *form, const char *key, const char *text)
{
	size_t i = form_find(form, key, strlen(key));
	if (i == form->count)
		return;
	if (form->fields[i].kind == FORM_NOTE)
		set_note(&form->values[i], text);
	else if (form_has_lines(form->fields[i].kind))
		prefill(&form->values[i], text);
	form->generation++;
}

void form_set_number(struct form *form, const char *key, long value)
{
	char *text = mem_format("%ld", value);
	if (value_of(form, key, FORM_NUMBER))
		form_set(form, key, text);
	free(text);
}

void form_set_choice(struct form *form, const char *key, size_t option)
{
	struct form_value *value = value_of(form, key, FORM_CHOICE);
	if (!value || option >= value->option_count)
		return;
	value->chosen = option;
	form->generation++;
}

void form_set_yes(struct form *form, const char *key, bool yes)
{
	struct form_value *value = value_of(form, key, FORM_YES_NO);
	if (!value)
		return;
	value->chosen = yes;
	form->generation++;
}

void form_list_add(struct form *form, const char *key, const char *text)
{
	size_t i = form_find(form, key, strlen(key));
	struct form_value *value = value_of(form, key, FORM_LIST);
	if (!value || value->line_count >= FORM_LIST_MOST)
		return;
	struct line *last = value->lines[value->line_count - 1].line;
	if (form_line_blank(last))
		line_set(last, text);
	else
		form_add_line(form, i, value->line_count, text);
	form->generation++;
}

void form_list_clear(struct form *form, const char *key)
{
	size_t i = form_find(form, key, strlen(key));
	struct form_value *value = value_of(form, key, FORM_LIST);
	if (!value)
		return;
	while (value->line_count > 1)
		form_remove_line(form, i, value->line_count - 1);
	line_set(value->lines[0].line, "");
	form->generation++;
}
