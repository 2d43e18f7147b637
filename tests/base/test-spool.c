#include "base/spool.h"

#include "support/unit.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/mem.h"
#include "support/tmp.h"

#define PIECES 900
#define PIECE  4000 /* together more than stays in memory */

static void fill(char *bytes, size_t i)
{
	memset(bytes, (int)('a' + i % 26), PIECE);
	memcpy(bytes, &i, sizeof i);
}

static void add_all(struct spool *spool, struct piece *pieces)
{
	char *bytes = mem_new(PIECE);
	for (size_t i = 0; i < PIECES; i++) {
		fill(bytes, i);
		pieces[i] = spool_add(spool, bytes, PIECE - i % 7);
	}
	free(bytes);
}

static void check_all(const struct spool *spool, const struct piece *pieces)
{
	char *bytes = mem_new(PIECE);
	struct buf got = { 0 };
	struct error err = { 0 };
	for (size_t i = PIECES; i-- > 0;) {
		fill(bytes, i);
		buf_cut(&got, 0);
		if (!spool_read(spool, pieces[i], &got, &err))
			fail_msg("%s", err.text);
		assert_int_equal(got.len, PIECE - i % 7);
		assert_memory_equal(got.data, bytes, got.len);
	}
	buf_done(&got);
	free(bytes);
}

static void test_pieces_come_back(void **state)
{
	struct spool *spool = spool_new();
	struct piece pieces[PIECES];
	struct buf got = { 0 };
	(void)state;
	add_all(spool, pieces);
	check_all(spool, pieces);
	struct piece part = { .at = pieces[30].at + 1, .len = 5 };
	buf_text_add(&got, "before ");
	assert_true(spool_read(spool, part, &got, NULL));
	assert_int_equal(got.len, 12);
	assert_true(spool_read(spool, (struct piece){ 0 }, &got, NULL));
	assert_int_equal(got.len, 12);
	buf_done(&got);
	spool_free(spool);
}

/* A plan outlives the haul that it was made from. */
static void test_the_last_owner_frees_it(void **state)
{
	struct spool *spool = spool_new(), *other = spool_ref(spool);
	struct piece pieces[PIECES];
	(void)state;
	add_all(spool, pieces);
	spool_free(spool);
	check_all(other, pieces);
	spool_free(other);
	spool_free(NULL);
}

static void test_without_a_folder_for_it(void **state)
{
	struct tmp *tmp = tmp_new();
	struct spool *spool = spool_new();
	struct piece pieces[PIECES];
	(void)state;
	setenv("TMPDIR", tmp_path(tmp, "nowhere"), 1);
	add_all(spool, pieces);
	check_all(spool, pieces);
	spool_free(spool);
	unsetenv("TMPDIR");
	tmp_free(tmp);
}

/* A file that is full in the middle of a write: memory takes the rest. */
static void test_full(void **state)
{
	struct rlimit before, small;
	struct spool *spool = spool_new();
	struct piece pieces[PIECES];
	(void)state;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = 700000;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	add_all(spool, pieces);
	check_all(spool, pieces);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	spool_free(spool);
}

/* It leaves no name behind. */
static void test_no_name(void **state)
{
	struct tmp *tmp = tmp_new();
	struct spool *spool = spool_new();
	struct piece pieces[PIECES];
	(void)state;
	tmp_dir(tmp, "here");
	setenv("TMPDIR", tmp_path(tmp, "here"), 1);
	add_all(spool, pieces);
	assert_int_equal(tmp_count(tmp, "here"), 0);
	check_all(spool, pieces);
	spool_free(spool);
	unsetenv("TMPDIR");
	tmp_free(tmp);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces_come_back),
		cmocka_unit_test(test_the_last_owner_frees_it),
		cmocka_unit_test(test_without_a_folder_for_it),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_no_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
