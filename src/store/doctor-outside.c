/*
 * What isn't as the last change left it.  A store is a folder that people and their tools may change, so
 * that this is told and isn't held against it; but a file that got lost, or a byte that a disk turned
 * round, shows nowhere else.
 */
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/set.h"
#include "base/text.h"
#include "store/doctoring.h"
#include "store/folder.h"
#include "store/journal.h"
#include "store/lock.h"

/* A place as the journal has it at its end. */
struct left {
	struct place place;
	int64_t seq;   /* the change that put it there, or took it away */
	bool there, known;
	struct fingerprint hash;
};

struct replay {
	struct left *items;
	size_t count, cap;
	struct set places; /* and the number of each */
};

static struct left *left_at(struct replay *r, const struct place *place)
{
	char *path = mem_format("%d/%s", place->state, place->file);
	if (set_add(&r->places, path)) {
		*set_number(&r->places, path) = (unsigned)r->count;
		r->items = mem_grow(r->items, r->count, &r->cap, sizeof *r->items);
		r->items[r->count++] = (struct left){ .place = { place->state, mem_text(place->file) } };
	}
	struct left *left = &r->items[*set_number(&r->places, path)];
	free(path);
	return left;
}

static bool replay_line(void *ctx, const struct journal_line *line)
{
	struct replay *r = ctx;
	struct left from = { 0 };
	if (line->src.file) {
		struct left *old = left_at(r, &line->src);
		from = *old;
		old->there = false;
	}
	if (!line->dst.file)
		return true;
	struct left *left = left_at(r, &line->dst);
	left->there = true;
	left->seq = line->seq;
	left->known = line->new_hash ? fingerprint_parse(line->new_hash, &left->hash) : from.known;
	if (!line->new_hash)
		left->hash = from.hash;
	return true;
}

/* Where somebody has moved a certificate to: to move its file is a decision, too. */
static int elsewhere(const struct store *store, const struct place *place)
{
	for (int s = 0; place->state < STATE_COUNT && s < STATE_COUNT; s++)
		if (store->dirs[s] >= 0 && fs_exists(store->dirs[s], place->file))
			return s;
	return STATE_NONE;
}

static void tell_gone(struct doctor *d, const struct left *left)
{
	int other = elsewhere(d->store, &left->place);
	struct finding *f;
	if (other == STATE_NONE)
		f = doctor_file(d, "outside", left->place.state, left->place.file,
			_("is gone, and no change of certary's has taken it away (change %lld had put it there)"),
			(long long)left->seq);
	else
		f = doctor_file(d, "outside", other, left->place.file,
			_("was moved here by somebody else (change %lld had put it into %s)"),
			(long long)left->seq, folder_name(left->place.state));
	f->note = true;
}

/* Endpoints and checklists are people's to edit. */
static bool may_differ(int folder)
{
	return folder == FOLDER_ROOT || folder == FOLDER_RUNBOOKS;
}

/* Another check has told of it, or of what belongs to it. */
static bool is_told(const struct doctor *d, size_t others, const char *name)
{
	char *safe = text_safe(name, strlen(name));
	bool told = false;
	for (size_t i = 0; i < others && !told; i++)
		told = strstr(d->out->items[i].file, safe) != NULL;
	free(safe);
	return told;
}

static void look_at(struct doctor *d, size_t others, const struct left *left)
{
	struct buf bytes = { .secret = true }; /* it may be a key */
	struct fingerprint hash;
	int folder = left->place.state, dir = d->store->dirs[folder];
	if (is_told(d, others, left->place.file))
		return;
	if (dir < 0 || !fs_exists(dir, left->place.file)) {
		tell_gone(d, left);
		return;
	}
	if (left->known && !may_differ(folder) &&
		fs_read(dir, left->place.file, FS_NOFOLLOW, folder_row(folder)->most, &bytes, NULL, NULL)) {
		fingerprint_of(bytes.data, bytes.len, &hash);
		if (fingerprint_compare(&hash, &left->hash) != 0)
			doctor_file(d, "outside", folder, left->place.file,
				_("isn't as change %lld left it: somebody has edited it, or it is damaged"),
				(long long)left->seq)
				->note = true;
	}
	buf_wipe(&bytes);
}

static void replay_done(struct replay *r)
{
	for (size_t i = 0; i < r->count; i++)
		free(r->items[i].place.file);
	free(r->items);
	set_done(&r->places);
}

/* Whoever writes meanwhile is no reason to tell anything: files and journal are of two moments then. */
static bool was_quiet(const struct store *store, const struct lock *before)
{
	struct lock after;
	bool held = lock_is_held(store->root);
	lock_peek(store->root, &after);
	return !held && after.open < 0 && lock_same(before, &after);
}

void doctor_outside(struct doctor *d)
{
	struct replay r = { 0 };
	struct lock before;
	struct error ignored; /* a journal that can't be read is another check's */
	size_t told = d->out->count;
	lock_peek(d->store->root, &before);
	if (journal_each(d->store, NULL, replay_line, &r, &ignored))
		for (size_t i = 0; i < r.count; i++)
			if (r.items[i].there)
				look_at(d, told, &r.items[i]);
	if (!was_quiet(d->store, &before))
		findings_cut(d->out, told);
	replay_done(&r);
}
