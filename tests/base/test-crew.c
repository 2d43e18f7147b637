#include "base/crew.h"

#include "support/unit.h"

#include <stdlib.h>

#include "base/mem.h"

static void count_up(void *ctx, size_t item)
{
	unsigned *done = ctx;
	done[item] += (unsigned)item + 1;
}

static void test_each_item_is_done_once(void **state)
{
	static const size_t counts[] = { 0, 1, 127, 128, 129, 999, 1000, 1001, 10007 };
	(void)state;
	for (size_t n = 0; n < sizeof counts / sizeof *counts; n++) {
		unsigned *done = mem_new((counts[n] + 1) * sizeof *done);
		crew_work(counts[n], count_up, done);
		for (size_t i = 0; i < counts[n]; i++)
			assert_int_equal(done[i], i + 1);
		assert_int_equal(done[counts[n]], 0);
		free(done);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_item_is_done_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
