/*
 * Receipts: what a target had when it was deployed last, for those who ask whether it still has it.
 *
 * JSON: target, kind, place, time, count, digest (of the decisions that it follows), reader and
 * read_back; prints (fingerprints in hexadecimal, where they are few); folders, each with its path, the
 * names of the files in it that belong to the target with a slash between them, and a checksum of their
 * stamps.  Nothing of what is in the files.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/deploying.h"
#include "app/internal.h"
#include "app/source.h"
#include "base/clock.h"
#include "base/fs.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/deploying.h"

#define PRINTS_MOST 200
#define SUM_SIZE    17

/* --- stamps -------------------------------------------------------------------------------------- */

/* Names in one folder, each behind a slash but the first. */
struct group {
	char *folder;
	struct buf names;
};

static void add_stamp(struct hash *hash, int dir, const char *name)
{
	struct fs_stamp stamp;
	bool there = dir >= 0 && fs_stamp(dir, name, &stamp);
	const uint64_t parts[] = { there, there ? stamp.inode : 0, there ? (uint64_t)stamp.size : 0,
		there ? (uint64_t)stamp.mtime : 0, there ? stamp.mode : 0, there ? stamp.uid : 0 };
	hash_add(hash, parts, sizeof parts);
}

static void sum_of(const char *folder, const char *names, char out[SUM_SIZE])
{
	struct hash *hash = hash_new();
	char *copy = mem_text(names), *save = NULL;
	int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (char *name = strtok_r(copy, "/", &save); name; name = strtok_r(NULL, "/", &save))
		add_stamp(hash, dir, name);
	if (dir >= 0)
		close(dir);
	free(copy);
	snprintf(out, SUM_SIZE, "%016" PRIx64, hash_end(hash));
}

static struct group *group_of(struct group **groups, size_t *count, size_t *cap, const char *path,
	size_t len)
{
	for (size_t i = *count; i-- > 0;)
		if (strncmp((*groups)[i].folder, path, len) == 0 && !(*groups)[i].folder[len])
			return &(*groups)[i];
	*groups = mem_grow(*groups, *count, cap, sizeof **groups);
	(*groups)[*count] = (struct group){ .folder = mem_textn(path, len) };
	return &(*groups)[(*count)++];
}

static void put_raw(struct json *object, const char *key, const char *raw)
{
	char *safe = text_safe(raw, strlen(raw));
	json_text(object, key, safe);
	free(safe);
}

static struct json *folders_of(const struct deploy_plan *plan, size_t target)
{
	struct group *groups = NULL;
	size_t count = 0, cap = 0, cursor = 0;
	const char *path;
	struct json *all = json_new_array();
	while ((path = deploy_plan_file(plan, target, &cursor))) {
		const char *slash = strrchr(path, '/');
		struct group *group = group_of(&groups, &count, &cap, path, (size_t)(slash - path) + 1);
		buf_format(&group->names, "%s%s", group->names.len ? "/" : "", slash + 1);
	}
	for (size_t i = 0; i < count; i++) {
		char sum[SUM_SIZE];
		struct json *o = json_new_object();
		sum_of(groups[i].folder, buf_text(&groups[i].names), sum);
		put_raw(o, "path", groups[i].folder);
		put_raw(o, "names", buf_text(&groups[i].names));
		json_text(o, "sum", sum);
		json_append(all, o);
		free(groups[i].folder);
		buf_done(&groups[i].names);
	}
	free(groups);
	return all;
}

/* --- writing ------------------------------------------------------------------------------------- */

static size_t held(const struct deploy_target_plan *item)
{
	return item->tally[DEPLOY_ADD] + item->tally[DEPLOY_REPLACE] + item->tally[DEPLOY_KEEP];
}

static struct json *prints_of(const struct deploy_target_plan *item)
{
	char hex[FINGERPRINT_HEX];
	struct json *all = json_new_array();
	for (size_t i = 0; i < item->count; i++)
		if (item->rows[i].change != DEPLOY_REMOVE)
			json_append_text(all, fingerprint_hex(&item->rows[i].print, hex));
	return all;
}

