#include "codec/export.h"

#include "codec/forge.h"
#include "codec/writers.h"

#include <stdio.h>

#include "base/mem.h"
#include "base/set.h"
#include "base/text.h"

/* A list of certificates, each another one, with names that the test gives. */
struct made {
	struct export_list list;
	struct export_item *items;
	struct buf *ders;
};

static void make_named(struct made *made, const char *const *names, size_t count)
{
	*made = (struct made){ .items = mem_new(count * sizeof *made->items),
		.ders = mem_new(count * sizeof *made->ders) };
	for (size_t i = 0; i < count; i++) {
		forge_cert(&made->ders[i], "export");
		made->items[i] = (struct export_item){ .der = (uint8_t *)made->ders[i].data,
			.len = made->ders[i].len,
			.name = names[i] };
		fingerprint_of(made->ders[i].data, made->ders[i].len, &made->items[i].sha256);
	}
	made->list = (struct export_list){ .items = made->items, .count = count, .now = 1700000000 };
}

static void drop(struct made *made)
{
	for (size_t i = 0; i < made->list.count; i++)
		buf_done(&made->ders[i]);
	free(made->ders);
	free(made->items);
}

static const struct export_format *format(const char *name)
{
	const struct export_format *found = export_format_find(name);
	assert_non_null(found);
	return found;
}

static void test_table(void **state)
{
	size_t count;
	const struct export_format *rows = export_formats(&count);
	(void)state;
	assert_string_equal(rows[0].name, "pem");
	for (size_t i = 0; i < count; i++) {
		assert_ptr_equal(export_format_find(rows[i].name), &rows[i]);
		assert_true(rows[i].help[0] && !strchr(rows[i].help, '\n') && rows[i].write);
		assert_int_equal(rows[i].suffixes[0], '.');
		assert_false(rows[i].several && rows[i].chain);
	}
	assert_null(export_format_find(""));
	assert_null(export_format_find("."));
	assert_ptr_equal(export_format_find("p12"), export_format_find("pkcs12"));
	assert_ptr_equal(export_format_find("p7b"), export_format_find("pkcs7"));
	assert_ptr_equal(export_format_find("crt"), export_format_find("pem"));
	assert_null(export_format_find("jk"));
}

static void test_suffix_is_a_hint(void **state)
{
	static const struct {
		const char *path, *format;
	} rows[] = {
		{ "a.pem", "pem" },
		{ "/x.jks/a.crt", "pem" },
		{ "a.b.DER", "der" },
		{ "a.p7b", "pkcs7" },
		{ "a.P7C", "pkcs7" },
		{ "/tmp/a.p12", "pkcs12" },
		{ "a.pfx", "pkcs12" },
		{ "a.jks", "jks" },
		{ "a.jks.bak", NULL },
		{ "a.jk", NULL },
		{ "a.jksx", NULL },
		{ "a.", NULL },
		{ "a", NULL },
		{ "", NULL },
		{ "/x.jks/a", NULL },
		{ ".p12 .pfx", "pkcs12" }, /* the last suffix counts */
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct export_format *found = export_format_of(rows[i].path);
		assert_int_equal(found != NULL, rows[i].format != NULL);
		if (found)
			assert_string_equal(found->name, rows[i].format);
	}
}

/* Every format read back by our own reader: the same certificates in the same order, and aliases. */
static void check_back(const struct export_format *f, const struct made *made, const char *password)
{
	struct export_list list = made->list;
	struct buf file = { 0 };
	struct error err = { 0 };
	struct bag bag;
	list.password = password;
	char **aliases = export_aliases(&list);
	if (!export_write(f, &list, &file, &err))
		fail_msg("%s: %s", f->name, err.text);
	if (!forge_read(&file, password, &bag, &err))
		fail_msg("%s: %s", f->name, err.text);
	assert_int_equal(bag.count, list.count);
	for (size_t i = 0; i < bag.count; i++) {
		assert_int_equal(bag.items[i].kind, BAG_CERT);
		assert_int_equal(bag.items[i].len, list.items[i].len);
		assert_memory_equal(bag.items[i].der, list.items[i].der, list.items[i].len);
		assert_int_equal(bag.items[i].label != NULL, f->truststore);
		char *alias = text_safe(aliases[i], strlen(aliases[i]));
		if (f->truststore)
			assert_string_equal(bag.items[i].label, alias);
		free(alias);
	}
	export_aliases_free(aliases, list.count);
	bag_done(&bag);
	buf_done(&file);
}

