#include "tui/rows.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/lang.h"
#include "base/mem.h"

static void add_taken(struct rows *rows, enum role role, const char *label, char *text)
{
	rows->items = mem_grow(rows->items, rows->count, &rows->cap, sizeof *rows->items);
	rows->items[rows->count++] =
		(struct row){ .role = role, .label = mem_text(label), .text = text };
}

void rows_add(struct rows *rows, enum role role, const char *label, const char *text)
{
	add_taken(rows, role, lang_text(label), mem_text(text));
}

void rows_about(struct rows *rows, enum role role, const char *name, const char *text)
{
	add_taken(rows, role, name, mem_text(text));
}

void rows_format(struct rows *rows, enum role role, const char *label, const char *format, ...)
{
	struct buf text = { 0 };
	va_list args;
	va_start(args, format);
	buf_vformat(&text, lang_text(format), args);
	va_end(args);
	add_taken(rows, role, lang_text(label), buf_take(&text));
}

void rows_about_format(struct rows *rows, enum role role, const char *name, const char *format, ...)
{
	struct buf text = { 0 };
	va_list args;
	va_start(args, format);
	buf_vformat(&text, lang_text(format), args);
	va_end(args);
	add_taken(rows, role, name, buf_take(&text));
}

void rows_lines(struct rows *rows, enum role role, const char *label, const char *text)
{
	char *copy = mem_text(text ? text : ""), *save = NULL;
	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		rows_add(rows, role, label, line);
		label = "";
	}
	free(copy);
}

void rows_heading(struct rows *rows, const char *text)
{
	if (rows->count > 0)
		rows_blank(rows);
	rows_add(rows, ROLE_HEADING, text, NULL);
}

void rows_blank(struct rows *rows)
{
	rows_add(rows, ROLE_NORMAL, NULL, NULL);
}

void rows_first(struct rows *rows, enum role role, const char *text)
{
	rows_add(rows, role, NULL, text);
	struct row first = rows->items[rows->count - 1];
	memmove(rows->items + 1, rows->items, (rows->count - 1) * sizeof first);
	rows->items[0] = first;
}

void rows_done(struct rows *rows)
{
	for (size_t i = 0; i < rows->count; i++) {
		free(rows->items[i].label);
		free(rows->items[i].text);
	}
	free(rows->items);
	*rows = (struct rows){ 0 };
}
