#include "codec/pem.h"

#include <string.h>

#include "codec/forge.h"

#define BEGIN "-----BEGIN CERTIFICATE-----\n"
#define END   "-----END CERTIFICATE-----\n"
#define BODY  "Zm9v\nYmFy\n" /* foobar */

/* The only block must hold foobar. */
static void is_foobar_n(const char *text, size_t len)
{
	struct pem_block block = { 0 };
	struct pem_reader reader;

	pem_start(&reader, text, len);
	assert_true(pem_next(&reader, &block));
	if (block.broken)
		fail_msg("%s: %s", text, block.broken);
	assert_true(pem_is(&block, "CERTIFICATE"));
	assert_int_equal(block.der.len, 6);
	assert_string_equal(block.der.data, "foobar");
	assert_false(pem_next(&reader, &block));
	buf_wipe(&block.der);
}

static void is_foobar(const char *text)
{
	is_foobar_n(text, strlen(text));
}

/* The only block must be broken, in words that hold these. */
static void is_broken(const char *text, const char *words)
{
	struct pem_block block = { 0 };
	struct pem_reader reader;

	pem_start(&reader, text, strlen(text));
	assert_true(pem_next(&reader, &block));
	assert_non_null(block.broken);
	if (!strstr(block.broken, words))
		fail_msg("\"%s\" is not in \"%s\"", words, block.broken);
	assert_int_equal(block.der.len, 0);
	assert_false(pem_next(&reader, &block));
	buf_wipe(&block.der);
}

static size_t count(const void *text, size_t len, size_t *good)
{
	struct pem_block block = { 0 };
	struct pem_reader reader;
	size_t blocks = 0;

	*good = 0;
	for (pem_start(&reader, text, len); pem_next(&reader, &block); blocks++)
		*good += !block.broken;
	buf_wipe(&block.der);
	return blocks;
}

static void takes_what_real_files_hold(void **state)
{
	(void)state;
	is_foobar(BEGIN BODY END);
	is_foobar("-----BEGIN CERTIFICATE-----\r\nZm9v\r\nYmFy\r\n-----END CERTIFICATE-----\r\n");
	is_foobar("-----BEGIN CERTIFICATE-----\rZm9vYmFy\r-----END CERTIFICATE-----\r");
	is_foobar("\xef\xbb\xbf" BEGIN BODY END);
	is_foobar("    -----BEGIN CERTIFICATE-----\n\t Zm9v\n\t YmFy\n  " END);
	is_foobar(BEGIN "Z\nm\n9\nv\nY\nm\nF\ny\n" END);
	is_foobar(BEGIN "Zm9vYmFy-----END CERTIFICATE-----");
	is_foobar("-----BEGIN CERTIFICATE----- Zm9v YmFy -----END CERTIFICATE-----");
	is_foobar("Subject: C=\x1b[2J\nsome text - with ----- dashes\n" BEGIN BODY END "more\n");
	is_foobar_n("\0\0\0" BEGIN BODY END "\0\0", sizeof("\0\0\0" BEGIN BODY END "\0\0") - 1);
}

static void steps_over_headers(void **state)
{
	(void)state;
	is_foobar(BEGIN "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n" BODY END);
	is_foobar(BEGIN "Comment: long\n one and\n\tanother\n\n" BODY END);
	is_foobar("-----BEGIN CERTIFICATE-----\r\nA: b\r\n\r\nZm9vYmFy\r\n" END);
	is_foobar(BEGIN "Name: value\n" BODY END);
}

static void says_what_is_broken(void **state)
{
	(void)state;
	is_broken(BEGIN BODY, "no END");
	is_broken(BEGIN BODY "-----END X509 CRL-----\n", "differ");
	is_broken(BEGIN BODY "-----END CERTIFICATE X-----\n", "differ");
	is_broken(BEGIN BODY "-----END CERT-----\n", "differ");
	is_broken(BEGIN BODY "-----END CERTIFICATE--\n", "five dashes");
	is_broken("-----BEGIN CERTIFICATE\n" BODY END, "five dashes");
	is_broken(BEGIN "Zm9v*mFy\n" END, "isn't base64");
	is_broken(BEGIN "Zm9vYmF\n" END, "come out even");
	is_broken(BEGIN END, "empty");
	is_broken(BEGIN "A: b\n\n" END, "empty");
	is_broken("-----BEGIN CERTIFICATE-----", "no END");
}

