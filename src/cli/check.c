#include "app/check.h"
#include "app/crl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/identity.h"
#include "app/limits.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/text.h"
#include "cli/change.h"
#include "cli/deploy.h"
#include "cli/probe.h"
#include "cli/run.h"

/* --- for people ---------------------------------------------------------------------------- */

size_t level_columns(void)
{
	size_t columns = 8;
	for (int i = 0; i < OUTCOME_COUNT; i++)
		columns = print_columns(columns, outcome_name((enum outcome_level)i));
	return columns;
}

/* How one stands: a line, or in plain words a fact a line. */
static void print_stand(enum outcome_level level, const char *called, const char *text)
{
	static const struct table_column columns[] = {
		{ N_("NAME"), N_("Name"), 0 },
		{ N_("LEVEL"), N_("Level"), 0 },
		{ N_("REASON"), N_("Reason"), 0 },
	};
	const struct table facts = { columns, sizeof columns / sizeof *columns, { 0 } };
	struct buf line = { 0 };
	char *name = text_safe(called, strlen(called));
	const char *const cells[] = { name, lang_text(outcome_name(level)), text };
	print_cell(&line, cells[1], level_columns(), false);
	print_cell(&line, name, 28, false);
	buf_text_add(&line, text);
	if (print_is_in_words())
		table_row(&facts, cells);
	else
		print_format("%s\n", buf_text(&line));
	buf_done(&line);
	free(name);
}

static void print_finding(const char *service, const struct declared_finding *finding)
{
	bool bad = finding->level != OUTCOME_OK;
	if (print_is_in_words())
		print_format("%s%s: %s\n%s: %s\n", bad ? _("Warning: ") : "", service, finding->text,
			_("Where"), finding->where);
	else
		print_format("%10s%s %s: %s\n%10s  (%s)\n", "", bad ? "!" : "-", service, finding->text,
			"", finding->where);
}

void print_checked(const struct checked *item)
{
	print_stand(item->level, item->endpoint->name, item->text);
	print_endpoint_change(&item->change, item->endpoint->name, 10);
	for (size_t i = 0; i < item->declared.count; i++)
		print_finding(item->service, &item->declared.items[i]);
}

/* Those that are as the store says are told by target list. */
static void print_targets(const struct checks *checks)
{
	for (size_t i = 0; checks->fed && i < checks->targets.count; i++) {
		enum outcome_level level = check_target_level(&checks->fed[i]);
		if (level != OUTCOME_OK)
			print_stand(level, checks->targets.items[i].name, checks->fed[i].text);
	}
}

static void print_items(const struct checks *checks)
{
	size_t *order = checks_order(checks);
	for (size_t i = 0; i < checks->count; i++)
		print_checked(&checks->items[order[i]]);
	print_targets(checks);
	if (checks->count == 0)
		print_format("no endpoints yet (certary endpoint add HOST:PORT)\n");
	free(order);
}

/* --- for programs -------------------------------------------------------------------------- */

struct json *checked_json(const struct checked *item)
{
	char when[CLOCK_ISO];
	struct json *o = json_new_object();
	json_set(o, "endpoint", endpoint_json(item->endpoint));
	json_text(o, "level", outcome_name(item->level));
	json_text(o, "text", item->text);
	json_text(o, "ends", item->expiry.first ? clock_iso(when, item->expiry.when) : NULL);
	if (item->expiry.first)
		json_int(o, "days_left", item->expiry.days_left);
	put_change(o, &item->change);
	if (item->service) {
		json_text(o, "service", item->service);
		json_set(o, "findings", declared_findings_json(&item->declared));
	}
	if (item->done)
		json_set(o, "report", probed_json(&item->probed));
	return o;
}

static struct json *fed_json(const struct target *target, const struct target_status *status)
{
	struct json *o = json_new_object();
	json_set(o, "target", target_json(target));
	json_text(o, "level", outcome_name(check_target_level(status)));
	json_text(o, "state", target_state_word(status->state));
	json_text(o, "text", status->text);
	return o;
}

static void print_all_json(const struct checks *checks)
{
	struct json *list = json_new_array();
	size_t *order = checks_order(checks);
	for (size_t i = 0; i < checks->count; i++)
		json_append(list, checked_json(&checks->items[order[i]]));
	for (size_t i = 0; checks->fed && i < checks->targets.count; i++)
		json_append(list, fed_json(&checks->targets.items[i], &checks->fed[i]));
	print_json(list);
	json_free(list);
	free(order);
}

static void name_target(const struct checks *checks)
{
	for (size_t i = 0; i < checks->targets.count; i++)
		if (check_target_level(&checks->fed[i]) == checks_level(checks) &&
			checks_level(checks) != OUTCOME_OK) {
			print_format("; %s", checks->fed[i].text);
			return;
		}
}

