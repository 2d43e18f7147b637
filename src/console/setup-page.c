/*
 * The wizard's page: a step fills the screen; PgDn and PgUp lead on and back, Esc leaves.  Nothing is
 * written before the summary was said yes to.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/setup.h"
#include "tui/spot.h"

/* --- looking around -------------------------------------------------------------------------- */

static void propose_name(struct setup_work *work)
{
	if (work->found.host && work->answers.values[ANSWER_NAMES].count == 0 &&
		work->step != SETUP_IDENTITY)
		answers_add(&work->answers, ANSWER_NAMES, work->found.host);
}

/* What was named and can't be read is told; of what was only found it is no matter. */
static void tell_problem(struct desk *desk)
{
	const struct setup_work *work = desk->setup;
	const struct haul *haul = &work->found.haul;
	for (size_t i = 0; i < haul->problem_count && work->path_count; i++) {
		const char *path = work->paths[work->path_count - 1];
		char *safe = text_safe(path, strlen(path));
		if (import_is_refusal(&haul->problems[i]) && strcmp(haul->problems[i].file, safe) == 0)
			desk_say(desk, ROLE_ERROR, "%s: %s", safe, haul->problems[i].why);
		free(safe);
	}
}

static void looked(void *ctx, struct setup_found *take, const struct error *err)
{
	struct desk *desk = ctx;
	struct setup_work *work = desk->setup;
	work->looking = NULL;
	desk->pending--;
	desk->reaction |= REACT_REPAINT;
	if (err) {
		desk->reaction |= desk_error(desk, err);
		return;
	}
	setup_found_done(&work->found);
	work->found = *take;
	*take = (struct setup_found){ 0 };
	setup_lists_fill(work);
	propose_name(work);
	if (!work->found.has_bundle && work->step < SETUP_ANCHORS) /* nothing to begin with */
		answers_set(&work->answers, ANSWER_ANCHORS, "none");
	tell_problem(desk);
	setup_judge(desk);
	if (work->step == SETUP_SUMMARY)
		setup_sum_up(desk);
}

enum reaction setup_look_around(struct desk *desk)
{
	struct setup_work *work = desk->setup;
	struct error err = { 0 };
	struct setup_presented *presented = mem_new((work->take_count + 1) * sizeof *presented);
	for (size_t i = 0; i < work->take_count; i++)
		presented[i] = (struct setup_presented){ .place = work->takes[i].place,
			.der = (const uint8_t *)work->takes[i].der.data,
			.len = work->takes[i].der.len };
	const struct setup_wish wish = { .root = work->root,
		.paths = (const char *const *)work->paths,
		.path_count = work->path_count,
		.presented = presented,
		.presented_count = work->take_count };
	if (work->looking) {
		app_setup_find_cancel(work->looking);
		desk->pending--;
	}
	work->looking = app_setup_find_start(desk->app, desk->loop, &wish, looked, desk, &err);
	free(presented); /* the child has what it says */
	if (!work->looking)
		return desk_error(desk, &err);
	desk->pending++;
	return REACT_REPAINT;
}

/* --- open and close -------------------------------------------------------------------------- */

void setup_open(struct desk *desk, const char *root)
{
	struct setup_work *work = mem_new(sizeof *work);
	desk->setup = work;
	answers_init(&work->answers);
	char *path = mem_text(app_store_path(desk->app));
	struct buf bytes = { 0 };
	text_unescape(&bytes, path);
	answers_set(&work->answers, ANSWER_STORE, buf_text(&bytes));
	buf_done(&bytes);
	free(path);
	work->root = realpath(root ? root : "/", NULL);
	if (!work->root) /* said when it is looked into */
		work->root = mem_text(root);
	work->theme_before = mem_text(theme_shown(desk));
	setup_themes_open(work);
	setup_form_open(work);
	desk_push(desk, PAGE_SETUP);
	setup_look_around(desk);
}

void setup_close(struct desk *desk)
{
	struct setup_work *work = desk->setup;
	if (!work)
		return;
	if (!work->done && strcmp(work->theme_before, theme_shown(desk)) != 0)
		theme_show(desk, work->theme_before, NULL);
	setup_probe_stop(desk);
	if (work->looking) {
		app_setup_find_cancel(work->looking);
		desk->pending--;
	}
	if (work->key_job) {
		app_key_cancel(work->key_job);
		desk->pending--;
		making_done(&work->making);
	}
	form_free(work->form);
	setup_lists_done(work);
	setup_found_done(&work->found);
	answers_done(&work->answers);
	for (size_t i = 0; i < work->path_count; i++)
		free(work->paths[i]);
	free(work->paths);
	setup_takes_done(work);
	free(work->root);
	setup_themes_done(work);
	pager_done(&work->summary);
	free(work);
	desk->setup = NULL;
}

