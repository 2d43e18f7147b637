#include "pki/policy.h"

#include "support/unit.h"

#include <string.h>

#include "conf/settings.h"
#include "support/notary.h"

static const struct key_size unknown = { NULL, 0 };

static struct advice checked(const struct policy *policy, const char *const *words,
	struct key_size key, const char *profile, unsigned days)
{
	struct advice advice = { 0 };
	struct subject subject;
	notary_subject(&subject, words);
	policy_check(policy, &subject, key, profile_named(profile), days, &advice);
	subject_done(&subject);
	return advice;
}

static void refuses(const struct policy *policy, const char *const *words, struct key_size key,
	unsigned days, const char *code, const char *says)
{
	struct advice advice = checked(policy, words, key, "server", days);
	expect_advice(&advice, ADVICE_REFUSES, code);
	assert_int_equal(advice.count, 1);
	if (!strstr(advice.items[0].text, says))
		fail_msg("\"%s\" doesn't say \"%s\"", advice.items[0].text, says);
	advice_done(&advice);
}

static void allows(const struct policy *policy, const char *const *words, struct key_size key,
	const char *profile, unsigned days)
{
	struct advice advice = checked(policy, words, key, profile, days);
	if (advice.count > 0)
		fail_msg("%s", advice.items[0].text);
	advice_done(&advice);
}

static void required_fields(void **state)
{
	struct policy policy = { .required = " C, O  cn " };
	(void)state;
	allows(&policy, WORDS("C=DE", "O=Acme", "CN=a.example"), unknown, "server", 0);
	refuses(&policy, WORDS("C=DE", "CN=a.example"), unknown, 0, "policy-required",
		"Organisation (O) is missing: the setting subject_required");
	refuses(&policy, WORDS("C=DE", "O=", "CN=a.example"), unknown, 0, "policy-required",
		"Organisation");
	refuses(&policy, WORDS("C=DE", "O=Acme"), unknown, 0, "policy-required", "(CN)");
	policy.required = "C X\x1b";
	refuses(&policy, WORDS("C=DE"), unknown, 0, "policy-required", "\"X\\x1b\"");
	policy.required = "";
	allows(&policy, WORDS("a.example"), unknown, "server", 0);
	policy.required = NULL;
	allows(&policy, WORDS("a.example"), unknown, "server", 0);
}

static void each_missing_field_is_named(void **state)
{
	struct policy policy = { .required = "C ST L O" };
	struct advice advice = checked(&policy, WORDS("L=Ulm"), unknown, "client", 1);
	(void)state;
	assert_int_equal(advice.count, 3);
	advice_done(&advice);
}

static void keys(void **state)
{
	struct policy policy = { .rsa_bits = 3072, .ec_bits = 384 };
	(void)state;
	refuses(&policy, WORDS("CN=x"), (struct key_size){ "RSA", 3071 }, 0, "policy-key",
		"least_rsa_bits demands 3072");
	refuses(&policy, WORDS("CN=x"), (struct key_size){ "RSA-PSS", 2048 }, 0, "policy-key",
		"least_rsa_bits");
	refuses(&policy, WORDS("CN=x"), (struct key_size){ "EC", 256 }, 0, "policy-key",
		"has 256 bits: the setting least_ec_bits demands 384");
	allows(&policy, WORDS("CN=x"), (struct key_size){ "RSA", 3072 }, "ca", 0);
	allows(&policy, WORDS("CN=x"), (struct key_size){ "EC", 384 }, "client", 0);
	allows(&policy, WORDS("CN=x"), (struct key_size){ "Ed25519", 256 }, "server", 0);
	allows(&policy, WORDS("CN=x"), unknown, "server", 0);
}

/* A kind's size is that of the keys that it makes, so that a form may ask before. */
static void sizes_of_kinds(void **state)
{
	static const char *const quick[] = { "ec256", "ec384", "ed25519", "rsa2048" };
	(void)state;
	for (size_t i = 0; i < sizeof quick / sizeof quick[0]; i++) {
		const struct privkey_info *info = privkey_info(notary_key(quick[i], 0));
		struct key_size size = privkey_kind(quick[i])->size;
		assert_string_equal(size.algorithm, info->algorithm);
		assert_int_equal(size.bits, info->bits);
	}
}

static void days(void **state)
{
	struct policy policy = { .server_days = 90 };
	(void)state;
	refuses(&policy, WORDS("CN=x"), unknown, 91, "policy-days",
		"longest_server_days allows servers 90");
	allows(&policy, WORDS("CN=x"), unknown, "server", 90);
	allows(&policy, WORDS("CN=x"), unknown, "client", 3650);
	allows(&policy, WORDS("CN=x"), unknown, "ca", 3650);
	struct advice advice = checked(&policy, WORDS("CN=x"), unknown, "both", 91);
	expect_advice(&advice, ADVICE_REFUSES, "policy-days");
	advice_done(&advice);
	policy.server_days = 0;
	allows(&policy, WORDS("CN=x"), unknown, "server", 36525);
}

static void proposals(void **state)
{
	struct policy policy = { .kind = "rsa3072", .days = 90 };
	(void)state;
	assert_string_equal(policy_kind(&policy)->name, "rsa3072");
	assert_int_equal(policy_days(&policy), 90);
	policy = (struct policy){ .kind = "nonsense" };
	assert_ptr_equal(policy_kind(&policy), privkey_kind_at(0));
	assert_ptr_equal(policy_kind(NULL), privkey_kind_at(0));
	assert_int_equal(policy_days(&policy), POLICY_DAYS);
	assert_int_equal(policy_days(NULL), POLICY_DAYS);
}

static void prefilled(void **state)
{
	struct policy policy = {
		.country = "DE", .state = "", .organisation = "Acme", .unit = "IT"
	};
	struct subject subject;
	(void)state;
	notary_subject(&subject, WORDS("O=Other", "CN=a.example"));
	policy_prefill(&policy, &subject);
	assert_string_equal(subject_get(&subject, "C"), "DE");
	assert_null(subject_get(&subject, "ST"));
	assert_null(subject_get(&subject, "L"));
	assert_string_equal(subject_get(&subject, "O"), "Other");
	assert_string_equal(subject_get(&subject, "OU"), "IT");
	assert_string_equal(subject.items[0].kind->key, "C");
	subject_done(&subject);
}

static void the_setting_knows_the_kinds(void **state)
{
	const char *const *choices = setting_row(SETTING_DEFAULT_KEY)->choices;
	size_t i = 0;
	(void)state;
	for (; choices[i]; i++)
		assert_string_equal(choices[i], privkey_kind_at(i)->name);
	assert_null(privkey_kind_at(i));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(required_fields),
		cmocka_unit_test(each_missing_field_is_named),
		cmocka_unit_test(keys),
		cmocka_unit_test(sizes_of_kinds),
		cmocka_unit_test(days),
		cmocka_unit_test(proposals),
		cmocka_unit_test(prefilled),
		cmocka_unit_test(the_setting_knows_the_kinds),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	notary_forget();
	return failed;
}
