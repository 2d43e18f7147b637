#include <gnutls/crypto.h>
#include <string.h>

#include "codec/forge.h"
#include "codec/java-object.h"

#define WRONG "the password is wrong (or the file was changed)"

static void be(struct buf *out, uint64_t number, int octets)
{
	while (octets--)
		buf_char(out, (char)(number >> 8 * octets));
}

static void text(struct buf *out, const char *bytes, size_t len)
{
	be(out, len, 2);
	buf_add(out, bytes, len);
}

static void head(struct buf *out, uint32_t magic, uint32_t version, uint32_t count)
{
	be(out, magic, 4);
	be(out, version, 4);
	be(out, count, 4);
}

static void entry(struct buf *out, uint32_t tag, const char *alias, size_t len)
{
	be(out, tag, 4);
	text(out, alias, len);
	be(out, 1700000000000, 8);
}

static void certificate(struct buf *out, const char *type)
{
	struct buf der = { 0 };

	forge_cert(&der, "test");
	if (type)
		text(out, type, strlen(type));
	be(out, der.len, 4);
	forge_add(out, &der);
	buf_done(&der);
}

static void trusted(struct buf *out, const char *alias)
{
	entry(out, 2, alias, strlen(alias));
	certificate(out, "X.509");
}

/* The digest over what is there; password in ASCII. */
static void sign(struct buf *out, const char *password)
{
	struct buf all = { 0 };
	uint8_t digest[20];

	for (const char *p = password; *p; p++) {
		buf_char(&all, '\0');
		buf_char(&all, *p);
	}
	buf_text_add(&all, "Mighty Aphrodite");
	forge_add(&all, out);
	assert_int_equal(gnutls_hash_fast(GNUTLS_DIG_SHA1, all.data, all.len, digest), 0);
	buf_add(out, digest, sizeof(digest));
	buf_done(&all);
}

/* Sign, then it must be refused in these words. */
static void refused(struct buf *file, const char *words)
{
	sign(file, "changeit");
	forge_refused(file, "changeit", ERROR_FAILED, words);
	forge_refused(file, NULL, ERROR_FAILED, words);
	buf_done(file);
}

static void reads_certificates(void **state)
{
	struct buf file = { 0 };
	struct error err;
	struct bag bag;

	(void)state;
	head(&file, 0xfeedfeed, 2, 2);
	trusted(&file, "root");
	entry(&file, 2, "a\x1b\xc0\x80\xed\xa0\xbd\xed\xb8\x80\xff", 11);
	certificate(&file, "X.509");
	sign(&file, "changeit");
	assert_true(forge_read(&file, "changeit", &bag, &err));
	assert_string_equal(bag.format, "JKS");
	assert_int_equal(bag.count, 2);
	assert_null(bag.note);
	assert_string_equal(bag.items[0].where, "alias root");
	assert_string_equal(bag.items[0].label, "root");
	assert_string_equal(bag.items[1].label, "a\\x1b\\x00😀\\xff");
	bag_done(&bag);
	buf_done(&file);
}

static void the_password_is_checked_where_there_is_one(void **state)
{
	struct buf file = { 0 };
	struct error err;
	struct bag bag;

	(void)state;
	head(&file, 0xfeedfeed, 2, 1);
	trusted(&file, "root");
	sign(&file, "changeit");
	forge_refused(&file, "wrong", ERROR_SECRET, WRONG);
	forge_refused(&file, "", ERROR_SECRET, WRONG);
	assert_true(forge_read(&file, NULL, &bag, &err));
	assert_string_equal(bag.note, "integrity not checked: no password given");
	bag_done(&bag);
	file.data[file.len - 1] ^= 1;
	forge_refused(&file, "changeit", ERROR_SECRET, WRONG);
	buf_done(&file);
}

static void reads_version_1_and_keys(void **state)
{
	struct buf file = { 0 };
	struct error err;
	struct bag bag;

	(void)state;
	head(&file, 0xfeedfeed, 1, 2);
	entry(&file, 1, "web", 3);
	be(&file, 6, 4);
	buf_text_add(&file, "secret");
	be(&file, 2, 4);
	certificate(&file, NULL);
	certificate(&file, NULL);
	entry(&file, 2, "", 0);
	certificate(&file, NULL);
	sign(&file, "changeit");
	assert_true(forge_read(&file, "changeit", &bag, &err));
	assert_int_equal(bag.count, 4);
	assert_int_equal(bag.items[0].kind, BAG_KEY);
	assert_string_equal(bag.items[0].where, "alias web");
	assert_string_equal(bag.items[2].where, "alias web, certificate 2");
	assert_int_equal(bag.items[3].kind, BAG_CERT);
	assert_null(bag.items[3].label);
	assert_string_equal(bag.items[3].where, "alias \"\"");
	bag_done(&bag);
	buf_done(&file);
}

static void a_bad_certificate_is_a_problem(void **state)
{
	struct buf file = { 0 };
	struct error err;
	struct bag bag;

	(void)state;
	head(&file, 0xfeedfeed, 2, 2);
	entry(&file, 2, "bad", 3);
	text(&file, "X.509", 5);
	be(&file, 3, 4);
	buf_add(&file, "\x30\x01\x00", 3);
	trusted(&file, "good");
	sign(&file, "changeit");
	assert_true(forge_read(&file, "changeit", &bag, &err));
	assert_int_equal(bag.items[0].kind, BAG_PROBLEM);
	assert_string_equal(bag.items[0].where, "alias bad");
	assert_int_equal(bag.items[1].kind, BAG_CERT);
	bag_done(&bag);
	buf_done(&file);
}

