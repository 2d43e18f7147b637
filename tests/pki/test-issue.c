#include "pki/issue.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "pki/details.h"
#include "pki/judge.h"
#include "pki/warning.h"
#include "support/certgen.h"
#include "support/notary.h"

/* --- what a certificate says -------------------------------------------------------------- */

static bool says(const struct cert *cert, const char *label, const char *words)
{
	struct details details = { 0 };
	bool found = false, here = false;
	details_of(cert, notary_now(), &details);
	for (size_t i = 0; i < details.count; i++) {
		const struct detail *row = &details.items[i];
		here = *row->label == '\0' ? here : strcmp(row->label, label) == 0;
		found = found || (here && strstr(row->text, words));
	}
	details_done(&details);
	return found;
}

static void expect_no_warning(const struct cert *cert, const char *code)
{
	struct warnings warnings = { 0 };
	warnings_of(cert, notary_now(), &warnings);
	for (size_t i = 0; i < warnings.count; i++)
		if (!code || strcmp(warnings.items[i].code, code) == 0)
			fail_msg("%s: %s", warnings.items[i].code, warnings.items[i].text);
	warnings_done(&warnings);
}

/* --- judging what was made ---------------------------------------------------------------- */

static enum standing standing(void *ctx, const struct fingerprint *print)
{
	return fingerprint_compare(&cert_info(ctx)->sha256, print) == 0 ? STANDING_TRUSTED
									: STANDING_STRANGER;
}

static void find(void *ctx, const struct judge_wish *wish, struct judge_pool *pool)
{
	(void)ctx;
	(void)wish;
	(void)pool;
}

/* The code of the first reason against it, "" where it is trusted. */
static void expect_judged(const struct cert *const *chain, size_t count, const char *host,
	enum purpose purpose, const char *code)
{
	struct judge_question question = {
		.now = notary_now(), .host = host, .purpose = purpose, .leaf_first = true
	};
	struct judge_source source = {
		.ctx = (void *)(uintptr_t)chain[count - 1], .standing = standing, .find = find
	};
	struct judgement judgement;
	judge(chain, count, &question, &source, &judgement);
	assert_int_equal(judgement.trusted, *code == '\0');
	const struct judge_path *path = &judgement.paths[0];
	if (!judgement.trusted && strcmp(path->reasons[0].code, code) != 0)
		fail_msg("%s: %s", path->reasons[0].code, path->reasons[0].text);
	judgement_done(&judgement);
}

/* --- self-signed -------------------------------------------------------------------------- */

static void self_signed(void **state)
{
	static const char *const kinds[] = { "ec256", "ec384", "ed25519", "rsa2048" };
	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		struct terms terms = notary_terms("server");
		struct cert *cert =
			notary_self(WORDS("CN=a.example", "a.example", "*.b.example", "192.0.2.1"),
				notary_key(kinds[i], 0), &terms);
		const struct cert_info *info = cert_info(cert);
		assert_true(info->self_signed && !info->ca && info->version == 3);
		assert_true(info->not_before == notary_now());
		assert_int_equal(clock_days(info->not_before, info->not_after + 1), 90);
		assert_int_equal(info->san_count, 3);
		assert_string_equal(info->key_id, info->issuer_key_id);
		assert_true(privkey_matches(notary_key(kinds[i], 0), info));
		expect_no_warning(cert, NULL);
		expect_judged((const struct cert *[]){ cert }, 1, "a.example", PURPOSE_SERVER, "");
		expect_judged(
			(const struct cert *[]){ cert }, 1, "x.b.example", PURPOSE_SERVER, "");
		expect_judged((const struct cert *[]){ cert }, 1, "192.0.2.1", PURPOSE_SERVER, "");
		expect_judged((const struct cert *[]){ cert }, 1, "b.example", PURPOSE_SERVER,
			"wrong-host");
		cert_free(cert);
	}
}

