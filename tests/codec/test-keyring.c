#include "codec/keyring.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "codec/keystore.h"
#include "codec/pem.h"
#include "support/notary.h"

#define ROUNDS "\x02\x03\x01\x86\xa0" /* 100 000, as our keystores have it */

static const struct cert *own(void)
{
	static struct cert *cert;
	struct terms terms = notary_terms("server");

	if (!cert)
		cert = notary_self(WORDS("CN=Web", "web.example"), notary_key("ec256", 0), &terms);
	return cert;
}

static struct buf keystore(const char *format)
{
	const struct cert *chain[] = { own() };
	struct keystore_entry entry = {
		.key = notary_key("ec256", 0),
		.chain = chain,
		.count = 1,
		.name = "web",
		.password = "secret",
		.now = notary_now(),
	};
	struct buf file = { 0 };
	struct error err;

	assert_true(keystore_write(keystore_format_find(format), &entry, &file, &err));
	return file;
}

/* Of a copy that ends where the bytes end, so that the sanitizers see a step beyond. */
static bool read_with(const struct buf *file, const struct keyring_options *options,
	struct keyring *ring, struct error *err)
{
	char *copy = malloc(file->len + !file->len);
	bool ok;

	*ring = (struct keyring){ 0 };
	*err = (struct error){ 0 };
	memcpy(copy, buf_text(file), file->len);
	ok = keyring_read(copy, file->len, options, ring, err);
	free(copy);
	return ok;
}

static bool read_file(
	const struct buf *file, const char *password, struct keyring *ring, struct error *err)
{
	struct keyring_options options = {
		.limits = { .certificates = 100, .kdf_rounds = 1000000 },
		.password = password,
	};

	return read_with(file, &options, ring, err);
}

static void refused(
	const struct buf *file, const char *password, enum error_code code, const char *words)
{
	struct keyring ring;
	struct error err;

	assert_false(read_file(file, password, &ring, &err));
	expect_error(&err, code, words);
	assert_int_equal(keyring_count(&ring, KEYRING_KEY), 0);
	keyring_done(&ring);
}

static const struct keyring_item *only(const struct keyring *ring, enum keyring_kind kind)
{
	assert_int_equal(keyring_count(ring, kind), 1);
	for (size_t i = 0; i < ring->count; i++)
		if (ring->items[i].kind == kind)
			return &ring->items[i];
	return NULL;
}

/* --- PEM ------------------------------------------------------------------------------------- */

static void add_cert(struct buf *out, const struct cert *cert)
{
	size_t len;
	const uint8_t *der = cert_der(cert, &len);

	pem_write(out, "CERTIFICATE", der, len);
}

static void add_key(struct buf *out, const char *kind, const char *password)
{
	struct error err;

	if (password)
		assert_true(privkey_write_sealed(notary_key(kind, 0), password, out, &err));
	else
		assert_true(privkey_write_plain(notary_key(kind, 0), out, &err));
}

static void add_request(struct buf *out)
{
	struct request *request =
		notary_request(WORDS("CN=Web", "web.example"), notary_key("ec256", 0), "server");
	size_t len;
	const uint8_t *der = request_der(request, &len);

	pem_write(out, "NEW CERTIFICATE REQUEST", der, len);
	request_free(request);
}

static void a_pem_holds_anything(void **state)
{
	static const enum keyring_kind kinds[] = { KEYRING_OTHER, KEYRING_CERT, KEYRING_PROBLEM,
		KEYRING_KEY, KEYRING_PROBLEM, KEYRING_REQUEST, KEYRING_PROBLEM, KEYRING_KEY,
		KEYRING_PROBLEM, KEYRING_CERT };
	struct buf file = { 0 };
	struct keyring ring;
	struct error err;

	(void)state;
	buf_text_add(&file, "text\r\n");
	pem_write(&file, "EC PARAMETERS", "\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07", 10);
	add_cert(&file, own());
	pem_write(&file, "CERTIFICATE", "\x30\x03\x02\x01\x01", 5);
	add_key(&file, "ec256", NULL);
	pem_write(&file, "PRIVATE KEY", "\x30\x03\x02\x01\x00", 5);
	add_request(&file);
	buf_text_add(&file, "-----BEGIN RSA PRIVATE KEY-----\n?!\n-----END RSA PRIVATE KEY-----\n");
	add_key(&file, "ed25519", "secret");
	pem_write(&file, "OPENSSH PRIVATE KEY", "openssh-key-v1", 15);
	add_cert(&file, own());
	assert_true(read_file(&file, "secret", &ring, &err));
	assert_string_equal(ring.format, "PEM");
	assert_int_equal(ring.count, sizeof(kinds) / sizeof(kinds[0]));
	for (size_t i = 0; i < ring.count; i++) {
		assert_int_equal(ring.items[i].kind, kinds[i]);
		assert_true(!ring.items[i].why || text_is_safe(ring.items[i].why));
		assert_int_equal(ring.items[i].why == NULL,
			kinds[i] != KEYRING_PROBLEM && kinds[i] != KEYRING_OTHER);
	}
	assert_true(privkey_matches(ring.items[3].key, cert_info(ring.items[1].cert)));
	assert_false(ring.items[3].sealed);
	assert_true(request_is_of(ring.items[5].request, ring.items[3].key));
	assert_true(ring.items[7].sealed);
	assert_string_equal(privkey_info(ring.items[7].key)->algorithm, "Ed25519");
	assert_non_null(strstr(ring.items[8].why, "OpenSSH"));
	assert_non_null(strstr(ring.items[8].where, "block 9"));
	keyring_done(&ring);
	buf_wipe(&file);
}

