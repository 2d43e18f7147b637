#include "app/compare.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

/* --- the pair ------------------------------------------------------------------------------ */

static bool compare(struct pair *pair)
{
	for (int i = 0; i < 2; i++) {
		const struct shown *s = &pair->sides[i];
		pair->names[i] = s->is_entry ? mem_text(s->entry.name) :
					       cert_proposed_name(cert_info(s->cert));
	}
	compare_certs(pair->sides[0].cert, pair->sides[1].cert, app_now(), &pair->result);
	pair->compared = true;
	return true;
}

bool app_compare_text(struct app *app, const char *left, const char *right, struct pair *out,
	struct error *err)
{
	*out = (struct pair){ 0 };
	return app_show_text(app, left, &out->sides[0], err) &&
	       app_show_text(app, right, &out->sides[1], err) && compare(out);
}

bool app_compare_entries(struct app *app, const struct entry *left, const struct entry *right,
	struct pair *out, struct error *err)
{
	*out = (struct pair){ 0 };
	return app_show_entry(app, left, &out->sides[0], err) &&
	       app_show_entry(app, right, &out->sides[1], err) && compare(out);
}

void pair_done(struct pair *pair)
{
	if (pair->compared)
		comparison_done(&pair->result);
	for (int i = 0; i < 2; i++) {
		shown_done(&pair->sides[i]);
		free(pair->names[i]);
	}
	*pair = (struct pair){ 0 };
}

/* --- lines --------------------------------------------------------------------------------- */

#define LABEL_COLUMNS 20
#define GAP           2

struct layout {
	struct pair_lines *out;
	size_t columns; /* of a line */
	size_t cell;    /* of one side; 0: one below the other */
};

static void add_taken(struct layout *l, enum pair_kind kind, struct buf *text)
{
	struct pair_lines *out = l->out;
	while (text->len && text->data[text->len - 1] == ' ')
		buf_cut(text, text->len - 1);
	out->items = mem_grow(out->items, out->count, &out->cap, sizeof *out->items);
	out->items[out->count++] = (struct pair_line){ .kind = kind, .text = buf_take(text) };
}

static size_t one(const char *text)
{
	size_t n = *text != '\0';
	while (((unsigned char)text[n] & 0xc0) == 0x80)
		n++;
	return n;
}

static bool is_wide(const char *text)
{
	return text_fit(text, 1, NULL) < one(text);
}

/* Japanese has no blanks: a line may end anywhere, but none begins with what ends a sentence. */
static bool breaks_at(const char *text, size_t n)
{
	size_t before = n - 1;
	if (text[n] == ' ')
		return true;
	while (before > 0 && ((unsigned char)text[before] & 0xc0) == 0x80)
		before--;
	return (is_wide(text + n) || is_wide(text + before)) && !strchr(".,:;)", text[n]) &&
	       strncmp(text + n, "\u3001", 3) != 0 && strncmp(text + n, "\u3002", 3) != 0;
}

/* How much of the text stands in one line of a cell: as far as it may be broken, where it may. */
static size_t fit(const char *text, size_t columns)
{
	size_t all = text_fit(text, columns, NULL), n = all;
	if (text[all] == '\0')
		return all;
	while (n > 0 && (((unsigned char)text[n] & 0xc0) == 0x80 || !breaks_at(text, n)))
		n--;
	return n > 0 ? n : all ? all : strlen(text);
}

/* Append a line of the cell, filled up with blanks, and step over it. */
static void put_cell(struct buf *line, const char **text, size_t columns)
{
	size_t n = fit(*text, columns);
	char *part = mem_textn(*text, n);
	size_t used = text_width(part);
	buf_text_add(line, part);
	for (; used < columns; used++)
		buf_char(line, ' ');
	free(part);
	*text += n;
	*text += strspn(*text, " ");
}

static void add_beside(struct layout *l, enum pair_kind kind, const char *label, const char *left,
	const char *right)
{
	while (*label || *left || *right) {
		struct buf line = { 0 };
		put_cell(&line, &label, LABEL_COLUMNS);
		buf_format(&line, "%*s", GAP, "");
		put_cell(&line, &left, l->cell);
		buf_format(&line, "%*s", GAP, "");
		put_cell(&line, &right, l->cell);
		add_taken(l, kind, &line);
	}
}

static void add_wrapped(struct layout *l, enum pair_kind kind, const char *mark, const char *text)
{
	size_t indent = strlen(mark);
	bool first = true;
	do {
		struct buf line = { 0 };
		buf_format(&line, "%*s", (int)indent, first ? mark : "");
		put_cell(&line, &text, l->columns > indent + 1 ? l->columns - indent : 1);
		add_taken(l, kind, &line);
		first = false;
	} while (*text);
}

static void add_below(struct layout *l, enum pair_kind kind, const char *label, const char *left,
	const char *right)
{
	if (*label)
		add_wrapped(l, kind, "", label);
	add_wrapped(l, kind, kind == PAIR_SAME ? "= " : "< ", left);
	if (kind != PAIR_SAME)
		add_wrapped(l, kind, "> ", right);
}

static void add_pair(struct layout *l, enum pair_kind kind, const char *label, const char *left,
	const char *right)
{
	if (l->cell)
		add_beside(l, kind, label, left, right);
	else
		add_below(l, kind, label, left, right);
}

static void add_row(struct layout *l, const struct compared *row, const struct compared *above)
{
	bool begins = !above || strcmp(above->section, row->section) != 0;
	bool goes_on = !begins && strcmp(above->label, row->label) == 0;
	struct buf blank = { 0 };
	if (begins) {
		add_taken(l, PAIR_SECTION, &blank);
		add_wrapped(l, PAIR_SECTION, "", row->section);
	}
	add_pair(l, row->differs ? PAIR_DIFFERS : PAIR_SAME, goes_on ? "" : row->label,
		row->left ? row->left : "-",
		!row->differs ? "=" : row->right ? row->right : "-");
}

void pair_lines(const struct pair *pair, size_t columns, bool all, struct pair_lines *out)
{
	const struct comparison *c = &pair->result;
	const struct compared *above = NULL;
	struct layout l = { .out = out, .columns = columns };
	if (columns >= PAIR_BESIDE_FROM)
		l.cell = (columns - LABEL_COLUMNS - (size_t)(2 * GAP)) / 2;
	add_wrapped(&l, PAIR_VERDICT, "", c->verdict);
	add_pair(&l, PAIR_NAMES, "", pair->names[0], pair->names[1]);
	for (size_t i = 0; i < c->count; i++) {
		if (!all && !c->items[i].differs)
			continue;
		add_row(&l, &c->items[i], above);
		above = &c->items[i];
	}
}

void pair_lines_done(struct pair_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		free(lines->items[i].text);
	free(lines->items);
	*lines = (struct pair_lines){ 0 };
}
