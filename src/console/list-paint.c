/*
 * How the list of certificates looks, and where its properties stand beside it.
 */
#include "base/lang.h"
#include "console/list-columns.h"
#include "console/pages.h"
#include "console/split.h"

#define MARK_COLS 2 /* columns before the first: the mark, and a blank */

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
