/*
 * Reading all runbooks, and plans over them.  A change touches the bytes that it is about and no
 * others; it is made from the back to the front, so that places before it stay where they are.
 */
#include "app/runbook.h"

#include <stdlib.h>
#include <string.h>

#include "app/internal.h"
#include "app/runbook-template.h"
#include "app/written.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/user.h"
#include "store/runbooks.h"

#define VALUE_MOST 2000 /* bytes: a line that people can still read */
#define BELOW      "      "

static bool add_one(void *ctx, const char *file, const struct buf *text, const char *base)
{
	struct runbooks *all = ctx;
	all->items = mem_grow(all->items, all->count, &all->cap, sizeof *all->items);
	struct runbook *book = &all->items[all->count++];
	runbook_parse(file, text, book);
	memcpy(book->base, base, FINGERPRINT_HEX);
	return true;
}

static int by_name(const void *a, const void *b)
{
	const struct runbook *x = a, *y = b;
	int order = strcmp(x->name, y->name);
	return order ? order : strcmp(x->file, y->file);
}

bool app_runbooks(struct app *app, struct runbooks *out, struct error *err)
{
	bool ok = app_open_store(app, APP_STORE_IMAGINED, err) &&
		  store_runbooks(app_store(app), add_one, out, err);
	if (!ok)
		runbooks_done(out);
	else if (out->count)
		qsort(out->items, out->count, sizeof *out->items, by_name);
	return ok;
}

void runbooks_done(struct runbooks *all)
{
	for (size_t i = 0; i < all->count; i++)
		runbook_done(&all->items[i]);
	free(all->items);
	*all = (struct runbooks){ 0 };
}

bool app_runbook_find(const struct runbooks *all, const char *name, const struct runbook **out,
	struct error *err)
{
	size_t count = 0;
	char *safe = text_typed(name);
	for (size_t i = 0; i < all->count; i++)
		if (strcmp(all->items[i].name, safe) == 0 && count++ == 0)
			*out = &all->items[i];
	if (count == 0)
		error_set(err, ERROR_NOT_FOUND,
			"%s: there is no such runbook (certary runbook list)", safe);
	else if (count > 1)
		error_set(err, ERROR_NOT_FOUND,
			"%s: %zu runbooks are called that (change the first line of one)", safe,
			count);
	free(safe);
	return count == 1;
}

bool app_runbook_step(const struct runbook *book, const char *text, size_t *out, struct error *err)
{
	int64_t number;
	if (!text_number(text, 1, (int64_t)book->step_count, &number))
		return error_set(err, ERROR_NOT_FOUND, "%s: there is no step %s (it has %zu)",
			book->name, text, book->step_count);
	*out = (size_t)number - 1;
	return true;
}

/* --- new ----------------------------------------------------------------------------------- */

static const struct template *find_template(const char *name, struct error *err)
{
	struct buf known = { 0 };
	for (const struct template *t = runbook_templates; t->name; t++)
		if (strcmp(t->name, name) == 0)
			return t;
	for (const struct template *t = runbook_templates; t->name; t++)
		buf_format(&known, "%s%s", known.len ? ", " : "", t->name);
	error_set(err, ERROR_USAGE, "--template %s: give one of %s", name, buf_text(&known));
	buf_done(&known);
	return NULL;
}

/* What people can type everywhere. */
static char *file_of(const char *name)
{
	struct buf out = { 0 }, folded = { 0 };
	text_fold(&folded, name);
	for (const char *p = buf_text(&folded); *p; p++) {
		bool plain = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9');
		if (plain)
			buf_char(&out, *p);
		else if (out.len && out.data[out.len - 1] != '-')
			buf_char(&out, '-');
	}
	while (out.len && out.data[out.len - 1] == '-')
		buf_cut(&out, out.len - 1);
	if (out.len > 100)
		buf_cut(&out, 100);
	if (!out.len)
		buf_text_add(&out, "runbook");
	buf_done(&folded);
	return buf_take(&out);
}

