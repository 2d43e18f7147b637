/*
 * How the import page looks: the files, and what the one under the cursor holds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "console/pages.h"

#define TICK_COLS 3

static const char *tick(const struct import_item *item, const struct entry *known)
{
	bool held = known && known->state != STATE_TRASH;
	if (screen_is_plain())
		return held ? _("held already:") : item->left_out ? _("left out:") : _("to import:");
	if (known && known->state != STATE_TRASH)
		return "[=]";
	return item->left_out ? "[ ]" : "[x]";
}

static void draw_item(void *ctx, const struct list_row *row)
{
	struct desk *desk = ctx;
	const struct import_item *item = &desk->haul.items[row->index];
	struct entry found;
	const struct entry *known = app_find(desk->app, &item->sha256, &found) ? &found : NULL;
	char line[80];
	int64_t days = cert_days_left(&(struct cert_info){ .not_after = item->not_after }, app_now());
	enum role role = list_role(row, item->left_out || known ? ROLE_DIM : ROLE_NORMAL);
	int used = area_text(row->area, 0, 0, role, tick(item, known));
	if (screen_is_plain()) {
		const char *state = known ? _(state_name((int)known->state)) : "";
		area_format(row->area, 0, used + 1, role,
			lang_n("%s, %s%s%lld day left", "%s, %s%s%lld days left", (size_t)llabs(days)),
			item->proposed, state, known ? ", " : "", (long long)days);
		return;
	}
	area_text_in(row->area, 0, 4, row->area.cols > 20 ? row->area.cols - 16 : 99, role,
		item->proposed);
	if (known)
		snprintf(line, sizeof line, "%s", _(state_name((int)known->state)));
	else
		snprintf(line, sizeof line, _("%lld d"), (long long)days);
	area_text_right(row->area, 0, row->area.cols - 11, 11,
		list_role(row, known ? ROLE_DIM : days < 0 ? ROLE_EXPIRED : ROLE_VALUE), line);
}

static void draw_summary(const struct desk *desk, struct area area)
{
	const struct haul *h = &desk->haul;
	const char *format = h->format ? h->format : _("File");
	const char *words =
		import_refused(h) ? lang_n("%s: %zu certificate, and problems:",
					    "%s: %zu certificates, and problems:", h->count)
		: h->problem_count
			? lang_n("%s: %zu certificate, and remarks:",
				  "%s: %zu certificates, and remarks:", h->count)
			: lang_n("%s: %zu certificate", "%s: %zu certificates", h->count);
	area_format(area, 0, 1, ROLE_HEADING, words, format, h->count);
}

/* The name and fingerprint of the certificate under the cursor: what one compares by phone. */
static void draw_current(const struct desk *desk, struct area area)
{
	if (desk->items.cursor >= desk->haul.count)
		return;
	const struct import_item *item = &desk->haul.items[desk->items.cursor];
	struct import_more more = { 0 };
	area_line_across(area, 0, ROLE_BORDER);
	if (import_item_read(&desk->haul, item, &more, NULL)) {
		area_text(area, 1, 1, ROLE_VALUE, more.subject);
		int used = area_text(area, 2, 1, ROLE_DIM, _("issued by"));
		area_text(area, 2, used + 2, ROLE_VALUE, more.issuer ? more.issuer : _("itself"));
	}
	import_more_done(&more);
	char *groups = fingerprint_groups(item->sha256.bytes, FINGERPRINT_SIZE), *save = NULL;
	int y = 3;
	for (char *line = strtok_r(groups, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		area_text(area, y++, 1, ROLE_DIM, line);
	free(groups);
}

static void draw_preview(struct desk *desk, struct area area)
{
	if (!desk->has_haul) {
		const char *text = desk->pending ? _("reading…") : "";
		area_text(area, 0, 1, ROLE_DIM, text);
		return;
	}
	draw_summary(desk, area_cut_top(&area, 1));
	bool told_any = desk->haul.problem_count || desk->haul.list_count;
	int rows = told_any ? pager_lines(&desk->problems, area.cols - 1) : 0;
	int most = desk->haul.count ? area.rows / 3 : area.rows;
	struct area told = area_cut_top(&area, rows < most ? rows : most);
	pager_draw(&desk->problems, area_part(told, 0, 1, told.rows, told.cols - 1));
	if (desk->haul.count == 0)
		return;
	struct area bottom = area_cut_bottom(&area, area.rows > 9 ? 5 : 0);
	desk->items.draw = draw_item;
	desk->items.press = "Space";
	desk->items.tick = LIST_MARGIN + TICK_COLS;
	desk->items.ctx = desk;
	list_draw(&desk->items, area, desk->items_focus);
	draw_current(desk, bottom);
}

void import_page_draw(struct desk *desk, struct area area)
{
	if (desk->files && area.cols >= 60 && !screen_is_plain()) {
		struct area left = area_cut_left(&area, area.cols * 9 / 20);
		struct area gap = area_cut_left(&area, 1);
		files_draw(desk->files, left, !desk->items_focus);
		area_line_down(gap, 0, ROLE_BORDER);
	} else if (desk->files) {
		files_draw(desk->files, area_cut_top(&area, area.rows / 2), !desk->items_focus);
	}
	draw_preview(desk, area);
}

void import_page_position(struct desk *desk, char *out, size_t size)
{
	if (desk->items_focus || !desk->files)
		list_position(&desk->items, out, size);
	else
		files_position(desk->files, out, size);
}

bool import_page_typing(const struct desk *desk)
{
	return desk->files && !desk->items_focus && files_typing(desk->files);
}
