/* Revocation lists: which there are, what they say, and getting them. */
#include "app/crl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/text.h"
#include "cli/run.h"

#define ROWS_SHOWN 50

/* --- the list ---------------------------------------------------------------------------------- */

static const char *header(const struct crl_record *record, const char *key)
{
	return headers_get(&record->record.headers, key);
}

static void put_time(struct json *o, const char *key, int64_t when)
{
	char text[CLOCK_ISO];
	json_text(o, key, when ? clock_iso(text, when) : NULL);
}

static struct json *record_json(const struct crl_record *record)
{
	struct json *o = json_new_object();
	const struct crl_info *info = crl_info(record->crl);
	char hex[FINGERPRINT_HEX];
	json_text(o, "id", fingerprint_hex(&info->id, hex));
	json_text(o, "name", header(record, "Name"));
	json_text(o, "issuer", info->issuer);
	json_text(o, "key_id", info->key_id);
	json_text(o, "number", info->number);
	json_text(o, "state", crl_state(record->crl, app_now()));
	put_time(o, "from", info->now);
	put_time(o, "next", info->next);
	json_int(o, "revoked", (int64_t)info->count);
	json_text(o, "unfit", info->unfit);
	json_text(o, "added", header(record, "Added"));
	json_text(o, "by", header(record, "By"));
	json_text(o, "source", header(record, "Source"));
	return o;
}

static const struct table_column columns[] = {
	{ N_("CA"), N_("CA"), 24 },
	{ N_("STATE"), N_("State"), 8 },
	{ N_("FROM"), N_("From"), 10 },
	{ N_("NEXT"), N_("Next update"), 10 },
	{ N_("REVOKED"), N_("Revoked"), 7 },
	{ N_("NUMBER"), N_("Number"), 8 },
	{ N_("ISSUER"), N_("Issuer"), 0 },
};

#define COLUMNS (sizeof columns / sizeof *columns)

static void print_record(const struct crl_record *record, const struct table *table)
{
	const struct crl_info *info = crl_info(record->crl);
	char from[CLOCK_ISO], next[CLOCK_ISO], count[24];
	snprintf(count, sizeof count, "%zu", info->count);
	table_row(table,
		(const char *[]){ header(record, "Name"),
			lang_text(crl_state(record->crl, app_now())), lang_date(from, info->now),
			info->next ? lang_date(next, info->next) : "", count, info->number,
			info->issuer });
}

static void print_records(const struct run *run, const struct crl_records *all)
{
	struct table table = { columns, COLUMNS, { 0 } };
	struct json *list = run_has(run, OPTION_JSON) ? json_new_array() : NULL;
	for (size_t i = 0; i < all->count; i++)
		table_hold(&table, 1, crl_state(all->items[i].crl, app_now()));
	if (!list && all->count == 0)
		print_format("no revocation lists yet (certary crl import FILE, or crl fetch CERT)\n");
	else if (!list)
		table_head(&table);
	for (size_t i = 0; i < all->count; i++) {
		if (list)
			json_append(list, record_json(&all->items[i]));
		else
			print_record(&all->items[i], &table);
	}
	if (list)
		print_json(list);
	json_free(list);
}

bool run_crl_list(struct run *run, struct error *err)
{
	struct crl_records all = { 0 };
	bool ok = app_crls(run->app, &all, err);
	if (ok)
		print_records(run, &all);
	crl_records_done(&all);
	return ok;
}

/* --- one of them -------------------------------------------------------------------------------- */

static struct json *row_json(const struct crl_row *row)
{
	struct json *o = json_new_object();
	json_text(o, "serial", row->serial);
	put_time(o, "when", row->revocation.when);
	json_int(o, "reason", row->revocation.reason);
	json_text(o, "words", row->revocation.words);
	return o;
}

static void show_json(const struct crl_record *record)
{
	struct json *o = record_json(record), *rows = json_new_array();
	struct crl_row row = { 0 };
	while (crl_next(record->crl, &row))
		json_append(rows, row_json(&row));
	json_set(o, "rows", rows);
	print_json(o);
	json_free(o);
}

static void tell_time(const char *label, int64_t when)
{
	char text[CLOCK_ISO];
	if (when)
		tell_field(false, label, lang_time(text, when));
}

static void show_rows(const struct crl *crl)
{
	struct crl_row row = { 0 };
	char day[CLOCK_ISO];
	size_t count = crl_info(crl)->count, shown = 0;
	print_format("\nRevoked: %zu\n", count);
	for (; shown < ROWS_SHOWN && crl_next(crl, &row); shown++)
		print_format("  %s  %s%s%s\n", lang_date(day, row.revocation.when), row.serial,
			row.revocation.words ? "  " : "",
			row.revocation.words ? lang_text(row.revocation.words) : "");
	if (count > shown)
		print_format("  … and %zu more (--json has all)\n", count - shown);
}

