#include "pki/crl.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "support/certgen.h"
#include "support/notary.h"

struct office {
	struct cert *cert;
	struct authority ca;
	struct crl_terms terms;
};

static void open_office(struct office *o)
{
	o->cert = notary_ca(notary_key("ec256", 0), 0);
	o->ca = (struct authority){ o->cert, notary_key("ec256", 0) };
	o->terms = (struct crl_terms){ 1, notary_now(), notary_now() + INT64_C(30) * CLOCK_DAY };
}

static struct crl *made(const struct office *o, const struct revoked *rows, size_t count)
{
	struct buf der = { 0 };
	struct crl *crl = NULL;
	struct error err;
	if (!crl_make(&o->ca, rows, count, &o->terms, &der, &err) ||
		!crl_read(der.data, der.len, &crl, &err))
		fail_msg("%s", err.text);
	buf_done(&der);
	return crl;
}

static void refuses(
	const struct office *o, const struct revoked *rows, size_t count, const char *why)
{
	struct buf der = { 0 };
	struct error err = { 0 };
	assert_false(crl_make(&o->ca, rows, count, &o->terms, &der, &err));
	expect_error(&err, ERROR_FAILED, why);
	assert_int_equal(der.len, 0);
}

static void empty(void **state)
{
	struct office o;
	(void)state;
	open_office(&o);
	struct crl *crl = made(&o, NULL, 0);
	const struct crl_info *info = crl_info(crl);
	assert_int_equal(info->count, 0);
	assert_string_equal(info->issuer, cert_info(o.cert)->subject);
	assert_string_equal(info->key_id, cert_info(o.cert)->key_id);
	assert_string_equal(info->number, "01");
	assert_true(info->now == o.terms.now && info->next == o.terms.next);
	struct revocation row;
	assert_false(crl_find(crl, "01", &row));
	crl_free(crl);
	cert_free(o.cert);
}

/* The very texts that struct cert_info has for serials, whatever their first bit. */
static void serials(void **state)
{
	struct office o;
	struct revoked rows[] = { { "01", 1700000000 }, { "7f", 1700000001 },
		{ "80ab", 1700000002 }, { "ff00000000000000000000000000000000000001", 1700000003 },
		{ "0001", 1700000004 } };
	(void)state;
	open_office(&o);
	struct crl *crl = made(&o, rows, 5);
	assert_int_equal(crl_info(crl)->count, 5);
	for (size_t i = 0; i < 4; i++) {
		struct revocation row;
		assert_true(crl_find(crl, rows[i].serial, &row));
		assert_true(row.when == rows[i].when);
	}
	crl_free(crl);
	cert_free(o.cert);
}

static void numbers(void **state)
{
	static const struct {
		uint64_t number;
		const char *hex;
	} rows[] = {
		{ 0, "00" },
		{ 127, "7f" },
		{ 128, "80" },
		{ 65535, "ffff" },
		{ UINT64_MAX, "ffffffffffffffff" },
	};
	struct office o;
	(void)state;
	open_office(&o);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		o.terms.number = rows[i].number;
		struct crl *crl = made(&o, NULL, 0);
		assert_string_equal(crl_info(crl)->number, rows[i].hex);
		crl_free(crl);
	}
	cert_free(o.cert);
}

static void whose(void **state)
{
	struct office o;
	(void)state;
	open_office(&o);
	struct crl *crl = made(&o, NULL, 0);
	struct cert *twin = notary_ca(notary_key("ec256", 1), 0); /* the name, another key */
	struct cert *stranger = certgen_cert(&(struct certgen){ .cn = "x", .ca = true });
	assert_true(crl_is_by(crl, o.cert));
	assert_false(crl_is_by(crl, twin));
	assert_false(crl_is_by(crl, stranger));
	cert_free(stranger);
	cert_free(twin);
	crl_free(crl);
	cert_free(o.cert);
}

static void refused(void **state)
{
	struct office o;
	struct revoked twice[] = { { "01", 1 }, { "01", 2 } }, odd[] = { { "1", 1 } };
	struct revoked words[] = { { "xy", 1 } }, negative[] = { { "-01", 1 } },
		       none[] = { { "", 1 } };
	struct terms server = notary_terms("server");
	(void)state;
	open_office(&o);
	refuses(&o, twice, 2, "twice");
	refuses(&o, odd, 1, "isn't a serial number");
	refuses(&o, words, 1, "isn't a serial number");
	refuses(&o, negative, 1, "isn't a serial number");
	refuses(&o, none, 1, "isn't a serial number");
	o.terms.next = o.terms.now;
	refuses(&o, NULL, 0, "must come after");
	o.terms.next++;
	o.ca.key = notary_key("ec256", 1);
	refuses(&o, NULL, 0, "key isn't that of");
	cert_free(o.cert);
	o.ca.cert = o.cert =
		notary_self(WORDS("CN=x", "a.example"), notary_key("ec256", 1), &server);
	refuses(&o, NULL, 0, "isn't a CA");
	cert_free(o.cert);
}

static void damaged(void **state)
{
	struct office o;
	struct buf der = { 0 };
	struct revoked rows[] = { { "0102030405", 1700000000 } };
	struct crl *crl;
	struct error err;
	(void)state;
	open_office(&o);
	assert_true(crl_make(&o.ca, rows, 1, &o.terms, &der, &err));
	for (size_t len = 0; len < der.len; len += 5)
		assert_false(crl_read(der.data, len, &crl, &err));
	memcpy(memmem(der.data, der.len, "\x01\x02\x03\x04\x05", 5), "\x02", 1);
	assert_true(crl_read(der.data, der.len, &crl, &err));
	assert_false(crl_is_by(crl, o.cert));
	crl_free(crl);
	assert_false(crl_read("hello", 5, &crl, &err));
	expect_error(&err, ERROR_FAILED, "isn't a revocation list");
	buf_done(&der);
	cert_free(o.cert);
}

/* Reading doesn't search for each from the first. */
static void many(void **state)
{
	struct office o;
	size_t count = 2000;
	struct revoked *rows = mem_new(count * sizeof *rows);
	(void)state;
	open_office(&o);
	for (size_t i = 0; i < count; i++)
		rows[i] = (struct revoked){ mem_format("40%06zx", i), notary_now() };
	struct crl *crl = made(&o, rows, count);
	assert_int_equal(crl_info(crl)->count, count);
	struct revocation row;
	assert_true(crl_find(crl, "400007cf", &row));
	crl_free(crl);
	for (size_t i = 0; i < count; i++)
		free((char *)(uintptr_t)rows[i].serial);
	free(rows);
	cert_free(o.cert);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty),
		cmocka_unit_test(serials),
		cmocka_unit_test(numbers),
		cmocka_unit_test(whose),
		cmocka_unit_test(refused),
		cmocka_unit_test(damaged),
		cmocka_unit_test(many),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	notary_forget();
	return failed;
}
