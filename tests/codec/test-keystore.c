#include "codec/keystore.h"

#include "support/unit.h"

#include <string.h>

#include "base/text.h"
#include "codec/keyring.h"
#include "support/notary.h"

struct scene {
	const struct privkey *key;
	struct cert *leaf, *ca;
	const struct cert *chain[KEYSTORE_CHAIN_MOST + 1];
};

static int setup(void **state)
{
	static struct scene scene;
	struct terms terms = notary_terms("server");

	scene.key = notary_key("ec256", 0);
	scene.leaf = notary_self(WORDS("CN=Web", "web.example"), scene.key, &terms);
	scene.ca = notary_ca(notary_key("ec384", 0), 0);
	scene.chain[0] = scene.leaf;
	for (size_t i = 1; i <= KEYSTORE_CHAIN_MOST; i++)
		scene.chain[i] = scene.ca;
	*state = &scene;
	return 0;
}

static int teardown(void **state)
{
	struct scene *scene = *state;

	cert_free(scene->leaf);
	cert_free(scene->ca);
	return 0;
}

static struct keystore_entry entry_of(const struct scene *scene)
{
	return (struct keystore_entry){
		.key = scene->key,
		.chain = scene->chain,
		.count = 2,
		.name = "Wëb\\x1b 😀",
		.password = "secret",
		.now = notary_now(),
	};
}

static bool read_with(
	const struct buf *file, const char *password, struct keyring *ring, struct error *err)
{
	struct keyring_options options = {
		.limits = { .certificates = 100, .kdf_rounds = 10000000 },
		.password = password,
	};

	*ring = (struct keyring){ 0 };
	return keyring_read(file->data, file->len, &options, ring, err);
}

static void check_ring(const struct keyring *ring, const struct scene *scene, const char *label)
{
	size_t certificate = 0;

	assert_int_equal(ring->count, 3);
	for (size_t i = 0; i < ring->count; i++) {
		const struct keyring_item *item = &ring->items[i];

		if (item->cert) {
			const struct cert *same = scene->chain[certificate++];
			assert_memory_equal(cert_info(item->cert)->sha256.bytes,
				cert_info(same)->sha256.bytes, FINGERPRINT_SIZE);
		} else {
			assert_int_equal(item->kind, KEYRING_KEY);
			assert_true(privkey_matches(item->key, cert_info(scene->leaf)));
		}
		if (label && !(item->cert && certificate == 2))
			assert_string_equal(item->label, label);
	}
}

static void what_is_written_is_read_again(void **state)
{
	const struct scene *scene = *state;
	struct keystore_entry entry = entry_of(scene);
	const struct keystore_format *formats;
	struct buf file = { 0 };
	struct keyring ring;
	struct error err;
	size_t count;

	formats = keystore_formats(&count);
	assert_int_equal(count, 4);
	for (size_t i = 0; i < count; i++) {
		const char *label = formats[i].binary ? "Wëb\\x5cx1b 😀" : NULL;

		if (!strcmp(formats[i].name, "jks"))
			label = "wëb\\x5cx1b 😀";
		assert_true(keystore_write(&formats[i], &entry, &file, &err));
		assert_true(formats[i].binary != text_is_utf8(file.data, file.len));
		if (!read_with(&file, "secret", &ring, &err))
			fail_msg("%s: %s", formats[i].name, err.text);
		check_ring(&ring, scene, label);
		assert_true(ring.items[0].sealed || ring.items[2].sealed);
		keyring_done(&ring);
		assert_false(read_with(&file, "wrong", &ring, &err));
		expect_error(&err, ERROR_SECRET, "the password is wrong");
		keyring_done(&ring);
		assert_false(read_with(&file, NULL, &ring, &err));
		expect_error(&err, ERROR_SECRET, "needs its password");
		assert_int_equal(keyring_count(&ring, KEYRING_KEY), 0);
		keyring_done(&ring);
		buf_wipe(&file);
	}
}

static void two_files_differ(void **state)
{
	struct keystore_entry entry = entry_of(*state);
	size_t count;
	const struct keystore_format *formats = keystore_formats(&count);
	struct error err;

	for (size_t i = 0; i < count; i++) {
		struct buf a = { 0 }, b = { 0 };

		assert_true(keystore_write(&formats[i], &entry, &a, &err));
		assert_true(keystore_write(&formats[i], &entry, &b, &err));
		assert_true(a.len != b.len || memcmp(a.data, b.data, a.len));
		buf_wipe(&a);
		buf_wipe(&b);
	}
}

static void a_plain_key_is_asked_for(void **state)
{
	const struct scene *scene = *state;
	struct keystore_entry entry = entry_of(scene);
	const struct keystore_format *pem = keystore_format_find("pem");
	struct buf file = { 0 };
	struct keyring ring;
	struct error err;

	entry.password = NULL;
	assert_false(keystore_write(pem, &entry, &file, &err));
	expect_error(&err, ERROR_SECRET, "pem needs a password");
	assert_int_equal(file.len, 0);
	entry.plain = true;
	assert_true(keystore_write(pem, &entry, &file, &err));
	assert_true(text_starts(file.data, "-----BEGIN PRIVATE KEY-----\n"));
	assert_true(read_with(&file, NULL, &ring, &err));
	check_ring(&ring, scene, NULL);
	assert_false(ring.items[0].sealed);
	keyring_done(&ring);
	buf_wipe(&file);
	entry.password = "secret";
	assert_false(keystore_write(pem, &entry, &file, &err));
	expect_error(&err, ERROR_USAGE, "not both");
}

