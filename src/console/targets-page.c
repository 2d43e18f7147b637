/*
 * The list of targets: the consumers that are fed, and how each stands to the store.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/pages.h"
#include "console/targets.h"

enum {
	COLUMN_NAME, COLUMN_KIND, COLUMN_STATE, COLUMN_COUNT, COLUMN_PLACE, COLUMN_WHEN, COLUMN_IDENTITY,
	COLUMN_SERVICE, COLUMN_OWNER, COLUMN_NOTE, COLUMNS
};

static const char *state_word(size_t i)
{
	return i <= TARGET_CHANGED ? target_state_word((enum target_state)i) : NULL;
}

static const struct grid_column target_columns[COLUMNS] = {
	[COLUMN_NAME] = { "name", N_("the name that people gave"),
		{ .title = N_("Name"), .min = 10, .want = 20 }, false },
	[COLUMN_KIND] = { "kind", N_("what it is"),
		{ .title = N_("Kind"), .min = 11, .want = 15, .rank = 2 }, false },
	[COLUMN_STATE] = { "state", N_("how it stands to the store"),
		{ .title = N_("State"), .min = 7, .want = 7, .word = state_word }, false },
	[COLUMN_COUNT] = { "certs", N_("certificates that it was given"),
		{ .title = NC_("column", "Certs"), .min = 5, .want = 6, .right = true, .rank = 3 }, false },
	[COLUMN_PLACE] = { "place", N_("what is written"),
		{ .title = N_("Place"), .min = 16, .want = 40, .rank = 1, .stretch = true },
		false },
	[COLUMN_WHEN] = { "deployed", N_("when it was deployed to"),
		{ .title = N_("Deployed"), .min = 10, .want = 20 }, true },
	[COLUMN_IDENTITY] = { "identity", N_("whose key and certificate it gets"),
		{ .title = N_("Identity"), .min = 8, .want = 20 }, true },
	[COLUMN_SERVICE] = { "service", N_("who reads it"),
		{ .title = N_("Service"), .min = 8, .want = 12 }, true },
	[COLUMN_OWNER] = { "owner", N_("whose file it is"),
		{ .title = N_("Owner"), .min = 8, .want = 18 }, true },
	[COLUMN_NOTE] = { "note", N_("what was noted"),
		{ .title = N_("Note"), .min = 12, .want = 24, .stretch = true }, true },
};
const struct grid_kind target_grid = GRID(target_columns, REMEMBER_COLUMNS_TARGETS);

/* --- reading them -------------------------------------------------------------------------- */

static void forget(struct target_view *view)
{
	target_statuses_free(view->statuses, view->all.count);
	targets_done(&view->all);
	view->statuses = NULL;
}

static void select_again(struct target_view *view)
{
	list_resize(&view->list, view->all.count);
	for (size_t i = 0; view->selected && i < view->all.count; i++)
		if (strcmp(view->all.items[i].name, view->selected) == 0)
			list_select(&view->list, i);
}

static void read_all(struct desk *desk, struct target_view *view)
{
	forget(view);
	view->err = (struct error){ 0 };
	if (app_targets(desk->app, &view->all, &view->err) && view->all.count > 0 &&
		!app_target_statuses(desk->app, &view->all, &view->statuses, &view->err))
		forget(view);
	view->read = true;
	select_again(view);
}

struct target_view *targets_of(struct desk *desk)
{
	if (!desk->targets)
		desk->targets = mem_new(sizeof *desk->targets);
	if (!desk->targets->read)
		read_all(desk, desk->targets);
	return desk->targets;
}

/* How many are behind stands in the title; of a store that isn't read as a whole nobody can tell yet. */
void targets_look_once(struct desk *desk)
{
	if (!app_is_incomplete(desk->app))
		targets_of(desk);
}

void targets_page_reload(struct desk *desk)
{
	if (!desk->targets || !desk->targets->read)
		return;
	read_all(desk, desk->targets);
	desk->reaction |= REACT_REPAINT;
}

void targets_free(struct desk *desk)
{
	struct target_view *view = desk->targets;
	if (!view)
		return;
	if (view->job)
		app_deploy_cancel(view->job);
	forget(view);
	for (size_t i = 0; i < view->name_count; i++)
		free(view->names[i]);
	free(view->names);
	free(view->selected);
	free(view->editing);
	deploy_plan_done(&view->plan);
	identities_done(&view->identities);
	buf_wipe(&view->passphrase);
	pager_done(&view->text);
	free(view);
	desk->targets = NULL;
}

const struct target *targets_current(struct desk *desk)
{
	const struct target_view *view = targets_of(desk);
	return view->list.cursor < view->all.count ? &view->all.items[view->list.cursor] : NULL;
}

void targets_select(struct desk *desk, const char *name)
{
	struct target_view *view = targets_of(desk);
	free(view->selected);
	view->selected = mem_text(name);
	select_again(view);
}

void targets_remember_cursor(struct desk *desk)
{
	const struct target *target = targets_current(desk);
	if (target)
		targets_select(desk, target->name);
}

/* --- painting ------------------------------------------------------------------------------ */

/* Texts of the file are as people typed them; the caller frees. */
static char *saved_text(const struct target *target, size_t which)
{
	const char *text = which == COLUMN_NAME	    ? target->name :
			   which == COLUMN_IDENTITY ? target->identity :
			   which == COLUMN_SERVICE  ? target->service :
			   which == COLUMN_OWNER    ? target->owner :
			   which == COLUMN_NOTE	    ? target->note :
						      NULL;
	if (which == COLUMN_PLACE) {
		char *place = target_place(target), *said = mem_text(_(place));
		free(place);
		return said;
	}
	return text_safe(text ? text : "", text ? strlen(text) : 0);
}