/* Only RSA can encrypt a key. */
static void usage_by_key(void **state)
{
	struct terms server = notary_terms("server"), client = notary_terms("client");
	struct cert *rsa =
		notary_self(WORDS("CN=x", "a.example"), notary_key("rsa2048", 0), &server);
	struct cert *ec = notary_self(WORDS("CN=x", "a.example"), notary_key("ec256", 0), &server);
	struct cert *alice = notary_self(WORDS("CN=Alice"), notary_key("rsa2048", 0), &client);
	(void)state;
	assert_true(says(rsa, "Key usage", "digital signature, key encipherment"));
	assert_true(says(ec, "Key usage", "digital signature"));
	assert_false(says(ec, "Key usage", "encipherment"));
	assert_false(says(alice, "Key usage", "encipherment"));
	assert_true(says(rsa, "Purposes", "server") && !says(rsa, "Purposes", "client"));
	assert_true(says(alice, "Purposes", "client") && !says(alice, "Purposes", "server"));
	cert_free(alice);
	cert_free(ec);
	cert_free(rsa);
}

/* The bits of a random number, and none of its neighbour's. */
static void serials(void **state)
{
	struct terms terms = notary_terms("client");
	struct cert *one = notary_self(WORDS("CN=x"), notary_key("ec256", 0), &terms);
	struct cert *two = notary_self(WORDS("CN=x"), notary_key("ec256", 0), &terms);
	(void)state;
	assert_int_equal(strlen(cert_info(one)->serial), 32);
	assert_true(cert_info(one)->serial[0] >= '4' && cert_info(one)->serial[0] <= '7');
	assert_string_not_equal(cert_info(one)->serial, cert_info(two)->serial);
	cert_free(two);
	cert_free(one);
}

static void refuses_self(const char *const *words, const struct privkey *key,
	const struct terms *terms, const char *why)
{
	struct subject subject;
	struct buf der = { 0 };
	struct error err = { 0 };
	notary_subject(&subject, words);
	if (self_sign(&subject, key, terms, &der, &err))
		fail_msg("made, though: %s", why);
	expect_error(&err, ERROR_FAILED, why);
	assert_int_equal(der.len, 0);
	subject_done(&subject);
}

static void self_refused(void **state)
{
	struct terms terms = notary_terms("server"), ca = notary_terms("ca");
	const struct privkey *key = notary_key("ec256", 0);
	(void)state;
	refuses_self(WORDS("CN=Alice"), key, &terms, "no host");
	refuses_self(WORDS("CN=", "a.example"), key, &terms, "empty");
	refuses_self(WORDS("O=\x1b[2J", "a.example"), key, &terms, "can't be seen");
	terms.days = 0;
	refuses_self(WORDS("CN=x", "a.example"), key, &terms, "days");
	terms.days = 4000000;
	refuses_self(WORDS("CN=x", "a.example"), key, &terms, "days");
	ca.permitted = WORDS("IP:10.0.0.0");
	refuses_self(WORDS("CN=CA"), key, &ca, "isn't a network");
	ca.permitted = WORDS("*.*.example");
	refuses_self(WORDS("CN=CA"), key, &ca, "isn't a domain");
	ca.permitted = WORDS("a b");
	refuses_self(WORDS("CN=CA"), key, &ca, "no host name has");
}

static void days(void **state)
{
	struct advice advice = { 0 };
	const struct profile *server = profile_named("server");
	(void)state;
	profile_check_days(server, 200, notary_now(), &advice);
	profile_check_days(profile_named("ca"), 3650, notary_now(), &advice);
	profile_check_days(profile_named("client"), 3650, notary_now(), &advice);
	assert_int_equal(advice.count, 0);
	profile_check_days(server, 201, notary_now(), &advice);
	assert_non_null(strstr(advice_find(&advice, "longer-than-public")->text, "200 days since"));
	profile_check_days(server, 826, notary_now(), &advice);
	expect_advice(&advice, ADVICE_WARNS, "long-lived");
	advice_done(&advice);
}

static void profiles(void **state)
{
	const struct profile *profile;
	(void)state;
	for (size_t i = 0; (profile = profile_at(i)); i++) {
		assert_ptr_equal(profile_named(profile->name), profile);
		assert_true(*profile->label && *profile->help);
	}
	assert_null(profile_named("king"));
}

/* --- by a CA ------------------------------------------------------------------------------ */

struct office {
	struct cert *cert;
	struct authority ca;
	struct request *request;
	struct terms terms;
};

static void open_office(struct office *o, int path_len, const char *const *words)
{
	o->cert = notary_ca(notary_key("ec384", 0), path_len);
	o->ca = (struct authority){ o->cert, notary_key("ec384", 0) };
	o->request = notary_request(words, notary_key("ec256", 1), NULL);
	o->terms = notary_terms("server");
}

