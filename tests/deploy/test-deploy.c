/* Several targets at once: all of them, or none. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "support/consumer.h"
#include "support/unit.h"

static void expect_tally(const struct deploy_target_plan *plan, const char *want)
{
	char *tally = consumer_tally(plan);
	assert_string_equal(tally, want);
	free(tally);
}

static void test_two_kinds(void **state)
{
	struct consumer *c = *state;
	consumer_trust(c, "alpha", "Alpha CA");
	const struct anchor *beta = consumer_trust(c, "beta -- two", "Beta CA");
	consumer_target(c, "pem-bundle", "bundle.pem");
	consumer_target(c, "openssl-dir", "hashed");
	const struct deploy_target_plan *plan = consumer_plan(c);
	expect_tally(&plan[0], "2 added, 0 replaced, 0 removed, 0 kept, 0 theirs");
	expect_tally(&plan[1], "2 added, 0 replaced, 0 removed, 0 kept, 0 theirs");
	assert_false(tmp_exists(c->tmp, "bundle.pem"));
	assert_false(tmp_exists(c->tmp, "hashed"));
	plan = consumer_run(c);
	assert_int_equal(plan[0].read_back, 2);
	assert_int_equal(plan[1].read_back, 2);
	assert_int_equal(tmp_count(c->tmp, "hashed"), 2);
	assert_non_null(strstr(tmp_read(c->tmp, "bundle.pem", NULL), "\n# certary: beta - two\n-----BEGIN"));
	plan = consumer_plan(c);
	expect_tally(&plan[0], "0 added, 0 replaced, 0 removed, 2 kept, 0 theirs");
	assert_false(plan[0].stale || plan[1].stale);
	consumer_drop(c, beta);
	plan = consumer_run(c);
	expect_tally(&plan[1], "0 added, 0 replaced, 1 removed, 1 kept, 0 theirs");
	assert_int_equal(tmp_count(c->tmp, "hashed"), 1);
	assert_null(strstr(tmp_read(c->tmp, "bundle.pem", NULL), "beta"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_two_kinds, consumer_setup, consumer_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
