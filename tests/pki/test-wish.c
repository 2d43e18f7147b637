#include "pki/wish.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "support/certgen.h"
#include "support/notary.h"

static struct advice checked(struct wish wish, const char *const *words)
{
	struct advice advice = { 0 };
	struct subject subject;
	notary_subject(&subject, words);
	size_t count = subject.count, sans = subject.sans.count;
	wish.subject = &subject;
	if (wish.now == 0)
		wish.now = notary_now();
	wish_check(&wish, &advice);
	for (size_t i = 0; i < advice.count; i++)
		assert_true(text_is_safe(advice.items[i].text));
	assert_int_equal(subject.count, count);
	assert_int_equal(subject.sans.count, sans);
	subject_done(&subject);
	return advice;
}

static void says(struct wish wish, const char *const *words, enum advice_weight weight,
	const char *code, const char *part)
{
	struct advice advice = checked(wish, words);
	expect_advice(&advice, weight, code);
	if (!strstr(advice_find(&advice, code)->text, part))
		fail_msg("\"%s\" doesn't say \"%s\"", advice_find(&advice, code)->text, part);
	advice_done(&advice);
}

static void is_silent(struct wish wish, const char *const *words, const char *code)
{
	struct advice advice = checked(wish, words);
	expect_silence(&advice, code);
	advice_done(&advice);
}

static struct wish server(void)
{
	return (struct wish){ .profile = profile_named("server") };
}

/* A common name alone is no fault where it is going to be completed, and the wish stays as it was.
 */
static void completed_first(void **state)
{
	struct advice advice = checked(server(), WORDS("C=de", "CN=a.example.com"));
	(void)state;
	expect_advice(&advice, ADVICE_TELLS, "cn-as-san");
	expect_advice(&advice, ADVICE_TELLS, "country-capitals");
	expect_silence(&advice, "no-host");
	expect_silence(&advice, "cn-not-in-san");
	assert_true(advice_allows(&advice, NULL));
	advice_done(&advice);
}

static void nothing_to_say(void **state)
{
	struct wish wish = server();
	struct advice advice;
	(void)state;
	wish.days = 90;
	wish.domain = "example.com";
	wish.key = (struct key_size){ "RSA", 2048 };
	wish.policy = &(struct policy){ .required = "CN", .rsa_bits = 2048, .server_days = 90 };
	advice = checked(wish, WORDS("CN=a.example.com", "a.example.com", "example.com"));
	assert_int_equal(advice.count, 0);
	advice_done(&advice);
}

static void what_is_refused(void **state)
{
	struct wish wish = server();
	(void)state;
	says(wish, (const char *const[]){ NULL }, ADVICE_REFUSES, "nameless", "nobody");
	says(wish, WORDS("CN=Alice Example"), ADVICE_REFUSES, "no-host", "no host");
	says(wish, WORDS("CN=*.*.example"), ADVICE_REFUSES, "cn-host", "star");
	wish.days = 40000;
	says(wish, WORDS("CN=a.example"), ADVICE_REFUSES, "days", "36525");
	wish.days = 91;
	wish.key = (struct key_size){ "RSA", 2048 };
	wish.policy = &(struct policy){ .required = "O", .rsa_bits = 3072, .server_days = 90 };
	says(wish, WORDS("CN=a.example"), ADVICE_REFUSES, "policy-days", "longest_server_days");
	says(wish, WORDS("CN=a.example"), ADVICE_REFUSES, "policy-key", "least_rsa_bits");
	says(wish, WORDS("CN=a.example"), ADVICE_REFUSES, "policy-required", "subject_required");
}

static void a_request_leaves_the_days(void **state)
{
	struct wish wish = { 0 };
	(void)state;
	is_silent(wish, WORDS("CN=a.example.com", "a.example.com"), "days");
	wish.profile = profile_named("server");
	is_silent(wish, WORDS("CN=a.example.com", "a.example.com"), "days");
}

static void wildcards(void **state)
{
	(void)state;
	says(server(), WORDS("CN=*.example.com"), ADVICE_TELLS, "wildcard",
		"exactly one label: www.example.com, but neither example.com itself nor "
		"a.b.example.com; vendors'");
}

static void international(void **state)
{
	(void)state;
	says(server(), WORDS("CN=bücher.example"), ADVICE_TELLS, "cn-as-san",
		"xn--bcher-kva.example (bücher.example)");
	says(server(), WORDS("CN=x", "www.bücher.example"), ADVICE_TELLS, "idn",
		"www.xn--bcher-kva.example (www.bücher.example)");
}

