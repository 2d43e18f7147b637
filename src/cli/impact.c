#include "app/impact.h"

#include "base/clock.h"
#include "base/lang.h"
#include "cli/run.h"

/* ---- for people ---- */

static const char *words_of(const struct impact_row *row)
{
	return row->warning ? N_("trusted again") :
	       !row->was    ? N_("green again") :
	       row->is	    ? N_("stays green") :
			      N_("turns red");
}

static void print_row(const struct impact_row *row, size_t columns)
{
	struct buf line = { 0 };
	if (print_is_in_words()) {
		buf_format(&line, "%s: %s, ", row->name, lang_text(words_of(row)));
	} else {
		print_cell(&line, lang_text(words_of(row)), columns, false);
		print_cell(&line, row->name, 24, false);
	}
	if (row->is)
		buf_format(&line, _("through %s"), row->through);
	else
		buf_text_add(&line, row->reason);
	if (row->warning)
		buf_format(&line, "; %s", row->warning);
	print_format("%s\n", buf_text(&line));
	buf_done(&line);
}

static void print_impact(const struct impact *impact)
{
	size_t columns = 11;
	for (size_t i = 0; i < impact->count; i++)
		columns = print_columns(columns, words_of(&impact->items[i]));
	for (size_t i = 0; i < impact->count; i++)
		print_row(&impact->items[i], columns);
	if (impact->endpoints == impact->unseen)
		print_format("No endpoint ever presented a chain: nothing to go by "
			     "(certary endpoint add, certary check).\n");
	else if (impact->count == 0)
		print_format(impact->narrows ? _("No endpoint would change, of %zu that presented a chain: "
						 "safe to remove.\n") :
					       _("No endpoint would change, of %zu that presented a "
						 "chain.\n"),
			impact->endpoints - impact->unseen);
	if (impact->unseen && impact->unseen < impact->endpoints)
		print_format("%zu of %zu never presented a chain (certary check).\n",
			impact->unseen, impact->endpoints);
}

/* ---- for programs ---- */

static struct json *row_json(const struct impact_row *row)
{
	struct json *o = json_new_object();
	json_text(o, "endpoint", row->name);
	json_text(o, "service", row->place);
	json_text(o, "before", row->was ? "green" : "red");
	json_text(o, "after", row->is ? "green" : "red");
	json_text(o, "through", row->through);
	json_text(o, "reason", row->reason);
	json_text(o, "warning", row->warning);
	return o;
}

struct json *impact_json(const struct impact *impact)
{
	struct json *o = json_new_object(), *rows = json_new_array();
	for (size_t i = 0; i < impact->count; i++)
		json_append(rows, row_json(&impact->items[i]));
	json_int(o, "turn_red", (int64_t)impact->red);
	json_int(o, "turn_green", (int64_t)impact->green);
	json_int(o, "keep_warning", (int64_t)impact->warned);
	json_int(o, "endpoints", (int64_t)impact->endpoints);
	json_int(o, "never_seen", (int64_t)impact->unseen);
	json_set(o, "rows", rows);
	return o;
}

/* ---- the command ---- */

static bool show_one(struct run *run, enum state as, struct error *err)
{
	struct impact impact = { 0 };
	struct entry entry;
	bool ok = app_resolve(run->app, run->args->words[0], &entry, err) &&
		  app_impact_entry(run->app, &entry, as, &impact, err);
	if (ok && run_has(run, OPTION_JSON)) {
		struct json *o = impact_json(&impact);
		json_text(o, "name", entry.name);
		print_json(o);
		json_free(o);
	} else if (ok) {
		print_impact(&impact);
	}
	ok = ok && (impact.red == 0 || error_set(err, ERROR_VERDICT, "%s", ""));
	impact_done(&impact);
	return ok;
}

