/*
 * Rows have a fixed place in the file and texts follow them, written as they come; the folded texts,
 * whose place is known only at the end, wait in a file without a name.  So memory holds a few bytes
 * for each row, however many there are.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"
#include "store/index-format.h"

struct index_writer {
	int fd, fold_fd;
	pthread_mutex_t lock;
	uint32_t count, most;
	uint64_t text_at, text_len, fold_len, end;
	uint64_t *fold_at;
	uint8_t *flags;
	uint32_t *hashes; /* of the files' names */
	int failed; /* errno of the first write that did */
	struct index_header header;
};

static uint64_t aligned(uint64_t at)
{
	return (at + 7) & ~7ull;
}

struct index_writer *index_writer_new(int fd, uint32_t rows_most)
{
	struct index_writer *w = mem_new(sizeof *w);
	w->fd = fd;
	w->fold_fd = memfd_create("certary-fold", MFD_CLOEXEC);
	w->failed = w->fold_fd < 0 ? errno : 0;
	w->most = rows_most;
	w->fold_at = mem_new(((size_t)rows_most + 1) * sizeof *w->fold_at);
	w->flags = mem_new((size_t)rows_most + 1);
	w->hashes = mem_new(((size_t)rows_most + 1) * sizeof *w->hashes);
	w->text_at = INDEX_HEADER_SIZE + (uint64_t)rows_most * sizeof(struct row);
	pthread_mutex_init(&w->lock, NULL);
	return w;
}

static void put(struct index_writer *w, int fd, uint64_t at, const void *bytes, size_t len)
{
	const char *p = bytes;
	while (len > 0 && !w->failed) {
		ssize_t n = pwrite(fd, p, len, (off_t)at);
		if (n < 0 && errno != EINTR)
			w->failed = errno;
		if (n <= 0)
			continue;
		p += n;
		at += (uint64_t)n;
		len -= (size_t)n;
	}
}

void index_writer_add(struct index_writer *w, struct row *rows, size_t count, const struct buf *text,
	const struct buf *fold, const size_t *fold_ends)
{
	pthread_mutex_lock(&w->lock);
	for (size_t i = 0; i < count; i++) {
		const char *file = text->data + rows[i].text; /* the first of its texts */
		w->hashes[w->count + i] =
			(uint32_t)index_file_hash(row_state(rows[i].flags), file);
		rows[i].text += w->text_len;
		w->flags[w->count + i] = rows[i].flags;
		w->fold_at[w->count + i + 1] = w->fold_len + fold_ends[i];
	}
	put(w, w->fd, INDEX_HEADER_SIZE + (uint64_t)w->count * sizeof *rows, rows,
		count * sizeof *rows);
	put(w, w->fd, w->text_at + w->text_len, text->data, text->len);
	put(w, w->fold_fd, w->fold_len, fold->data, fold->len);
	w->count += (uint32_t)count;
	w->text_len += text->len;
	w->fold_len += fold->len;
	pthread_mutex_unlock(&w->lock);
}

/* Where the next part begins; its bytes are written by the caller. */
static uint64_t place(struct index_writer *w, enum index_part part, uint64_t len)
{
	uint64_t at = aligned(w->end);
	w->header.parts[part].at = at;
	w->header.parts[part].len = len;
	w->end = at + len;
	return at;
}

static void copy_fold(struct index_writer *w, uint64_t at)
{
	static const size_t step = 1u << 18;
	char *bytes = mem_new(step);
	for (uint64_t done = 0; done < w->fold_len && !w->failed;) {
		ssize_t n = pread(w->fold_fd, bytes, step, (off_t)done);
		if (n <= 0)
			w->failed = n < 0 ? errno : EIO;
		else
			put(w, w->fd, at + done, bytes, (size_t)n);
		done += n > 0 ? (uint64_t)n : 0;
	}
	free(bytes);
}

static void place_rows(struct index_writer *w)
{
	struct index_header *h = &w->header;
	h->rows = w->count;
	w->end = INDEX_HEADER_SIZE;
	place(w, PART_ROWS, (uint64_t)w->count * sizeof(struct row));
	w->end = w->text_at;
	place(w, PART_TEXT, w->text_len);
	copy_fold(w, place(w, PART_FOLD, w->fold_len));
	size_t fold_at_len = ((size_t)w->count + 1) * sizeof *w->fold_at;
	put(w, w->fd, place(w, PART_FOLD_AT, fold_at_len), w->fold_at, fold_at_len);
	put(w, w->fd, place(w, PART_FLAGS, w->count), w->flags, w->count);
}

/* What was written so far, to be sorted: mapped, so that no row need be in memory. */
struct glance {
	const uint8_t *bytes;
	size_t len;
	struct table table;
};

static bool glance_open(struct index_writer *w, struct glance *out)
{
	const struct index_header *h = &w->header;
	if (w->failed)
		return false;
	void *bytes = mmap(NULL, w->end, PROT_READ, MAP_SHARED, w->fd, 0);
	if (bytes == MAP_FAILED) {
		w->failed = errno;
		return false;
	}
	out->bytes = bytes;
	out->len = w->end;
	out->table = (struct table){ .rows = (const void *)(out->bytes + h->parts[PART_ROWS].at),
		.count = w->count,
		.text = (const void *)(out->bytes + h->parts[PART_TEXT].at),
		.text_len = w->text_len,
		.fold = (const void *)(out->bytes + h->parts[PART_FOLD].at),
		.fold_len = w->fold_len,
		.fold_at = w->fold_at,
		.flags = w->flags };
	return true;
}

