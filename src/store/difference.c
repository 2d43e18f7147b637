/*
 * What changed: rows of files that are gone or other than they were die, files that no row knows are
 * read.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/internal.h"
#include "store/ledger.h"

/* More lines than these cost more than a listing. */
#define JOURNAL_MOST (1 << 20) /* bytes */

static bool same_stamp(const struct fs_stamp *a, const struct fs_stamp *b)
{
	return a->inode == b->inode && a->size == b->size && a->mtime == b->mtime &&
	       a->mode == b->mode && a->uid == b->uid;
}

/* True where the file of a row is as it was. */
static bool is_same(const struct store *store, uint32_t row, const char *file)
{
	struct fs_stamp was = row_stamp(snapshot_row(&store->now, row)), now;
	enum state state = row_state(snapshot_flags(&store->now, row));
	return fs_stamp(store->dirs[state], file, &now) && same_stamp(&was, &now);
}

/* An edit in place shows in no folder's time: who opens the store next must learn it from the index. */
static bool is_edited(const struct store *store, uint32_t row, const char *file)
{
	struct fs_stamp now;
	enum state state = row_state(snapshot_flags(&store->now, row));
	return fs_stamp(store->dirs[state], file, &now) &&
	       now.inode == snapshot_row(&store->now, row)->inode;
}

/* False where the file is gone again. */
static bool read_file(struct store *store, struct row_maker *maker, enum state state,
	const char *file)
{
	struct row row;
	buf_cut(&maker->text, 0);
	buf_cut(&maker->fold, 0);
	if (!row_make(maker, store->dirs[state], state, file, &row))
		return false;
	snapshot_add(&store->now, &row, maker);
	store->unsettled |= row_is_unsettled(&row);
	return true;
}

static void look_at(struct store *store, struct row_maker *maker, const struct place *place,
	bool *changed)
{
	enum state state = (enum state)place->state;
	if (!place->file || place->file[0] == '.' || store->dirs[state] < 0)
		return;
	uint32_t row = snapshot_lookup(&store->now, state, place->file);
	if (row != ROW_NONE && is_same(store, row, place->file))
		return;
	if (row != ROW_NONE) {
		store->unsaved |= is_edited(store, row, place->file);
		snapshot_kill(&store->now, row);
	}
	bool there = read_file(store, maker, state, place->file);
	*changed |= row != ROW_NONE || there;
}

bool difference_files(struct store *store, struct place *take, size_t count, bool *changed)
{
	struct row_maker maker = { 0 };
	for (size_t i = 0; i < count; i++) {
		look_at(store, &maker, &take[i], changed);
		free(take[i].file);
	}
	free(take);
	row_maker_done(&maker);
	return true;
}

/* Both ends of a line; the first line must be the one behind the snapshot's last. */
struct trail {
	struct store *store;
	struct place *places;
	size_t count, cap;
	bool started, broken;
};

static void add_place(struct trail *t, const struct place *place)
{
	if (place->state == STATE_NONE || place->state >= STATE_COUNT || !place->file)
		return;
	t->places = mem_grow(t->places, t->count, &t->cap, sizeof *t->places);
	t->places[t->count++] =
		(struct place){ .state = place->state, .file = mem_text(place->file) };
}

static bool follow_line(void *ctx, const struct journal_text *text, struct error *err)
{
	struct trail *t = ctx;
	struct journal_line line;
	if (!t->started)
		t->broken = !journal_line_follows(text, t->store->basis.head);
	t->started = true;
	if (t->broken || !journal_line_parse(text->bytes, text->len, &line, err)) {
		t->broken = true;
		return false;
	}
	add_place(t, &line.src);
	add_place(t, &line.dst);
	journal_line_done(&line);
	return true;
}

static bool accounts_for_all(const struct store *store, const struct lock *lock)
{
	const struct basis *basis = &store->basis;
	for (int s = 0; s < STATE_COUNT; s++)
		if (lock->times[s] == 0 || lock->times[s] != store_folder_time(store, s))
			return false;
	bool since = lock->known < basis->journal ||
		     (lock->known == basis->journal &&
			     lock->start == lock_times_hash(basis->times));
	return lock->open < 0 && basis->journal >= 0 && lock->known >= 0 && since &&
	       basis->journal < lock->size &&
	       lock->size - basis->journal <= JOURNAL_MOST && basis->head[0];
}

bool difference_journal(struct store *store, const struct lock *lock, bool *changed)
{
	struct trail trail = { .store = store };
	struct error ignored;
	if (!accounts_for_all(store, lock))
		return false;
	bool ok = ledger_each_text(store->root, store->basis.journal, follow_line, &trail, &ignored);
	if (ok && !trail.broken && trail.started)
		return difference_files(store, trail.places, trail.count, changed);
	for (size_t i = 0; i < trail.count; i++)
		free(trail.places[i].file);
	free(trail.places);
	return false;
}

struct lister {
	const struct store *store;
	struct listing *out;
	enum state state;
	bool unknown_only, exact;
};

static bool note_file(void *ctx, const char *name, uint64_t inode)
{
	struct lister *l = ctx;
	const struct snapshot *now = &l->store->now;
	l->out->temps |= strncmp(name, TEMP_PREFIX, strlen(TEMP_PREFIX)) == 0;
	if (name[0] == '.')
		return true;
	uint32_t row = snapshot_lookup(now, l->state, name);
	if (row != ROW_NONE &&
		(l->exact ? !is_same(l->store, row, name) : snapshot_row(now, row)->inode != inode))
		row = ROW_NONE;
	if (row != ROW_NONE)
		l->out->seen[row / 8] |= (uint8_t)(1 << row % 8);
	l->out->unknown += row == ROW_NONE;
	if (l->unknown_only && (row != ROW_NONE || l->out->unknown > BUILD_FROM + 1))
		return row != ROW_NONE; /* so many are a matter for index_build() */
	l->out->items = mem_grow(l->out->items, l->out->count, &l->out->cap, sizeof *l->out->items);
	l->out->items[l->out->count++] =
		(struct found){ .row = row, .state = l->state, .file = mem_text(name) };
	return true;
}

bool listing_make(const struct store *store, bool unknown_only, bool exact, struct listing *out,
	struct error *err)
{
	struct lister l = { .store = store, .out = out, .unknown_only = unknown_only, .exact = exact };
	*out = (struct listing){ .seen = mem_new(snapshot_rows(&store->now) / 8 + 1) };
	bool ok = true;
	for (int s = 0; ok && s < STATE_COUNT; s++) {
		l.state = (enum state)s;
		ok = store->dirs[s] < 0 || fs_list_inodes(store->dirs[s], note_file, &l, err);
	}
	if (!ok)
		listing_done(out);
	return ok;
}

void listing_done(struct listing *listing)
{
	for (size_t i = 0; i < listing->count; i++)
		free(listing->items[i].file);
	free(listing->items);
	free(listing->seen);
	*listing = (struct listing){ 0 };
}

bool difference_listing(struct store *store, const struct listing *listing, bool *changed)
{
	struct row_maker maker = { 0 };
	uint32_t rows = snapshot_rows(&store->now);
	bool all_there = true;
	for (uint32_t row = 0; row < rows; row++) {
		if ((listing->seen[row / 8] & 1 << row % 8) || snapshot_is_dead(&store->now, row))
			continue;
		snapshot_kill(&store->now, row);
		*changed = true;
	}
	for (size_t i = 0; i < listing->count; i++) {
		const struct found *f = &listing->items[i];
		all_there = read_file(store, &maker, f->state, f->file) && all_there;
		*changed = true;
	}
	row_maker_done(&maker);
	return all_there;
}
