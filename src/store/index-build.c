/*
 * Making the whole index.  What the snapshot knows is copied, other files are read, by two threads,
 * a chunk of files at a time.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/internal.h"

#define CHUNK        256
#define THREADS      2
#define THREADS_FROM 1000 /* files; fewer are read sooner than a thread has started */
#define DURABLE_FROM (8u << 20) /* bytes: a smaller index is checked as a whole when it is opened */

struct build {
	struct store *store;
	const struct listing *listing;
	struct index_writer *writer;
	atomic_size_t next;
	atomic_bool unsettled; /* a file that somebody may still be writing was among them */
	build_progress_fn *progress;
	void *ctx;
};

/* A chunk of rows on its way to the writer. */
struct chunk {
	struct row_maker maker;
	struct row rows[CHUNK];
	size_t fold_ends[CHUNK], count;
};

static bool copy_row(const struct snapshot *now, uint32_t number, struct chunk *c)
{
	uint32_t at;
	size_t fold_len;
	const struct table *t = snapshot_table(now, number, &at);
	struct row *row = &c->rows[c->count];
	struct entry e;
	bool is_entry = t->flags[at] & ROW_ENTRY;
	if (!row_file(t, at) || t->flags[at] != t->rows[at].flags || (is_entry && !row_entry(t, at, &e)))
		return false;
	*row = t->rows[at];
	row->text = c->maker.text.len;
	buf_add(&c->maker.text, t->text + t->rows[at].text, row->text_len);
	const char *fold = row_fold(t, at, &fold_len);
	buf_add(&c->maker.fold, fold, fold_len);
	return true;
}

static void take_file(struct build *b, const struct found *f, struct chunk *c)
{
	bool known = f->row != ROW_NONE && copy_row(&b->store->now, f->row, c);
	if (!known && !row_make(&c->maker, b->store->dirs[f->state], f->state, f->file,
			      &c->rows[c->count]))
		return; /* gone meanwhile: the folder's time tells the next reader */
	if (row_is_unsettled(&c->rows[c->count]))
		b->unsettled = true;
	c->fold_ends[c->count++] = c->maker.fold.len;
}

static void work(struct build *b, bool tells)
{
	struct chunk *c = mem_new(sizeof *c);
	size_t from;
	while ((from = atomic_fetch_add(&b->next, CHUNK)) < b->listing->count) {
		c->count = 0;
		buf_cut(&c->maker.text, 0);
		buf_cut(&c->maker.fold, 0);
		for (size_t i = from; i < from + CHUNK && i < b->listing->count; i++)
			take_file(b, &b->listing->items[i], c);
		index_writer_add(b->writer, c->rows, c->count, &c->maker.text, &c->maker.fold,
			c->fold_ends);
		if (tells && b->progress) /* from one thread only */
			b->progress(b->ctx, from, b->listing->count);
	}
	row_maker_done(&c->maker);
	free(c);
}

static void *work_along(void *arg)
{
	work(arg, false);
	return NULL;
}

static void work_together(struct build *b)
{
	pthread_t others[THREADS - 1];
	size_t started = 0;
	while (started < THREADS - 1 && b->listing->unknown >= THREADS_FROM &&
		pthread_create(&others[started], NULL, work_along, b) == 0)
		started++;
	work(b, true);
	while (started > 0)
		pthread_join(others[--started], NULL);
}

static void forget_base(struct listing *listing, uint32_t border)
{
	for (size_t i = 0; i < listing->count; i++)
		if (listing->items[i].row < border)
			listing->items[i].row = ROW_NONE;
}

bool index_build(struct store *store, int fd, build_progress_fn *progress, void *ctx,
	struct error *err)
{
	struct stillness look;
	struct basis basis;
	struct listing listing;
	store_look(store, &look);
	store_basis(store, &look, &basis);
	if (!listing_make(store, false, true, &listing, err))
		return false;
	/* What is copied gets a new checksum: it must have been right under the old one. */
	if (!index_verify(&store->now.base, SIZE_MAX))
		forget_base(&listing, store->now.base.table.count);
	struct build b = { .store = store,
		.listing = &listing,
		.writer = index_writer_new(fd, (uint32_t)listing.count),
		.progress = progress,
		.ctx = ctx };
	work_together(&b);
	listing_done(&listing);
	if (b.unsettled)
		memset(basis.times, 0, sizeof basis.times);
	return index_writer_finish(b.writer, &basis, DURABLE_FROM, err);
}