static uint32_t *entry_rows(struct index_writer *w)
{
	uint32_t *rows = mem_new(((size_t)w->count + 1) * sizeof *rows);
	struct index_header *h = &w->header;
	for (uint32_t i = 0; i < w->count; i++) {
		h->problems += (w->flags[i] & ROW_PROBLEM) != 0;
		if (!(w->flags[i] & ROW_ENTRY))
			continue;
		rows[h->entries++] = i;
		h->states[row_state(w->flags[i])]++;
	}
	return rows;
}

/* Two threads sort an order each.  Those of one pair read the same part of the file, which is then let
 * go of: at no time is all of it in memory. */
struct sorting {
	struct index_writer *w;
	const struct glance *glance;
	const uint32_t *rows, *ranks;
	uint64_t at;
	enum order order;
};

static void *sort_one(void *arg)
{
	const struct sorting *s = arg;
	uint32_t entries = s->w->header.entries;
	size_t len = entries * sizeof *s->rows;
	uint32_t *rows = mem_copy(s->rows, len + 1);
	order_sort(s->order, &s->glance->table, rows, entries, s->ranks);
	put(s->w, s->w->fd, s->at + (uint64_t)s->order * len, rows, len);
	free(rows);
	return NULL;
}

static void sort_pair(const struct sorting *base, enum order first, enum order second)
{
	struct sorting one = *base, other = *base;
	pthread_t thread;
	one.order = first;
	other.order = second;
	bool parallel = base->w->header.entries > 1000 &&
			pthread_create(&thread, NULL, sort_one, &other) == 0;
	sort_one(&one);
	if (parallel)
		pthread_join(thread, NULL);
	else
		sort_one(&other);
	madvise((void *)(uintptr_t)base->glance->bytes, base->glance->len, MADV_DONTNEED);
}

static void write_orders(struct index_writer *w, const struct glance *glance)
{
	uint32_t *rows = entry_rows(w), entries = w->header.entries;
	size_t len = entries * sizeof *rows;
	uint64_t at = place(w, PART_ORDERS, (uint64_t)len * ORDER_COUNT);
	uint32_t *ranks = mem_new(((size_t)w->count + 1) * sizeof *ranks);
	order_sort(ORDER_NAME, &glance->table, rows, entries, NULL);
	put(w, w->fd, at, rows, len);
	for (uint32_t i = 0; i < entries; i++)
		ranks[rows[i]] = i;
	struct sorting s = { w, glance, rows, ranks, at, ORDER_NAME };
	sort_pair(&s, ORDER_SUBJECT, ORDER_ISSUER);
	sort_pair(&s, ORDER_DAYS, ORDER_ADDED);
	sort_pair(&s, ORDER_KEY, ORDER_FINGERPRINT);
	free(ranks);
	free(rows);
}

static void write_slots(struct index_writer *w)
{
	uint32_t slots = 8;
	while (slots < 2 * w->count + 1)
		slots *= 2;
	uint32_t *all = mem_new(slots * sizeof *all), mask = slots - 1;
	memset(all, 0xff, slots * sizeof *all);
	for (uint32_t i = 0; i < w->count; i++) {
		uint32_t at = w->hashes[i];
		while (all[at & mask] != ROW_NONE)
			at++;
		all[at & mask] = i;
	}
	w->header.slots = slots;
	size_t len = slots * sizeof *all;
	put(w, w->fd, place(w, PART_SLOTS, len), all, len);
	free(all);
}

static uint64_t sum_body(struct index_writer *w)
{
	static const size_t step = 1u << 18;
	struct hash *hash = hash_new();
	char *bytes = mem_new(step);
	for (uint64_t at = INDEX_HEADER_SIZE; at < w->end && !w->failed;) {
		ssize_t n = pread(w->fd, bytes, step, (off_t)at);
		if (n <= 0)
			w->failed = n < 0 ? errno : EIO;
		else
			hash_add(hash, bytes, (size_t)n);
		at += n > 0 ? (uint64_t)n : 0;
	}
	free(bytes);
	return hash_end(hash);
}

/* The header comes last: without it there is no index. */
static void write_header(struct index_writer *w, const struct basis *basis)
{
	struct index_header *h = &w->header;
	memcpy(h->magic, INDEX_MAGIC, sizeof h->magic);
	h->version = INDEX_VERSION;
	h->byte_order = INDEX_BYTE_ORDER;
	h->size = w->end;
	h->basis = *basis;
	h->body_sum = sum_body(w);
	h->sum = index_header_sum(h);
	put(w, w->fd, 0, h, sizeof *h);
}

static void writer_free(struct index_writer *w)
{
	if (w->fold_fd >= 0)
		close(w->fold_fd);
	pthread_mutex_destroy(&w->lock);
	free(w->fold_at);
	free(w->flags);
	free(w->hashes);
	free(w);
}

bool index_writer_finish(struct index_writer *w, const struct basis *basis, uint64_t durable_from,
	struct error *err)
{
	struct glance glance;
	place_rows(w);
	if (glance_open(w, &glance)) {
		write_orders(w, &glance);
		write_slots(w);
		munmap((void *)(uintptr_t)glance.bytes, glance.len);
	}
	if (!w->failed && ftruncate(w->fd, (off_t)w->end) != 0)
		w->failed = errno;
	if (!w->failed)
		write_header(w, basis);
	if (!w->failed && w->end > durable_from && fsync(w->fd) != 0)
		w->failed = errno;
	errno = w->failed;
	bool ok = !w->failed || error_errno(err, "%s can't be written", INDEX_FILE);
	writer_free(w);
	return ok;
}
