#include <gnutls/crypto.h>
#include <gnutls/pkcs12.h>
#include <string.h>

#include "codec/forge.h"

#define PKCS7    "\x2a\x86\x48\x86\xf7\x0d\x01\x07"
#define PKCS9    "\x2a\x86\x48\x86\xf7\x0d\x01\x09"
#define CERT_BAG "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x03"
#define KEY_BAG  "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x01"

#define WRONG "the password is wrong (or the file was changed)"

/* --- files by GnuTLS ------------------------------------------------------------------------- */

static void set_bag(gnutls_pkcs12_t p12, int certificates, const char *password, unsigned flags)
{
	gnutls_pkcs12_bag_t bag;

	assert_int_equal(gnutls_pkcs12_bag_init(&bag), 0);
	for (int i = 0; i < certificates; i++) {
		struct buf der = { 0 };
		gnutls_datum_t datum;
		int index;

		forge_cert(&der, "test");
		datum = (gnutls_datum_t){ (unsigned char *)der.data, (unsigned)der.len };
		index = gnutls_pkcs12_bag_set_data(bag, GNUTLS_BAG_CERTIFICATE, &datum);
		assert_true(index >= 0);
		if (i == 0)
			gnutls_pkcs12_bag_set_friendly_name(bag, index, "web\x1b");
		buf_done(&der);
	}
	if (flags)
		assert_int_equal(gnutls_pkcs12_bag_encrypt(bag, password, flags), 0);
	assert_int_equal(gnutls_pkcs12_set_bag(p12, bag), 0);
	gnutls_pkcs12_bag_deinit(bag);
}

/* flags 0: not encrypted */
static struct buf gnutls_file(int certificates, const char *password, unsigned flags)
{
	struct buf file = { 0 };
	gnutls_pkcs12_t p12;
	gnutls_datum_t der;

	assert_int_equal(gnutls_pkcs12_init(&p12), 0);
	set_bag(p12, certificates, password, flags);
	assert_int_equal(gnutls_pkcs12_generate_mac2(p12, GNUTLS_MAC_SHA256, password), 0);
	assert_int_equal(gnutls_pkcs12_export2(p12, GNUTLS_X509_FMT_DER, &der), 0);
	buf_add(&file, der.data, der.size);
	gnutls_free(der.data);
	gnutls_pkcs12_deinit(p12);
	return file;
}

static void reads_every_cipher(void **state)
{
	static const unsigned flags[] = { 0, GNUTLS_PKCS_PBES2_AES_128, GNUTLS_PKCS_PBES2_AES_192,
		GNUTLS_PKCS_PBES2_AES_256, GNUTLS_PKCS_PBES2_3DES, GNUTLS_PKCS_PKCS12_3DES,
		GNUTLS_PKCS_PKCS12_RC2_40 };
	struct error err;
	struct bag bag;

	(void)state;
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		struct buf file = gnutls_file(2, "räksmörgås", flags[i]);

		if (!forge_read(&file, "räksmörgås", &bag, &err))
			fail_msg("flags %u: %s", flags[i], err.text);
		assert_string_equal(bag.format, "PKCS#12");
		assert_int_equal(bag_count(&bag, BAG_CERT), 2);
		assert_int_equal(bag.count, 2);
		assert_string_equal(bag.items[0].where, "certificate 1");
		assert_string_equal(bag.items[0].label, "web\\x1b");
		assert_null(bag.items[1].label);
		bag_done(&bag);
		forge_refused(&file, "wrong", ERROR_SECRET, WRONG);
		forge_refused(&file, "", ERROR_SECRET, WRONG);
		forge_refused(&file, NULL, ERROR_SECRET, "needs its password");
		buf_done(&file);
	}
}

static void an_empty_password_needs_none(void **state)
{
	static const char *const empty[] = { "", NULL };
	struct error err;
	struct bag bag;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct buf file = gnutls_file(1, empty[i / 2],
			i % 2 ? GNUTLS_PKCS_PKCS12_3DES : GNUTLS_PKCS_PBES2_AES_256);

		assert_true(forge_read(&file, NULL, &bag, &err));
		assert_int_equal(bag.count, 1);
		bag_done(&bag);
		assert_true(forge_read(&file, "", &bag, &err));
		bag_done(&bag);
		forge_refused(&file, "wrong", ERROR_SECRET, WRONG);
		buf_done(&file);
	}
}

static void a_changed_byte_is_noticed(void **state)
{
	struct buf file = gnutls_file(1, "right", 0);
	struct error err;
	struct bag bag;

	(void)state;
	for (size_t i = 0; i < file.len; i += 7) {
		file.data[i] ^= 0x10;
		if (forge_read(&file, "right", &bag, &err))
			fail_msg("byte %zu", i);
		bag_done(&bag);
		file.data[i] ^= 0x10;
	}
	buf_done(&file);
}

