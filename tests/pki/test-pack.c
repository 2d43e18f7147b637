#include "pki/pack.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

static const struct cert_info full = {
	.sha256 = { { 1, 2, 3 } },
	.subject = "CN=x",
	.issuer = "",
	.cn = "x",
	.serial = "01",
	.signature = "RSA-SHA256",
	.key_algorithm = "RSA",
	.not_after = 77,
	.ca = true,
	.sans = "DNS:a\0DNS:b",
	.san_count = 2,
	.sans_len = sizeof "DNS:a\0DNS:b",
};

static struct cert_info *unpacked(const char *bytes, size_t len)
{
	struct unpack u = { .at = bytes, .end = bytes + len };
	return cert_info_unpack(&u);
}

static struct cert_info *there_and_back(const struct cert_info *info)
{
	struct buf packed = { 0 };
	cert_info_pack(&packed, info);
	struct cert_info *copy = unpacked(packed.data, packed.len);
	buf_done(&packed);
	return copy;
}

static void arrives_whole(void **state)
{
	(void)state;
	struct cert_info *copy = there_and_back(&full);
	assert_non_null(copy);
	assert_string_equal(copy->subject, "CN=x");
	assert_string_equal(copy->issuer, "");
	assert_string_equal(copy->cn, "x");
	assert_null(copy->org);
	assert_null(copy->key_id);
	assert_string_equal(copy->key_algorithm, "RSA");
	assert_int_equal(copy->not_after, 77);
	assert_true(copy->ca);
	const char *san = cert_info_san(copy, NULL);
	assert_string_equal(san, "DNS:a");
	assert_string_equal(san = cert_info_san(copy, san), "DNS:b");
	assert_null(cert_info_san(copy, san));
	cert_info_free(copy);
}

static void without_names(void **state)
{
	(void)state;
	struct cert_info info = full;
	info.sans = NULL;
	info.san_count = info.sans_len = 0;
	struct cert_info *copy = there_and_back(&info);
	assert_non_null(copy);
	assert_null(cert_info_san(copy, NULL));
	cert_info_free(copy);
}

/* What the child says is checked: no text without its end, no more names than there are. */
static void lies_are_bad(void **state)
{
	(void)state;
	struct cert_info info = full;
	info.subject = NULL;
	assert_null(there_and_back(&info));
	info = full;
	info.san_count = 3;
	assert_null(there_and_back(&info));
	info = full;
	info.sans_len--;
	assert_null(there_and_back(&info));
	info = full;
	info.sans = NULL;
	assert_null(there_and_back(&info));
}

static void cut_short_is_bad(void **state)
{
	(void)state;
	struct buf packed = { 0 };
	cert_info_pack(&packed, &full);
	for (size_t len = 0; len < packed.len; len++)
		assert_null(unpacked(packed.data, len));
	buf_done(&packed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arrives_whole),
		cmocka_unit_test(without_names),
		cmocka_unit_test(lies_are_bad),
		cmocka_unit_test(cut_short_is_bad),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