static void test_read_back(void **state)
{
	static const size_t counts[] = { 1, 2, 31, 32, 33, 64, 65, 150 };
	const char *names[150];
	size_t count;
	const struct export_format *rows = export_formats(&count);
	(void)state;
	for (size_t i = 0; i < 150; i++)
		names[i] = i % 3 ? "the same" : "Z\xc3\xbcrich \xf0\x9f\x94\x92";
	for (size_t n = 0; n < sizeof counts / sizeof *counts; n++) {
		struct made made;
		make_named(&made, names, counts[n]);
		for (size_t i = 0; i < count; i++)
			if (rows[i].several || rows[i].chain || counts[n] == 1)
				check_back(&rows[i], &made, rows[i].truststore ? "changeit" : NULL);
		drop(&made);
	}
}

static void test_what_does_not_fit(void **state)
{
	static const char *const names[] = { "a", "b" };
	struct made made;
	struct buf out = { 0 };
	struct error err = { 0 };
	(void)state;
	make_named(&made, names, 2);
	assert_false(export_write(format("der"), &made.list, &out, &err));
	assert_int_equal(err.code, ERROR_USAGE);
	struct export_list none = { 0 };
	assert_false(export_write(format("pem"), &none, &out, &err));
	assert_int_equal(err.code, ERROR_FAILED);
	assert_false(export_write(format("jks"), &made.list, &out, &err));
	assert_int_equal(err.code, ERROR_SECRET);
	assert_int_equal(out.len, 0);
	drop(&made);
}

static void test_passwords(void **state)
{
	static const struct {
		const char *format, *password;
		enum error_code code;
	} rows[] = {
		{ "pem", NULL, ERROR_NONE },
		{ "pem", "x", ERROR_USAGE },
		{ "chain", "x", ERROR_USAGE },
		{ "der", "", ERROR_USAGE },
		{ "pkcs7", "x", ERROR_USAGE },
		{ "jks", NULL, ERROR_SECRET },
		{ "jks", "", ERROR_SECRET },
		{ "jks", "x", ERROR_NONE },
		{ "jks", "p\xc3\xa4ss", ERROR_NONE },
		{ "pkcs12", NULL, ERROR_SECRET },
		{ "pkcs12", "", ERROR_SECRET },
		{ "pkcs12", "pass word~", ERROR_NONE },
		{ "pkcs12", "p\xc3\xa4ss", ERROR_USAGE },
		{ "pkcs12", "p\x7fss", ERROR_USAGE },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct error err = { 0 };
		bool fits = export_password_fits(format(rows[i].format), rows[i].password, &err);
		assert_int_equal(fits, rows[i].code == ERROR_NONE);
		assert_int_equal(err.code, rows[i].code);
	}
}

/* A truststore whose password is another one, or that was changed, is noticed. */
static void test_seal(void **state)
{
	static const char *const stores[] = { "jks", "pkcs12" }, *const names[] = { "a" };
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct made made;
		struct buf file = { 0 };
		make_named(&made, names, 1);
		made.list.password = "right one";
		assert_true(export_write(format(stores[i]), &made.list, &file, NULL));
		struct bag bag;
		struct error err;
		assert_false(forge_read(&file, "wrong one", &bag, &err));
		assert_int_equal(err.code, ERROR_SECRET);
		bag_done(&bag);
		char *cn = memmem(file.data, file.len, "export", 6);
		assert_non_null(cn);
		*cn = 'E';
		assert_false(forge_read(&file, "right one", &bag, &err));
		bag_done(&bag);
		buf_done(&file);
		drop(&made);
	}
}

static void check_aliases(const char *const *names, const char *const *wanted, size_t count)
{
	struct made made;
	make_named(&made, names, count);
	char **aliases = export_aliases(&made.list);
	for (size_t i = 0; i < count; i++) {
		char hex[FINGERPRINT_HEX];
		char *digits = mem_format(wanted[i], fingerprint_hex(&made.items[i].sha256, hex));
		assert_string_equal(aliases[i], digits);
		free(digits);
	}
	export_aliases_free(aliases, count);
	drop(&made);
}

