#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/pages.h"
#include "tui/columns.h"

enum { COLUMN_SEQ, COLUMN_TIME, COLUMN_WHO, COLUMN_WHAT, COLUMNS };

static const struct column log_columns[COLUMNS] = {
	[COLUMN_SEQ] = { .title = "No", .min = 5, .want = 6, .right = true },
	[COLUMN_TIME] = { .title = "When", .min = 16, .want = 20, .rank = 2 },
	[COLUMN_WHO] = { .title = "Who", .min = 8, .want = 10, .rank = 1 },
	[COLUMN_WHAT] = { .title = "What", .min = 20, .want = 40, .stretch = true },
};

void journal_done(struct desk *desk)
{
	for (size_t i = 0; i < desk->log_count; i++) {
		struct log_row *row = &desk->log[i];
		free(row->time);
		free(row->who);
		free(row->from);
		free(row->words);
		free(row->why);
		free(row->cert);
	}
	desk->log_count = 0;
}

static bool keep_line(void *ctx, const struct journal_line *line)
{
	struct desk *desk = ctx;
	if (!app_log_matches(line, buf_text(&desk->log_search)))
		return true;
	desk->log = mem_grow(desk->log, desk->log_count, &desk->log_cap, sizeof *desk->log);
	desk->log[desk->log_count++] = (struct log_row){ .seq = line->seq,
		.time = mem_text(line->time),
		.who = mem_text(line->who ? line->who : ""),
		.from = mem_text(line->from ? line->from : ""),
		.words = app_log_words(line),
		.why = mem_text(line->why),
		.cert = mem_text(line->cert) };
	return true;
}

static void newest_first(struct desk *desk)
{
	for (size_t i = 0; i + 1 < desk->log_count - i; i++) {
		struct log_row *a = &desk->log[i], *b = &desk->log[desk->log_count - 1 - i];
		struct log_row swap = *a;
		*a = *b;
		*b = swap;
	}
}

/* The journal is read only where it is looked at. */
void journal_page_reload(struct desk *desk)
{
	struct error err = { 0 };
	if (desk_page(desk) != PAGE_JOURNAL)
		return;
	journal_done(desk);
	if (!app_log(desk->app, keep_line, desk, &err))
		desk_error(desk, &err);
	if (desk->log_count > 1)
		newest_first(desk);
	list_resize(&desk->log_list, desk->log_count);
}

enum reaction action_view_journal(struct desk *desk)
{
	action_view_list(desk);
	desk_push(desk, PAGE_JOURNAL);
	journal_page_reload(desk);
	list_select(&desk->log_list, 0);
	return REACT_LAYOUT;
}

static void draw_row(void *ctx, const struct list_row *row)
{
	struct desk *desk = ctx;
	const struct log_row *line = &desk->log[row->index];
	struct column_place places[COLUMNS];
	char seq[24];
	snprintf(seq, sizeof seq, "%lld", (long long)line->seq);
	const char *cells[COLUMNS] = { seq, line->time, line->who, line->words };
	columns_place(log_columns, COLUMNS, row->area.cols, places);
	for (size_t i = 0; i < COLUMNS; i++)
		columns_cell(row->area, 0, &log_columns[i], &places[i],
			list_role(row, i == COLUMN_WHAT ? ROLE_NORMAL : ROLE_DIM), cells[i], NULL);
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
	if (desk->log_count == 0)
		area_text(area, 1, 2, ROLE_DIM,
			desk->log_search.len ? "Nothing matches. / and Enter show all." :
					       "Nothing was changed yet.");
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
}

static enum reaction search_given(struct desk *desk, struct dialog *dialog, bool done)
{
	char *safe = text_typed(done ? dialog_text(dialog) : "");
	buf_cut(&desk->log_search, 0);
	text_fold(&desk->log_search, safe);
	free(safe);
	journal_page_reload(desk);
	list_select(&desk->log_list, 0);
	return REACT_REPAINT;
}

/* Esc, or nothing typed, shows all lines again. */
enum reaction action_search_log(struct desk *desk)
{
	return desk_ask(desk,
		dialog_ask("Search the journal", NULL, "Lines with", LINE_PLAIN,
			buf_text(&desk->log_search)),
		search_given);
}

enum reaction action_line(struct desk *desk)
{
	struct rows rows = { 0 };
	if (desk->log_list.cursor >= desk->log_count)
		return REACT_NONE;
	const struct log_row *line = &desk->log[desk->log_list.cursor];
	rows_format(&rows, ROLE_VALUE, "Number", "%lld", (long long)line->seq);
	rows_add(&rows, ROLE_VALUE, "When", line->time);
	rows_add(&rows, ROLE_VALUE, "Who", line->who);
	rows_add(&rows, ROLE_VALUE, "From", line->from);
	rows_add(&rows, ROLE_VALUE, "What", line->words);
	rows_add(&rows, ROLE_VALUE, "Why", line->why ? line->why : "(no reason given)");
	rows_add(&rows, ROLE_VALUE, "SHA-256", line->cert);
	return desk_ask(desk, dialog_message("Change", DIALOG_CALM, &rows), NULL);
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
