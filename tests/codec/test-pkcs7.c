#include <string.h>

#include "codec/forge.h"
#include "codec/pem.h"

#define PKCS7 "\x2a\x86\x48\x86\xf7\x0d\x01\x07"

/* SignedData around the elements of a certificate set (NULL: the set is absent). */
static struct buf signed_data(const struct buf *set)
{
	struct buf data = { 0 }, file = { 0 };

	forge_tlv(&data, 0x02, "\x01", 1);
	forge_tlv(&data, 0x31, "", 0);
	forge_tlv(&data, 0x30, "\x06\x09" PKCS7 "\x01", 11);
	if (set)
		forge_tlv(&data, 0xa0, buf_text(set), set->len);
	forge_tlv(&data, 0x31, "", 0);
	forge_wrap(&data, 0x30);
	forge_wrap(&data, 0xa0);
	FORGE_OID(&file, PKCS7 "\x02");
	forge_add(&file, &data);
	forge_wrap(&file, 0x30);
	buf_done(&data);
	return file;
}

static void reads_certificates_and_keeps_problems(void **state)
{
	struct buf set = { 0 }, file, pem = { 0 };
	struct error err;
	struct bag bag;

	(void)state;
	forge_cert(&set, "one");
	forge_tlv(&set, 0x30, "\x05\x00", 2);
	forge_cert(&set, "two");
	forge_tlv(&set, 0xa1, "", 0);
	file = signed_data(&set);
	assert_true(forge_read(&file, NULL, &bag, &err));
	assert_string_equal(bag.format, "PKCS#7");
	assert_int_equal(bag.count, 4);
	assert_int_equal(bag.items[0].kind, BAG_CERT);
	assert_int_equal(bag.items[1].kind, BAG_PROBLEM);
	assert_string_equal(bag.items[1].where, "certificate 2");
	assert_int_equal(bag.items[2].kind, BAG_CERT);
	assert_int_equal(bag.items[3].kind, BAG_OTHER);
	bag_done(&bag);

	pem_write(&pem, "PKCS7", file.data, file.len);
	pem_write(&pem, "CERTIFICATE", file.data, file.len); /* as certutil -encode does */
	assert_true(forge_read(&pem, NULL, &bag, &err));
	assert_int_equal(bag_count(&bag, BAG_CERT), 4);
	assert_string_equal(bag.items[2].where, "block 1, certificate 3");
	bag_done(&bag);
	buf_done(&set);
	buf_done(&file);
	buf_done(&pem);
}

static void refuses_in_words(void **state)
{
	struct buf set = { 0 }, file = signed_data(NULL), pem = { 0 };

	(void)state;
	forge_refused(&file, NULL, ERROR_FAILED, "without certificates");
	pem_write(&pem, "PKCS7", file.data, file.len);
	forge_refused(&pem, NULL, ERROR_FAILED, "block 1, line 1: is PKCS#7 without certificates");
	buf_done(&file);
	file = signed_data(&set);
	forge_refused(&file, NULL, ERROR_FAILED, "without certificates");
	buf_done(&file);
	forge_cert(&set, "one");
	file = signed_data(&set);
	buf_text_add(&file, "tail");
	forge_refused(&file, NULL, ERROR_FAILED, "4 bytes follow the PKCS#7");
	buf_done(&file);
	buf_done(&pem);
	buf_done(&set);
}

static void other_contents_are_called_by_name(void **state)
{
	static const struct {
		const char *oid, *words;
	} rows[] = {
		{ PKCS7 "\x01", "plain data" },
		{ PKCS7 "\x03", "encrypted message" },
		{ "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09", "unpack it first" },
		{ "\x2a\x03", "unknown kind" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf file = { 0 };

		forge_tlv(&file, 0x06, rows[i].oid, strlen(rows[i].oid));
		forge_tlv(&file, 0xa0, "", 0);
		forge_wrap(&file, 0x30);
		forge_refused(&file, NULL, ERROR_FAILED, rows[i].words);
		buf_done(&file);
	}
}

static void every_cut_is_refused(void **state)
{
	struct buf set = { 0 }, file;
	struct error err;
	struct bag bag;

	(void)state;
	forge_cert(&set, "one");
	file = signed_data(&set);
	while (file.len) {
		buf_cut(&file, file.len - 1);
		assert_false(forge_read(&file, NULL, &bag, &err));
		bag_done(&bag);
	}
	buf_done(&set);
	buf_done(&file);
}

static void many_elements_cost_no_more_than_their_bytes(void **state)
{
	struct buf set = { 0 }, file;
	int64_t start;

	(void)state;
	for (int i = 0; i < 200000; i++)
		buf_add(&set, "\x30\x00", 2);
	file = signed_data(&set);
	start = forge_ms();
	forge_refused(&file, NULL, ERROR_FAILED, "holds 200000 certificates; the limit is 10000");
	assert_true(forge_ms() - start < 1000);
	buf_done(&set);
	buf_done(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_certificates_and_keeps_problems),
		cmocka_unit_test(refuses_in_words),
		cmocka_unit_test(other_contents_are_called_by_name),
		cmocka_unit_test(every_cut_is_refused),
		cmocka_unit_test(many_elements_cost_no_more_than_their_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
