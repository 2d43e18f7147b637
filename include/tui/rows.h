/*
 * Rows of text for people to read: what a pager scrolls and a dialog shows.
 *
 * A row is a label and a text, either may be missing.  Long texts are wrapped, and their further
 * lines hang below the first one, behind the label.
 *
 * Life: `struct rows rows = {0};` … rows_done(&rows), or hand them to a pager or dialog.
 */
#ifndef CERTARY_TUI_ROWS_H
#define CERTARY_TUI_ROWS_H

#include <stddef.h>

#include "base/lang.h"
#include "tui/theme.h"

struct row {
	enum role role; /* of the text; a label without a text is a heading in this role */
	char *label;    /* NULL: none; "" : indented as if there were one */
	char *text;     /* NULL: none */
};

struct rows {
	struct row *items;
	size_t count, cap;
};

/*
 * Both texts are safe text and copied.  Labels, headings and formats are literals of ours, which are
 * translated here (base/lang.h); whoever adds a text of ours says _() around it.
 */
void rows_add(struct rows *rows, enum role role, const char *label, const char *text);
void rows_format(struct rows *rows, enum role role, const char *label, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Where the label is a name and no word, such as a form's field (form_say()), a key or a setting. */
void rows_about(struct rows *rows, enum role role, const char *name, const char *text);
void rows_about_format(struct rows *rows, enum role role, const char *name, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* A text of several lines, or NULL: a row each, the label before the first. */
void rows_lines(struct rows *rows, enum role role, const char *label, const char *text);

void rows_heading(struct rows *rows, const char *text); /* with an empty row above it */
void rows_blank(struct rows *rows);
void rows_first(struct rows *rows, enum role role, const char *text); /* above all others */
void rows_done(struct rows *rows); /* empty and ready for use again */

#endif