static void show_text(const struct crl_record *record)
{
	const struct crl_info *info = crl_info(record->crl);
	static const char *const keys[] = { N_("Name"), N_("Added"), N_("By"),
		N_("Source") };
	char when[CLOCK_ISO];
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (header(record, keys[i]))
			tell_field(false, keys[i], lang_kept(when, header(record, keys[i])));
	tell_field(false, "Issuer", info->issuer);
	if (info->number)
		tell_field(false, "Number", info->number);
	if (info->key_id)
		tell_field(false, "Key identifier", info->key_id);
	tell_time(N_("From"), info->now);
	tell_time(N_("Next update"), info->next);
	tell_field(false, "State", lang_text(crl_state(record->crl, app_now())));
	if (info->unfit)
		tell_field(false, "Limits", lang_text(info->unfit));
	show_rows(record->crl);
}

bool run_crl_show(struct run *run, struct error *err)
{
	struct crl_records all = { 0 };
	const struct crl_record *record;
	bool ok = app_crls(run->app, &all, err) &&
		  app_crl_find(&all, run->args->words[0], &record, err);
	if (ok && run_has(run, OPTION_JSON))
		show_json(record);
	else if (ok)
		show_text(record);
	crl_records_done(&all);
	return ok;
}

static bool plan_drop(struct run *run, struct plan *plan, struct error *err)
{
	struct crl_records all = { 0 };
	const struct crl_record *record;
	bool ok = app_crls(run->app, &all, err) &&
		  app_crl_find(&all, run->args->words[0], &record, err) &&
		  app_plan_crl_remove(run->app, record, plan, err);
	crl_records_done(&all);
	return ok;
}

bool run_crl_remove(struct run *run, struct error *err)
{
	return plan_and_carry_out(run, plan_drop, CARRY_FREELY, true, err);
}

/* --- fetching ---------------------------------------------------------------------------------- */

static struct json *wish_json(const struct crl_wish *wish)
{
	struct json *o = json_new_object();
	json_text(o, "certificate", wish->name);
	json_text(o, "url", wish->shown);
	json_bool(o, "fetched", wish->crl != NULL);
	json_text(o, "why", wish->why);
	return o;
}

static struct json *fetch_json(const struct crl_fetch *fetch)
{
	struct json *o = json_new_object(), *list = json_new_array();
	for (size_t i = 0; i < fetch->count; i++)
		json_append(list, wish_json(&fetch->items[i]));
	json_set(o, "lists", list);
	return o;
}

/* What didn't come is told aside, and so is what came and isn't kept. */
static void print_wishes(const struct run *run, const struct crl_fetch *fetch)
{
	bool dry = run_has(run, OPTION_DRY_RUN);
	for (size_t i = 0; i < fetch->count && !run_has(run, OPTION_JSON); i++) {
		const struct crl_wish *wish = &fetch->items[i];
		if (wish->why)
			print_warning("crl fetch: %s: %s: %s", wish->name, wish->shown, wish->why);
		else
			print_format(dry ? _("would fetch %s, which %s names\n") :
					   _("fetched %s, which %s names\n"),
				wish->shown, wish->name);
	}
	if (fetch->count == 0 && !run_has(run, OPTION_JSON))
		print_format("nothing to fetch: no certificate there names a revocation list\n");
}

/* The network's fault before the lists'; what is known already is nobody's. */
static bool outcome(const struct crl_fetch *fetch, const struct plan *plan, struct error *err)
{
	bool missing = false;
	for (size_t i = 0; i < fetch->count; i++)
		missing = missing || !fetch->items[i].crl;
	if (missing)
		return error_set(err, ERROR_NETWORK, "%s", "");
	for (size_t i = 0; i < fetch->count; i++)
		if (fetch->items[i].refused)
			return error_set(err, ERROR_VERDICT, "%s", "");
	(void)plan;
	return true;
}

static bool fetch_them(struct run *run, struct crl_fetch *fetch, struct error *err)
{
	struct plan plan = { .op = "crl fetch" };
	bool dry = run_has(run, OPTION_DRY_RUN), json = run_has(run, OPTION_JSON);
	bool ok = dry || (app_crl_fetch(run->app, fetch, err) &&
				 app_plan_fetched(run->app, fetch, &plan, err));
	if (ok)
		print_wishes(run, fetch);
	if (ok && (plan.count || json))
		ok = carry_out(run, &plan, CARRY_FREELY, false, json ? fetch_json(fetch) : NULL, err);
	ok = ok && (dry || outcome(fetch, &plan, err));
	plan_done(&plan);
	return ok;
}

bool run_crl_fetch(struct run *run, struct error *err)
{
	struct crl_fetch fetch = { 0 };
	bool all = run_has(run, OPTION_EVERYWHERE), named = run->args->count > 0;
	if (all == named)
		return error_set(err, ERROR_USAGE, "crl fetch: give CERT, an endpoint, or --all");
	bool ok = (all ? app_crl_wish_all(run->app, false, &fetch, err) :
			 app_crl_wish(run->app, run->args->words[0], &fetch, err)) &&
		  fetch_them(run, &fetch, err);
	crl_fetch_done(&fetch);
	return ok;
}