enum reaction setup_finish(struct desk *desk)
{
	struct error err = { 0 };
	if (!app_open_store(desk->app, APP_STORE_CREATE, &err))
		return desk_error(desk, &err);
	desk_pop(desk);
	app_reload(desk->app, &err);
	upkeep_start(desk);
	return REACT_RELOAD | REACT_LAYOUT;
}

static enum reaction leave_answered(struct desk *desk, struct dialog *dialog, bool done)
{
	(void)dialog;
	return done ? setup_finish(desk) : REACT_REPAINT;
}

static enum reaction leave_program(struct desk *desk)
{
	(void)desk;
	return REACT_QUIT;
}

/* One key mustn't throw away what took minutes to answer. */
static enum reaction leave(struct desk *desk)
{
	struct setup_work *work = desk->setup;
	struct rows rows = { 0 };
	bool typed = work->form && form_changed(work->form) != work->opened;
	if (!work->touched && !typed && work->step == SETUP_STORE)
		return setup_finish(desk);
	rows_add(&rows, ROLE_VALUE, NULL, _("Nothing was written. certary setup asks again."));
	if (app_setup_is_new(desk->app))
		rows_add(&rows, ROLE_VALUE, NULL, _("The console goes on with an empty store."));
	struct dialog *dialog = dialog_confirm(N_("Leave the setup?"), DIALOG_CALM, &rows, N_("leave it"));
	dialog_no(dialog, N_("stay"));
	dialog_third(dialog, "Q", N_("leave certary"));
	enum reaction r = desk_ask(desk, dialog, leave_answered);
	desk->dialog_third = leave_program;
	return r;
}

/* --- from step to step ----------------------------------------------------------------------- */

static enum reaction go(struct desk *desk, int by)
{
	struct setup_work *work = desk->setup;
	struct error err = { 0 };
	if ((work->step == SETUP_STORE && by < 0) || (work->step == SETUP_SUMMARY && by > 0))
		return REACT_NONE;
	setup_form_close(work);
	if (work->step == SETUP_STORE &&
		!app_setup_store(desk->app, &work->answers, NULL, &err)) {
		setup_form_open(work);
		return desk_error(desk, &err);
	}
	work->step = (enum setup_step)((int)work->step + by);
	setup_form_open(work);
	if (work->step == SETUP_ENDPOINTS)
		setup_judge(desk);
	if (work->step == SETUP_SUMMARY)
		setup_sum_up(desk);
	return REACT_LAYOUT;
}

static enum reaction help(struct desk *desk)
{
	static const char *const keys[][2] = {
		{ "PgDn", N_("the next step; also F10, in lists n, Enter and Right") },
		{ "PgUp", N_("the step before; in lists also b and Left") },
		{ "Space", N_("in lists: tick, or not; A: all or none; a: add what wasn't found") },
		{ "p", N_("among services: ask those that are ticked") },
		{ "t", N_("among services: trust the CA that the selected one presented") },
		{ "d", N_("among targets: whether to deploy at once") },
		{ "y w", N_("in the summary: do it; save the answers to a file, for setup --answers") },
		{ "Esc", N_("leave, nothing is written") },
	};
	const struct setup_step_row *row = &setup_steps[desk->setup->step];
	struct rows rows = { 0 };
	rows_add(&rows, ROLE_VALUE, NULL, _(row->help));
	for (int i = (int)row->first; i <= (int)row->last; i++) {
		rows_blank(&rows);
		rows_add(&rows, ROLE_VALUE, NULL, _(answer_row((enum answer)i)->help));
	}
	rows_blank(&rows);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		rows_about(&rows, ROLE_VALUE, keys[i][0], _(keys[i][1]));
	return desk_ask(desk, dialog_message(N_("Help"), DIALOG_CALM, &rows), NULL);
}

static enum reaction form_step_key(struct desk *desk, const struct key *key)
{
	enum reaction r = form_key(desk->setup->form, key);
	setup_theme_show(desk);
	if (r & REACT_ACCEPT)
		return go(desk, 1);
	if (r & REACT_CLOSE)
		return leave(desk);
	return r;
}

static enum reaction other_step_key(struct desk *desk, const struct key *key)
{
	struct setup_work *work = desk->setup;
	if (key_is(key, "?"))
		return help(desk);
	if (key_is(key, "b") || key_is(key, "Left") || key_is(key, "Backspace"))
		return go(desk, -1);
	if (work->step == SETUP_SUMMARY)
		return key_is(key, "y") ? setup_do(desk) : key_is(key, "w") ? setup_save(desk) :
			pager_key(&work->summary, key);
	if (key_is(key, "n") || key_is(key, "Enter") || key_is(key, "Right"))
		return go(desk, 1);
	return setup_list_key(desk, key);
}

