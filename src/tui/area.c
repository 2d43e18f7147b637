#include "tui/area.h"

#include <curses.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "tui/glyph.h"
#include "tui/paint.h"
#include "tui/screen-state.h"
#include "tui/screen.h"

#define ELLIPSIS  "\xe2\x80\xa6"
#define WIDTH_MAX 1000000 /* columns that are counted: no screen is wider */
#define CELLS     128     /* that are handed to ncurses at once */

static int at_most(int value, int most)
{
	return value < 0 ? 0 : value > most ? most : value;
}

struct area area_part(struct area area, int y, int x, int rows, int cols)
{
	int top = at_most(y, area.rows), left = at_most(x, area.cols);
	rows = at_most(rows + (y < 0 ? y : 0), area.rows - top);
	cols = at_most(cols + (x < 0 ? x : 0), area.cols - left);
	return (struct area){ area.y + top, area.x + left, rows, cols };
}

struct area area_cut_top(struct area *rest, int rows)
{
	struct area whole = *rest;
	rows = at_most(rows, whole.rows);
	*rest = area_part(whole, rows, 0, whole.rows - rows, whole.cols);
	return area_part(whole, 0, 0, rows, whole.cols);
}

struct area area_cut_bottom(struct area *rest, int rows)
{
	struct area whole = *rest;
	rows = at_most(rows, whole.rows);
	*rest = area_part(whole, 0, 0, whole.rows - rows, whole.cols);
	return area_part(whole, whole.rows - rows, 0, rows, whole.cols);
}

struct area area_cut_left(struct area *rest, int cols)
{
	struct area whole = *rest;
	cols = at_most(cols, whole.cols);
	*rest = area_part(whole, 0, cols, whole.rows, whole.cols - cols);
	return area_part(whole, 0, 0, whole.rows, cols);
}

struct area area_cut_right(struct area *rest, int cols)
{
	struct area whole = *rest;
	cols = at_most(cols, whole.cols);
	*rest = area_part(whole, 0, 0, whole.rows, whole.cols - cols);
	return area_part(whole, 0, whole.cols - cols, whole.rows, cols);
}

struct area area_middle(struct area area, int rows, int cols)
{
	rows = at_most(rows, area.rows);
	cols = at_most(cols, area.cols);
	return area_part(area, (area.rows - rows) / 2, (area.cols - cols) / 2, rows, cols);
}

struct area area_inside(struct area area)
{
	return area_part(area, 1, 1, area.rows - 2, area.cols - 2);
}

/* One glyph at a cell that is known to be inside. */
static void put_glyph(struct area area, int y, int x, enum role role, const struct glyph *glyph)
{
	struct paint paint = paint_of(role);
	cchar_t cell;
	if (setcchar(&cell, glyph->chars, paint.attrs, paint.pair, NULL) == OK)
		mvwadd_wch(stdscr, area.y + y, area.x + x, &cell);
}

static void put_blanks(struct area area, int y, int x, int cols, enum role role)
{
	struct paint paint = paint_of(role);
	cchar_t blank;
	if (cols > 0 && setcchar(&blank, L" ", paint.attrs, paint.pair, NULL) == OK)
		mvwhline_set(stdscr, area.y + y, area.x + x, &blank, cols);
}

void area_clear_row(struct area area, int y, enum role role)
{
	if (y >= 0 && y < area.rows)
		put_blanks(area, y, 0, area.cols, role);
}

void area_clear(struct area area, enum role role)
{
	for (int y = 0; y < area.rows; y++)
		area_clear_row(area, y, role);
}

bool area_scroll(struct area area, long by)
{
	if (area.x != 0 || area.cols != COLS || labs(by) >= area.rows)
		return false;
	scrollok(stdscr, TRUE);
	wsetscrreg(stdscr, area.y, area.y + area.rows - 1);
	wscrl(stdscr, (int)by);
	wsetscrreg(stdscr, 0, LINES - 1);
	scrollok(stdscr, FALSE);
	return true;
}

