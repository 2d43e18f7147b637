/*
 * Lists for people: a table, as wide as what it is read on; or in plain words a fact on each line, since
 * whoever hears a row can't see what stands above it.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/text.h"
#include "cli/run.h"

#define COLUMNS_LEAST 20
#define COLUMNS_MOST  10000

static bool plain, begun;

void print_in_words(bool yes)
{
	plain = yes;
	begun = false;
}

bool print_is_in_words(void)
{
	return plain;
}

/* A terminal knows best; COLUMNS is for what can't be asked. */
size_t print_width(void)
{
	struct winsize size;
	const char *wish = getenv("COLUMNS");
	int64_t columns = 0;
	if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
		return size.ws_col < COLUMNS_LEAST ? COLUMNS_LEAST : size.ws_col;
	if (!wish || !text_number(wish, 1, COLUMNS_MOST, &columns))
		return 0;
	return columns < COLUMNS_LEAST ? COLUMNS_LEAST : (size_t)columns;
}

static void print_line(struct buf *line)
{
	size_t most = print_width(), used = line->len;
	while (used > 0 && line->data[used - 1] == ' ')
		used--;
	buf_cut(line, used);
	if (most) {
		struct buf cut = { 0 };
		print_cell(&cut, buf_text(line), most, true);
		print_text(buf_text(&cut));
		buf_done(&cut);
	} else {
		print_text(buf_text(line));
	}
	print_text("\n");
	buf_done(line);
}

void table_hold(struct table *table, size_t column, const char *word)
{
	size_t *width = &table->widths[column];
	*width = print_columns(*width, word);
}

void table_head(struct table *table)
{
	struct buf line = { 0 };
	for (size_t i = 0; i < table->count; i++) {
		const struct table_column *column = &table->columns[i];
		table->widths[i] = column->columns && table->widths[i] < column->columns ?
					   column->columns :
					   table->widths[i];
		if (!plain)
			table_hold(table, i, column->title);
		if (!column->columns)
			table->widths[i] = SIZE_MAX;
		if (!plain)
			print_cell(&line, lang_text(column->title), table->widths[i],
				i + 1 == table->count);
	}
	if (plain)
		buf_done(&line);
	else
		print_line(&line);
}

/* A blank line parts one thing from the next. */
static void row_in_words(const struct table *table, const char *const *cells)
{
	if (begun)
		print_text("\n");
	begun = true;
	for (size_t i = 0; i < table->count; i++)
		if (cells[i] && *cells[i])
			print_format("%s: %s\n", lang_text(table->columns[i].word), cells[i]);
}

void table_row(const struct table *table, const char *const *cells)
{
	struct buf line = { 0 };
	if (plain) {
		row_in_words(table, cells);
		return;
	}
	for (size_t i = 0; i < table->count; i++)
		print_cell(&line, cells[i] ? cells[i] : "", table->widths[i], i + 1 == table->count);
	print_line(&line);
}

void table_end(void)
{
	if (plain && !begun)
		print_text(_("nothing to list\n"));
}
