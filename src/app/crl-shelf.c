/*
 * Revocation lists that were read for a judgement, kept for the next: a check of all services asks for
 * the same few again and again.  Each question looks whether the file is still the same.
 */
#include <stdlib.h>
#include <string.h>

#include "app/source.h"
#include "base/mem.h"
#include "store/crls.h"

#define KEEPS_MOST 32
#define BYTES_MOST (128u << 20)

struct slot {
	struct fingerprint id;
	struct fs_stamp stamp;
	struct crl_record list;
};

struct shelf {
	struct slot slots[KEEPS_MOST]; /* the one asked for last in front */
	size_t count;
};

struct shelf *shelf_new(void)
{
	return mem_new(sizeof(struct shelf));
}

static void drop_last(struct shelf *shelf)
{
	crl_record_done(&shelf->slots[--shelf->count].list);
}

void shelf_free(struct shelf *shelf)
{
	while (shelf && shelf->count)
		drop_last(shelf);
	free(shelf);
}

static bool is_same(const struct fs_stamp *a, const struct fs_stamp *b)
{
	return a->inode == b->inode && a->size == b->size && a->mtime == b->mtime;
}

static size_t bytes_of(const struct shelf *shelf)
{
	size_t all = 0;
	for (size_t i = 0; i < shelf->count; i++)
		all += (size_t)shelf->slots[i].stamp.size;
	return all;
}

static struct crl *put_in_front(struct shelf *shelf, struct slot slot, size_t from)
{
	memmove(&shelf->slots[1], &shelf->slots[0], from * sizeof slot);
	shelf->slots[0] = slot;
	return slot.list.crl;
}

static void remove_at(struct shelf *shelf, size_t at)
{
	crl_record_done(&shelf->slots[at].list);
	shelf->count--;
	memmove(&shelf->slots[at], &shelf->slots[at + 1],
		(shelf->count - at) * sizeof shelf->slots[0]);
}

/* One that is damaged isn't there: doctor speaks of that. */
static struct crl *take_in(struct shelf *shelf, struct store *store, struct slot slot)
{
	if (!store_crl(store, &slot.id, &slot.list, NULL))
		return NULL;
	while (shelf->count == KEEPS_MOST ||
		(shelf->count > 0 && bytes_of(shelf) + (size_t)slot.stamp.size > BYTES_MOST))
		drop_last(shelf);
	return put_in_front(shelf, slot, shelf->count++);
}

struct crl *shelf_crl(struct shelf *shelf, struct store *store, const struct fingerprint *id)
{
	struct slot slot = { .id = *id };
	bool there = store_crl_stamp(store, id, &slot.stamp);
	for (size_t i = 0; i < shelf->count; i++) {
		if (fingerprint_compare(&shelf->slots[i].id, id) != 0)
			continue;
		if (there && is_same(&shelf->slots[i].stamp, &slot.stamp))
			return put_in_front(shelf, shelf->slots[i], i);
		remove_at(shelf, i);
		break;
	}
	return there ? take_in(shelf, store, slot) : NULL;
}
