/*
 * The list of identities, and beside it the properties of the one under the cursor where the screen
 * has room for both.  There are few of them, so that all are read when somebody looks and something
 * has changed, and numbers of those that show are the list.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/pages.h"
#include "console/split.h"
#include "tui/columns.h"

/* The list wants fewer columns than that of certificates. */
static const struct split_habit habit = { .from = 76, .share = 45, .least = 36, .most = 60 };

enum { COLUMN_NAME, COLUMN_KIND, COLUMN_STATE, COLUMN_DAYS, COLUMNS };

static const struct column id_columns[COLUMNS] = {
	[COLUMN_NAME] = { .title = N_("Name"), .min = 12, .want = 30, .stretch = true },
	[COLUMN_KIND] = { .title = N_("Kind"), .min = 7, .want = 11, .rank = 1 },
	[COLUMN_STATE] = { .title = N_("State"), .min = 10, .want = 16 },
	[COLUMN_DAYS] = { .title = N_("Days"), .min = 5, .want = 6, .right = true },
};

static const enum role state_roles[IDENTITY_STATE_COUNT] = {
	[IDENTITY_NO_KEY] = ROLE_ERROR,
	[IDENTITY_EXPIRED] = ROLE_EXPIRED,
	[IDENTITY_EMPTY] = ROLE_DIM,
	[IDENTITY_PENDING] = ROLE_UNTRUSTED,
	[IDENTITY_INCOMPLETE] = ROLE_WARNING,
	[IDENTITY_EXPIRING] = ROLE_EXPIRING,
	[IDENTITY_VALID] = ROLE_TRUSTED,
	[IDENTITY_DISCARDED] = ROLE_TRASH,
};

/* --- reading them -------------------------------------------------------------------------- */

static void select_again(struct identity_view *ids)
{
	for (size_t i = 0; ids->has_selected && i < ids->shown_count; i++)
		if (fingerprint_compare(&ids->all.items[ids->shown[i]].id, &ids->selected) == 0)
			list_select(&ids->list, i);
}

static void narrow(struct desk *desk)
{
	struct identity_view *ids = &desk->ids;
	free(ids->shown);
	ids->shown = mem_new((ids->all.count + 1) * sizeof *ids->shown);
	ids->shown_count = 0;
	for (size_t i = 0; i < ids->all.count; i++)
		if (ids_shows(desk, &ids->all.items[i]))
			ids->shown[ids->shown_count++] = i;
	list_resize(&ids->list, ids->shown_count);
	select_again(ids);
	ids->detail_stale = true;
}

static void refresh(struct desk *desk)
{
	struct identity_view *ids = &desk->ids;
	struct error err = { 0 };
	if (ids->read && !ids->stale)
		return;
	identities_done(&ids->all);
	ids->all = (struct identities){ 0 };
	if (!app_identities(desk->app, &ids->all, &err))
		desk_say(desk, ROLE_ERROR, "%s", err.text);
	ids->read = true;
	ids->stale = false;
	narrow(desk);
}

void identities_page_reload(struct desk *desk)
{
	desk->ids.stale = true;
}

void ids_done(struct desk *desk)
{
	struct identity_view *ids = &desk->ids;
	identities_done(&ids->all);
	free(ids->shown);
	buf_done(&ids->search);
	pager_done(&ids->detail);
	*ids = (struct identity_view){ 0 };
}

const struct identity *ids_find(struct desk *desk, const struct fingerprint *id)
{
	refresh(desk);
	for (size_t i = 0; i < desk->ids.all.count; i++)
		if (fingerprint_compare(&desk->ids.all.items[i].id, id) == 0)
			return &desk->ids.all.items[i];
	return NULL;
}

const struct identity *ids_about(struct desk *desk)
{
	const struct identity *identity = ids_find(desk, &desk->ids.about);
	if (!identity)
		desk_say(desk, ROLE_WARNING, "it is no longer there");
	return identity;
}

const struct identity *ids_current(struct desk *desk)
{
	struct identity_view *ids = &desk->ids;
	refresh(desk);
	bool any = ids->list.cursor < ids->shown_count;
	return any ? &ids->all.items[ids->shown[ids->list.cursor]] : NULL;
}

static void remember_selected(struct desk *desk)
{
	const struct identity *identity = ids_current(desk);
	desk->ids.has_selected = identity != NULL;
	if (identity)
		desk->ids.selected = identity->id;
}

/* Whatever narrows the list must not hide it. */
void ids_select(struct desk *desk, const struct fingerprint *id)
{
	struct identity_view *ids = &desk->ids;
	ids->selected = *id;
	ids->has_selected = true;
	ids->filter = SHOW_LIVE;
	buf_cut(&ids->search, 0);
	ids->stale = true;
}

/* --- painting ------------------------------------------------------------------------------ */

