#include "app/setup.h"

#include <stdlib.h>
#include <string.h>

#include "app/identity.h"
#include "app/internal.h"
#include "app/setting-up.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"

bool app_setup_store(struct app *app, const struct answers *answers, const char *named,
	struct error *err)
{
	const char *path = answers_text(answers, ANSWER_STORE);
	char *safe = text_safe(path, strlen(path));
	bool other = *path && !named && strcmp(safe, app_store_path(app)) != 0;
	free(safe);
	if (other && *path != '/')
		return error_set(err, ERROR_USAGE, "setup: store: give an absolute path");
	app_store_mode(app, answers_is(answers, ANSWER_ACCESS, "owner") ? 0700 : 0755);
	if (other)
		app_use_store(app, path);
	return app_open_store(app, APP_STORE_IMAGINED, err);
}

bool app_setup_is_new(const struct app *app)
{
	return store_is_imagined(app_store(app));
}

char *setup_counts(const struct setup_plan *p)
{
	char *certs = mem_format(lang_n("%zu certificate", "%zu certificates", p->certificates), p->certificates);
	char *services = mem_format(lang_n("%zu service", "%zu services", p->endpoints), p->endpoints);
	char *targets = mem_format(lang_n("%zu target", "%zu targets", p->targets), p->targets);
	char *all = mem_format(_("%s, %s, %s"), certs, services, targets);
	free(certs);
	free(services);
	free(targets);
	return all;
}

/* --- what is meant --------------------------------------------------------------------------- */

static bool lists(const struct answers *answers, enum answer which, const char *word)
{
	const struct answer_value *value = &answers->values[which];
	for (size_t i = 0; i < value->count; i++)
		if (strcmp(value->items[i], word) == 0)
			return true;
	return false;
}

static bool is_asked_for(const struct answers *answers, enum answer which, bool proposed)
{
	return lists(answers, which, FOUND_ALL) || (proposed && lists(answers, which, FOUND_PROPOSED));
}

#define DIGITS_LEAST 6

/* Digits of its fingerprint. */
static bool is_print(const char *text, const struct fingerprint *print)
{
	char hex[FINGERPRINT_HEX];
	size_t len = strlen(text);
	fingerprint_hex(print, hex);
	return len >= DIGITS_LEAST && strncasecmp(hex, text, len) == 0;
}

/* All of it: some digits are quickly found by whoever makes certificates. */
static bool lists_print(const struct answers *answers, const struct fingerprint *print)
{
	const struct answer_value *value = &answers->values[ANSWER_IMPORT];
	for (size_t i = 0; i < value->count; i++)
		if (strlen(value->items[i]) == FINGERPRINT_HEX - 1 && is_print(value->items[i], print))
			return true;
	return false;
}

bool setup_wants_cert(const struct answers *answers, const struct setup_found *found, size_t item)
{
	const struct setup_source *source = setup_source_of(found, item);
	const struct answer_value *value = &answers->values[ANSWER_IMPORT];
	if (!source || source->system)
		return false;
	if (source->presented)
		return lists_print(answers, &found->haul.items[item].sha256);
	if (is_asked_for(answers, ANSWER_IMPORT, source->proposed && !source->named))
		return true;
	for (size_t i = 0; i < value->count; i++) {
		char *safe = text_safe(value->items[i], strlen(value->items[i]));
		bool is = strcmp(safe, source->path) == 0 ||
			  is_print(value->items[i], &found->haul.items[item].sha256);
		free(safe);
		if (is)
			return true;
	}
	return false;
}

bool setup_wants_endpoint(const struct answers *answers, const struct setup_endpoint *endpoint)
{
	return is_asked_for(answers, ANSWER_ENDPOINTS, endpoint->proposed) ||
	       lists(answers, ANSWER_ENDPOINTS, endpoint->place);
}

bool setup_wants_target(const struct answers *answers, const struct setup_target *target)
{
	return is_asked_for(answers, ANSWER_TARGETS, target->proposed) ||
	       lists(answers, ANSWER_TARGETS, target->target.name);
}

/* --- certificates ---------------------------------------------------------------------------- */

/* What the store has, in whatever state, was decided on already. */
static size_t choose_certs(struct app *app, const struct answers *answers, struct setup_found *found,
	size_t *known)
{
	bool system = answers_is(answers, ANSWER_ANCHORS, "system");
	size_t chosen = 0;
	found->haul.picked = true;
	for (size_t i = 0; i < found->haul.count; i++) {
		struct import_item *item = &found->haul.items[i];
		const struct setup_source *source = setup_source_of(found, i);
		struct entry entry;
		bool meant = source && source->system ? system : setup_wants_cert(answers, found, i);
		bool has = meant && app_find(app, &item->sha256, &entry);
		item->left_out = !meant || has;
		*known += has;
		chosen += !item->left_out;
	}
	return chosen;
}