static void each_item_goes_through_a_pipe(void **state)
{
	struct buf file = { 0 }, bytes = { 0 };
	struct keyring ring;
	struct privkey *key;
	struct request *request;
	struct error err;

	(void)state;
	add_key(&file, "ec256", NULL);
	add_cert(&file, own());
	add_request(&file);
	pem_write(&file, "X509 CRL", "\x30\x00", 2);
	assert_true(read_file(&file, NULL, &ring, &err));
	assert_true(keyring_bytes(&ring.items[0], &bytes, &err));
	assert_true(privkey_read(bytes.data, bytes.len, NULL, 0, &key, &err));
	assert_string_equal(privkey_info(key)->id, privkey_info(notary_key("ec256", 0))->id);
	privkey_free(key);
	buf_wipe(&bytes);
	assert_true(keyring_bytes(&ring.items[1], &bytes, &err));
	cert_free(notary_cert(&bytes));
	assert_true(keyring_bytes(&ring.items[2], &bytes, &err));
	assert_true(request_read(bytes.data, bytes.len, &request, &err));
	request_free(request);
	assert_false(keyring_bytes(&ring.items[3], &bytes, &err));
	keyring_done(&ring);
	buf_done(&bytes);
	buf_wipe(&file);
}

static void a_password_may_open_some(void **state)
{
	struct keyring_options options = { .password = "secret" };
	struct buf file = { 0 };
	struct keyring ring;
	struct error err;

	(void)state;
	add_key(&file, "ec256", "secret");
	add_key(&file, "ed25519", "other");
	add_cert(&file, own());
	assert_true(read_with(&file, &options, &ring, &err));
	assert_true(only(&ring, KEYRING_PROBLEM)->sealed);
	assert_true(privkey_matches(only(&ring, KEYRING_KEY)->key, cert_info(own())));
	keyring_done(&ring);
	options.key_password = "other";
	assert_true(read_with(&file, &options, &ring, &err));
	assert_int_equal(keyring_count(&ring, KEYRING_KEY), 2);
	keyring_done(&ring);
	options = (struct keyring_options){ .password = "wrong" };
	assert_false(read_with(&file, &options, &ring, &err));
	expect_error(&err, ERROR_SECRET, "the password is wrong");
	assert_int_equal(keyring_count(&ring, KEYRING_CERT), 1);
	keyring_done(&ring);
	options.password = NULL;
	assert_false(read_with(&file, &options, &ring, &err));
	expect_error(&err, ERROR_SECRET, "needs its password");
	keyring_done(&ring);
	buf_wipe(&file);
}

/* As one system types it and another one reads it. */
static void a_password_may_be_composed(void **state)
{
	struct buf file = { 0 };
	struct keyring ring;
	struct error err;

	(void)state;
	add_key(&file, "ec256", "p\xc3\xa4ss");
	assert_true(read_file(&file, "p\xc3\xa4ss", &ring, &err));
	keyring_done(&ring);
	assert_true(read_file(&file, "pa\xcc\x88ss", &ring, &err));
	keyring_done(&ring);
	refused(&file, "p\xc3\xb6ss", ERROR_SECRET, "the password is wrong");
	buf_wipe(&file);
}

static void useless_files_are_named(void **state)
{
	struct buf file = { 0 };

	(void)state;
	refused(&file, NULL, ERROR_FAILED, "is empty");
	buf_text_add(&file, "hello, world\n");
	refused(&file, NULL, ERROR_FAILED, "is text");
	buf_cut(&file, 0);
	pem_write(&file, "X509 CRL", "\x30\x00", 2);
	refused(&file, NULL, ERROR_FAILED, "a revocation list");
	buf_cut(&file, 0);
	pem_write(&file, "PRIVATE KEY", "\x30\x03\x02\x01\x00", 5);
	refused(&file, NULL, ERROR_FAILED, "block 1, line 1: it is a private key that is damaged");
	buf_done(&file);
}

/* --- cost ------------------------------------------------------------------------------------ */

