#include "pki/privkey.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "support/certgen.h"
#include "support/notary.h"

#define RIGHT "correct horse"

static struct buf sealed(const struct privkey *key)
{
	struct buf pem = { 0 };
	struct error err;
	if (!privkey_write_sealed(key, RIGHT, &pem, &err))
		fail_msg("%s", err.text);
	return pem;
}

static struct buf plain(const struct privkey *key)
{
	struct buf pem = { 0 };
	struct error err;
	if (!privkey_write_plain(key, &pem, &err))
		fail_msg("%s", err.text);
	return pem;
}

static void reads(const struct buf *bytes, const char *passphrase, const struct privkey *as)
{
	struct privkey *key;
	struct error err;
	if (!privkey_read(bytes->data, bytes->len, passphrase, PRIVKEY_ROUNDS, &key, &err))
		fail_msg("%s", err.text);
	assert_string_equal(privkey_info(key)->id, privkey_info(as)->id);
	privkey_free(key);
}

static void refuses(const void *bytes, size_t len, const char *passphrase, enum error_code code,
	const char *words)
{
	struct privkey *key;
	struct error err = { 0 };
	assert_false(privkey_read(bytes, len, passphrase, PRIVKEY_ROUNDS, &key, &err));
	assert_null(key);
	assert_true(text_is_safe(err.text));
	expect_error(&err, code, words);
}

static void refuses_text(const char *text, const char *words)
{
	refuses(text, strlen(text), NULL, ERROR_FAILED, words);
}

static void kinds(void **state)
{
	const struct privkey_kind *kind;
	(void)state;
	for (size_t i = 0; (kind = privkey_kind_at(i)); i++) {
		assert_ptr_equal(privkey_kind(kind->name), kind);
		assert_true(*kind->label && *kind->help && kind->expected_ms > 0);
	}
	assert_null(privkey_kind("rsa1024"));
}

