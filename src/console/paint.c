/*
 * The frame around the page: title, status line, hint bar, and the dialog over everything.
 */
#include "console/paint.h"

#include <stdio.h>
#include <string.h>

#include "base/lang.h"
#include "base/text.h"
#include "console/pages.h"
#include "tui/spot.h"

#define COUNTS_FROM                                                                                \
	13 /* columns: with fewer the counts are worth more than the names of the views */
#define BRAND      "certary"
#define LEAST_ROWS 5
#define LEAST_COLS 20

static const struct view_name {
	enum page page;
	const char *key, *title, *brief;
} views[] = {
	/* TRANSLATORS: five names side by side, in 46 columns together, else they don't show in 80
	 */
	{ PAGE_LIST, "1", N_("Certificates"), N_("Certs") },
	{ PAGE_IDENTITIES, "2", N_("Identities"), NULL },
	{ PAGE_ENDPOINTS, "3", N_("Endpoints"), NULL },
	{ PAGE_TARGETS, "4", N_("Targets"), NULL },
	{ PAGE_JOURNAL, "5", N_("Journal"), NULL },
};
#define VIEWS (sizeof views / sizeof *views)

static const char *view_title(const struct view_name *view, bool wide)
{
	return lang_text(wide || !view->brief ? view->title : view->brief);
}

/* Is there room for the names of the views, with our own before them where they are `wide`? */
static bool views_fit(int cols, bool wide)
{
	int need = 1 + COUNTS_FROM + (wide ? area_width(BRAND) + 2 : 0);
	for (size_t i = 0; i < VIEWS; i++)
		need += area_width(view_title(&views[i], wide)) + 4;
	return cols >= need;
}

static int put_view(struct area area, int x, const char *key, const char *title, bool current)
{
	int from = x;
	x += area_text(area, 0, x, ROLE_HINT_KEY, key);
	x += area_text(area, 0, x + 1, current ? ROLE_TITLE : ROLE_DIM, title) + 1;
	spot_key(area_part(area, 0, from, 1, x - from), key);
	return x + 2;
}

/* "1 trusted, 2 untrusted" */
static void add_count(struct buf *text, size_t n, const char *name)
{
	buf_text_add(text, text->len ? _(", ") : "");
	/* TRANSLATORS: how many there are, and of which state: "2 trusted" */
	buf_format(text, _("%zu %s"), n, _(name));
}

/* The same of endpoints, once they were checked. */
static void levels_text(const struct desk *desk, bool words, struct buf *text)
{
	static const char *const letters[OUTCOME_COUNT] = { "C", "W", "ok" };
	for (int level = 0; level < OUTCOME_COUNT; level++) {
		size_t n = ends_count_level(desk, (enum outcome_level)level);
		if (n && words)
			add_count(text, n, outcome_name((enum outcome_level)level));
		else if (n)
			buf_format(text, "%s%s%zu", text->len ? " " : "", letters[level], n);
	}
	if (app_read_only(desk->app))
		buf_text_add(text, words ? _(" [read-only]") : _(" ro"));
}

/* How many of which state: in words, or in letters where there is little room. */
static void counts_text(const struct desk *desk, bool words, struct buf *text)
{
	static const char *const letters[STATE_COUNT] = { "T", "L", "U", "B", "x" };
	bool counted = !app_is_incomplete(desk->app);
	if (desk_page(desk) == PAGE_ENDPOINTS || desk_page(desk) == PAGE_ENDPOINT) {
		levels_text(desk, words, text);
		return;
	}
	if (!counted)
		buf_text_add(text, words ? _("reading the certificates") : _("reading"));
	for (int s = 0; counted && s < STATE_COUNT; s++) {
		size_t n = desk->counts[s];
		if (n == 0 && s != STATE_TRUSTED)
			continue;
		if (words)
			add_count(text, n, state_name(s));
		else
			buf_format(text, "%s%s%zu", text->len ? " " : "", letters[s], n);
	}
	if (app_read_only(desk->app))
		buf_text_add(text, words ? _(" [read-only]") : _(" ro"));
}

static void draw_counts(const struct desk *desk, struct area area, int from)
{
	int cols = area.cols - from - 1;
	for (int words = 1; words >= 0; words--) {
		struct buf text = { 0 };
		counts_text(desk, words, &text);
		bool fits = (int)text_width(buf_text(&text)) <= cols;
		if (fits)
			area_text_right(area, 0, from, cols, ROLE_DIM, buf_text(&text));
		buf_done(&text);
		if (fits)
			return;
	}
}

static bool is_view(enum page page)
{
	size_t i = 0;
	while (i < VIEWS && views[i].page != page)
		i++;
	return i < VIEWS;
}

/* How many need somebody, behind the name of their view: critical endpoints, targets that are behind. */
static int put_red(struct area area, int x, size_t red)
{
	return red ? x + area_format(area, 0, x - 1, ROLE_ERROR, "%zu!", red) + 1 : x;
}

