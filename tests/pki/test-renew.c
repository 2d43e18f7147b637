#include "pki/renew.h"

#include "support/unit.h"

#include <string.h>

#include "base/text.h"
#include "support/certgen.h"
#include "support/notary.h"

#define SERVER_AUTH "1.3.6.1.5.5.7.3.1"
#define CLIENT_AUTH "1.3.6.1.5.5.7.3.2"
#define CODE_SIGN   "1.3.6.1.5.5.7.3.3"
#define ANY         "2.5.29.37.0"

static void expect_profile(
	const char *const *purposes, const struct certgen *like, const char *name, const char *code)
{
	struct certgen wish = *like;
	struct advice advice = { 0 };
	wish.purposes = purposes;
	struct cert *cert = certgen_cert(&wish);
	assert_string_equal(profile_of_cert(cert, &advice)->name, name);
	assert_int_equal(advice.count, code != NULL);
	if (code)
		assert_string_equal(advice.items[0].code, code);
	advice_done(&advice);
	cert_free(cert);
}

static void profiles(void **state)
{
	static const char *const host[] = { "email:a@a.example", "DNS:a.example", NULL };
	static const char *const address[] = { "IP:192.0.2.1", NULL };
	static const char *const email[] = { "email:a@a.example", NULL };
	const struct certgen plain = { .cn = "Alice" }, ca = { .cn = "CA", .ca = true },
			     named = { .cn = "x", .sans = host },
			     numbered = { .cn = "x", .sans = address },
			     mail = { .cn = "a.example", .sans = email },
			     old = { .cn = "a.example" }, nobody = { .org = "Acme" };
	(void)state;
	expect_profile(WORDS(SERVER_AUTH), &plain, "server", NULL);
	expect_profile(WORDS(CLIENT_AUTH), &named, "client", NULL);
	expect_profile(WORDS(CLIENT_AUTH, SERVER_AUTH), &plain, "both", NULL);
	expect_profile(WORDS(SERVER_AUTH, CODE_SIGN), &plain, "server", "renew-purposes");
	expect_profile(WORDS(ANY), &named, "server", "renew-guessed");
	expect_profile(NULL, &named, "server", "renew-guessed");
	expect_profile(NULL, &numbered, "server", "renew-guessed");
	expect_profile(NULL, &old, "server", "renew-guessed");
	expect_profile(NULL, &mail, "client", "renew-guessed");
	expect_profile(NULL, &plain, "client", "renew-guessed");
	expect_profile(NULL, &nobody, "client", "renew-guessed");
	expect_profile(NULL, &ca, "ca", NULL);
	expect_profile(WORDS(SERVER_AUTH), &ca, "ca", "renew-ca-purposes");
}

/* Purposes that are no list at all. */
static void broken_purposes(void **state)
{
	static const struct certgen_ext exts[] = { CERTGEN_EXT(
		"2.5.29.37", false, "\x04\x01\x00") };
	struct advice advice = { 0 };
	struct cert *cert =
		certgen_cert(&(struct certgen){ .cn = "Alice", .exts = exts, .ext_count = 1 });
	(void)state;
	assert_string_equal(profile_of_cert(cert, &advice)->name, "client");
	advice_done(&advice);
	cert_free(cert);
}

static void days(void **state)
{
	static const struct {
		int64_t seconds;
		unsigned days;
	} cases[] = { { 86400 * 365, 365 }, { 86400 * 365 - 1, 365 }, { 86400 * 90 + 3600, 90 },
		{ 3600, 1 }, { 0, 1 }, { -86400, 1 }, { INT64_C(86400) * 3000000, 36525 } };
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct cert_info info = { .not_before = 1000,
			.not_after = 1000 + cases[i].seconds };
		assert_int_equal(days_of_cert(&info), cases[i].days);
	}
}

/* What was made by a profile comes back as that profile, and can be made again as it was. */
static void round_trip(void **state)
{
	static const char *const names[] = { "server", "client", "both" };
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct terms terms = notary_terms(names[i]), again = { .now = notary_now() };
		struct advice advice = { 0 };
		struct renewal renewal;
		struct buf der = { 0 };
		struct error err;
		terms.days = 47;
		struct cert *cert =
			notary_self(WORDS("C=DE", "CN=a.example", "a.example", "192.0.2.1"),
				notary_key("ec256", 0), &terms);
		renewal_of(cert, &renewal, &advice);
		assert_int_equal(advice.count, 0);
		assert_string_equal(renewal.profile->name, names[i]);
		assert_int_equal(renewal.days, 47);
		assert_string_equal(renewal.kind->name, "ec256");
		assert_true(renewal.same_key);
		renewal_terms(&renewal, &again);
		assert_true(
			self_sign(&renewal.subject, notary_key("ec256", 0), &again, &der, &err));
		struct cert *made = notary_cert(&der);
		assert_string_equal(cert_info(made)->subject, cert_info(cert)->subject);
		assert_int_equal(cert_info(made)->san_count, 2);
		assert_memory_equal(cert_info(made)->spki, cert_info(cert)->spki, FINGERPRINT_SIZE);
		assert_string_not_equal(cert_info(made)->serial, cert_info(cert)->serial);
		cert_free(made);
		cert_free(cert);
		renewal_done(&renewal);
	}
}

static void expect_list(char **list, const char *const *words)
{
	for (; *words; words++)
		assert_string_equal(*list++, *words);
	assert_null(*list);
}

