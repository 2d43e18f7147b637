#include "app/setup.h"

#include <stdlib.h>
#include <string.h>

#include "app/endpoint.h"
#include "app/identity.h"
#include "app/internal.h"
#include "app/setting-up.h"
#include "app/target.h"
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

bool setup_wants_cert(const struct answers *answers, const struct setup_found *found, size_t item)
{
	const struct setup_source *source = setup_source_of(found, item);
	const struct answer_value *value = &answers->values[ANSWER_IMPORT];
	if (!source || source->system)
		return false;
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
			is = is_print(word, &found->haul.items[k].sha256);
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

/* --- endpoints ------------------------------------------------------------------------------- */

static bool is_saved(const struct endpoints *all, const struct probe_wish *wish)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->items[i].port == wish->port && strcasecmp(all->items[i].host, wish->host) == 0)
			return true;
	return false;
}

bool setup_is_watched(const struct endpoints *all, const char *place)
{
	struct probe_wish wish;
	struct error ignored;
	if (!probe_wish_parse(place, NULL, &wish, &ignored))
		return false;
	bool is = is_saved(all, &wish);
	probe_wish_done(&wish);
	return is;
}

/* Its name is its place; all that are planned are among `all` for those that follow. */
static bool plan_endpoint(struct app *app, const char *place, const char *purpose,
	struct endpoints *all, struct setup_plan *out, struct error *err)
{
	struct probe_wish wish;
	if (!probe_wish_parse(place, NULL, &wish, err))
		return error_wrap(err, "setup: endpoints");
	bool ok = true;
	if (!is_saved(all, &wish)) {
		struct endpoint *e = endpoints_add(all);
		*e = (struct endpoint){ .host = mem_text(wish.host),
			.port = wish.port,
			.dialect = wish.dialect,
			.purpose = mem_text(purpose) };
		ok = app_plan_endpoint(app, e, NULL, &out->plan, err);
		out->endpoints++;
	}
	probe_wish_done(&wish);
	return ok;
}

static bool is_word(const char *text)
{
	return strcmp(text, FOUND_ALL) == 0 || strcmp(text, FOUND_PROPOSED) == 0;
}

static bool plan_endpoints_of(struct app *app, const struct answers *answers,
	const struct setup_found *found, struct setup_plan *out, struct error *err)
{
	const struct answer_value *value = &answers->values[ANSWER_ENDPOINTS];
	struct endpoints all = { 0 };
	bool ok = app_endpoints(app, &all, err);
	for (size_t i = 0; ok && i < found->endpoint_count; i++)
		if (setup_wants_endpoint(answers, &found->endpoints[i]))
			ok = plan_endpoint(app, found->endpoints[i].place,
				found->endpoints[i].purpose, &all, out, err);
	for (size_t i = 0; ok && i < value->count; i++)
		if (!is_word(value->items[i]))
			ok = plan_endpoint(app, value->items[i], NULL, &all, out, err);
	endpoints_done(&all);
	return ok;
}

/* --- targets --------------------------------------------------------------------------------- */

static bool same_text(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

static bool is_fed(const struct targets *all, const struct target *target)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct target *other = &all->items[i];
		bool place = other->kind == target->kind && same_text(other->path, target->path);
		if (place || strcmp(other->name, target->name) == 0)
			return true;
	}
	return false;
}

bool setup_is_fed(const struct targets *all, const char *word)
{
	const char *path = strchr(word, ':');
	for (size_t i = 0; i < all->count; i++)
		if (strcmp(all->items[i].name, word) == 0 ||
			(path && same_text(all->items[i].path, path + 1)))
			return true;
	return false;
}

static void keep_target(struct targets *all, const struct target *target)
{
	struct target *kept = targets_add(all);
	kept->name = mem_text(target->name);
	kept->path = mem_text(target->path);
	kept->kind = target->kind;
}

static bool plan_target(struct app *app, const struct target *target, struct targets *all,
	struct setup_plan *out, struct error *err)
{
	if (is_fed(all, target))
		return true;
	keep_target(all, target);
	out->targets++;
	return app_plan_target(app, target, NULL, &out->plan, err) || error_wrap(err, "setup: targets");
}