static void addresses(void **state)
{
	(void)state;
	says(server(), WORDS("CN=192.0.2.1"), ADVICE_TELLS, "cn-as-san", "IP:192.0.2.1");
	says(server(), WORDS("CN=192.0.2.1"), ADVICE_TELLS, "address", "192.0.2.1 is written");
	is_silent(server(), WORDS("CN=a.example"), "address");
	is_silent(server(), WORDS("192.0.2.1", "a.example"), "address");
}

static void domains(void **state)
{
	(void)state;
	says(server(), WORDS("CN=a.example.com", "b.example.org"), ADVICE_TELLS, "several-domains",
		"(example.org, example.com)");
	says(server(), WORDS("CN=a.x.co.uk", "b.y.co.uk"), ADVICE_TELLS, "several-domains",
		"(y.co.uk, x.co.uk)");
	says(server(), WORDS("a.b1", "a.b2", "a.b3", "a.b4", "a.b5", "a.b6", "a.b7"), ADVICE_TELLS,
		"several-domains", "a.b5, …)");
	is_silent(server(),
		WORDS("CN=a.example.com", "*.example.com", "b.c.example.com", "example.com"),
		"several-domains");
	says((struct wish){ .profile = profile_named("server"), .self_signed = true },
		WORDS("a.example.com", "b.example.org"), ADVICE_TELLS, "several-domains",
		"example.org): all of them");
	is_silent(server(), WORDS("CN=a.x.co.uk", "x.co.uk"), "several-domains");
	is_silent(server(), WORDS("CN=a.de", "www.a.de"), "several-domains");
	is_silent(server(), WORDS("CN=wiki", "192.0.2.1", "wiki.example.com"), "several-domains");
}

static void on_behalf(void **state)
{
	struct wish wish = server();
	(void)state;
	wish.domain = "example.com";
	says(wish, WORDS("CN=jira.customer.org"), ADVICE_TELLS, "on-behalf",
		"jira.customer.org isn't below example.com");
	says(wish, WORDS("CN=badexample.com"), ADVICE_TELLS, "on-behalf", "badexample.com");
	is_silent(wish, WORDS("CN=a.example.com", "*.example.com", "example.com", "wiki"),
		"on-behalf");
	wish.domain = "";
	is_silent(wish, WORDS("CN=jira.customer.org"), "on-behalf");
}

static void public_cas(void **state)
{
	struct wish wish = server();
	(void)state;
	is_silent(wish, WORDS("CN=wiki.local", "OU=IT"), "public-private");
	wish.public_ca = true;
	says(wish, WORDS("CN=wiki.local"), ADVICE_WARNS, "public-private", "wiki.local");
	says(wish, WORDS("CN=wiki"), ADVICE_WARNS, "public-private", "wiki");
	says(wish, WORDS("CN=a.home.arpa"), ADVICE_WARNS, "public-private", "a.home.arpa");
	is_silent(wish, WORDS("CN=a.example.com", "mylocal.org", "9.9.9.9", "2620:fe::fe"),
		"public-private");
	static const char *const private[] = { "10.0.0.1", "172.31.0.1", "192.168.1.1", "127.0.0.1",
		"169.254.1.1", "100.64.0.1", "fd00::1", "fe80::1", "::1" };
	for (size_t i = 0; i < sizeof private / sizeof private[0]; i++)
		says(wish, WORDS("CN=x", private[i]), ADVICE_WARNS, "public-private", private[i]);
	static const char *const open[] = { "172.32.0.1", "100.128.0.1", "192.169.0.1" };
	for (size_t i = 0; i < sizeof open / sizeof open[0]; i++)
		is_silent(wish, WORDS("CN=x", open[i]), "public-private");
	says(wish, WORDS("CN=a.example.com", "OU=IT"), ADVICE_TELLS, "public-unit", "OU");
	wish.key = privkey_kind("ed25519")->size;
	says(wish, WORDS("CN=a.example.com"), ADVICE_WARNS, "public-key", "Ed25519");
	wish.profile = profile_named("client");
	says(wish, WORDS("CN=Alice"), ADVICE_WARNS, "public-client", "company CA");
	wish.profile = profile_named("both");
	says(wish, WORDS("CN=a.example.com"), ADVICE_WARNS, "public-client", "server's only");
	wish.profile = profile_named("ca");
	says(wish, WORDS("CN=Our CA"), ADVICE_WARNS, "public-ca", "other CAs");
}

