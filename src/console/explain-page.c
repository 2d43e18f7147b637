/*
 * Why: the explanation of what was under the cursor, a certificate of the store or what a file to
 * import holds.  It is made anew whenever the store changed, as a decision elsewhere may turn it.
 */
#include <stdlib.h>
#include <string.h>

#include "app/explain.h"
#include "app/limits.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/pages.h"

static enum role role_of(const struct explained_line *line)
{
	static const enum role states[STATE_COUNT] = {
		[STATE_TRUSTED] = ROLE_TRUSTED,
		[STATE_LIMITED] = ROLE_LIMITED,
		[STATE_UNTRUSTED] = ROLE_UNTRUSTED,
		[STATE_BLOCKED] = ROLE_BLOCKED,
		[STATE_TRASH] = ROLE_TRASH,
	};
	static const enum role kinds[] = {
		[EXPLAINED_TRUSTED] = ROLE_GOOD,
		[EXPLAINED_REFUSED] = ROLE_ERROR,
		[EXPLAINED_STEP] = ROLE_VALUE,
		[EXPLAINED_MISSING] = ROLE_ERROR,
		[EXPLAINED_BREAKS] = ROLE_ERROR,
		[EXPLAINED_MARKS] = ROLE_WARNING,
		[EXPLAINED_TELLS] = ROLE_DIM,
		[EXPLAINED_NOTE] = ROLE_DIM,
	};
	bool held = line->kind == EXPLAINED_STEP && line->state != STATE_NONE;
	return held ? states[line->state] : kinds[line->kind];
}

static bool is_step(const struct explained_line *line)
{
	return line->kind == EXPLAINED_STEP || line->kind == EXPLAINED_MISSING;
}

static void add_step(struct rows *rows, const struct explained_line *line)
{
	const char *branch = line->depth > 0 ? "└ " : "";
	const char *name = line->name ? line->name : "", *text = line->text ? line->text : "";
	int indent = line->depth > 0 ? 2 * (int)(line->depth - 1) : 0;
	if (screen_is_plain())
		rows_format(rows, role_of(line), NULL, "%s%s%s", name,
			*name && *text ? ": " : "", text);
	else
		rows_format(rows, role_of(line), NULL, "%*s%s%s%*s%s", indent, "", branch,
			name, (int)line->gap, "", text);
}

/* Verdict, certificates and reasons stand apart from each other. */
static void add_line(struct rows *rows, const struct explained_line *line, bool begins)
{
	const char *label = line->kind == EXPLAINED_BREAKS || line->kind == EXPLAINED_TELLS
				    ? N_("also")
				    : N_("note");
	if (begins)
		rows_blank(rows);
	if (is_step(line))
		add_step(rows, line);
	else if (line->name)
		rows_format(rows, role_of(line), label, "%s: %s", line->name, line->text);
	else
		rows_add(rows, role_of(line), NULL, line->text);
}

static void add_lines(struct rows *rows, const struct explanation *x)
{
	struct explained_lines lines = { 0 };
	explanation_lines(x, &lines);
	for (size_t i = 0; i < lines.count; i++) {
		const struct explained_line *line = &lines.items[i];
		bool goes_on = i > 0 && line->name && lines.items[i - 1].name &&
			       is_step(line) == is_step(&lines.items[i - 1]);
		add_line(rows, line, !goes_on);
	}
	explained_lines_done(&lines);
}

/* What would mend it, with what to type: what is simple can be done from here. */
static void add_remedies(struct desk *desk, struct rows *rows, const struct explanation *x)
{
	struct error ignored;
	const struct remedies *r = &desk->remedies;
	if (!app_remedies(desk->app, x, &desk->remedies, &ignored))
		return;
	if (r->nearest)
		rows_add(rows, ROLE_DIM, "near", r->nearest);
	for (size_t i = 0; i < r->count; i++) {
		if (i == 0)
			rows_blank(rows);
		enum remedy_kind kind = r->items[i].kind;
		bool note = kind == REMEDY_CHAIN || kind == REMEDY_FETCH;
		rows_add(rows, ROLE_VALUE, note ? N_("note") : N_("mend"), r->items[i].text);
		if (r->items[i].command)
			rows_add(rows, ROLE_DIM, "", r->items[i].command);
	}
}

/* What is to be explained may be gone since. */
static bool explain(struct desk *desk, struct explanation *out, struct error *err)
{
	static const struct explain_question question = { .purpose = PURPOSE_ANY };
	struct entry e;
	const struct haul *haul = &desk->haul;
	if (desk->why_probe)
		return probe_explain(desk, out, err);
	if (desk->why_haul)
		return app_explain_haul(desk->app, haul,
			desk->why_item < haul->count ? &haul->items[desk->why_item] : NULL,
			&question, out, err);
	if (desk->why_path)
		return app_explain_text(desk->app, desk->why_path, &question, out, err);
	if (app_find(desk->app, &desk->about, &e))
		return app_explain_entry(desk->app, &e, &question, out, err);
	error_set(err, ERROR_NOT_FOUND, "It is no longer in the store.");
	return false;
}

