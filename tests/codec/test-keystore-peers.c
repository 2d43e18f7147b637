/*
 * Keys with their chains as OpenSSL, GnuTLS's certtool and Java's keytool write them, and ours as
 * they read them: algorithm by container by encryption.
 */
#include "codec/keystore.h"

#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/keyring.h"
#include "support/notary.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define KEYTOOL     "keytool -J-Xshare:auto -J-XX:TieredStopAtLevel=1 -noprompt "

/* --- reading what they write ----------------------------------------------------------------- */

/* What a file must hold; keys of the public part in `id`, where there is one. */
struct wish {
	size_t keys, certificates;
	const char *id, *label;
};

static void check(const char *file, const struct keyring *ring, const struct wish *wish)
{
	assert_int_equal(keyring_count(ring, KEYRING_KEY), wish->keys);
	assert_int_equal(keyring_count(ring, KEYRING_CERT), wish->certificates);
	assert_int_equal(keyring_count(ring, KEYRING_PROBLEM), 0);
	for (size_t i = 0; i < ring->count; i++) {
		const struct keyring_item *item = &ring->items[i];

		if (item->key && wish->id)
			assert_string_equal(privkey_info(item->key)->id, wish->id);
		if (item->key && wish->label && (!item->label || strcmp(item->label, wish->label)))
			fail_msg("%s: label %s", file, item->label ? item->label : "none");
	}
}

static bool read_file(struct tmp *tmp, const char *file, const char *password, struct keyring *ring,
	struct error *err)
{
	struct keyring_options options = {
		.limits = { .certificates = 100, .kdf_rounds = 10000000 },
		.password = password,
	};
	size_t len;
	const char *bytes = tmp_read(tmp, file, &len);

	*ring = (struct keyring){ 0 };
	return keyring_read(bytes, len, &options, ring, err);
}

static void reads(struct tmp *tmp, const char *file, const char *what, const char *password,
	const struct wish *wish)
{
	struct keyring ring;
	struct error err;

	if (!read_file(tmp, file, password, &ring, &err))
		fail_msg("%s (%s): %s", file, what, err.text);
	check(file, &ring, wish);
	keyring_done(&ring);
}

/* Another password, and none. */
static void refuses(struct tmp *tmp, const char *file, const char *what)
{
	struct keyring ring;
	struct error err;

	if (read_file(tmp, file, "wrong", &ring, &err))
		fail_msg("%s (%s) opens with a wrong password", file, what);
	expect_error(&err, ERROR_SECRET, "the password is wrong");
	assert_int_equal(keyring_count(&ring, KEYRING_KEY), 0);
	keyring_done(&ring);
	if (read_file(tmp, file, NULL, &ring, &err))
		fail_msg("%s (%s) opens without a password", file, what);
	expect_error(&err, ERROR_SECRET, "needs its password");
	keyring_done(&ring);
}

static char *id_of(struct tmp *tmp, const char *file)
{
	notary_shell(tmp,
		"openssl pkey -in %s -passin pass:secret -pubout -outform DER | "
		"openssl dgst -sha256 -r | cut -c-64 | tr -d '\\n' >id",
		file);
	return strdup(tmp_read(tmp, "id", NULL));
}

static const struct algorithm {
	const char *name, *args;
} algorithms[] = {
	{ "RSA", "RSA -pkeyopt rsa_keygen_bits:2048" },
	{ "EC", "EC -pkeyopt ec_paramgen_curve:P-256" },
	{ "EC", "EC -pkeyopt ec_paramgen_curve:P-384" },
	{ "Ed25519", "ED25519" },
};

#define OUT    "-passout pass:secret "
#define PKCS8  "openssl pkcs8 -topk8 -in key.pem "
#define OLD    "openssl pkey -traditional -in key.pem "
#define PKCS12 "openssl pkcs12 -export -inkey key.pem -in own.pem -name Web "
#define CERTP12                                                                                    \
	"certtool --to-p12 --load-privkey key.pem --load-certificate own.pem --p12-name Web "

