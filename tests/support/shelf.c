#include "support/shelf.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"
#include "store/internal.h"
#include "support/census.h"

static void drop_problems(struct depot *d)
{
	depot_write(d, "trusted/readme.txt", "hello", 5);
	depot_write(d, "blocked/empty.pem", "", 0);
	depot_write(d, "trash/\x1b[2J\n\xff.pem", "0\x82", 2);
	assert_int_equal(symlink("nowhere", depot_path(d, "untrusted/link.pem")), 0);
	assert_int_equal(symlink("m0.pem", depot_path(d, "trusted/0123abcd.0")), 0); /* none */
	assert_int_equal(mkdir(depot_path(d, "trusted/folder.pem"), 0700), 0);
}

void shelf_keep(struct shelf *s)
{
	depot_close(s->depot);
	assert_true(tmp_exists(s->depot->tmp, "store/.index"));
	const char *bytes = tmp_read(s->depot->tmp, "store/.index", &s->len);
	free(s->index);
	s->index = mem_copy(bytes, s->len);
}

struct shelf *shelf_new(size_t count)
{
	struct shelf *s = mem_new(sizeof *s);
	s->depot = depot_new(0, STATE_TRUSTED);
	s->crowd = crowd_new();
	for (size_t i = 0; i < STATE_COUNT; i++)
		crowd_fill(s->crowd, s->depot, (enum state)i, i * (count / STATE_COUNT),
			count / STATE_COUNT);
	drop_problems(s->depot);
	depot_open(s->depot);
	assert_int_equal(store_count(s->depot->store), count);
	assert_int_equal(store_problem_count(s->depot->store), SHELF_PROBLEMS);
	s->want = census(s->depot->store);
	shelf_keep(s);
	return s;
}

void shelf_free(struct shelf *s)
{
	depot_free(s->depot);
	crowd_free(s->crowd);
	free(s->index);
	free(s->want);
	free(s);
}

void shelf_open(struct shelf *s, bool read_only, struct store **out)
{
	struct store_options options = { .path = depot_path(s->depot, NULL),
		.read_only = read_only };
	struct error err = { 0 };
	if (!store_open(&options, out, &err))
		fail_msg("%s", err.text);
}

void shelf_check(struct shelf *s, struct store *store)
{
	char *got = census(store);
	census_compare(got, s->want);
	free(got);
}

bool shelf_is_indexed(struct shelf *s)
{
	struct store *store;
	shelf_open(s, true, &store);
	const struct snapshot *now = &store->now;
	bool indexed = now->base.table.count > 0 && now->fresh.count == 0 && now->dead_count == 0;
	store_close(store);
	return indexed;
}

void shelf_seal(char *index, size_t len)
{
	struct index_header h;
	memcpy(&h, index, sizeof h);
	h.body_sum = hash_bytes(index + INDEX_HEADER_SIZE, len - INDEX_HEADER_SIZE, 0);
	h.sum = index_header_sum(&h);
	memcpy(index, &h, sizeof h);
}

const struct index_header *shelf_header(const char *index)
{
	return (const struct index_header *)(const void *)index;
}
