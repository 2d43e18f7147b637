#include "console/visits.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "console/endpoints.h"
#include "console/pages.h"
#include "console/targets.h"

/* A page that can be opened again: by its view, and over that perhaps the page of one thing. */
static const struct place_row {
	enum page page, view;
	action_fn *open; /* the view */
} rows[] = {
	{ PAGE_LIST, PAGE_LIST, action_view_list },
	{ PAGE_DETAIL, PAGE_LIST, action_view_list },
	{ PAGE_IDENTITIES, PAGE_IDENTITIES, action_view_identities },
	{ PAGE_IDENTITY, PAGE_IDENTITIES, action_view_identities },
	{ PAGE_ENDPOINTS, PAGE_ENDPOINTS, action_view_endpoints },
	{ PAGE_ENDPOINT, PAGE_ENDPOINTS, action_view_endpoints },
	{ PAGE_TARGETS, PAGE_TARGETS, action_view_targets },
	{ PAGE_JOURNAL, PAGE_JOURNAL, action_view_journal },
	{ PAGE_RUNBOOKS, PAGE_RUNBOOKS, action_view_runbooks },
};

struct visit {
	const struct place_row *row;
	unsigned states, filters;
	char *search;
	struct cert_info *issuer;
	struct fingerprint selected; /* a certificate or an identity */
	bool has_selected;
	char *name; /* of an endpoint or a target; NULL: none */
};

static const struct place_row *row_of(enum page page)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].page == page)
			return &rows[i];
	return NULL;
}

