/*
 * A store with an index: a depot (support/depot.h) filled by a crowd and with files that are in the
 * way, which is let go of at first so that a test can do something to the index.
 */
#ifndef CERTARY_TESTS_SHELF_H
#define CERTARY_TESTS_SHELF_H

#include "store/index-format.h"
#include "support/crowd.h"

#define SHELF_PROBLEMS 5

struct shelf {
	struct depot *depot;
	struct crowd *crowd;
	char *index; /* the bytes of .index, as they were written */
	size_t len;
	char *want; /* the census of the store */
};

/* A fourth of the certificates in each folder.  Life: shelf_new() … shelf_free(). */
struct shelf *shelf_new(size_t count);
void shelf_free(struct shelf *shelf);

/* Close the store; `index` is then what it left. */
void shelf_keep(struct shelf *shelf);

void shelf_open(struct shelf *shelf, bool read_only, struct store **out);

/* The store says what it said at first. */
void shelf_check(struct shelf *shelf, struct store *store);

/* Would whoever opens it take everything from the index? */
bool shelf_is_indexed(struct shelf *shelf);

/* Put right sums over whatever stands in an index, as somebody would who means harm. */
void shelf_seal(char *index, size_t len);
const struct index_header *shelf_header(const char *index);

#endif
