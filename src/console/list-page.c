/*
 * The list of certificates, and beside it the properties of the one under the cursor where the screen
 * has room for both.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/list-columns.h"
#include "console/pages.h"
#include "console/split.h"

#define MARK_COLS 2 /* columns before the first: the mark, and a blank */

const struct entry *desk_current(struct desk *desk)
{
	if (desk->list.cursor >= desk->view.count)
		return NULL;
	app_view_entry(desk->app, &desk->view, desk->list.cursor, &desk->current);
	return &desk->current;
}

enum reaction action_mark(struct desk *desk)
{
	const struct entry *e = desk_current(desk);
	if (!e)
		return REACT_NONE;
	if (marks_has(&desk->marks, &e->info.sha256))
		marks_remove(&desk->marks, &e->info.sha256);
	else
		marks_add(&desk->marks, &e->info.sha256);
	list_move(&desk->list, 1);
	return REACT_REPAINT;
}

enum reaction action_mark_all(struct desk *desk)
{
	size_t before = desk->marks.count;
	struct entry e;
	for (size_t i = 0; i < desk->view.count; i++) {
		app_view_entry(desk->app, &desk->view, i, &e);
		marks_add(&desk->marks, &e.info.sha256);
	}
	if (desk->marks.count == before)
		marks_clear(&desk->marks);
	return REACT_REPAINT;
}

/* The same as a sentence: what colours say elsewhere is said. */
static void draw_in_words(const struct desk *desk, const struct list_row *row, const struct entry *e)
{
	int64_t days = cert_days_left(&e->info, app_now());
	enum validity validity =
		entry_validity(e, app_now(), desk->query.days, desk->query.percent);
	struct buf text = { 0 };
	buf_format(&text, "%s%s, %s, ", marks_has(&desk->marks, &e->info.sha256) ? _("marked: ") : "",
		e->name, _(state_name((int)e->state)));
	if (validity == VALIDITY_EXPIRED)
		buf_format(&text, _("expired %lld days ago"), (long long)-days);
	else if (validity == VALIDITY_FUTURE)
		buf_text_add(&text, _("not valid yet"));
	else if (days > 99999)
		buf_text_add(&text, _("never expires"));
	else
		buf_format(&text, validity == VALIDITY_EXPIRING ? _("expiring, %lld days left") :
								  _("%lld days left"),
			(long long)days);
	buf_format(&text, ", %s", e->info.subject);
	area_text_found(row->area, 0, 0, row->area.cols, ROLE_NORMAL, buf_text(&text), desk->found);
	buf_done(&text);
}

static void draw_row(void *ctx, const struct list_row *row)
{
	struct desk *desk = ctx;
	struct entry entry;
	struct area area = row->area, margin = area_cut_left(&area, MARK_COLS);
	app_view_entry(desk->app, &desk->view, row->index, &entry);
	if (screen_is_plain()) {
		draw_in_words(desk, row, &entry);
		return;
	}
	bool marked = marks_has(&desk->marks, &entry.info.sha256);
	if (marked)
		area_text(margin, 0, 0, list_role(row, ROLE_MARKED), "*");
	for (size_t i = 0; i < desk->grid.count; i++)
		certificate_cell(desk, &entry, desk->grid.which[i], area, &desk->grid.columns[i],
			&desk->grid.places[i], row, marked);
}

static void draw_empty(const struct desk *desk, struct area area)
{
	bool narrowed = desk->search.len || desk->query.states || desk->query.filters ||
			desk->issuer;
	const char *text =
		narrowed ? _("Nothing matches. Esc shows everything again.")
			 : _("No certificates here. i imports some; or paste a PEM block.");
	area_text(area, area.rows > 2 ? 1 : 0, 2, ROLE_DIM, text);
}

static void draw_list(struct desk *desk, struct area area, bool focus)
{
	struct area head = area_cut_top(&area, 1);
	if (desk->only_moved) {
		list_draw_moved(&desk->list, area, focus);
		return;
	}
	area_clear_row(head, 0, ROLE_HEADING);
	area_cut_left(&head, screen_is_plain() ? 0 : LIST_MARGIN + MARK_COLS);
	grid_head(&desk->grid, desk->memory, &certificate_grid, head,
		desk->query.sort ? desk->query.sort->name : "name", desk->query.reverse);
	desk->list.draw = draw_row;
	desk->list.ctx = desk;
	if (desk->view.count == 0)
		draw_empty(desk, area);
	else
		list_draw(&desk->list, area, focus);
}

/* A fingerprint's line fits into the right half. */
static const struct split_habit habit = { .from = 116, .share = 50 };

void list_page_draw(struct desk *desk, struct area area)
{
	struct split split = split_draw(desk, area, &habit);
	desk->list.leap = split.way == SPLIT_BESIDE;
	desk->detail_focus = desk->detail_focus && split.way != SPLIT_ALONE;
	draw_list(desk, split.list, !desk->detail_focus);
	if (split.way != SPLIT_ALONE)
		detail_page_draw(desk, split.detail);
}

