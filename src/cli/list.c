#include <stdio.h>
#include <string.h>

#include "base/lang.h"
#include "base/text.h"
#include "cli/run.h"

static bool fill_query(const struct run *run, struct query *q, struct error *err)
{
	const struct arguments *args = run->args;
	enum state state;
	if (args->text[OPTION_STATE]) {
		if (!state_parse(args->text[OPTION_STATE], &state))
			return error_set(err, ERROR_USAGE,
				"--state %s: give trusted, limited, untrusted, blocked or trash",
				args->text[OPTION_STATE]);
		q->states = 1u << state;
	}
	if (args->text[OPTION_EXPIRING] &&
		!app_parse_expiring(args->text[OPTION_EXPIRING], q, err))
		return false;
	if (args->text[OPTION_SORT]) {
		q->sort = view_column_find(args->text[OPTION_SORT]);
		if (!q->sort)
			return error_set(err, ERROR_USAGE, "--sort %s: give one of %s",
				args->text[OPTION_SORT], option_row(OPTION_SORT)->help);
	}
	q->filters |= run_has(run, OPTION_EXPIRED) ? FILTER_EXPIRED : 0u;
	q->filters |= run_has(run, OPTION_SELF_SIGNED) ? FILTER_SELF_SIGNED : 0u;
	q->filters |= run_has(run, OPTION_CA) ? FILTER_CA : 0u;
	q->reverse = run_has(run, OPTION_REVERSE);
	return true;
}

static void print_row(struct buf *line, const struct entry *e, int64_t now, const size_t *columns)
{
	char days[24], hex[FINGERPRINT_HEX];
	snprintf(days, sizeof days, "%lld", (long long)cert_days_left(&e->info, now));
	fingerprint_hex(&e->info.sha256, hex);
	hex[16] = '\0';
	buf_cut(line, 0);
	print_cell(line, lang_text(state_name((int)e->state)), columns[0], false);
	print_cell(line, days, columns[1], false);
	print_cell(line, hex, columns[2], false);
	print_cell(line, e->name, columns[3], false);
	print_cell(line, e->info.subject, columns[4], true);
	buf_char(line, '\n');
	print_text(buf_text(line));
}

static void print_rows(const struct run *run, const struct view *view)
{
	static const char *const heads[] = { N_("STATE"), N_("DAYS"), N_("FINGERPRINT"), N_("NAME"),
		N_("SUBJECT") };
	size_t columns[] = { 9, 6, 16, 32, SIZE_MAX };
	struct buf line = { 0 };
	struct entry e;
	int64_t now = app_now();
	if (view->count == 0) {
		print_text(app_count(run->app) ? _("nothing matches\n") :
						 _("no certificates yet (certary import FILE)\n"));
		return;
	}
	for (int i = 0; i < STATE_COUNT; i++)
		columns[0] = print_columns(columns[0], state_name(i));
	print_heads(heads, columns, sizeof heads / sizeof *heads);
	for (size_t i = 0; i < view->count; i++) {
		app_view_entry(run->app, view, i, &e);
		print_row(&line, &e, now, columns);
	}
	buf_done(&line);
}

/* An object at a time, so that a large store needs no large memory. */
static void print_array(const struct run *run, const struct view *view)
{
	struct buf out = { 0 };
	struct entry e;
	print_text("[");
	for (size_t i = 0; i < view->count; i++) {
		app_view_entry(run->app, view, i, &e);
		struct json *o = entry_json(&e);
		buf_cut(&out, 0);
		json_dump(o, &out);
		json_free(o);
		print_text(i ? ",\n" : "\n");
		print_text(buf_text(&out));
	}
	print_text("\n]\n");
	buf_done(&out);
}

bool run_list(struct run *run, struct error *err)
{
	struct query query = app_query(run->app);
	struct view view = { 0 };
	struct buf words = { 0 };
	if (!fill_query(run, &query, err))
		return false;
	for (size_t i = 0; i < run->args->count; i++)
		buf_format(&words, "%s%s", i ? " " : "", run->args->words[i]);
	query.text = buf_text(&words);
	app_view(run->app, &query, &view);
	if (run_has(run, OPTION_JSON))
		print_array(run, &view);
	else
		print_rows(run, &view);
	view_done(&view);
	buf_done(&words);
	return true;
}
