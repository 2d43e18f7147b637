/*
 * Rows are cut into lines when they or the width change; a line is a piece of a row's text, known
 * by its offset.  Labels stand in a column of their own, as wide as the widest of them but never
 * more than a third; texts hang to the right of it.
 */
#include "tui/pager-parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/buf.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "tui/glyph.h"
#include "tui/screen.h"
#include "tui/spot.h"

static bool is_heading(const struct row *row)
{
	return row->label && !row->text;
}

/* A label in plain words: without what decorates it, and a mark by what it is called.  The caller frees. */
static char *spoken(const struct row *row)
{
	static const char *const signs[] = { "\xe2\x9c\x93", "\xe2\x9c\x97", "\xc2\xb7", "-" };
	const char *text = row->label + strspn(row->label, " ");
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (text_starts(text, signs[i]))
			text += strlen(signs[i]);
	text += strspn(text, " ");
	size_t len = strlen(text);
	while (len > 0 && text[len - 1] == ' ')
		len--;
	if (strcmp(text, "!") == 0)
		return mem_text(row->role == ROLE_ERROR ? _("Error") : _("Warning"));
	return mem_textn(text, len);
}

/* It stands before its text and takes what it needs. */
static int label_room(const struct row *row)
{
	char *label = spoken(row);
	int room = *label ? area_width(label) + 2 : 0;
	free(label);
	return room;
}

static void draw_spoken(struct area area, int y, const struct row *row, int cols, const char *folded)
{
	char *label = spoken(row);
	int used = *label ? area_text_found(area, y, 0, cols - 2, ROLE_LABEL, label, folded) : 0;
	if (used > 0)
		area_text(area, y, used, ROLE_LABEL, ":");
	free(label);
}

static int label_column(const struct pager *pager, int cols)
{
	int most = 0;
	for (size_t i = 0; i < pager->rows.count; i++) {
		const struct row *row = &pager->rows.items[i];
		int width = row->label && row->text ? area_width(row->label) + 2 : 0;
		most = width > most ? width : most;
	}
	return most > cols / 3 ? cols / 3 : most;
}

/*
 * Chinese and Japanese have no blanks and may be broken between any two characters; but a line
 * doesn't begin with what closes a sentence or bracket, nor end with what opens one.
 */
static bool breaks_between(const struct glyph *left, const struct glyph *right)
{
	static const wchar_t closing[] =
		L"\u3001\u3002\uff0c\uff0e\uff1a\uff1b\uff01\uff1f\u30fc\u300d\u300f"
		L"\uff09\u3015\u3011\u300b.,:;!?)]}\u201d\u2019\u00bb\u2026";
	static const wchar_t opening[] =
		L"\u300c\u300e\uff08\u3014\u3010\u300a([{\u201c\u2018\u00ab";
	if (left->len == 0 || (left->cols < 2 && right->cols < 2))
		return false;
	return !wcschr(closing, right->chars[0]) && !wcschr(opening, left->chars[0]);
}

/* Bytes of text for one line: up to the last place to break that fits, or as much as fits. */
static size_t take_line(const char *text, int cols)
{
	bool utf8 = screen_is_utf8();
	struct glyph before = { .len = 0 };
	size_t len = 0, end = 0;
	int used = 0;
	for (;;) {
		struct glyph glyph = glyph_next(text + len, utf8);
		if (glyph.len == 0)
			return len;
		if (breaks_between(&before, &glyph))
			end = len;
		used += glyph.cols;
		if (used > cols)
			break;
		len += glyph.len;
		if (text[len] == ' ')
			end = len;
		before = glyph;
	}
	if (len == 0) /* not even one character fits: step on all the same */
		return glyph_next(text, utf8).len;
	return end > 0 ? end : len;
}

static void add_line(struct pager *pager, struct pager_line line)
{
	pager->lines = mem_grow(pager->lines, pager->count, &pager->cap, sizeof *pager->lines);
	pager->lines[pager->count++] = line;
}

static void wrap_row(struct pager *pager, size_t number, int column, int cols)
{
	const struct row *row = &pager->rows.items[number];
	const char *text = row->text ? row->text : "";
	bool plain = screen_is_plain(), labelled = true;
	int indent = row->label && row->text ? plain ? label_room(row) : column : 0;
	size_t at = 0;
	if (plain && indent > cols / 2) { /* a line of its own, and the text below it */
		add_line(pager, (struct pager_line){ number, 0, 0, indent, true });
		indent = 0;
		labelled = false;
	}
	do {
		size_t len = take_line(text + at, cols > indent ? cols - indent : 1);
		add_line(pager, (struct pager_line){ number, at, len, indent, labelled });
		at += len;
		labelled = false;
		indent = plain ? 0 : indent;
		while (text[at] == ' ')
			at++;
	} while (text[at]);
}

void pager_wrap(struct pager *pager, int cols)
{
	if (!pager->dirty && pager->width == cols && (pager->lines || !pager->rows.count))
		return;
	int column = label_column(pager, cols);
	pager->count = 0;
	pager->width = cols;
	pager->dirty = pager->counted = false;
	for (size_t i = 0; i < pager->rows.count; i++)
		wrap_row(pager, i, column, cols);
}

static size_t last_top(const struct pager *pager)
{
	size_t page = pager->page > 0 ? (size_t)pager->page : 1;
	return pager->count > page ? pager->count - page : 0;
}

size_t pager_last_line(const struct pager *pager)
{
	return pager->count > 0 ? pager->count - 1 : 0;
}

void pager_changed(struct pager *pager)
{
	pager->dirty = true;
}

void pager_start(struct pager *pager)
{
	pager_go(pager, 0);
}