static void fill(struct desk *desk)
{
	struct explanation x = { 0 };
	struct error err = { 0 };
	struct rows *rows = &desk->why.rows;
	rows_done(rows);
	remedies_done(&desk->remedies);
	if (explain(desk, &x, &err)) {
		rows_heading(rows, x.paths[0].steps[0].name);
		add_lines(rows, &x);
		add_remedies(desk, rows, &x);
	} else {
		rows_add(rows, ROLE_ERROR, NULL, err.text);
	}
	explanation_done(&x);
	desk->why_stale = false;
	pager_changed(&desk->why);
}

void explain_page_reload(struct desk *desk)
{
	desk->why_stale = true;
}

void explain_page_draw(struct desk *desk, struct area area)
{
	if (desk->why_stale)
		fill(desk);
	pager_draw(&desk->why, area);
}

/* Whether Enter has something to offer. */
bool explain_page_mends(struct desk *desk)
{
	if (desk->why_stale)
		fill(desk);
	for (size_t i = 0; i < desk->remedies.count; i++)
		if (desk->remedies.items[i].simple)
			return true;
	return false;
}

static enum reaction open_page(struct desk *desk, const char *path)
{
	desk->why_probe = false;
	free(desk->why_path);
	desk->why_path = path ? mem_text(path) : NULL;
	pager_start(&desk->why);
	desk->why_stale = true;
	desk_push(desk, PAGE_WHY);
	return REACT_LAYOUT;
}

enum reaction action_why(struct desk *desk)
{
	const struct entry *e = desk_current(desk);
	if (!e)
		return REACT_NONE;
	desk->about = e->info.sha256;
	desk->why_haul = false;
	return open_page(desk, NULL);
}

/* With the files in focus all that the file holds is one chain, else the item is its leaf. */
enum reaction action_why_item(struct desk *desk)
{
	if (!desk->has_haul || desk->haul.count == 0)
		return REACT_NONE;
	desk->why_item = desk->items_focus ? desk->items.cursor : desk->haul.count;
	desk->why_haul = true;
	return open_page(desk, NULL);
}

enum reaction why_open(struct desk *desk, const char *path)
{
	desk->why_haul = false;
	return open_page(desk, path);
}

enum reaction why_probe(struct desk *desk)
{
	desk->why_haul = false;
	desk->why_endpoint = desk_page(desk) != PAGE_PROBE;
	enum reaction r = open_page(desk, NULL);
	desk->why_probe = true;
	return r;
}

/* ---- doing one of them ---- */

static enum reaction take_remedy(struct desk *desk, const struct remedy *remedy)
{
	struct plan plan = { 0 };
	struct error err = { 0 };
	struct entry e;
	if (!app_find(desk->app, &remedy->cert, &e)) {
		desk_say(desk, ROLE_WARNING, "it is no longer there");
		return REACT_REPAINT;
	}
	const struct limits limits = { remedy->scope, remedy->until, remedy->ticket };
	bool ok = remedy->scope ? app_plan_limited(desk->app, &limits, &e, &plan, &err) :
				  app_plan_decision(desk->app, remedy->decision, &e, &plan, &err);
	if (!ok) {
		plan_done(&plan);
		return desk_error(desk, &err);
	}
	return desk_confirm(desk, &plan, true, decision_row(remedy->decision)->loses);
}

static enum reaction remedy_chosen(struct desk *desk, struct dialog *dialog, bool done)
{
	size_t which = done ? (size_t)dialog_value(dialog) : desk->remedies.count;
	return which < desk->remedies.count ? take_remedy(desk, &desk->remedies.items[which]) :
					      REACT_REPAINT;
}

#define CHOICES_MOST 9

enum reaction action_mend(struct desk *desk)
{
	static const char *const keys[CHOICES_MOST] = { "1", "2", "3", "4", "5", "6", "7", "8",
		"9" };
	struct dialog_option options[CHOICES_MOST];
	size_t count = 0;
	if (desk_refuse_read_only(desk))
		return REACT_REPAINT;
	for (size_t i = 0; i < desk->remedies.count && count < CHOICES_MOST; i++) {
		const struct remedy *remedy = &desk->remedies.items[i];
		if (!remedy->simple)
			continue;
		options[count] = (struct dialog_option){ .key = keys[count],
			.text = remedy->command,
			.value = (int)i,
			.help = remedy->text };
		count++;
	}
	if (count == 0) {
		desk_say(desk, ROLE_STATUS, "nothing to be done from here");
		return REACT_REPAINT;
	}
	return desk_ask(desk, dialog_choose(N_("Mend it"), NULL, options, count), remedy_chosen);
}