/* The columns that the text takes, or the first number above `most` that is known to be exceeded. */
static int width_up_to(const char *safe, int most)
{
	bool utf8 = screen_is_utf8();
	int cols = 0;
	while (cols <= most) {
		size_t plain = glyph_plain(safe);
		struct glyph glyph = { .cols = 0 };
		if (plain == 0)
			glyph = glyph_next(safe, utf8);
		if (plain + glyph.len == 0)
			break;
		cols += plain > WIDTH_MAX ? WIDTH_MAX : (int)plain + glyph.cols;
		safe += plain + glyph.len;
	}
	return cols;
}

int area_width(const char *safe)
{
	return width_up_to(safe, WIDTH_MAX);
}

static void put_ellipsis(struct area area, int y, int x, enum role role)
{
	bool utf8 = screen_is_utf8() && !screen_is_ascii();
	struct glyph glyph = glyph_next(utf8 ? ELLIPSIS : "~", utf8);
	put_glyph(area, y, x, role, &glyph);
}

/* A run of plain bytes: cells that differ in their character alone. */
static void put_plain(
	struct area area, int y, int x, enum role role, const char *plain, int count)
{
	struct paint paint = paint_of(role);
	cchar_t cells[CELLS];
	if (setcchar(&cells[0], L" ", paint.attrs, paint.pair, NULL) != OK)
		return;
	for (int done = 0, n; done < count; done += n) {
		for (n = 0; n < CELLS && done + n < count; n++) {
			cells[n] = cells[0];
			cells[n].chars[0] = (wchar_t)plain[done + n];
		}
		mvwadd_wchnstr(stdscr, area.y + y, area.x + x + done, cells, n);
	}
}

/* Glyphs up to `cols` columns; returns the columns that were used. */
static int put_text(struct area area, int y, int x, int cols, enum role role, const char *safe)
{
	bool utf8 = screen_is_utf8();
	int used = 0;
	for (;;) {
		size_t plain = glyph_plain(safe);
		int run = plain < (size_t)(cols - used) ? (int)plain : cols - used;
		put_plain(area, y, x + used, role, safe, run);
		used += run;
		safe += run;
		struct glyph glyph = glyph_next(safe, utf8);
		if (glyph.len == 0 || used + glyph.cols > cols)
			return used;
		put_glyph(area, y, x + used, role, &glyph);
		used += glyph.cols;
		safe += glyph.len;
	}
}

/* The same glyph by glyph, hits in their own role. */
static int put_found(struct area area, int y, int x, int cols, enum role role, const char *safe,
	const char *folded)
{
	bool utf8 = screen_is_utf8();
	const char *hit_end = safe;
	int used = 0;
	for (;;) {
		struct glyph glyph = glyph_next(safe, utf8);
		if (glyph.len == 0 || used + glyph.cols > cols)
			return used;
		if (safe >= hit_end)
			hit_end = safe + glyph_match(safe, folded);
		put_glyph(area, y, x + used, safe < hit_end ? ROLE_MATCH : role, &glyph);
		used += glyph.cols;
		safe += glyph.len;
	}
}

int area_text_found(struct area area, int y, int x, int cols, enum role role, const char *safe,
	const char *folded)
{
	if (y < 0 || y >= area.rows || x < 0 || x >= area.cols || cols <= 0)
		return 0;
	cols = at_most(cols, area.cols - x);
	bool whole = width_up_to(safe, cols) <= cols;
	int room = whole ? cols : cols - 1;
	int used = folded && *folded ? put_found(area, y, x, room, role, safe, folded)
				     : put_text(area, y, x, room, role, safe);
	if (whole)
		return used;
	put_ellipsis(area, y, x + used, role);
	return used + 1;
}

int area_text_in(struct area area, int y, int x, int cols, enum role role, const char *safe)
{
	return area_text_found(area, y, x, cols, role, safe, NULL);
}

int area_text(struct area area, int y, int x, enum role role, const char *safe)
{
	return area_text_found(area, y, x, area.cols - x, role, safe, NULL);
}