static void claims_are_held_against_the_file(void **state)
{
	struct buf file = { 0 };

	(void)state;
	head(&file, 0xfeedfeed, 2, 0x7fffffff);
	trusted(&file, "a");
	refused(&file, "claims 2147483647 entries");
	head(&file, 0xfeedfeed, 2, 0xffffffff);
	refused(&file, "claims 4294967295 entries");
	head(&file, 0xfeedfeed, 2, 1);
	entry(&file, 2, "a", 1);
	text(&file, "X.509", 5);
	be(&file, 0xffffffff, 4);
	refused(&file, "cut short");
	head(&file, 0xfeedfeed, 2, 1);
	be(&file, 2, 4);
	be(&file, 0xffff, 2);
	buf_add(&file, "01234567890123456789", 20);
	refused(&file, "cut short");
	head(&file, 0xfeedfeed, 2, 1);
	entry(&file, 1, "k", 1);
	be(&file, 0, 4);
	be(&file, 0x7fffffff, 4);
	certificate(&file, "X.509");
	refused(&file, "cut short");
}

static void unknown_things_are_named(void **state)
{
	struct buf file = { 0 };

	(void)state;
	head(&file, 0xfeedfeed, 9, 0);
	refused(&file, "version 9");
	head(&file, 0xfeedfeed, 2, 1);
	entry(&file, 7, "a", 1);
	certificate(&file, "X.509");
	refused(&file, "kind 7");
	head(&file, 0xfeedfeed, 2, 1);
	entry(&file, 3, "a", 1);
	certificate(&file, "X.509");
	refused(&file, "kind 3");
	head(&file, 0xfeedfeed, 2, 1);
	entry(&file, 2, "a", 1);
	certificate(&file, "P\x1bP");
	refused(&file, "type P\\x1bP");
	head(&file, 0xfeedfeed, 2, 1);
	trusted(&file, "a");
	buf_text_add(&file, "tail");
	refused(&file, "4 bytes behind its last entry");
	head(&file, 0xfeedfeed, 2, 0);
	refused(&file, "holds no certificate");
}

static void every_cut_is_refused(void **state)
{
	struct buf file = { 0 };
	struct error err;
	struct bag bag;

	(void)state;
	head(&file, 0xcececece, 2, 1);
	trusted(&file, "a");
	sign(&file, "changeit");
	while (file.len) {
		buf_cut(&file, file.len - 1);
		assert_false(forge_read(&file, NULL, &bag, &err));
		bag_done(&bag);
	}
	buf_done(&file);
}

/* As the JCEKS provider writes it, with shorter names. */
static const char sealed[] =
	"\xac\xed\0\5sr\0\1Stesttest\2\0\0xr\0\1Ptesttest\2\0\2[\0\1at\0\2[BL\0\1bq\0~\0\2xp"
	"ur\0\2[Btesttest\2\0\0xp\0\0\0\5hellot\0\3PBE";

static void secret_keys_are_stepped_over(void **state)
{
	struct buf file = { 0 };
	struct error err;
	struct bag bag;

	(void)state;
	head(&file, 0xcececece, 2, 2);
	entry(&file, 3, "aes", 3);
	buf_add(&file, sealed, sizeof(sealed) - 1);
	trusted(&file, "root");
	sign(&file, "changeit");
	assert_true(forge_read(&file, "changeit", &bag, &err));
	assert_string_equal(bag.format, "JCEKS");
	assert_int_equal(bag.count, 2);
	assert_int_equal(bag.items[0].kind, BAG_KEY);
	assert_string_equal(bag.items[0].why, "a secret key");
	assert_string_equal(bag.items[1].label, "root");
	bag_done(&bag);
	buf_done(&file);
}

static void java_objects_end_where_they_end(void **state)
{
	struct span in = span_of(sealed, sizeof(sealed) - 1);
	char bad[sizeof(sealed)];

	(void)state;
	assert_true(java_object_skip(&in));
	assert_int_equal(span_len(in), 0);
	for (size_t len = 0; len < sizeof(sealed) - 1; len++) {
		in = span_of(sealed, len);
		assert_false(java_object_skip(&in));
	}
	for (size_t i = 0; i < sizeof(sealed) - 1; i++) {
		memcpy(bad, sealed, sizeof(bad));
		bad[i] = (char)~bad[i];
		in = span_of(bad, sizeof(bad) - 1);
		java_object_skip(&in);
		assert_true(in.at <= in.end);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_certificates),
		cmocka_unit_test(the_password_is_checked_where_there_is_one),
		cmocka_unit_test(reads_version_1_and_keys),
		cmocka_unit_test(a_bad_certificate_is_a_problem),
		cmocka_unit_test(claims_are_held_against_the_file),
		cmocka_unit_test(unknown_things_are_named),
		cmocka_unit_test(every_cut_is_refused),
		cmocka_unit_test(secret_keys_are_stepped_over),
		cmocka_unit_test(java_objects_end_where_they_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