/* Keep the cursor on the same certificate while the view changes around it. */
static void select_again(struct desk *desk)
{
	size_t index;
	if (desk->has_selected &&
		app_view_find(desk->app, &desk->view, &desk->selected, &index))
		list_select(&desk->list, index);
}

static void remember_selected(struct desk *desk)
{
	const struct entry *e = desk_current(desk);
	desk->has_selected = e != NULL;
	if (e)
		desk->selected = e->info.sha256;
}

static void view_ready(struct desk *desk)
{
	list_resize(&desk->list, desk->view.count);
	select_again(desk);
	remember_selected(desk);
}

/* A search of a large store gives way to the next key, which most often narrows it. */
static void seek(void *ctx)
{
	struct desk *desk = ctx;
	desk->pending -= desk->seek_timer != 0;
	desk->seek_timer = 0;
	while (!app_view_step(desk->app, &desk->view)) {
		if (!key_waits())
			continue;
		desk->seek_timer = loop_after(desk->loop, 0, seek, desk);
		desk->pending++;
		return;
	}
	if (!app_view_is_current(desk->app, &desk->view)) { /* the store was reloaded meanwhile */
		desk->reaction |= REACT_RELOAD;
		return;
	}
	view_ready(desk);
	desk->reaction |= REACT_REPAINT;
}

static void settle(struct desk *desk)
{
	while (!app_view_step(desk->app, &desk->view))
		;
	view_ready(desk);
}

/* A key that isn't typed into the search is about what the search found. */
void list_page_settle(struct desk *desk)
{
	if (!desk->seek_timer)
		return;
	loop_cancel(desk->loop, desk->seek_timer);
	desk->seek_timer = 0;
	desk->pending--;
	if (app_view_is_current(desk->app, &desk->view))
		settle(desk);
	else
		list_page_reload(desk);
}

/* Rows of an older generation are gone: then the new view comes at once. */
void list_page_reload(struct desk *desk)
{
	bool same = app_view_is_current(desk->app, &desk->view);
	desk->query.text = desk->search.len ? buf_text(&desk->search) : NULL;
	app_view_start(desk->app, &desk->query, &desk->view);
	if (!same)
		settle(desk);
	else if (!desk->seek_timer)
		seek(desk);
}

/* Whatever narrows the list must not hide it. */
void list_page_select(struct desk *desk, const struct fingerprint *cert)
{
	size_t index;
	desk->selected = *cert;
	desk->has_selected = true;
	list_page_settle(desk);
	if (!app_view_find(desk->app, &desk->view, cert, &index)) {
		list_page_widen(desk);
		list_page_reload(desk);
		list_page_settle(desk);
	}
	select_again(desk);
}

bool list_page_typing(const struct desk *desk)
{
	return desk->typing || desk->detail_typing;
}

void desk_set_search(struct desk *desk, const char *text)
{
	struct buf folded = { 0 };
	buf_cut(&desk->search, 0);
	buf_text_add(&desk->search, text ? text : "");
	char *safe = text_safe(buf_text(&desk->search), desk->search.len);
	text_fold(&folded, safe);
	free(safe);
	free(desk->found);
	desk->found = folded.len ? buf_take(&folded) : NULL;
	buf_done(&folded);
}

/* The view has a copy of its own, so that this one can go before it is made anew. */
void desk_set_issuer(struct desk *desk, const struct cert_info *issuer)
{
	struct cert_info *old = desk->issuer;
	desk->issuer = issuer ? cert_info_copy(issuer) : NULL;
	desk->query.issuer = desk->issuer;
	cert_info_free(old);
}

void list_page_widen(struct desk *desk)
{
	desk_set_search(desk, NULL);
	desk_set_issuer(desk, NULL);
	desk->query.states = desk->query.filters = 0;
}

static void stop_typing(struct desk *desk)
{
	line_free(desk->typing);
	desk->typing = NULL;
}

void list_page_end_typing(struct desk *desk)
{
	list_page_settle(desk);
	stop_typing(desk);
	line_free(desk->detail_typing);
	desk->detail_typing = NULL;
}

static enum reaction search_key(struct desk *desk, const struct key *key)
{
	if (key->code == K_ESC) {
		stop_typing(desk);
		desk_set_search(desk, NULL);
		return REACT_RELOAD;
	}
	if (key->code == K_ENTER) {
		list_page_settle(desk);
		stop_typing(desk);
		return REACT_REPAINT;
	}
	if (line_key(desk->typing, key) == REACT_UNHANDLED) {
		list_page_settle(desk);
		return list_key(&desk->list, key);
	}
	desk_set_search(desk, line_text(desk->typing));
	return REACT_RELOAD;
}

