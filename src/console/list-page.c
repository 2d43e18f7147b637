/*
 * The list of certificates: its cursor and marks, the search that is typed, and the view that is made
 * anew behind both.
 */
#include <stdio.h>

#include "base/lang.h"
#include "console/pages.h"

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