/* What was named must be readable; of what was only found, it is told. */
static bool named_are_read(const struct setup_found *found, struct error *err)
{
	for (size_t i = 0; i < found->haul.problem_count; i++) {
		const struct import_problem *p = &found->haul.problems[i];
		for (size_t k = 0; k < found->source_count && import_is_refusal(p); k++)
			if (found->sources[k].named && text_starts(p->file, found->sources[k].path))
				return error_set(err, ERROR_FAILED, "setup: import: %s: %s", p->file,
					p->why);
	}
	return true;
}

static bool word_means(const char *word, const struct setup_found *found, size_t item)
{
	const struct setup_source *source = setup_source_of(found, item);
	bool whole = strlen(word) == FINGERPRINT_HEX - 1;
	return is_print(word, &found->haul.items[item].sha256) && (whole || !source || !source->presented);
}

/* A word that means nothing here is a slip. */
static bool words_mean_certs(const struct answers *answers, const struct setup_found *found,
	struct error *err)
{
	const struct answer_value *value = &answers->values[ANSWER_IMPORT];
	for (size_t i = 0; i < value->count; i++) {
		const char *word = value->items[i];
		bool is = strcmp(word, FOUND_ALL) == 0 || strcmp(word, FOUND_PROPOSED) == 0 ||
			  strchr(word, '/');
		for (size_t k = 0; !is && k < found->haul.count; k++)
			is = word_means(word, found, k);
		if (!is) {
			char *safe = text_safe(word, strlen(word));
			error_set(err, ERROR_NOT_FOUND,
				"setup: import: %s: is no path and no fingerprint of what was found", safe);
			free(safe);
			return false;
		}
	}
	return true;
}

static bool plan_certs(struct app *app, const struct answers *answers, struct setup_found *found,
	struct setup_plan *out, struct error *err)
{
	struct import_result result;
	if (answers_is(answers, ANSWER_ANCHORS, "system") && !found->has_bundle)
		return error_set(err, ERROR_NOT_FOUND,
			"setup: this system has no bundle of anchors (anchors = \"none\" begins without)");
	if (!words_mean_certs(answers, found, err) || !named_are_read(found, err))
		return false;
	choose_certs(app, answers, found, &out->known);
	bool ok = import_plan(app, &found->haul, NULL, STATE_TRUSTED, &out->plan, &result, err);
	out->certificates = result.fresh;
	return ok;
}

/* --- the identity ---------------------------------------------------------------------------- */

const char *setup_host(const struct answers *answers, const struct setup_found *found)
{
	const struct answer_value *names = &answers->values[ANSWER_NAMES];
	if (names->count)
		return names->items[0];
	return found->host ? found->host : "localhost";
}

bool app_setup_needs_key(struct app *app, const struct answers *answers,
	const struct setup_found *found)
{
	struct identities all = { 0 };
	const struct identity *same;
	struct error ignored = { 0 };
	bool wanted = !answers_is(answers, ANSWER_IDENTITY, "none");
	bool has = wanted && app_identities(app, &all, &ignored) &&
		   identities_find(&all, setup_host(answers, found), false, &same, &ignored);
	identities_done(&all);
	return wanted && !has;
}

bool app_setup_making(struct app *app, const struct answers *answers, const struct setup_found *found,
	struct making *out, struct error *err)
{
	const struct answer_value *names = &answers->values[ANSWER_NAMES];
	const char *host = setup_host(answers, found);
	bool request = answers_is(answers, ANSWER_IDENTITY, "request");
	making_init(app, request ? ROUTE_REQUEST : ROUTE_SELF_SIGNED, out);
	making_set(&out->name, host);
	subject_set(&out->subject, "CN", host);
	bool ok = names->count > 0 || sans_add(&out->subject.sans, host, err);
	for (size_t i = 0; ok && i < names->count; i++)
		ok = sans_add(&out->subject.sans, names->items[i], err);
	return ok || error_wrap(err, "setup: names");
}

static bool plan_identity(struct app *app, const struct answers *answers,
	const struct setup_found *found, const struct new_key *key, struct setup_plan *out,
	struct error *err)
{
	struct making making;
	bool ok = app_setup_making(app, answers, found, &making, err) &&
		  app_plan_make(app, &making, key, &out->plan, &out->made, err);
	out->identity = ok;
	if (ok && out->made.cert)
		ok = app_plan_trust_made(app, &out->made, making.name, &out->plan, err);
	making_done(&making);
	return ok;
}

bool app_setup_plan(struct app *app, const struct answers *answers, struct setup_found *found,
	const struct new_key *key, struct setup_plan *out, struct error *err)
{
	*out = (struct setup_plan){ 0 };
	bool ok = app_open_store(app, APP_STORE_IMAGINED, err) &&
		  plan_certs(app, answers, found, out, err) &&
		  setup_plan_endpoints(app, answers, found, out, err) &&
		  setup_plan_targets(app, answers, found, out, err) &&
		  (!key || plan_identity(app, answers, found, key, out, err));
	out->plan.op = "setup";
	if (!ok)
		setup_plan_done(out);
	return ok;
}

void setup_plan_done(struct setup_plan *plan)
{
	plan_done(&plan->plan);
	made_done(&plan->made);
	*plan = (struct setup_plan){ 0 };
}