static void draw_cell(const struct desk *desk, const struct list_row *row, size_t i)
{
	const struct target_view *view = desk->targets;
	const struct target *target = &view->all.items[row->index];
	const struct target_status *status = &view->statuses[row->index];
	size_t which = desk->grid.which[i];
	char count[24] = "", when[CLOCK_ISO] = "", *safe = saved_text(target, which);
	if (status->when) {
		snprintf(count, sizeof count, "%zu", status->count);
		lang_time(when, status->when);
	}
	const struct {
		enum role role;
		const char *text;
	} cells[COLUMNS] = {
		[COLUMN_NAME] = { ROLE_NORMAL, safe },
		[COLUMN_KIND] = { ROLE_DIM, target->kind->name },
		[COLUMN_STATE] = { target_state_role(status->state),
			_(target_state_word(status->state)) },
		[COLUMN_COUNT] = { ROLE_NORMAL, count },
		[COLUMN_PLACE] = { ROLE_DIM, safe },
		[COLUMN_WHEN] = { ROLE_DIM, when },
		[COLUMN_IDENTITY] = { ROLE_NORMAL, safe },
		[COLUMN_SERVICE] = { ROLE_DIM, safe },
		[COLUMN_OWNER] = { ROLE_DIM, safe },
		[COLUMN_NOTE] = { ROLE_DIM, safe },
	};
	columns_cell(row->area, 0, &desk->grid.columns[i], &desk->grid.places[i],
		list_role(row, cells[which].role), cells[which].text, NULL);
	free(safe);
}

static void draw_row(void *ctx, const struct list_row *row)
{
	const struct desk *desk = ctx;
	for (size_t i = 0; i < desk->grid.count; i++)
		draw_cell(desk, row, i);
}

static void draw_empty(const struct target_view *view, struct area area)
{
	struct pager text = { 0 };
	if (view->err.code) {
		rows_add(&text.rows, ROLE_ERROR, NULL, view->err.text);
	} else {
		rows_add(&text.rows, ROLE_NORMAL, NULL,
			_("No targets yet: the consumers that are fed from this store."));
		rows_blank(&text.rows);
		rows_about(&text.rows, ROLE_DIM, "c",
			_("adds one: a Java truststore, the system's anchors, a folder of "
			  "OpenSSL's, a "
			  "PEM bundle, PostgreSQL's files …"));
		rows_about(&text.rows, ROLE_DIM, "D",
			_("deploys then, to all of them or to none: what each would get is shown "
			  "first"));
	}
	pager_changed(&text);
	pager_draw(&text, area_part(area, 1, 2, area.rows - 1, area.cols - 3));
	pager_done(&text);
}

void targets_page_draw(struct desk *desk, struct area area)
{
	struct target_view *view = targets_of(desk);
	if (view->all.count == 0) {
		draw_empty(view, area);
		return;
	}
	struct area head = area_cut_top(&area, 1);
	struct area foot = area_cut_bottom(&area, 2);
	area_clear_row(head, 0, ROLE_HEADING);
	area_cut_left(&head, LIST_MARGIN);
	grid_head(&desk->grid, desk->memory, &target_grid, head, NULL, false);
	view->list.draw = draw_row;
	view->list.ctx = desk;
	list_draw(&view->list, area, true);
	area_text(foot, 1, 1, ROLE_DIM, view->statuses[view->list.cursor].text);
}

void targets_page_position(struct desk *desk, char *out, size_t size)
{
	list_position(&targets_of(desk)->list, out, size);
}

struct pager *targets_text(struct desk *desk)
{
	return &targets_of(desk)->text;
}

size_t targets_behind(const struct desk *desk)
{
	size_t n = 0;
	const struct target_view *view = desk->targets;
	for (size_t i = 0; view && view->statuses && i < view->all.count; i++)
		n += target_needs_deploying(view->statuses[i].state);
	return n;
}

/* --- keys ---------------------------------------------------------------------------------- */

enum reaction targets_page_key(struct desk *desk, const struct key *key)
{
	enum reaction r = list_key(&targets_of(desk)->list, key);
	if (r != REACT_UNHANDLED)
		targets_remember_cursor(desk);
	return r;
}

enum reaction action_view_targets(struct desk *desk)
{
	action_view_list(desk);
	read_all(desk, targets_of(desk)); /* somebody else may have written to a consumer */
	desk_push(desk, PAGE_TARGETS);
	return REACT_LAYOUT;
}

enum reaction action_open_target(struct desk *desk)
{
	const struct target *target = targets_current(desk);
	if (!target || desk_page(desk) == PAGE_TARGET)
		return REACT_NONE;
	targets_remember_cursor(desk);
	return targets_look(desk, target->name, false);
}

enum reaction action_add_target(struct desk *desk)
{
	return desk_refuse_read_only(desk) ? REACT_REPAINT : targets_open_form(desk, NULL);
}

enum reaction action_edit_target(struct desk *desk)
{
	const struct target *target = targets_current(desk);
	if (!target || desk_refuse_read_only(desk))
		return REACT_REPAINT;
	targets_remember_cursor(desk);
	return targets_open_form(desk, target);
}

enum reaction action_remove_target(struct desk *desk)
{
	const struct target *target = targets_current(desk);
	struct plan plan = { 0 };
	struct error err = { 0 };
	if (!target || desk_refuse_read_only(desk))
		return REACT_REPAINT;
	if (!app_plan_target_remove(desk->app, target, &plan, &err)) {
		plan_done(&plan);
		return desk_error(desk, &err);
	}
	plan.op = "remove";
	return desk_confirm(desk, &plan, false, true);
}

enum reaction action_refresh_targets(struct desk *desk)
{
	read_all(desk, targets_of(desk));
	return REACT_REPAINT;
}