static void close_office(struct office *o)
{
	request_free(o->request);
	cert_free(o->cert);
}

static void refuses(const struct office *o, const char *why)
{
	struct buf der = { 0 };
	struct error err = { 0 };
	if (issue(o->request, request_info(o->request)->sans, &o->ca, &o->terms, &der, &err))
		fail_msg("issued, though: %s", why);
	expect_error(&err, ERROR_FAILED, why);
	assert_true(text_is_safe(err.text));
	assert_int_equal(der.len, 0);
}

static struct advice advice_of(const struct office *o)
{
	struct advice advice = { 0 };
	issue_check(o->request, request_info(o->request)->sans, &o->ca, &o->terms, &advice);
	return advice;
}

static void advises(const struct office *o, enum advice_weight weight, const char *code)
{
	struct advice advice = advice_of(o);
	expect_advice(&advice, weight, code);
	advice_done(&advice);
}

static void issued(void **state)
{
	static const char *const kinds[] = { "ec256", "ec384", "ed25519", "rsa2048" };
	struct office o;
	(void)state;
	open_office(&o, 0, WORDS("O=Acme", "CN=a.example", "a.example", "192.0.2.1"));
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		request_free(o.request);
		o.request =
			notary_request(WORDS("O=Acme", "CN=a.example", "a.example", "192.0.2.1"),
				notary_key(kinds[i], 1), NULL);
		o.terms.crl_url = "http://ca.example/list.crl";
		o.terms.issuer_url = "http://ca.example/ca.der";
		struct cert *cert = notary_issue(o.request, &o.ca, &o.terms);
		const struct cert *chain[] = { cert, o.cert };
		assert_string_equal(cert_info(cert)->subject, "CN=a.example,O=Acme");
		assert_string_equal(cert_info(cert)->issuer, cert_info(o.cert)->subject);
		assert_string_equal(cert_info(cert)->issuer_key_id, cert_info(o.cert)->key_id);
		assert_true(request_is_for(o.request, cert_info(cert)));
		assert_true(says(cert, "Revocation lists", "http://ca.example/list.crl"));
		assert_true(says(cert, "Issuer's services", "http://ca.example/ca.der"));
		expect_judged(chain, 2, "a.example", PURPOSE_SERVER, "");
		expect_judged(chain, 2, "192.0.2.1", PURPOSE_SERVER, "");
		expect_judged(chain, 2, "b.example", PURPOSE_SERVER, "wrong-host");
		expect_judged(chain, 2, NULL, PURPOSE_CLIENT, "wrong-purpose");
		expect_no_warning(cert, NULL);
		cert_free(cert);
	}
	close_office(&o);
}

static void browsers_and_ed25519(void **state)
{
	struct office o;
	(void)state;
	open_office(&o, 0, WORDS("CN=a.example", "a.example"));
	request_free(o.request);
	o.request =
		notary_request(WORDS("CN=a.example", "a.example"), notary_key("ed25519", 1), NULL);
	advises(&o, ADVICE_WARNS, "ed25519");
	o.terms.profile = profile_named("client");
	struct advice advice = advice_of(&o);
	expect_silence(&advice, "ed25519");
	advice_done(&advice);
	close_office(&o);
}

/* Exactly the names that are handed over. */
static void names_taken(void **state)
{
	struct office o;
	struct sans sans = { 0 };
	struct buf der = { 0 };
	struct error err;
	struct advice advice = { 0 };
	(void)state;
	open_office(&o, 0, WORDS("CN=a.example", "a.example", "bank.example"));
	assert_true(sans_add(&sans, "a.example", &err) && sans_add(&sans, "c.example", &err));
	issue_check(o.request, &sans, &o.ca, &o.terms, &advice);
	assert_string_equal(advice_find(&advice, "san-left-out")->text,
		"DNS:bank.example is asked for and left out.");
	expect_advice(&advice, ADVICE_TELLS, "san-added");
	assert_true(issue(o.request, &sans, &o.ca, &o.terms, &der, &err));
	struct cert *cert = notary_cert(&der);
	assert_int_equal(cert_info(cert)->san_count, 2);
	assert_false(says(cert, "Alternative names", "bank"));
	assert_true(says(cert, "Alternative names", "c.example"));
	sans_done(&sans);
	assert_false(issue(o.request, &sans, &o.ca, &o.terms, &der, &err));
	expect_error(&err, ERROR_FAILED, "no host");
	cert_free(cert);
	advice_done(&advice);
	close_office(&o);
}