static void write_receipt(const struct deployment *deployment, size_t i, const char *digest,
	struct buf *out)
{
	const struct deploy_target_plan *item = &deployment->plan.items[i];
	char when[CLOCK_ISO];
	struct json *o = json_new_object();
	json_text(o, "target", item->name);
	json_text(o, "kind", item->kind);
	json_text(o, "place", item->place);
	json_text(o, "time", clock_iso(when, app_now()));
	json_int(o, "count", (int64_t)held(item));
	json_text(o, "digest", digest);
	json_text(o, "reader", item->reader);
	json_int(o, "read_back", (int64_t)item->read_back);
	if (held(item) <= PRINTS_MOST)
		json_set(o, "prints", prints_of(item));
	json_set(o, "folders", folders_of(&deployment->plan, i));
	json_dump(o, out);
	buf_char(out, '\n');
	json_free(o);
}

/* Of a target to which nothing was done the receipt stays, if it says the same of store and files. */
static bool says_the_same(const struct buf *was, const struct buf *now)
{
	static const char *const keys[] = { "digest", "kind", "place" };
	struct json *a = json_parse(buf_text(was), was->len, NULL);
	struct json *b = json_parse(buf_text(now), now->len, NULL);
	struct buf first = { 0 }, second = { 0 };
	bool same = a && b;
	for (size_t i = 0; same && i < sizeof keys / sizeof *keys; i++) {
		char *x = json_get_text(a, keys[i]), *y = json_get_text(b, keys[i]);
		same = x && y && strcmp(x, y) == 0;
		free(x);
		free(y);
	}
	if (same) {
		json_dump(json_get(a, "folders"), &first);
		json_dump(json_get(b, "folders"), &second);
		same = strcmp(buf_text(&first), buf_text(&second)) == 0;
	}
	buf_done(&first);
	buf_done(&second);
	json_free(a);
	json_free(b);
	return same;
}

static bool plan_one(struct app *app, const struct deployment *deployment, size_t i, const char *digest,
	struct plan *plan, struct error *err)
{
	const struct deploy_target_plan *item = &deployment->plan.items[i];
	const struct target *target = deployment->parts->orders[i].target;
	struct buf was = { 0 }, now = { 0 };
	char base[FINGERPRINT_HEX];
	bool ok = store_read_receipt(app_store(app), target->name, &was, base, err);
	if (ok)
		write_receipt(deployment, i, digest, &now);
	if (ok && (item->stale || !says_the_same(&was, &now))) {
		char *words = mem_format("%zu certificates to %s", held(item), item->place);
		plan_receipt(plan, target->name, item->name, words, &now, base);
		free(words);
	}
	buf_done(&was);
	buf_done(&now);
	return ok;
}

bool receipts_plan(struct app *app, const struct deployment *deployment, struct plan *plan,
	struct error *err)
{
	const struct deployment_parts *parts = deployment->parts;
	bool ok = true;
	for (size_t i = 0; ok && i < deployment->plan.count; i++) {
		char digest[FINGERPRINT_HEX] = "";
		digest_of(parts->orders[i].target, &parts->decisions, &parts->identities, digest);
		ok = plan_one(app, deployment, i, digest, plan, err);
	}
	return ok;
}

/* --- reading ------------------------------------------------------------------------------------- */

const char *target_state_word(enum target_state state)
{
	static const char *const words[] = { [TARGET_NEVER] = N_("never"),
		[TARGET_CURRENT] = N_("current"),
		[TARGET_BEHIND] = N_("behind"),
		[TARGET_CHANGED] = N_("changed") };
	return words[state];
}

static char *raw_of(const struct json *o, const char *key)
{
	struct buf raw = { 0 };
	char *safe = json_get_text(o, key);
	if (safe)
		text_unescape(&raw, safe);
	free(safe);
	return buf_take(&raw);
}

