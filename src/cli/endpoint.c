#include "app/endpoint.h"
#include "app/identity.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/probe.h"
#include "cli/run.h"

static char *given(const struct run *run, enum option which)
{
	return mem_text(run->args->text[which]);
}

static bool read_endpoint(struct run *run, struct endpoint *out, struct error *err)
{
	struct probe_wish wish;
	int64_t days = 0;
	if (!probe_wish_parse(run->args->words[0], run->args->text[OPTION_DIALECT], &wish, err) ||
		!arguments_number(run->args, OPTION_WARN_DAYS, 1, 36500, &days, err))
		return false;
	*out = (struct endpoint){ .name = given(run, OPTION_NAME),
		.host = wish.host,
		.port = wish.port,
		.dialect = wish.dialect,
		.sni = given(run, OPTION_SNI),
		.tls = given(run, OPTION_TLS),
		.identity = given(run, OPTION_IDENTITY),
		.purpose = given(run, OPTION_FOR),
		.note = given(run, OPTION_NOTE),
		.days = (unsigned)days };
	wish.host = NULL;
	probe_wish_done(&wish);
	return true;
}

/* A name that nobody has is a slip more often than a plan. */
static bool check_identity(struct run *run, const struct endpoint *e, struct error *err)
{
	struct identities all = { 0 };
	const struct identity *found;
	if (!e->identity)
		return true;
	bool ok = app_identities(run->app, &all, err) &&
		  identities_find(&all, e->identity, false, &found, err);
	identities_done(&all);
	return ok;
}

static bool plan_save(struct run *run, struct plan *plan, struct error *err)
{
	struct endpoint e = { 0 };
	bool ok = read_endpoint(run, &e, err) && check_identity(run, &e, err) &&
		  app_plan_endpoint(run->app, &e, NULL, plan, err) && make_store(run, err);
	endpoint_done(&e);
	return ok;
}

static bool plan_remove_one(struct run *run, const char *word, struct plan *plan, struct error *err)
{
	struct endpoints all = { 0 };
	const struct endpoint *found;
	bool ok = app_endpoints(run->app, &all, err) &&
		  app_endpoint_find(&all, word, &found, err) &&
		  app_plan_endpoint_remove(run->app, found, plan, err);
	endpoints_done(&all);
	return ok;
}

static bool plan_drop(struct run *run, struct plan *plan, struct error *err)
{
	return plan_remove_one(run, run->args->words[0], plan, err);
}

bool run_endpoint_add(struct run *run, struct error *err)
{
	return plan_and_carry_out(run, plan_save, CARRY_FREELY, false, err);
}

bool run_endpoint_remove(struct run *run, struct error *err)
{
	return plan_and_carry_out(run, plan_drop, CARRY_FREELY, false, err);
}

/* --- the list ------------------------------------------------------------------------------ */

static const struct table_column columns[] = {
	{ N_("NAME"), N_("Name"), 24 },
	{ N_("SERVICE"), N_("Service"), 30 },
	{ N_("DIALECT"), N_("Dialect"), 8 },
	{ N_("PURPOSE"), N_("Purpose"), 24 },
};

#define COLUMNS (sizeof columns / sizeof *columns)

static void print_one(const struct endpoint *e, const struct table *table)
{
	char *raw = endpoint_place(e);
	char *name = text_safe(e->name, strlen(e->name)), *place = text_safe(raw, strlen(raw));
	char *purpose = e->purpose ? text_safe(e->purpose, strlen(e->purpose)) : NULL;
	table_row(table, (const char *[]){ name, place, e->dialect->name, purpose });
	free(purpose);
	free(place);
	free(name);
	free(raw);
}

static void put_text(struct json *o, const char *key, const char *text)
{
	char *safe = text ? text_safe(text, strlen(text)) : NULL;
	json_text(o, key, safe);
	free(safe);
}

struct json *endpoint_json(const struct endpoint *e)
{
	struct json *o = json_new_object();
	put_text(o, "name", e->name);
	put_text(o, "host", e->host);
	json_int(o, "port", e->port);
	json_text(o, "dialect", e->dialect->name);
	put_text(o, "sni", e->sni);
	put_text(o, "tls", e->tls);
	put_text(o, "identity", e->identity);
	put_text(o, "purpose", e->purpose);
	put_text(o, "note", e->note);
	return o;
}

bool run_endpoint_list(struct run *run, struct error *err)
{
	struct table table = { columns, COLUMNS, { 0 } };
	struct endpoints all = { 0 };
	struct json *list = run_has(run, OPTION_JSON) ? json_new_array() : NULL;
	bool ok = app_endpoints(run->app, &all, err);
	if (ok && !list && !all.count)
		print_format("no endpoints yet (certary endpoint add HOST:PORT)\n");
	if (ok && !list && all.count)
		table_head(&table);
	for (size_t i = 0; ok && i < all.count; i++) {
		if (list)
			json_append(list, endpoint_json(&all.items[i]));
		else
			print_one(&all.items[i], &table);
	}
	if (ok && list)
		print_json(list);
	json_free(list);
	endpoints_done(&all);
	return ok;
}
