/*
 * Finishing what a crash left.  The mark says how long the journal was when the change began: if all
 * lines of the change stand behind it, the change is done again, step by step, where it isn't done
 * yet; if not, nothing of it was carried out, and the journal is cut back.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/internal.h"
#include "store/ledger.h"
#include "store/lock.h"

static void row_of_line(const struct journal_line *line, struct plan_row *row)
{
	*row = (struct plan_row){ .op = "recover", .src = line->src, .dst = line->dst };
	row->name = line->name;
	row->writes = line->new_hash != NULL;
	if (line->new_hash)
		snprintf(row->hash, sizeof row->hash, "%s", line->new_hash);
}

/*
 * What somebody moved, removed or put in the way since the crash was decided later than the change and
 * stays as it is.  Anything else that fails, a full disk for one, is tried again by the next writer.
 */
static bool was_overtaken(int reason)
{
	return reason == ENOENT || reason == EEXIST;
}

struct redo {
	struct store *store;
	bool touched[FOLDER_COUNT];
	bool failed;
};

/* Somebody else may have made a folder since this store was opened, or removed it since the crash. */
static void open_needed(struct store *store, const struct plan_row *row)
{
	unsigned missing = 0;
	if (row->src.state != STATE_NONE && store->dirs[row->src.state] < 0)
		missing |= 1u << row->src.state;
	if (row->dst.state != STATE_NONE && store->dirs[row->dst.state] < 0)
		missing |= 1u << row->dst.state;
	if (missing)
		store_make_folders(store, missing, NULL);
}

static bool redo_line(void *ctx, const struct journal_text *text, struct error *err)
{
	struct redo *r = ctx;
	struct journal_line line;
	struct plan_row row;
	r->failed = !journal_line_parse(text->bytes, text->len, &line, err);
	if (r->failed)
		return false;
	row_of_line(&line, &row);
	open_needed(r->store, &row);
	r->failed = !change_forward(r->store, &row, line.seq, err) && !was_overtaken(errno);
	if (row.src.state != STATE_NONE)
		r->touched[row.src.state] = true;
	if (row.dst.state != STATE_NONE)
		r->touched[row.dst.state] = true;
	journal_line_done(&line);
	return !r->failed;
}

static bool redo(struct store *store, int64_t from, struct error *err)
{
	struct redo r = { .store = store };
	bool ok = ledger_each_text(store->root, from, redo_line, &r, err) && !r.failed;
	for (int s = 0; ok && s < FOLDER_COUNT; s++)
		ok = !r.touched[s] || fs_sync(store->dirs[s], err);
	return ok;
}

struct tally {
	size_t lines;
	bool broken, more;
};

static bool count_line(void *ctx, const struct journal_text *text, struct error *err)
{
	struct tally *t = ctx;
	struct journal_line line;
	(void)err;
	t->broken = !journal_line_parse(text->bytes, text->len, &line, NULL);
	if (t->broken)
		return false;
	t->lines++;
	t->more = line.more;
	journal_line_done(&line);
	return true;
}

/* Do all lines of the change stand behind the mark? */
static bool find_whole(struct store *store, int64_t from, bool *whole, struct error *err)
{
	struct tally t = { 0 };
	bool ok = ledger_each_text(store->root, from, count_line, &t, err);
	*whole = t.lines > 0 && !t.broken && !t.more;
	return ok;
}

/* A mark within a line or behind the last one is not this journal's, which then stays as it is. */
static bool finish(struct store *store, struct lock *lock, struct error *err)
{
	struct ledger_end end;
	bool whole = false;
	bool ours = ledger_line_begins(store->root, lock->open);
	bool ok = ledger_find_end(store->root, &end, err);
	if (ok && ours)
		ok = find_whole(store, lock->open, &whole, err);
	if (ok && whole && end.torn == 0)
		ok = redo(store, lock->open, err);
	else if (ok)
		ok = ledger_cut(store->root, ours ? lock->open : end.size, err);
	ok = ok && ledger_find_end(store->root, &end, err);
	return ok && lock_seal(lock, end.head, end.size, err);
}

/* A torn last line without a mark: .lock was lost. It can't have been acted on. */
static bool cut_torn(struct store *store, struct error *err)
{
	struct ledger_end end;
	if (!ledger_find_end(store->root, &end, err))
		return false;
	return end.torn == 0 || ledger_cut(store->root, end.size, err);
}

bool store_recover(struct store *store, struct lock *lock, struct error *err)
{
	bool ok = lock->open >= 0 ? finish(store, lock, err) : cut_torn(store, err);
	return ok || error_wrap(err, "finishing what a crash left");
}

bool store_is_leftover(const char *name)
{
	static const char of[] = TEMP_PREFIX "for-";
	if (strncmp(name, TEMP_PREFIX, strlen(TEMP_PREFIX)) != 0)
		return false;
	long pid = strncmp(name, of, strlen(of)) == 0 ? strtol(name + strlen(of), NULL, 10) : 0;
	return pid <= 0 || (kill((pid_t)pid, 0) != 0 && errno == ESRCH);
}

static bool remove_temp(void *ctx, const char *name)
{
	int dir = *(int *)ctx;
	if (store_is_leftover(name))
		fs_remove(dir, name, NULL);
	return true;
}

/* The folders of identities hold few files, and nobody lists them when a store is read. */
static bool sweep_records(struct store *store, struct error *err)
{
	bool ok = true;
	for (int s = STATE_COUNT; ok && s < FOLDER_COUNT; s++)
		ok = store->dirs[s] < 0 || fs_list(store->dirs[s], remove_temp, &store->dirs[s], err);
	return ok;
}

bool store_sweep_temps(struct store *store, struct error *err)
{
	if (!sweep_records(store, err))
		return false;
	if (!store->stale_temps)
		return true;
	store->stale_temps = false;
	for (int s = 0; s < STATE_COUNT; s++)
		if (store->dirs[s] >= 0 &&
			!fs_list(store->dirs[s], remove_temp, &store->dirs[s], err))
			return false;
	return fs_list(store->root, remove_temp, &store->root, err);
}