static bool files_are_as_they_were(const struct json *receipt)
{
	const struct json *folders = json_get(receipt, "folders");
	bool same = true;
	for (size_t i = 0; same && i < json_count(folders); i++) {
		const struct json *o = json_at(folders, i);
		char now[SUM_SIZE], *path = raw_of(o, "path"), *names = raw_of(o, "names");
		char *sum = json_get_text(o, "sum");
		sum_of(path, names, now);
		same = sum && strcmp(sum, now) == 0;
		free(path);
		free(names);
		free(sum);
	}
	return same;
}

static enum target_state state_of(const struct target *target, const struct json *receipt,
	const char *digest)
{
	char *was = json_get_text(receipt, "digest"), *kind = json_get_text(receipt, "kind");
	bool same_kind = kind && strcmp(kind, target->kind->name) == 0;
	bool current = was && strcmp(was, digest) == 0;
	free(was);
	free(kind);
	if (!same_kind)
		return TARGET_NEVER;
	if (!files_are_as_they_were(receipt))
		return TARGET_CHANGED;
	return current ? TARGET_CURRENT : TARGET_BEHIND;
}

/* A sentence about it. */
static char *words_of(const struct target_status *status, const char *name)
{
	char when[CLOCK_ISO];
	lang_date(when, status->when);
	switch (status->state) {
	case TARGET_NEVER:
		return mem_format(_("Nothing was deployed to %s yet."), name);
	case TARGET_BEHIND:
		return mem_format(_("The store has changed since %s was deployed on %s."), name, when);
	case TARGET_CHANGED:
		return mem_format(_("Somebody else has changed %s since it was deployed on %s, or it is "
				    "gone."), name, when);
	default:
		return mem_format(_("%s has what the store says since %s."), name, when);
	}
}

static bool status_of(struct app *app, const struct target *target, const char *digest,
	struct target_status *out, struct error *err)
{
	struct buf text = { 0 };
	char base[FINGERPRINT_HEX];
	if (!store_read_receipt(app_store(app), target->name, &text, base, err))
		return false;
	struct json *receipt = text.len > 0 ? json_parse(buf_text(&text), text.len, NULL) : NULL;
	char *time = json_get_text(receipt, "time"), *name = text_safe(target->name, strlen(target->name));
	*out = (struct target_status){ 0 };
	if (receipt) {
		out->state = state_of(target, receipt, digest);
		out->count = (size_t)json_get_int(receipt, "count", 0);
	}
	if (time)
		clock_parse(time, &out->when);
	out->text = words_of(out, name);
	free(time);
	free(name);
	json_free(receipt);
	buf_done(&text);
	return true;
}

static bool want_identities(const struct targets *targets)
{
	for (size_t i = 0; i < targets->count; i++)
		if (targets->items[i].identity)
			return true;
	return false;
}

/* NULL where no target has them: a hundred and fifty certificates are read for it. */
static struct system_anchors *anchors_for(const struct targets *targets)
{
	for (size_t i = 0; i < targets->count; i++)
		if (targets->items[i].with_system)
			return anchors_new();
	return NULL;
}

static void decide(struct app *app, const struct targets *targets, struct decisions *out)
{
	struct system_anchors *anchors = anchors_for(targets);
	decisions_of(app, anchors, out);
	anchors_free(anchors);
}

bool app_target_statuses(struct app *app, const struct targets *targets, struct target_status **out,
	struct error *err)
{
	struct identities identities = { 0 };
	struct decisions decisions;
	bool ok = app_open_store(app, APP_STORE_IMAGINED, err) &&
		  (!want_identities(targets) || app_identities(app, &identities, err));
	*out = mem_new((targets->count + 1) * sizeof **out);
	if (ok)
		decide(app, targets, &decisions);
	for (size_t i = 0; ok && i < targets->count; i++) {
		char digest[FINGERPRINT_HEX] = "";
		digest_of(&targets->items[i], &decisions, &identities, digest);
		ok = status_of(app, &targets->items[i], digest, &(*out)[i], err);
	}
	identities_done(&identities);
	if (ok)
		return true;
	target_statuses_free(*out, targets->count);
	*out = NULL;
	return false;
}

void target_statuses_free(struct target_status *statuses, size_t count)
{
	for (size_t i = 0; statuses && i < count; i++)
		free(statuses[i].text);
	free(statuses);
}
