/* What setting up plans of endpoints and targets: those that aren't saved yet. */
#include <stdlib.h>
#include <string.h>

#include "app/endpoint.h"
#include "app/setting-up.h"
#include "app/target.h"
#include "base/mem.h"
#include "base/text.h"

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

bool setup_plan_endpoints(struct app *app, const struct answers *answers,
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

/* Where a service reads its pair stands in its configuration. */
static bool plan_pair(struct app *app, const struct answers *answers, const struct setup_found *found,
	const struct setup_target *t, struct targets *all, struct setup_plan *out, struct error *err)
{
	struct target target = { .kind = t->target.kind,
		.name = mem_text(t->target.name),
		.service = mem_text(t->target.service),
		.identity = mem_text(setup_host(answers, found)) };
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

bool setup_plan_targets(struct app *app, const struct answers *answers, const struct setup_found *found,
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
