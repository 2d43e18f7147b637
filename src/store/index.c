#include "store/index.h"

#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "store/index-format.h"

/* Up to here the whole body is summed up at once: about a millisecond. */
#define WHOLE_UP_TO (8u << 20)

uint64_t index_header_sum(const struct index_header *header)
{
	struct index_header copy = *header;
	copy.sum = 0;
	return hash_bytes(&copy, sizeof copy, 0);
}

static bool read_header(int fd, struct index_header *out)
{
	struct stat st;
	if (pread(fd, out, sizeof *out, 0) != (ssize_t)sizeof *out || fstat(fd, &st) != 0)
		return false;
	return memcmp(out->magic, INDEX_MAGIC, sizeof out->magic) == 0 &&
	       out->version == INDEX_VERSION && out->byte_order == INDEX_BYTE_ORDER &&
	       out->sum == index_header_sum(out) && out->size == (uint64_t)st.st_size &&
	       out->basis.head[sizeof out->basis.head - 1] == '\0';
}

/* How long each part must be; those whose length is free are whatever they say. */
static uint64_t expected(const struct index_header *h, enum index_part part)
{
	switch (part) {
	case PART_ROWS:
		return (uint64_t)h->rows * sizeof(struct row);
	case PART_FOLD_AT:
		return ((uint64_t)h->rows + 1) * sizeof(uint64_t);
	case PART_FLAGS:
		return h->rows;
	case PART_ORDERS:
		return (uint64_t)h->entries * ORDER_COUNT * sizeof(uint32_t);
	case PART_SLOTS:
		return (uint64_t)h->slots * sizeof(uint32_t);
	default:
		return h->parts[part].len;
	}
}

static bool parts_fit(const struct index_header *h)
{
	bool fit = h->entries <= h->rows && h->rows < ROW_NONE / 4 && h->slots > h->rows &&
		   (h->slots & (h->slots - 1)) == 0;
	for (int i = 0; fit && i < PART_COUNT; i++) {
		uint64_t at = h->parts[i].at, len = h->parts[i].len;
		fit = at >= INDEX_HEADER_SIZE && at % 8 == 0 && at <= h->size &&
		      len <= h->size - at && len == expected(h, (enum index_part)i);
	}
	return fit;
}

static const void *part(const struct index *index, enum index_part which)
{
	return index->map.bytes + index->header.parts[which].at;
}

static void find_parts(struct index *x)
{
	const struct index_header *h = &x->header;
	x->table = (struct table){ .rows = part(x, PART_ROWS),
		.count = h->rows,
		.text = part(x, PART_TEXT),
		.text_len = h->parts[PART_TEXT].len,
		.fold = part(x, PART_FOLD),
		.fold_len = h->parts[PART_FOLD].len,
		.fold_at = part(x, PART_FOLD_AT),
		.flags = part(x, PART_FLAGS) };
	for (int i = 0; i < ORDER_COUNT; i++)
		x->orders[i] = (const uint32_t *)part(x, PART_ORDERS) + (size_t)i * h->entries;
	x->slots = part(x, PART_SLOTS);
}

bool index_open(int fd, struct index *out)
{
	struct error ignored;
	*out = (struct index){ 0 };
	if (!read_header(fd, &out->header) || !parts_fit(&out->header) ||
		!map_open(fd, &out->map, &ignored)) {
		*out = (struct index){ 0 };
		return false;
	}
	if (out->map.len != out->header.size) {
		index_close(out);
		return false;
	}
	find_parts(out);
	if (out->map.len > WHOLE_UP_TO || index_verify(out, out->map.len))
		return true;
	index_close(out);
	return false;
}

void index_close(struct index *index)
{
	if (index->sum)
		hash_end(index->sum);
	map_close(&index->map);
	*index = (struct index){ 0 };
}

/* Another process may have stamped it anew; its body is the same. */
bool index_is_intact(const struct index *x)
{
	struct index_header now;
	if (!x->map.bytes)
		return true;
	memcpy(&now, x->map.bytes, sizeof now);
	return !map_was_cut(&x->map) && now.sum == index_header_sum(&now) &&
	       now.size == x->header.size && now.body_sum == x->header.body_sum;
}

bool index_is_verified(const struct index *index)
{
	return !index->map.bytes || index->verified == index->map.len;
}

void index_trust(struct index *x)
{
	if (x->sum)
		hash_end(x->sum);
	x->sum = NULL;
	x->verified = x->map.len;
}

bool index_verify(struct index *x, size_t bytes)
{
	if (index_is_verified(x))
		return !map_was_cut(&x->map);
	if (!x->sum) {
		x->sum = hash_new();
		x->verified = INDEX_HEADER_SIZE;
	}
	size_t left = x->map.len - x->verified;
	size_t some = bytes < left ? bytes : left;
	hash_add(x->sum, x->map.bytes + x->verified, some);
	x->verified += some;
	if (x->verified < x->map.len)
		return !map_was_cut(&x->map);
	uint64_t sum = hash_end(x->sum);
	x->sum = NULL;
	return sum == x->header.body_sum && !map_was_cut(&x->map);
}

uint64_t index_file_hash(enum state state, const char *file)
{
	return hash_bytes(file, strlen(file), (uint64_t)state);
}

uint32_t index_lookup(const struct index *x, enum state state, const char *file,
	bool (*skip)(const void *ctx, uint32_t row), const void *ctx)
{
	uint32_t mask = x->header.slots - 1;
	uint32_t at = x->header.slots ? (uint32_t)index_file_hash(state, file) & mask : 0;
	for (uint32_t tries = 0; tries < x->header.slots; tries++, at = (at + 1) & mask) {
		uint32_t row = x->slots[at];
		if (row == ROW_NONE)
			break;
		const char *name = row_file(&x->table, row);
		if (name && row_state(x->table.rows[row].flags) == state &&
			strcmp(name, file) == 0 && !skip(ctx, row))
			return row;
	}
	return ROW_NONE;
}

bool index_stamp(int fd, struct index *index, const struct basis *basis)
{
	struct index_header now, *header = &index->header;
	if (!read_header(fd, &now) || now.sum != header->sum)
		return false; /* somebody replaced it meanwhile */
	header->basis = *basis;
	header->sum = index_header_sum(header);
	return pwrite(fd, header, sizeof *header, 0) == (ssize_t)sizeof *header;
}
