#include "tui/columns.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/lang.h"
#include "tui/screen.h"
#include "tui/spot.h"

/* Titles and words of another language are wider than those that the table was made for. */
static int wider(const struct column *column, int cols)
{
	int most = area_width(lang_text(column->title));
	if (!lang_is_on())
		return cols;
	most = column->word || column->right ? most : 0;
	for (size_t i = 0; column->word && column->word(i); i++) {
		int width = area_width(lang_text(column->word(i)));
		most = width > most ? width : most;
	}
	return cols > most ? cols : most;
}

/* Columns of the screen that the places which aren't hidden take, with the blanks between them. */
static int taken(const struct column_place *places, size_t count)
{
	int sum = 0, shown = 0;
	for (size_t i = 0; i < count; i++) {
		sum += places[i].cols;
		shown += places[i].cols > 0;
	}
	return sum + (shown > 1 ? shown - 1 : 0);
}

static void hide_surplus(
	const struct column *columns, size_t count, int width, struct column_place *places)
{
	while (taken(places, count) > width) {
		size_t out = count;
		for (size_t i = 0; i < count; i++)
			if (places[i].cols > 0 && columns[i].rank > 0 &&
				(out == count || columns[i].rank >= columns[out].rank))
				out = i;
		if (out == count)
			return;
		places[out].cols = 0;
	}
}

static void grow(const struct column *columns, size_t count, int width, struct column_place *places)
{
	int left = width - taken(places, count);
	for (size_t i = 0; i < count && left > 0; i++) {
		int more = places[i].cols > 0 ? wider(&columns[i], columns[i].want) - places[i].cols
					      : 0;
		more = more > left ? left : more;
		places[i].cols += more > 0 ? more : 0;
		left -= more > 0 ? more : 0;
	}
}

/* What is left goes to those that stretch, in equal parts; the first gets the odd ones. */
static void stretch(
	const struct column *columns, size_t count, int width, struct column_place *places)
{
	int left = width - taken(places, count), takers = 0;
	for (size_t i = 0; i < count; i++)
		takers += columns[i].stretch && places[i].cols > 0;
	for (size_t i = 0; i < count && left > 0 && takers > 0; i++) {
		if (!columns[i].stretch || places[i].cols == 0)
			continue;
		int part = (left + takers - 1) / takers;
		places[i].cols += part;
		left -= part;
		takers--;
	}
}

/* Those that never go may still be too wide together: the last of them gives way. */
static void squeeze(struct column_place *places, size_t count, int width)
{
	for (size_t i = count; i-- > 0;) {
		int over = taken(places, count) - width;
		if (over > 0 && places[i].cols > 0)
			places[i].cols = places[i].cols > over ? places[i].cols - over : 0;
	}
}

void columns_place(
	const struct column *columns, size_t count, int width, struct column_place *places)
{
	int x = 0;
	if (screen_is_plain()) {
		for (size_t i = 0; i < count; i++)
			places[i] = (struct column_place){ .x = (int)i, .cols = 1 };
		return;
	}
	for (size_t i = 0; i < count; i++)
		places[i] = (struct column_place){ .cols = wider(&columns[i], columns[i].min) };
	hide_surplus(columns, count, width, places);
	squeeze(places, count, width);
	grow(columns, count, width, places);
	stretch(columns, count, width, places);
	for (size_t i = 0; i < count; i++) {
		places[i].x = x;
		x += places[i].cols > 0 ? places[i].cols + 1 : 0;
	}
}

/* In plain words the cells follow each other, and `x` is only their number. */
static void put_in_words(struct area area, int y, const struct column_place *place, enum role role,
	const char *safe, const char *folded)
{
	static int end; /* of the cell before, in the row that is being painted */
	if (place->x == 0)
		end = 0;
	if (!safe[strspn(safe, " ")])
		return;
	if (end > 0)
		end += area_text(area, y, end, role, ", ");
	end += area_text_found(area, y, end, area.cols - end, role, safe, folded);
}

static void head_in_words(struct area area, int y, const struct column *columns, size_t count,
	size_t sorted, bool down)
{
	area_clear_row(area, y, ROLE_HEADING);
	for (size_t i = 0; i < count; i++)
		put_in_words(area, y, &(struct column_place){ .x = (int)i }, ROLE_HEADING,
			lang_text(columns[i].title), NULL);
	if (sorted >= count)
		return;
	struct buf order = { 0 };
	buf_format(&order, down ? _("sorted downwards by %s") : _("sorted by %s"),
		lang_text(columns[sorted].title));
	put_in_words(area, y, &(struct column_place){ .x = (int)count }, ROLE_HEADING,
		buf_text(&order), NULL);
	buf_done(&order);
}

void columns_head(struct area area, int y, const struct column *columns,
	const struct column_place *places, size_t count, size_t sorted, bool down)
{
	if (screen_is_plain()) {
		head_in_words(area, y, columns, count, sorted, down);
		return;
	}
	bool ascii = screen_is_ascii() || !screen_is_utf8();
	const char *mark = down ? (ascii ? "v" : "\xe2\x96\xbc") : (ascii ? "^" : "\xe2\x96\xb2");
	area_clear_row(area, y, ROLE_HEADING);
	for (size_t i = 0; i < count; i++) {
		struct buf title = { 0 };
		buf_format(&title, "%s%s", lang_text(columns[i].title), i == sorted ? mark : "");
		columns_cell(
			area, y, &columns[i], &places[i], ROLE_HEADING, buf_text(&title), NULL);
		spot_column(area_part(area, y, places[i].x, 1, places[i].cols), i);
		buf_done(&title);
	}
}

void columns_cell(struct area area, int y, const struct column *column,
	const struct column_place *place, enum role role, const char *safe, const char *folded)
{
	if (screen_is_plain()) {
		struct buf words = { 0 };
		bool number = column->right && *safe; /* says nothing without what it counts */
		buf_format(&words, "%s%s%s", number ? lang_text(column->title) : "",
			number ? " " : "", safe);
		put_in_words(area, y, place, role, buf_text(&words), folded);
		buf_done(&words);
		return;
	}
	int width = column->right ? area_width(safe) : place->cols;
	int shift = width < place->cols ? place->cols - width : 0;
	if (place->cols > 0)
		area_text_found(area, y, place->x + shift, place->cols - shift, role, safe, folded);
}