/* The first that is free: names that differ in what a file's name can't say get numbers. */
static char *free_file(const struct store *store, const char *name)
{
	char *plain = file_of(name);
	char *file = mem_format("%s" RUNBOOK_SUFFIX, plain);
	for (unsigned n = 2; store_has_runbook(store, file); n++) {
		free(file);
		file = mem_format("%s-%u" RUNBOOK_SUFFIX, plain, n);
	}
	free(plain);
	return file;
}

static const char *begin_with(const struct runbook_wish *wish, const char *input)
{
	const char *value = strcmp(input, "Partner") == 0  ? wish->partner :
			    strcmp(input, "Identity") == 0 ? wish->identity :
							     NULL;
	return value ? value : "";
}

static void write_new(const struct runbook_wish *wish, const char *name, const struct template *t,
	struct buf *out)
{
	char when[CLOCK_ISO];
	buf_format(out, "Runbook: %s\nTemplate: %s\nAdded: %s\nBy: %s\n\nInputs\n", name, t->name,
		clock_iso(when, clock_now()), user_name());
	for (size_t i = 0; t->inputs[i]; i++) {
		char *value = text_typed(begin_with(wish, t->inputs[i]));
		buf_format(out, "  %s:%s%s\n", t->inputs[i], *value ? " " : "", value);
		free(value);
	}
	buf_text_add(out, "\nSteps\n");
	for (const struct template_step *s = t->steps; s->text; s++) {
		buf_format(out, "[ ] %s: %s\n", runbook_role_name(s->role), s->text);
		if (s->command)
			buf_format(out, BELOW "$ %s\n", s->command);
	}
}

static bool is_free(struct app *app, const char *name, struct error *err)
{
	struct runbooks all = { 0 };
	if (!app_runbooks(app, &all, err))
		return false;
	bool taken = false;
	for (size_t i = 0; i < all.count; i++)
		taken |= strcmp(all.items[i].name, name) == 0;
	runbooks_done(&all);
	return !taken || error_set(err, ERROR_FAILED,
				 "runbook %s: there is one of that name (choose another)", name);
}

static bool fits(const char *text, const char *what, struct error *err)
{
	return strlen(text) <= VALUE_MOST ||
	       error_set(err, ERROR_USAGE, "%s: longer than %d bytes", what, VALUE_MOST);
}

bool app_plan_runbook_new(struct app *app, const struct runbook_wish *wish, struct plan *plan,
	struct error *err)
{
	const struct template *t =
		find_template(wish->template ? wish->template : "mutual-tls", err);
	char *name = text_typed(wish->name);
	struct buf text = { 0 };
	plan->op = N_("runbook");
	bool ok = t && (*name || error_set(err, ERROR_USAGE, "runbook new: the name is empty")) &&
		  name_is_short(name, err) && fits(begin_with(wish, "Partner"), "--partner", err) &&
		  fits(begin_with(wish, "Identity"), "--identity", err) && is_free(app, name, err);
	if (ok) {
		char *file = free_file(app_store(app), name);
		write_new(wish, name, t, &text);
		const struct runbook_change change = {
			.file = file, .name = name, .now = t->help, .text = &text
		};
		plan_runbook(plan, &change);
		free(file);
	}
	buf_done(&text);
	free(name);
	return ok;
}

/* --- changes ------------------------------------------------------------------------------- */

static void splice(struct buf *text, size_t from, size_t to, const char *with)
{
	struct buf out = { 0 };
	buf_add(&out, text->data, from);
	buf_text_add(&out, with);
	buf_add(&out, text->data + to, text->len - to);
	buf_done(text);
	*text = out;
}

static void add_line(struct buf *text, size_t at, const char *line)
{
	/* The last line of a file may have no end. */
	bool open = at > 0 && text->data[at - 1] != '\n';
	char *whole = mem_format("%s%s\n", open ? "\n" : "", line);
	splice(text, at, at, whole);
	free(whole);
}

static void plan_text_of(const struct runbook *book, const struct buf *text, const char *was,
	const char *now, struct plan *plan)
{
	plan->op = "runbook";
	plan_runbook(plan, &(struct runbook_change){ .file = book->file,
				   .name = book->name,
				   .was = was,
				   .now = now,
				   .text = text,
				   .base = book->base });
}

