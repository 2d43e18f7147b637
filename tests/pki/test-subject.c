#include "pki/subject.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "support/certgen.h"
#include "support/notary.h"

static struct advice checked(const char *const *words, const char *profile)
{
	struct subject subject;
	struct advice advice = { 0 };
	notary_subject(&subject, words);
	subject_check(&subject, profile ? profile_named(profile) : NULL, &advice);
	for (size_t i = 0; i < advice.count; i++)
		assert_true(text_is_safe(advice.items[i].text));
	subject_done(&subject);
	return advice;
}

static void advises(const char *const *words, enum advice_weight weight, const char *code)
{
	struct advice advice = checked(words, "server");
	expect_advice(&advice, weight, code);
	advice_done(&advice);
}

static void refuses(const char *const *words, const char *code)
{
	struct advice advice = checked(words, "server");
	struct error err;
	expect_advice(&advice, ADVICE_REFUSES, code);
	assert_false(advice_allows(&advice, &err));
	advice_done(&advice);
}

static void kinds(void **state)
{
	const struct subject_kind *kind;
	(void)state;
	for (size_t i = 0; (kind = subject_kind_at(i)); i++) {
		assert_true(*kind->key && *kind->label && *kind->help && kind->most > 0);
		assert_ptr_equal(subject_kind(kind->key), kind);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(subject_kind_at(j)->oid, kind->oid);
	}
	assert_ptr_equal(subject_kind("cn"), subject_kind("CN"));
	assert_null(subject_kind("nonsense"));
}

/* The order is the form's, whatever came first. */
static void setting(void **state)
{
	struct subject subject = { 0 };
	(void)state;
	subject_set(&subject, "CN", "  a.example ");
	subject_set(&subject, "C", "DE");
	subject_set(&subject, "O", "Acme");
	subject_set(&subject, "O", "Acme AG");
	subject_set(&subject, "L", " ");
	assert_int_equal(subject.count, 3);
	assert_string_equal(subject.items[0].kind->key, "C");
	assert_string_equal(subject.items[2].value, "a.example");
	assert_string_equal(subject_get(&subject, "O"), "Acme AG");
	assert_null(subject_get(&subject, "L"));
	subject_set(&subject, "O", NULL);
	assert_null(subject_get(&subject, "O"));
	assert_int_equal(subject.count, 2);
	subject_done(&subject);
}

static struct subject completed(
	const char *const *words, const char *profile, struct advice *advice)
{
	struct subject subject;
	notary_subject(&subject, words);
	*advice = (struct advice){ 0 };
	subject_complete(&subject, profile_named(profile), advice);
	return subject;
}

static void completes(const char *const *words, const char *profile, const char *san)
{
	struct advice advice;
	struct subject subject = completed(words, profile, &advice);
	struct buf shown = { 0 };
	if (subject.sans.count > 0)
		san_show(&subject.sans.items[subject.sans.count - 1], false, &shown);
	assert_string_equal(buf_text(&shown), san);
	buf_done(&shown);
	advice_done(&advice);
	subject_done(&subject);
}

static void cn_becomes_a_name(void **state)
{
	(void)state;
	completes(WORDS("CN=a.example"), "server", "DNS:a.example");
	completes(WORDS("CN=*.a.example"), "server", "DNS:*.a.example");
	completes(WORDS("CN=192.0.2.1"), "server", "IP:192.0.2.1");
	completes(WORDS("CN=wiki"), "server", "DNS:wiki");
	completes(WORDS("CN=wiki", "a.example"), "server", "DNS:a.example");
	completes(WORDS("CN=Alice Example"), "server", "");
	completes(WORDS("CN=Alice"), "client", "");
	completes(WORDS("CN=node.a.example"), "client", "DNS:node.a.example");
	completes(WORDS("CN=ca.a.example"), "ca", "");
	completes(WORDS("O=Acme"), "server", "");
}

static void completing_tells(void **state)
{
	struct advice advice;
	struct subject subject = completed(WORDS("C=de", "CN=bücher.example"), "server", &advice);
	(void)state;
	assert_string_equal(subject_get(&subject, "C"), "DE");
	assert_string_equal(subject_get(&subject, "CN"), "xn--bcher-kva.example");
	expect_advice(&advice, ADVICE_TELLS, "country-capitals");
	expect_advice(&advice, ADVICE_TELLS, "idn");
	assert_string_equal(advice_find(&advice, "cn-as-san")->text,
		"DNS:xn--bcher-kva.example (bücher.example) is put among the alternative names: "
		"clients ignore the common name.");
	advice_done(&advice);
	subject_complete(&subject, profile_named("server"), &advice);
	assert_int_equal(advice.count, 0);
	subject_done(&subject);
}

static void good(void **state)
{
	struct advice advice = checked(WORDS("C=DE", "ST=Bayern", "L=München", "O=Acme", "OU=IT",
					       "CN=a.example", "email=ops@a.example", "a.example"),
		"server");
	(void)state;
	assert_int_equal(advice.count, 0);
	advice_done(&advice);
}

