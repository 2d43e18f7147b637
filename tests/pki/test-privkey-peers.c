/*
 * Keys as OpenSSL, GnuTLS's certtool and Java's keytool write them, and ours as they read them:
 * algorithm by container by encryption.
 */
#include "pki/privkey.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "support/notary.h"

static char *fingerprint(struct tmp *tmp, const char *file)
{
	notary_shell(tmp,
		"openssl pkey -in %s -passin pass:x -pubout -outform DER | "
		"openssl dgst -sha256 -r | cut -c-64 | tr -d '\\n' >id",
		file);
	return strdup(tmp_read(tmp, "id", NULL));
}

/* The file, with or without a passphrase, holds the key of that public part. */
static void reads(struct tmp *tmp, const char *file, const char *passphrase, const char *id)
{
	struct privkey *key;
	struct error err;
	size_t len;
	const char *bytes = tmp_read(tmp, file, &len);
	if (!privkey_read(bytes, len, passphrase, PRIVKEY_ROUNDS, &key, &err))
		fail_msg("%s: %s", file, err.text);
	assert_string_equal(privkey_info(key)->id, id);
	privkey_free(key);
	if (passphrase && privkey_read(bytes, len, "y", PRIVKEY_ROUNDS, &key, &err))
		fail_msg("%s opens with a wrong passphrase", file);
	if (passphrase)
		assert_int_equal(err.code, ERROR_SECRET);
}

static const struct {
	const char *name, *args;
} algorithms[] = {
	{ "rsa", "RSA -pkeyopt rsa_keygen_bits:2048" },
	{ "p256", "EC -pkeyopt ec_paramgen_curve:P-256" },
	{ "p384", "EC -pkeyopt ec_paramgen_curve:P-384" },
	{ "p521", "EC -pkeyopt ec_paramgen_curve:P-521" },
	{ "ed25519", "ED25519" },
	{ "ed448", "ED448" },
};

static const struct {
	const char *name, *command; /* from own.pem */
	bool sealed, old;           /* old: of RSA and EC only */
} containers[] = {
	{ "pkcs8.pem", "openssl pkcs8 -topk8 -nocrypt", false, false },
	{ "pkcs8.der", "openssl pkcs8 -topk8 -nocrypt -outform DER", false, false },
	{ "aes256.pem", "openssl pkcs8 -topk8 -passout pass:x", true, false },
	{ "aes256.der", "openssl pkcs8 -topk8 -passout pass:x -outform DER", true, false },
	{ "aes128-sha512.pem",
		"openssl pkcs8 -topk8 -v2 aes128 -v2prf hmacWithSHA512 -passout pass:x", true,
		false },
	{ "des3.pem", "openssl pkcs8 -topk8 -v2 des3 -passout pass:x", true, false },
	{ "p12-3des.pem", "openssl pkcs8 -topk8 -v1 PBE-SHA1-3DES -passout pass:x", true, false },
	{ "old.pem", "openssl pkey -traditional", false, true },
	{ "old.der", "openssl pkey -traditional -outform DER", false, true },
	{ "old-aes.pem", "openssl pkey -traditional -aes256 -passout pass:x", true, true },
	{ "old-3des.pem", "openssl pkey -traditional -des3 -passout pass:x", true, true },
};

static void of_openssl(void **state)
{
	struct tmp *tmp = *state;
	for (size_t a = 0; a < sizeof algorithms / sizeof algorithms[0]; a++) {
		notary_shell(tmp, "openssl genpkey -algorithm %s -out own.pem", algorithms[a].args);
		char *id = fingerprint(tmp, "own.pem");
		for (size_t c = 0; c < sizeof containers / sizeof containers[0]; c++) {
			if (containers[c].old && algorithms[a].name[0] == 'e')
				continue;
			notary_shell(tmp, "%s -in own.pem -out %s", containers[c].command,
				containers[c].name);
			reads(tmp, containers[c].name, containers[c].sealed ? "x" : NULL, id);
		}
		free(id);
	}
}

