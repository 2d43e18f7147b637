#include "store/account.h"

/* Where nobody but writers changed a folder since the last seal, what that said goes on to hold. */
void account_begin(struct account *a, const struct store *store, int64_t size, const struct lock *lock)
{
	bool same = lock->known >= 0;
	for (int s = 0; s < STATE_COUNT; s++) {
		a->times[s] = fs_folder_time(store->dirs[s]);
		same = same && lock->times[s] == a->times[s];
	}
	a->known = same ? lock->known : size;
	a->start = same ? lock->start : lock_times_hash(a->times);
}

/* A long change leaves time for others to come between; so does one to a folder that it left alone. */
static bool was_alone(const struct account *a, const struct store *store, const struct plan *plan)
{
	bool touched[STATE_COUNT] = { false };
	change_touched(plan->rows, plan->count, touched);
	for (int s = 0; s < STATE_COUNT; s++)
		if (!touched[s] && a->times[s] != fs_folder_time(store->dirs[s]))
			return false;
	return plan->count <= FRESH_MOST;
}

void account_end(const struct account *a, const struct store *store, const struct plan *plan,
	int64_t size, struct lock *lock)
{
	bool alone = was_alone(a, store, plan);
	for (int s = 0; s < STATE_COUNT; s++)
		lock->times[s] = fs_folder_time(store->dirs[s]);
	lock->known = alone ? a->known : size; /* who read the store before can't tell what others did */
	lock->start = alone ? a->start : lock_times_hash(lock->times);
}
