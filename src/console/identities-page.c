/*
 * The list of identities, and beside it the properties of the one under the cursor where the screen
 * has room for both.  There are few of them, so that all are read when somebody looks and something
 * has changed, and numbers of those that show are the list.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/pages.h"
#include "console/split.h"

/* The list wants fewer columns than that of certificates. */
static const struct split_habit habit = { .from = 76, .share = 45, .least = 36, .most = 60 };

enum {
	COLUMN_NAME, COLUMN_KIND, COLUMN_STATE, COLUMN_DAYS, COLUMN_SUBJECT, COLUMN_ISSUER,
	COLUMN_UNTIL, COLUMN_KEY, COLUMN_PROFILE, COLUMN_ADDED, COLUMN_NOTE, COLUMNS
};

static const char *state_word(size_t i)
{
	return i < IDENTITY_STATE_COUNT ? identity_state_name((enum identity_state)i) : NULL;
}

static const struct grid_column id_columns[COLUMNS] = {
	[COLUMN_NAME] = { "name", N_("the name that people gave"),
		{ .title = N_("Name"), .min = 12, .want = 30, .stretch = true }, false },
	[COLUMN_KIND] = { "kind", N_("CA, self-signed, request, key, or its profile"),
		{ .title = N_("Kind"), .min = 7, .want = 11, .rank = 1 }, false },
	[COLUMN_STATE] = { "state", N_("pending, expiring, valid …"),
		{ .title = N_("State"), .min = 10, .want = 16, .word = state_word }, false },
	[COLUMN_DAYS] = { "days", N_("days until its certificate expires"),
		{ .title = N_("Days"), .min = 5, .want = 6, .right = true }, false },
	[COLUMN_SUBJECT] = { "subject", N_("whom its certificate is about"),
		{ .title = N_("Subject"), .min = 16, .want = 30, .stretch = true }, true },
	[COLUMN_ISSUER] = { "issuer", N_("who signed it"),
		{ .title = N_("Issuer"), .min = 16, .want = 30, .stretch = true }, true },
	[COLUMN_UNTIL] = { "until", N_("the day that its certificate ends"),
		{ .title = N_("Until"), .min = 10, .want = 10 }, true },
	[COLUMN_KEY] = { "key", N_("kind of its key"), { .title = N_("Key"), .min = 8, .want = 14 },
		true },
	[COLUMN_PROFILE] = { "profile", N_("what it was made for"),
		{ .title = N_("Profile"), .min = 8, .want = 10 }, true },
	[COLUMN_ADDED] = { "added", N_("when it came into the store"),
		{ .title = N_("Added"), .min = 10, .want = 20 }, true },
	[COLUMN_NOTE] = { "note", N_("what was noted"),
		{ .title = N_("Note"), .min = 12, .want = 24, .stretch = true }, true },
};
const struct grid_kind identity_grid = GRID(id_columns, REMEMBER_COLUMNS_IDENTITIES);

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

/* It waits for an answer although there is a certificate; the short word where there is little room. */
static void state_text(const struct identity_row *is, int cols, char *out, size_t size)
{
	snprintf(out, size, is->renewing ? _("%s, renewing") : "%s", _(is->state_name));
	if (is->renewing && cols < area_width(out))
		snprintf(out, size, "%s", _("renewing"));
}

static void draw_cell(struct desk *desk, const struct list_row *row, const struct identity *identity,
	const struct identity_row *is, size_t i)
{
	const struct grid *grid = &desk->grid;
	const struct cert_info *info =
		identity->cert_count ? cert_info(identity->certs[0]) : NULL;
	const char *found = desk->ids.search.len ? desk->ids.search.data : NULL;
	char days[24] = "", until[CLOCK_ISO] = "", added[CLOCK_ISO], state[96];
	if (is->has_cert)
		snprintf(days, sizeof days, "%lld", (long long)is->days_left);
	if (info)
		lang_date(until, info->not_after);
	state_text(is, grid->places[i].cols, state, sizeof state);
	const struct {
		const char *text;
		enum role role;
	} cells[COLUMNS] = {
		[COLUMN_NAME] = { identity_name(identity), ROLE_NORMAL },
		[COLUMN_KIND] = { _(is->kind), ROLE_DIM },
		[COLUMN_STATE] = { state, state_roles[is->state] },
		[COLUMN_DAYS] = { days, state_roles[is->state] },
		[COLUMN_SUBJECT] = { info ? info->subject : "", ROLE_DIM },
		[COLUMN_ISSUER] = { info ? info->issuer : "", ROLE_DIM },
		[COLUMN_UNTIL] = { until, state_roles[is->state] },
		[COLUMN_KEY] = { identity_text(identity, N_("Key")), ROLE_DIM },
		[COLUMN_PROFILE] = { identity_text(identity, N_("Profile")), ROLE_DIM },
		[COLUMN_ADDED] = { lang_kept(added, identity_text(identity, N_("Added"))), ROLE_DIM },
		[COLUMN_NOTE] = { identity_text(identity, N_("Note")), ROLE_DIM },
	};
	size_t which = grid->which[i];
	bool searched = which == COLUMN_NAME || which == COLUMN_SUBJECT || which == COLUMN_NOTE;
	columns_cell(row->area, 0, &grid->columns[i], &grid->places[i],
		list_role(row, cells[which].role), cells[which].text, searched ? found : NULL);
}

static void draw_row(void *ctx, const struct list_row *row)
{
	struct desk *desk = ctx;
	const struct identity_view *ids = &desk->ids;
	const struct identity *identity = &ids->all.items[ids->shown[row->index]];
	struct identity_row is;
	app_identity_row(desk->app, &ids->all, identity, &is);
	for (size_t i = 0; i < desk->grid.count; i++)
		draw_cell(desk, row, identity, &is, i);
}

static void draw_empty(const struct desk *desk, struct area area)
{
	const struct identity_view *ids = &desk->ids;
	struct pager text = { 0 };
	if (ids->search.len || ids->filter != SHOW_LIVE) {
		rows_add(&text.rows, ROLE_DIM, NULL,
			_("Nothing matches. f a, or / and Enter, show all."));
	} else {
		rows_add(&text.rows, ROLE_NORMAL, NULL,
			_("No identities yet: keys with their certificates and requests."));
		rows_blank(&text.rows);
		rows_about(&text.rows, ROLE_DIM, "c",
			_("creates one: a self-signed pair, a request for a CA, or a CA of your "
			  "own"));
		rows_about(&text.rows, ROLE_DIM, "i",
			_("imports keys and keystores: PEM, PKCS#12, JKS"));
	}
	pager_changed(&text);
	pager_draw(&text, area_part(area, 1, 2, area.rows - 1, area.cols - 3));
	pager_done(&text);
}

static void draw_list(struct desk *desk, struct area area, bool focus)
{
	struct area head = area_cut_top(&area, 1);
	area_clear_row(head, 0, ROLE_HEADING);
	area_cut_left(&head, LIST_MARGIN);
	grid_head(&desk->grid, desk->memory, &identity_grid, head, "name", false);
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
		pager_start(&ids->detail);
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
