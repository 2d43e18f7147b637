/*
 * The journal, newest first.  It may have very many lines, so that the page keeps none of them: the
 * view knows where they stand, and those that show are read and parsed when they are painted.  The
 * view looks for lines in slices between which keys are answered; what it found by then is the list.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/pages.h"
#include "tui/columns.h"

enum { COLUMN_SEQ, COLUMN_TIME, COLUMN_WHO, COLUMN_WHAT, COLUMNS };

static const char *time_word(size_t i)
{
	static char time[CLOCK_ISO];
	return i ? NULL : lang_time(time, 0);
}

static const struct column log_columns[COLUMNS] = {
	[COLUMN_SEQ] = { .title = N_("No"), .min = 5, .want = 6, .right = true },
	[COLUMN_TIME] = { .title = N_("When"),
		.min = 16,
		.want = 20,
		.rank = 2,
		.word = time_word },
	[COLUMN_WHO] = { .title = N_("Who"), .min = 8, .want = 10, .rank = 1 },
	[COLUMN_WHAT] = { .title = N_("What"), .min = 20, .want = 40, .stretch = true },
};

#define SLICE_MS 5
#define KEPT     128 /* rows that are kept parsed; a screen has fewer */

static void forget_row(struct log_row *row)
{
	char *texts[] = { row->time, row->who, row->from, row->words, row->why, row->cert };
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		free(texts[i]);
	*row = (struct log_row){ .key = -1 };
}

static void forget_rows(struct desk *desk)
{
	for (size_t i = 0; desk->log_rows && i < KEPT; i++)
		forget_row(&desk->log_rows[i]);
}

static void stop_looking(struct desk *desk)
{
	if (!desk->log_timer)
		return;
	loop_cancel(desk->loop, desk->log_timer);
	desk->log_timer = 0;
	desk->pending--;
}

void journal_page_close(struct desk *desk)
{
	stop_looking(desk);
	forget_rows(desk);
	free(desk->log_rows);
	log_view_free(desk->log);
	desk->log_rows = NULL;
	desk->log = NULL;
}

/* As the language that is on writes it. */
static char *time_seen(const char *iso)
{
	char time[CLOCK_ISO];
	return mem_text(lang_kept(time, iso));
}

static void fill_row(struct log_row *row, const struct journal_line *line)
{
	row->seq = line->seq;
	row->time = time_seen(line->time);
	row->who = mem_text(line->who ? line->who : "");
	row->from = mem_text(line->from ? line->from : "");
	row->words = app_log_words(line);
	row->why = mem_text(line->why);
	row->cert = mem_text(line->cert);
}

static const struct log_row *row_at(struct desk *desk, size_t index)
{
	struct log_row *row = &desk->log_rows[index % KEPT];
	struct journal_line line;
	struct error err = { 0 };
	int64_t key = log_view_place(desk->log, index);
	if (row->key == key)
		return row;
	forget_row(row);
	row->key = key;
	if (!log_view_line(desk->log, index, &line, &err)) {
		row->time = mem_text("");
		row->who = mem_text("");
		row->words = mem_text(err.text);
		return row;
	}
	fill_row(row, &line);
	log_view_line_done(&line);
	return row;
}

static const struct log_row *selected(struct desk *desk)
{
	bool none = !desk->log || desk->log_list.cursor >= log_view_count(desk->log);
	return none ? NULL : row_at(desk, desk->log_list.cursor);
}

int64_t journal_page_selected(struct desk *desk)
{
	const struct log_row *row = selected(desk);
	return row ? row->seq : 0;
}

/* The cursor stays on its line when others come before it, unless it stands on the newest. */
static void grow_list(struct desk *desk, size_t in_front)
{
	struct list *list = &desk->log_list;
	size_t by = list->cursor > 0 ? in_front : 0;
	list->count = log_view_count(desk->log);
	list->top += by;
	list_select(list, list->cursor + by);
}

static void look_on(void *ctx);

static void look(struct desk *desk)
{
	struct error err = { 0 };
	size_t in_front = 0;
	bool more = log_view_step(desk->log, SLICE_MS, &in_front, &err);
	if (err.code)
		desk_error(desk, &err);
	grow_list(desk, in_front);
	if (more) {
		desk->log_timer = loop_after(desk->loop, 0, look_on, desk);
		desk->pending++;
	}
}

static void look_on(void *ctx)
{
	struct desk *desk = ctx;
	desk->log_timer = 0;
	desk->pending--;
	look(desk);
	desk->reaction |= REACT_REPAINT;
}

static void begin(struct desk *desk)
{
	journal_page_close(desk);
	desk->log = log_view_new(desk->app, buf_text(&desk->log_search));
	desk->log_rows = mem_new(KEPT * sizeof *desk->log_rows);
	forget_rows(desk);
	list_resize(&desk->log_list, 0);
	look(desk);
}

/* The journal is read only where it is looked at. */
void journal_page_reload(struct desk *desk)
{
	struct error err = { 0 };
	if (desk_page(desk) != PAGE_JOURNAL)
		return;
	if (!desk->log) {
		begin(desk);
		return;
	}
	stop_looking(desk);
	if (!log_view_refresh(desk->log, &err))
		forget_rows(desk);
	look(desk);
}

