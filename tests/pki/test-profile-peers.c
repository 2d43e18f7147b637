/*
 * Every kind of key in every profile, self-signed and below two CAs, as OpenSSL by the letter,
 * certtool and Java's TLS judge them for a server and for a client; and by the rules that browsers
 * have beside the path.
 */
#include "pki/issue.h"

#include "support/unit.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "support/notary.h"

static char source[PATH_MAX]; /* of the Java program; the tests run elsewhere */

static const struct {
	const char *profile;
	bool server, client;
} profiles[] = { { "server", true, false }, { "client", false, true }, { "both", true, true } };

#define PROFILES (sizeof profiles / sizeof profiles[0])

/* --- the three of them -------------------------------------------------------------------- */

static void openssl_says(struct tmp *tmp, const char *name, const char *purpose, bool good)
{
	notary_shell(tmp,
		"%sopenssl verify -x509_strict -no-CAfile -no-CAstore -attime %" PRId64
		" -purpose ssl%s -CAfile %s.root -untrusted %s.chain %s.leaf >why 2>&1%s",
		good ? "" : "! ", notary_now() + 60, purpose, name, name, name,
		good ? " || { cat why; false; }" : " && grep -q -i purpose why");
}

static void certtool_says(struct tmp *tmp, const char *name, const char *purpose, bool good)
{
	const char *oid =
		strcmp(purpose, "server") == 0 ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2";
	notary_shell(tmp,
		"%scerttool --verify --verify-purpose %s --load-ca-certificate %s.root --infile "
		"%s.chain >why 2>&1%s",
		good ? "" : "! ", oid, name, name, good ? " || { cat why; false; }" : "");
}

/*
 * Java is asked once about all of them, as it takes a second to begin.  What it trusts itself it
 * asks for no purpose.
 */
static void judged(struct tmp *tmp, struct buf *java, const char *name, bool server, bool client)
{
	bool chain = text_starts(name, "chain");
	openssl_says(tmp, name, "server", server);
	openssl_says(tmp, name, "client", client);
	if (chain) { /* it takes nothing for a root that isn't a CA */
		certtool_says(tmp, name, "server", server);
		certtool_says(tmp, name, "client", client);
	}
	buf_format(java, "%s.root %s.chain server %s\n%s.root %s.chain client %s\n", name, name,
		server || !chain ? "good" : "bad", name, name, client || !chain ? "good" : "bad");
}

static void ask_java(struct tmp *tmp, struct buf *cases)
{
	tmp_write(tmp, "cases", cases->data, cases->len);
	notary_shell(tmp, "java '%s' <cases", source);
	buf_done(cases);
}

/* --- browsers ----------------------------------------------------------------------------- */

/* Chrome and the CA/Browser Forum: no name but alternative ones, 64 bits of serial, one purpose. */
static void browsers_take(struct tmp *tmp, const char *name, const struct cert *cert)
{
	const struct cert_info *info = cert_info(cert);
	char *cn = mem_format("DNS:%s", info->cn);
	bool listed = false;
	for (const char *san = NULL; (san = cert_info_san(info, san));)
		listed = listed || strcmp(san, cn) == 0;
	free(cn);
	assert_true(listed);
	assert_true(strlen(info->serial) >= 16 && strlen(info->serial) <= 40);
	assert_int_equal(info->version, 3);
	assert_false(info->ca);
	assert_true(info->not_after - info->not_before < 398 * CLOCK_DAY);
	notary_shell(tmp,
		"openssl x509 -in %s.leaf -noout -ext extendedKeyUsage | grep -q 'TLS Web Server'",
		name);
	notary_shell(tmp,
		"openssl x509 -in %s.leaf -noout -ext keyUsage | grep -q 'Digital Signature'",
		name);
	notary_shell(
		tmp, "openssl x509 -in %s.leaf -noout -ext basicConstraints | grep -q FALSE", name);
}

/* --- what they are asked about ------------------------------------------------------------ */

