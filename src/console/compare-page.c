/*
 * Compare: two certificates of the store side by side, what differs or all of it.  The lines are cut for
 * the width of the page, so that they are made anew when it changes, as when the store does.
 */
#include "app/compare.h"
#include "base/lang.h"
#include "console/pages.h"

static enum role role_of(enum pair_kind kind)
{
	static const enum role roles[] = {
		[PAIR_VERDICT] = ROLE_GOOD,
		[PAIR_NAMES] = ROLE_LABEL,
		[PAIR_SECTION] = ROLE_HEADING,
		[PAIR_SAME] = ROLE_DIM,
		[PAIR_DIFFERS] = ROLE_VALUE,
	};
	return roles[kind];
}

/* One below the other: the signs at the margin say whose it is. */
static const char *side_in_words(const char *text)
{
	if (text[0] == '\0' || text[1] != ' ')
		return NULL;
	return text[0] == '<' ? "first" : text[0] == '>' ? "second" : text[0] == '=' ? "both" : NULL;
}

static void add_lines(struct rows *rows, const struct pair *pair, size_t columns, bool all)
{
	struct pair_lines lines = { 0 };
	bool plain = screen_is_plain();
	pair_lines(pair, plain && columns >= PAIR_BESIDE_FROM ? PAIR_BESIDE_FROM - 1 : columns, all,
		&lines);
	for (size_t i = 0; i < lines.count; i++) {
		const char *text = lines.items[i].text, *side = plain ? side_in_words(text) : NULL;
		rows_add(rows, role_of(lines.items[i].kind), side, side ? text + 2 : text);
	}
	pair_lines_done(&lines);
}

/* Either may be gone since. */
static void fill(struct desk *desk, int cols)
{
	struct compare_view *view = &desk->compare;
	struct rows *rows = &view->pager.rows;
	struct pair pair = { 0 };
	struct error err = { 0 };
	struct entry left, right;
	rows_done(rows);
	if (!app_find(desk->app, &view->sides[0], &left) ||
		!app_find(desk->app, &view->sides[1], &right))
		rows_add(rows, ROLE_ERROR, NULL, _("One of them is no longer in the store."));
	else if (app_compare_entries(desk->app, &left, &right, &pair, &err))
		add_lines(rows, &pair, cols > 1 ? (size_t)cols - 1 : 1, view->all);
	else
		rows_add(rows, ROLE_ERROR, NULL, err.text);
	pair_done(&pair);
	view->stale = false;
	view->cols = cols;
	pager_changed(&view->pager);
}

void compare_page_reload(struct desk *desk)
{
	desk->compare.stale = true;
}

void compare_page_draw(struct desk *desk, struct area area)
{
	if (desk->compare.stale || desk->compare.cols != area.cols)
		fill(desk, area.cols);
	pager_draw(&desk->compare.pager, area);
}

/* Two marked ones, or one that is marked and the one under the cursor. */
enum reaction action_compare(struct desk *desk)
{
	const struct entry *e = desk_current(desk);
	const struct marks *marks = &desk->marks;
	struct compare_view *view = &desk->compare;
	bool two = marks->count == 2;
	if (!two && (marks->count != 1 || !e || marks_has(marks, &e->info.sha256))) {
		desk_say(desk, ROLE_WARNING, "mark two certificates with Space, then compare them");
		return REACT_REPAINT;
	}
	view->sides[0] = marks->items[0];
	view->sides[1] = two ? marks->items[1] : e->info.sha256;
	view->stale = true;
	pager_start(&view->pager);
	desk_push(desk, PAGE_COMPARE);
	return REACT_LAYOUT;
}

enum reaction action_compare_all(struct desk *desk)
{
	desk->compare.all = !desk->compare.all;
	desk->compare.stale = true;
	pager_start(&desk->compare.pager);
	return REACT_REPAINT;
}
