/*
 * A real handshake that ends after each of its bytes, by a hang-up or by silence: every report is true,
 * and holds the chain as soon as that was through.
 */
#include "net/probe.h"

#include "support/unit.h"

#include <string.h>

#include "support/company.h"
#include "support/cutter.h"

#define AT_A_TIME 40

struct tally {
	size_t ended, good, chains;
};

static void count_one(void *ctx, struct report *report)
{
	struct tally *tally = ctx;
	tally->ended++;
	tally->good += report->err.code == ERROR_NONE;
	tally->chains += report->chain_count == 2;
	assert_true(report->chain_count == 0 || report->chain_count == 2);
	assert_int_equal(report->chain_count > 0,
		report->steps[STEP_PRESENTS].outcome == STEP_PASS);
	if (report->err.code != ERROR_NONE) {
		int failed = 0;
		for (int i = 0; i < STEP_COUNT; i++)
			failed += report->steps[i].outcome == STEP_FAIL;
		assert_int_equal(failed, 1);
		assert_true(report->err.text[0]);
	}
	report_free(report);
}

/* More visits than there are bytes, so that the last ones are left in peace. */
static void cut(struct company *c, const char *tls, size_t step, size_t visits, bool silent)
{
	struct tally tally = { 0 };
	struct prober *prober = prober_new(c->loop, AT_A_TIME);
	struct cutter *cutter = cutter_start(c->loop, company_serve(c, tls, true), step, silent);
	struct probe_request request = company_request(cutter_port(cutter));
	company_present(c, &request, false);
	request.deadline_ms = silent ? 200 : request.deadline_ms;
	for (size_t i = 0; i < visits; i++)
		assert_non_null(probe_start(prober, &request, count_one, NULL, &tally, NULL));
	while (tally.ended < visits)
		loop_step(c->loop, 1000);
	if (!silent) {
		assert_true(tally.good >= 10);
		assert_true(tally.good < visits - 500);
	}
	assert_true(tally.chains >= tally.good);
	assert_true(tally.chains < visits);
	prober_free(prober);
	cutter_stop(cutter);
}

static void hang_up(void **state)
{
	cut(*state, "1.3", 1, 2500, false);
	cut(*state, "1.2", 1, 2500, false);
}

static void silence(void **state)
{
	cut(*state, "1.3", 25, 100, true);
	cut(*state, "1.2", 25, 100, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(hang_up, company_setup, company_teardown),
		cmocka_unit_test_setup_teardown(silence, company_setup, company_teardown),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	notary_forget();
	return failed;
}