static const struct container {
	const char *command; /* writes to standard output */
	const char *password;
	const char *only; /* an algorithm; NULL: all of them */
	size_t certificates;
} containers[] = {
	{ .command = PKCS8 "-nocrypt" },
	{ .command = PKCS8 "-nocrypt -outform DER" },
	{ .command = PKCS8 "-nocrypt -outform DER | openssl base64" },
	{ .command = PKCS8 "-v2 aes256 " OUT, .password = "secret" },
	{ .command = PKCS8 "-v2 aes256 -outform DER " OUT, .password = "secret" },
	{ .command = PKCS8 "-v2 des3 -v2prf hmacWithSHA1 " OUT, .password = "secret" },
	{ .command = PKCS8 "-v1 PBE-SHA1-3DES " OUT, .password = "secret" },
	{ .command = OLD, .only = "RSA" },
	{ .command = OLD "-outform DER", .only = "RSA" },
	{ .command = OLD "-aes256 " OUT, .password = "secret", .only = "RSA" },
	{ .command = OLD "-des3 " OUT "| sed 's/$/\\r/'", .password = "secret", .only = "RSA" },
	{ .command = "openssl ec -in key.pem -param_enc named_curve", .only = "EC" },
	{ .command = "openssl ec -in key.pem -outform DER", .only = "EC" },
	{ .command = "openssl ec -in key.pem -aes128 " OUT, .password = "secret", .only = "EC" },
	{ .command = "openssl ecparam -name prime256v1; openssl ec -in key.pem", .only = "EC" },
	{ .command = "openssl ec -in key.pem -no_public", .only = "EC" },
	{ .command = "openssl ec -in key.pem -no_public | openssl pkcs8 -topk8 " OUT,
		.password = "secret",
		.only = "EC" },
	{ .command = "cat own.pem key.pem own.pem", .certificates = 2 },
	{ .command = PKCS8 OUT "; cat own.pem", .password = "secret", .certificates = 1 },
	{ .command = PKCS12 OUT, .password = "secret", .certificates = 1 },
	{ .command = PKCS12 "-legacy " OUT, .password = "secret", .certificates = 1 },
	{ .command = PKCS12 "-nomac " OUT, .password = "secret", .certificates = 1 },
	{ .command = PKCS12 "-certpbe NONE " OUT, .password = "secret", .certificates = 1 },
	{ .command = PKCS12 "-certpbe NONE -nomac " OUT, .password = "secret", .certificates = 1 },
	{ .command = PKCS12 "-keypbe NONE " OUT, .password = "secret", .certificates = 1 },
	{ .command = PKCS12 "-keypbe NONE -certpbe NONE -nomac " OUT, .certificates = 1 },
	{ .command = PKCS12 "-passout pass:", .certificates = 1 },
	{ .command = PKCS12 "-passout pass:", .password = "", .certificates = 1 },
	{ .command = PKCS12 "-legacy -passout pass:", .certificates = 1 },
	{ .command = "certtool --to-p8 --load-privkey key.pem --password secret "
		     "--pkcs-cipher aes-256",
		.password = "secret" },
	{ .command = "certtool --to-p8 --load-privkey key.pem --password secret --pkcs-cipher 3des",
		.password = "secret" },
	{ .command = "certtool --to-p8 --load-privkey key.pem --password secret "
		     "--pkcs-cipher 3des-pkcs12 --outder",
		.password = "secret" },
	{ .command = "certtool --to-p8 --load-privkey key.pem --password secret "
		     "--pkcs-cipher rc2-40",
		.password = "secret" },
	{ .command = "certtool --to-p8 --load-privkey key.pem --password secret "
		     "--pkcs-cipher arcfour",
		.password = "secret" },
	{ .command = CERTP12 "--password secret --outder",
		.password = "secret",
		.certificates = 1 },
	{ .command = CERTP12 "--password secret --outder --pkcs-cipher aes-192",
		.password = "secret",
		.certificates = 1 },
	{ .command = CERTP12 "--password secret --outder --pkcs-cipher 3des-pkcs12",
		.password = "secret",
		.certificates = 1 },
	{ .command = CERTP12 "--password secret --outder --pkcs-cipher rc2-40",
		.password = "secret",
		.certificates = 1 },
	{ .command = CERTP12 "--empty-password --outder", .certificates = 1 },
	{ .command = CERTP12 "--null-password --outder", .certificates = 1 },
};

