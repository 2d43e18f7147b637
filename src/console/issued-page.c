/*
 * What a CA has signed, the newest first; one of them in full; revoking, and the list of what was.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/show.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/pages.h"
#include "tui/columns.h"

enum { COLUMN_NAME, COLUMN_STATE, COLUMN_DAYS, COLUMN_FOR, COLUMN_SERIAL, COLUMNS };

static const char *state_word(size_t i)
{
	static const char *const words[] = { N_("valid"), N_("expired"), N_("revoked") };
	return i < sizeof words / sizeof *words ? words[i] : NULL;
}

static const struct column issued_columns[COLUMNS] = {
	[COLUMN_NAME] = { .title = N_("Name"), .min = 14, .want = 34, .stretch = true },
	[COLUMN_STATE] = { .title = N_("State"), .min = 8, .want = 8, .word = state_word },
	[COLUMN_DAYS] = { .title = N_("Days"), .min = 6, .want = 6, .right = true },
	[COLUMN_FOR] = { .title = N_("For"), .min = 8, .want = 8, .rank = 1 },
	[COLUMN_SERIAL] = { .title = N_("Serial"), .min = 12, .want = 32, .rank = 2 },
};

#define CRL_DAYS "30"

void issued_close(struct desk *desk)
{
	issued_done(&desk->issued.all);
	desk->issued = (struct issued_view){ 0 };
}

static void refresh(struct desk *desk)
{
	struct issued_view *view = &desk->issued;
	struct error err = { 0 };
	if (!view->stale)
		return;
	view->stale = false;
	issued_done(&view->all);
	view->all = (struct issued_list){ 0 };
	const struct identity *ca = ids_find(desk, &view->ca);
	if (ca && !app_issued(desk->app, ca, &view->all, &err))
		desk_say(desk, ROLE_ERROR, "%s", err.text);
	list_resize(&view->list, view->all.count);
}

void issued_page_reload(struct desk *desk)
{
	desk->issued.stale = true;
}

static const struct issued *current(struct desk *desk)
{
	refresh(desk);
	const struct issued_view *view = &desk->issued;
	return view->list.cursor < view->all.count ? &view->all.items[view->list.cursor] : NULL;
}

static const char *name_of(const struct issued *issued)
{
	const char *name = headers_get(&issued->record.headers, "Name");
	return name ? name : cert_info(issued->cert)->subject;
}

static void draw_row(void *ctx, const struct list_row *row)
{
	const struct desk *desk = ctx;
	const struct issued *issued = &desk->issued.all.items[row->index];
	const struct cert_info *info = cert_info(issued->cert);
	const char *profile = headers_get(&issued->record.headers, "Profile");
	bool revoked = headers_get(&issued->record.headers, "Revoked");
	int64_t left = cert_days_left(info, app_now());
	struct column_place places[COLUMNS];
	char days[24];
	snprintf(days, sizeof days, "%lld", (long long)left);
	const char *cells[COLUMNS] = { name_of(issued),
		_(revoked          ? N_("revoked")
			: left < 0 ? N_("expired")
				   : N_("valid")),
		days, profile ? _(profile) : "", info->serial };
	enum role state = revoked ? ROLE_BLOCKED : left < 0 ? ROLE_EXPIRED : ROLE_TRUSTED;
	columns_place(issued_columns, COLUMNS, row->area.cols, places);
	for (int i = 0; i < COLUMNS; i++)
		columns_cell(row->area, 0, &issued_columns[i], &places[i],
			list_role(row, i == COLUMN_STATE ? state :
					       i == COLUMN_SERIAL ? ROLE_DIM : ROLE_NORMAL),
			cells[i], NULL);
}

void issued_page_draw(struct desk *desk, struct area area)
{
	struct column_place places[COLUMNS];
	struct area head = area_cut_top(&area, 1);
	struct area inner = area_part(head, 0, LIST_MARGIN, 1, head.cols - LIST_MARGIN);
	refresh(desk);
	area_clear_row(head, 0, ROLE_HEADING);
	columns_place(issued_columns, COLUMNS, inner.cols, places);
	columns_head(inner, 0, issued_columns, places, COLUMNS, COLUMNS, false);
	desk->issued.list.draw = draw_row;
	desk->issued.list.ctx = desk;
	if (desk->issued.all.count == 0)
		area_text(area, 1, 2, ROLE_DIM, _("It has signed nothing yet: S signs a request."));
	else
		list_draw(&desk->issued.list, area, true);
}

enum reaction issued_page_key(struct desk *desk, const struct key *key)
{
	return list_key(&desk->issued.list, key);
}

void issued_page_position(struct desk *desk, char *out, size_t size)
{
	list_position(&desk->issued.list, out, size);
}

enum reaction action_issued(struct desk *desk)
{
	const struct identity *ca = ids_current(desk);
	if (!ca)
		return REACT_REPAINT;
	if (!identity_is_ca(ca)) {
		desk_say(desk, ROLE_STATUS, "%s is no CA: it signs nothing", identity_name(ca));
		return REACT_REPAINT;
	}
	issued_close(desk);
	desk->issued.ca = ca->id;
	desk->issued.stale = true;
	desk_push(desk, PAGE_ISSUED);
	return REACT_LAYOUT;
}

enum reaction action_open_issued(struct desk *desk)
{
	const struct issued *issued = current(desk);
	struct paper *paper = &desk->paper;
	struct details details = { 0 };
	if (!issued)
		return REACT_NONE;
	paper_close(desk);
	const struct headers *headers = &issued->record.headers;
	rows_add(&paper->words.rows, ROLE_HEADING, NULL, name_of(issued));
	for (size_t i = 0; i < 2; i++) {
		const char *key = i ? N_("Why") : N_("Revoked"), *text = headers_get(headers, key);
		if (text)
			rows_add(&paper->words.rows, ROLE_BLOCKED, key, text);
	}
	details_of(issued->cert, app_now(), &details);
	rows_details(&paper->words.rows, &details);
	details_done(&details);
	char *pem = app_pem(issued->cert);
	buf_text_add(&paper->pem, pem);
	free(pem);
	paper->name = mem_text(name_of(issued));
	return paper_open(desk);
}

/* --- revoking ------------------------------------------------------------------------------ */

