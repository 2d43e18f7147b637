#include "codec/bag.h"

#include <string.h>

#include "codec/forge.h"
#include "codec/pem.h"

#define GARBAGE "\x30\x03\x02\x01\x01"

static void add_pem(struct buf *out, const char *label, const void *bytes, size_t len)
{
	pem_write(out, label, bytes, len);
}

static void add_cert(struct buf *out, const char *label)
{
	struct buf der = { 0 };

	forge_cert(&der, "test");
	add_pem(out, label, der.data, der.len);
	buf_done(&der);
}

static void item_is(const struct bag *bag, size_t index, enum bag_kind kind, const char *where)
{
	assert_true(index < bag->count);
	assert_int_equal(bag->items[index].kind, kind);
	assert_string_equal(bag->items[index].where, where);
	if (kind == BAG_CERT || kind == BAG_CRL) {
		assert_non_null(bag->items[index].der);
	} else {
		assert_null(bag->items[index].der);
		assert_non_null(bag->items[index].why);
	}
}

/* The file must give this many certificates and nothing else. */
static void gives(const struct buf *file, const char *format, size_t certificates)
{
	struct error err;
	struct bag bag;

	if (!forge_read(file, NULL, &bag, &err))
		fail_msg("%s", err.text);
	assert_string_equal(bag.format, format);
	assert_int_equal(bag.count, certificates);
	assert_int_equal(bag_count(&bag, BAG_CERT), certificates);
	bag_done(&bag);
}

static void text_is_refused(const char *text, size_t len, const char *words)
{
	struct buf file = { 0 };

	buf_add(&file, text, len);
	forge_refused(&file, NULL, ERROR_FAILED, words);
	buf_done(&file);
}

static void reads_mixed_pem_block_by_block(void **state)
{
	struct buf file = { 0 };
	struct error err;
	struct bag bag;

	(void)state;
	add_cert(&file, "CERTIFICATE");
	add_pem(&file, "PRIVATE KEY", "secret", 6);
	add_pem(&file, "CERTIFICATE", GARBAGE, 5);
	buf_text_add(&file, "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n");
	add_cert(&file, "X509 CERTIFICATE");
	add_pem(&file, "X509 CRL", "x", 1);
	add_pem(&file, "SOMETHING", "x", 1);
	assert_true(forge_read(&file, NULL, &bag, &err));
	assert_string_equal(bag.format, "PEM");
	assert_int_equal(bag.count, 7);
	item_is(&bag, 0, BAG_CERT, "block 1, line 1");
	item_is(&bag, 1, BAG_KEY, "block 2, line 8");
	item_is(&bag, 2, BAG_PROBLEM, "block 3, line 11");
	item_is(&bag, 3, BAG_PROBLEM, "block 4, line 14");
	item_is(&bag, 4, BAG_CERT, "block 5, line 17");
	item_is(&bag, 5, BAG_CRL, "block 6, line 24");
	item_is(&bag, 6, BAG_OTHER, "block 7, line 27");
	assert_string_equal(bag.items[1].why, "a private key");
	assert_string_equal(bag.items[5].why, "a revocation list (CRL)");
	bag_done(&bag);
	buf_done(&file);
}

static void keys_are_named_whatever_they_are_called(void **state)
{
	static const char *const labels[] = { "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY",
		"ENCRYPTED PRIVATE KEY", "OPENSSH PRIVATE KEY", "SOME NEW PRIVATE KEY" };

	(void)state;
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		struct buf file = { 0 };

		add_pem(&file, labels[i], "secret", 6);
		forge_refused(&file, NULL, ERROR_FAILED, "holds a private key and no certificate");
		buf_done(&file);
	}
}

static void a_refusal_keeps_its_problems(void **state)
{
	struct buf file = { 0 };
	struct error err;
	struct bag bag;

	(void)state;
	add_pem(&file, "CERTIFICATE", GARBAGE, 5);
	assert_false(forge_read(&file, NULL, &bag, &err));
	assert_int_equal(err.code, ERROR_FAILED);
	assert_non_null(strstr(err.text, "block 1, line 1"));
	assert_int_equal(bag_count(&bag, BAG_PROBLEM), 1);
	bag_done(&bag);
	buf_done(&file);
}

