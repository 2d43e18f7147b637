/*
 * drive-screen ROWS COLS -- COMMAND… - a program in a terminal of that size, and what it paints, for
 * whoever makes pictures of it.  A line each on standard input:
 *
 *	press HEX    the bytes of keys, and wait for the frame that answers them
 *	wait TEXT    until the text stands in a row
 *	dump         the screen: a line for each run of cells that look the same
 *
 * A run is "ROW COL FG BG LOOK WIDTH TEXT" with tabs between; colours are numbers, #rrggbb, or -1 for the
 * terminal's own; LOOK is any of b(old), r(everse), u(nderline), or "-"; WIDTH is that of a character.
 * The cursor, where it shows, is "cursor ROW COL"; a screen ends with "end".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "support/term.h"

static void say_colour(int number, unsigned rgb)
{
	if (number == -2)
		printf("#%06x\t", rgb);
	else
		printf("%d\t", number);
}

static void say_run(int row, int col, const struct term_cell *look, const char *text)
{
	printf("%d\t%d\t", row, col);
	say_colour(look->fg, look->fg_rgb);
	say_colour(look->bg, look->bg_rgb);
	printf("%s%s%s%s\t%d\t%s\n", look->bold ? "b" : "", look->reverse ? "r" : "",
		look->underline ? "u" : "", look->bold || look->reverse || look->underline ? "" : "-",
		look->width, text);
}

static bool same_look(const struct term_cell *a, const struct term_cell *b)
{
	return a->bold == b->bold && a->reverse == b->reverse && a->underline == b->underline &&
	       a->fg == b->fg && a->bg == b->bg && a->fg_rgb == b->fg_rgb &&
	       a->bg_rgb == b->bg_rgb && a->width == b->width;
}

static void dump_row(struct term *t, int row)
{
	struct buf text = { 0 };
	struct term_cell look = { 0 };
	int from = 0;
	for (int col = 0; col < term_cols(t); col++) {
		struct term_cell cell = term_attr(t, row, col);
		if (cell.width == 0)
			continue;
		if (text.len > 0 && !same_look(&look, &cell)) {
			say_run(row, from, &look, buf_text(&text));
			buf_cut(&text, 0);
		}
		if (text.len == 0) {
			look = cell;
			from = col;
		}
		buf_text_add(&text, *cell.text ? cell.text : " ");
	}
	if (text.len > 0)
		say_run(row, from, &look, buf_text(&text));
	buf_done(&text);
}

static void dump(struct term *t)
{
	int row, col;
	bool visible;
	for (row = 0; row < term_rows(t); row++)
		dump_row(t, row);
	term_cursor(t, &row, &col, &visible);
	if (visible)
		printf("cursor\t%d\t%d\n", row, col);
	puts("end");
	fflush(stdout);
}

static void press(struct term *t, const char *hex)
{
	struct buf keys = { 0 };
	unsigned byte;
	for (int n; sscanf(hex, "%2x%n", &byte, &n) == 1; hex += n)
		buf_char(&keys, (char)byte);
	term_press(t, buf_text(&keys));
	buf_done(&keys);
}

static void obey(struct term *t, char *line)
{
	char *word = strsep(&line, " ");
	if (strcmp(word, "press") == 0 && line)
		press(t, line);
	else if (strcmp(word, "wait") == 0 && line)
		term_wait_text(t, line);
	else if (strcmp(word, "dump") == 0)
		dump(t);
	else
		fprintf(stderr, "drive-screen: %s: no such order\n", word);
}

int main(int argc, char **argv)
{
	char line[4096];
	if (argc < 5 || strcmp(argv[3], "--") != 0) {
		fputs("usage: drive-screen ROWS COLS -- COMMAND…\n", stderr);
		return 2;
	}
	struct term *t = term_open(atoi(argv[1]), atoi(argv[2]), "xterm-256color", NULL,
		(const char *const *)argv + 4);
	while (fgets(line, sizeof line, stdin)) {
		line[strcspn(line, "\n")] = '\0';
		obey(t, line);
	}
	term_free(t);
	return 0;
}