/* Not the row of the cursor: another one may stand there since the question was asked. */
static const struct issued *about(struct desk *desk)
{
	const struct issued_view *view = &desk->issued;
	refresh(desk);
	for (size_t i = 0; i < view->all.count; i++)
		if (fingerprint_compare(&cert_info(view->all.items[i].cert)->sha256,
			    &view->about) == 0)
			return &view->all.items[i];
	desk_say(desk, ROLE_WARNING, "it is no longer there");
	return NULL;
}

static enum reaction why_given(struct desk *desk, struct dialog *dialog, bool done)
{
	const struct issued *issued = done ? about(desk) : NULL;
	struct plan plan = { 0 };
	struct error err = { 0 };
	if (!issued)
		return REACT_REPAINT;
	const char *why = *dialog_text(dialog) ? dialog_text(dialog) : NULL;
	if (app_plan_revoke(desk->app, issued, why, &plan, &err))
		return desk_confirm(desk, &plan, false, true);
	plan_done(&plan);
	return desk_error(desk, &err);
}

enum reaction action_revoke(struct desk *desk)
{
	const struct issued *issued = current(desk);
	struct rows rows = { 0 };
	if (!issued || desk_refuse_read_only(desk))
		return REACT_REPAINT;
	if (headers_get(&issued->record.headers, "Revoked")) {
		desk_say(desk, ROLE_STATUS, "it is revoked already");
		return REACT_REPAINT;
	}
	desk->issued.about = cert_info(issued->cert)->sha256;
	rows_add(&rows, ROLE_VALUE, NULL, name_of(issued));
	rows_add(&rows, ROLE_WARNING, NULL,
		_("Clients learn of it from the next revocation list: L "
		  "makes one."));
	return desk_ask(
		desk, dialog_ask(N_("Revoke"), &rows, N_("Why"), LINE_PLAIN, NULL), why_given);
}

/* --- the revocation list ------------------------------------------------------------------- */

static enum reaction show_crl(struct desk *desk, struct new_key *take)
{
	const struct identity *ca = ids_find(desk, &desk->issued.ca);
	struct paper *paper = &desk->paper;
	struct error err = { 0 };
	struct new_key key = *take;
	*take = (struct new_key){ 0 };
	paper_close(desk);
	bool ok = ca && app_crl(desk->app, ca, &key, (unsigned)desk->issued.days, &paper->pem, &err);
	new_key_done(&key);
	if (!ok)
		return desk_error(desk, &err);
	rows_format(&paper->words.rows, ROLE_HEADING, NULL, "The revocation list of %s",
		identity_name(ca));
	rows_format(&paper->words.rows, ROLE_GOOD, NULL, "Put it where clients look for it; it "
		"holds for %lld days, and another one has to be there before.",
		(long long)desk->issued.days);
	paper->name = mem_format("%s.crl", identity_name(ca));
	return paper_open(desk);
}

static enum reaction days_given(struct desk *desk, struct dialog *dialog, bool done)
{
	const struct identity *ca = done ? ids_find(desk, &desk->issued.ca) : NULL;
	if (!ca)
		return REACT_REPAINT;
	if (text_number(dialog_text(dialog), 1, 3650, &desk->issued.days))
		return ask_key(desk, ca, N_("Revocation list"), show_crl);
	desk_say(desk, ROLE_WARNING, "from 1 to 3650 days");
	return REACT_REPAINT;
}

enum reaction action_crl(struct desk *desk)
{
	return desk_ask(desk,
		dialog_ask(N_("Revocation list"), NULL, N_("Holds for how many days"), LINE_PLAIN,
			CRL_DAYS),
		days_given);
}