static void names_of_trusted_certificates_are_escaped(void **state)
{
	struct buf der = { 0 }, aux = { 0 }, file = { 0 };
	struct error err;
	struct bag bag;

	(void)state;
	forge_tlv(&aux, 0x30, "\x06\x01\x2a", 3);
	forge_tlv(&aux, 0x0c, "a\x1b[2J", 5);
	forge_wrap(&aux, 0x30);
	forge_cert(&der, "test");
	forge_add(&der, &aux);
	add_pem(&file, "TRUSTED CERTIFICATE", der.data, der.len);
	assert_true(forge_read(&file, NULL, &bag, &err));
	assert_int_equal(bag.count, 1);
	assert_string_equal(bag.items[0].label, "a\\x1b[2J");
	assert_int_equal(bag.items[0].len, der.len - aux.len);
	bag_done(&bag);
	buf_done(&der);
	buf_done(&aux);
	buf_done(&file);
}

static void reads_pem_saved_as_utf16(void **state)
{
	struct buf text = { 0 }, file = { 0 };

	(void)state;
	add_cert(&text, "CERTIFICATE");
	for (int bom = 0; bom < 2; bom++) {
		buf_cut(&file, 0);
		if (bom)
			buf_add(&file, "\xff\xfe", 2);
		for (size_t i = 0; i < text.len; i++) {
			buf_char(&file, text.data[i]);
			buf_char(&file, '\0');
		}
		gives(&file, "PEM", 1);
	}
	buf_done(&text);
	buf_done(&file);
}

static void reads_der_alone_and_in_a_row(void **state)
{
	struct buf file = { 0 };

	(void)state;
	forge_cert(&file, "one");
	gives(&file, "DER", 1);
	buf_text_add(&file, "\r\n");
	gives(&file, "DER", 1);
	buf_cut(&file, file.len - 2);
	forge_cert(&file, "two");
	gives(&file, "DER", 2);
	buf_text_add(&file, "garbage");
	forge_refused(&file, NULL, ERROR_FAILED, "7 bytes follow the certificate");
	buf_done(&file);
}

static void every_cut_of_der_is_refused(void **state)
{
	struct buf file = { 0 };
	struct error err;
	struct bag bag;

	(void)state;
	forge_cert(&file, "test");
	while (file.len) {
		buf_cut(&file, file.len - 1);
		assert_false(forge_read(&file, NULL, &bag, &err));
		assert_true(err.text[0]);
		bag_done(&bag);
	}
	buf_done(&file);
}

static void no_flipped_byte_does_harm(void **state)
{
	struct buf file = { 0 };
	struct error err;
	struct bag bag;
	bool good;

	(void)state;
	forge_cert(&file, "test");
	for (size_t i = 0; i < file.len; i++) {
		file.data[i] = (char)~file.data[i];
		good = forge_read(&file, NULL, &bag, &err);
		assert_int_equal(bag_count(&bag, BAG_CERT), good);
		bag_done(&bag);
		file.data[i] = (char)~file.data[i];
	}
	buf_done(&file);
}

static void reads_base64_without_armour(void **state)
{
	struct buf file = { 0 }, der = { 0 };

	(void)state;
	forge_cert(&der, "test");
	add_pem(&file, "X", der.data, der.len);
	buf_cut(&file, file.len - sizeof("-----END X-----"));
	memset(file.data, '\n', sizeof("-----BEGIN X-----") - 1);
	gives(&file, "Base64", 1);
	buf_done(&der);
	buf_done(&file);
}