static void of_certtool(void **state)
{
	static const char *const kinds[] = { "rsa --bits 2048", "ecdsa --curve secp256r1",
		"ed25519" };
	static const char *const ciphers[] = { "aes-256", "aes-128", "3des" };
	struct tmp *tmp = *state;
	for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
		notary_shell(tmp, "certtool --generate-privkey --key-type %s --outfile ct.pem",
			kinds[k]);
		char *id = fingerprint(tmp, "ct.pem");
		reads(tmp, "ct.pem", NULL, id);
		for (size_t c = 0; c < sizeof ciphers / sizeof ciphers[0]; c++) {
			notary_shell(tmp,
				"certtool --to-p8 --load-privkey ct.pem --password x --pkcs-cipher "
				"%s --outfile ct8.pem",
				ciphers[c]);
			reads(tmp, "ct8.pem", "x", id);
		}
		free(id);
	}
}

/* keytool has keys in keystores only; OpenSSL takes them out. */
static void of_keytool(void **state)
{
	struct tmp *tmp = *state;
	notary_shell(tmp, "keytool -genkeypair -alias a -keyalg RSA -keysize 2048 -dname CN=a "
			  "-storetype PKCS12 -storepass secret -keystore k.p12");
	notary_shell(tmp, "openssl pkcs12 -in k.p12 -nocerts -passin pass:secret -passout pass:x "
			  "-out bag.pem");
	char *id = fingerprint(tmp, "bag.pem");
	reads(tmp, "bag.pem", "x", id);
	free(id);
}

static void scrypt(void **state)
{
	struct tmp *tmp = *state;
	struct privkey *key;
	struct error err;
	size_t len;
	notary_shell(tmp, "openssl genpkey -algorithm ED25519 | openssl pkcs8 -topk8 -scrypt "
			  "-passout pass:x -out scrypt.pem");
	const char *bytes = tmp_read(tmp, "scrypt.pem", &len);
	assert_false(privkey_read(bytes, len, "x", PRIVKEY_ROUNDS, &key, &err));
	expect_error(&err, ERROR_FAILED, "uses scrypt");
	assert_int_equal(privkey_seal(bytes, len), PRIVKEY_SEALED);
}

/* Both read every kind of ours in either form, and find the same public key. */
static void ours(void **state)
{
	static const char *const kinds[] = { "ec256", "ec384", "ed25519", "rsa2048" };
	struct tmp *tmp = *state;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		const struct privkey *key = notary_key(kinds[i], 0);
		notary_write_key(tmp, "plain.pem", key, NULL);
		notary_write_key(tmp, "sealed.pem", key, "x");
		for (int sealed = 0; sealed < 2; sealed++) {
			const char *file = sealed ? "sealed.pem" : "plain.pem";
			char *id = fingerprint(tmp, file);
			assert_string_equal(id, privkey_info(key)->id);
			free(id);
			notary_shell(tmp, "openssl pkey -in %s -passin pass:x -check -noout", file);
			notary_shell(tmp, "certtool --key-info --infile %s%s", file,
				sealed ? " --password x" : "");
		}
		notary_shell(tmp, "! openssl pkey -in sealed.pem -passin pass:y -noout");
		notary_shell(tmp, "openssl asn1parse -in sealed.pem | grep -q aes-256-cbc");
	}
}

/* As a person types it: several bytes, and composed. */
static void passphrase_in_utf8(void **state)
{
	struct tmp *tmp = *state;
	const struct privkey *key = notary_key("ec256", 0);
	notary_write_key(tmp, "utf8.pem", key, "pässwörd ☂");
	notary_shell(tmp, "openssl pkey -in utf8.pem -passin 'pass:pässwörd ☂' -noout");
	notary_shell(tmp, "openssl pkcs8 -topk8 -in utf8.pem -passin 'pass:pässwörd ☂' "
			  "-passout 'pass:pässwörd ☂' -out theirs.pem");
	size_t len;
	struct privkey *read;
	struct error err;
	const char *bytes = tmp_read(tmp, "theirs.pem", &len);
	assert_true(privkey_read(bytes, len, "pässwörd ☂", PRIVKEY_ROUNDS, &read, &err));
	privkey_free(read);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tmp_setup, tmp_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(of_openssl),
		TEST(of_certtool),
		TEST(of_keytool),
		TEST(scrypt),
		TEST(ours),
		TEST(passphrase_in_utf8),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	notary_forget();
	return failed;
}
