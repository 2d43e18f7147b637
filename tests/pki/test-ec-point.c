#include "pki/ec-point.h"

#include "support/unit.h"

#include <gnutls/x509.h>
#include <stdio.h>

static const struct {
	const char *oid; /* its bytes */
	size_t len;
	gnutls_ecc_curve_t id;
} curves[] = {
	{ "\x2a\x86\x48\xce\x3d\x03\x01\x07", 8, GNUTLS_ECC_CURVE_SECP256R1 },
	{ "\x2b\x81\x04\x00\x22", 5, GNUTLS_ECC_CURVE_SECP384R1 },
	{ "\x2b\x81\x04\x00\x23", 5, GNUTLS_ECC_CURVE_SECP521R1 },
};
#define CURVES (sizeof(curves) / sizeof(curves[0]))

static const struct ec_curve *curve_at(size_t i)
{
	const struct ec_curve *curve =
		ec_curve((struct der){ (const uint8_t *)curves[i].oid, curves[i].len });

	assert_non_null(curve);
	assert_int_equal(curve->id, curves[i].id);
	return curve;
}

/* GnuTLS leaves out leading zeros, or puts one before. */
static void equal(const uint8_t *ours, size_t bytes, gnutls_datum_t theirs)
{
	while (theirs.size > bytes && theirs.data[0] == 0) {
		theirs.data++;
		theirs.size--;
	}
	for (; bytes > theirs.size; bytes--, ours++)
		assert_int_equal(*ours, 0);
	assert_memory_equal(ours, theirs.data, bytes);
}

static struct der number_of(gnutls_datum_t k)
{
	bool padded = k.size > 0 && k.data[0] == 0;

	return (struct der){ k.data + padded, k.size - padded };
}

static void points_are_those_of_gnutls(void **state)
{
	gnutls_ecc_curve_t id;
	gnutls_datum_t x, y, k;

	(void)state;
	for (size_t n = 0; n < 8 * CURVES; n++) {
		const struct ec_curve *curve = curve_at(n % CURVES);
		gnutls_x509_privkey_t key;
		struct ec_point point;

		gnutls_x509_privkey_init(&key);
		assert_int_equal(gnutls_x509_privkey_generate(
					 key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(curve->id), 0),
			0);
		assert_int_equal(gnutls_x509_privkey_export_ecc_raw(key, &id, &x, &y, &k), 0);
		assert_true(ec_point(curve, number_of(k), &point));
		equal(point.x, curve->bytes, x);
		equal(point.y, curve->bytes, y);
		gnutls_free(x.data);
		gnutls_free(y.data);
		gnutls_free(k.data);
		gnutls_x509_privkey_deinit(key);
	}
}

static void one_gives_the_generator(void **state)
{
	struct ec_point point;

	(void)state;
	for (size_t i = 0; i < CURVES; i++) {
		const struct ec_curve *curve = curve_at(i);
		char hex[3];

		assert_true(ec_point(curve, (struct der){ (const uint8_t *)"\0\1", 2 }, &point));
		for (size_t n = 0; n < curve->bytes; n++) {
			snprintf(hex, sizeof(hex), "%02x", point.x[n]);
			assert_memory_equal(hex, curve->x + 2 * n, 2);
			snprintf(hex, sizeof(hex), "%02x", point.y[n]);
			assert_memory_equal(hex, curve->y + 2 * n, 2);
		}
	}
}

static void numbers_that_are_no_key(void **state)
{
	uint8_t big[EC_BYTES_MOST + 1] = { 1 };
	struct ec_point point;

	(void)state;
	for (size_t i = 0; i < CURVES; i++) {
		const struct ec_curve *curve = curve_at(i);

		assert_false(ec_point(curve, (struct der){ big, curve->bytes + 1 }, &point));
		assert_false(ec_point(curve, (struct der){ big + 1, curve->bytes }, &point));
		assert_false(ec_point(curve, (struct der){ big, 0 }, &point));
	}
	assert_null(ec_curve((struct der){ (const uint8_t *)"\x2b\x81\x04\x00\x0a", 5 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(points_are_those_of_gnutls),
		cmocka_unit_test(one_gives_the_generator),
		cmocka_unit_test(numbers_that_are_no_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