/* "java:/opt/app/truststore.jks": the file's name is the target's. */
static bool plan_named(struct app *app, const char *word, struct targets *all, struct setup_plan *out,
	struct error *err)
{
	size_t len = strcspn(word, ":");
	char *kind = mem_textn(word, len), *safe = text_safe(word, strlen(word));
	const char *slash = strrchr(word, '/');
	struct target target = { .kind = target_kind_named(kind),
		.path = word[len] ? mem_text(word + len + 1) : NULL };
	bool ok = target.kind && target.path && slash;
	if (!ok)
		error_set(err, ERROR_NOT_FOUND,
			"setup: targets: %s: was not found here, and is no KIND:PATH", safe);
	target.name = ok ? mem_format("%s %s", kind, slash[1] ? slash + 1 : target.path) : NULL;
	ok = ok && plan_target(app, &target, all, out, err);
	target_done(&target);
	free(safe);
	free(kind);
	return ok;
}

static void put_below(char **path, const char *root)
{
	char *whole = *path ? mem_format("%s%s", root, *path) : NULL;
	free(*path);
	*path = whole;
}

static const char *host_of(const struct answers *answers, const struct setup_found *found)
{
	const struct answer_value *names = &answers->values[ANSWER_NAMES];
	if (names->count)
		return names->items[0];
	return found->host ? found->host : "localhost";
}

/* Where a service reads its pair stands in its configuration. */
static bool plan_pair(struct app *app, const struct answers *answers, const struct setup_found *found,
	const struct setup_target *t, struct targets *all, struct setup_plan *out, struct error *err)
{
	struct target target = { .kind = t->target.kind,
		.name = mem_text(t->target.name),
		.service = mem_text(t->target.service),
		.identity = mem_text(host_of(answers, found)) };
	bool root = strcmp(found->root, "/") != 0;
	bool ok = !answers_is(answers, ANSWER_IDENTITY, "none") ||
		  error_set(err, ERROR_USAGE,
			  "setup: targets: %s needs a key of this host (identity = \"self-signed\")",
			  target.name);
	ok = ok && app_target_of_service(found->root, &target, err);
	if (ok && root) {
		put_below(&target.path, found->root);
		put_below(&target.key, found->root);
		put_below(&target.chain, found->root);
	}
	ok = ok && plan_target(app, &target, all, out, err);
	target_done(&target);
	return ok;
}

static bool is_found(const struct setup_found *found, const char *word)
{
	for (size_t i = 0; i < found->target_count; i++)
		if (strcmp(found->targets[i].target.name, word) == 0)
			return true;
	return false;
}

static bool plan_targets(struct app *app, const struct answers *answers, const struct setup_found *found,
	struct setup_plan *out, struct error *err)
{
	const struct answer_value *value = &answers->values[ANSWER_TARGETS];
	struct targets all = { 0 };
	bool ok = app_targets(app, &all, err);
	for (size_t i = 0; ok && i < found->target_count; i++) {
		const struct setup_target *t = &found->targets[i];
		if (setup_wants_target(answers, t))
			ok = t->pair ? plan_pair(app, answers, found, t, &all, out, err)
				     : plan_target(app, &t->target, &all, out, err);
	}
	for (size_t i = 0; ok && i < value->count; i++)
		if (!is_word(value->items[i]) && !is_found(found, value->items[i]))
			ok = plan_named(app, value->items[i], &all, out, err);
	targets_done(&all);
	return ok;
}

/* --- the identity ---------------------------------------------------------------------------- */

bool app_setup_needs_key(struct app *app, const struct answers *answers,
	const struct setup_found *found)
{
	struct identities all = { 0 };
	const struct identity *same;
	struct error ignored = { 0 };
	bool wanted = !answers_is(answers, ANSWER_IDENTITY, "none");
	bool has = wanted && app_identities(app, &all, &ignored) &&
		   identities_find(&all, host_of(answers, found), false, &same, &ignored);
	identities_done(&all);
	return wanted && !has;
}

bool app_setup_making(struct app *app, const struct answers *answers, const struct setup_found *found,
	struct making *out, struct error *err)
{
	const struct answer_value *names = &answers->values[ANSWER_NAMES];
	const char *host = host_of(answers, found);
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
		  plan_endpoints_of(app, answers, found, out, err) &&
		  plan_targets(app, answers, found, out, err) &&
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