/* Each is what its name says, and comes back from either form. */
static void round_trips(void **state)
{
	static const struct {
		const char *kind, *words;
	} made[] = {
		{ "ec256", "EC, P-256 (secp256r1)" },
		{ "ec384", "EC, P-384 (secp384r1)" },
		{ "ed25519", "Ed25519" },
		{ "rsa2048", "RSA, 2048 bits" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
		const struct privkey *key = notary_key(made[i].kind, 0);
		char *words = privkey_words(key);
		assert_string_equal(words, made[i].words);
		free(words);
		struct buf open = plain(key), shut = sealed(key);
		reads(&open, NULL, key);
		reads(&open, "needless", key);
		reads(&shut, RIGHT, key);
		struct buf der = { 0 };
		struct error err;
		assert_true(privkey_write_der(key, &der, &err));
		reads(&der, NULL, key);
		reads(&der, "needless", key);
		buf_wipe(&der);
		assert_int_equal(privkey_seal(open.data, open.len), PRIVKEY_PLAIN);
		assert_int_equal(privkey_seal(shut.data, shut.len), PRIVKEY_SEALED);
		buf_wipe(&open);
		buf_wipe(&shut);
	}
}

static void sealed_means_sealed(void **state)
{
	struct buf pem = { 0 }, shut = sealed(notary_key("ec256", 0));
	struct error err;
	(void)state;
	assert_non_null(strstr(buf_text(&shut), "-----BEGIN ENCRYPTED PRIVATE KEY-----"));
	assert_false(privkey_write_sealed(notary_key("ec256", 0), "", &pem, &err));
	expect_error(&err, ERROR_SECRET, "protects nothing");
	assert_false(privkey_write_sealed(notary_key("ec256", 0), NULL, &pem, &err));
	assert_false(privkey_write_sealed(notary_key("ec256", 0), "\xff", &pem, &err));
	expect_error(&err, ERROR_SECRET, "UTF-8");
	assert_int_equal(pem.len, 0);
	buf_wipe(&shut);
}

static void passphrases(void **state)
{
	struct buf shut = sealed(notary_key("ec256", 0));
	(void)state;
	refuses(shut.data, shut.len, NULL, ERROR_SECRET, "its passphrase is needed");
	refuses(shut.data, shut.len, "", ERROR_SECRET, "doesn't open");
	refuses(shut.data, shut.len, "wrong", ERROR_SECRET, "doesn't open");
	refuses(shut.data, shut.len, RIGHT " ", ERROR_SECRET, "doesn't open");
	refuses(shut.data, shut.len, "\xff", ERROR_SECRET, "doesn't open");
	buf_wipe(&shut);
}

static void rounds(void **state)
{
	struct buf shut = sealed(notary_key("ec256", 0));
	struct privkey *key;
	struct error err;
	(void)state;
	assert_false(privkey_read(shut.data, shut.len, RIGHT, 1000, &key, &err));
	expect_error(&err, ERROR_FAILED, "key-derivation rounds; the limit is 1000");
	assert_true(privkey_read(shut.data, shut.len, RIGHT, 0, &key, &err));
	privkey_free(key);
	buf_wipe(&shut);
}

static void among_others(void **state)
{
	const struct privkey *key = notary_key("ec256", 0);
	struct buf file = { 0 }, open = plain(key);
	(void)state;
	buf_text_add(&file, "Bag Attributes\n-----BEGIN CERTIFICATE-----\nMAA=\n"
			    "-----END CERTIFICATE-----\n");
	buf_add(&file, open.data, open.len);
	buf_text_add(&file, "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n");
	reads(&file, NULL, key);
	assert_int_equal(privkey_seal(file.data, file.len), PRIVKEY_PLAIN);
	buf_wipe(&file);
	buf_wipe(&open);
}

static void no_key(void **state)
{
	(void)state;
	refuses("", 0, NULL, ERROR_FAILED, "empty");
	refuses_text("hello", "isn't a private key");
	refuses_text("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
		"no private key in it");
	refuses_text(
		"-----BEGIN OPENSSH PRIVATE KEY-----\nMAA=\n-----END OPENSSH PRIVATE KEY-----\n",
		"ssh-keygen");
	refuses_text("-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n", "damaged");
	refuses_text("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n"
		     "-----END ENCRYPTED PRIVATE KEY-----\n",
		"damaged");
	refuses_text("-----BEGIN ", "no private key in it");
	refuses("\x30\x00", 2, NULL, ERROR_FAILED, "damaged");
	assert_int_equal(privkey_seal("hello", 5), PRIVKEY_NONE);
}

/* Before its END line: a dash or two less there harm nobody. */
static void cut_short(void **state)
{
	struct buf open = plain(notary_key("rsa2048", 0)), shut = sealed(notary_key("ec256", 0));
	struct privkey *key;
	struct error err;
	(void)state;
	for (size_t len = 0; len < open.len - 40; len += 37)
		assert_false(privkey_read(open.data, len, NULL, PRIVKEY_ROUNDS, &key, &err));
	for (size_t len = 0; len < shut.len - 40; len += 11)
		assert_false(privkey_read(shut.data, len, NULL, PRIVKEY_ROUNDS, &key, &err));
	buf_wipe(&open);
	buf_wipe(&shut);
}

static void belongs_to(void **state)
{
	struct terms terms = notary_terms("server");
	struct cert *cert = notary_self(WORDS("CN=x", "a.example"), notary_key("ec256", 0), &terms);
	struct cert *other = certgen_cert(&(struct certgen){ .cn = "x" });
	(void)state;
	assert_true(privkey_matches(notary_key("ec256", 0), cert_info(cert)));
	assert_false(privkey_matches(notary_key("ec256", 1), cert_info(cert)));
	assert_false(privkey_matches(notary_key("ec256", 0), cert_info(other)));
	cert_free(other);
	cert_free(cert);
}

static void checks(const char *pem, enum advice_weight weight, const char *code)
{
	struct privkey *key;
	struct error err;
	struct advice advice = { 0 };
	if (!privkey_read(pem, strlen(pem), NULL, PRIVKEY_ROUNDS, &key, &err))
		fail_msg("%s", err.text);
	privkey_check(key, &advice);
	expect_advice(&advice, weight, code);
	advice_done(&advice);
	privkey_free(key);
}

static void weak_keys(void **state)
{
	struct tmp *tmp = tmp_new();
	(void)state;
	notary_shell(tmp, "openssl genrsa -out short.pem 1024");
	notary_shell(tmp, "openssl genrsa -3 -out three.pem 2048");
	checks(tmp_read(tmp, "short.pem", NULL), ADVICE_REFUSES, "weak-key");
	checks(tmp_read(tmp, "three.pem", NULL), ADVICE_WARNS, "exponent");
	struct advice advice = { 0 };
	privkey_check(notary_key("rsa2048", 0), &advice);
	privkey_check(notary_key("ed25519", 0), &advice);
	assert_int_equal(advice.count, 0);
	tmp_free(tmp);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds),
		cmocka_unit_test(round_trips),
		cmocka_unit_test(sealed_means_sealed),
		cmocka_unit_test(passphrases),
		cmocka_unit_test(rounds),
		cmocka_unit_test(among_others),
		cmocka_unit_test(no_key),
		cmocka_unit_test(cut_short),
		cmocka_unit_test(belongs_to),
		cmocka_unit_test(weak_keys),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	notary_forget();
	return failed;
}
