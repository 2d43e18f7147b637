/*
 * A profile's NSS database: certutil works on a copy, and what comes of it is what will be written.
 *
 * NSS takes no Ed25519, and of one issuer and serial number one certificate only; it stops at the
 * first that it doesn't take.  So the copy is filled until all the rest is in, those that it
 * refused are told, and a second copy gets the rest alone.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "deploy/anchor-folder.h"
#include "deploy/nss-db.h"
#include "deploy/prints.h"
#include "deploy/restart.h"
#include "pki/cert.h"

#define TOLD    5
#define BLOCKED " (blocked)"

struct wanted {
	const struct anchor *anchor;
	const char *flags; /* static */
	char *nick;        /* as it is in the database, or will be */
	bool blocked, refused, kept, there;
};

struct work {
	struct nss_db db;
	struct wanted *items;
	size_t count;
	struct set prints; /* of all that is wanted */
	size_t left_alone; /* wanted, but in it by somebody else's hand */
	bool fresh;
};

static void work_done(struct work *work)
{
	for (size_t i = 0; i < work->count; i++)
		free(work->items[i].nick);
	free(work->items);
	set_done(&work->prints);
	nss_db_close(&work->db);
}

/* --- what is wanted --------------------------------------------------------------------------- */

/* What NSS is to make of it: an authority, a peer, or neither. */
static const char *flags_of(const struct anchor *anchor, bool *refused)
{
	struct cert *cert;
	if (!cert_parse(anchor->der, anchor->len, &cert, NULL))
		return "C,,";
	const struct cert_info *info = cert_info(cert);
	const char *flags = info->ca || (info->version == 1 && info->self_signed) ? "C,," : "P,,";
	*refused = text_starts(info->key_algorithm, "Ed");
	cert_free(cert);
	return flags;
}

static void want(struct work *work, const struct anchors *anchors, bool blocked)
{
	for (size_t i = 0; i < anchors->count; i++) {
		struct wanted *item = &work->items[work->count++];
		const struct nss_entry *entry = nss_db_ours(&work->db, &anchors->items[i].print);
		*item = (struct wanted){ .anchor = &anchors->items[i], .blocked = blocked };
		item->flags = flags_of(item->anchor, &item->refused);
		if (blocked)
			item->flags = "p,p,p";
		item->nick = entry ? mem_text(entry->nick) : anchor_short_name(item->anchor);
		item->there = entry;
		item->kept = entry && strcmp(entry->flags, item->flags) == 0;
		prints_add(&work->prints, &item->anchor->print);
		if (entry || !prints_have(&work->db.theirs, &item->anchor->print))
			continue;
		work->left_alone++;
		work->count--;
		free(item->nick);
	}
}

/* --- into the copy ---------------------------------------------------------------------------- */

static void batch_of(struct work *work, size_t from, struct buf *batch)
{
	for (size_t i = from; i < work->count; i++)
		if (!work->items[i].refused && !work->items[i].kept)
			nss_add(&work->db, work->items[i].anchor, work->items[i].nick,
				work->items[i].flags, batch);
}

/* The first that isn't in it as it should be, from one on; count where all are. */
static size_t first_missing(const struct work *work, size_t from)
{
	size_t i = from;
	for (; i < work->count; i++) {
		const struct wanted *item = &work->items[i];
		const struct nss_entry *entry = nss_db_ours(&work->db, &item->anchor->print);
		if (!item->refused && !(entry && strcmp(entry->flags, item->flags) == 0))
			break;
	}
	return i;
}

/* What it refuses is marked; *any is set where there is some. */
static bool fill(struct work *work, bool *any, struct error *err)
{
	size_t at = 0;
	while (at < work->count) {
		struct buf batch = { 0 };
		batch_of(work, at, &batch);
		nss_db_run(&work->db, &batch, NULL, NULL);
		buf_done(&batch);
		if (!nss_db_list(&work->db, err))
			return false;
		at = first_missing(work, at);
		if (at == work->count)
			break;
		*any = work->items[at++].refused = true;
	}
	return true;
}