static void tells_other_der_by_its_shape(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *words;
	} rows[] = {
		{ "\x30\x0a\x02\x01\x00\x30\x03\x06\x01\x2a\x04\x00", 12, "private key" },
		{ "\x30\x0f\x02\x01\x00\x02\x01\x01\x02\x01\x01\x02\x01\x01\x02\x01\x01", 17,
			"private key" },
		{ "\x30\x05\x02\x01\x01\x04\x00", 7, "private key" },
		{ "\x30\x07\x30\x03\x06\x01\x2a\x04\x00", 9, "private key" },
		{ "\x30\x08\x30\x03\x06\x01\x2a\x03\x01\x00", 10, "public key" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		text_is_refused(rows[i].bytes, rows[i].len, rows[i].words);
}

static void says_what_a_foreign_file_is(void **state)
{
	static const struct {
		const char *text, *words;
	} rows[] = {
		{ "", "is empty" },
		{ " \r\n\t", "is empty" },
		{ "\x1f\x8b\x08", "unpack it first" },
		{ "PK\x03\x04", "unpack it first" },
		{ "\n<!DOCTYPE html><html>", "web page" },
		{ "-----begin certificate-----\nAAAA", "lower case" },
		{ "——BEGIN CERTIFICATE——\nAAAA", "dashes" },
		{ "> -----BEGIN CERTIFICATE-----\n> AAAA", "other text before BEGIN" },
		{ "30:82:01:5a:30:82:01:00 a0 03 02 01 02 02 02 10\n", "hexadecimal" },
		{ "Certificate:\n    Data:\n        Version: 3", "printed certificate" },
		{ "ssh-ed25519 AAAA me", "SSH" },
		{ "MIME-Version: 1.0\n\nMIIB", "mail" },
		{ "hello\n", "text without a certificate" },
		{ "\x80\x81\x82", "no certificate in any format" },
		{ "\xff\xfeh", "UTF-16" },
		{ "\x30\x80\x30\x80", "indefinite" },
		{ "\x30\x84\x7f\xff\xff\xff\x30", "cut short" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		text_is_refused(rows[i].text, strlen(rows[i].text), rows[i].words);
	text_is_refused("\0\0\0\0\0\0", 6, "zero bytes");
}

static void limits_are_refused_with_their_figure(void **state)
{
	struct bag_options options = { .limits = { .certificates = 2 } };
	struct buf file = { 0 };
	struct error err;
	struct bag bag;

	(void)state;
	for (int i = 0; i < 3; i++)
		add_cert(&file, "CERTIFICATE");
	assert_false(forge_read_with(&file, &options, &bag, &err));
	assert_string_equal(
		err.text, "holds 3 certificates; the limit is 2 (--no-limits takes them)");
	assert_int_equal(bag.count, 0);
	bag_done(&bag);
	options.limits.certificates = 3;
	assert_true(forge_read_with(&file, &options, &bag, &err));
	bag_done(&bag);
	options.limits.certificates = 0;
	assert_true(forge_read_with(&file, &options, &bag, &err));
	assert_int_equal(bag.count, 3);
	bag_done(&bag);
	buf_done(&file);
}

static void many_problems_are_counted_not_kept(void **state)
{
	struct buf file = { 0 };
	struct error err;
	struct bag bag;

	(void)state;
	add_cert(&file, "CERTIFICATE");
	for (int i = 0; i < 50000; i++)
		buf_text_add(&file, "-----BEGIN CERTIFICATE-----\n");
	assert_true(forge_read(&file, NULL, &bag, &err));
	assert_int_equal(bag_count(&bag, BAG_CERT), 1);
	assert_int_equal(bag_count(&bag, BAG_PROBLEM), 10000);
	assert_string_equal(bag.note, "40000 more things in it aren't listed");
	bag_done(&bag);
	buf_done(&file);
}

static void twins_are_kept_and_judged_once(void **state)
{
	struct buf file = { 0 }, der = { 0 };
	int64_t start;

	(void)state;
	forge_cert(&der, "twin");
	for (int i = 0; i < 5000; i++)
		add_pem(&file, "CERTIFICATE", der.data, der.len);
	start = forge_ms();
	gives(&file, "PEM", 5000);
	assert_true(forge_ms() - start < 1000);
	buf_done(&der);
	buf_done(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_mixed_pem_block_by_block),
		cmocka_unit_test(keys_are_named_whatever_they_are_called),
		cmocka_unit_test(a_refusal_keeps_its_problems),
		cmocka_unit_test(names_of_trusted_certificates_are_escaped),
		cmocka_unit_test(reads_pem_saved_as_utf16),
		cmocka_unit_test(reads_der_alone_and_in_a_row),
		cmocka_unit_test(every_cut_of_der_is_refused),
		cmocka_unit_test(no_flipped_byte_does_harm),
		cmocka_unit_test(reads_base64_without_armour),
		cmocka_unit_test(tells_other_der_by_its_shape),
		cmocka_unit_test(says_what_a_foreign_file_is),
		cmocka_unit_test(limits_are_refused_with_their_figure),
		cmocka_unit_test(many_problems_are_counted_not_kept),
		cmocka_unit_test(twins_are_kept_and_judged_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
