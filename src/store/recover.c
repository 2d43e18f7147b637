/*
 * Finishing what a crash left.  The mark says how long the journal was when the change began: if all
 * lines of the change stand behind it, the change is done again, step by step, where it isn't done
 * yet; if not, nothing of it was carried out, and the journal is cut back.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/internal.h"
#include "store/ledger.h"
#include "store/lock.h"

static void row_of_line(const struct journal_line *line, struct plan_row *row)
{
	static char there[] = "";
	*row = (struct plan_row){ .op = "recover", .src = line->src, .dst = line->dst };
	row->name = line->name;
	row->content = line->new_hash ? there : NULL;
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

static bool redo(struct store *store, const struct ledger_lines *lines, struct error *err)
{
	struct plan_row *rows = mem_new(lines->count * sizeof *rows);
	bool ok = true;
	for (size_t i = 0; ok && i < lines->count; i++) {
		row_of_line(&lines->items[i], &rows[i]);
		ok = change_forward(store, &rows[i], lines->items[i].seq, err) ||
		     was_overtaken(errno);
	}
	ok = ok && change_sync(store, rows, lines->count, err);
	free(rows);
	return ok;
}

static bool is_whole(const struct ledger_lines *lines, const struct ledger_end *end)
{
	return lines->count > 0 && !lines->broken && !lines->items[lines->count - 1].more &&
	       end->torn == 0;
}

/* A mark within a line or behind the last one is not this journal's, which then stays as it is. */
static bool finish(struct store *store, struct lock *lock, struct error *err)
{
	struct ledger_lines lines = { 0 };
	struct ledger_end end;
	bool ours = ledger_line_begins(store->root, lock->open);
	bool ok = ledger_find_end(store->root, &end, err);
	if (ok && ours)
		ok = ledger_lines_from(store->root, lock->open, &lines, err) || lines.broken;
	if (ok && is_whole(&lines, &end))
		ok = redo(store, &lines, err);
	else if (ok)
		ok = ledger_cut(store->root, ours ? lock->open : end.size, err);
	ledger_lines_done(&lines);
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

static bool remove_temp(void *ctx, const char *name)
{
	int dir = *(int *)ctx;
	if (strncmp(name, TEMP_PREFIX, strlen(TEMP_PREFIX)) == 0)
		fs_remove(dir, name, NULL);
	return true;
}

bool store_sweep_temps(struct store *store, struct error *err)
{
	if (!store->stale_temps)
		return true;
	store->stale_temps = false;
	for (int s = 0; s < STATE_COUNT; s++)
		if (store->dirs[s] >= 0 &&
			!fs_list(store->dirs[s], remove_temp, &store->dirs[s], err))
			return false;
	return fs_list(store->root, remove_temp, &store->root, err);
}