enum reaction setup_page_key(struct desk *desk, const struct key *key)
{
	struct setup_work *work = desk->setup;
	if (work->key_job && !key_is(key, "Esc"))
		return REACT_NONE;
	if (key_is(key, "F1"))
		return help(desk);
	if (key_is(key, "PgUp"))
		return go(desk, -1);
	if (key_is(key, "PgDn") || (key_is(key, "F10") && !work->form))
		return work->form ? form_step_key(desk, &(struct key){ .code = K_F1 + 9 }) : go(desk, 1);
	if (work->form)
		return form_step_key(desk, key);
	return key_is(key, "Esc") ? leave(desk) : other_step_key(desk, key);
}

/* --- looks ----------------------------------------------------------------------------------- */

static const char *hints_of(const struct setup_work *work, bool wide)
{
	if (work->step == SETUP_SUMMARY)
		return wide ? N_("y do it   w save the answers   b back   ? help   Esc leave") :
			      N_("y do it  w save  b back  ? help");
	if (work->form)
		return wide ? N_("PgDn next   PgUp back   F1 help   Esc leave") : N_("PgDn next  PgUp back  F1 help");
	if (work->step == SETUP_ENDPOINTS)
		return wide ? N_("Space tick   a add   p ask   t trust   b back   n next   ? help   Esc leave") :
			      N_("Space a add p ask t trust b n next ?");
	if (work->step == SETUP_TARGETS)
		return wide ? N_("Space tick   a add   d deploy now   b back   n next   ? help   Esc leave") :
			      N_("Space a add d deploy b back n next ?");
	return wide ? N_("Space tick   A all   a add   b back   n next   ? help   Esc leave") :
		      N_("Space tick  a add  b back  n next  ?");
}

#define TALL 16 /* rows: below it the words are for the help */

static void draw_help(const struct setup_work *work, struct area *area)
{
	struct pager pager = { 0 };
	struct buf text = { 0 };
	buf_text_add(&text, _(setup_steps[work->step].help));
	if (work->step == SETUP_TARGETS)
		buf_text_add(&text, answers_yes(&work->answers, ANSWER_DEPLOY) ?
			_(" Deploy now: yes (d).") : _(" Deploy now: no (d)."));
	rows_add(&pager.rows, ROLE_DIM, NULL, buf_text(&text));
	pager_changed(&pager);
	int lines = pager_lines(&pager, area->cols - 2);
	if (area->rows >= TALL)
		pager_draw(&pager, area_part(area_cut_top(area, lines + 1), 0, 1, lines, area->cols - 2));
	pager_done(&pager);
	buf_done(&text);
}

static int width_of(const char *from, const char *end)
{
	char *part = mem_textn(from, (size_t)(end - from));
	int cols = area_width(part);
	free(part);
	return cols;
}

/* What stands apart from the others is a key and what it does; closer together nothing can be clicked. */
static void draw_hints(struct area area, const char *text)
{
	area_text(area, 0, 1, ROLE_HINT_TEXT, text);
	int x = 1;
	for (const char *at = text, *next; *at; at = next) {
		const char *gap = strstr(at, "  "), *end = gap ? gap : at + strlen(at);
		char name[KEY_NAME];
		size_t key = strcspn(at, " "), blanks = 0;
		int cols = width_of(at, end);
		next = end + strspn(end, " ");
		for (const char *p = at; p < end; p++)
			blanks += *p == ' ';
		snprintf(name, sizeof name, "%.*s", (int)key, at);
		if (blanks < 4)
			spot_key(area_part(area, 0, x, 1, cols), name);
		x += cols + (int)(next - end);
	}
}

void setup_page_draw(struct desk *desk, struct area area)
{
	struct setup_work *work = desk->setup;
	struct area hints = area_cut_bottom(&area, 1);
	const char *keys = _(hints_of(work, true));
	bool wide = area.cols >= 76 && area_width(keys) < area.cols;
	draw_hints(hints, wide ? keys : _(hints_of(work, false)));
	if (work->form) {
		draw_help(work, &area);
		form_draw(work->form, area);
		return;
	}
	struct area title = area_cut_top(&area, 1);
	area_format(title, 0, 1, ROLE_TITLE, _("Step %d of %d: %s"), (int)work->step + 1, SETUP_COUNT,
		_(setup_steps[work->step].title));
	draw_help(work, &area);
	if (work->step == SETUP_SUMMARY)
		pager_draw(&work->summary, area_part(area, 0, 1, area.rows, area.cols - 2));
	else
		setup_list_draw(desk, area);
}

bool setup_page_typing(const struct desk *desk)
{
	(void)desk;
	return true;
}
