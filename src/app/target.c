#include "app/target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/listed.h"
#include "app/written.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"

#define LIST "targets"

/* The texts of a target, a row each: reading and writing go through the same table. */
static const struct field {
	const char *key;
	size_t offset;
} texts[] = {
	{ "name", offsetof(struct target, name) },
	{ "path", offsetof(struct target, path) },
	{ "format", offsetof(struct target, format) },
	{ "password_file", offsetof(struct target, password_file) },
	{ "identity", offsetof(struct target, identity) },
	{ "key", offsetof(struct target, key) },
	{ "chain", offsetof(struct target, chain) },
	{ "owner", offsetof(struct target, owner) },
	{ "service", offsetof(struct target, service) },
	{ "reload", offsetof(struct target, reload) },
	{ "note", offsetof(struct target, note) },
};
#define TEXTS  (sizeof texts / sizeof *texts)
#define FIELDS (TEXTS + 3) /* kind, mode, with_system */

static char **text_of(struct target *target, const struct field *field)
{
	return (char **)(void *)((char *)target + field->offset);
}

char *target_place(const struct target *target)
{
	const char *path = target->path ? target->path : target->kind->usual;
	if (!path || (target->kind->usual && strcmp(path, "/") == 0))
		return mem_text(target->kind->help);
	return text_safe(path, strlen(path));
}

/* --- from the file ------------------------------------------------------------------------- */

static bool take_kind(const struct conf_node *node, struct target *target, struct error *err)
{
	const char *name = conf_bytes(conf_get(node, "kind"));
	if (!name)
		return conf_fail(node, err, "a target without a kind");
	target->kind = target_kind_named(name);
	return target->kind || conf_fail(conf_get(node, "kind"), err, "kind: there is no %s",
				       conf_text(conf_get(node, "kind")));
}

/* "0640", as people write it. */
static bool take_mode(const struct conf_node *node, struct target *target, struct error *err)
{
	const char *text = conf_bytes(conf_get(node, "mode"));
	char *end = NULL;
	if (!conf_get(node, "mode"))
		return true;
	unsigned long mode = text ? strtoul(text, &end, 8) : 0;
	if (!text || end == text || *end || mode == 0 || mode > 0777)
		return conf_fail(conf_get(node, "mode"), err, "mode: give one like \"0644\"");
	target->mode = (unsigned)mode;
	return true;
}

static bool take_target(void *ctx, const struct conf_node *node, struct error *err)
{
	struct target *target = targets_add(ctx);
	struct error off = { 0 };
	for (size_t i = 0; i < TEXTS; i++)
		if (!listed_text(node, texts[i].key, text_of(target, &texts[i]), err))
			return false;
	if (!target->name || !*target->name)
		return conf_fail(node, err, "a target without a name");
	const struct conf_node *with = conf_get(node, "with_system");
	int64_t number = 0;
	if (with && !conf_bool(with, &target->with_system)) {
		if (!conf_int(with, &number))
			return conf_fail(with, err, "with_system: give true or false");
		target->with_system = number != 0;
	}
	if (!take_kind(node, target, err) || !take_mode(node, target, err))
		return false;
	return target_check(target, &off) || conf_fail(node, err, "%s", off.text);
}

bool app_targets_after(struct app *app, const struct plan *plan, struct targets *out,
	struct error *err)
{
	bool ok = listed_read(app, plan, LIST, take_target, out, err);
	if (!ok)
		targets_done(out);
	return ok;
}

bool app_targets(struct app *app, struct targets *out, struct error *err)
{
	return app_targets_after(app, NULL, out, err);
}

static bool no_target(const char *name, struct error *err)
{
	char *safe = text_safe(name, strlen(name));
	error_set(err, ERROR_NOT_FOUND, "%s: there is no such target (certary target list)", safe);
	free(safe);
	return false;
}

bool app_target_find(const struct targets *all, const char *name, const struct target **out,
	struct error *err)
{
	for (size_t i = 0; i < all->count; i++)
		if (strcmp(all->items[i].name, name) == 0) {
			*out = &all->items[i];
			return true;
		}
	return no_target(name, err);
}

bool targets_choose(const struct targets *all, const char *const *names, size_t count, bool *wanted,
	struct error *err)
{
	const struct target *found;
	for (size_t k = 0; k < all->count; k++)
		wanted[k] = count == 0;
	for (size_t i = 0; i < count; i++) {
		if (!app_target_find(all, names[i], &found, err))
			return false;
		wanted[found - all->items] = true;
	}
	return true;
}

/* --- into the file ------------------------------------------------------------------------- */

static size_t fill_fields(const struct target *target, char mode[static 8], struct list_field *out)
{
	size_t n = 0;
	struct target *texts_of = (struct target *)(uintptr_t)target;
	for (size_t i = 0; i < TEXTS; i++) {
		const char *text = *text_of(texts_of, &texts[i]);
		if (text && *text)
			out[n++] = (struct list_field){ .key = texts[i].key, .text = text };
		if (i == 0) /* behind the name, as people read it */
			out[n++] = (struct list_field){ .key = "kind",
				.text = target->kind->name };
	}
	if (target->mode) {
		snprintf(mode, 8, "%04o", target->mode & 0777);
		out[n++] = (struct list_field){ .key = "mode", .text = mode };
	}
	if (target->with_system)
		out[n++] = (struct list_field){ .key = "with_system", .number = 1 };
	return n;
}

/* Two that write to one place would undo each other's work at each deployment. */
static bool place_is_free(struct app *app, const struct target *target, const char *instead,
	struct error *err)
{
	struct targets all = { 0 };
	bool ok = app_targets(app, &all, err);
	for (size_t i = 0; ok && i < all.count; i++) {
		const struct target *other = &all.items[i];
		const char *path = other->path ? other->path : other->kind->usual;
		const char *own = target->path ? target->path : target->kind->usual;
		bool itself = strcmp(other->name, target->name) == 0 ||
			      (instead && strcmp(other->name, instead) == 0);
		if (!itself && other->kind == target->kind && path && own && strcmp(path, own) == 0)
			ok = error_set(err, ERROR_USAGE, "%s: the target %s writes there already",
				own, other->name);
	}
	targets_done(&all);
	return ok;
}

static bool fits(const struct target *target, struct error *err)
{
	if (!target->name || !*target->name)
		return error_set(err, ERROR_USAGE, "a target needs a name");
	if (!text_is_safe(target->name))
		return error_set(err, ERROR_USAGE, "%s: a name holds no characters that can't be seen",
			target->name);
	return name_is_short(target->name, err) && target_check(target, err);
}

bool app_plan_target(struct app *app, const struct target *target, const char *instead,
	struct plan *plan, struct error *err)
{
	if (!fits(target, err) || !place_is_free(app, target, instead, err))
		return false;
	char mode[8], *now = target_place(target);
	struct list_field fields[FIELDS];
	size_t count = fill_fields(target, mode, fields);
	bool other = instead && strcmp(instead, target->name) != 0;
	const struct listed_change change = { .list = LIST,
		.what = N_("target"),
		.name = target->name,
		.instead = other ? instead : NULL,
		.fields = fields,
		.count = count,
		.was = other ? instead : NULL,
		.now = now };
	bool ok = listed_plan(app, &change, plan, err);
	free(now);
	return ok;
}

bool app_plan_target_remove(struct app *app, const struct target *target, struct plan *plan,
	struct error *err)
{
	char *was = target_place(target);
	const struct listed_change change = { .list = LIST,
		.what = N_("target"),
		.name = target->name,
		.was = was };
	bool ok = listed_plan(app, &change, plan, err);
	free(was);
	return ok;
}
