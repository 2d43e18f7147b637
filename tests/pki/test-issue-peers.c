/*
 * Everything that is made, as OpenSSL, GnuTLS's certtool and Java's keytool judge it.
 */
#include "pki/issue.h"

#include "support/unit.h"

#include <inttypes.h>

#include "base/clock.h"
#include "pki/crl.h"
#include "support/notary.h"

static const char *const kinds[] = { "ec256", "ec384", "ed25519", "rsa2048" };

#define KINDS (sizeof kinds / sizeof kinds[0])

/* By the letter of RFC 5280, at the time of the tests. */
static void openssl_verify(struct tmp *tmp, const char *options)
{
	notary_shell(tmp,
		"openssl verify -x509_strict -no-CAfile -no-CAstore -attime %" PRId64 " %s",
		notary_now() + 60, options);
}

static void self_signed(void **state)
{
	struct tmp *tmp = *state;
	for (size_t i = 0; i < KINDS; i++) {
		struct terms terms = notary_terms("server");
		struct cert *cert = notary_self(
			WORDS("C=DE", "O=Ärzte", "CN=a.example", "a.example", "*.b.example",
				"192.0.2.1", "2001:db8::1", "ops@a.example", "https://a.example/"),
			notary_key(kinds[i], 0), &terms);
		notary_write(tmp, "self.pem", cert);
		openssl_verify(tmp,
			"-purpose sslserver -verify_hostname a.example -CAfile self.pem "
			"self.pem");
		openssl_verify(tmp, "-verify_hostname x.b.example -CAfile self.pem self.pem");
		openssl_verify(tmp, "-verify_ip 2001:db8::1 -CAfile self.pem self.pem");
		notary_shell(tmp, "certtool --certificate-info --infile self.pem >/dev/null");
		notary_shell(
			tmp, "keytool -printcert -file self.pem | grep -q 'DNSName: a.example'");
		cert_free(cert);
	}
}

/* Each kind of CA over each kind of key, one between them. */
static void chains(void **state)
{
	struct tmp *tmp = *state;
	for (size_t ca = 0; ca < KINDS; ca++) {
		struct cert *root = notary_ca(notary_key(kinds[ca], 0), 1);
		struct authority above = { root, notary_key(kinds[ca], 0) };
		struct terms terms = notary_terms("ca");
		terms.days = 3650;
		terms.permitted = WORDS("example.com", "IP:192.0.2.0/24");
		terms.crl_url = "http://ca.example/list.crl";
		terms.issuer_url = "http://ca.example/ca.der";
		struct request *request =
			notary_request(WORDS("CN=Below"), notary_key(kinds[ca], 1), "ca");
		struct cert *below = notary_issue(request, &above, &terms);
		struct authority middle = { below, notary_key(kinds[ca], 1) };
		request_free(request);
		notary_write(tmp, "root.pem", root);
		notary_write(tmp, "below.pem", below);
		for (size_t i = 0; i < KINDS; i++) {
			terms = notary_terms("both");
			terms.days = 3000;
			request = notary_request(
				WORDS("CN=a.example.com", "a.example.com", "192.0.2.9"),
				notary_key(kinds[i], 2), "both");
			struct cert *leaf = notary_issue(request, &middle, &terms);
			notary_write(tmp, "leaf.pem", leaf);
			openssl_verify(tmp, "-purpose sslserver -verify_hostname a.example.com "
					    "-CAfile root.pem -untrusted below.pem leaf.pem");
			openssl_verify(tmp, "-purpose sslclient -verify_ip 192.0.2.9 -CAfile "
					    "root.pem -untrusted below.pem leaf.pem");
			notary_shell(tmp,
				"cat leaf.pem below.pem root.pem >chain.pem && certtool "
				"--verify --load-ca-certificate root.pem --infile chain.pem "
				"--verify-hostname a.example.com | grep -q 'Verified. The "
				"certificate is trusted'");
			cert_free(leaf);
			request_free(request);
		}
		cert_free(below);
		cert_free(root);
	}
}

