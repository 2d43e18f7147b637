/*
 * Reading the store: the index where it still holds, and what changed since by difference.
 *
 * The index says of which folders it was made, by their times.  Where these are the same nothing came
 * or went.  Where they are not, the journal may account for it: the last writer sealed what the times
 * were after it, and from which line on nobody else had changed a folder.  Otherwise the folders are
 * listed.  An edit in place changes no folder's time, and a file that was removed and made again may
 * have its old inode: a small store is looked at file by file, a large one where a command lists it
 * anyway, and by store_check(), beside other work.
 *
 * Readers take no lock.  A file that a writer moves while the folders are read could be seen twice or
 * not at all.  But every writer marks .lock before it moves anything and seals it afterwards, so what
 * was read counts when there was no mark before and after it, and the seal and the folders' times are
 * the same: then nothing moved meanwhile.  Otherwise it is read again.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "store/internal.h"

#define PATIENCE_MS 2000 /* for a gap between writers */
#define PAUSE_NS    2000000
#define PREVIEW     300
#define FRESH_FEW   32
#define TICK_NS     10000000 /* clocks of file systems tick at least that often */

#define NOT_THERE 1 /* as the time of a folder that isn't made before it is needed */

int64_t store_folder_time(const struct store *store, int state)
{
	bool is_to_come = FOLDER_LATER(state) && store->dirs[state] < 0 &&
			  !fs_exists(store->root, folder_name(state));
	return is_to_come ? NOT_THERE : fs_folder_time(store->dirs[state]);
}

/* Somebody may have made a folder since the others were opened, and have moved something there. */
static void open_later(struct store *store)
{
	for (int s = 0; s < STATE_COUNT; s++) {
		if (!FOLDER_LATER(s) || store->dirs[s] >= 0)
			continue;
		store->dirs[s] = fs_open_subdir(store->root, folder_name(s), NULL);
		if (store->dirs[s] >= 0)
			store_watch_folder(store, s);
	}
}

void store_look(const struct store *store, struct stillness *out)
{
	*out = (struct stillness){ .held = lock_is_held(store->root) };
	lock_peek(store->root, &out->lock); /* after it: whoever lets go has cleared the mark before */
	for (int s = 0; s < STATE_COUNT; s++)
		out->times[s] = store_folder_time(store, s);
}

/*
 * A mark, or a line that can't be read, is somebody at work, or a crash: then nobody holds the lock,
 * nothing moves, and this is what there is until the next writer finishes it.
 */
static bool stood_still(const struct stillness *before, const struct stillness *after)
{
	bool at_rest = after->lock.open < 0 && after->lock.size >= 0;
	return lock_same(&before->lock, &after->lock) &&
	       memcmp(before->times, after->times, sizeof before->times) == 0 &&
	       (at_rest || (!before->held && !after->held));
}

static bool same_times(const int64_t *a, const int64_t *b)
{
	return memcmp(a, b, STATE_COUNT * sizeof *a) == 0;
}

/*
 * The time of a folder that changed just now tells nothing: another change within the same tick
 * would leave it as it is.  Neither does a time to come.  Unless a writer of ours gave it that time,
 * which no tick would.
 */
static int64_t reliable(int64_t time, int64_t sealed, int64_t now)
{
	return time == sealed || time < now - TICK_NS ? time : 0;
}

