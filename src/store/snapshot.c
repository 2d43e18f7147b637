#include "store/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void snapshot_done(struct snapshot *s)
{
	index_close(&s->base);
	free((void *)(uintptr_t)s->fresh.rows);
	free((void *)(uintptr_t)s->fresh.fold_at);
	free((void *)(uintptr_t)s->fresh.flags);
	buf_done(&s->text);
	buf_done(&s->fold);
	free(s->slots);
	free(s->dead);
	*s = (struct snapshot){ 0 };
}

void snapshot_use(struct snapshot *s, const struct index *take)
{
	snapshot_done(s);
	s->base = *take;
	s->problems = take->header.problems;
	memcpy(s->states, take->header.states, sizeof s->states);
}

uint32_t snapshot_rows(const struct snapshot *s)
{
	return s->base.table.count + s->fresh.count;
}

uint32_t snapshot_entries(const struct snapshot *s)
{
	uint32_t n = 0;
	for (int i = 0; i < STATE_COUNT; i++)
		n += s->states[i];
	return n;
}

bool snapshot_is_dead(const struct snapshot *s, uint32_t row)
{
	return row / 8 < s->dead_len && s->dead[row / 8] & 1 << row % 8;
}

const struct table *snapshot_table(const struct snapshot *s, uint32_t row, uint32_t *at)
{
	uint32_t border = s->base.table.count;
	*at = row < border ? row : row - border;
	return row < border ? &s->base.table : &s->fresh;
}

const struct row *snapshot_row(const struct snapshot *s, uint32_t row)
{
	uint32_t at;
	const struct table *t = snapshot_table(s, row, &at);
	return &t->rows[at];
}

uint8_t snapshot_flags(const struct snapshot *s, uint32_t row)
{
	uint32_t at;
	const struct table *t = snapshot_table(s, row, &at);
	return t->flags[at];
}

static bool skip_dead(const void *ctx, uint32_t row)
{
	return snapshot_is_dead(ctx, row);
}

static uint32_t lookup_fresh(const struct snapshot *s, enum state state, const char *file)
{
	uint32_t mask = s->slot_count - 1;
	uint32_t at = s->slot_count ? (uint32_t)index_file_hash(state, file) & mask : 0;
	for (; s->slot_count && s->slots[at] != ROW_NONE; at = (at + 1) & mask) {
		uint32_t i = s->slots[at], row = s->base.table.count + i;
		if (row_state(s->fresh.flags[i]) == state && !snapshot_is_dead(s, row) &&
			strcmp(s->fresh.text + s->fresh.rows[i].text, file) == 0)
			return row;
	}
	return ROW_NONE;
}

uint32_t snapshot_lookup(const struct snapshot *s, enum state state, const char *file)
{
	uint32_t row = lookup_fresh(s, state, file);
	return row != ROW_NONE ? row : index_lookup(&s->base, state, file, skip_dead, s);
}

/* A row comes to life or dies. */
static void count_row(struct snapshot *s, uint8_t flags, uint32_t by)
{
	if (flags & ROW_ENTRY)
		s->states[row_state(flags)] += by;
	if (flags & ROW_PROBLEM)
		s->problems += by;
}

void snapshot_kill(struct snapshot *s, uint32_t row)
{
	if (snapshot_is_dead(s, row))
		return;
	if (row / 8 >= s->dead_len) {
		size_t len = snapshot_rows(s) / 8 + 64;
		uint8_t *dead = mem_new(len);
		if (s->dead_len)
			memcpy(dead, s->dead, s->dead_len);
		free(s->dead);
		s->dead = dead;
		s->dead_len = len;
	}
	s->dead[row / 8] |= (uint8_t)(1 << row % 8);
	s->dead_count++;
	count_row(s, snapshot_flags(s, row), UINT32_MAX);
}

static void put_slot(struct snapshot *s, uint32_t i)
{
	uint32_t mask = s->slot_count - 1;
	const char *file = s->fresh.text + s->fresh.rows[i].text;
	uint32_t at = (uint32_t)index_file_hash(row_state(s->fresh.flags[i]), file) & mask;
	while (s->slots[at] != ROW_NONE)
		at = (at + 1) & mask;
	s->slots[at] = i;
}

static void grow_slots(struct snapshot *s)
{
	if (s->slot_count >= 2 * s->fresh.count + 1)
		return;
	s->slot_count = s->slot_count ? s->slot_count * 4 : 64;
	free(s->slots);
	s->slots = mem_new(s->slot_count * sizeof *s->slots);
	memset(s->slots, 0xff, s->slot_count * sizeof *s->slots);
	for (uint32_t i = 0; i + 1 < s->fresh.count; i++)
		put_slot(s, i);
}

/* The table shows what the arrays hold by now, wherever they moved. */
static void append(struct snapshot *s, const struct row *row)
{
	struct table *t = &s->fresh;
	struct row *rows = mem_grow((void *)(uintptr_t)t->rows, t->count, &s->rows_cap, sizeof *rows);
	uint64_t *ends = mem_grow((void *)(uintptr_t)t->fold_at, t->count + 1, &s->fold_at_cap,
		sizeof *ends);
	uint8_t *flags = mem_grow((void *)(uintptr_t)t->flags, t->count, &s->flags_cap, 1);
	rows[t->count] = *row;
	rows[t->count].text = s->text.len - row->text_len;
	flags[t->count] = row->flags;
	ends[0] = 0;
	ends[++t->count] = s->fold.len;
	t->rows = rows;
	t->fold_at = ends;
	t->flags = flags;
	t->text = buf_text(&s->text);
	t->text_len = s->text.len;
	t->fold = buf_text(&s->fold);
	t->fold_len = s->fold.len;
}

void snapshot_add(struct snapshot *s, const struct row *row, const struct row_maker *maker)
{
	buf_add(&s->text, maker->text.data, maker->text.len);
	buf_add(&s->fold, maker->fold.data, maker->fold.len);
	append(s, row);
	grow_slots(s);
	put_slot(s, s->fresh.count - 1);
	count_row(s, row->flags, 1);
}

/* An empty record rather than none: a reader goes on while the index is made anew. */
static void blank(struct entry *out)
{
	*out = (struct entry){ .state = STATE_UNTRUSTED,
		.file = "",
		.name = "",
		.note = "",
		.source = "",
		.added = "" };
	out->info = (struct cert_info){ .subject = "",
		.issuer = "",
		.serial = "",
		.key_algorithm = "",
		.signature = "" };
}

bool snapshot_entry(struct snapshot *s, uint32_t row, struct entry *out)
{
	uint32_t at;
	const struct table *t = snapshot_table(s, row, &at);
	bool ok = row_entry(t, at, out);
	if (!ok) {
		blank(out);
		s->damaged = true;
	}
	out->row = row;
	return ok;
}
