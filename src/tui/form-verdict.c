/*
 * The verdict: what the form finds by itself and what its owner says, made anew whenever it is
 * looked at.  Each sentence marks its field, the worst one wins.  Those that refuse are shown first,
 * then those about the focused field, so that whoever goes to a marked field reads there why.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "tui/form-parts.h"
#include "tui/screen.h"

void form_forget_verdicts(struct form *form)
{
	for (size_t i = 0; i < form->verdict_count; i++)
		free(form->verdicts[i].text);
	form->verdict_count = 0;
}

static void add(struct form *form, struct form_verdict verdict)
{
	form->verdicts = mem_grow(
		form->verdicts, form->verdict_count, &form->verdict_cap, sizeof *form->verdicts);
	form->verdicts[form->verdict_count++] = verdict;
}

static void find_fault(struct form *form, size_t i, enum role role, char *text)
{
	add(form, (struct form_verdict){ role, i, NO_LINE, text });
}

static void check_number(struct form *form, size_t i)
{
	const struct form_field *field = &form->fields[i];
	const char *unit = field->unit ? lang_text(field->unit) : NULL;
	long number;
	if (!form_is_empty(form, i) && !form_read_number(form, i, &number))
		find_fault(form, i, ROLE_ERROR,
			unit ? mem_format(_("from %ld to %ld %s"), field->least, field->most, unit)
			     : mem_format(_("from %ld to %ld"), field->least, field->most));
}

static void check_match(struct form *form, size_t i)
{
	const struct form_field *field = &form->fields[i];
	size_t other = field->match ? form_find(form, field->match, strlen(field->match)) : i;
	if (other == i || other == form->count || !form_has_lines(form->fields[other].kind))
		return;
	const char *mine = line_text(form->values[i].lines[0].line);
	if (strcmp(mine, line_text(form->values[other].lines[0].line)) != 0)
		find_fault(form, i, ROLE_ERROR, mem_text(_("not the same as above")));
}

static void check_field(struct form *form, size_t i)
{
	const struct form_field *field = &form->fields[i];
	struct form_value *value = &form->values[i];
	value->mark = ROLE_NORMAL;
	for (size_t k = 0; k < value->line_count; k++)
		value->lines[k].mark = ROLE_NORMAL;
	if (!form_is_stop(form, i))
		return;
	if ((field->flags & FORM_REQUIRED) && form_is_empty(form, i))
		find_fault(form, i, ROLE_ERROR, mem_text(_("is needed")));
	if (field->kind == FORM_NUMBER)
		check_number(form, i);
	if (field->kind == FORM_SECRET)
		check_match(form, i);
	if (value->refused)
		find_fault(form, i, ROLE_WARNING, mem_text(_("a PEM block has no place here")));
	if (value->cut)
		find_fault(form, i, ROLE_WARNING,
			mem_text(_("not all of what was pasted has found a place")));
}

/* Of a list's lines the one that form_list_at(…, at) is. */
static size_t line_of(const struct form_value *value, size_t at)
{
	for (size_t i = 0; i < value->line_count; i++)
		if (!form_line_blank(value->lines[i].line) && at-- == 0)
			return i;
	return NO_LINE;
}

static void take_row(struct form *form, const struct row *row)
{
	const char *label = row->label ? row->label : "";
	size_t len = strcspn(label, "."), i = *label ? form_find(form, label, len) : form->count;
	struct form_verdict verdict = { row->role, i, NO_LINE, NULL };
	if (!row->text)
		return;
	if (i < form->count && label[len] && form->values[i].line_count > 0)
		verdict.line = line_of(&form->values[i], strtoul(label + len + 1, NULL, 10));
	verdict.text = mem_text(row->text);
	add(form, verdict);
}

/* Nobody is blamed for what nobody could have done yet. */
static bool is_early(const struct form *form, const struct form_verdict *verdict)
{
	size_t i = verdict->field;
	return verdict->role == ROLE_ERROR && i < form->count &&
	       form_has_lines(form->fields[i].kind) && !form->tried && !form->values[i].touched &&
	       form_is_empty(form, i);
}

enum role form_worse(enum role one, enum role other)
{
	if (one == ROLE_ERROR || other == ROLE_ERROR)
		return ROLE_ERROR;
	return one == ROLE_WARNING || other == ROLE_WARNING ? ROLE_WARNING : ROLE_NORMAL;
}

static void mark(struct form *form, const struct form_verdict *verdict)
{
	struct form_value *value = &form->values[verdict->field];
	bool line = verdict->line < value->line_count;
	enum role *place = line ? &value->lines[verdict->line].mark : &value->mark;
	*place = form_worse(*place, verdict->role);
}

const char *form_sign(enum role role)
{
	bool ascii = screen_is_ascii();
	if (screen_is_plain())
		return role == ROLE_ERROR ? _("to mend") : role == ROLE_WARNING ? _("warning") : _("note");
	if (role == ROLE_ERROR)
		return ascii ? "x" : "\xe2\x9c\x97";
	if (role == ROLE_WARNING)
		return "!";
	return ascii ? "." : "\xc2\xb7";
}

static void show(struct form *form, const struct form_verdict *verdict)
{
	const char *sign = form_sign(verdict->role);
	struct rows *rows = &form->below.rows;
	bool named = verdict->field < form->count && form->fields[verdict->field].label;
	const char *label = named ? lang_text(form->fields[verdict->field].label) : "";
	if (verdict->line != NO_LINE)
		rows_format(rows, verdict->role, sign, "%s, line %zu: %s", label, verdict->line + 1,
			verdict->text);
	else
		rows_format(rows, verdict->role, sign, "%s%s%s", label, named ? ": " : "",
			verdict->text);
}

/* Refusals, wherever they are, in front: what was counted has to be seen; then the focused field's. */
static const struct {
	enum role role;
	bool here;
} passes[] = {
	{ ROLE_ERROR, true },
	{ ROLE_ERROR, false },
	{ ROLE_WARNING, true },
	{ ROLE_NORMAL, true },
	{ ROLE_WARNING, false },
	{ ROLE_NORMAL, false },
};

static void show_all(struct form *form)
{
	rows_done(&form->below.rows);
	for (size_t pass = 0; pass < sizeof passes / sizeof *passes; pass++)
		for (size_t i = 0; i < form->verdict_count; i++) {
			const struct form_verdict *verdict = &form->verdicts[i];
			bool told = verdict->role != ROLE_ERROR && verdict->role != ROLE_WARNING;
			enum role role = told ? ROLE_NORMAL : verdict->role;
			bool here = verdict->field == form->focus && form->focus < form->count;
			if (role == passes[pass].role && here == passes[pass].here &&
				!is_early(form, verdict))
				show(form, verdict);
		}
	pager_changed(&form->below);
}

size_t form_judge(struct form *form)
{
	size_t refused = SIZE_MAX;
	form_forget_verdicts(form);
	for (size_t i = 0; i < form->count; i++)
		check_field(form, i);
	for (size_t i = 0; i < form->said.count; i++)
		take_row(form, &form->said.items[i]);
	for (size_t i = 0; i < form->verdict_count; i++) {
		const struct form_verdict *verdict = &form->verdicts[i];
		if (verdict->field < form->count && !is_early(form, verdict))
			mark(form, verdict);
		size_t stop = form_is_stop(form, verdict->field) ? verdict->field : form->count;
		if (verdict->role == ROLE_ERROR && stop < refused)
			refused = stop;
	}
	show_all(form);
	return refused;
}