/* One line, as monitoring reads it, and what the levels are called there. */
static int print_nagios(const struct checks *checks)
{
	static const int codes[OUTCOME_COUNT] = { [OUTCOME_OK] = 0, [OUTCOME_WARNING] = 1,
		[OUTCOME_CRITICAL] = 2 };
	static const char *const words[] = { "OK", "WARNING", "CRITICAL", "UNKNOWN" };
	size_t *order = checks_order(checks), counts[OUTCOME_COUNT] = { 0 };
	bool any = checks->count > 0 || (checks->fed && checks->targets.count > 0);
	int code = any ? codes[checks_level(checks)] : 3;
	for (size_t i = 0; i < checks->count; i++)
		counts[checks->items[i].level]++;
	for (size_t i = 0; checks->fed && i < checks->targets.count; i++)
		counts[check_target_level(&checks->fed[i])]++;
	print_format("CERTARY %s - %zu critical, %zu warning, %zu ok", words[code],
		counts[OUTCOME_CRITICAL], counts[OUTCOME_WARNING], counts[OUTCOME_OK]);
	const struct checked *worst = checks->count ? &checks->items[order[0]] : NULL;
	if (worst && worst->level != OUTCOME_OK) {
		char *name = text_safe(worst->endpoint->name, strlen(worst->endpoint->name));
		print_format("; %s: %s", name, worst->text);
		free(name);
	} else if (checks->fed) {
		name_target(checks);
	}
	print_format(" | critical=%zu warning=%zu ok=%zu\n", counts[OUTCOME_CRITICAL],
		counts[OUTCOME_WARNING], counts[OUTCOME_OK]);
	free(order);
	return code;
}

static bool write_metrics(struct run *run, const struct checks *checks, struct error *err)
{
	struct buf text = { 0 };
	const char *path = run->args->text[OPTION_PROMETHEUS];
	if (!path)
		return true;
	checks_prometheus(checks, &text);
	bool ok = app_identity_save(run->app, path, &text, false, true, err) ||
		  error_wrap(err, "check: --prometheus");
	buf_done(&text);
	return ok;
}

/* --- the command --------------------------------------------------------------------------- */

static bool read_day(const struct run *run, int64_t *at, struct error *err)
{
	const char *text = run->args->text[OPTION_AT];
	*at = 0;
	return !text || clock_parse(text, at) ||
	       error_set(err, ERROR_USAGE, "check: --at %s: give a day as 2027-01-31", text);
}

/* What is told of the check stands on standard output: metrics in between would spoil both. */
static bool check_output(const struct run *run, struct error *err)
{
	const char *path = run->args->text[OPTION_PROMETHEUS];
	return !path || (*path && strcmp(path, "-") != 0) ||
	       error_set(err, ERROR_USAGE, "check: --prometheus %s: give the name of a file", path);
}

/* The evidence of each is a change of its own: one that fails leaves the others. */
static void keep_all(struct run *run, const struct checks *checks)
{
	struct error ignored;
	for (size_t i = 0; i < checks->count; i++) {
		const struct checked *item = &checks->items[i];
		if (item->done && item->probed.verdict == PROBE_UNTRUSTED &&
			probe_keep_quietly(run, &item->probed, &ignored))
			app_reload(run->app, &ignored);
	}
}

/* Whoever may not write the store, or finds it full, is told how the services stand all the same. */
static void remember(struct checks *checks)
{
	struct error err = { 0 };
	if (!checks_remember(checks, &err))
		print_warning("check: nothing is remembered: %s", err.text);
}

/* All that failed could not be reached: that is the network's fault. */
static enum error_code code_of(const struct checks *checks)
{
	bool network = true;
	for (size_t i = 0; checks->fed && i < checks->targets.count; i++)
		network = network && check_target_level(&checks->fed[i]) == OUTCOME_OK;
	for (size_t i = 0; i < checks->count; i++)
		if (checks->items[i].level != OUTCOME_OK)
			network = network && checks->items[i].done &&
				  checks->items[i].probed.verdict == PROBE_UNREACHED;
	return checks_level(checks) == OUTCOME_OK ? ERROR_NONE :
	       network			  ? ERROR_NETWORK :
						    ERROR_VERDICT;
}

static bool show(struct run *run, const struct checks *checks, struct error *err)
{
	if (run_has(run, OPTION_NAGIOS)) {
		int code = print_nagios(checks);
		return code == 0 || error_set(err, (enum error_code)code, "%s", "");
	}
	if (run_has(run, OPTION_JSON))
		print_all_json(checks);
	else
		print_items(checks);
	enum error_code code = code_of(checks);
	return code == ERROR_NONE || error_set(err, code, "%s", "");
}

/* A list that can't be had is no reason not to check. */
static void refresh_lists(const struct run *run)
{
	struct error err = { 0 };
	if (!app_crl_refresh(run->app, &err))
		print_warning("check: revocation lists: %s", err.text);
}

/* What is amiss beside the endpoints themselves. */
static void warn(struct run *run)
{
	struct buf doubts = { 0 };
	char *save = NULL;
	warn_of_clock(run);
	app_limits_doubts(run->app, &doubts);
	for (char *line = doubts.len ? strtok_r(doubts.data, "\n", &save) : NULL; line;
		line = strtok_r(NULL, "\n", &save))
		print_warning("%s", line);
	buf_done(&doubts);
}

bool run_check(struct run *run, struct error *err)
{
	struct checks checks;
	int64_t at;
	if (!read_day(run, &at, err) || !check_output(run, err))
		return false;
	if (run_has(run, OPTION_TIMELINE))
		return show_timeline(run, at, err);
	if (!at && !run_has(run, OPTION_NO_SAVE))
		refresh_lists(run);
	if (!checks_init(run->app, (const char *const *)run->args->words, run->args->count, at,
			&checks, err))
		return false;
	bool all = run->args->count == 0 && !at;
	bool ok = checks_run(&checks, err) && (!all || checks_targets(&checks, err)) &&
		  write_metrics(run, &checks, err);
	if (ok && !run_has(run, OPTION_NO_SAVE) && !app_read_only(run->app) && !at) {
		keep_all(run, &checks);
		remember(&checks);
	}
	if (ok && !at)
		warn(run);
	ok = ok && show(run, &checks, err);
	checks_done(&checks);
	return ok;
}
