/*
 * What one row of a plan does to the files, forwards and back.  Forward is also what recovery does
 * again after a crash, so that every step finds a step that is done already and leaves it so.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/internal.h"

void change_temp_name(char *out, size_t size, int64_t seq)
{
	snprintf(out, size, TEMP_PREFIX "%lld", (long long)seq);
}

static bool same_place(const struct place *a, const struct place *b)
{
	return a->state == b->state && a->file && b->file && strcmp(a->file, b->file) == 0;
}

/* Rename without replacing, where the file system can say so (NFS can't). */
static bool rename_new(int from_dir, const char *from, int to_dir, const char *to, struct error *err)
{
	if (renameat2(from_dir, from, to_dir, to, RENAME_NOREPLACE) == 0)
		return true;
	if (errno != EINVAL && errno != ENOSYS)
		return error_errno(err, "%s: can't be moved", to);
	if (fs_exists(to_dir, to)) {
		errno = EEXIST;
		return error_errno(err, "%s: can't be moved", to);
	}
	return fs_rename(from_dir, from, to_dir, to, err);
}

/* Does the file hold what the row wants to write? */
static bool holds_content(struct store *store, const struct plan_row *row)
{
	struct buf bytes = { .secret = true };
	struct fingerprint hash;
	char hex[FINGERPRINT_HEX];
	bool read = fs_read(store->dirs[row->dst.state], row->dst.file, FS_NOFOLLOW,
		folder_row(row->dst.state)->most, &bytes, NULL, NULL);
	fingerprint_of(bytes.data, bytes.len, &hash);
	buf_done(&bytes);
	return read && strcmp(fingerprint_hex(&hash, hex), row->hash) == 0;
}

/* The temporary is there but for a change that is done again: so renaming is tried before looking. */
static bool put_content(struct store *store, const struct plan_row *row, int64_t seq,
	struct error *err)
{
	char temp[40];
	change_temp_name(temp, sizeof temp, seq);
	int dir = store->dirs[row->dst.state];
	bool done = same_place(&row->src, &row->dst) ?
			    fs_rename(dir, temp, dir, row->dst.file, err) :
			    rename_new(dir, temp, dir, row->dst.file, err);
	int reason = errno;
	if (done || (!fs_exists(dir, temp) && holds_content(store, row)))
		return true;
	if (fs_exists(dir, temp)) {
		errno = reason;
		return false;
	}
	errno = ENOENT;
	return error_errno(err, "%s: its new content is gone", row->dst.file);
}

/* The same: a file that isn't where it was and is where it should be was moved before. */
static bool move_file(struct store *store, const struct plan_row *row, struct error *err)
{
	int from = store->dirs[row->src.state], to = store->dirs[row->dst.state];
	if (rename_new(from, row->src.file, to, row->dst.file, err))
		return true;
	int reason = errno;
	bool done = !fs_exists(from, row->src.file) && fs_exists(to, row->dst.file);
	errno = reason;
	return done;
}

bool change_forward(struct store *store, const struct plan_row *row, int64_t seq, struct error *err)
{
	int from = row->src.state == STATE_NONE ? -1 : store->dirs[row->src.state];
	if (row->dst.state == STATE_NONE)
		return fs_remove(from, row->src.file, err);
	if (!row->writes)
		return move_file(store, row, err);
	bool moved = row->src.state != STATE_NONE && !same_place(&row->src, &row->dst);
	return put_content(store, row, seq, err) &&
	       (!moved || fs_remove(from, row->src.file, err));
}

/* What is discarded kept its mode when it was moved there. */
static mode_t mode_of(const struct place *place)
{
	int origin = place->state;
	char *name = origin == FOLDER_DISCARDED ? discarded_origin(place->file, &origin) : NULL;
	free(name);
	return folder_row(origin)->file_mode;
}

/* Take new content out of its place again, back under its temporary name, and put the old one there. */
static bool take_content(struct store *store, const struct plan_row *row, int64_t seq,
	const struct buf *old, struct error *err)
{
	char temp[40];
	change_temp_name(temp, sizeof temp, seq);
	int dir = store->dirs[row->dst.state];
	bool in_place = same_place(&row->src, &row->dst);
	if (fs_exists(dir, temp) || !holds_content(store, row))
		return true;
	if (in_place && linkat(dir, row->dst.file, dir, temp, 0) != 0)
		return error_errno(err, "%s", row->dst.file);
	bool lost = row->src.state != STATE_NONE &&
		    (in_place || !fs_exists(store->dirs[row->src.state], row->src.file));
	if (lost && !fs_replace(store->dirs[row->src.state], row->src.file,
			    mode_of(&row->src), buf_text(old), old->len, err))
		return false;
	return in_place || fs_rename(dir, row->dst.file, dir, temp, err);
}

bool change_backward(struct store *store, const struct plan_row *row, int64_t seq,
	const struct buf *old, struct error *err)
{
	if (row->writes)
		return take_content(store, row, seq, old, err);
	int to = store->dirs[row->src.state];
	if (fs_exists(to, row->src.file))
		return true;
	if (row->dst.state == STATE_NONE)
		return fs_replace(to, row->src.file, mode_of(&row->src), buf_text(old), old->len, err);
	int from = store->dirs[row->dst.state];
	return !fs_exists(from, row->dst.file) ||
	       rename_new(from, row->dst.file, to, row->src.file, err);
}

static void find_touched(const struct plan_row *rows, size_t count, bool touched[FOLDER_COUNT])
{
	for (size_t i = 0; i < count; i++) {
		if (rows[i].src.state != STATE_NONE)
			touched[rows[i].src.state] = true;
		if (rows[i].dst.state != STATE_NONE)
			touched[rows[i].dst.state] = true;
	}
}

bool change_sync(struct store *store, const struct plan_row *rows, size_t count, struct error *err)
{
	bool touched[FOLDER_COUNT] = { false }, ok = true;
	find_touched(rows, count, touched);
	for (int s = 0; s < FOLDER_COUNT; s++)
		if (touched[s])
			ok = fs_sync(store->dirs[s], err) && ok;
	return ok;
}