void store_basis(const struct store *store, const struct stillness *look, struct basis *out)
{
	struct timespec ts;
	bool sealed = look->lock.open < 0 && look->lock.size >= 0;
	bool fresh = look->lock.open < 0 && !look->held && !fs_exists(store->root, JOURNAL_FILE);
	clock_gettime(CLOCK_REALTIME_COARSE, &ts);
	int64_t now = (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
	*out = (struct basis){ .journal = sealed ? look->lock.size : fresh ? 0 : -1 };
	memcpy(out->head, look->lock.head, sizeof look->lock.head);
	if (fresh)
		memset(out->head, '0', FINGERPRINT_HEX - 1); /* what its first line will chain to */
	for (int s = 0; s < STATE_COUNT; s++)
		out->times[s] = reliable(look->times[s], look->lock.times[s], now);
}

static void open_index(struct store *store)
{
	struct index index;
	int fd = openat(store->root, INDEX_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return;
	if (index_open(fd, &index)) {
		snapshot_use(&store->now, &index);
		store->basis = index.header.basis;
	}
	close(fd);
}

/* What was found to be damaged is made anew from the files. */
static void drop_damaged(struct store *store)
{
	static const struct index none;
	if (!store->now.damaged && index_is_intact(&store->now.base))
		return;
	snapshot_use(&store->now, &none);
	store->basis = (struct basis){ .journal = -1 };
	store->unsaved = true;
	store->generation++;
}

/* The time of a folder that isn't there, and should be, is 0 as well; such a store is listed. */
static bool is_known(const int64_t *times)
{
	for (int s = 0; s < STATE_COUNT; s++)
		if (times[s] == 0)
			return false;
	return true;
}

/* The rows are those of the index on disk: it need only be told of which folders they are. */
static bool stamp_again(struct store *store)
{
	const struct snapshot *now = &store->now;
	bool same = now->fresh.count == 0 && now->dead_count == 0 && now->base.map.bytes &&
		    is_known(store->basis.times) && store_may_write_index(store);
	int fd = same ? openat(store->root, INDEX_FILE, O_RDWR | O_CLOEXEC | O_NOFOLLOW) : -1;
	struct error ignored;
	bool ok = fd >= 0 && fs_is_alone(store->root, fd, INDEX_FILE, &ignored) &&
		  index_stamp(fd, &store->now.base, &store->basis);
	if (fd >= 0)
		close(fd);
	return ok;
}

/* While the index is being built there is something to look at. */
static void preview(struct store *store, struct listing *listing)
{
	struct listing first = *listing;
	bool ignored = false;
	if (store->loaded || snapshot_rows(&store->now) > 0)
		return;
	first.count = first.count < PREVIEW ? first.count : PREVIEW;
	difference_listing(store, &first, &ignored);
}

/* Should the index on disk be written anew?  In a small store a few fresh rows cost nothing. */
static bool is_outdated(const struct store *store, const struct stillness *look, bool changed)
{
	const struct snapshot *now = &store->now;
	if (snapshot_rows(now) <= LOOK_MOST)
		return now->fresh.count + now->dead_count > FRESH_FEW;
	struct basis basis;
	store_basis(store, look, &basis);
	return changed || !same_times(now->base.header.basis.times, basis.times);
}

static bool list(struct store *store, const struct stillness *look, bool exact, bool *changed,
	struct error *err)
{
	struct listing listing;
	if (!listing_make(store, true, exact, &listing, err))
		return false;
	bool ok = true, large = listing.unknown > BUILD_FROM;
	store->stale_temps = listing.temps;
	store->exact = exact;
	store->incomplete = large && store->background;
	if (store->incomplete)
		preview(store, &listing);
	else if (large)
		ok = store_build_now(store, err);
	else
		ok = difference_listing(store, &listing, changed);
	listing_done(&listing);
	if (!store->incomplete) {
		store->watching = store_is_watched(store);
		store->unsaved |= !large && is_outdated(store, look, *changed);
	}
	return ok;
}

/* The cheapest way that finds everything. False where a file vanished, or with an error. */
static bool bring_up(struct store *store, const struct stillness *look, bool *changed,
	struct error *err)
{
	struct place *suspects = store->suspects;
	size_t count = store->suspect_count;
	bool small = snapshot_rows(&store->now) <= LOOK_MOST;
	store->suspects = NULL;
	store->suspect_count = store->suspect_cap = 0;
	for (size_t i = 0; store->building && i < count; i++) {
		store->again = mem_grow(store->again, store->again_count, &store->again_cap,
			sizeof *store->again);
		store->again[store->again_count++] = (struct place){ .state = suspects[i].state,
			.file = mem_text(suspects[i].file) };
	}
	if (!difference_files(store, suspects, count, changed))
		return false;
	if (small || store->incomplete)
		return list(store, look, true, changed, err);
	if (is_known(look->times) && same_times(store->basis.times, look->times)) {
		store->watching = store_is_watched(store);
		return true;
	}
	if (store->watching)
		return true;
	return difference_journal(store, &look->lock, changed) ||
	       list(store, look, !store->background, changed, err);
}

static bool load_once(struct store *store, const struct stillness *look, struct error *err)
{
	bool changed = false;
	if (!store->loaded)
		open_index(store);
	drop_damaged(store);
	store->unsettled = false;
	store_watch_read(store);
	bool ok = bring_up(store, look, &changed, err);
	changed |= store_records_changed(store);
	if (changed || !store->loaded)
		store->generation++;
	store->loaded = true;
	store->changed = false;
	return ok;
}

bool store_load(struct store *store, bool quiet, struct error *err)
{
	int64_t end = clock_ms() + PATIENCE_MS;
	for (;;) {
		struct stillness before, after;
		struct error failed = { 0 };
		open_later(store);
		store_look(store, &before);
		bool ok = load_once(store, &before, &failed);
		if (!ok && failed.code) {
			if (err)
				*err = failed;
			return false;
		}
		store_look(store, &after);
		bool still = ok && stood_still(&before, &after);
		store_basis(store, &after, &store->basis);
		if (!still || store->incomplete)
			store->basis = (struct basis){ .journal = -1 };
		if (store->unsettled)
			memset(store->basis.times, 0, sizeof store->basis.times);
		if (still && store->unsaved && store->exact && stamp_again(store))
			store->unsaved = false;
		if (!quiet || still || clock_ms() >= end)
			return true;
		nanosleep(&(struct timespec){ .tv_nsec = PAUSE_NS }, NULL);
	}
}