static bool is_named(const struct container *container)
{
	return strstr(container->command, "name Web");
}

static void of_openssl_and_certtool(void **state)
{
	struct tmp *tmp = *state;

	for (size_t a = 0; a < COUNT(algorithms); a++) {
		notary_shell(tmp,
			"openssl genpkey -algorithm %s -out key.pem && "
			"openssl req -x509 -key key.pem -subj /CN=own -days 30 -out own.pem",
			algorithms[a].args);
		char *id = id_of(tmp, "key.pem");
		for (size_t c = 0; c < COUNT(containers); c++) {
			const struct container *row = &containers[c];
			struct wish wish = { 1, row->certificates, id, NULL };

			if (row->only && strcmp(row->only, algorithms[a].name) != 0)
				continue;
			if (is_named(row))
				wish.label = "Web";
			notary_shell(tmp, "(%s) >file", row->command);
			reads(tmp, "file", row->command, row->password, &wish);
			if (row->password && *row->password && (a == 0 || row->only))
				refuses(tmp, "file", row->command);
		}
		free(id);
	}
}

static void of_keytool(void **state)
{
	static const char *const keys[] = { "RSA -keysize 2048", "EC -groupname secp256r1",
		"EC -groupname secp384r1", "Ed25519" };
	static const char *const types[] = { "JKS", "PKCS12", "JCEKS" };
	struct tmp *tmp = *state;

	for (size_t t = 0; t < COUNT(types); t++) {
		for (size_t k = 0; k < COUNT(keys); k++) {
			struct wish wish = { k + 1, k + 1, NULL, NULL };

			notary_shell(tmp,
				KEYTOOL "-genkeypair -alias Key%zu -keyalg %s -dname CN=a "
					"-storetype %s -storepass secret -keypass secret "
					"-keystore %s 2>&1",
				k, keys[k], types[t], types[t]);
			reads(tmp, types[t], keys[k], "secret", &wish);
		}
		refuses(tmp, types[t], "of keytool");
	}
}

/* A JKS may give each key a password of its own. */
static void of_keytool_with_other_passwords(void **state)
{
	struct tmp *tmp = *state;
	struct keyring_options options = { .password = "secret" };
	struct keyring ring = { 0 };
	struct error err;
	size_t len;

	for (int i = 1; i <= 2; i++)
		notary_shell(tmp,
			KEYTOOL "-genkeypair -alias key%d -keyalg EC -dname CN=a -storetype JKS "
				"-storepass secret -keypass secret%d -keystore two.jks 2>&1",
			i, i);
	const char *bytes = tmp_read(tmp, "two.jks", &len);
	for (int i = 0; i <= 2; i++) {
		static const char *const passwords[] = { NULL, "secret1", "secret2" };

		options.key_password = passwords[i];
		assert_true(keyring_read(bytes, len, &options, &ring, &err));
		assert_int_equal(keyring_count(&ring, KEYRING_KEY), i ? 1 : 0);
		assert_int_equal(keyring_count(&ring, KEYRING_CERT), 2);
		assert_int_equal(keyring_count(&ring, KEYRING_PROBLEM), i ? 1 : 2);
		for (size_t n = 0; n < ring.count; n++)
			if (ring.items[n].kind == KEYRING_PROBLEM)
				assert_true(ring.items[n].sealed);
			else if (ring.items[n].key)
				assert_string_equal(ring.items[n].label, i == 1 ? "key1" : "key2");
		keyring_done(&ring);
	}
}

