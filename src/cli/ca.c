/*
 * The company's CA: what it has signed, revoking some of it, and the list that tells of that.
 */
#include <stdlib.h>
#include <string.h>

#include "app/identity.h"
#include "app/signing.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/text.h"
#include "cli/run.h"

#define CRL_DAYS      30
#define CRL_DAYS_MOST 3650

bool find_ca(struct run *run, const char *name, struct identities *all,
	const struct identity **out, struct error *err)
{
	if (!app_identities(run->app, all, err) || !identities_find(all, name, false, out, err))
		return false;
	return identity_is_ca(*out) ||
	       error_set(err, ERROR_FAILED, "%s is no CA", identity_name(*out));
}

/* --- the list ------------------------------------------------------------------------------ */

static const char *header(const struct issued *issued, const char *key)
{
	return headers_get(&issued->record.headers, key);
}

static const char *state_of(const struct issued *issued)
{
	if (header(issued, "Revoked"))
		return N_("revoked");
	return cert_info(issued->cert)->not_after < app_now() ? N_("expired") : N_("valid");
}

static struct json *issued_json(const struct issued *issued)
{
	struct json *o = json_new_object();
	json_text(o, "name", header(issued, "Name"));
	json_text(o, "state", state_of(issued));
	json_text(o, "profile", header(issued, "Profile"));
	info_json(o, cert_info(issued->cert));
	json_text(o, "added", header(issued, "Added"));
	json_text(o, "by", header(issued, "By"));
	json_text(o, "revoked", header(issued, "Revoked"));
	json_text(o, "why", header(issued, "Why"));
	return o;
}

static const struct table_column columns[] = {
	{ N_("NAME"), N_("Name"), 26 },
	{ N_("STATE"), N_("State"), 7 },
	{ N_("UNTIL"), N_("Until"), 10 },
	{ N_("PROFILE"), N_("Profile"), 7 },
	{ N_("SERIAL"), N_("Serial"), 0 },
};

#define COLUMNS (sizeof columns / sizeof *columns)

static void print_row(const struct issued *issued, const struct table *table)
{
	const struct cert_info *info = cert_info(issued->cert);
	char until[CLOCK_ISO];
	table_row(table,
		(const char *[]){ header(issued, "Name"), lang_text(state_of(issued)),
			lang_date(until, info->not_after), header(issued, "Profile"),
			info->serial });
}

static void print_list(const struct run *run, const struct issued_list *list)
{
	if (run_has(run, OPTION_JSON)) {
		struct json *a = json_new_array();
		for (size_t i = 0; i < list->count; i++)
			json_append(a, issued_json(&list->items[i]));
		print_json(a);
		json_free(a);
		return;
	}
	struct table table = { columns, COLUMNS, { 0 } };
	for (size_t i = 0; i < list->count; i++)
		table_hold(&table, 1, state_of(&list->items[i]));
	table_head(&table);
	for (size_t i = 0; i < list->count; i++)
		print_row(&list->items[i], &table);
	table_end();
}

bool run_ca_issued(struct run *run, struct error *err)
{
	struct identities all = { 0 };
	struct issued_list list = { 0 };
	const struct identity *ca;
	bool ok = find_ca(run, run->args->words[0], &all, &ca, err) &&
		  app_issued(run->app, ca, &list, err);
	if (ok)
		print_list(run, &list);
	issued_done(&list);
	identities_done(&all);
	return ok;
}

/* --- revoking ------------------------------------------------------------------------------ */

static bool plan_revoke(struct run *run, struct plan *plan, struct error *err)
{
	struct identities all = { 0 };
	struct issued_list list = { 0 };
	const struct identity *ca;
	const struct issued *issued;
	bool ok = find_ca(run, run->args->words[0], &all, &ca, err) &&
		  app_issued(run->app, ca, &list, err) &&
		  app_issued_find(&list, run->args->words[1], &issued, err) &&
		  app_plan_revoke(run->app, issued, run->args->text[OPTION_WHY], plan, err);
	issued_done(&list);
	identities_done(&all);
	return ok;
}

bool run_ca_revoke(struct run *run, struct error *err)
{
	return plan_and_carry_out(run, plan_revoke, CARRY_FREELY, false, err);
}

/* --- the list of what was revoked ---------------------------------------------------------- */

static void print_crl(const struct run *run, const struct identity *ca, const struct buf *pem,
	int64_t days)
{
	const char *path = output_path(run, OPTION_OUTPUT);
	char next[CLOCK_ISO];
	const int64_t until = app_now() + days * CLOCK_DAY;
	char *safe = path ? text_safe(path, strlen(path)) : NULL;
	if (run_has(run, OPTION_JSON)) {
		struct json *o = json_new_object();
		json_text(o, "ca", identity_name(ca));
		json_text(o, "next", clock_iso(next, until));
		json_text(o, "file", safe);
		json_text(o, "pem", buf_text(pem));
		print_json(o);
		json_free(o);
	} else if (path) {
		print_format("%s: the list is in %s, for clients to use until %s\n",
			identity_name(ca), safe, lang_time(next, until));
	} else {
		print_text(buf_text(pem));
	}
	free(safe);
}

bool run_ca_crl(struct run *run, struct error *err)
{
	struct identities all = { 0 };
	struct new_key key = { 0 };
	struct buf pem = { 0 };
	const struct identity *ca;
	int64_t days = CRL_DAYS;
	bool ok = arguments_number(run->args, OPTION_DAYS, 1, CRL_DAYS_MOST, &days, err) &&
		  output_check(run, OPTION_OUTPUT, err) &&
		  find_ca(run, run->args->words[0], &all, &ca, err) &&
		  open_key(run, ca, OPTION_PASSWORD_FILE, &key, NULL, err) &&
		  app_crl(run->app, ca, &key, (unsigned)days, &pem, err) &&
		  output_save(run, OPTION_OUTPUT, &pem, false, err);
	if (ok)
		print_crl(run, ca, &pem, days);
	buf_done(&pem);
	new_key_done(&key);
	identities_done(&all);
	return ok || error_wrap(err, "%s", "ca crl");
}
