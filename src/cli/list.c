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

static const struct table_column columns[] = {
	{ N_("STATE"), N_("State"), 9 },
	{ N_("DAYS"), N_("Days left"), 6 },
	{ N_("FINGERPRINT"), N_("Fingerprint"), 16 },
	{ N_("NAME"), N_("Name"), 32 },
	{ N_("SUBJECT"), N_("Subject"), 0 },
};

/* What is heard first is what tells one from the next. */
static const struct table_column columns_in_words[] = {
	{ NULL, N_("Name"), 0 },
	{ NULL, N_("State"), 0 },
	{ NULL, N_("Days left"), 0 },
	{ NULL, N_("Subject"), 0 },
	{ NULL, N_("Fingerprint"), 0 },
};

#define COLUMNS (sizeof columns / sizeof *columns)

static void print_row(const struct table *table, const struct entry *e, int64_t now)
{
	char days[24], hex[FINGERPRINT_HEX];
	const char *state = lang_text(state_name((int)e->state));
	snprintf(days, sizeof days, "%lld", (long long)cert_days_left(&e->info, now));
	fingerprint_hex(&e->info.sha256, hex);
	hex[16] = '\0';
	if (print_is_in_words())
		table_row(table, (const char *[]){ e->name, state, days, e->info.subject, hex });
	else
		table_row(table, (const char *[]){ state, days, hex, e->name, e->info.subject });
}

static void print_rows(const struct run *run, const struct view *view)
{
	struct table table = { print_is_in_words() ? columns_in_words : columns, COLUMNS, { 0 } };
	struct entry e;
	int64_t now = app_now();
	if (view->count == 0) {
		print_text(app_count(run->app) ? _("nothing matches\n") :
						 _("no certificates yet (certary import FILE)\n"));
		return;
	}
	for (int i = 0; i < STATE_COUNT; i++)
		table_hold(&table, 0, state_name(i));
	table_head(&table);
	for (size_t i = 0; i < view->count; i++) {
		app_view_entry(run->app, view, i, &e);
		print_row(&table, &e, now);
	}
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
