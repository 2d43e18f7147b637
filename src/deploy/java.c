/*
 * A truststore of Java: one of its own for an application, or the cacerts of a runtime, where ours stand
 * among the built-in ones and the others stay byte for byte (codec/truststore.h).
 *
 * Where the distribution makes the runtime's file out of the system's anchors, what is put into it is
 * gone with the next update.  Then the target goes the distribution's way: it is planned and put into
 * force as a target of kind `system`, and only looked at here.
 */
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/truststore.h"
#include "deploy/java-items.h"
#include "deploy/jvm.h"
#include "deploy/kind.h"
#include "deploy/restart.h"

#define STORE_MOST    (256u << 20) /* bytes */
#define ITEMS_MOST    200000
#define ROUNDS_MOST   10000000
#define KEYTOOL_MOST  500 /* entries: for more it takes many seconds, and ours reads them all the same */
#define KEYTOOL_SECS  60

static const char *password_of(const struct visit *visit)
{
	return visit->order->password ? visit->order->password : TRUSTSTORE_PASSWORD;
}

static bool wants_pkcs12(const struct target *target)
{
	return target->format && strcmp(target->format, "pkcs12") == 0;
}

/* --- what is there ------------------------------------------------------------------------------- */

static bool parse(const struct visit *visit, const struct buf *bytes, struct truststore **out,
	struct error *err)
{
	const struct bag_options options = {
		.limits = { .certificates = ITEMS_MOST, .kdf_rounds = ROUNDS_MOST },
		.password = password_of(visit),
	};
	return truststore_read(bytes->data, bytes->len, &options, out, err);
}

/* The truststore of a path, new where there is none. */
static bool read_store(const struct visit *visit, const char *path, struct truststore **out,
	struct fs_stamp *was, struct error *err)
{
	struct buf bytes = { 0 };
	if (!read_there(path, STORE_MOST, &bytes, was, err))
		return false;
	bool ok = was->inode ? parse(visit, &bytes, out, err)
			 : truststore_new(wants_pkcs12(visit->target) ? TRUSTSTORE_PKCS12 : TRUSTSTORE_JKS,
				   password_of(visit), out, err);
	buf_done(&bytes);
	return ok;
}

static bool cant_read(const struct visit *visit, const struct error *err)
{
	if (err->code == ERROR_SECRET && !visit->order->password)
		return unavailable(visit,
			"%s: its password isn't %s: name the file with the right one (--password-file)",
			visit->plan->place, TRUSTSTORE_PASSWORD);
	return unavailable(visit, "%s: %s", visit->plan->place, err->text);
}

/* --- what is wanted ------------------------------------------------------------------------------ */

/* A certificate whose name has changed goes and comes: one row, and not two. */
static void note_items(const struct visit *visit, const struct truststore *ts)
{
	struct set fresh = { 0 }, gone = { 0 };
	char hex[FINGERPRINT_HEX];
	for (size_t i = 0; i < truststore_count(ts); i++) {
		const struct truststore_item *item = truststore_item(ts, i);
		if (item->ours && (item->gone || item->fresh))
			set_add(item->gone ? &gone : &fresh, fingerprint_hex(&item->sha256, hex));
	}
	for (size_t i = 0; i < truststore_count(ts); i++) {
		const struct truststore_item *item = truststore_item(ts, i);
		if (!item->ours) {
			visit->plan->theirs += !item->gone;
			continue;
		}
		fingerprint_hex(&item->sha256, hex);
		if (item->gone && set_has(&fresh, hex))
			continue;
		plan_note(visit,
			item->gone	     ? DEPLOY_REMOVE :
			!item->fresh	     ? DEPLOY_KEEP :
			set_has(&gone, hex) ? DEPLOY_REPLACE :
					      DEPLOY_ADD,
			&item->sha256, item->alias);
	}
	set_done(&fresh);
	set_done(&gone);
}