static void leaves_quoted_blocks_alone(void **state)
{
	static const char *const texts[] = { "# " BEGIN BODY END, "> " BEGIN BODY END,
		"-----begin certificate-----\n" BODY "-----end certificate-----\n",
		"——BEGIN CERTIFICATE——\n" BODY, "------BEGIN CERTIFICATE-----\n" BODY END, "" };
	size_t good;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(count(texts[i], strlen(texts[i]), &good), 0);
}

static void one_broken_block_hides_no_other(void **state)
{
	static const char text[] = BEGIN BODY END BEGIN BODY BEGIN BODY END BEGIN
		"*\n" END "-----BEGIN X\n" BEGIN BODY "-----END CERTIFICATE-----" BEGIN BODY END;
	size_t good;

	(void)state;
	assert_int_equal(count(text, sizeof(text) - 1, &good), 7);
	assert_int_equal(good, 4);
}

static void tells_where_a_block_stands(void **state)
{
	static const char text[] = "one\ntwo\n" BEGIN BODY END "\n" BEGIN BODY END;
	struct pem_block block = { 0 };
	struct pem_reader reader;

	(void)state;
	pem_start(&reader, text, sizeof(text) - 1);
	assert_true(pem_next(&reader, &block));
	assert_int_equal(block.line, 3);
	assert_int_equal(block.begin, 8);
	assert_memory_equal(text + block.end - 5, "-----\n", 6);
	assert_true(pem_next(&reader, &block));
	assert_int_equal(block.line, 8);
	assert_false(pem_next(&reader, &block));
	buf_wipe(&block.der);
}

static void counts_the_lines_of_old_macs(void **state)
{
	static const char text[] = "a\rb\r-----BEGIN X-----\rZm9v\r-----END X-----\r";
	struct pem_block block = { 0 };
	struct pem_reader reader;

	(void)state;
	pem_start(&reader, text, sizeof(text) - 1);
	assert_true(pem_next(&reader, &block));
	assert_int_equal(block.line, 3);
	buf_wipe(&block.der);
}

static void writes_what_it_reads(void **state)
{
	struct pem_block block = { 0 };
	struct pem_reader reader;
	struct buf text = { 0 };
	char bytes[100];

	(void)state;
	memset(bytes, 0xa5, sizeof(bytes));
	pem_write(&text, "X509 CRL", bytes, sizeof(bytes));
	assert_true(strstr(buf_text(&text), "-----BEGIN X509 CRL-----\npaWl") == text.data);
	assert_non_null(strstr(buf_text(&text), "==\n-----END X509 CRL-----\n"));
	assert_int_equal(strcspn(strchr(text.data, '\n') + 1, "\n"), 64);
	pem_start(&reader, text.data, text.len);
	assert_true(pem_next(&reader, &block));
	assert_true(pem_is(&block, "X509 CRL"));
	assert_int_equal(block.der.len, sizeof(bytes));
	assert_memory_equal(block.der.data, bytes, sizeof(bytes));
	buf_done(&text);
	buf_wipe(&block.der);
}

/* What is repeated over a megabyte must cost no more than its bytes. */
static void is_linear(void **state)
{
	static const char *const patterns[] = { "-----BEGIN A-----\n", "-----BEGIN ",
		"-----BEGIN A-----", "-----END A-----\n", "-", "     ", "\n",
		"-----BEGIN A-----\nA:\n", "-----BEGIN A-----\n-----END B-----", " -----BEGIN" };
	int64_t start;
	size_t good;

	(void)state;
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		struct buf text = { 0 };

		while (text.len < 1 << 20)
			buf_text_add(&text, patterns[i]);
		start = forge_ms();
		count(text.data, text.len, &good);
		if (forge_ms() - start > 1000)
			fail_msg("%s took %d ms", patterns[i], (int)(forge_ms() - start));
		buf_done(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_what_real_files_hold),
		cmocka_unit_test(steps_over_headers),
		cmocka_unit_test(says_what_is_broken),
		cmocka_unit_test(leaves_quoted_blocks_alone),
		cmocka_unit_test(one_broken_block_hides_no_other),
		cmocka_unit_test(tells_where_a_block_stands),
		cmocka_unit_test(counts_the_lines_of_old_macs),
		cmocka_unit_test(writes_what_it_reads),
		cmocka_unit_test(is_linear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
