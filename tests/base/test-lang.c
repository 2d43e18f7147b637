#include "base/lang.h"

#include "support/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* All of it is the process's: the tests follow one another as a program's start does. */

static void expect_english(void)
{
	char out[CLOCK_ISO];
	assert_false(lang_is_on());
	assert_string_equal(lang_text("nothing matches\n"), "nothing matches\n");
	assert_string_equal(lang_n("%zu file\n", "%zu files\n", 1), "%zu file\n");
	assert_string_equal(lang_n("%zu file\n", "%zu files\n", 0), "%zu files\n");
	assert_string_equal(lang_date(out, 1763870400), "2025-11-23");
	assert_string_equal(lang_time(out, 1763870400 + 4 * 3600), "2025-11-23T08:00:00Z");
	assert_string_equal(strerror(ENOENT), "No such file or directory");
}

static void test_english_before_anything(void **state)
{
	(void)state;
	expect_english();
	assert_null(lang_text(NULL));
	assert_string_equal(lang_text(""), "");
	assert_string_equal(lang_text(NC_("subject", "State")), "State");
}

/* What is kept may be no time, and is shown as it is then. */
static void test_kept(void **state)
{
	char out[CLOCK_ISO];
	(void)state;
	assert_string_equal(lang_kept(out, "2026-11-23T04:39:00Z"), "2026-11-23T04:39:00Z");
	assert_ptr_equal(lang_kept(out, NULL), NULL);
	assert_string_equal(lang_kept(out, "2026-11-23"), "2026-11-23");
	static const char *const other[] = { "", "never", "2026-13-23", "2026-13-23T04:39:00Z",
		"2026-11-23T04:39:00Z " };
	for (size_t i = 0; i < sizeof other / sizeof *other; i++)
		assert_ptr_equal(lang_kept(out, other[i]), other[i]);
}

/* A pipe, and a terminal that can't show it. */
static void test_where_nobody_looks(void **state)
{
	(void)state;
	setenv("LC_ALL", "C.UTF-8", 1);
	lang_init(false);
	lang_choose("de");
	expect_english();
	setenv("LC_ALL", "C", 1);
	lang_init(true);
	lang_choose("de");
	expect_english();
}

static void start_in_german(void)
{
	const char *folder = getenv("CERTARY_LOCALES");
	setenv("CERTARY_TEST_LOCALES", folder ? folder : "build/locale", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	lang_init(true);
	assert_true(lang_is_on());
	lang_choose("de");
	assert_true(lang_is_on());
}

static void test_german(void **state)
{
	char out[CLOCK_ISO];
	(void)state;
	start_in_german();
	assert_string_equal(lang_text("nothing matches\n"), "nichts passt\n");
	assert_string_equal(lang_n("%zu certificate", "%zu certificates", 1), "%zu Zertifikat");
	assert_string_equal(lang_n("%zu certificate", "%zu certificates", 2), "%zu Zertifikate");
	assert_string_equal(lang_text(NC_("subject", "State")), "Bundesland");
	assert_string_equal(lang_text("no catalogue has this"), "no catalogue has this");
	assert_string_equal(lang_text(""), ""); /* and not the catalogue's head */
	assert_string_equal(lang_date(out, 1763870400), "2025-11-23"); /* C.UTF-8 has no order of its own */
}

/* What is kept is English, also within what is kept. */
static void test_paused(void **state)
{
	(void)state;
	bool was = lang_pause();
	expect_english();
	bool inner = lang_pause();
	lang_resume(inner);
	expect_english();
	lang_resume(was);
	assert_true(lang_is_on());
	assert_string_equal(lang_text("nothing matches\n"), "nichts passt\n");
}

static void test_english_again(void **state)
{
	(void)state;
	lang_choose("");
	assert_true(lang_is_on());
	lang_choose("en");
	expect_english();
	lang_choose("de");
	assert_string_equal(lang_text("nothing matches\n"), "nichts passt\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_english_before_anything),
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_where_nobody_looks),
		cmocka_unit_test(test_german),
		cmocka_unit_test(test_paused),
		cmocka_unit_test(test_english_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
