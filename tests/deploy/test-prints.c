/* Which blocks are certificates, and where one ends that has something behind it. */
#include "deploy/prints.h"

#include "codec/pem.h"
#include "support/unit.h"

/* So many bytes of it count; 0: it is none. */
static void check(const char *label, const void *der, size_t len, size_t want)
{
	struct buf text = { 0 };
	struct fingerprint found, wanted;
	pem_write(&text, label, der, len);
	assert_int_equal(prints_of(text.data, text.len, NULL, &found), want > 0);
	fingerprint_of(der, want, &wanted);
	if (want)
		assert_int_equal(fingerprint_compare(&found, &wanted), 0);
	buf_done(&text);
}

static void test_labels(void **state)
{
	(void)state;
	check("CERTIFICATE", "\x30\x02\x05\x00", 4, 4);
	check("X509 CERTIFICATE", "\x30\x02\x05\x00", 4, 4);
	check("TRUSTED CERTIFICATE", "\x30\x02\x05\x00", 4, 4);
	check("PRIVATE KEY", "\x30\x02\x05\x00", 4, 0);
	check("CERTIFICATE REQUEST", "\x30\x02\x05\x00", 4, 0);
}

static void test_lengths(void **state)
{
	static const char long_one[2 + 1 + 0x82] = { 0x30, (char)0x81, (char)0x80 };
	(void)state;
	check("CERTIFICATE", "\x30\x01\x05\xff\xff", 5, 3);
	check("CERTIFICATE", "\x30\x05\x00\x00", 4, 0);
	check("CERTIFICATE", "\x31\x02\x05\x00", 4, 0);
	check("CERTIFICATE", "\x30\x80\x00\x00", 4, 0);
	check("CERTIFICATE", long_one, sizeof long_one, 3 + 0x80);
	check("CERTIFICATE", "\x30\x82\x00\x01\x05\xff", 6, 5);
	check("CERTIFICATE", "\x30\x82\x00\x03\x05\xff", 6, 0);
	check("CERTIFICATE", "\x30\x85\x00\x00\x00\x00\x01\x05", 8, 0);
	check("CERTIFICATE", "\x30\x84\xff\xff", 4, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_lengths),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
