/* Where each certificate in the trash came from, by the last line that says so. */
#include "store/journal.h"

#include "support/unit.h"

#include <stdio.h>

#include "support/depot.h"

#define MANY 9

/* Dropped in, so that the journal's first line is of one that goes to the trash. */
static struct depot *dropped(void)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	for (size_t i = 0; i < MANY; i++) {
		char name[32];
		depot_make(d, &(struct certgen){ .cn = "x" });
		snprintf(name, sizeof name, "%s/%zu.pem", i % 2 ? "blocked" : "trusted", i);
		depot_drop_pem(d, name, i, "");
	}
	depot_reload(d);
	return d;
}

static enum state from(size_t i)
{
	return i % 2 ? STATE_BLOCKED : STATE_TRUSTED;
}

static void check(struct depot *d, size_t i, enum state want)
{
	struct origins *o = journal_origins(d->store);
	struct fingerprint cert = depot_fingerprint(d, i);
	assert_int_equal(origins_state(o, &cert), want);
	origins_free(o);
}

static void test_the_folder_before(void **state)
{
	struct depot *d = dropped();
	(void)state;
	check(d, 0, STATE_UNTRUSTED); /* nobody knows, and that admits nothing */
	for (size_t i = 0; i < MANY; i++) {
		depot_move(d, i, STATE_TRASH);
		for (size_t j = 0; j < MANY; j++)
			check(d, j, j > i ? STATE_UNTRUSTED : from(j));
	}
	depot_free(d);
}

static void test_the_last_time_counts(void **state)
{
	struct depot *d = dropped();
	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		depot_move(d, i, STATE_TRASH);
		depot_move(d, i, STATE_BLOCKED);
		depot_move(d, i, STATE_TRASH);
		depot_move(d, i, STATE_TRUSTED);
		depot_move(d, i, STATE_TRASH);
	}
	for (size_t i = 0; i < MANY; i++)
		check(d, i, STATE_TRUSTED);
	origins_free(NULL);
	depot_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_folder_before),
		cmocka_unit_test(test_the_last_time_counts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
