#include "deploy/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/user.h"

static const char *const phases[] = { [RECORD_GOING] = "going", [RECORD_DONE] = "done" };
static const char *const kinds[] = { [FILE_WRITE] = "write",
	[FILE_REMOVE] = "remove",
	[FILE_FOLDER] = "folder" };

/* --- making -------------------------------------------------------------------------------------- */

static void put_raw(struct json *object, const char *key, const char *raw)
{
	char *safe = raw ? text_safe(raw, strlen(raw)) : NULL;
	json_text(object, key, safe);
	free(safe);
}

static struct json *targets_of(const struct demand *demand)
{
	struct json *all = json_new_array();
	for (size_t i = 0; i < demand->count; i++) {
		const struct target *target = demand->orders[i].target;
		struct json *o = json_new_object();
		put_raw(o, "name", target->name);
		json_text(o, "kind", target->kind->name);
		put_raw(o, "path", target->path);
		json_append(all, o);
	}
	return all;
}

static struct json *file_of(const struct file_change *change)
{
	char hex[FINGERPRINT_HEX];
	struct json *o = json_new_object();
	json_text(o, "kind", kinds[change->kind]);
	put_raw(o, "path", change->path);
	json_int(o, "target", (int64_t)change->target);
	if (change->existed)
		json_bool(o, "existed", true);
	if (change->above)
		json_bool(o, "above", true);
	if (change->kind == FILE_WRITE)
		json_text(o, "hash", fingerprint_hex(&change->hash, hex));
	return o;
}

/* The files of a whole folder, which are many, in a few words each: hash and name. */
static struct json *inside_of(const struct staging *staging, size_t at)
{
	char hex[FINGERPRINT_HEX];
	struct json *all = json_new_array();
	while (++at < staging->count && staging->items[at].inside) {
		const struct file_change *change = &staging->items[at];
		const char *name = strrchr(change->path, '/') + 1;
		char *safe = text_safe(name, strlen(name));
		char *words = mem_format("%s %s", fingerprint_hex(&change->hash, hex), safe);
		json_append_text(all, words);
		free(words);
		free(safe);
	}
	return all;
}

/* Of what is done nothing is left inside a folder. */
static void put_files(const struct staging *staging, enum record_phase phase, struct json *files)
{
	for (size_t i = 0; i < staging->count; i++) {
		const struct file_change *change = &staging->items[i];
		struct json *o = change->inside ? NULL : file_of(change);
		if (change->whole)
			json_set(o, "inside", phase == RECORD_DONE ? json_new_array() : inside_of(staging, i));
		if (o)
			json_append(files, o);
	}
}

void deployment_record_make(const struct demand *demand, const struct deploy_plan *plan, enum record_phase phase,
	struct buf *out)
{
	char when[CLOCK_ISO];
	struct json *o = json_new_object(), *files = json_new_array();
	json_int(o, "deployment", 1);
	json_text(o, "phase", phases[phase]);
	json_text(o, "when", clock_iso(when, demand->now));
	json_text(o, "who", user_name());
	json_text(o, "from", user_origin());
	json_set(o, "targets", targets_of(demand));
	put_files(plan->staging, phase, files);
	json_set(o, "files", files);
	json_dump(o, out);
	json_free(o);
}

/* --- reading ------------------------------------------------------------------------------------- */

static char *get_raw(const struct json *object, const char *key)
{
	struct buf raw = { 0 };
	char *safe = json_get_text(object, key);
	if (!safe)
		return NULL;
	text_unescape(&raw, safe);
	free(safe);
	return buf_take(&raw);
}

static bool find_word(const char *const *words, size_t count, char *take, size_t *out)
{
	bool found = false;
	for (size_t i = 0; take && !found && i < count; i++) {
		*out = i;
		found = strcmp(words[i], take) == 0;
	}
	free(take);
	return found;
}

/* A kind that isn't known any more is passed over by whoever runs tools; one that is known works on a path. */
static bool take_target(const struct json *o, struct targets *targets)
{
	struct target *target = targets_add(targets);
	char *kind = json_get_text(o, "kind");
	char *name = get_raw(o, "name");
	target->name = name ? name : mem_text("");
	target->kind = kind ? target_kind_named(kind) : NULL;
	target->path = get_raw(o, "path");
	free(kind);
	return target->path ? *target->path == '/' : !target->kind || !(target->kind->needs & TARGET_PATH);
}

/* "HASH NAME", of a file right in the folder. */
static bool take_one_inside(char *take, const char *folder, size_t target, struct staging *staging)
{
	struct buf path = { 0 };
	struct fingerprint hash;
	char *space = take ? strchr(take, ' ') : NULL;
	bool ok = space && space[1];
	if (ok) {
		*space = '\0';
		buf_format(&path, "%s/", folder);
		size_t len = path.len;
		text_unescape(&path, space + 1);
		ok = fingerprint_parse(take, &hash) && path.len > len && !strchr(buf_text(&path) + len, '/');
	}
	if (ok) {
		struct file_change *change = staging_add(staging, target, FILE_WRITE, buf_text(&path));
		change->inside = true;
		change->hash = hash;
	}
	buf_done(&path);
	free(take);
	return ok;
}

static bool take_inside(const struct json *all, const char *folder, size_t target,
	struct staging *staging)
{
	bool ok = true;
	for (size_t i = 0; ok && i < json_count(all); i++)
		ok = take_one_inside(json_text_of(json_at(all, i)), folder, target, staging);
	return ok;
}

static bool take_file(const struct json *o, struct deployment_record *record)
{
	size_t kind;
	int64_t target = json_get_int(o, "target", -1);
	char *path = get_raw(o, "path"), *hash = json_get_text(o, "hash");
	bool ok = find_word(kinds, sizeof kinds / sizeof *kinds, json_get_text(o, "kind"), &kind) &&
		  path && *path == '/' && target >= 0 && (size_t)target < record->targets.count;
	struct file_change *change = ok ? staging_add(record->staging, (size_t)target,
						  (enum file_change_kind)kind, path) :
					  NULL;
	if (ok) {
		change->existed = json_get_bool(o, "existed");
		change->above = json_get_bool(o, "above");
		change->whole = kind == FILE_FOLDER && json_get(o, "inside");
	}
	if (ok && kind == FILE_WRITE)
		ok = hash && fingerprint_parse(hash, &change->hash);
	if (ok && change->whole)
		ok = take_inside(json_get(o, "inside"), path, (size_t)target, record->staging);
	free(path);
	free(hash);
	return ok;
}

bool deployment_record_read(const char *text, size_t len, struct deployment_record *out, struct error *err)
{
	size_t phase = 0;
	struct json *o = json_parse(text, len, err);
	if (!o)
		return error_wrap(err, "the record of a deployment");
	const struct json *targets = json_get(o, "targets"), *files = json_get(o, "files");
	out->staging = mem_new(sizeof *out->staging);
	bool ok = json_get_int(o, "deployment", 0) == 1 &&
		  find_word(phases, 2, json_get_text(o, "phase"), &phase);
	for (size_t i = 0; ok && i < json_count(targets); i++)
		ok = take_target(json_at(targets, i), &out->targets);
	for (size_t i = 0; ok && i < json_count(files); i++)
		ok = take_file(json_at(files, i), out);
	out->phase = (enum record_phase)phase;
	json_free(o);
	return ok || error_set(err, ERROR_FAILED,
			     "the record of a deployment can't be read: a newer certary made it, or "
			     "somebody changed it");
}

void deployment_record_done(struct deployment_record *record)
{
	targets_done(&record->targets);
	staging_free(record->staging);
	*record = (struct deployment_record){ 0 };
}
