/*
 * Searching in a pager: the lines that hold a text, and going from one to the next.
 */
#include "tui/pager-parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "tui/glyph.h"
#include "tui/screen.h"

static void add_hit(struct pager *pager, size_t line)
{
	if (pager->hit_count > 0 && pager->hits[pager->hit_count - 1] == line)
		return;
	pager->hits = mem_grow(pager->hits, pager->hit_count, &pager->hit_cap, sizeof *pager->hits);
	pager->hits[pager->hit_count++] = line;
}

static bool holds(const char *text, const char *folded)
{
	struct buf whole = { 0 };
	text_fold(&whole, text);
	bool any = strstr(buf_text(&whole), folded) != NULL;
	buf_done(&whole);
	return any;
}

/* The lines of one row; each hit belongs to the line that it begins in. */
static void count_row(struct pager *pager, size_t first, size_t end)
{
	const struct row *row = &pager->rows.items[pager->lines[first].row];
	if (row->label && holds(row->label, pager->found))
		add_hit(pager, first);
	if (!row->text || !holds(row->text, pager->found))
		return;
	for (size_t at = 0, line = first; row->text[at]; at += glyph_next(row->text + at, true).len) {
		while (line + 1 < end && at >= pager->lines[line + 1].start)
			line++;
		if (glyph_match(row->text + at, pager->found))
			add_hit(pager, line);
	}
}

/* Once for each search and each wrapping: a text of a hundred lines may be one row. */
static void count_hits(struct pager *pager)
{
	if (pager->counted)
		return;
	pager->counted = true;
	pager->hit_count = 0;
	for (size_t first = 0, end; pager->found && first < pager->count; first = end) {
		for (end = first + 1; end < pager->count; end++)
			if (pager->lines[end].row != pager->lines[first].row)
				break;
		count_row(pager, first, end);
	}
	pager->hit = pager->hit_count;
}

static bool go_to(struct pager *pager, size_t hit)
{
	if (pager->hit_count == 0)
		return false;
	pager->hit = hit;
	pager_scroll_to(pager, (long)pager->hits[hit]);
	return true;
}

/* The first hit at or behind that line, around the end. */
static size_t hit_from(const struct pager *pager, size_t line)
{
	size_t low = 0, high = pager->hit_count;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (pager->hits[mid] < line)
			low = mid + 1;
		else
			high = mid;
	}
	return low < pager->hit_count ? low : 0;
}

bool pager_search(struct pager *pager, const char *safe)
{
	struct buf folded = { 0 };
	free(pager->found);
	pager->found = NULL;
	pager->counted = false;
	if (!safe || !*safe)
		return true;
	text_fold(&folded, safe);
	pager->found = buf_take(&folded);
	count_hits(pager);
	return go_to(pager, hit_from(pager, pager_position_line(pager)));
}

/* The hit that the search went to, while it is in sight: on the last page it isn't at the top. */
static bool sees_hit(const struct pager *pager)
{
	size_t page = pager->page > 0 ? (size_t)pager->page : 1;
	if (screen_is_plain())
		return pager->hit < pager->hit_count && pager->hits[pager->hit] == pager->at;
	return pager->hit < pager->hit_count && pager->hits[pager->hit] >= pager->top &&
	       pager->hits[pager->hit] < pager->top + page;
}

bool pager_again(struct pager *pager, int step)
{
	count_hits(pager);
	if (pager->hit_count == 0)
		return false;
	size_t next = sees_hit(pager) ? pager->hit + 1 : hit_from(pager, pager_position_line(pager) + 1);
	size_t here = sees_hit(pager) ? pager->hit : hit_from(pager, pager_position_line(pager));
	size_t before = here > 0 ? here - 1 : pager->hit_count - 1;
	return go_to(pager, step > 0 ? next % pager->hit_count : before);
}

bool pager_matches(struct pager *pager, char *out, size_t size)
{
	if (!pager->found)
		return false;
	count_hits(pager);
	if (pager->hit_count == 0)
		snprintf(out, size, "%s", _("no match"));
	else if (sees_hit(pager))
		snprintf(out, size, _("match %zu of %zu"), pager->hit + 1, pager->hit_count);
	else
		snprintf(out, size, lang_n("%zu match", "%zu matches", pager->hit_count),
			pager->hit_count);
	return true;
}
