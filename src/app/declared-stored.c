/*
 * What lies in the files that configurations name: read in a job, since it is foreign bytes and private
 * keys, of which nothing comes back but records of certificates and fingerprints of keys.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/declaring.h"
#include "app/internal.h"
#include "base/fs.h"
#include "base/job.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/keyring.h"
#include "pki/pack.h"

#define FILE_MOST (4u << 20)
#define CERTS_MOST 500 /* of one file: a bundle of client CAs may be large */

/* In front of each record; numbers of the service and its file. */
struct seen {
	size_t service, file;
	enum stored_state state;
	int64_t changed;
	unsigned mode, uid, gid;
	size_t keys, keys_open, certs;
	uint8_t spki[FINGERPRINT_SIZE];
};

struct looking {
	struct declarations *d;
	const struct app *app;
	int root;
};

/* --- in the child -------------------------------------------------------------------------- */

static void take_stamp(const struct fs_stamp *stamp, struct seen *seen)
{
	seen->changed = stamp->mtime / 1000000000;
	seen->mode = stamp->mode & 07777;
	seen->uid = stamp->uid;
	seen->gid = stamp->gid;
}

static void count_items(const struct keyring *ring, struct seen *seen, struct buf *certs)
{
	for (size_t i = 0; i < ring->count; i++) {
		const struct keyring_item *item = &ring->items[i];
		bool sealed = item->kind == KEYRING_PROBLEM && item->sealed;
		if (item->kind == KEYRING_KEY && seen->keys_open++ == 0)
			memcpy(seen->spki, privkey_info(item->key)->spki, FINGERPRINT_SIZE);
		seen->keys += item->kind == KEYRING_KEY || sealed;
		if (item->kind == KEYRING_CERT && seen->certs < CERTS_MOST) {
			cert_info_pack(certs, cert_info(item->cert));
			seen->certs++;
		}
	}
}

static char *look_into(const struct looking *l, const struct buf *bytes, struct seen *seen,
	struct buf *certs)
{
	const struct settings *s = app_settings(l->app);
	const struct keyring_options options = {
		.limits = { .certificates = (size_t)settings_int(s, SETTING_LIMIT_CERTIFICATES),
			.kdf_rounds = (uint64_t)settings_int(s, SETTING_LIMIT_KDF_ROUNDS) } };
	struct keyring ring = { 0 };
	struct error err = { 0 };
	bool ok = keyring_read(bytes->data, bytes->len, &options, &ring, &err);
	count_items(&ring, seen, certs);
	if (err.code == ERROR_SECRET && seen->keys == 0)
		seen->keys = 1; /* of a kind that is sealed as a whole */
	seen->state = ok || seen->keys || seen->certs ? STORED_THERE : STORED_ALIEN;
	keyring_done(&ring);
	return seen->state == STORED_ALIEN ? mem_text(err.text) : NULL;
}

/* The reason behind the path, which whoever reads this has before his eyes. */
static char *reason_of(const struct error *err)
{
	const char *why = strstr(err->text, ": ");
	return mem_text(why ? why + 2 : err->text);
}

static void look_at(struct job_pipe *out, const struct looking *l, struct seen *seen)
{
	const struct declared_file *file = &l->d->all.items[seen->service].files[seen->file];
	struct buf bytes = { .secret = true }, certs = { 0 }, packed = { 0 };
	struct fs_stamp stamp;
	struct error err;
	char *why = NULL;
	if (!fs_stamp_within(l->root, file->path, &stamp)) {
		bool gone = errno == ENOENT || errno == ENOTDIR;
		seen->state = gone ? STORED_MISSING : STORED_UNREADABLE;
		why = mem_text(strerror(errno));
	} else if (take_stamp(&stamp, seen), file->role == DECLARED_CRL) {
		seen->state = STORED_THERE; /* a folder, too */
	} else if (!fs_read_within(l->root, file->path, FILE_MOST, &bytes, &stamp, &err)) {
		seen->state = STORED_UNREADABLE;
		why = reason_of(&err);
	} else {
		why = look_into(l, &bytes, seen, &certs);
	}
	pack_bytes(&packed, seen, sizeof *seen);
	pack_text(&packed, why);
	buf_add(&packed, buf_text(&certs), certs.len);
	job_send(out, 1, packed.data, packed.len);
	buf_wipe(&bytes);
	buf_done(&certs);
	buf_done(&packed);
	free(why);
}

static bool look_at_all(struct job_pipe *out, void *arg, struct error *err)
{
	struct looking *l = arg;
	l->root = fs_open_dir(AT_FDCWD, l->d->root, err);
	if (l->root < 0)
		return false;
	for (size_t i = 0; i < l->d->all.count; i++)
		for (size_t j = 0; j < l->d->all.items[i].file_count; j++) {
			struct seen seen = { .service = i, .file = j };
			if (l->d->all.items[i].files[j].path)
				look_at(out, l, &seen);
		}
	close(l->root);
	return true;
}

