#include "app/identity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/text.h"
#include "cli/run.h"

/* --- list ---------------------------------------------------------------------------------- */

static bool find_state(const char *text, enum identity_state *out)
{
	for (int i = 0; i < IDENTITY_STATE_COUNT; i++) {
		*out = (enum identity_state)i;
		if (strcmp(identity_state_name(*out), text) == 0)
			return true;
	}
	return false;
}

static bool unknown_state(const char *text, struct error *err)
{
	struct buf known = { 0 };
	for (int i = 0; i < IDENTITY_STATE_COUNT; i++)
		buf_format(&known, "%s%s", i ? ", " : "", identity_state_name((enum identity_state)i));
	error_set(err, ERROR_USAGE, "--state %s: give one of %s", text, buf_text(&known));
	buf_done(&known);
	return false;
}

struct wanted {
	const char *state, *pattern; /* the pattern is folded; NULL: all */
};

static const char *subject_of(const struct identity *identity)
{
	const struct cert *cert = identity_cert(identity);
	if (cert)
		return cert_info(cert)->subject;
	return identity->request_count ? request_info(identity->requests[0].request)->subject : "";
}

static bool fits(const struct run *run, const struct identities *all,
	const struct identity *identity, const struct wanted *filter)
{
	struct identity_row row;
	const struct cert *cert = identity_cert(identity);
	struct buf words = { 0 }, folded = { 0 };
	app_identity_row(run->app, all, identity, &row);
	if (filter->state ? strcmp(row.state_name, filter->state) != 0 :
			    row.state == IDENTITY_DISCARDED)
		return false;
	if (!filter->pattern)
		return true;
	buf_format(&words, "%s\n%s\n%s", identity_name(identity), subject_of(identity),
		identity_text(identity, "Note"));
	for (const char *san = NULL; cert && (san = cert_info_san(cert_info(cert), san));)
		buf_format(&words, "\n%s", san);
	text_fold(&folded, buf_text(&words));
	bool ok = strstr(buf_text(&folded), filter->pattern) != NULL;
	buf_done(&words);
	buf_done(&folded);
	return ok;
}

static const struct table_column columns[] = {
	{ N_("NAME"), N_("Name"), 26 },
	{ N_("STATE"), N_("State"), 16 },
	{ N_("DAYS"), N_("Days left"), 5 },
	{ N_("KIND"), N_("Kind"), 11 },
	{ N_("KEY"), N_("Key"), 20 },
	{ N_("SUBJECT"), N_("Subject"), 0 },
};

#define COLUMNS (sizeof columns / sizeof *columns)

/* As wide as the words for states and kinds that stand there. */
static void widen(const struct run *run, const struct identities *all, struct table *table)
{
	struct identity_row row;
	for (size_t i = 0; lang_is_on() && i < all->count; i++) {
		app_identity_row(run->app, all, &all->items[i], &row);
		table_hold(table, 1, row.state_name);
		table_hold(table, 3, row.kind);
	}
}

static void print_row(const struct run *run, const struct identities *all,
	const struct identity *identity, const struct table *table)
{
	char days[24] = "";
	struct identity_row row;
	app_identity_row(run->app, all, identity, &row);
	if (row.has_cert)
		snprintf(days, sizeof days, "%lld", (long long)row.days_left);
	table_row(table,
		(const char *[]){ identity_name(identity), lang_text(row.state_name), days,
			lang_text(row.kind), identity_text(identity, "Key"),
			subject_of(identity) });
}

static void print_all(const struct run *run, const struct identities *all,
	const struct wanted *filter)
{
	struct table table = { columns, COLUMNS, { 0 } };
	bool json = run_has(run, OPTION_JSON);
	widen(run, all, &table);
	struct json *list = json ? json_new_array() : NULL;
	if (!json)
		table_head(&table);
	for (size_t i = 0; i < all->count; i++) {
		if (!fits(run, all, &all->items[i], filter))
			continue;
		if (json)
			json_append(list, identity_json(run, all, &all->items[i]));
		else
			print_row(run, all, &all->items[i], &table);
	}
	if (json)
		print_json(list);
	else
		table_end();
	json_free(list);
}

bool run_identity_list(struct run *run, struct error *err)
{
	struct identities all = { 0 };
	struct buf folded = { 0 };
	enum identity_state state;
	struct wanted filter = { .state = run->args->text[OPTION_STATE] };
	if (filter.state && !find_state(filter.state, &state))
		return unknown_state(filter.state, err);
	if (run->args->count) {
		char *typed = text_typed(run->args->words[0]);
		text_fold(&folded, typed);
		filter.pattern = buf_text(&folded);
		free(typed);
	}
	bool ok = app_identities(run->app, &all, err);
	if (ok)
		print_all(run, &all, &filter);
	identities_done(&all);
	buf_done(&folded);
	return ok;
}

/* --- show ---------------------------------------------------------------------------------- */

/* Among what lies in the trash only where no other one is called that. */
static bool find_any(const struct identities *all, const char *text, const struct identity **out,
	struct error *err)
{
	struct error none = { 0 };
	return identities_find(all, text, false, out, err) ||
	       (err->code == ERROR_NOT_FOUND && identities_find(all, text, true, out, &none));
}

/* What would be handed over: the certificate with those above it, else the request. */
static bool print_pem(struct run *run, const struct identity *identity, struct error *err)
{
	const struct identity_export wish = { .format = "chain" };
	const struct identity_request *request = identity_pending(identity);
	struct buf out = { 0 };
	bool ok = true;
	if (identity_cert(identity))
		ok = app_identity_export(run->app, identity, &wish, &out, err);
	else if (request)
		app_request_pem(request, &out);
	else
		ok = error_set(err, ERROR_FAILED, "%s has neither certificate nor request",
			identity_name(identity));
	if (ok)
		print_text(buf_text(&out));
	buf_done(&out);
	return ok;
}

static bool print_one(struct run *run, const struct identity *identity, struct error *err)
{
	struct details details = { 0 };
	if (run_has(run, OPTION_PEM) && !run_has(run, OPTION_JSON))
		return print_pem(run, identity, err);
	if (run_has(run, OPTION_JSON)) {
		struct json *o = identity_json(run, NULL, identity);
		print_json(o);
		json_free(o);
		return true;
	}
	app_identity_details(run->app, identity, &details);
	tell_details(false, &details);
	details_done(&details);
	return true;
}

bool run_identity_show(struct run *run, struct error *err)
{
	struct identities all = { 0 };
	const struct identity *identity;
	bool ok = app_identities(run->app, &all, err) &&
		  find_any(&all, run->args->words[0], &identity, err) &&
		  print_one(run, identity, err);
	identities_done(&all);
	return ok;
}