/* Whatever it asks for, the profile decides. */
static void asks_to_be_a_ca(void **state)
{
	struct office o;
	(void)state;
	open_office(&o, 1, WORDS("CN=a.example", "a.example"));
	request_free(o.request);
	o.request =
		notary_request(WORDS("CN=a.example", "a.example"), notary_key("ec256", 1), "ca");
	assert_true(request_info(o.request)->asks_ca);
	advises(&o, ADVICE_WARNS, "asks-ca");
	struct cert *cert = notary_issue(o.request, &o.ca, &o.terms);
	assert_false(cert_info(cert)->ca);
	assert_true(says(cert, "Basic constraints", "not a CA"));
	assert_false(says(cert, "Key usage", "certificate signing"));
	cert_free(cert);
	close_office(&o);
}

static void nameless(void **state)
{
	struct office o;
	(void)state;
	open_office(&o, 0, WORDS("a.example"));
	struct cert *cert = notary_issue(o.request, &o.ca, &o.terms);
	struct details details = { 0 };
	details_of(cert, notary_now(), &details);
	for (size_t i = 0; i < details.count; i++)
		if (strcmp(details.items[i].label, "Alternative names") == 0)
			assert_true(details.items[i].critical);
	details_done(&details);
	cert_free(cert);
	close_office(&o);
}

/* By OpenSSL, since our own making refuses them. */
static void bad_requests(void **state)
{
	static const struct {
		const char *command, *why;
	} rows[] = {
		{ "openssl req -new -newkey rsa:1024 -nodes -keyout k -subj /CN=a.example",
			"1024 bits" },
		{ "openssl req -new -newkey rsa:2048 -nodes -keyout k -subj \"/CN=a$(printf "
		  "'\\033')[2J\"",
			"can't be seen" },
		{ "openssl req -new -newkey rsa:2048 -nodes -keyout k -utf8 -subj \"/CN=a$(printf "
		  "'\\342\\200\\256')x\"",
			"can't be seen" },
		{ "openssl req -new -newkey rsa:2048 -nodes -keyout k -subj '/O=Tests/CN=Test CA'",
			"the CA's own name" },
	};
	struct tmp *tmp = tmp_new();
	struct office o;
	(void)state;
	open_office(&o, 0, WORDS("CN=a.example", "a.example"));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct error err;
		size_t len;
		notary_shell(
			tmp, "%s -addext subjectAltName=DNS:a.example -out r", rows[i].command);
		const char *bytes = tmp_read(tmp, "r", &len);
		request_free(o.request);
		assert_true(request_read(bytes, len, &o.request, &err));
		refuses(&o, rows[i].why);
	}
	close_office(&o);
	tmp_free(tmp);
}

static void exponent_three(void **state)
{
	struct tmp *tmp = tmp_new();
	struct office o;
	struct error err;
	size_t len;
	(void)state;
	open_office(&o, 0, WORDS("CN=a.example", "a.example"));
	notary_shell(tmp, "openssl genrsa -3 -out k 2048 && openssl req -new -key k -subj "
			  "/CN=a.example -addext subjectAltName=DNS:a.example -out r");
	const char *bytes = tmp_read(tmp, "r", &len);
	request_free(o.request);
	assert_true(request_read(bytes, len, &o.request, &err));
	assert_int_equal(request_info(o.request)->exponent, 3);
	advises(&o, ADVICE_WARNS, "exponent");
	close_office(&o);
	tmp_free(tmp);
}

static void broken_signature(void **state)
{
	struct office o;
	struct error err;
	size_t len;
	(void)state;
	open_office(&o, 0, WORDS("CN=a.example", "a.example"));
	const uint8_t *der = request_der(o.request, &len);
	struct buf copy = { 0 };
	buf_add(&copy, der, len);
	memcpy(memmem(copy.data, len, "a.example", 9), "b", 1);
	request_free(o.request);
	assert_true(request_read(copy.data, len, &o.request, &err));
	refuses(&o, "signature isn't good");
	buf_done(&copy);
	close_office(&o);
}