static void warn_of_format(const struct visit *visit, const struct truststore *ts)
{
	enum truststore_format is = truststore_format(ts);
	bool other = visit->target->format && (is == TRUSTSTORE_PKCS12) != wants_pkcs12(visit->target);
	if (other)
		warn(visit, "the file that is there is %s, and stays so", truststore_format_name(is));
}

static bool stage_store(const struct visit *visit, const char *path, struct truststore *ts,
	const struct fs_stamp *was, struct error *err)
{
	struct truststore_change change;
	size_t count;
	struct export_item *items = java_items(visit, &count);
	const struct export_list list = { .items = items,
		.count = count,
		.now = visit->demand->now };
	struct buf bytes = { 0 };
	truststore_hold(ts, &list, &change);
	note_items(visit, ts);
	free(items);
	warn_of_format(visit, ts);
	if (was->inode && !visit->plan->stale) {
		stage_keep(visit->staging, visit->index, path);
		return true;
	}
	bool ok = truststore_write(ts, &bytes, err) && stage_public(visit, path, &bytes, was, err);
	buf_done(&bytes);
	return ok;
}

/* --- a runtime's own file ------------------------------------------------------------------------ */

/* "/usr/lib/jvm/x" of its truststore; NULL where the file isn't a runtime's.  The caller frees. */
static char *home_of(const char *path)
{
	static const char *const tails[] = { "/jre/lib/security/cacerts", "/lib/security/cacerts" };
	size_t len = strlen(path);
	for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
		size_t tail = strlen(tails[i]);
		if (len > tail && strcmp(path + len - tail, tails[i]) == 0)
			return mem_format("%.*s", (int)(len - tail), path);
	}
	return NULL;
}

static void tell_of_runtime(const struct visit *visit, const char *path)
{
	char *home = home_of(path);
	const struct readers_wish wish = { .proc = "/proc", .paths = { path }, .runtimes = { home } };
	if (home) {
		char *safe = text_safe(home, strlen(home));
		visit->plan->shared = true;
		warn(visit, "every Java program of %s reads it that has no truststore of its own", safe);
		free(safe);
	}
	restart_note(visit, &wish);
	free(home);
}

/* The same target, as the distribution's tool sees it. */
static struct target as_system(const struct target *target)
{
	return (struct target){ .name = target->name, .kind = target_kind_named("system") };
}

static bool feeds_system(const struct demand *demand)
{
	for (size_t i = 0; i < demand->count; i++)
		if (strcmp(demand->orders[i].target->kind->name, "system") == 0)
			return true;
	return false;
}

static bool stage_by_system(const struct visit *visit, const char *path, struct error *err)
{
	struct target system = as_system(visit->target);
	struct visit there = *visit;
	char *safe = text_safe(path, strlen(path));
	there.target = &system;
	bool fed = feeds_system(visit->demand);
	warn(visit,
		fed ? N_("the distribution makes %s out of the system's anchors, which the target of "
			 "kind system feeds") :
		      N_("the distribution makes %s out of the system's anchors, so they are fed"),
		safe);
	free(safe);
	visit->plan->shared = true;
	if (fed)
		return true;
	return kind_of(&system)->stage(&there, err);
}

/* --- the row ------------------------------------------------------------------------------------- */

bool java_stage(const struct visit *visit, struct error *err)
{
	struct truststore *ts = NULL;
	struct fs_stamp was = { 0 };
	bool ok = true;
	char *path = jvm_truststore(visit->target->path);
	if (!path)
		return unavailable(visit, "%s is a folder and no Java runtime: name its home, or a file",
			visit->plan->place);
	free(visit->plan->place);
	visit->plan->place = text_safe(path, strlen(path));
	if (jvm_is_regenerated(path))
		ok = stage_by_system(visit, path, err);
	else if (!read_store(visit, path, &ts, &was, err))
		ok = cant_read(visit, err);
	else
		ok = stage_store(visit, path, ts, &was, err);
	if (ok && visit->plan->outcome != DEPLOY_UNAVAILABLE)
		tell_of_runtime(visit, path);
	truststore_free(ts);
	free(path);
	return ok;
}