enum reaction action_search(struct desk *desk)
{
	bool in_text = desk_page(desk) != PAGE_LIST || desk->detail_focus;
	if (in_text) {
		line_free(desk->detail_typing);
		desk->detail_typing = line_new(LINE_PLAIN, NULL);
	} else {
		stop_typing(desk);
		desk->typing = line_new(LINE_PLAIN, buf_text(&desk->search));
	}
	return REACT_REPAINT;
}

enum reaction list_page_key(struct desk *desk, const struct key *key)
{
	if (desk->typing)
		return search_key(desk, key);
	if (desk->detail_focus)
		return detail_page_key(desk, key);
	enum reaction r = list_key(&desk->list, key);
	if (r != REACT_UNHANDLED)
		remember_selected(desk);
	return r == REACT_REPAINT ? REACT_MOVED : r;
}

void list_page_position(struct desk *desk, char *out, size_t size)
{
	if (desk->reading >= 0)
		snprintf(out, size, _("reading %d%%"), desk->reading);
	else if (desk->detail_focus)
		desk_text_position(&desk->detail, out, size);
	else if (desk->seek_timer) /* what was counted is of the search before */
		snprintf(out, size, "%s", _("searching"));
	else
		list_position(&desk->list, out, size);
}

static enum reaction step(struct desk *desk, int by)
{
	if (desk_page(desk) != PAGE_LIST || desk->detail_focus) {
		return pager_again(desk_text(desk), by) ? REACT_REPAINT : REACT_NONE;
	}
	list_move(&desk->list, by);
	remember_selected(desk);
	return REACT_REPAINT;
}

enum reaction action_next(struct desk *desk)
{
	return step(desk, 1);
}

enum reaction action_previous(struct desk *desk)
{
	return step(desk, -1);
}

/* Filters: a state is chosen, the others are switched; they all hold together. */
static enum reaction filter_end(struct desk *desk, struct dialog *dialog, bool done)
{
	size_t count;
	const struct view_filter *rows = view_filters(&count);
	int value = done ? dialog_value(dialog) : -1;
	if (value == 0) {
		desk->query.states = desk->query.filters = 0;
		desk_set_issuer(desk, NULL);
	}
	if (value > 0 && value <= STATE_COUNT)
		desk->query.states = 1u << (value - 1);
	else if (value > STATE_COUNT && value <= STATE_COUNT + (int)count)
		desk->query.filters ^= (unsigned)rows[value - STATE_COUNT - 1].bit;
	return REACT_RELOAD;
}

enum reaction action_filter(struct desk *desk)
{
	static const char *const keys[] = { "t", "L", "u", "b", "x", "e", "w", "s", "c", "l" };
	struct dialog_option options[1 + STATE_COUNT + 8];
	size_t count, n = 0;
	const struct view_filter *rows = view_filters(&count);
	options[n++] = (struct dialog_option){
		.key = "a",
		.text = N_("all but the trash, nothing filtered"),
	};
	for (int s = 0; s < STATE_COUNT; s++, n++)
		options[n] = (struct dialog_option){
			.key = keys[s],
			.text = state_name(s),
			.value = s + 1,
		};
	for (size_t i = 0; i < count; i++, n++)
		options[n] = (struct dialog_option){
			.key = keys[STATE_COUNT + i],
			.text = rows[i].name,
			.value = (int)n,
		};
	return desk_ask(desk, dialog_choose(N_("Show only"), NULL, options, n), filter_end);
}

/* The same once more: the other way round. */
static enum reaction sort_by(struct desk *desk, const struct view_column *chosen)
{
	size_t count;
	const struct view_column *now = desk->query.sort ? desk->query.sort : view_columns(&count);
	desk->query.reverse = now == chosen && !desk->query.reverse;
	desk->query.sort = chosen;
	return REACT_RELOAD;
}

static enum reaction sort_end(struct desk *desk, struct dialog *dialog, bool done)
{
	size_t count;
	return done ? sort_by(desk, &view_columns(&count)[dialog_value(dialog)]) : REACT_REPAINT;
}

enum reaction list_page_sort(struct desk *desk, size_t column)
{
	const struct view_column *chosen = view_column_find(grid_name(&desk->grid, column));
	return chosen ? sort_by(desk, chosen) : REACT_NONE;
}

enum reaction action_sort(struct desk *desk)
{
	static const char *const keys[] = { "n", "s", "d", "u", "i", "a", "k", "f" };
	struct dialog_option options[16];
	size_t count, n;
	const struct view_column *rows = view_columns(&count);
	for (n = 0; n < count && n < sizeof keys / sizeof *keys; n++)
		options[n] = (struct dialog_option){
			.key = keys[n],
			.text = rows[n].title,
			.value = (int)n,
		};
	return desk_ask(desk, dialog_choose(N_("Sort by"), NULL, options, n), sort_end);
}