/* --- files by hand --------------------------------------------------------------------------- */

/* SafeBag { identifier, [0] value, attributes } */
static void add_bag(
	struct buf *out, const char *oid, const struct buf *value, const struct buf *attributes)
{
	struct buf bag = { 0 };

	forge_tlv(&bag, 0x06, oid, 11);
	forge_tlv(&bag, 0xa0, buf_text(value), value->len);
	if (attributes)
		forge_tlv(&bag, 0x31, buf_text(attributes), attributes->len);
	forge_wrap(&bag, 0x30);
	forge_add(out, &bag);
	buf_done(&bag);
}

static void add_cert_bag(struct buf *out, const struct buf *der, const struct buf *attributes)
{
	struct buf octets = { 0 }, value = { 0 };

	forge_tlv(&octets, 0x04, buf_text(der), der->len);
	forge_wrap(&octets, 0xa0);
	FORGE_OID(&value, PKCS9 "\x16\x01");
	forge_add(&value, &octets);
	forge_wrap(&value, 0x30);
	add_bag(out, CERT_BAG, &value, attributes);
	buf_done(&octets);
	buf_done(&value);
}

/* ContentInfo of plain data */
static void add_data(struct buf *out, const struct buf *data)
{
	struct buf info = { 0 }, content = { 0 };

	forge_tlv(&content, 0x04, buf_text(data), data->len);
	forge_wrap(&content, 0xa0);
	FORGE_OID(&info, PKCS7 "\x01");
	forge_add(&info, &content);
	forge_wrap(&info, 0x30);
	forge_add(out, &info);
	buf_done(&info);
	buf_done(&content);
}

/* PFX around the containers and, if not NULL, a MacData element; takes containers. */
static struct buf pfx(struct buf *containers, const struct buf *mac)
{
	struct buf file = { 0 };

	forge_wrap(containers, 0x30);
	forge_tlv(&file, 0x02, "\x03", 1);
	add_data(&file, containers);
	if (mac)
		forge_add(&file, mac);
	forge_wrap(&file, 0x30);
	buf_done(containers);
	return file;
}

/* One container with these bags; takes them. */
static struct buf plain_file(struct buf *bags, const struct buf *mac)
{
	struct buf containers = { 0 };

	forge_wrap(bags, 0x30);
	add_data(&containers, bags);
	buf_done(bags);
	return pfx(&containers, mac);
}

static struct buf mac_with_rounds(const void *rounds, size_t len)
{
	struct buf mac = { 0 }, info = { 0 };

	forge_tlv(&info, 0x30, "\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00", 9);
	forge_tlv(&info, 0x04, "01234567890123456789", 20);
	forge_wrap(&info, 0x30);
	forge_add(&mac, &info);
	forge_tlv(&mac, 0x04, "saltsalt", 8);
	forge_tlv(&mac, 0x02, rounds, len);
	forge_wrap(&mac, 0x30);
	buf_done(&info);
	return mac;
}

static void reads_hundreds_from_one_container(void **state)
{
	struct buf bags = { 0 }, file;
	struct error err;
	struct bag bag;

	(void)state;
	for (int i = 0; i < 150; i++) {
		struct buf der = { 0 };

		forge_cert(&der, "test");
		add_cert_bag(&bags, &der, NULL);
		buf_done(&der);
	}
	file = plain_file(&bags, NULL);
	assert_true(forge_read(&file, NULL, &bag, &err));
	assert_int_equal(bag_count(&bag, BAG_CERT), 150);
	bag_done(&bag);
	buf_done(&file);
}

static void keys_are_named_and_not_kept(void **state)
{
	struct buf bags = { 0 }, der = { 0 }, key = { 0 }, name = { 0 }, file;
	struct error err;
	struct bag bag;

	(void)state;
	forge_tlv(&name, 0x1e, "\0w\0e\0b\x20\x2e", 8);
	forge_wrap(&name, 0x31);
	forge_tlv(&key, 0x06, PKCS9 "\x14", 9);
	forge_add(&key, &name);
	forge_wrap(&key, 0x30);
	forge_cert(&der, "test");
	add_bag(&bags, KEY_BAG, &der, &key);
	add_cert_bag(&bags, &der, &key);
	file = plain_file(&bags, NULL);
	assert_true(forge_read(&file, NULL, &bag, &err));
	assert_int_equal(bag.count, 2);
	assert_int_equal(bag.items[0].kind, BAG_KEY);
	assert_string_equal(bag.items[0].where, "key 1");
	assert_string_equal(bag.items[0].label, "web\\u{202e}");
	assert_string_equal(bag.items[0].why, "a private key");
	assert_null(bag.items[0].der);
	assert_string_equal(bag.items[1].label, "web\\u{202e}");
	bag_done(&bag);
	buf_done(&der);
	buf_done(&key);
	buf_done(&name);
	buf_done(&file);
}

