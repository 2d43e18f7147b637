#include "pki/request.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "support/notary.h"

static void refuses(const void *bytes, size_t len, const char *words)
{
	struct request *request;
	struct error err = { 0 };
	assert_false(request_read(bytes, len, &request, &err));
	assert_null(request);
	expect_error(&err, ERROR_FAILED, words);
}

/* A row with this label whose text holds these words; its continuations count. */
static bool says(const struct request *request, const char *label, const char *words)
{
	struct details details = { 0 };
	bool found = false, here = false;
	request_details(request, &details);
	for (size_t i = 0; i < details.count; i++) {
		const struct detail *row = &details.items[i];
		assert_true(text_is_safe(row->text));
		here = *row->label == '\0' ? here : strcmp(row->label, label) == 0;
		found = found || (here && strstr(row->text, words));
	}
	details_done(&details);
	return found;
}

static struct request *read_file(struct tmp *tmp, const char *name)
{
	struct request *request;
	struct error err;
	size_t len;
	const char *bytes = tmp_read(tmp, name, &len);
	if (!request_read(bytes, len, &request, &err))
		fail_msg("%s: %s", name, err.text);
	return request;
}

static void round_trip(void **state)
{
	static const char *const kinds[] = { "ec256", "ec384", "ed25519", "rsa2048" };
	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		const struct privkey *key = notary_key(kinds[i], 0);
		struct request *request = notary_request(
			WORDS("C=DE", "O=Ärzte", "CN=a.example", "a.example", "IP:2001:db8::1",
				"ops@a.example", "https://a.example/"),
			key, "server");
		const struct request_info *info = request_info(request);
		assert_string_equal(info->subject, "CN=a.example,O=Ärzte,C=DE");
		assert_string_equal(info->cn, "a.example");
		assert_true(info->signed_by_key && !info->asks_ca && !info->asks_unseen);
		assert_int_equal(info->sans->count, 4);
		assert_int_equal(info->other_sans, 0);
		assert_string_equal(info->sans->items[1].value, "2001:db8::1");
		assert_true(request_is_of(request, key));
		assert_false(request_is_of(request, notary_key("ec256", 1)));
		assert_true(says(request, "Verdict", "good"));
		assert_true(says(request, "Alternative names", "DNS:a.example"));
		assert_true(says(request, "Purposes", "server"));
		assert_true(says(request, "Common name", "a.example"));
		request_free(request);
	}
}

static void without_profile(void **state)
{
	struct request *request = notary_request(WORDS("CN=Alice"), notary_key("ec256", 0), NULL);
	(void)state;
	assert_false(says(request, "Key usage", ""));
	assert_int_equal(request_info(request)->sans->count, 0);
	request_free(request);
}

/* Nobody but the alternative names: then these are critical. */
static void without_subject(void **state)
{
	struct request *request =
		notary_request(WORDS("a.example"), notary_key("ec256", 0), "server");
	(void)state;
	assert_string_equal(request_info(request)->subject, "");
	assert_null(request_info(request)->cn);
	assert_true(request_info(request)->signed_by_key);
	request_free(request);
}

static void wishes_refused(void **state)
{
	struct subject subject;
	struct buf der = { 0 };
	struct error err;
	(void)state;
	notary_subject(&subject, WORDS("CN=", "a.example"));
	assert_false(request_make(&subject, notary_key("ec256", 0), NULL, &der, &err));
	expect_error(&err, ERROR_FAILED, "empty");
	subject_done(&subject);
	notary_subject(&subject, WORDS("CN=x", "C=Germany"));
	assert_false(request_make(&subject, notary_key("ec256", 0), NULL, &der, &err));
	expect_error(&err, ERROR_FAILED, "two letters");
	subject_done(&subject);
	notary_subject(&subject, WORDS("CN=Alice"));
	assert_false(request_make(
		&subject, notary_key("ec256", 0), profile_named("server"), &der, &err));
	expect_error(&err, ERROR_FAILED, "no host");
	subject_done(&subject);
	assert_int_equal(der.len, 0);
}

static void damaged(void **state)
{
	struct request *request = notary_request(
		WORDS("CN=a.example", "a.example"), notary_key("ec256", 0), "server");
	struct request *changed;
	struct error err;
	size_t len;
	const uint8_t *der = request_der(request, &len);
	uint8_t *copy = mem_copy(der, len);
	char *name = memmem(copy, len, "a.example", 9);
	(void)state;
	for (size_t cut = 0; cut < len; cut += 7)
		assert_false(request_read(der, cut, &changed, &err));
	name[0] = 'b';
	assert_true(request_read(copy, len, &changed, &err));
	assert_false(request_info(changed)->signed_by_key);
	assert_true(says(changed, "Verdict", "not good"));
	request_free(changed);
	free(copy);
	request_free(request);
}

static void no_request(void **state)
{
	(void)state;
	refuses("", 0, "empty");
	refuses("hello", 5, "no certificate request");
	refuses("\x30\x00", 2, "isn't a certificate request");
	const char *cert = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
	refuses(cert, strlen(cert), "no certificate request");
}