bool java_settle(const struct target *target, struct error *err)
{
	char *path = jvm_truststore(target->path);
	struct target system = as_system(target);
	bool ok = !path || !jvm_is_regenerated(path) || kind_of(&system)->settle(&system, err);
	free(path);
	return ok;
}

/* --- read back ----------------------------------------------------------------------------------- */

/* keytool's listing of one that is ours: "certary:name, date, trustedCertEntry, \nCertificate
 * fingerprint (SHA-256): AA:BB:…". */
static void take_listing(const struct buf *listing, bool all, struct set *seen)
{
	static const char mark[] = "(SHA-256): ";
	bool ours = false;
	char *save = NULL, hex[FINGERPRINT_HEX];
	char *copy = mem_format("%s", buf_text(listing));
	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *at = strstr(line, mark);
		if (!at)
			ours = all || strncmp(line, TRUSTSTORE_PREFIX, sizeof TRUSTSTORE_PREFIX - 1) == 0;
		else if (ours && fingerprint_digits(at + sizeof mark - 1, hex, sizeof hex))
			set_add(seen, hex);
	}
	free(copy);
}

/* The password of others isn't for everybody's eyes; the usual one is. */
static bool list_by_keytool(const struct visit *visit, const char *path, bool all, struct set *seen,
	struct error *err)
{
	char tool[256];
	struct buf listing = { 0 };
	const char *file = visit->target->password_file;
	const char *const argv[] = { find_tool("keytool", tool), "-J-Duser.language=en", "-list", "-keystore",
		path, file ? "-storepass:file" : "-storepass", file ? file : TRUSTSTORE_PASSWORD, NULL };
	bool ok = run_tool(argv, KEYTOOL_SECS, &listing, err);
	if (ok)
		take_listing(&listing, all, seen);
	buf_done(&listing);
	return ok;
}

static void take_items(const struct truststore *ts, bool all, struct set *seen)
{
	char hex[FINGERPRINT_HEX];
	for (size_t i = 0; i < truststore_count(ts); i++) {
		const struct truststore_item *item = truststore_item(ts, i);
		if (item->kind == TRUSTSTORE_TRUSTED && (all || item->ours))
			set_add(seen, fingerprint_hex(&item->sha256, hex));
	}
}

/* What is removed may be the distribution's own as well: only what is wanted is looked for there. */
static void keep_wanted(const struct visit *visit, struct set *seen)
{
	struct set wanted = { 0 };
	char hex[FINGERPRINT_HEX];
	for (size_t i = 0; i < visit->demand->trusted.count; i++) {
		fingerprint_hex(&visit->demand->trusted.items[i].print, hex);
		if (set_has(seen, hex))
			set_add(&wanted, hex);
	}
	set_done(seen);
	*seen = wanted;
}

bool java_read_back(const struct visit *visit, struct set *seen, const char **reader,
	struct error *err)
{
	char tool[256], *path = jvm_truststore(visit->target->path);
	struct truststore *ts = NULL;
	struct fs_stamp was;
	bool all = path && jvm_is_regenerated(path);
	bool ok = path ? read_store(visit, path, &ts, &was, err)
		       : error_set(err, ERROR_FAILED, "the runtime is gone");
	if (ok && truststore_count(ts) <= KEYTOOL_MOST && find_tool("keytool", tool)) {
		*reader = "keytool";
		ok = list_by_keytool(visit, path, all, seen, err);
	} else if (ok) {
		*reader = N_("certary's own reader");
		take_items(ts, all, seen);
	}
	if (ok && all)
		keep_wanted(visit, seen);
	truststore_free(ts);
	free(path);
	return ok;
}