enum reaction action_view_journal(struct desk *desk)
{
	action_view_list(desk);
	desk_push(desk, PAGE_JOURNAL);
	begin(desk);
	list_select(&desk->log_list, 0);
	return REACT_LAYOUT;
}

static void draw_row(void *ctx, const struct list_row *row)
{
	struct desk *desk = ctx;
	const struct log_row *line = row_at(desk, row->index);
	struct column_place places[COLUMNS];
	char seq[24] = "";
	if (line->seq)
		snprintf(seq, sizeof seq, "%lld", (long long)line->seq);
	const char *cells[COLUMNS] = { seq, line->time, line->who, line->words };
	columns_place(log_columns, COLUMNS, row->area.cols, places);
	for (size_t i = 0; i < COLUMNS; i++)
		columns_cell(row->area, 0, &log_columns[i], &places[i],
			list_role(row, i == COLUMN_WHAT ? ROLE_NORMAL : ROLE_DIM), cells[i], NULL);
}

static const char *emptiness(const struct desk *desk)
{
	if (desk->log_timer)
		return _("looking…");
	return desk->log_search.len ? _("Nothing matches. / and Enter show all.")
				    : _("Nothing was changed yet.");
}

void journal_page_draw(struct desk *desk, struct area area)
{
	struct column_place places[COLUMNS];
	struct area head = area_cut_top(&area, 1);
	struct area inner = area_part(head, 0, LIST_MARGIN, 1, head.cols - LIST_MARGIN);
	area_clear_row(head, 0, ROLE_HEADING);
	columns_place(log_columns, COLUMNS, inner.cols, places);
	columns_head(inner, 0, log_columns, places, COLUMNS, COLUMNS, false);
	desk->log_list.draw = draw_row;
	desk->log_list.ctx = desk;
	if (desk->log_list.count == 0)
		area_text(area, 1, 2, ROLE_DIM, emptiness(desk));
	else
		list_draw(&desk->log_list, area, true);
}

enum reaction journal_page_key(struct desk *desk, const struct key *key)
{
	return list_key(&desk->log_list, key);
}

void journal_page_position(struct desk *desk, char *out, size_t size)
{
	list_position(&desk->log_list, out, size);
	size_t len = strlen(out);
	if (desk->log_timer && len + 1 < size) /* as many as were found by now */
		memcpy(out + len, "+", 2);
}

static enum reaction search_given(struct desk *desk, struct dialog *dialog, bool done)
{
	char *safe = text_typed(done ? dialog_text(dialog) : "");
	buf_cut(&desk->log_search, 0);
	text_fold(&desk->log_search, safe);
	free(safe);
	begin(desk);
	list_select(&desk->log_list, 0);
	return REACT_REPAINT;
}

/* Esc, or nothing typed, shows all lines again. */
enum reaction action_search_log(struct desk *desk)
{
	return desk_ask(desk,
		dialog_ask(N_("Search the journal"), NULL, N_("Lines with"), LINE_PLAIN,
			buf_text(&desk->log_search)),
		search_given);
}

/* In fours over two lines, as everywhere: a whole one doesn't fit into a box. */
static void add_print(struct rows *rows, const char *hex)
{
	struct fingerprint print;
	if (!hex || !fingerprint_parse(hex, &print)) {
		rows_add(rows, ROLE_VALUE, "SHA-256", hex);
		return;
	}
	char *groups = fingerprint_groups(print.bytes, FINGERPRINT_SIZE);
	rows_lines(rows, ROLE_VALUE, "SHA-256", groups);
	free(groups);
}

static void add_known(struct rows *rows, const char *label, const char *text)
{
	if (text && *text)
		rows_add(rows, ROLE_VALUE, label, text);
}

enum reaction action_line(struct desk *desk)
{
	struct rows rows = { 0 };
	const struct log_row *line = selected(desk);
	if (!line)
		return REACT_NONE;
	if (!line->seq) {
		desk_say(desk, ROLE_ERROR, "this is no line of a journal");
		return REACT_REPAINT;
	}
	rows_format(&rows, ROLE_VALUE, N_("Number"), "%lld", (long long)line->seq);
	rows_add(&rows, ROLE_VALUE, "When", line->time);
	add_known(&rows, N_("Who"), line->who);
	add_known(&rows, N_("From"), line->from);
	rows_add(&rows, ROLE_VALUE, "What", line->words);
	rows_add(&rows, ROLE_VALUE, "Why", line->why ? line->why : _("(no reason given)"));
	add_print(&rows, line->cert);
	return desk_ask(desk, dialog_message(N_("Change"), DIALOG_CALM, &rows), NULL);
}

enum reaction action_verify(struct desk *desk)
{
	struct journal_check check;
	struct error err = { 0 };
	if (!app_log_verify(desk->app, &check, &err))
		return desk_error(desk, &err);
	if (check.bad_line) {
		error_set(&err, ERROR_VERDICT, "journal line %lld: %s", (long long)check.bad_line,
			check.why);
		return desk_error(desk, &err);
	}
	desk_say(desk, ROLE_GOOD, "the journal is as it was written: %lld lines",
		(long long)check.lines);
	return REACT_REPAINT;
}