/* --- in the parent ------------------------------------------------------------------------- */

static char *guarded(char *text)
{
	struct buf safe = { 0 };
	if (text)
		text_guard(&safe, text);
	free(text);
	return text ? buf_take(&safe) : NULL;
}

static void take_certs(struct unpack *u, size_t count, struct stored *stored)
{
	for (size_t i = 0; i < count && i < CERTS_MOST && !u->bad; i++) {
		struct cert_info *info = cert_info_unpack(u);
		if (!info)
			return;
		stored->certs = mem_grow(stored->certs, stored->cert_count, &stored->cert_cap,
			sizeof(struct cert_info *));
		stored->certs[stored->cert_count++] = info;
	}
}

static void take_seen(void *ctx, uint32_t type, const char *bytes, size_t len)
{
	struct looking *l = ctx;
	struct unpack u = { .at = bytes, .end = bytes + len };
	struct seen seen;
	size_t size;
	const void *packed = unpack_bytes(&u, &size);
	if (type != 1 || !packed || size != sizeof seen)
		return;
	memcpy(&seen, packed, sizeof seen);
	if (seen.service >= l->d->count || seen.state > STORED_ALIEN ||
		seen.file >= l->d->items[seen.service].service->file_count)
		return;
	struct stored *stored = &l->d->items[seen.service].stored[seen.file];
	stored_done(stored);
	*stored = (struct stored){ .state = seen.state,
		.why = guarded(unpack_text(&u)),
		.changed = seen.changed,
		.mode = seen.mode,
		.uid = seen.uid,
		.gid = seen.gid,
		.keys = seen.keys,
		.keys_open = seen.keys_open };
	memcpy(stored->spki, seen.spki, sizeof seen.spki);
	if (!stored->why)
		stored->why = mem_text(_("nothing more is known"));
	take_certs(&u, seen.certs, stored);
}

/* --- names of owners ------------------------------------------------------------------------ */

/* name:x:number:…, as the root's own files have it; NULL where they don't. */
static char *name_in(const char *table, unsigned number)
{
	for (const char *line = table; *line;) {
		size_t len = strcspn(line, "\n");
		char *copy = mem_textn(line, len), *save;
		const char *name = strtok_r(copy, ":", &save);
		const char *id = name && strtok_r(NULL, ":", &save) ? strtok_r(NULL, ":", &save) : NULL;
		int64_t value;
		if (id && text_number(id, 0, UINT32_MAX, &value) && value == (int64_t)number) {
			char *safe = text_safe(name, strlen(name));
			free(copy);
			return safe;
		}
		free(copy);
		line += len + (line[len] == '\n');
	}
	return NULL;
}

static void name_owners(struct declarations *d, const char *users, const char *groups)
{
	bool here = strcmp(d->root, "/") == 0;
	for (size_t i = 0; i < d->count; i++)
		for (size_t j = 0; j < d->items[i].service->file_count; j++) {
			struct stored *s = &d->items[i].stored[j];
			const struct passwd *user = here ? getpwuid(s->uid) : NULL;
			/* cppcheck-suppress getgrgidCalled ; no threads run here */
			const struct group *group = here ? getgrgid(s->gid) : NULL;
			s->owner = user ? text_safe(user->pw_name, strlen(user->pw_name)) :
					  name_in(users, s->uid);
			s->group = group ? text_safe(group->gr_name, strlen(group->gr_name)) :
					   name_in(groups, s->gid);
			if (!s->owner)
				s->owner = mem_format("%u", s->uid);
			if (!s->group)
				s->group = mem_format("%u", s->gid);
		}
}

static void name_all(struct declarations *d)
{
	struct buf users = { 0 }, groups = { 0 };
	struct error ignored;
	int root = fs_open_dir(AT_FDCWD, d->root, &ignored);
	if (root >= 0) {
		fs_read_within(root, "/etc/passwd", FILE_MOST, &users, NULL, &ignored);
		fs_read_within(root, "/etc/group", FILE_MOST, &groups, NULL, &ignored);
		close(root);
	}
	name_owners(d, buf_text(&users), buf_text(&groups));
	buf_done(&users);
	buf_done(&groups);
}

bool declared_look(struct app *app, struct declarations *d, struct error *err)
{
	const struct settings *s = app_settings(app);
	const struct job_limits limits = {
		.cpu_seconds = (unsigned)settings_int(s, SETTING_LIMIT_CPU_SECONDS),
		.wall_seconds = 30,
		.memory = (size_t)settings_int(s, SETTING_LIMIT_MEMORY_MB) << 20,
		.walls = { .may = CONFINE_READ },
	};
	struct looking l = { .d = d, .app = app };
	bool ok = d->count == 0 || job_run(&limits, look_at_all, &l, take_seen, &l, err) ||
		  error_wrap(err, "the files of services");
	if (ok)
		name_all(d);
	return ok;
}