static void wrong_ca(void **state)
{
	struct office o;
	struct terms server = notary_terms("server");
	(void)state;
	open_office(&o, 0, WORDS("CN=a.example", "a.example"));
	o.ca.key = notary_key("ec384", 1);
	refuses(&o, "The key isn't that of CN=Test CA,O=Tests");
	o.ca.key = notary_key("ec384", 0);
	o.terms.now += INT64_C(4000) * CLOCK_DAY;
	refuses(&o, "The CA ended");
	o.terms.now = notary_now() - 1;
	refuses(&o, "The CA begins");
	o.terms.now = notary_now();
	request_free(o.request);
	o.request =
		notary_request(WORDS("CN=a.example", "a.example"), notary_key("ec384", 0), NULL);
	refuses(&o, "for the CA's own key");
	cert_free(o.cert);
	o.cert = notary_self(WORDS("CN=x", "x.example"), notary_key("ec384", 0), &server);
	o.ca.cert = o.cert;
	refuses(&o, "isn't a CA");
	close_office(&o);
}

static void ends_with_the_ca(void **state)
{
	struct office o;
	(void)state;
	open_office(&o, 0, WORDS("CN=a.example", "a.example"));
	o.terms.now = cert_info(o.cert)->not_after - INT64_C(30) * CLOCK_DAY;
	advises(&o, ADVICE_TELLS, "ends-with-ca");
	struct cert *cert = notary_issue(o.request, &o.ca, &o.terms);
	assert_true(cert_info(cert)->not_after == cert_info(o.cert)->not_after);
	cert_free(cert);
	o.terms.now = notary_now();
	struct advice advice = advice_of(&o);
	expect_silence(&advice, "ends-with-ca");
	advice_done(&advice);
	close_office(&o);
}

static void sub_ca(void **state)
{
	struct office o;
	(void)state;
	open_office(&o, 0, WORDS("CN=Below"));
	o.terms = notary_terms("ca");
	refuses(&o, "path length is 0");
	cert_free(o.cert);
	o.cert = notary_ca(notary_key("ec384", 0), 2);
	o.ca.cert = o.cert;
	o.terms.path_len = -1;
	advises(&o, ADVICE_TELLS, "path-length-cut");
	advises(&o, ADVICE_WARNS, "any-name");
	struct cert *below = notary_issue(o.request, &o.ca, &o.terms);
	assert_true(cert_info(below)->ca);
	assert_int_equal(cert_info(below)->path_len, 1);
	cert_free(below);
	o.terms.path_len = 0;
	below = notary_issue(o.request, &o.ca, &o.terms);
	assert_int_equal(cert_info(below)->path_len, 0);

	struct authority ca = { below, notary_key("ec256", 1) };
	struct terms terms = notary_terms("server");
	struct request *request =
		notary_request(WORDS("CN=a.example", "a.example"), notary_key("ec256", 2), NULL);
	struct cert *leaf = notary_issue(request, &ca, &terms);
	const struct cert *chain[] = { leaf, below, o.cert };
	expect_judged(chain, 3, "a.example", PURPOSE_SERVER, "");
	cert_free(leaf);
	request_free(request);
	cert_free(below);
	close_office(&o);
}

static void answers(struct office *o, const char *const *words, const char *why)
{
	request_free(o->request);
	o->request = notary_request(words, notary_key("ec256", 1), NULL);
	if (why) {
		refuses(o, why);
		return;
	}
	cert_free(notary_issue(o->request, &o->ca, &o->terms));
}

static void constraints(void **state)
{
	struct terms terms = notary_terms("ca");
	struct office o;
	(void)state;
	open_office(&o, 0, WORDS("CN=x", "a.example"));
	cert_free(o.cert);
	terms.days = 3650;
	terms.permitted = WORDS("example.com", "IP:10.0.0.0/8", "IP:2001:db8::/32",
		"email:example.com", "URI:example.com");
	terms.excluded = WORDS(".secret.example.com");
	o.cert = notary_self(WORDS("CN=Test CA"), notary_key("ec384", 0), &terms);
	o.ca.cert = o.cert;
	assert_true(says(o.cert, "Name constraints", "example.com"));
	assert_true(says(o.cert, "Name constraints", "10.0.0.0/8"));
	assert_true(says(o.cert, "Name constraints", "secret.example.com"));
	answers(&o, WORDS("O=x", "example.com"), NULL);
	answers(&o, WORDS("O=x", "a.b.example.com", "10.1.2.3", "2001:db8::7"), NULL);
	answers(&o, WORDS("O=x", "a.example.com", "ops@example.com"), NULL);
	answers(&o, WORDS("O=x", "a.example"), "isn't among those that the name constraints allow");
	answers(&o, WORDS("O=x", "badexample.com"), "isn't among those");
	answers(&o, WORDS("O=x", "a.example.com", "192.0.2.1"), "isn't among those");
	answers(&o, WORDS("O=x", "a.example.com", "2001:db9::1"), "isn't among those");
	answers(&o, WORDS("O=x", "a.example.com", "ops@a.example"), "isn't among those");
	answers(&o, WORDS("O=x", "a.example.com", "https://a.example/"), "isn't among those");
	answers(&o, WORDS("O=x", "x.secret.example.com"), "is excluded");
	close_office(&o);
}