void area_text_right(struct area area, int y, int x, int cols, enum role role, const char *safe)
{
	int width = area_width(safe);
	area_text_in(area, y, width < cols ? x + cols - width : x, cols, role, safe);
}

int area_format(struct area area, int y, int x, enum role role, const char *format, ...)
{
	struct buf text = { 0 };
	va_list args;
	va_start(args, format);
	buf_vformat(&text, format, args);
	va_end(args);
	int used = area_text(area, y, x, role, buf_text(&text));
	buf_done(&text);
	return used;
}

enum piece {
	PIECE_ACROSS,
	PIECE_DOWN,
	PIECE_UPPER_LEFT,
	PIECE_UPPER_RIGHT,
	PIECE_LOWER_LEFT,
	PIECE_LOWER_RIGHT,
};

/* A piece of a line, in the role's look. */
static cchar_t line_cell(enum piece piece, enum role role)
{
	static const wchar_t ascii[][2] = { L"-", L"|", L"+", L"+", L"+", L"+" };
	const cchar_t *const lines[] = { WACS_HLINE, WACS_VLINE, WACS_ULCORNER, WACS_URCORNER,
		WACS_LLCORNER, WACS_LRCORNER };
	struct paint paint = paint_of(role);
	wchar_t chars[CCHARW_MAX + 1];
	attr_t attrs = 0;
	short pair = 0;
	cchar_t cell;
	wcscpy(chars, ascii[piece]);
	if (!screen_is_ascii())
		getcchar(lines[piece], chars, &attrs, &pair, NULL);
	setcchar(&cell, chars, attrs | paint.attrs, paint.pair, NULL);
	return cell;
}

void area_line_across(struct area area, int y, enum role role)
{
	if (screen_is_plain())
		return;
	cchar_t cell = line_cell(PIECE_ACROSS, role);
	if (y >= 0 && y < area.rows && area.cols > 0)
		mvwhline_set(stdscr, area.y + y, area.x, &cell, area.cols);
}

void area_line_down(struct area area, int x, enum role role)
{
	if (screen_is_plain())
		return;
	cchar_t cell = line_cell(PIECE_DOWN, role);
	if (x >= 0 && x < area.cols && area.rows > 0)
		mvwvline_set(stdscr, area.y, area.x + x, &cell, area.rows);
}

static void put_corner(struct area area, int y, int x, enum piece piece, enum role role)
{
	cchar_t cell = line_cell(piece, role);
	mvwadd_wch(stdscr, area.y + y, area.x + x, &cell);
}

void area_box(struct area area, enum role role, enum role title_role, const char *title)
{
	int bottom = area.rows - 1, right = area.cols - 1;
	if (screen_is_plain()) {
		area_text(area, 0, 0, title_role, title ? title : "");
		return;
	}
	if (bottom < 1 || right < 1)
		return;
	area_line_across(area, 0, role);
	area_line_across(area, bottom, role);
	area_line_down(area, 0, role);
	area_line_down(area, right, role);
	put_corner(area, 0, 0, PIECE_UPPER_LEFT, role);
	put_corner(area, 0, right, PIECE_UPPER_RIGHT, role);
	put_corner(area, bottom, 0, PIECE_LOWER_LEFT, role);
	put_corner(area, bottom, right, PIECE_LOWER_RIGHT, role);
	if (!title || area.cols < 7)
		return;
	int used = area_text_in(area, 0, 3, area.cols - 6, title_role, title);
	put_blanks(area, 0, 2, 1, title_role);
	put_blanks(area, 0, 3 + used, 1, title_role);
}

void area_cursor(struct area area, int y, int x, bool seen)
{
	if (area.rows > 0 && area.cols > 0)
		screen_cursor(area.y + at_most(y, area.rows - 1),
			area.x + at_most(x, area.cols - 1), seen);
}

void area_cursor_rests(struct area area, int y, int x)
{
	if (!screen_cursor_claimed())
		area_cursor(area, y, x, false);
}
