/*
 * The index: everything that lists, searches and look-ups need of a store, in one file that is mapped.
 *
 *   header | rows | texts | folded texts | where these begin | flags | orders | slots
 *
 * It is a cache.  It says of which folders (their times) and of which journal (length and hash of its
 * last line) it was made, and whoever opens it compares.  A file of another version, machine or
 * length, or with a wrong checksum, is none.  Nothing in it is believed: what points somewhere is
 * checked where it is followed.
 */
#ifndef CERTARY_SRC_STORE_INDEX_H
#define CERTARY_SRC_STORE_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "store/row.h"

#define INDEX_FILE    ".index"
#define INDEX_TEMP    ".new-index-" /* and the number of the process */
#define INDEX_VERSION 2

/* The orders that are kept: entries only. */
enum order {
	ORDER_NAME,
	ORDER_DAYS,
	ORDER_SUBJECT,
	ORDER_ISSUER,
	ORDER_ADDED,
	ORDER_KEY,
	ORDER_FINGERPRINT,
	ORDER_COUNT,
	ORDER_NONE = ORDER_COUNT,
};

/* What a snapshot of the store was made of. */
struct basis {
	int64_t times[STATE_COUNT]; /* of the folders, in nanoseconds; 0: not to be relied on */
	int64_t journal;            /* bytes; -1: unknown */
	char head[72];              /* SHA-256 of its last line, in digits; no padding behind it */
};

enum index_part {
	PART_ROWS,
	PART_TEXT,
	PART_FOLD,
	PART_FOLD_AT,
	PART_FLAGS,
	PART_ORDERS, /* one behind the other */
	PART_SLOTS,  /* open addressing by state and file name; ROW_NONE is free */
	PART_COUNT
};

struct index_header {
	char magic[8];
	uint32_t version, byte_order;
	uint64_t sum;      /* of this header, with 0 here */
	uint64_t body_sum; /* of all that follows it */
	uint64_t size;     /* of the file */
	uint32_t rows, entries, problems, slots;
	uint32_t states[STATE_COUNT]; /* entries in each */
	struct basis basis;
	struct {
		uint64_t at, len;
	} parts[PART_COUNT];
};
#define INDEX_HEADER_SIZE 4096

/* An index that is open, or none: then everything is zero. */
struct index {
	struct map map;
	struct index_header header;
	struct table table;
	const uint32_t *orders[ORDER_COUNT];
	const uint32_t *slots;
	size_t verified; /* bytes of the body that were summed up so far */
	struct hash *sum;
};

/*
 * False where there is none that can be used.  A small one is checked as a whole at once, a large one
 * piece by piece by index_verify().
 */
bool index_open(int fd, struct index *out);
void index_close(struct index *index);

/* False when somebody wrote into the file that is mapped, instead of replacing it. */
bool index_is_intact(const struct index *index);

/* Sum up some more bytes of the body.  False when damage was found. */
bool index_verify(struct index *index, size_t bytes);
void index_trust(struct index *index); /* it was written just now, by us */
bool index_is_verified(const struct index *index);

/* ROW_NONE where no row of that name is; `skip` says which rows don't count. */
uint32_t index_lookup(const struct index *index, enum state state, const char *file,
	bool (*skip)(const void *ctx, uint32_t row), const void *ctx);
uint64_t index_file_hash(enum state state, const char *file);

/* How two rows stand to each other in an order; ties go by name, then by fingerprint. */
int order_compare(enum order order, const struct table *a, uint32_t i, const struct table *b,
	uint32_t j);

/* How a row stands to a folded text, in an order of texts: by name, subject or issuer. */
int order_compare_text(enum order order, const struct table *table, uint32_t i, const char *folded,
	size_t len);

/* Sort rows of one table. `ranks`, each row's place by name, settle ties; NULL: they are found out. */
void order_sort(enum order order, const struct table *table, uint32_t *rows, size_t count,
	const uint32_t *ranks);

/*
 * Writing one: rows come in any number of pieces, from any thread.
 * Life: index_writer_new() … index_writer_finish(), which frees it.
 */
struct index_writer;
struct index_writer *index_writer_new(int fd, uint32_t rows_most);

/* `fold_ends` says where the folded text of each row ends within `fold`; texts are counted from `text`. */
void index_writer_add(struct index_writer *writer, struct row *rows, size_t count,
	const struct buf *text, const struct buf *fold, const size_t *fold_ends);

/* From that many bytes on it is made to last before it gets its name. */
bool index_writer_finish(struct index_writer *writer, const struct basis *basis, uint64_t durable_from,
	struct error *err);

/* Say anew of what the index was made, in the file that it was opened from. */
bool index_stamp(int fd, struct index *index, const struct basis *basis);

#endif
