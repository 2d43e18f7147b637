/*
 * A snapshot of the store: the rows of the index, and fresh rows for what changed since it was
 * written.  A row that is no longer so is dead.  A row's number counts through both.
 */
#ifndef CERTARY_SRC_STORE_SNAPSHOT_H
#define CERTARY_SRC_STORE_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>

#include "store/index.h"

struct snapshot {
	struct index base;
	struct table fresh;
	size_t rows_cap, fold_at_cap, flags_cap;
	struct buf text, fold; /* of the fresh rows */
	uint32_t *slots, slot_count;
	uint8_t *dead; /* a bit for each row */
	size_t dead_len;
	uint32_t dead_count;
	uint32_t problems, states[STATE_COUNT];
	bool damaged; /* something in the index can't be so */
};

/* Life: zeroed, then snapshot_use() or not … snapshot_done(). */
void snapshot_done(struct snapshot *s);

/* Begin anew with an index, which is taken over; a zeroed one is none. */
void snapshot_use(struct snapshot *s, const struct index *take);

uint32_t snapshot_rows(const struct snapshot *s); /* dead ones included */
uint32_t snapshot_entries(const struct snapshot *s);
bool snapshot_is_dead(const struct snapshot *s, uint32_t row);
uint8_t snapshot_flags(const struct snapshot *s, uint32_t row);

/* The table that a row stands in, and its number there. */
const struct table *snapshot_table(const struct snapshot *s, uint32_t row, uint32_t *at);
const struct row *snapshot_row(const struct snapshot *s, uint32_t row);

/* The living row of a file, or ROW_NONE. */
uint32_t snapshot_lookup(const struct snapshot *s, enum state state, const char *file);

void snapshot_kill(struct snapshot *s, uint32_t row);

/* Take a row that was made, with its texts, which are the last in the maker's buffers. */
void snapshot_add(struct snapshot *s, const struct row *row, const struct row_maker *maker);

/* A record of a row; false, and the snapshot is marked, where it is damaged. */
bool snapshot_entry(struct snapshot *s, uint32_t row, struct entry *out);

#endif