static const char *const names[] = { "C=DE", "O=Ärzte", "CN=a.example.com", "a.example.com",
	"*.b.example.com", "192.0.2.9", NULL };

static void write_named(
	struct tmp *tmp, const char *name, const char *suffix, const struct cert *const *certs)
{
	char *file = mem_format("%s.%s", name, suffix);
	notary_write(tmp, file, certs[0]);
	for (size_t i = 1; certs[i]; i++) {
		notary_write(tmp, "next", certs[i]);
		notary_shell(tmp, "cat next >>%s", file);
	}
	free(file);
}

#define CERTS(...) ((const struct cert *const[]){ __VA_ARGS__, NULL })

static void self_signed(void **state)
{
	struct tmp *tmp = *state;
	struct buf java = { 0 };
	for (size_t i = 0; privkey_kind_at(i); i++)
		for (size_t p = 0; p < PROFILES; p++) {
			struct terms terms = notary_terms(profiles[p].profile);
			const char *kind = privkey_kind_at(i)->name;
			char *name = mem_format("self-%s-%s", kind, profiles[p].profile);
			struct cert *cert = notary_self(names, notary_key(kind, 0), &terms);
			write_named(tmp, name, "root", CERTS(cert));
			write_named(tmp, name, "chain", CERTS(cert));
			write_named(tmp, name, "leaf", CERTS(cert));
			judged(tmp, &java, name, profiles[p].server, profiles[p].client);
			if (profiles[p].server)
				browsers_take(tmp, name, cert);
			cert_free(cert);
			free(name);
		}
	ask_java(tmp, &java);
}

/* A root that is limited to some names, and a CA below it that may issue to hosts only. */
static void limited_root(const char *kind, struct cert **root, struct cert **below)
{
	struct terms terms = notary_terms("ca");
	terms.days = 3650;
	terms.path_len = 1;
	terms.permitted = WORDS("example.com", "IP:192.0.2.0/24");
	terms.excluded = WORDS("secret.example.com");
	*root = notary_self(WORDS("C=DE", "O=Ärzte", "CN=Root"), notary_key(kind, 0), &terms);
	struct authority ca = { *root, notary_key(kind, 0) };
	struct request *request = notary_request(WORDS("CN=Below"), notary_key("ec256", 1), "ca");
	terms.days = 1825;
	terms.path_len = 0;
	terms.permitted = terms.excluded = NULL;
	terms.crl_url = "http://ca.example.com/root.crl";
	terms.issuer_url = "http://ca.example.com/root.der";
	*below = notary_issue(request, &ca, &terms);
	request_free(request);
}

static void ask_about_leaf(struct tmp *tmp, struct buf *java, const char *kind, size_t profile,
	const struct cert *root, const struct cert *below)
{
	struct authority ca = { below, notary_key("ec256", 1) };
	struct terms terms = notary_terms(profiles[profile].profile);
	char *name = mem_format("chain-%s-%s", kind, profiles[profile].profile);
	struct request *request =
		notary_request(names, notary_key(kind, 2), profiles[profile].profile);
	struct cert *leaf = notary_issue(request, &ca, &terms);
	write_named(tmp, name, "root", CERTS(root));
	write_named(tmp, name, "chain", CERTS(leaf, below));
	write_named(tmp, name, "leaf", CERTS(leaf));
	judged(tmp, java, name, profiles[profile].server, profiles[profile].client);
	if (profiles[profile].server)
		browsers_take(tmp, name, leaf);
	cert_free(leaf);
	request_free(request);
	free(name);
}

static void below_two_cas(void **state)
{
	struct tmp *tmp = *state;
	struct buf java = { 0 };
	for (size_t i = 0; privkey_kind_at(i); i++) {
		const char *kind = privkey_kind_at(i)->name;
		struct cert *root, *below;
		limited_root(kind, &root, &below);
		for (size_t p = 0; p < PROFILES; p++)
			ask_about_leaf(tmp, &java, kind, p, root, below);
		cert_free(below);
		cert_free(root);
	}
	ask_java(tmp, &java);
}