/* Those of ours that are wanted no more. */
static bool clear(struct work *work, struct error *err)
{
	struct buf batch = { 0 };
	for (size_t i = 0; i < work->db.count; i++)
		if (work->db.items[i].ours && !prints_have(&work->prints, &work->db.items[i].print))
			nss_remove(&work->db, work->db.items[i].nick, &batch);
	bool ok = nss_db_run(&work->db, &batch, NULL, err);
	buf_done(&batch);
	return ok;
}

static bool open_copy(const struct visit *visit, struct work *work, struct error *err)
{
	nss_db_close(&work->db);
	return nss_db_open(
		       &work->db, visit->target->path, visit->order->password, &work->fresh, err) &&
	       nss_db_list(&work->db, err);
}

static bool change(const struct visit *visit, struct work *work, struct error *err)
{
	bool any = false;
	if (!clear(work, err) || !fill(work, &any, err))
		return false;
	/* An attempt that failed may have left something behind. */
	return !any || (open_copy(visit, work, err) && clear(work, err) && fill(work, &any, err));
}

/* --- out of it -------------------------------------------------------------------------------- */
/* It says where it stood when it was made. */
static void move_place(const struct work *work, const char *folder, struct buf *text)
{
	struct buf out = { 0 };
	const char *from = work->db.scratch.path, *at = buf_text(text), *hit;
	for (; (hit = strstr(at, from)); at = hit + strlen(from)) {
		buf_add(&out, at, (size_t)(hit - at));
		buf_text_add(&out, folder);
	}
	buf_text_add(&out, at);
	buf_done(text);
	*text = out;
}

static bool same_as(const char *path, const struct buf *bytes)
{
	struct buf old = { .secret = true };
	struct fs_stamp was;
	bool same = read_there(path, SIZE_MAX / 4, &old, &was, NULL) && was.inode &&
		    old.len == bytes->len && memcmp(buf_text(&old), buf_text(bytes), old.len) == 0;
	buf_wipe(&old);
	return same;
}

static bool stage_file(const struct visit *visit, const struct work *work, size_t i, struct error *err)
{
	const char *name = nss_files[i];
	struct stat st;
	struct buf bytes = { .secret = strcmp(name, "key4.db") == 0 };
	char *path = mem_format("%s/%s", visit->target->path, name);
	bool ok = scratch_read(&work->db.scratch, name, &bytes, err);
	if (ok && work->fresh && strcmp(name, "pkcs11.txt") == 0)
		move_place(work, visit->target->path, &bytes);
	if (ok && same_as(path, &bytes)) {
		stage_keep(visit->staging, visit->index, path);
	} else if (ok) {
		struct file_change *file = stage_write(
			visit->staging, visit->index, path, work->fresh ? 0600 : 0, &bytes, err);
		ok = file;
		if (ok)
			file_change_read(file, &work->db.was[i]);
		if (ok && !file->existed && stat(visit->target->path, &st) == 0) {
			file->uid = st.st_uid;
			file->gid = st.st_gid;
		}
	}
	buf_wipe(&bytes);
	free(path);
	return ok;
}

/* --- the plan --------------------------------------------------------------------------------- */

static void note_gone(const struct visit *visit, const struct work *work)
{
	for (size_t i = 0; i < work->db.count; i++) {
		const struct nss_entry *entry = &work->db.items[i];
		if (entry->ours && !prints_have(&work->prints, &entry->print))
			plan_note(visit, DEPLOY_REMOVE, &entry->print, entry->nick);
	}
}

