/*
 * All files of all targets, forwards and back.
 *
 *   write   new contents beside the old ones; a barrier, so that they last before they have names
 *   keep    a second name for each old one; the folders are made to last
 *   put     the new take their places; the folders are made to last
 *
 * The second names last before the first of the old ones loses its own, so that a power cut finds each
 * file as it was, as it is to be, or both.
 */
#include "deploy/transaction.h"

/* From here on one barrier for each file system is cheaper than a sync for each file. */
#define BARRIER_FROM 64

typedef bool place_fn(struct places *places, const struct file_change *change, struct error *err);

static bool each(struct places *places, const struct staging *staging, place_fn *fn, size_t *failed,
	struct error *err)
{
	for (size_t i = 0; i < staging->count; i++) {
		*failed = staging->items[i].target;
		if (!fn(places, &staging->items[i], err))
			return false;
	}
	return true;
}

bool files_check(struct places *places, const struct staging *staging, size_t *failed,
	struct error *err)
{
	return each(places, staging, place_check, failed, err);
}

static bool write_all(struct places *places, const struct staging *staging, size_t *failed,
	struct error *err)
{
	enum fs_durable durable = staging->count >= BARRIER_FROM ? FS_LATER : FS_DURABLE;
	for (size_t i = 0; i < staging->count; i++) {
		*failed = staging->items[i].target;
		if (!place_write(places, &staging->items[i], durable, err))
			return false;
	}
	return durable == FS_DURABLE || places_barrier(places, err);
}

bool files_forward(struct places *places, const struct staging *staging, size_t *failed,
	struct error *err)
{
	return write_all(places, staging, failed, err) &&
	       each(places, staging, place_keep, failed, err) && places_sync(places, err) &&
	       each(places, staging, place_put, failed, err) && places_sync(places, err);
}

bool files_back(struct places *places, const struct staging *staging, files_stuck_fn *stuck, void *ctx)
{
	struct error err;
	bool ok = true;
	for (size_t i = staging->count; i-- > 0;) {
		const struct file_change *change = &staging->items[i];
		if (place_back(places, change, !ok, &err))
			continue;
		stuck(ctx, change->target, err.text);
		ok = false;
	}
	/* What was put back lasts before the record goes that would put it back again. */
	if (!places_sync(places, &err) && ok) {
		stuck(ctx, staging->count ? staging->items[0].target : 0, err.text);
		ok = false;
	}
	return ok;
}

bool files_clean(struct places *places, const struct staging *staging, struct error *err)
{
	bool ok = true;
	for (size_t i = 0; i < staging->count; i++)
		ok = place_clean(places, &staging->items[i], ok ? err : NULL) && ok;
	return ok && places_sync(places, err);
}
