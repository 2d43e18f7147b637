#include "store/deploying.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/user.h"
#include "store/internal.h"
#include "store/journal.h"

#define RECORD_FILE "deploying"
#define RECORD_TEMP ".deploying-new" /* not a writer's: who changes the store sweeps those away */
#define HOLDER_FILE ".deploying"
#define RECORD_MOST (256u << 20)
#define HOLDER_MOST 4096

struct deploying {
	struct store *store;
	int fd;
};

bool store_has_deploying(const struct store *store)
{
	return store->root >= 0 && (fs_exists(store->root, RECORD_FILE) ||
					   fs_exists(store->root, RECORD_TEMP));
}

bool store_deploying_is_cut_off(const struct store *store)
{
	struct flock range = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	if (store->root < 0 || !fs_exists(store->root, RECORD_FILE))
		return false;
	int fd = openat(store->root, HOLDER_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT;
	bool held = fcntl(fd, F_OFD_GETLK, &range) != 0 || range.l_type != F_UNLCK;
	close(fd);
	return !held;
}

/* --- the lock ------------------------------------------------------------------------------------ */

static bool tell_holder(int fd, struct error *err)
{
	struct buf line = { 0 };
	struct json *o = NULL;
	if (lseek(fd, 0, SEEK_SET) == 0 && fs_read_fd(fd, HOLDER_FILE, HOLDER_MOST, &line, NULL))
		o = json_parse(buf_text(&line), line.len, NULL);
	char *who = json_get_text(o, "who"), *from = json_get_text(o, "from");
	error_set(err, ERROR_FAILED,
		"a deployment is under way by %s (%s, process %lld); try again when it is done",
		who ? who : _("somebody"), from ? from : _("unknown"), (long long)json_get_int(o, "pid", 0));
	free(who);
	free(from);
	json_free(o);
	buf_done(&line);
	return false;
}

/* For people who ask who it is; nothing depends on it. */
static void write_holder(int fd)
{
	char when[CLOCK_ISO];
	struct buf line = { 0 };
	struct json *o = json_new_object();
	json_text(o, "who", user_name());
	json_text(o, "from", user_origin());
	json_int(o, "pid", getpid());
	json_text(o, "since", clock_iso(when, clock_now()));
	json_dump(o, &line);
	json_free(o);
	buf_char(&line, '\n');
	if (ftruncate(fd, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0)
		fs_write_fd(fd, line.data, line.len);
	buf_done(&line);
}

static int open_holder(const struct store *store, struct error *err)
{
	int fd = openat(store->root, HOLDER_FILE, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 && (errno == EACCES || errno == EPERM))
		error_set(err, ERROR_FAILED, "you may not deploy from this store (try it with sudo)");
	else if (fd < 0)
		error_errno(err, "%s: can't be opened for writing", HOLDER_FILE);
	if (fd < 0 || fs_is_alone(store->root, fd, HOLDER_FILE, err))
		return fd;
	close(fd);
	return -1;
}

bool store_deploying_take(struct store *store, struct deploying **out, struct error *err)
{
	struct flock range = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	if (store->read_only || store->root < 0)
		return error_set(err, ERROR_FAILED, "the store was opened read-only");
	int fd = open_holder(store, err);
	if (fd < 0)
		return false;
	if (fcntl(fd, F_OFD_SETLK, &range) != 0) {
		if (errno == EAGAIN || errno == EACCES)
			tell_holder(fd, err);
		else
			error_errno(err, "%s: can't be locked on this file system", HOLDER_FILE);
		close(fd);
		return false;
	}
	write_holder(fd);
	fs_remove(store->root, RECORD_TEMP, NULL);
	*out = mem_new(sizeof **out);
	**out = (struct deploying){ store, fd };
	return true;
}

void store_deploying_release(struct deploying *held)
{
	if (!held)
		return;
	close(held->fd);
	free(held);
}

/* --- the record ---------------------------------------------------------------------------------- */

/*
 * What a record says is done to files all over the system, with the rights of whoever comes: it is
 * believed only where nobody else can have written it, or put it there.
 */
static bool is_own(const struct store *store, const struct fs_stamp *record, struct error *err)
{
	struct stat root;
	const mode_t others = S_IWGRP | S_IWOTH;
	if (fstat(store->root, &root) != 0)
		return error_errno(err, "%s", store->label);
	if (record->uid == geteuid() && !(record->mode & others) &&
		(root.st_uid == geteuid() || root.st_uid == 0) && !(root.st_mode & others))
		return true;
	return error_set(err, ERROR_FAILED,
		"%s: an interrupted deployment left it, and nothing is done by it: others than you may "
		"write it or the store's folder (look at it; deploy as whoever it belongs to, close the "
		"folder to others, or remove it)",
		RECORD_FILE);
}

bool store_deploying_read(const struct deploying *held, struct buf *out, bool *there,
	struct error *err)
{
	const struct store *store = held->store;
	struct fs_stamp stamp;
	*there = fs_exists(store->root, RECORD_FILE);
	return !*there || (fs_read(store->root, RECORD_FILE, FS_NOFOLLOW, RECORD_MOST, out, &stamp, err) &&
				  is_own(store, &stamp, err));
}

bool store_deploying_keep(struct deploying *held, const char *record, size_t len, bool *unsure,
	struct error *err)
{
	int root = held->store->root;
	*unsure = false;
	if (!fs_remove(root, RECORD_TEMP, err) ||
		!fs_write(root, RECORD_TEMP, 0600, record, len, FS_DURABLE, err))
		return false;
	*unsure = true;
	return fs_rename(root, RECORD_TEMP, root, RECORD_FILE, err) && fs_sync(root, err);
}

/*
 * Not waited for: a record that a power cut brings back finds nothing beside its files that was kept or
 * written, and nothing is done by it.
 */
bool store_deploying_drop(struct deploying *held, struct error *err)
{
	fs_remove(held->store->root, RECORD_TEMP, NULL);
	return fs_remove(held->store->root, RECORD_FILE, err);
}

/* --- receipts ------------------------------------------------------------------------------------ */

/* Targets are called as people like. */
static char *receipt_file(const char *target, struct fingerprint *hash)
{
	char hex[FINGERPRINT_HEX];
	fingerprint_of(target, strlen(target), hash);
	return mem_format("%s.json", fingerprint_hex(hash, hex));
}

bool store_read_receipt(const struct store *store, const char *target, struct buf *out,
	char base[FINGERPRINT_HEX], struct error *err)
{
	struct fingerprint hash;
	char *file = receipt_file(target, &hash);
	int dir = store->dirs[FOLDER_DEPLOYED];
	bool there = dir >= 0 && fs_exists(dir, file);
	base[0] = '\0';
	bool ok = !there || fs_read(dir, file, FS_NOFOLLOW, RECEIPT_MOST, out, NULL, err);
	if (ok && there) {
		fingerprint_of(buf_text(out), out->len, &hash);
		fingerprint_hex(&hash, base);
	}
	free(file);
	return ok;
}

void plan_receipt(struct plan *plan, const char *target, const char *name, const char *now,
	const struct buf *text, const char *base)
{
	struct fingerprint hash;
	char *file = receipt_file(target, &hash);
	const struct plan_file row = { .folder = FOLDER_DEPLOYED,
		.file = file,
		.about = &hash,
		.name = name,
		.now = now };
	if (*base)
		plan_file_edit(plan, &row, text->data, text->len, base);
	else
		plan_file_create(plan, &row, text->data, text->len);
	free(file);
}
