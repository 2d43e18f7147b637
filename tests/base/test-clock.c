#include "base/clock.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define YEAR_0    INT64_C(-62167219200) /* 0000-01-01T00:00:00Z */
#define YEAR_9999 INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

static void check_both_ways(const char *text, int64_t when)
{
	char out[CLOCK_ISO];
	int64_t back = -1;
	assert_string_equal(clock_iso(out, when), text);
	assert_true(clock_parse(text, &back));
	assert_true(back == when);
}

static void test_known_times(void **state)
{
	(void)state;
	check_both_ways("1970-01-01T00:00:00Z", 0);
	check_both_ways("1969-12-31T23:59:59Z", -1);
	check_both_ways("2026-11-23T04:39:00Z", 1795408740);
	check_both_ways("2024-02-29T12:00:00Z", 1709208000);
	check_both_ways("2038-01-19T03:14:08Z", INT64_C(2147483648));
	check_both_ways("1899-12-31T00:00:00Z", INT64_C(-2209075200));
	check_both_ways("0000-01-01T00:00:00Z", YEAR_0);
	check_both_ways("9999-12-31T23:59:59Z", YEAR_9999);
}

static void test_every_day_both_ways(void **state)
{
	char out[CLOCK_ISO];
	int64_t back;
	(void)state;
	for (int64_t when = YEAR_0; when < YEAR_9999; when += CLOCK_DAY * 7 + 12345) {
		assert_true(clock_parse(clock_iso(out, when), &back));
		assert_true(back == when);
	}
}

static void test_years_beyond_are_clamped(void **state)
{
	static const int64_t beyond[] = { YEAR_9999 + 1, YEAR_9999 + 400000 * (int64_t)CLOCK_DAY,
		INT64_MAX };
	static const int64_t before[] = { YEAR_0 - 1, YEAR_0 - 400000 * (int64_t)CLOCK_DAY, INT64_MIN };
	char out[CLOCK_ISO];
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_true(strncmp(clock_iso(out, beyond[i]), "9999-", 5) == 0);
		assert_int_equal(strlen(out), 20);
		assert_true(strncmp(clock_iso(out, before[i]), "0000-", 5) == 0);
		assert_int_equal(strlen(out), 20);
	}
}

static void test_date(void **state)
{
	char out[CLOCK_ISO];
	int64_t when;
	(void)state;
	assert_string_equal(clock_date(out, 1795408740), "2026-11-23");
	assert_true(clock_parse("2026-11-23", &when));
	assert_true(when == 1795408740 - (4 * 60 + 39) * 60);
}

static void test_refusals(void **state)
{
	static const char *const bad[] = { "", "2026", "2026-11", "2026-11-2", "2026-11-23 ",
		"2026-11-23T", "2026-11-23T04:39", "2026-11-23T04:39:00", "2026-11-23T04:39:00z",
		"2026-11-23T04:39:00+01:00", "2026-11-23T04:39:00Z ", "2026-11-23 04:39:00Z",
		"2026-13-01", "2026-00-01", "2026-01-32", "2026-01-00", "2026-02-30", "2025-02-29",
		"26-11-23", "12026-11-23", "-026-11-23", "+026-11-23", " 2026-11-23", "2026- 1- 1",
		"2026-1-011", "2026/11/23", "2026-11-23T24:00:00Z", "2026-11-23T23:60:00Z",
		"2026-11-23T-1:00:00Z", "2026-11-23T 1:00:00Z", "today", "2026-11-23T04:39:61Z" };
	int64_t when = 42;
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (clock_parse(bad[i], &when))
			fail_msg("'%s' was taken for a time", bad[i]);
		assert_true(when == 42);
	}
}

static void test_days_round_down(void **state)
{
	(void)state;
	assert_int_equal(clock_days(0, 0), 0);
	assert_int_equal(clock_days(0, CLOCK_DAY - 1), 0);
	assert_int_equal(clock_days(0, CLOCK_DAY), 1);
	assert_int_equal(clock_days(0, -1), -1);
	assert_int_equal(clock_days(0, -CLOCK_DAY), -1);
	assert_int_equal(clock_days(0, -CLOCK_DAY - 1), -2);
	assert_int_equal(clock_days(YEAR_0, YEAR_9999), 3652424);
}

static void test_now_is_an_input(void **state)
{
	(void)state;
	setenv("CERTARY_TEST_CLOCK", "2026-01-01T00:00:00Z", 1);
	assert_true(clock_now() == 1767225600);
	setenv("CERTARY_TEST_CLOCK", "nonsense", 1);
	assert_true(llabs(clock_now() - (int64_t)time(NULL)) < 60);
	unsetenv("CERTARY_TEST_CLOCK");
	assert_true(llabs(clock_now() - (int64_t)time(NULL)) < 60);
}

static void test_ms_never_goes_back(void **state)
{
	int64_t last = clock_ms();
	(void)state;
	for (int i = 0; i < 1000; i++) {
		int64_t now = clock_ms();
		assert_true(now >= last);
		last = now;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_times),
		cmocka_unit_test(test_every_day_both_ways),
		cmocka_unit_test(test_years_beyond_are_clamped),
		cmocka_unit_test(test_date),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_days_round_down),
		cmocka_unit_test(test_now_is_an_input),
		cmocka_unit_test(test_ms_never_goes_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