/* As people's tools write them, with all that they can ask for. */
static void of_openssl(void **state)
{
	struct tmp *tmp = *state;
	tmp_text(tmp, "conf",
		"[req]\ndistinguished_name=dn\nreq_extensions=ext\nprompt=no\n"
		"attributes=att\n[dn]\nC=DE\nO=Acme\n1.O=Second\nCN=a.example\n"
		"x.1.2.3.4=odd\n[att]\nchallengePassword=secret1\n[ext]\n"
		"basicConstraints=critical,CA:TRUE,pathlen:3\n"
		"keyUsage=keyCertSign\nextendedKeyUsage=codeSigning\n"
		"subjectAltName=DNS:a.example,DNS:*,IP:10.0.0.1,otherName:"
		"1.2.3.4;UTF8:x\nnameConstraints=permitted;DNS:example\n");
	notary_shell(tmp, "openssl req -new -newkey rsa:2048 -nodes -keyout key -config conf "
			  "-out req.pem && openssl req -in req.pem -outform DER -out req.der && "
			  "sed 's/CERT/NEW CERT/' req.pem >new.pem");
	static const char *const files[] = { "req.pem", "req.der", "new.pem" };
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		struct request *request = read_file(tmp, files[i]);
		const struct request_info *info = request_info(request);
		assert_true(info->signed_by_key && info->asks_ca && info->asks_unseen);
		assert_int_equal(info->sans->count, 2);
		assert_int_equal(info->other_sans, 2);
		assert_int_equal(info->key_bits, 2048);
		assert_int_equal(info->exponent, 65537);
		assert_true(says(request, "Basic constraints", "a CA, path length 3"));
		assert_true(says(request, "Name constraints", "example"));
		assert_true(says(request, "Alternative names", "otherName"));
		assert_true(says(request, "Challenge password", "isn't shown"));
		assert_false(says(request, "Challenge password", "secret1"));
		request_free(request);
	}
}

static void of_others(void **state)
{
	struct tmp *tmp = *state;
	tmp_text(tmp, "template", "cn = a.example\ndns_name = a.example\ntls_www_server\n");
	notary_shell(tmp, "certtool --generate-privkey --key-type ecdsa --outfile k && certtool "
			  "--generate-request --load-privkey k --template template --outfile r");
	struct request *request = read_file(tmp, "r");
	assert_true(request_info(request)->signed_by_key);
	assert_string_equal(request_info(request)->sans->items[0].value, "a.example");
	request_free(request);
	notary_shell(tmp, "keytool -genkeypair -alias a -keyalg EC -groupname secp256r1 -dname "
			  "CN=a.example -storepass secret -keystore ks && keytool -certreq -alias "
			  "a -ext san=dns:a.example -storepass secret -keystore ks -file j");
	request = read_file(tmp, "j");
	assert_true(request_info(request)->signed_by_key);
	assert_string_equal(request_info(request)->sans->items[0].value, "a.example");
	request_free(request);
}

static void ours_to_others(void **state)
{
	struct tmp *tmp = *state;
	struct request *request =
		notary_request(WORDS("C=DE", "O=Ärzte", "CN=a.example", "a.example", "192.0.2.1"),
			notary_key("rsa2048", 0), "both");
	struct buf der = { 0 };
	size_t len;
	const uint8_t *bytes = request_der(request, &len);
	buf_add(&der, bytes, len);
	notary_write_pem(tmp, "r.pem", "CERTIFICATE REQUEST", &der);
	notary_shell(tmp, "openssl req -in r.pem -verify -noout -text >text && grep -q "
			  "'DNS:a.example, IP Address:192.0.2.1' text && grep -q 'TLS Web Server "
			  "Authentication, TLS Web Client Authentication' text");
	notary_shell(
		tmp, "certtool --crq-info --infile r.pem | grep -q 'Self signature: verified'");
	notary_shell(tmp, "keytool -printcertreq -file r.pem | grep -q 'CN=a.example'");
	buf_done(&der);
	request_free(request);
}

static void again(void **state)
{
	struct request *request = notary_request(
		WORDS("O=Acme", "CN=a.example", "a.example"), notary_key("ec256", 0), "server");
	struct subject subject = { 0 };
	struct advice advice = { 0 };
	(void)state;
	request_subject(request, &subject, &advice);
	assert_string_equal(subject_get(&subject, "CN"), "a.example");
	assert_int_equal(subject.sans.count, 1);
	assert_int_equal(advice.count, 0);
	subject_done(&subject);
	request_free(request);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tmp_setup, tmp_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),
		cmocka_unit_test(without_profile),
		cmocka_unit_test(without_subject),
		cmocka_unit_test(wishes_refused),
		cmocka_unit_test(damaged),
		cmocka_unit_test(no_request),
		TEST(of_openssl),
		TEST(of_others),
		TEST(ours_to_others),
		cmocka_unit_test(again),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	notary_forget();
	return failed;
}
