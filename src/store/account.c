#include "store/account.h"

/* Where nobody but writers changed a folder since the last seal, what that said goes on to hold. */
void account_begin(struct account *a, const struct store *store, int64_t size,
	const struct lock *lock, size_t rows)
{
	bool same = lock->known >= 0;
	for (int s = 0; s < STATE_COUNT; s++) {
		a->times[s] = store_folder_time(store, s);
		same = same && lock->times[s] == a->times[s];
	}
	a->known = same ? lock->known : size;
	a->start = same ? lock->start : lock_times_hash(a->times);
	a->alone = rows <= FRESH_MOST; /* after more than these the index is written anew anyway */
}

static void look(struct account *a, const struct store *store, int state)
{
	if (a->alone && state != STATE_NONE && state < STATE_COUNT &&
		store_folder_time(store, state) != a->times[state])
		a->alone = false;
}

void account_before(struct account *a, const struct store *store, int one, int other)
{
	look(a, store, one);
	look(a, store, other);
}

static void leave(struct account *a, const struct store *store, int state)
{
	bool is_record = state >= STATE_COUNT;
	if ((!a->alone && !is_record) || state == STATE_NONE)
		return;
	fs_folder_touch(store->dirs[state]);
	if (is_record)
		return;
	a->times[state] = store_folder_time(store, state);
}

void account_after(struct account *a, const struct store *store, int one, int other)
{
	leave(a, store, one);
	leave(a, store, other);
}

void account_end(struct account *a, const struct store *store, int64_t size, struct lock *lock)
{
	for (int s = 0; s < STATE_COUNT; s++) {
		look(a, store, s);
		lock->times[s] = store_folder_time(store, s);
	}
	/* Who read the store before this change can't tell what others did. */
	lock->known = a->alone ? a->known : size;
	lock->start = a->alone ? a->start : lock_times_hash(lock->times);
}