static size_t red_of(const struct desk *desk, enum page page)
{
	if (page == PAGE_ENDPOINTS)
		return ends_count_level(desk, OUTCOME_CRITICAL);
	return page == PAGE_TARGETS ? targets_behind(desk) : 0;
}

/* In plain words: which view it is isn't left to a colour. */
static void draw_title_in_words(const struct desk *desk, struct area area)
{
	struct buf text = { 0 }, counts = { 0 };
	size_t critical = ends_count_level(desk, OUTCOME_CRITICAL), behind = targets_behind(desk);
	if (is_view(desk_page(desk)))
		counts_text(desk, true, &counts);
	buf_format(&text, "%s%s%s", _(pages[desk_page(desk)].title), counts.len ? ": " : "",
		buf_text(&counts));
	if (critical)
		buf_format(&text, _("; critical endpoints: %zu"), critical);
	if (behind)
		buf_format(&text, _("; targets behind: %zu"), behind);
	area_text(area, 0, 0, ROLE_TITLE, buf_text(&text));
	buf_done(&text);
	buf_done(&counts);
}

static void draw_title(const struct desk *desk, struct area area)
{
	if (screen_is_plain()) {
		draw_title_in_words(desk, area);
		return;
	}
	enum page page = desk_page(desk);
	bool named = is_view(page) && views_fit(area.cols, false),
	     wide = views_fit(area.cols, true);
	int x = 1;
	if (!named || wide)
		x += area_text(area, 0, 1, ROLE_TITLE, BRAND) + 2;
	for (size_t i = 0; named && i < VIEWS; i++) {
		const struct view_name *view = &views[i];
		x = put_view(area, x, view->key, view_title(view, wide), page == view->page);
		x = put_red(area, x, red_of(desk, view->page));
	}
	if (!named)
		x += area_text(area, 0, x, ROLE_TITLE, _(pages[page].title)) + 2;
	draw_counts(desk, area, x);
}

/* What narrows the list, in words: an operator must never wonder where the others are. */
static void narrowing(const struct desk *desk, struct buf *out)
{
	size_t count;
	const struct view_filter *rows = view_filters(&count);
	for (int s = 0; s < STATE_COUNT; s++)
		if (desk->query.states & 1u << s)
			buf_format(out, "%s ", _(state_name(s)));
	for (size_t i = 0; i < count; i++)
		if (desk->query.filters & rows[i].bit)
			buf_format(out, "%s ", _(rows[i].name));
	if (desk->issuer)
		buf_format(out, _("issued by %s "),
			desk->issuer->cn ? desk->issuer->cn : desk->issuer->subject);
	if (desk->found)
		buf_format(out, "/%s ", desk->found);
	if (desk->marks.count)
		buf_format(out, lang_n("%zu marked ", "%zu marked ", desk->marks.count),
			desk->marks.count);
	if (desk->query.sort)
		buf_format(out, desk->query.reverse ? _("by %s downwards ") : _("by %s "),
			_(desk->query.sort->name));
}

/* Where it is cut, or isn't the only one, the key is told that shows all. */
static void draw_message(const struct desk *desk, struct area area)
{
	bool fits = area_width(desk->message) + 1 <= area.cols;
	char more[24];
	if (!fits || desk->message_more) {
		snprintf(more, sizeof more, "+%zu", desk->message_more);
		int cols = desk->message_more ? (int)strlen(more) + 1 : 0;
		struct area key = area_cut_right(&area, cols + 3);
		area_text(key, 0, 1, ROLE_HINT_KEY, "!");
		if (desk->message_more)
			area_text(key, 0, 3, ROLE_HINT_TEXT, more);
		spot_key(key, "!");
	}
	area_text(area, 0, 1, desk->message_role, desk->message);
	spot_key(area, "!");
}

static void draw_status(struct desk *desk, struct area area)
{
	const struct page_row *page = &pages[desk_page(desk)];
	struct line *line = desk->typing ? desk->typing : desk->detail_typing;
	char position[80] = "";
	area_clear_row(area, 0, ROLE_STATUS);
	page->position(desk, position, sizeof position);
	int used = area_width(position) + 2;
	area_text_right(area, 0, area.cols - used, used - 1, ROLE_STATUS, position);
	struct area left = area_part(area, 0, 0, 1, area.cols - used);
	if (line) {
		area_text(left, 0, 0, ROLE_STATUS, "/");
		line_draw(line, area_part(left, 0, 1, 1, left.cols - 1), ROLE_STATUS,
			desk->dialog == NULL);
	} else if (desk->message) {
		draw_message(desk, left);
	} else if (desk_page(desk) == PAGE_IDENTITIES) {
		struct buf text = { 0 };
		identities_narrowing(desk, &text);
		area_text(left, 0, 1, ROLE_STATUS,
			text.len ? buf_text(&text) : app_store_path(desk->app));
		buf_done(&text);
	} else if (desk_page(desk) == PAGE_ENDPOINTS) {
		struct buf text = { 0 };
		endpoints_narrowing(desk, &text);
		area_text(left, 0, 1, ROLE_STATUS,
			text.len ? buf_text(&text) : app_store_path(desk->app));
		buf_done(&text);
	} else if (desk_page(desk) == PAGE_LIST) {
		struct buf text = { 0 };
		narrowing(desk, &text);
		size_t problems = app_problem_count(desk->app);
		if (problems)
			buf_format(&text,
				lang_n("%zu file amiss (:doctor) ", "%zu files amiss (:doctor) ",
					problems),
				problems);
		area_text(left, 0, 1, ROLE_STATUS,
			text.len ? buf_text(&text) : app_store_path(desk->app));
		buf_done(&text);
	}
}