static void what_is_not_taken_is_named(void **state)
{
	static const struct {
		const char *command, *words;
	} rows[] = {
		{ "openssl dsaparam -genkey 1024", "the kind DSA" },
		{ "openssl dsaparam -genkey 1024 | openssl pkcs8 -topk8 " OUT, "the kind DSA" },
		{ "openssl genpkey -algorithm X25519", "the kind X25519" },
		{ "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1",
			"a private key that is damaged, cut short or of an unknown kind" },
		{ "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 "
		  "-pkeyopt ec_param_enc:explicit",
			"of an unknown kind" },
		{ "openssl genpkey -algorithm ED25519 | openssl pkcs8 -topk8 -scrypt " OUT,
			"uses scrypt" },
	};
	struct tmp *tmp = *state;
	struct keyring ring;
	struct error err;

	for (size_t i = 0; i < COUNT(rows); i++) {
		notary_shell(tmp, "%s >file", rows[i].command);
		assert_false(read_file(tmp, "file", "secret", &ring, &err));
		expect_error(&err, ERROR_FAILED, rows[i].words);
		assert_int_equal(keyring_count(&ring, KEYRING_PROBLEM), 1);
		keyring_done(&ring);
	}
}

/* --- writing what they read ------------------------------------------------------------------ */

static const char *const kinds[] = { "rsa2048", "ec256", "ec384", "ed25519" };

struct pair {
	const struct privkey *key;
	struct cert *chain[2];
};

static struct pair make_pair(const char *kind)
{
	const struct privkey *root = notary_key("ec256", 1);
	struct pair pair = { .key = notary_key(kind, 0), .chain = { NULL, notary_ca(root, 0) } };
	struct request *request =
		notary_request(WORDS("CN=Web", "web.example"), pair.key, "server");
	struct terms terms = notary_terms("server");
	struct authority ca = { .cert = pair.chain[1], .key = root };

	pair.chain[0] = notary_issue(request, &ca, &terms);
	request_free(request);
	return pair;
}

static void pair_done(struct pair *pair)
{
	cert_free(pair->chain[0]);
	cert_free(pair->chain[1]);
}

static void write_file(struct tmp *tmp, const char *file, const char *format,
	const struct pair *pair, const char *password)
{
	const struct cert *chain[] = { pair->chain[0], pair->chain[1] };
	struct keystore_entry entry = {
		.key = pair->key,
		.chain = chain,
		.count = 2,
		.name = "My Wëb",
		.password = password,
		.plain = !password,
		.now = notary_now(),
	};
	struct buf out = { 0 };
	struct error err;

	if (!keystore_write(keystore_format_find(format), &entry, &out, &err))
		fail_msg("%s: %s", format, err.text);
	tmp_write(tmp, file, out.data, out.len);
	buf_wipe(&out);
}

/* The file is PEM with this pair, by OpenSSL's word. */
static void is_pair(struct tmp *tmp, const char *file, const struct pair *pair)
{
	char *id = id_of(tmp, file);
	char hex[2 * FINGERPRINT_SIZE + 1];
	struct buf digits = { 0 };

	assert_string_equal(id, privkey_info(pair->key)->id);
	notary_shell(tmp,
		"openssl x509 -in %s -outform DER | openssl dgst -sha256 -r | cut -c-64 | tr -d "
		"'\\n' >print",
		file);
	for (size_t i = 0; i < FINGERPRINT_SIZE; i++)
		buf_format(&digits, "%02x", cert_info(pair->chain[0])->sha256.bytes[i]);
	snprintf(hex, sizeof(hex), "%s", buf_text(&digits));
	assert_string_equal(tmp_read(tmp, "print", NULL), hex);
	notary_shell(tmp, "test $(grep -c 'BEGIN CERT' %s) = 2", file);
	notary_shell(tmp, "openssl pkey -in %s -passin pass:secret -check -noout", file);
	buf_done(&digits);
	free(id);
}