static void passwords_are_checked_first(void **state)
{
	static const struct {
		const char *format, *password;
		bool plain;
		enum error_code code;
		const char *words;
	} rows[] = {
		{ "pem", "", false, ERROR_SECRET, "empty" },
		{ "pem", "\xff", false, ERROR_USAGE, "UTF-8" },
		{ "pem", "pässwörd", false, ERROR_NONE, NULL },
		{ "pkcs12", NULL, false, ERROR_SECRET, "pkcs12 needs a password" },
		{ "pkcs12", NULL, true, ERROR_USAGE, "always sealed" },
		{ "pkcs12", "", false, ERROR_SECRET, "empty" },
		{ "pkcs12", "pässwörd", false, ERROR_USAGE, "plain ASCII" },
		{ "pkcs12", "tab\t", false, ERROR_USAGE, "plain ASCII" },
		{ "pkcs12-legacy", "pässwörd", false, ERROR_USAGE, "plain ASCII" },
		{ "jks", NULL, true, ERROR_USAGE, "always sealed" },
		{ "jks", "\xff", false, ERROR_USAGE, "UTF-8" },
		{ "jks", "pässwörd 😀", false, ERROR_NONE, NULL },
	};
	struct keystore_entry entry = entry_of(*state);
	struct keyring ring;
	struct error err;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct keystore_format *format = keystore_format_find(rows[i].format);
		struct buf file = { 0 };

		entry.password = rows[i].password;
		entry.plain = rows[i].plain;
		if (keystore_write(format, &entry, &file, &err)) {
			assert_int_equal(rows[i].code, ERROR_NONE);
			assert_true(read_with(&file, rows[i].password, &ring, &err));
			keyring_done(&ring);
		} else {
			assert_int_not_equal(rows[i].code, ERROR_NONE);
			expect_error(&err, rows[i].code, rows[i].words);
			assert_int_equal(file.len, 0);
		}
		buf_wipe(&file);
	}
	assert_null(keystore_format_find("p12"));
}

static void key_and_chain_must_fit(void **state)
{
	struct keystore_entry entry = entry_of(*state);
	const struct keystore_format *pkcs12 = keystore_format_find("pkcs12");
	struct buf file = { 0 };
	struct error err;

	entry.key = notary_key("ec256", 1);
	assert_false(keystore_write(pkcs12, &entry, &file, &err));
	expect_error(&err, ERROR_FAILED, "isn't the one of this certificate");
	entry = entry_of(*state);
	entry.count = 0;
	assert_false(keystore_write(pkcs12, &entry, &file, &err));
	expect_error(&err, ERROR_FAILED, "no certificate");
	entry.count = KEYSTORE_CHAIN_MOST + 1;
	assert_false(keystore_write(pkcs12, &entry, &file, &err));
	expect_error(&err, ERROR_FAILED, "33 certificates");
	entry.count = KEYSTORE_CHAIN_MOST;
	assert_true(keystore_write(pkcs12, &entry, &file, &err));
	buf_wipe(&file);
}

/* No name: a PKCS#12 goes without, a JKS can't. */
static void a_name_may_be_missing(void **state)
{
	struct keystore_entry entry = entry_of(*state);
	struct buf file = { 0 };
	struct keyring ring;
	struct error err;

	entry.name = "";
	assert_true(keystore_write(keystore_format_find("pkcs12"), &entry, &file, &err));
	assert_true(read_with(&file, "secret", &ring, &err));
	for (size_t i = 0; i < ring.count; i++)
		assert_null(ring.items[i].label);
	keyring_done(&ring);
	buf_wipe(&file);
	assert_true(keystore_write(keystore_format_find("jks"), &entry, &file, &err));
	assert_true(read_with(&file, "secret", &ring, &err));
	assert_string_equal(ring.items[0].label, "certificate");
	keyring_done(&ring);
	buf_wipe(&file);
}

static void the_table_is_sound(void **state)
{
	size_t count;
	const struct keystore_format *formats = keystore_formats(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		assert_ptr_equal(keystore_format_find(formats[i].name), &formats[i]);
		assert_true(formats[i].suffixes[0] == '.' && *formats[i].help);
		assert_non_null(formats[i].write);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(two_files_differ),
		cmocka_unit_test(a_plain_key_is_asked_for),
		cmocka_unit_test(passwords_are_checked_first),
		cmocka_unit_test(key_and_chain_must_fit),
		cmocka_unit_test(a_name_may_be_missing),
		cmocka_unit_test(the_table_is_sound),
	};
	int failed = cmocka_run_group_tests(tests, setup, teardown);

	notary_forget();
	return failed;
}
