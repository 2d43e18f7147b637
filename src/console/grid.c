#include "console/grid.h"

#include <string.h>

#include "base/text.h"

static size_t column_named(const struct grid_kind *kind, const char *name, size_t len)
{
	size_t i = 0;
	while (i < kind->count && !(strlen(kind->columns[i].name) == len &&
					  strncmp(kind->columns[i].name, name, len) == 0))
		i++;
	return i;
}

static bool has(const struct grid_choice *choice, size_t which)
{
	for (size_t i = 0; i < choice->count; i++)
		if (choice->items[i].which == which)
			return true;
	return false;
}

static void add(struct grid_choice *choice, size_t which, int width)
{
	if (!has(choice, which))
		choice->items[choice->count++] = (struct grid_item){ which, width };
}

/* What another certary has called otherwise is passed over, a width that is none as well. */
static void add_word(struct grid_choice *out, const struct grid_kind *kind, const char *word,
	size_t len)
{
	const char *colon = memchr(word, ':', len);
	size_t which = column_named(kind, word, colon ? (size_t)(colon - word) : len);
	char digits[8] = "";
	int64_t width = 0;
	size_t count = colon ? len - (size_t)(colon + 1 - word) : 0;
	if (colon && count < sizeof digits)
		memcpy(digits, colon + 1, count);
	if (!text_number(digits, GRID_WIDTH_LEAST, GRID_WIDTH_MOST, &width))
		width = 0;
	if (which < kind->count)
		add(out, which, (int)width);
}

static void add_usual(struct grid_choice *out, const struct grid_kind *kind)
{
	for (size_t i = 0; i < kind->count; i++)
		if (!kind->columns[i].unusual)
			add(out, i, 0);
}

void grid_read(struct grid_choice *out, const struct grid_kind *kind, const char *text)
{
	*out = (struct grid_choice){ 0 };
	for (const char *p = text; *p;) {
		size_t len = strcspn(p, " ");
		add_word(out, kind, p, len);
		p += len + strspn(p + len, " ");
	}
	if (out->count == 0)
		add_usual(out, kind);
	out->shown = out->count;
	for (size_t i = 0; i < kind->count; i++)
		add(out, i, 0);
}

static bool is_usual(const struct grid_kind *kind, const struct grid_choice *choice)
{
	struct grid_choice usual = { 0 };
	add_usual(&usual, kind);
	bool same = usual.count == choice->shown;
	for (size_t i = 0; same && i < usual.count; i++)
		same = choice->items[i].which == usual.items[i].which && choice->items[i].width == 0;
	return same;
}

void grid_write(struct buf *out, const struct grid_kind *kind, const struct grid_choice *choice)
{
	if (is_usual(kind, choice))
		return;
	for (size_t i = 0; i < choice->shown; i++) {
		const struct grid_item *item = &choice->items[i];
		buf_format(out, "%s%s", i ? " " : "", kind->columns[item->which].name);
		if (item->width)
			buf_format(out, ":%d", item->width);
	}
}

static struct column column_of(const struct grid_kind *kind, const struct grid_item *item)
{
	struct column column = kind->columns[item->which].column;
	if (item->width == 0)
		return column;
	column.want = item->width;
	column.min = column.min < item->width ? column.min : item->width;
	column.stretch = false;
	column.word = NULL;
	return column;
}

void grid_head(struct grid *out, const struct remember *memory, const struct grid_kind *kind,
	struct area strip, const char *sorted, bool down)
{
	struct grid_choice choice;
	grid_read(&choice, kind, remember_text(memory, kind->memory));
	bool usual = is_usual(kind, &choice);
	size_t marked = choice.shown;
	out->kind = kind;
	out->count = choice.shown;
	for (size_t i = 0; i < choice.shown; i++) {
		out->which[i] = choice.items[i].which;
		out->columns[i] = column_of(kind, &choice.items[i]);
		if (!usual)
			out->columns[i].rank = (int)i; /* who chose an order means it */
		if (sorted && strcmp(kind->columns[out->which[i]].name, sorted) == 0)
			marked = i;
	}
	columns_place(out->columns, out->count, strip.cols, out->places);
	columns_head(strip, 0, out->columns, out->places, out->count, marked, down);
}

const char *grid_name(const struct grid *grid, size_t i)
{
	return i < grid->count ? grid->kind->columns[grid->which[i]].name : "";
}