static void rounds_are_refused_before_they_are_made(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *words;
	} rows[] = {
		{ "\x00", 1, "demands 0 key-derivation rounds" },
		{ "\xff", 1, "demands -1 key-derivation rounds" },
		{ "\x00\x98\x96\x80", 4, "demands 10000000 key-derivation rounds; the limit" },
		{ "\x7f\xff\xff\xff", 4, "demands 2147483647 key-derivation rounds; the limit" },
		{ "\x00\x80\x00\x00\x00", 5, "demands 2147483648 key-derivation rounds" },
		{ "\x01\0\0\0\0\0\0\0\0", 9, "demands 0x010000000000000000 key-derivation rounds" },
		{ "", 0, "demands 0 key-derivation rounds" },
	};
	int64_t start = forge_ms();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf bags = { 0 }, mac = mac_with_rounds(rows[i].bytes, rows[i].len);
		struct buf file = plain_file(&bags, &mac);

		forge_refused(&file, "right", ERROR_FAILED, rows[i].words);
		forge_refused(&file, NULL, ERROR_FAILED, rows[i].words);
		buf_done(&mac);
		buf_done(&file);
	}
	assert_true(forge_ms() - start < 1000);
}

/* EncryptedData by PBES2 with AES-128: bytes that no password opens, but for luck */
static void add_encrypted(struct buf *out, const char *rounds, size_t len)
{
	struct buf kdf = { 0 }, algorithm = { 0 }, info = { 0 }, all = { 0 }, content = { 0 };

	forge_tlv(&kdf, 0x04, "saltsalt", 8);
	forge_tlv(&kdf, 0x02, rounds, len);
	forge_wrap(&kdf, 0x30);
	FORGE_OID(&algorithm, "\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c");
	forge_add(&algorithm, &kdf);
	forge_wrap(&algorithm, 0x30);
	forge_tlv(&algorithm, 0x30,
		"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x01\x02\x04\x10"
		"0123456789abcdef",
		29);
	forge_wrap(&algorithm, 0x30);
	FORGE_OID(&info, PKCS7 "\x01");
	FORGE_OID(&all, "\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d");
	forge_add(&all, &algorithm);
	forge_wrap(&all, 0x30);
	forge_add(&info, &all);
	forge_tlv(&info, 0x80, "0123456789abcdef", 16);
	forge_wrap(&info, 0x30);
	forge_tlv(&content, 0x02, "\x00", 1);
	forge_add(&content, &info);
	forge_wrap(&content, 0x30);
	forge_wrap(&content, 0xa0);
	buf_done(&all);
	FORGE_OID(&all, PKCS7 "\x06");
	forge_add(&all, &content);
	forge_wrap(&all, 0x30);
	forge_add(out, &all);
	buf_done(&kdf);
	buf_done(&algorithm);
	buf_done(&info);
	buf_done(&all);
	buf_done(&content);
}

static void rounds_are_added_up(void **state)
{
	struct buf containers = { 0 }, file;
	int64_t start = forge_ms();

	(void)state;
	for (int i = 0; i < 11; i++)
		add_encrypted(&containers, "\x0f\x42\x40", 3);
	file = pfx(&containers, NULL);
	forge_refused(&file, "x", ERROR_FAILED, "demands 11000000 key-derivation rounds in all");
	assert_true(forge_ms() - start < 1000);
	buf_done(&file);
	add_encrypted(&containers, "\x01", 1);
	file = pfx(&containers, NULL);
	forge_refused(&file, "x", ERROR_SECRET, WRONG);
	forge_refused(&file, NULL, ERROR_SECRET, "needs its password");
	buf_done(&file);
}

static void damage_is_refused(void **state)
{
	struct buf bags = { 0 }, empty = { 0 }, file;
	struct error err;
	struct bag bag;

	(void)state;
	add_bag(&bags, CERT_BAG, &empty, NULL);
	file = plain_file(&bags, NULL);
	forge_refused(&file, NULL, ERROR_FAILED, "a bag that is damaged");
	buf_done(&file);
	file = plain_file(&bags, NULL);
	forge_refused(&file, NULL, ERROR_FAILED, "holds no certificate");
	buf_text_add(&file, "tail");
	forge_refused(&file, NULL, ERROR_FAILED, "4 bytes follow the PKCS#12");
	while (file.len) {
		buf_cut(&file, file.len - 1);
		assert_false(forge_read(&file, NULL, &bag, &err));
		bag_done(&bag);
	}
	buf_done(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_cipher),
		cmocka_unit_test(an_empty_password_needs_none),
		cmocka_unit_test(a_changed_byte_is_noticed),
		cmocka_unit_test(reads_hundreds_from_one_container),
		cmocka_unit_test(keys_are_named_and_not_kept),
		cmocka_unit_test(rounds_are_refused_before_they_are_made),
		cmocka_unit_test(rounds_are_added_up),
		cmocka_unit_test(damage_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