static char *find_rounds(const struct buf *file, size_t number)
{
	char *at = file->data, *end = file->data + file->len;

	while ((at = memmem(at, (size_t)(end - at), ROUNDS, 5)) && number--)
		at += 5;
	return at;
}

/* Those of the seal, the certificates and the key, one after the other. */
static void rounds_are_refused_with_their_number(void **state)
{
	static const char *const formats[] = { "pkcs12", "pkcs12-legacy" };

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		struct buf file = keystore(formats[i / 3]);
		char *at = find_rounds(&file, i % 3);

		assert_non_null(at);
		memcpy(at + 2, "\x7f\xff\xff", 3);
		refused(&file, "secret", ERROR_FAILED,
			"demands 8388607 key-derivation rounds; the limit is 1000000");
		refused(&file, NULL, ERROR_FAILED, "demands 8388607 key-derivation rounds");
		buf_wipe(&file);
	}
}

static void rounds_of_all_keys_are_added_up(void **state)
{
	struct buf file = { 0 };
	struct keyring ring;
	struct keyring_options options = { .password = "secret" };
	struct error err;

	(void)state;
	add_key(&file, "ec256", "secret");
	assert_true(read_file(&file, "secret", &ring, &err));
	keyring_done(&ring);
	add_key(&file, "ed25519", "secret");
	refused(&file, "secret", ERROR_FAILED, "demands 1200000 key-derivation rounds in all");
	options.limits.kdf_rounds = 600000;
	assert_false(read_with(&file, &options, &ring, &err));
	expect_error(
		&err, ERROR_FAILED, "demands 600000 key-derivation rounds; the limit is 600000");
	keyring_done(&ring);
	buf_wipe(&file);
}

static void no_limit_takes_all(void **state)
{
	struct keyring_options options = { .password = "secret" };
	struct buf file = keystore("pkcs12");
	struct keyring ring;
	struct error err;

	(void)state;
	assert_true(read_with(&file, &options, &ring, &err));
	assert_string_equal(only(&ring, KEYRING_KEY)->label, "web");
	assert_string_equal(only(&ring, KEYRING_CERT)->label, "web");
	keyring_done(&ring);
	options.limits.kdf_rounds = 300000;
	assert_false(read_with(&file, &options, &ring, &err));
	expect_error(&err, ERROR_FAILED, "demands 300000 key-derivation rounds in all");
	keyring_done(&ring);
	buf_wipe(&file);
}

/* --- damage ---------------------------------------------------------------------------------- */

static void cut(const struct buf *file, const char *password)
{
	struct keyring_options options = { .limits = { 100, 1000000 }, .password = password };
	struct buf part = { 0 };
	struct keyring ring;
	struct error err;

	for (size_t len = 0; len < file->len; len += 7) {
		buf_cut(&part, 0);
		buf_add(&part, file->data, len);
		if (read_with(&part, &options, &ring, &err))
			assert_true(keyring_count(&ring, KEYRING_KEY) ||
				    keyring_count(&ring, KEYRING_CERT));
		else
			assert_true(err.text[0] && text_is_safe(err.text));
		keyring_done(&ring);
	}
	buf_wipe(&part);
}

static void cuts_are_borne(void **state)
{
	static const char *const formats[] = { "pkcs12", "pkcs12-legacy", "jks" };
	struct buf pem = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		struct buf file = keystore(formats[i]);

		cut(&file, "secret");
		cut(&file, NULL);
		buf_wipe(&file);
	}
	add_cert(&pem, own());
	add_key(&pem, "ec256", NULL);
	add_request(&pem);
	cut(&pem, NULL);
	buf_wipe(&pem);
}

/* A file under a seal has no byte that may change. */
static void changes_are_noticed(void **state)
{
	struct buf file = keystore("jks");
	struct keyring ring;
	struct error err;

	(void)state;
	for (size_t at = 0; at < file.len; at++) {
		file.data[at] ^= 0x10;
		if (read_file(&file, "secret", &ring, &err))
			fail_msg("byte %zu", at);
		keyring_done(&ring);
		file.data[at] ^= 0x10;
	}
	buf_wipe(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pem_holds_anything),
		cmocka_unit_test(each_item_goes_through_a_pipe),
		cmocka_unit_test(a_password_may_open_some),
		cmocka_unit_test(a_password_may_be_composed),
		cmocka_unit_test(useless_files_are_named),
		cmocka_unit_test(rounds_are_refused_with_their_number),
		cmocka_unit_test(rounds_of_all_keys_are_added_up),
		cmocka_unit_test(no_limit_takes_all),
		cmocka_unit_test(cuts_are_borne),
		cmocka_unit_test(changes_are_noticed),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	cert_free((struct cert *)(uintptr_t)own());
	notary_forget();
	return failed;
}