static void note_wanted(const struct visit *visit, const struct work *work)
{
	size_t refused = 0;
	for (size_t i = 0; i < work->count; i++) {
		const struct wanted *item = &work->items[i];
		char *name = mem_format("%s%s", item->nick, item->blocked ? BLOCKED : "");
		if (!item->refused)
			plan_note(visit,
				item->kept    ? DEPLOY_KEEP
				: item->there ? DEPLOY_REPLACE
					      : DEPLOY_ADD,
				&item->anchor->print, name);
		else if (refused++ < TOLD)
			warn(visit,
				"NSS doesn't take %s (its kind of key, or another certificate of "
				"the same issuer and serial number): it is left out.",
				item->anchor->name);
		free(name);
	}
	if (refused > TOLD)
		warn(visit, "%zu more are left out, because NSS doesn't take them.",
			refused - TOLD);
	if (work->left_alone)
		warn(visit,
			lang_n("%zu of the store's certificates is in the database by somebody else's "
			       "hand: what it is trusted for there stays as it is.",
				"%zu of the store's certificates are in the database by somebody else's "
				"hand: what they are trusted for there stays as it is.",
				work->left_alone),
			work->left_alone);
}

static void note_readers(const struct visit *visit, const char *certificates)
{
	struct buf who = { 0 };
	const struct readers_wish wish = {
		.proc = "/proc", .paths = { certificates }, .only_open = true
	};
	if (readers_ask(&wish, &who) > 0) {
		for (char *p = who.data; *p; p++)
			if (*p == '\n')
				*p = ',';
		warn(visit,
			"The database is in use by %s: what it writes meanwhile is lost, so close "
			"it before.",
			who.data);
	}
	buf_done(&who);
}

static bool is_folder(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool is_there(const char *folder, const char *name)
{
	char *path = mem_format("%s/%s", folder, name);
	bool there = access(path, F_OK) == 0;
	free(path);
	return there;
}

static bool refuse(const struct visit *visit)
{
	const char *folder = visit->target->path;
	char *safe = text_safe(folder, strlen(folder));
	bool old = is_there(folder, "cert8.db") && !is_there(folder, nss_files[0]);
	if (!is_folder(folder))
		unavailable(visit, "%s: there is no such folder", safe);
	else if (old)
		unavailable(visit,
			"%s: its database is of the old form (cert8.db), which NSS no longer "
			"reads: start its program once, or convert it with certutil",
			safe);
	else if (access(folder, W_OK) != 0)
		unavailable(visit, "%s: %s", safe, strerror(errno));
	free(safe);
	return visit->plan->outcome == DEPLOY_UNAVAILABLE;
}

static bool plan_work(const struct visit *visit, struct work *work, struct error *err)
{
	const struct demand *demand = visit->demand;
	if (!open_copy(visit, work, err))
		return false;
	visit->plan->theirs = work->db.theirs.count;
	work->items =
		mem_new((demand->trusted.count + demand->blocked.count + 1) * sizeof *work->items);
	want(work, &demand->trusted, false);
	want(work, &demand->blocked, true);
	note_gone(visit, work);
	bool stale = visit->plan->stale;
	for (size_t i = 0; i < work->count; i++)
		stale |= !work->items[i].kept && !work->items[i].refused;
	bool ok = !stale || change(visit, work, err);
	if (ok)
		note_wanted(visit, work);
	for (size_t i = 0; ok && (stale || !work->fresh) && i < 3; i++)
		ok = stage_file(visit, work, i, err);
	return ok;
}

bool nss_stage(const struct visit *visit, struct error *err)
{
	struct work work = { 0 };
	if (refuse(visit))
		return true;
	char *certificates = mem_format("%s/%s", visit->target->path, nss_files[0]);
	note_readers(visit, certificates);
	bool ok = plan_work(visit, &work, err);
	work_done(&work);
	free(certificates);
	return ok;
}

/* --- read back -------------------------------------------------------------------------------- */
bool nss_read_back(const struct visit *visit, struct set *seen, const char **reader,
	struct error *err)
{
	struct work work = { 0 };
	*reader = "certutil -L";
	bool ok = open_copy(visit, &work, err);
	for (size_t i = 0; ok && i < visit->plan->count; i++) {
		const struct deploy_row *row = &visit->plan->rows[i];
		const struct nss_entry *entry = nss_db_ours(&work.db, &row->print);
		char trusted = entry ? *entry->flags : '\0';
		bool blocked = strstr(row->name, BLOCKED);
		if (blocked ? trusted == 'p' : trusted == 'C' || trusted == 'P')
			prints_add(seen, &row->print);
	}
	work_done(&work);
	return ok;
}
