/* Hosts that are asked by an ssh of ours: those that never answer, and those that end. */
#include "app/asking.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/tmp.h"
#include "support/unit.h"

static struct tmp *with_ssh(const char *script)
{
	struct tmp *tmp = tmp_new();
	tmp_text(tmp, "bin/ssh", script);
	tmp_mode(tmp, "bin/ssh", 0755);
	char path[4096];
	snprintf(path, sizeof path, "%s:%s", tmp_path(tmp, "bin"), "/usr/bin:/bin");
	assert_int_equal(setenv("PATH", path, 1), 0);
	return tmp;
}

static void test_who_never_answers(void **state)
{
	struct tmp *tmp = with_ssh("#!/bin/sh\n[ \"$4\" = slow ] && exec sleep 600\necho \"[]\"\n");
	struct asked asked[] = { { .host = "slow" }, { .host = "quick" } };
	struct error err = { 0 };
	(void)state;
	assert_true(ask_all(asked, 2, 1000, &err));
	assert_false(asked[0].ok);
	assert_int_equal(asked[0].error.code, ERROR_NETWORK);
	assert_string_equal(asked[0].error.text, "slow: it hasn't answered within 1 seconds");
	assert_true(asked[1].ok);
	assert_string_equal(buf_text(&asked[1].answer), "[]\n");
	buf_done(&asked[0].answer);
	buf_done(&asked[1].answer);
	tmp_free(tmp);
}

/* One that closes its outputs without ending holds nobody up, whether it minds being asked to end or not. */
static void test_who_stays(void **state)
{
	struct tmp *tmp = with_ssh("#!/bin/sh\ntrap '' TERM\n[ \"$4\" = quick ] && exec echo '[]'\n"
				   "echo '[]'\nexec sleep 600 >/dev/null 2>&1\n");
	struct asked asked[] = { { .host = "slow" }, { .host = "quick" } };
	struct error err = { 0 };
	(void)state;
	assert_true(ask_all(asked, 2, 1000, &err));
	assert_false(asked[0].ok);
	assert_string_equal(asked[0].error.text, "slow: it hasn't answered within 1 seconds");
	assert_true(asked[1].ok);
	buf_done(&asked[0].answer);
	buf_done(&asked[1].answer);
	tmp_free(tmp);
}

/* What it says on its way out is shown, but for what a terminal may not be given. */
static void test_who_complains(void **state)
{
	struct tmp *tmp = with_ssh("#!/bin/sh\nprintf 'hello\\nbad\\033[2J\\r\\n' >&2\nexit 255\n");
	struct asked asked = { .host = "h" };
	struct error err = { 0 };
	(void)state;
	assert_true(ask_all(&asked, 1, 60000, &err));
	assert_false(asked.ok);
	assert_string_equal(asked.error.text, "h: bad\\x1b[2J");
	buf_done(&asked.answer);
	tmp_free(tmp);
}

/* Endless complaints are cut off, and are no answer. */
static void test_who_complains_without_end(void **state)
{
	struct tmp *tmp = with_ssh("#!/bin/sh\nyes complaint | head -c 3000000 >&2\necho '[1]'\n");
	struct asked asked = { .host = "h" };
	struct error err = { 0 };
	(void)state;
	assert_true(ask_all(&asked, 1, 60000, &err));
	assert_true(asked.ok);
	assert_string_equal(buf_text(&asked.answer), "[1]\n");
	buf_done(&asked.answer);
	tmp_free(tmp);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_never_answers),
		cmocka_unit_test(test_who_stays),
		cmocka_unit_test(test_who_complains),
		cmocka_unit_test(test_who_complains_without_end),
	};
	return cmocka_run_group_tests_name("asking", tests, NULL, NULL);
}