/* A CA is no host, whatever its name looks like. */
static void cas(void **state)
{
	struct wish wish = {
		.profile = profile_named("ca"), .domain = "example.com", .days = 3650
	};
	struct advice advice = checked(wish, WORDS("CN=Our CA"));
	(void)state;
	assert_int_equal(advice.count, 0);
	advice_done(&advice);
}

/* The day before a rule and the day of it; one day more than it allows and exactly so many. */
static void days_by_date(void **state)
{
	static const struct {
		const char *now;
		unsigned days;
		const char *code, *part;
	} cases[] = {
		{ "2020-08-31T23:59:59Z", 825, NULL, NULL },
		{ "2020-08-31T23:59:59Z", 826, "long-lived", "825" },
		{ "2020-09-01T00:00:00Z", 398, NULL, NULL },
		{ "2020-09-01T00:00:00Z", 399, "longer-than-public", "398 days since 2020-09-01" },
		{ "2026-03-14T23:59:59Z", 398, NULL, NULL },
		{ "2026-03-15T00:00:00Z", 200, NULL, NULL },
		{ "2026-03-15T00:00:00Z", 201, "longer-than-public", "200 days since 2026-03-15" },
		{ "2027-03-14T23:59:59Z", 200, NULL, NULL },
		{ "2027-03-15T00:00:00Z", 100, NULL, NULL },
		{ "2027-03-15T00:00:00Z", 101, "longer-than-public", "100 days since 2027-03-15" },
		{ "2029-03-14T23:59:59Z", 100, NULL, NULL },
		{ "2029-03-15T00:00:00Z", 47, NULL, NULL },
		{ "2029-03-15T00:00:00Z", 48, "longer-than-public", "47 days since 2029-03-15" },
		{ "2040-01-01T00:00:00Z", 825, "longer-than-public", "47 days" },
		{ "2040-01-01T00:00:00Z", 826, "long-lived", "825" },
	};
	static const char *const profiles[] = { "server", "both" };
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		for (size_t k = 0; k < 2; k++) {
			struct advice advice = { 0 };
			profile_check_days(profile_named(profiles[k]), cases[i].days,
				certgen_time(cases[i].now), &advice);
			assert_int_equal(advice.count, cases[i].code != NULL);
			if (cases[i].code)
				assert_string_equal(advice.items[0].code, cases[i].code);
			if (cases[i].part && !strstr(advice.items[0].text, cases[i].part))
				fail_msg("%s", advice.items[0].text);
			advice_done(&advice);
		}
}

/* Where a public CA signs, the same figure is a warning. */
static void days_of_public_cas(void **state)
{
	struct wish wish = server();
	(void)state;
	wish.now = certgen_time("2026-11-23T00:00:00Z");
	wish.days = 201;
	says(wish, WORDS("CN=a.example.com"), ADVICE_TELLS, "longer-than-public", "neither you");
	wish.public_ca = true;
	says(wish, WORDS("CN=a.example.com"), ADVICE_WARNS, "public-days", "200 days");
	is_silent(wish, WORDS("CN=a.example.com"), "longer-than-public");
	wish.days = 900;
	says(wish, WORDS("CN=a.example.com"), ADVICE_WARNS, "public-days", "200 days");
	wish.days = 200;
	is_silent(wish, WORDS("CN=a.example.com"), "public-days");
}

static void clients_live_as_long_as_you_like(void **state)
{
	static const char *const profiles[] = { "client", "ca" };
	(void)state;
	for (size_t k = 0; k < 2; k++) {
		struct advice advice = { 0 };
		profile_check_days(profile_named(profiles[k]), 36525, notary_now(), &advice);
		assert_int_equal(advice.count, 0);
		profile_check_days(profile_named(profiles[k]), 36526, notary_now(), &advice);
		expect_advice(&advice, ADVICE_REFUSES, "days");
		advice_done(&advice);
		profile_check_days(profile_named(profiles[k]), 0, notary_now(), &advice);
		expect_advice(&advice, ADVICE_REFUSES, "days");
		advice_done(&advice);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(completed_first),
		cmocka_unit_test(nothing_to_say),
		cmocka_unit_test(what_is_refused),
		cmocka_unit_test(a_request_leaves_the_days),
		cmocka_unit_test(wildcards),
		cmocka_unit_test(international),
		cmocka_unit_test(addresses),
		cmocka_unit_test(domains),
		cmocka_unit_test(on_behalf),
		cmocka_unit_test(public_cas),
		cmocka_unit_test(cas),
		cmocka_unit_test(days_by_date),
		cmocka_unit_test(days_of_public_cas),
		cmocka_unit_test(clients_live_as_long_as_you_like),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