static void ours_in_pem(void **state)
{
	struct tmp *tmp = *state;

	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct pair pair = make_pair(kinds[i]);

		write_file(tmp, "plain.pem", "pem", &pair, NULL);
		is_pair(tmp, "plain.pem", &pair);
		notary_shell(tmp, "certtool --key-info --infile plain.pem");
		write_file(tmp, "sealed.pem", "pem", &pair, "secret");
		is_pair(tmp, "sealed.pem", &pair);
		notary_shell(tmp, "! openssl pkey -in sealed.pem -passin pass:wrong -noout");
		notary_shell(tmp, "certtool --key-info --infile sealed.pem --password secret");
		pair_done(&pair);
	}
}

static void ours_in_pkcs12(void **state)
{
	static const struct {
		const char *format, *cipher, *mac;
	} rows[] = {
		{ "pkcs12", "AES-256-CBC, Iteration 100000, PRF hmacWithSHA256", "MAC: sha256" },
		{ "pkcs12-legacy", "pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 100000",
			"MAC: sha1" },
	};
	struct tmp *tmp = *state;

	for (size_t n = 0; n < 2 * COUNT(kinds); n++) {
		struct pair pair = make_pair(kinds[n / 2]);

		write_file(tmp, "our.p12", rows[n % 2].format, &pair, "secret");
		notary_shell(tmp, "openssl pkcs12 -in our.p12 -nodes -passin pass:secret -out "
				  "theirs.pem");
		is_pair(tmp, "theirs.pem", &pair);
		notary_shell(tmp, "test $(grep -c localKeyID theirs.pem) = 2");
		notary_shell(tmp, "test $(grep -c friendlyName theirs.pem) = 2");
		notary_shell(tmp,
			"openssl pkcs12 -in our.p12 -info -noout -passin pass:secret >info 2>&1; "
			"grep -q '%s' info && test $(grep -c '%s' info) = 2",
			rows[n % 2].mac, rows[n % 2].cipher);
		notary_shell(tmp, "! openssl pkcs12 -in our.p12 -noout -passin pass:wrong");
		notary_shell(tmp, "certtool --p12-info --inder --infile our.p12 --password secret "
				  "--outfile certtool.out 2>/dev/null");
		notary_shell(tmp,
			"grep -q 'My W' certtool.out && "
			"test $(grep -c 'BEGIN CERT' certtool.out) = 2 && "
			"sed -n '/BEGIN.*PRIVATE/,/END.*PRIVATE/p;/BEGIN CERT/,/END CERT/p' "
			"certtool.out >theirs.pem");
		is_pair(tmp, "theirs.pem", &pair);
		pair_done(&pair);
	}
}

/* keytool opens the key by taking it over into a file of its own. */
static void ours_in_java(void **state)
{
	static const char *const formats[] = { "pkcs12", "pkcs12-legacy", "jks" };
	struct tmp *tmp = *state;

	for (size_t n = 0; n < COUNT(formats) * COUNT(kinds); n++) {
		struct pair pair = make_pair(kinds[n / COUNT(formats)]);

		write_file(tmp, "our", formats[n % COUNT(formats)], &pair, "secret");
		notary_shell(tmp, "rm -f java.p12; " KEYTOOL
				  "-importkeystore -srckeystore our -srcstorepass secret "
				  "-srcalias 'my wëb' -destkeystore java.p12 -deststoretype pkcs12 "
				  "-deststorepass secret 2>&1");
		notary_shell(tmp, "openssl pkcs12 -in java.p12 -nodes -passin pass:secret -out "
				  "theirs.pem");
		is_pair(tmp, "theirs.pem", &pair);
		pair_done(&pair);
		if (n >= COUNT(formats))
			continue;
		notary_shell(tmp, KEYTOOL "-list -v -keystore our -storepass secret >list 2>&1; "
					  "grep -q 'contains 1 entry' list && "
					  "grep -q 'chain length: 2' list && "
					  "grep -q PrivateKeyEntry list");
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tmp_setup, tmp_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(of_openssl_and_certtool),
		TEST(of_keytool),
		TEST(of_keytool_with_other_passwords),
		TEST(what_is_not_taken_is_named),
		TEST(ours_in_pem),
		TEST(ours_in_pkcs12),
		TEST(ours_in_java),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	notary_forget();
	return failed;
}