static void place_done(struct visit *place)
{
	free(place->search);
	free(place->name);
	cert_info_free(place->issuer);
	*place = (struct visit){ 0 };
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_selected(const struct visit *a, const struct visit *b)
{
	if (a->has_selected != b->has_selected || !same_text(a->name, b->name))
		return false;
	return !a->has_selected || fingerprint_compare(&a->selected, &b->selected) == 0;
}

static bool same_issuer(const struct visit *a, const struct visit *b)
{
	if (!a->issuer || !b->issuer)
		return a->issuer == b->issuer;
	return fingerprint_compare(&a->issuer->sha256, &b->issuer->sha256) == 0;
}

/* The page of one thing is another place when it is another thing. */
static bool same_place(const struct visit *a, const struct visit *b)
{
	bool one = a->row && a->row->page != a->row->view;
	return a->row == b->row && a->states == b->states && a->filters == b->filters &&
	       same_text(a->search, b->search) && same_issuer(a, b) && (!one || same_selected(a, b));
}

/* While a search goes on, the list is still that of the one before. */
static void take_certificate(struct desk *desk, struct visit *out)
{
	const struct entry *e = desk->seek_timer ? NULL : desk_current(desk);
	out->states = desk->query.states;
	out->filters = desk->query.filters;
	out->search = mem_text(buf_text(&desk->search));
	out->issuer = desk->issuer ? cert_info_copy(desk->issuer) : NULL;
	out->has_selected = e || (desk->seek_timer && desk->has_selected);
	if (out->has_selected)
		out->selected = e ? e->info.sha256 : desk->selected;
}

static void take(struct desk *desk, const struct place_row *row, struct visit *out)
{
	*out = (struct visit){ .row = row };
	if (row->view == PAGE_LIST) {
		take_certificate(desk, out);
	} else if (row->view == PAGE_IDENTITIES) {
		const struct identity *identity = ids_current(desk);
		out->has_selected = identity != NULL;
		if (identity)
			out->selected = identity->id;
	} else if (row->view == PAGE_ENDPOINTS) {
		const struct end_row *end = ends_current(desk);
		out->name = end ? mem_text(end->seen.endpoint->name) : NULL;
	} else if (row->view == PAGE_TARGETS) {
		const struct target *target = targets_current(desk);
		out->name = target ? mem_text(target->name) : NULL;
	}
}

/* What lay ahead is no longer there once another way was taken. */
static void push(struct visit_list *list, struct visit *take)
{
	while (list->items && list->count > list->at + 1)
		place_done(&list->items[--list->count]);
	if (list->items && list->count == VISITS_MOST) {
		place_done(&list->items[0]);
		memmove(list->items, list->items + 1, --list->count * sizeof *list->items);
	}
	list->items = mem_grow(list->items, list->count, &list->cap, sizeof *list->items);
	list->items[list->count] = *take;
	list->at = list->count++;
}

/* going: to another page, by way of pages that nobody sees and that are no places therefore. */
static void note(struct desk *desk, bool going)
{
	struct visit_list *list = &desk->visits;
	const struct place_row *row = row_of(desk_page(desk));
	struct visit now;
	if (!row || desk->typing || desk->dialog)
		return;
	take(desk, row, &now);
	struct visit *here = list->count ? &list->items[list->at] : NULL;
	bool moved = !here || !same_place(here, &now) ||
		     (list->jumped && !same_selected(here, &now));
	if (going && moved) {
		place_done(&now);
	} else if (!here || (moved && !list->arriving)) {
		push(list, &now);
	} else {
		place_done(here);
		*here = now;
	}
}

void visits_note(struct desk *desk)
{
	note(desk, false);
	if (row_of(desk_page(desk)) && !desk->typing && !desk->dialog)
		desk->visits.jumped = desk->visits.arriving = false;
}

void visits_leave(struct desk *desk)
{
	if (desk->visits.count && !desk->visits.arriving)
		note(desk, true);
}

void visits_jump(struct desk *desk)
{
	note(desk, false);
	desk->visits.jumped = true;
}

void visits_done(struct desk *desk)
{
	struct visit_list *list = &desk->visits;
	for (size_t i = 0; i < list->count; i++)
		place_done(&list->items[i]);
	free(list->items);
	*list = (struct visit_list){ 0 };
}

/* --- going there --------------------------------------------------------------------------- */

/* What is gone since isn't selected. */
static bool open_certificate(struct desk *desk, const struct visit *to)
{
	struct entry e;
	bool there = to->has_selected && app_find(desk->app, &to->selected, &e);
	desk->query.states = to->states;
	desk->query.filters = to->filters;
	desk_set_search(desk, to->search);
	desk_set_issuer(desk, to->issuer);
	desk->has_selected = there;
	if (there)
		desk->selected = to->selected;
	list_page_reload(desk);
	if (there && to->row->page == PAGE_DETAIL)
		list_page_select(desk, &to->selected);
	return there;
}

static bool open_identity(struct desk *desk, const struct visit *to)
{
	bool there = to->has_selected && ids_find(desk, &to->selected);
	if (!there)
		return false;
	const struct identity *now = ids_current(desk);
	if (!now || fingerprint_compare(&now->id, &to->selected) != 0)
		ids_select(desk, &to->selected);
	return true;
}

static bool open_endpoint(struct desk *desk, const struct visit *to)
{
	const struct end_row *now = ends_current(desk);
	if (to->name && (!now || strcmp(now->seen.endpoint->name, to->name) != 0))
		ends_select(desk, to->name);
	now = ends_current(desk);
	return to->name && now && strcmp(now->seen.endpoint->name, to->name) == 0;
}

static bool select_there(struct desk *desk, const struct visit *to)
{
	switch (to->row->view) {
	case PAGE_LIST:
		return open_certificate(desk, to);
	case PAGE_IDENTITIES:
		return open_identity(desk, to);
	case PAGE_ENDPOINTS:
		return open_endpoint(desk, to);
	case PAGE_TARGETS:
		if (to->name)
			targets_select(desk, to->name);
		return true;
	default:
		return true;
	}
}

static enum reaction go(struct desk *desk, int by)
{
	struct visit_list *list = &desk->visits;
	bool aside = row_of(desk_page(desk)) == NULL; /* then back is the page below */
	note(desk, false);
	if (by < 0 && aside)
		by = 0;
	if (list->count == 0 || (by < 0 && list->at == 0) ||
		(by > 0 && list->at + 1 >= list->count)) {
		desk_say(desk, ROLE_STATUS,
			by > 0 ? N_("nothing lies ahead") : N_("nothing lies behind"));
		return REACT_REPAINT;
	}
	list->at = by < 0 ? list->at - 1 : list->at + (size_t)by;
	list->arriving = true;
	const struct visit *to = &list->items[list->at];
	to->row->open(desk);
	bool there = select_there(desk, to);
	if (to->row->page != to->row->view && there)
		desk_push(desk, to->row->page);
	else if (to->row->page != to->row->view)
		desk_say(desk, ROLE_WARNING, "what was looked at there is gone");
	return REACT_LAYOUT;
}

enum reaction action_place_back(struct desk *desk)
{
	return go(desk, -1);
}

enum reaction action_place_forward(struct desk *desk)
{
	return go(desk, 1);
}