static void print_spare(const struct spare *spare, size_t columns)
{
	char to[CLOCK_ISO];
	const struct entry *e = &spare->entry;
	struct buf line = { 0 };
	if (print_is_in_words()) {
		buf_format(&line, "%s: %s, ", e->name, lang_text(state_name((int)e->state)));
	} else {
		print_cell(&line, e->name, 40, false);
		print_cell(&line, lang_text(state_name((int)e->state)), columns, false);
	}
	buf_text_add(&line, spare->why);
	if (!(spare->reasons & SPARE_EXPIRED))
		buf_format(&line, e->info.not_after < app_now() ? _(", expired %s") : _(", until %s"),
			lang_date(to, e->info.not_after));
	print_format("%s\n", buf_text(&line));
	buf_done(&line);
}

static void print_unused(const struct spares *spares, size_t count)
{
	const char *words = spares->unseen ?
		lang_n("%zu trusted CA that no endpoint needs, of %zu that presented a chain; others "
		       "never did (certary check)\n",
			"%zu trusted CAs that no endpoint needs, of %zu that presented a chain; others "
			"never did (certary check)\n", count) :
		lang_n("%zu trusted CA that no endpoint needs, of %zu that presented a chain\n",
			"%zu trusted CAs that no endpoint needs, of %zu that presented a chain\n", count);
	print_format(words, count, spares->endpoints - spares->unseen);
}

static void print_spares(const struct spares *spares, unsigned reasons)
{
	size_t unused = 0, expired = 0, columns = 9;
	for (size_t i = 0; i < spares->count; i++)
		columns = print_columns(columns, state_name((int)spares->items[i].entry.state));
	for (size_t i = 0; i < spares->count; i++) {
		print_spare(&spares->items[i], columns);
		unused += (spares->items[i].reasons & SPARE_UNUSED) != 0;
		expired += (spares->items[i].reasons & SPARE_EXPIRED) != 0;
	}
	if (reasons & SPARE_UNUSED)
		print_unused(spares, unused);
	if (reasons & SPARE_EXPIRED)
		print_format(lang_n("%zu that is over\n", "%zu that are over\n", expired), expired);
	if (spares->count)
		print_format("to remove: certary delete%s%s\n",
			reasons & SPARE_EXPIRED ? " --expired" : "",
			reasons & SPARE_UNUSED ? " --unused" : "");
}

static struct json *spare_json(const struct spare *spare)
{
	struct json *o = entry_json(&spare->entry);
	json_text(o, "why", spare->why);
	json_bool(o, "unused", spare->reasons & SPARE_UNUSED);
	json_bool(o, "expired", spare->reasons & SPARE_EXPIRED);
	return o;
}

unsigned spare_reasons(const struct run *run)
{
	return (run_has(run, OPTION_UNUSED) ? SPARE_UNUSED : 0u) |
	       (run_has(run, OPTION_EXPIRED) ? SPARE_EXPIRED : 0u);
}

static bool show_spares(struct run *run, struct error *err)
{
	struct spares spares = { 0 };
	struct json *list = run_has(run, OPTION_JSON) ? json_new_array() : NULL;
	unsigned reasons = spare_reasons(run);
	bool ok = app_spares(run->app, reasons, &spares, err);
	for (size_t i = 0; ok && list && i < spares.count; i++)
		json_append(list, spare_json(&spares.items[i]));
	if (ok && list)
		print_json(list);
	else if (ok)
		print_spares(&spares, reasons);
	json_free(list);
	spares_done(&spares);
	return ok;
}

bool run_impact(struct run *run, struct error *err)
{
	const char *text = run->args->text[OPTION_STATE];
	enum state as = STATE_TRASH;
	if (text && (!state_parse(text, &as) || as == STATE_LIMITED))
		return error_set(err, ERROR_USAGE,
			"impact: --state %s: trusted, untrusted, blocked or trash", text);
	if ((spare_reasons(run) != 0) == (run->args->count > 0))
		return error_set(err, ERROR_USAGE,
			"impact: say a certificate, or --unused, --expired");
	return spare_reasons(run) ? show_spares(run, err) : show_one(run, as, err);
}