static void test_aliases(void **state)
{
	static const char *const names[] = { "Root CA", "ROOT ca", "root CA", "", "  x  y ",
		"Z\xc3\x9cRICH \xce\xa3", "\\x1b[31mRED\\u{202e}", "Certificate" },
				 *const wanted[] = { "root ca", "root ca %.8s", "root ca %.8s",
					 "certificate", "x y", "z\xc3\xbcrich \xcf\x83",
					 "\\x1b[31mred\\u{202e}", "certificate %.8s" };
	(void)state;
	check_aliases(names, wanted, sizeof names / sizeof *names);
}

/* Somebody names a certificate so that the way out is taken, too. */
static void test_aliases_stay_apart(void **state)
{
	struct made made;
	const char *names[] = { "a", "a", "a", "a" };
	char hex[FINGERPRINT_HEX], whole[200];
	struct set seen = { 0 };
	(void)state;
	make_named(&made, names, 4);
	fingerprint_hex(&made.items[3].sha256, hex);
	char *once = mem_format("A %.8s", hex);
	snprintf(whole, sizeof whole, "A %.8s %.8s", hex, hex + 8);
	made.items[1].name = once;
	made.items[2].name = whole;
	char **aliases = export_aliases(&made.list);
	for (size_t i = 0; i < 4; i++)
		assert_true(set_add(&seen, aliases[i]));
	export_aliases_free(aliases, 4);
	set_done(&seen);
	free(once);
	drop(&made);
}

/* However long and wide a name is, its alias fits into the two bytes of a length. */
static void test_long_names(void **state)
{
	struct buf name = { 0 };
	struct made made;
	const char *names[1];
	(void)state;
	for (int i = 0; i < 20000; i++)
		buf_text_add(&name, "\xf0\x9f\x94\x92\xcc\x81");
	names[0] = buf_text(&name);
	make_named(&made, names, 1);
	check_back(format("jks"), &made, "x");
	check_back(format("pkcs12"), &made, "x");
	drop(&made);
	buf_done(&name);
}

static void test_names_in_pem(void **state)
{
	static const char *const names[] = { "-----BEGIN CERTIFICATE-----", "0 zero" };
	struct made made;
	struct buf file = { 0 };
	(void)state;
	make_named(&made, names, 2);
	assert_true(export_write(format("pem"), &made.list, &file, NULL));
	assert_int_equal(strncmp(file.data, "# -BEGIN CERTIFICATE-\n-----BEGIN", 32), 0);
	assert_non_null(strstr(file.data, "-----END CERTIFICATE-----\n# 0 zero\n-----BEGIN"));
	buf_cut(&file, 0);
	assert_true(export_write(format("chain"), &made.list, &file, NULL));
	assert_null(strchr(file.data, '#'));
	buf_done(&file);
	drop(&made);
}

static void test_lengths(void **state)
{
	static const struct {
		size_t len;
		const char *head;
		size_t head_len;
	} rows[] = {
		{ 0, "\x04\x00", 2 },
		{ 127, "\x04\x7f", 2 },
		{ 128, "\x04\x81\x80", 3 },
		{ 255, "\x04\x81\xff", 3 },
		{ 256, "\x04\x82\x01\x00", 4 },
		{ 65535, "\x04\x82\xff\xff", 4 },
		{ 65536, "\x04\x83\x01\x00\x00", 5 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *bytes = mem_new(rows[i].len + 1);
		struct buf put = { 0 }, wrapped = { 0 };
		memset(bytes, 'x', rows[i].len);
		tlv_put(&put, TLV_OCTET_STRING, bytes, rows[i].len);
		buf_text_add(&wrapped, "before");
		buf_add(&wrapped, bytes, rows[i].len);
		tlv_wrap(&wrapped, 6, TLV_OCTET_STRING);
		assert_int_equal(put.len, rows[i].head_len + rows[i].len);
		assert_memory_equal(put.data, rows[i].head, rows[i].head_len);
		assert_int_equal(wrapped.len, 6 + put.len);
		assert_memory_equal(wrapped.data, "before", 6);
		assert_memory_equal(wrapped.data + 6, put.data, put.len);
		buf_done(&put);
		buf_done(&wrapped);
		free(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_suffix_is_a_hint),
		cmocka_unit_test(test_read_back),
		cmocka_unit_test(test_what_does_not_fit),
		cmocka_unit_test(test_passwords),
		cmocka_unit_test(test_seal),
		cmocka_unit_test(test_aliases),
		cmocka_unit_test(test_aliases_stay_apart),
		cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_names_in_pem),
		cmocka_unit_test(test_lengths),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