/* Names by which nothing but the critical alternative names tell it. */
static void nameless(void **state)
{
	struct tmp *tmp = *state;
	struct cert *root = notary_ca(notary_key("ec256", 0), 0);
	struct authority ca = { root, notary_key("ec256", 0) };
	struct terms terms = notary_terms("server");
	struct request *request =
		notary_request(WORDS("a.example"), notary_key("ec256", 1), "server");
	struct cert *leaf = notary_issue(request, &ca, &terms);
	notary_write(tmp, "root.pem", root);
	notary_write(tmp, "leaf.pem", leaf);
	openssl_verify(tmp, "-verify_hostname a.example -CAfile root.pem leaf.pem");
	cert_free(leaf);
	request_free(request);
	cert_free(root);
}

/* keytool takes an answer only where its own validator finds the way to a root that it has. */
static void java_takes_the_answer(void **state)
{
	struct tmp *tmp = *state;
	struct cert *root = notary_ca(notary_key("ec256", 0), 0);
	struct authority ca = { root, notary_key("ec256", 0) };
	struct terms terms = notary_terms("server");
	struct request *request;
	struct error err;
	size_t len;
	notary_shell(tmp, "keytool -genkeypair -alias a -keyalg RSA -keysize 2048 -dname "
			  "CN=a.example -ext san=dns:a.example -storepass secret -keystore ks && "
			  "keytool -certreq -alias a -ext san=dns:a.example -storepass secret "
			  "-keystore ks -file req");
	const char *bytes = tmp_read(tmp, "req", &len);
	assert_true(request_read(bytes, len, &request, &err));
	struct cert *leaf = notary_issue(request, &ca, &terms);
	notary_write(tmp, "root.pem", root);
	notary_write(tmp, "leaf.pem", leaf);
	notary_shell(tmp, "! keytool -importcert -noprompt -alias a -storepass secret -keystore ks "
			  "-file leaf.pem");
	notary_shell(tmp,
		"keytool -importcert -noprompt -alias root -storepass secret -keystore ks "
		"-file root.pem && keytool -importcert -alias a -storepass secret "
		"-keystore ks -file leaf.pem && keytool -list -v -alias a -storepass "
		"secret -keystore ks | grep -q 'Certificate chain length: 2'");
	cert_free(leaf);
	request_free(request);
	cert_free(root);
}

static void revoked(void **state)
{
	struct tmp *tmp = *state;
	for (size_t i = 0; i < KINDS; i++) {
		struct cert *root = notary_ca(notary_key(kinds[i], 0), 0);
		struct authority ca = { root, notary_key(kinds[i], 0) };
		struct terms terms = notary_terms("server");
		struct request *request = notary_request(
			WORDS("CN=a.example", "a.example"), notary_key("ec256", 1), "server");
		struct cert *bad = notary_issue(request, &ca, &terms);
		struct cert *good = notary_issue(request, &ca, &terms);
		struct revoked rows[] = { { cert_info(bad)->serial, notary_now() } };
		struct crl_terms dates = { 7, notary_now(), notary_now() + 30 * 86400 };
		struct buf der = { 0 };
		struct error err;
		assert_true(crl_make(&ca, rows, 1, &dates, &der, &err));
		notary_write_pem(tmp, "crl.pem", "X509 CRL", &der);
		notary_write(tmp, "root.pem", root);
		notary_write(tmp, "bad.pem", bad);
		notary_write(tmp, "good.pem", good);
		notary_shell(tmp,
			"openssl crl -in crl.pem -noout -CAfile root.pem -crlnumber | grep "
			"-qx 'crlNumber=0x0*7'");
		openssl_verify(tmp, "-crl_check -CRLfile crl.pem -CAfile root.pem good.pem");
		notary_shell(tmp,
			"! openssl verify -crl_check -CRLfile crl.pem -CAfile root.pem "
			"-attime %" PRId64 " bad.pem >why 2>&1 && grep -q revoked why",
			notary_now() + 60);
		notary_shell(tmp, "certtool --verify-crl --load-ca-certificate root.pem --infile "
				  "crl.pem");
		notary_shell(tmp, "keytool -printcrl -file crl.pem | grep -q 'CRL Number: *0*7'");
		buf_done(&der);
		cert_free(good);
		cert_free(bad);
		request_free(request);
		cert_free(root);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tmp_setup, tmp_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(self_signed),
		TEST(chains),
		TEST(nameless),
		TEST(java_takes_the_answer),
		TEST(revoked),
	};
	notary_clock(clock_now() - 3600); /* certtool and keytool can't be told another time */
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	notary_forget();
	return failed;
}