static struct buf copy_of(const struct runbook *book)
{
	struct buf text = { 0 };
	buf_add(&text, book->text.data, book->text.len);
	return text;
}

static void sign(struct buf *text, const struct runbook_step *step, const char *why)
{
	char when[CLOCK_ISO], *typed = text_typed(why ? why : "");
	clock_iso(when, clock_now());
	char *line = *typed ? mem_format(BELOW "done: %s by %s (%s)", when, user_name(), typed) :
			      mem_format(BELOW "done: %s by %s", when, user_name());
	add_line(text, step->end, line);
	free(line);
	free(typed);
}

bool app_plan_runbook_tick(const struct runbook *book, size_t number, bool done, const char *why,
	struct plan *plan)
{
	const struct runbook_step *step = &book->steps[number];
	plan->op = "runbook";
	if (step->done == done)
		return true;
	struct buf text = copy_of(book);
	if (done)
		sign(&text, step, why);
	splice(&text, step->done_from, step->done_to, "");
	text.data[step->box] = done ? 'x' : ' ';
	char *was = mem_format("step %zu %s", number + 1, done ? "open" : "done");
	plan_text_of(book, &text, was, done ? "done" : "open", plan);
	free(was);
	buf_done(&text);
	return true;
}

static void plan_value(const struct runbook *book, const struct runbook_input *input,
	const char *safe, struct plan *plan)
{
	struct buf text = copy_of(book);
	char *with = mem_format("%s%s", *safe ? " " : "", safe);
	char *now = mem_format("%s: %s", input->name, *safe ? safe : "nothing");
	splice(&text, input->from, input->to, with);
	plan_text_of(book, &text, *input->value ? input->value : NULL, now, plan);
	free(now);
	free(with);
	buf_done(&text);
}

static const struct runbook_input *input_named(const struct runbook *book, const char *name,
	struct error *err)
{
	const struct runbook_input *found = NULL;
	char *safe = text_typed(name);
	for (size_t i = 0; i < book->input_count && !found; i++)
		if (strcasecmp(book->inputs[i].name, safe) == 0)
			found = &book->inputs[i];
	if (!found)
		error_set(err, ERROR_NOT_FOUND,
			"%s: there is no input %s (certary runbook show lists them)", book->name,
			safe);
	free(safe);
	return found;
}

bool app_plan_runbook_set(const struct runbook *book, const char *name, const char *value,
	struct plan *plan, struct error *err)
{
	const struct runbook_input *input = input_named(book, name, err);
	plan->op = "runbook";
	if (!input)
		return false;
	char *safe = text_typed(value);
	bool ok = fits(safe, input->name, err);
	if (ok && strcmp(safe, input->value) != 0)
		plan_value(book, input, safe, plan);
	free(safe);
	return ok;
}

bool app_plan_runbook_note(const struct runbook *book, size_t number, const char *note,
	struct plan *plan, struct error *err)
{
	const struct runbook_step *step = &book->steps[number];
	char *safe = text_typed(note);
	const char *was = step->note ? step->note : "";
	plan->op = "runbook";
	bool ok = fits(safe, _("the note"), err);
	if (ok && strcmp(safe, was) != 0) {
		struct buf text = copy_of(book);
		char *line = mem_format(BELOW "note: %s", safe);
		char *now = mem_format("step %zu: %s", number + 1, *safe ? safe : "no note");
		if (*safe)
			add_line(&text, step->note ? step->note_to : step->end, line);
		splice(&text, step->note_from, step->note_to, "");
		plan_text_of(book, &text, *was ? was : NULL, now, plan);
		free(now);
		free(line);
		buf_done(&text);
	}
	free(safe);
	return ok;
}

bool app_plan_runbook_remove(const struct runbook *book, struct plan *plan)
{
	plan->op = "runbook";
	plan_runbook(plan, &(struct runbook_change){ .file = book->file,
				   .name = book->name,
				   .was = *book->template ? book->template : "checklist",
				   .base = book->base });
	return true;
}
