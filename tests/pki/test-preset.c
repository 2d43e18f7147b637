#include "pki/preset.h"

#include "support/unit.h"

#include <string.h>

#include "base/text.h"
#include "codec/export.h"
#include "pki/issue.h"
#include "support/notary.h"

/* Every word of a row is one that the other tables know. */
static void rows(void **state)
{
	const struct preset *preset;
	size_t i = 0;
	(void)state;
	for (; (preset = preset_at(i)); i++) {
		const struct export_format *format = export_format_find(preset->format);
		assert_ptr_equal(preset_named(preset->name), preset);
		assert_true(*preset->label && *preset->help);
		assert_true(preset->help[strlen(preset->help) - 1] != '.');
		assert_non_null(preset_profile(preset));
		assert_non_null(preset_kind(preset, NULL));
		assert_true(preset_days(preset, NULL) > 0);
		assert_non_null(format);
		assert_true(!preset->with_key || format->truststore);
	}
	assert_int_equal(i, 8);
	assert_null(preset_named("nonsense"));
	assert_null(preset_named("Web"));
}

/* A sentence each, no code twice, nothing that refuses. */
static void advice_of_each(void **state)
{
	const struct preset *preset;
	(void)state;
	for (size_t i = 0; (preset = preset_at(i)); i++) {
		struct advice advice = { 0 };
		preset_advise(preset, &advice);
		assert_true(advice.count > 0);
		assert_true(advice_allows(&advice, NULL));
		for (size_t k = 0; k < advice.count; k++) {
			const char *text = advice.items[k].text;
			assert_true(text_is_safe(text));
			assert_true(text[strlen(text) - 1] == '.');
			assert_ptr_equal(
				advice_find(&advice, advice.items[k].code), &advice.items[k]);
		}
		advice_done(&advice);
	}
}

static void expect_told(const char *name, const char *code, bool told)
{
	struct advice advice = { 0 };
	preset_advise(preset_named(name), &advice);
	assert_int_equal(advice_find(&advice, code) != NULL, told);
	advice_done(&advice);
}

static void what_is_told(void **state)
{
	(void)state;
	expect_told("client", "own-ca", true);
	expect_told("web", "own-ca", false);
	expect_told("web", "passphrase", false);
	expect_told("web", "password", false);
	expect_told("company-ca", "own-ca", false);
	expect_told("company-ca", "passphrase", true);
	expect_told("jira-align", "own-ca", true);
	expect_told("jira-align", "hint-behalf", true);
	expect_told("jira-align", "password", true);
	expect_told("youtrack", "hint-keystore", true);
}

static void recipes(void **state)
{
	static const char *const names[] = { "jira-align", "youtrack" };
	const struct policy policy = { .kind = "ec384", .days = 30 };
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct preset *preset = preset_named(names[i]);
		assert_string_equal(preset_kind(preset, &policy)->name, "rsa2048");
		assert_int_equal(preset_days(preset, &policy), 365);
		assert_true(preset->passphrase && preset->with_key);
		assert_string_equal(preset->format, "pkcs12");
	}
}

static void the_policy_fills_the_gaps(void **state)
{
	const struct policy policy = { .kind = "rsa4096", .days = 90 };
	const struct preset *web = preset_named("web"), *ca = preset_named("company-ca");
	(void)state;
	assert_string_equal(preset_kind(web, &policy)->name, "rsa4096");
	assert_int_equal(preset_days(web, &policy), 90);
	assert_string_equal(preset_kind(ca, &policy)->name, "ec384");
	assert_int_equal(preset_days(ca, &policy), 3650);
}

/* What a preset proposes is nothing that the checks refuse, or warn of. */
static void proposals_pass(void **state)
{
	const struct preset *preset;
	(void)state;
	for (size_t i = 0; (preset = preset_at(i)); i++) {
		struct advice advice = { 0 };
		profile_check_days(
			preset_profile(preset), preset_days(preset, NULL), notary_now(), &advice);
		for (size_t k = 0; k < advice.count; k++)
			assert_int_equal(advice.items[k].weight, ADVICE_TELLS);
		advice_done(&advice);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows),
		cmocka_unit_test(advice_of_each),
		cmocka_unit_test(what_is_told),
		cmocka_unit_test(recipes),
		cmocka_unit_test(the_policy_fills_the_gaps),
		cmocka_unit_test(proposals_pass),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