/* A CA for clients only issues no servers. */
static void purposes_of_the_ca(void **state)
{
	struct tmp *tmp = tmp_new();
	struct office o;
	struct error err;
	size_t len;
	(void)state;
	open_office(&o, 0, WORDS("CN=a.example", "a.example"));
	notary_write_key(tmp, "k", notary_key("ec384", 0), NULL);
	notary_shell(tmp, "openssl req -x509 -key k -subj /CN=Clients -days 3650 -addext "
			  "extendedKeyUsage=clientAuth -addext keyUsage=keyCertSign -outform DER "
			  "-out ca");
	cert_free(o.cert);
	const char *der = tmp_read(tmp, "ca", &len);
	assert_true(cert_parse(der, len, &o.cert, &err));
	o.ca.cert = o.cert;
	o.terms.now = cert_info(o.cert)->not_before + 1;
	struct buf out = { 0 };
	refuses(&o, "limited to other purposes");
	o.terms.profile = profile_named("client");
	assert_true(issue(o.request, request_info(o.request)->sans, &o.ca, &o.terms, &out, &err));
	buf_done(&out);
	close_office(&o);
	tmp_free(tmp);
}

/* The same names and key once more. */
static void renewed(void **state)
{
	struct office o;
	struct subject subject = { 0 };
	struct advice advice = { 0 };
	struct buf der = { 0 };
	struct error err;
	(void)state;
	open_office(&o, 0, WORDS("C=DE", "OU=a", "OU=b", "CN=a.example", "a.example", "192.0.2.1"));
	struct cert *old = notary_issue(o.request, &o.ca, &o.terms);
	subject_of_cert(old, &subject, &advice);
	assert_int_equal(advice.count, 0);
	assert_true(request_make(&subject, notary_key("ec256", 1), o.terms.profile, &der, &err));
	request_free(o.request);
	assert_true(request_read(der.data, der.len, &o.request, &err));
	o.terms.now += INT64_C(60) * CLOCK_DAY;
	struct cert *renewal = notary_issue(o.request, &o.ca, &o.terms);
	assert_string_equal(cert_info(renewal)->subject, cert_info(old)->subject);
	assert_int_equal(cert_info(renewal)->sans_len, cert_info(old)->sans_len);
	assert_memory_equal(
		cert_info(renewal)->sans, cert_info(old)->sans, cert_info(old)->sans_len);
	assert_string_not_equal(cert_info(renewal)->serial, cert_info(old)->serial);
	cert_free(renewal);
	cert_free(old);
	buf_done(&der);
	subject_done(&subject);
	close_office(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(self_signed),
		cmocka_unit_test(usage_by_key),
		cmocka_unit_test(serials),
		cmocka_unit_test(self_refused),
		cmocka_unit_test(days),
		cmocka_unit_test(profiles),
		cmocka_unit_test(issued),
		cmocka_unit_test(browsers_and_ed25519),
		cmocka_unit_test(names_taken),
		cmocka_unit_test(asks_to_be_a_ca),
		cmocka_unit_test(nameless),
		cmocka_unit_test(bad_requests),
		cmocka_unit_test(exponent_three),
		cmocka_unit_test(broken_signature),
		cmocka_unit_test(wrong_ca),
		cmocka_unit_test(ends_with_the_ca),
		cmocka_unit_test(sub_ca),
		cmocka_unit_test(constraints),
		cmocka_unit_test(purposes_of_the_ca),
		cmocka_unit_test(renewed),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	notary_forget();
	return failed;
}
