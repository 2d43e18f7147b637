/*
 * All that a store says, as one text, so that two ways to know a store can be compared.
 */
#ifndef CERTARY_TESTS_CENSUS_H
#define CERTARY_TESTS_CENSUS_H

#include "support/depot.h"

/*
 * Every entry with all its fields, every problem, the counts, and the order of every column in both
 * directions; the caller frees.  Texts that aren't safe fail the test.
 */
char *census(struct store *store);

/* The same of a store that is read from its files alone, as if it had no index. */
char *census_of_files(struct depot *depot);

/* Fails the test with the first line that differs. */
void census_compare(const char *got, const char *want);

/* What the depot's store says is what its files say. */
void census_check(struct depot *depot);

#endif