static void cas(void **state)
{
	struct terms terms = notary_terms("ca"), again = { .now = notary_now() };
	struct advice advice = { 0 };
	struct renewal renewal;
	struct buf der = { 0 };
	struct error err;
	(void)state;
	terms.days = 3650;
	terms.path_len = 2;
	terms.permitted = WORDS("example.com", "IP:192.0.2.0/24", "IP:2001:db8::/32");
	terms.excluded = WORDS("bad.example.com", "email:example.org");
	struct cert *cert = notary_self(WORDS("CN=CA"), notary_key("ec256", 0), &terms);
	renewal_of(cert, &renewal, &advice);
	expect_advice(&advice, ADVICE_TELLS, "renew-ca");
	expect_silence(&advice, "renew-sub-ca");
	expect_silence(&advice, "left-out");
	assert_int_equal(renewal.path_len, 2);
	expect_list(
		renewal.permitted, WORDS("DNS:example.com", "IP:192.0.2.0/24", "IP:2001:db8::/32"));
	expect_list(renewal.excluded, WORDS("DNS:bad.example.com", "email:example.org"));
	renewal_terms(&renewal, &again);
	if (!self_sign(&renewal.subject, notary_key("ec256", 0), &again, &der, &err))
		fail_msg("%s", err.text);
	struct cert *made = notary_cert(&der);
	assert_int_equal(cert_info(made)->path_len, 2);
	advice_done(&advice);
	renewal_done(&renewal);
	renewal_of(made, &renewal, &advice);
	assert_int_equal(renewal.days, 3650);
	expect_list(renewal.excluded, WORDS("DNS:bad.example.com", "email:example.org"));
	cert_free(made);
	cert_free(cert);
	advice_done(&advice);
	renewal_done(&renewal);
}

/* A directory name isn't written as a constraint. */
static void a_constraint_that_is_lost(void **state)
{
	static const struct certgen_ext exts[] = { CERTGEN_EXT("2.5.29.30", true,
		"\x30\x1b\xa0\x19\x30\x17\xa4\x15\x30\x13\x31\x11\x30\x0f\x06\x03\x55\x04\x0a\x0c"
		"\x08"
		"Acme Ltd") };
	struct advice advice = { 0 };
	struct renewal renewal;
	struct cert *cert = certgen_cert(
		&(struct certgen){ .cn = "CA", .ca = true, .exts = exts, .ext_count = 1 });
	(void)state;
	renewal_of(cert, &renewal, &advice);
	expect_advice(&advice, ADVICE_WARNS, "left-out");
	assert_null(renewal.permitted[0]);
	for (size_t i = 0; i < advice.count; i++)
		assert_true(text_is_safe(advice.items[i].text));
	advice_done(&advice);
	renewal_done(&renewal);
	cert_free(cert);
}

static void sub_ca(void **state)
{
	struct cert *root = notary_ca(notary_key("ec256", 0), 1);
	struct authority ca = { root, notary_key("ec256", 0) };
	struct terms terms = notary_terms("ca");
	struct request *request = notary_request(WORDS("CN=Below"), notary_key("ec256", 1), "ca");
	struct cert *below = notary_issue(request, &ca, &terms);
	struct advice advice = { 0 };
	struct renewal renewal;
	(void)state;
	renewal_of(below, &renewal, &advice);
	expect_advice(&advice, ADVICE_TELLS, "renew-sub-ca");
	assert_non_null(strstr(advice_find(&advice, "renew-sub-ca")->text, "CN=Test CA"));
	advice_done(&advice);
	renewal_done(&renewal);
	cert_free(below);
	request_free(request);
	cert_free(root);
}

static void weak_key(void **state)
{
	struct cert *cert = certgen_cert(&(struct certgen){ .cn = "x", .key = CERTGEN_RSA1024 });
	struct advice advice = { 0 };
	struct renewal renewal;
	(void)state;
	renewal_of(cert, &renewal, &advice);
	assert_false(renewal.same_key);
	assert_null(renewal.kind);
	expect_advice(&advice, ADVICE_WARNS, "renew-weak-key");
	advice_done(&advice);
	renewal_done(&renewal);
	cert_free(cert);
}

static void keys(void **state)
{
	struct cert *root = notary_ca(notary_key("ec256", 0), 1);
	struct terms terms = notary_terms("client");
	struct cert *cert = notary_self(WORDS("CN=Alice"), notary_key("ec256", 0), &terms);
	struct advice advice = { 0 };
	(void)state;
	renewal_check_key(cert, notary_key("ec256", 1), &advice);
	assert_int_equal(advice.count, 0);
	renewal_check_key(cert, notary_key("ec256", 0), &advice);
	expect_advice(&advice, ADVICE_TELLS, "renew-same-key");
	advice_done(&advice);
	renewal_check_key(root, notary_key("ec256", 1), &advice);
	expect_advice(&advice, ADVICE_WARNS, "renew-ca-key");
	advice_done(&advice);
	cert_free(cert);
	cert_free(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(profiles),
		cmocka_unit_test(broken_purposes),
		cmocka_unit_test(days),
		cmocka_unit_test(round_trip),
		cmocka_unit_test(cas),
		cmocka_unit_test(a_constraint_that_is_lost),
		cmocka_unit_test(sub_ca),
		cmocka_unit_test(weak_key),
		cmocka_unit_test(keys),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	notary_forget();
	return failed;
}