/* People have no host among their names, and their own name is none. */
static void people_below_limited_cas(void **state)
{
	static const char *const people[] = { "CN=Alice", "CN=Alice Example", "CN=ops-1" };
	struct tmp *tmp = *state;
	struct buf java = { 0 };
	struct cert *root, *below;
	limited_root("ec256", &root, &below);
	struct authority ca = { below, notary_key("ec256", 1) };
	struct terms terms = notary_terms("client");
	for (size_t i = 0; i < sizeof people / sizeof people[0]; i++) {
		struct request *request =
			notary_request(WORDS(people[i]), notary_key("ec256", 2), "client");
		struct cert *leaf = notary_issue(request, &ca, &terms);
		write_named(tmp, "chain", "root", CERTS(root));
		write_named(tmp, "chain", "chain", CERTS(leaf, below));
		write_named(tmp, "chain", "leaf", CERTS(leaf));
		judged(tmp, &java, "chain", false, true);
		ask_java(tmp, &java);
		java = (struct buf){ 0 };
		cert_free(leaf);
		request_free(request);
	}
	cert_free(below);
	cert_free(root);
}

/* A server that has no subject, only critical alternative names. */
static void nameless_below_limited_cas(void **state)
{
	struct tmp *tmp = *state;
	struct buf java = { 0 };
	struct cert *root, *below;
	limited_root("ec256", &root, &below);
	struct authority ca = { below, notary_key("ec256", 1) };
	struct terms terms = notary_terms("server");
	struct request *request =
		notary_request(WORDS("a.example.com"), notary_key("ec256", 2), "server");
	struct cert *leaf = notary_issue(request, &ca, &terms);
	write_named(tmp, "chain", "root", CERTS(root));
	write_named(tmp, "chain", "chain", CERTS(leaf, below));
	write_named(tmp, "chain", "leaf", CERTS(leaf));
	judged(tmp, &java, "chain", true, false);
	ask_java(tmp, &java);
	cert_free(leaf);
	request_free(request);
	cert_free(below);
	cert_free(root);
}

/* What others would refuse isn't made: a name that the root above the CA excludes is seen here. */
static void outside_the_constraints(void **state)
{
	struct cert *root, *below;
	struct buf der = { 0 };
	struct error err;
	(void)state;
	limited_root("ec256", &root, &below);
	struct authority ca = { root, notary_key("ec256", 0) };
	struct terms terms = notary_terms("server");
	static const char *const bad[] = { "a.example.org", "a.secret.example.com",
		"198.51.100.1" };
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct request *request =
			notary_request(WORDS("CN=x", bad[i]), notary_key("ec256", 2), "server");
		assert_false(issue(request, request_info(request)->sans, &ca, &terms, &der, &err));
		assert_int_equal(der.len, 0);
		request_free(request);
	}
	buf_done(&der);
	cert_free(below);
	cert_free(root);
}

/* A common name alone was enough twenty years ago. */
static void no_common_name_alone(void **state)
{
	struct terms terms = notary_terms("server");
	struct subject subject;
	struct buf der = { 0 };
	struct error err;
	(void)state;
	notary_subject(&subject, WORDS("CN=a.example.com"));
	assert_false(self_sign(&subject, notary_key("ec256", 0), &terms, &der, &err));
	expect_error(&err, ERROR_FAILED, "no host");
	subject_done(&subject);
	buf_done(&der);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tmp_setup, tmp_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(self_signed),
		TEST(below_two_cas),
		TEST(people_below_limited_cas),
		TEST(nameless_below_limited_cas),
		TEST(outside_the_constraints),
		TEST(no_common_name_alone),
	};
	if (!realpath("tests/support/Pkix.java", source))
		return 1;
	notary_clock(clock_now() - 3600); /* certtool and Java can't be told another time */
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	notary_forget();
	return failed;
}