static void countries(void **state)
{
	(void)state;
	refuses(WORDS("C=Germany", "CN=a.example", "a.example"), "country");
	refuses(WORDS("C=D", "CN=a.example", "a.example"), "country");
	refuses(WORDS("C=D1", "CN=a.example", "a.example"), "country");
	advises(WORDS("C=UK", "CN=a.example", "a.example"), ADVICE_WARNS, "country-uk");
}

static void texts(void **state)
{
	char *name = mem_format("CN=%064d", 0), *longer = mem_format("CN=%065d", 0);
	struct advice advice = checked(WORDS(name, "a.example"), "server");
	(void)state;
	expect_silence(&advice, "long");
	advice_done(&advice);
	refuses(WORDS(longer, "a.example"), "long");
	refuses(WORDS("CN=", "a.example"), "empty");
	refuses(WORDS("CN=a\x1b[31m", "a.example"), "characters");
	refuses(WORDS("O=a\nb", "CN=x", "a.example"), "characters");
	refuses(WORDS("O=a\xe2\x80\xae"
		      "b",
			"CN=x", "a.example"),
		"characters");
	refuses(WORDS("O=a\xe2\x80\x8b", "CN=x", "a.example"), "characters");
	refuses(WORDS("O=a\xff", "CN=x", "a.example"), "characters");
	refuses(WORDS("CN=x", "email=nobody", "a.example"), "email");
	refuses(WORDS("CN=x", "email=a@bücher.example", "a.example"), "email");
	free(name);
	free(longer);
}

static void names(void **state)
{
	(void)state;
	refuses((const char *const[]){ NULL }, "nameless");
	refuses(WORDS("CN=Alice"), "no-host");
	refuses(WORDS("CN=Alice", "a@a.example"), "no-host");
	refuses(WORDS("CN=*.*.example", "a.example"), "cn-host");
	advises(WORDS("CN=a.example", "b.example"), ADVICE_WARNS, "cn-not-in-san");
	advises(WORDS("O=Acme", "b.example"), ADVICE_WARNS, "no-cn");
	advises(WORDS("CN=x", "*.a.example"), ADVICE_TELLS, "wildcard");
	advises(WORDS("CN=x", "*.example"), ADVICE_WARNS, "wildcard-high");
	advises(WORDS("CN=x", "wiki"), ADVICE_TELLS, "short-host");
	advises(WORDS("CN=x", "a_b.example"), ADVICE_WARNS, "underscore");
	advises(WORDS("CN=x", "xn--bcher-kva.example"), ADVICE_TELLS, "idn");
	struct advice advice = checked(WORDS("O=Acme"), "ca");
	expect_advice(&advice, ADVICE_REFUSES, "ca-nameless");
	advice_done(&advice);
	advice = checked(WORDS("CN=Alice"), "client");
	assert_int_equal(advice.count, 0);
	advice_done(&advice);
}

static void renewal(void **state)
{
	static const char *const sans[] = { "DNS:b.example", "IP:192.0.2.1", "email:a@a.example",
		"URI:urn:x", "DNS:*", NULL };
	struct cert *cert = certgen_cert(&(struct certgen){
		.cn = "Ärzte", .org = "Acme", .unit = "IT", .country = "DE", .sans = sans });
	struct subject subject = { 0 };
	struct advice advice = { 0 };
	(void)state;
	subject_of_cert(cert, &subject, &advice);
	assert_int_equal(subject.count, 4);
	assert_string_equal(subject_get(&subject, "CN"), "Ärzte");
	assert_string_equal(subject.items[0].value, "DE");
	assert_int_equal(subject.sans.count, 4);
	assert_string_equal(subject.sans.items[1].value, "192.0.2.1");
	expect_advice(&advice, ADVICE_WARNS, "left-out");
	advice_done(&advice);
	subject_done(&subject);
	cert_free(cert);
}

/* A NUL would cut it in two. */
static void renewal_of_oddities(void **state)
{
	struct cert *cert =
		certgen_cert(&(struct certgen){ .cn = "a\0b", .cn_len = 3, .org = "Acme" });
	struct subject subject = { 0 };
	struct advice advice = { 0 };
	(void)state;
	subject_of_cert(cert, &subject, &advice);
	assert_null(subject_get(&subject, "CN"));
	assert_non_null(strstr(advice_find(&advice, "left-out")->text, "a\\x00b"));
	advice_done(&advice);
	subject_done(&subject);
	cert_free(cert);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds),
		cmocka_unit_test(setting),
		cmocka_unit_test(cn_becomes_a_name),
		cmocka_unit_test(completing_tells),
		cmocka_unit_test(good),
		cmocka_unit_test(countries),
		cmocka_unit_test(texts),
		cmocka_unit_test(names),
		cmocka_unit_test(renewal),
		cmocka_unit_test(renewal_of_oddities),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