#define MESSAGE_ROWS 4

/* In plain words a message is whole, and the cursor goes there, where it is read until the next key. */
static struct area cut_message(const struct desk *desk, struct area *rest)
{
	struct pager pager = { 0 };
	if (!screen_is_plain() || !desk->message)
		return area_cut_bottom(rest, 1);
	rows_add(&pager.rows, desk->message_role, NULL, desk->message);
	int rows = pager_lines(&pager, rest->cols);
	pager_done(&pager);
	return area_cut_bottom(rest, rows < MESSAGE_ROWS ? rows : MESSAGE_ROWS);
}

static void draw_message_in_words(const struct desk *desk, struct area area)
{
	struct pager pager = { 0 };
	rows_add(&pager.rows, desk->message_role, NULL, desk->message);
	area_clear(area, ROLE_STATUS);
	pager_draw(&pager, area);
	pager_done(&pager);
	area_cursor(area, 0, 0, false);
}

/* A page that has the screen for itself, and a message in its last rows. */
static void draw_whole(struct desk *desk, struct area area)
{
	struct pager text = { 0 };
	if (screen_is_plain() && desk->message) {
		struct area message = cut_message(desk, &area);
		pages[desk_page(desk)].draw(desk, area);
		draw_message_in_words(desk, message);
		return;
	}
	pages[desk_page(desk)].draw(desk, area);
	if (!desk->message)
		return;
	rows_add(&text.rows, desk->message_role, NULL, desk->message);
	struct area low = area_cut_bottom(&area, pager_lines(&text, area.cols - 2));
	area_clear(low, ROLE_STATUS);
	pager_draw(&text, area_part(low, 0, 1, low.rows, low.cols - 2));
	pager_done(&text);
}

#define BAR_ROWS 30 /* from there on it takes no room from anything */
#define BAR_COLS 80

static bool shows_bar(const struct desk *desk, struct area area)
{
	bool room = area.rows >= BAR_ROWS && area.cols >= BAR_COLS && !screen_is_plain();
	return desk->function_keys == BAR_YES || (desk->function_keys == BAR_AUTO && room);
}

static void draw_keys(struct desk *desk, struct area hints, struct area bar)
{
	const struct keymap *own = pages[desk_page(desk)].keys;
	const struct keymap *maps[] = { &everywhere_keys, own }, *own_first[] = { own, &everywhere_keys };
	unsigned without = app_read_only(desk->app) ? BINDING_WRITES : 0;
	if (desk_page(desk) == PAGE_WHY && !explain_page_mends(desk))
		without |= BINDING_AT_TIMES;
	if (hints.rows)
		keymap_hints(hints, maps, 2, without);
	if (bar.rows)
		keymap_bar(bar, own_first, 2, without);
}

static void draw_frame(struct desk *desk, struct area area)
{
	bool room = area.rows >= BAR_ROWS, bar = shows_bar(desk, area);
	struct area title = area_cut_top(&area, 1), keys = area_cut_bottom(&area, bar);
	struct area hints = area_cut_bottom(&area, room || !bar);
	if (!desk->only_moved) {
		draw_title(desk, title);
		draw_keys(desk, hints, keys);
	}
	struct area status = cut_message(desk, &area);
	pages[desk_page(desk)].draw(desk, area);
	if (screen_is_plain() && desk->message && !desk->typing && !desk->detail_typing)
		draw_message_in_words(desk, status);
	else
		draw_status(desk, status); /* last: the page knows its position only now */
}

void desk_paint(struct desk *desk, bool only_moved)
{
	struct area area = screen_area();
	bool small = area.rows < LEAST_ROWS || area.cols < LEAST_COLS;
	desk->only_moved = only_moved && !small && !desk->dialog && desk_page(desk) == PAGE_LIST;
	if (!desk->only_moved)
		screen_clear();
	if (small)
		area_format(area, 0, 0, ROLE_NORMAL, _("certary needs %dx%d, has %dx%d"),
			LEAST_COLS, LEAST_ROWS, area.cols, area.rows);
	else if (pages[desk_page(desk)].whole)
		draw_whole(desk, area);
	else
		draw_frame(desk, area);
	if (desk->dialog)
		dialog_draw(desk->dialog, area);
	screen_show();
	desk->message_seen |= desk->message && !key_waits();
}
