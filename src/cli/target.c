/* target add, list, remove: the consumers that are fed. */
#include "app/identity.h"
#include "app/target.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/deploy.h"
#include "cli/run.h"

static char *given(const struct run *run, enum option which)
{
	return mem_text(run->args->text[which]);
}

/* What is given as it lies here is saved so that it means the same from everywhere. */
static char *given_path(const struct run *run, enum option which)
{
	const char *text = run->args->text[which];
	if (!text || *text == '/')
		return mem_text(text);
	char *here = realpath(".", NULL);
	char *path = here ? mem_format("%s/%s", strcmp(here, "/") == 0 ? "" : here, text)
			  : mem_text(text);
	free(here);
	return path;
}

static bool read_mode(const struct run *run, unsigned *out, struct error *err)
{
	const char *text = run->args->text[OPTION_MODE];
	char *end = NULL;
	if (!text)
		return true;
	unsigned long mode = strtoul(text, &end, 8);
	*out = (unsigned)mode;
	return (end != text && !*end && mode > 0 && mode <= 0777) ||
	       error_set(err, ERROR_USAGE, "--mode: give one like 0644");
}

static bool read_kind(const struct run *run, const struct target_kind **out, struct error *err)
{
	const char *name = run->args->text[OPTION_TARGET_KIND];
	if (!name)
		return error_set(err, ERROR_USAGE, "target add: give a --kind (certary target add --help)");
	*out = target_kind_named(name);
	return *out || error_set(err, ERROR_USAGE, "--kind: there is none of that name "
						   "(certary target add --help)");
}

static bool read_target(struct run *run, struct target *out, struct error *err)
{
	const struct target_kind *kind = NULL;
	unsigned mode = 0;
	if (!read_kind(run, &kind, err) || !kind || !read_mode(run, &mode, err))
		return false;
	*out = (struct target){ .kind = kind,
		.name = mem_text(run_has(run, OPTION_NAME) ? run->args->text[OPTION_NAME]
							    : kind->name),
		.path = given_path(run, OPTION_PATH),
		.format = given(run, OPTION_FORMAT),
		.password_file = given_path(run, OPTION_PASSWORD_FILE),
		.identity = given(run, OPTION_IDENTITY),
		.key = given_path(run, OPTION_KEY_PATH),
		.chain = given_path(run, OPTION_CHAIN_PATH),
		.owner = given(run, OPTION_OWNER),
		.service = given(run, OPTION_SERVICE),
		.reload = given(run, OPTION_RELOAD_COMMAND),
		.note = given(run, OPTION_NOTE),
		.mode = mode,
		.with_system = run_has(run, OPTION_WITH_SYSTEM) };
	return true;
}

/* A name that nobody has is a slip more often than a plan. */
static bool check_identity(struct run *run, const struct target *target, struct error *err)
{
	struct identities all = { 0 };
	const struct identity *found;
	if (!target->identity)
		return true;
	bool ok = app_identities(run->app, &all, err) &&
		  identities_find(&all, target->identity, false, &found, err);
	identities_done(&all);
	return ok;
}

/* The service's configuration is asked for what nobody says. */
static bool wants_paths(const struct target *target)
{
	return target->service && target->identity && !(target->path && target->key);
}

static bool is_elsewhere(const struct target *one, const struct target *other)
{
	char *a = target_place(one), *b = target_place(other);
	bool elsewhere = strcmp(a, b) != 0;
	free(a);
	free(b);
	return elsewhere;
}

/* Who names none means one more: a name that is only its kind's replaces nothing that lies elsewhere. */
static bool check_name(struct run *run, const struct target *target, struct error *err)
{
	struct targets all = { 0 };
	const struct target *other = NULL;
	struct error none = { 0 };
	if (run_has(run, OPTION_NAME))
		return true;
	bool ok = app_targets(run->app, &all, err);
	if (ok && app_target_find(&all, target->name, &other, &none) && is_elsewhere(target, other))
		ok = error_set(err, ERROR_USAGE,
			"target add: another target is called %s already (--name gives this one its own)",
			other->name);
	targets_done(&all);
	return ok;
}

static bool plan_save(struct run *run, struct plan *plan, struct error *err)
{
	struct target target = { 0 };
	bool ok = read_target(run, &target, err) && check_name(run, &target, err) &&
		  (!wants_paths(&target) || app_target_of_service(NULL, &target, err)) &&
		  app_plan_target(run->app, &target, NULL, plan, err) &&
		  check_identity(run, &target, err) && make_store(run, err);
	target_done(&target);
	return ok;
}

static bool plan_drop(struct run *run, struct plan *plan, struct error *err)
{
	struct targets all = { 0 };
	const struct target *found;
	bool ok = app_targets(run->app, &all, err) &&
		  app_target_find(&all, run->args->words[0], &found, err) &&
		  app_plan_target_remove(run->app, found, plan, err);
	targets_done(&all);
	return ok;
}

bool run_target_add(struct run *run, struct error *err)
{
	return plan_and_carry_out(run, plan_save, CARRY_FREELY, false, err);
}

bool run_target_remove(struct run *run, struct error *err)
{
	return plan_and_carry_out(run, plan_drop, CARRY_FREELY, false, err);
}

/* --- the list ------------------------------------------------------------------------------ */

static const struct table_column columns[] = {
	{ N_("NAME"), N_("Name"), 24 },
	{ N_("KIND"), N_("Kind"), 15 },
	{ N_("PLACE"), N_("Place"), 60 },
};

#define COLUMNS (sizeof columns / sizeof *columns)

static void print_one(const struct target *target, const struct table *table)
{
	char *name = text_safe(target->name, strlen(target->name)), *place = target_place(target);
	table_row(table, (const char *[]){ name, target->kind->name, _(place) });
	free(place);
	free(name);
}

static void put_text(struct json *o, const char *key, const char *text)
{
	char *safe = text ? text_safe(text, strlen(text)) : NULL;
	json_text(o, key, safe);
	free(safe);
}

struct json *target_json(const struct target *target)
{
	struct json *o = json_new_object();
	put_text(o, "name", target->name);
	put_text(o, "kind", target->kind->name);
	put_text(o, "path", target->path ? target->path : target->kind->usual);
	put_text(o, "format", target->format);
	put_text(o, "password_file", target->password_file);
	put_text(o, "identity", target->identity);
	put_text(o, "key", target->key);
	put_text(o, "chain", target->chain);
	put_text(o, "owner", target->owner);
	put_text(o, "service", target->service);
	put_text(o, "reload", target->reload);
	put_text(o, "note", target->note);
	json_bool(o, "with_system", target->with_system);
	return o;
}

bool run_target_list(struct run *run, struct error *err)
{
	struct table table = { columns, COLUMNS, { 0 } };
	struct targets all = { 0 };
	struct json *list = run_has(run, OPTION_JSON) ? json_new_array() : NULL;
	bool ok = app_targets(run->app, &all, err);
	if (ok && !list && !all.count)
		print_format("no targets yet (certary target add --kind KIND --path PATH)\n");
	if (ok && !list && all.count)
		table_head(&table);
	for (size_t i = 0; ok && i < all.count; i++) {
		if (list)
			json_append(list, target_json(&all.items[i]));
		else
			print_one(&all.items[i], &table);
	}
	if (ok && list)
		print_json(list);
	json_free(list);
	targets_done(&all);
	return ok;
}