void pager_go(struct pager *pager, size_t line)
{
	pager->top = pager->at = line;
}

bool pager_is_at_end(const struct pager *pager)
{
	return screen_is_plain() ? pager->at >= pager_last_line(pager) : pager->top >= last_top(pager);
}

void pager_done(struct pager *pager)
{
	rows_done(&pager->rows);
	free(pager->lines);
	free(pager->found);
	free(pager->hits);
	*pager = (struct pager){ 0 };
}

static void draw_label(struct area area, int y, const struct row *row, int cols, const char *folded)
{
	if (is_heading(row))
		area_text_found(area, y, 0, area.cols, row->role, row->label, folded);
	else if (row->label && screen_is_plain())
		draw_spoken(area, y, row, cols, folded);
	else if (row->label && cols > 2)
		area_text_found(area, y, 0, cols - 1, ROLE_LABEL, row->label, folded);
}

static void draw_line(const struct pager *pager, size_t index, struct area area, int y)
{
	const struct pager_line *line = &pager->lines[index];
	const struct row *row = &pager->rows.items[line->row];
	if (line->labelled)
		draw_label(area, y, row, line->indent, pager->found);
	if (line->len == 0)
		return;
	char *piece = mem_textn(row->text + line->start, line->len);
	area_text_found(
		area, y, line->indent, area.cols - line->indent, row->role, piece, pager->found);
	free(piece);
}

/* Scroll as little as it takes to have the line of the cursor in sight. */
static void follow(struct pager *pager)
{
	size_t page = pager->page > 0 ? (size_t)pager->page : 1;
	if (pager->at > pager_last_line(pager))
		pager->at = pager_last_line(pager);
	if (pager->top > pager->at)
		pager->top = pager->at;
	if (pager->at >= pager->top + page)
		pager->top = pager->at - page + 1;
}

void pager_draw(struct pager *pager, struct area area)
{
	pager_wrap(pager, area.cols);
	spot_text(area);
	pager->page = area.rows;
	if (screen_is_plain() && pager->count > 0) {
		follow(pager);
		area_cursor_rests(area, (int)(pager->at - pager->top), 0);
	}
	if (pager->top > last_top(pager))
		pager->top = last_top(pager);
	for (int y = 0; y < area.rows && pager->top + (size_t)y < pager->count; y++)
		draw_line(pager, pager->top + (size_t)y, area, y);
}

size_t pager_position_line(const struct pager *pager)
{
	return screen_is_plain() ? pager->at : pager->top;
}

enum reaction pager_scroll_to(struct pager *pager, long top)
{
	size_t last = last_top(pager), old = pager->top;
	if (screen_is_plain()) {
		old = pager->at;
		last = pager_last_line(pager);
		pager->at = top < 0 ? 0 : (size_t)top > last ? last : (size_t)top;
		return pager->at == old ? REACT_NONE : REACT_REPAINT;
	}
	pager->top = top < 0 ? 0 : (size_t)top > last ? last : (size_t)top;
	return pager->top == old ? REACT_NONE : REACT_REPAINT;
}

enum reaction pager_key(struct pager *pager, const struct key *key)
{
	static const struct {
		const char *key;
		int lines, pages;
	} moves[] = {
		{ "j", 1, 0 },
		{ "Down", 1, 0 },
		{ "k", -1, 0 },
		{ "Up", -1, 0 },
		{ "PgDn", 0, 1 },
		{ "Space", 0, 1 },
		{ "PgUp", 0, -1 },
		{ "C-d", 0, 1 },
		{ "C-u", 0, -1 },
	};
	char name[KEY_NAME];
	key_spell(name, key);
	long top = (long)pager_position_line(pager), page = pager->page > 1 ? pager->page - 1 : 1;
	for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
		if (strcmp(moves[i].key, name) == 0)
			return pager_scroll_to(pager, top + moves[i].lines + moves[i].pages * page);
	if (key->code == K_MOUSE && key->mouse != MOUSE_PRESS)
		return pager_scroll_to(pager, top + (key->mouse == MOUSE_WHEEL_DOWN ? 3 : -3));
	if (key_is(key, "g") || key_is(key, "Home"))
		return pager_scroll_to(pager, 0);
	if (key_is(key, "G") || key_is(key, "End"))
		return pager_scroll_to(pager,
			(long)(screen_is_plain() ? pager_last_line(pager) : last_top(pager)));
	return REACT_UNHANDLED;
}

void pager_show(struct pager *pager, size_t row)
{
	size_t at = 0, page = pager->page > 0 ? (size_t)pager->page : 1;
	if (pager->width == 0) /* it wasn't painted yet */
		return;
	pager_wrap(pager, pager->width);
	while (at < pager->count && pager->lines[at].row < row)
		at++;
	if (at < pager->top || screen_is_plain())
		pager_scroll_to(pager, (long)at);
	else if (at >= pager->top + page)
		pager_scroll_to(pager, (long)(at - page + 1));
}

int pager_lines(struct pager *pager, int cols)
{
	pager_wrap(pager, cols);
	return pager->count > 100000 ? 100000 : (int)pager->count;
}

void pager_position(const struct pager *pager, char *out, size_t size)
{
	size_t last = last_top(pager);
	if (screen_is_plain())
		snprintf(out, size, lang_n("%zu line", "%zu lines", pager->count), pager->count);
	else if (last == 0)
		snprintf(out, size, _("all"));
	else if (pager->top == 0)
		snprintf(out, size, _("top"));
	else if (pager->top >= last)
		snprintf(out, size, _("end"));
	else
		snprintf(out, size, "%zu%%", pager->top * 100 / last);
}