static void draw_row(void *ctx, const struct list_row *row)
{
	struct desk *desk = ctx;
	const struct identity_view *ids = &desk->ids;
	const struct identity *identity = &ids->all.items[ids->shown[row->index]];
	struct identity_row is;
	struct column_place places[COLUMNS];
	char days[24] = "", state[48];
	app_identity_row(desk->app, &ids->all, identity, &is);
	columns_place(id_columns, COLUMNS, row->area.cols, places);
	if (is.has_cert)
		snprintf(days, sizeof days, "%lld", (long long)is.days_left);
	snprintf(state, sizeof state, "%s%s", is.state_name, is.renewing ? ", renewing" : "");
	if (is.renewing && places[COLUMN_STATE].cols < (int)strlen(state))
		snprintf(state, sizeof state, "renewing");
	enum role role = list_role(row, state_roles[is.state]);
	const char *found = ids->search.len ? ids->search.data : NULL;
	columns_cell(row->area, 0, &id_columns[COLUMN_NAME], &places[COLUMN_NAME],
		list_role(row, ROLE_NORMAL), identity_name(identity), found);
	columns_cell(row->area, 0, &id_columns[COLUMN_KIND], &places[COLUMN_KIND],
		list_role(row, ROLE_DIM), is.kind, NULL);
	columns_cell(row->area, 0, &id_columns[COLUMN_STATE], &places[COLUMN_STATE], role, state,
		NULL);
	columns_cell(row->area, 0, &id_columns[COLUMN_DAYS], &places[COLUMN_DAYS], role, days,
		NULL);
}

static void draw_empty(const struct desk *desk, struct area area)
{
	const struct identity_view *ids = &desk->ids;
	struct pager text = { 0 };
	if (ids->search.len || ids->filter != SHOW_LIVE) {
		rows_add(&text.rows, ROLE_DIM, NULL,
			"Nothing matches. f a, or / and Enter, show all.");
	} else {
		rows_add(&text.rows, ROLE_NORMAL, NULL,
			"No identities yet: keys with their certificates and requests.");
		rows_blank(&text.rows);
		rows_add(&text.rows, ROLE_DIM, "c",
			"creates one: a self-signed pair, a request for a CA, or a CA of your own");
		rows_add(&text.rows, ROLE_DIM, "i",
			"imports keys and keystores: PEM, PKCS#12, JKS");
	}
	pager_changed(&text);
	pager_draw(&text, area_part(area, 1, 2, area.rows - 1, area.cols - 3));
	pager_done(&text);
}

static void draw_list(struct desk *desk, struct area area, bool focus)
{
	struct column_place places[COLUMNS];
	struct area head = area_cut_top(&area, 1);
	struct area inner = area_part(head, 0, LIST_MARGIN, 1, head.cols - LIST_MARGIN);
	area_clear_row(head, 0, ROLE_HEADING);
	columns_place(id_columns, COLUMNS, inner.cols, places);
	columns_head(inner, 0, id_columns, places, COLUMNS, COLUMN_NAME, false);
	desk->ids.list.draw = draw_row;
	desk->ids.list.ctx = desk;
	list_draw(&desk->ids.list, area, focus);
}

static void follow(struct desk *desk, const struct identity *identity)
{
	struct identity_view *ids = &desk->ids;
	struct details details = { 0 };
	bool same = identity && ids->has_detailed &&
		    fingerprint_compare(&identity->id, &ids->detailed) == 0;
	if (same && !ids->detail_stale)
		return;
	if (!same)
		ids->detail.top = 0;
	ids->detail_stale = false;
	ids->has_detailed = identity != NULL;
	rows_done(&ids->detail.rows);
	if (identity) {
		ids->detailed = identity->id;
		app_identity_details(desk->app, identity, &details);
		rows_details(&ids->detail.rows, &details);
		details_done(&details);
	}
	pager_changed(&ids->detail);
}

void identity_page_draw(struct desk *desk, struct area area)
{
	follow(desk, ids_current(desk));
	pager_draw(&desk->ids.detail, area);
}

void identities_page_draw(struct desk *desk, struct area area)
{
	struct identity_view *ids = &desk->ids;
	refresh(desk);
	if (ids->shown_count == 0) {
		ids->detail_focus = false;
		draw_empty(desk, area);
		return;
	}
	struct split split = split_draw(desk, area, &habit);
	ids->detail_focus = ids->detail_focus && split.way != SPLIT_ALONE;
	draw_list(desk, split.list, !ids->detail_focus);
	if (split.way != SPLIT_ALONE)
		identity_page_draw(desk, split.detail);
}

void identities_page_position(struct desk *desk, char *out, size_t size)
{
	list_position(&desk->ids.list, out, size);
}

/* --- keys ---------------------------------------------------------------------------------- */

enum reaction identities_page_key(struct desk *desk, const struct key *key)
{
	if (desk->ids.detail_focus)
		return pager_key(&desk->ids.detail, key);
	enum reaction r = list_key(&desk->ids.list, key);
	if (r != REACT_UNHANDLED)
		remember_selected(desk);
	return r;
}

enum reaction identities_paste(struct desk *desk, const char *bytes, size_t len)
{
	bool request = memmem(bytes, len, "CERTIFICATE REQUEST-----", 24) != NULL;
	return request ? sign_paste(desk, bytes, len) : attach_paste(desk, bytes, len);
}

enum reaction action_view_identities(struct desk *desk)
{
	action_view_list(desk);
	desk->ids.stale = true;
	desk_push(desk, PAGE_IDENTITIES);
	return REACT_LAYOUT;
}

enum reaction action_open_identity(struct desk *desk)
{
	if (!ids_current(desk) || desk_page(desk) == PAGE_IDENTITY)
		return REACT_NONE;
	desk_push(desk, PAGE_IDENTITY);
	return REACT_LAYOUT;
}

enum reaction action_other_identity_pane(struct desk *desk)
{
	desk->ids.detail_focus = desk_page(desk) == PAGE_IDENTITIES && !desk->ids.detail_focus;
	return REACT_REPAINT;
}
