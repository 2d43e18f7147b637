/*
 * Answers of a resolver that tell who takes a domain's mail; asking one is in tests/console/test_wizard.py.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net/mx.h"
#include "support/unit.h"

#define HEAD(records)  "\1\2\x81\x80\0\1\0" records "\0\0\0\0"
#define QUESTION       "\7example\3net\0\0\x0f\0\1"
#define RECORD(length) "\xc0\x0c\0\x0f\0\1\0\0\0\x3c\0" length

static bool read_it(const char *literal, size_t len, struct mx *out)
{
	unsigned char *bytes = mem_copy(literal, len); /* so that a sanitizer sees its end */
	bool any = mx_read(bytes, len, out);
	free(bytes);
	return any;
}

#define READ(literal, out) read_it(literal, sizeof(literal) - 1, out)

static void test_the_lowest_by_name(void **state)
{
	struct mx mx;
	(void)state;
	assert_true(READ(HEAD("\3") QUESTION RECORD("\6") "\0\x14\1z\xc0\x0c" RECORD("\6") "\0\12\1b\xc0\x0c"
		RECORD("\6") "\0\12\1a\xc0\x0c", &mx));
	assert_int_equal(mx.count, 2);
	assert_string_equal(mx.hosts[0], "a.example.net");
	assert_string_equal(mx.hosts[1], "b.example.net");
	mx_done(&mx);
}

static void test_none(void **state)
{
	struct mx mx;
	(void)state;
	assert_true(READ(HEAD("\1") QUESTION RECORD("\3") "\0\0\0", &mx)); /* RFC 7505 */
	assert_int_equal(mx.count, 0);
	assert_false(READ(HEAD("\0") QUESTION, &mx));
	assert_int_equal(mx.count, 0);
}

/* Another type of record is passed over, as the alias before it. */
static void test_an_alias(void **state)
{
	struct mx mx;
	(void)state;
	assert_true(READ(HEAD("\2") QUESTION "\xc0\x0c\0\5\0\1\0\0\0\x3c\0\2\xc0\x0c" RECORD("\6")
		"\0\1\1m\xc0\x0c", &mx));
	assert_int_equal(mx.count, 1);
	assert_string_equal(mx.hosts[0], "m.example.net");
	mx_done(&mx);
}

/* However it is cut, and whatever one of its bytes is. */
static void test_broken(void **state)
{
	static const char whole[] = HEAD("\1") QUESTION RECORD("\6") "\0\12\1b\xc0\x0c";
	const size_t len = sizeof whole - 1;
	struct mx mx;
	(void)state;
	for (size_t cut = 0; cut < len; cut++) {
		assert_false(read_it(whole, cut, &mx));
		assert_int_equal(mx.count, 0);
	}
	for (size_t i = 0; i < len; i++)
		for (unsigned byte = 0; byte < 256; byte++) {
			char other[sizeof whole];
			memcpy(other, whole, sizeof whole);
			other[i] = (char)byte;
			read_it(other, len, &mx);
			mx_done(&mx);
		}
	assert_false(READ(HEAD("\1") "\xc0\x0c\0\x0f\0\1" RECORD("\4") "\0\1\xc0\x0c", &mx)); /* a loop */
	assert_int_equal(mx.count, 0);
}

static void test_too_many(void **state)
{
	struct mx mx;
	(void)state;
	assert_true(READ(HEAD("\6") QUESTION RECORD("\6") "\0\1\1a\xc0\x0c" RECORD("\6") "\0\1\1b\xc0\x0c"
		RECORD("\6") "\0\1\1c\xc0\x0c" RECORD("\6") "\0\1\1d\xc0\x0c" RECORD("\6") "\0\1\1e\xc0\x0c"
		RECORD("\6") "\0\1\1f\xc0\x0c", &mx));
	assert_int_equal(mx.count, MX_MOST);
	mx_done(&mx);
}

/* Whoever answers for a domain writes what they like. */
static void test_no_hosts(void **state)
{
	struct mx mx;
	(void)state;
	assert_true(READ(HEAD("\4") QUESTION RECORD("\10") "\0\1\3a/b\xc0\x0c" RECORD("\10") "\0\1\3-ab\xc0\x0c"
		RECORD("\10") "\0\1\3a\33b\xc0\x0c" RECORD("\10") "\0\1\3a:b\xc0\x0c", &mx));
	assert_int_equal(mx.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_lowest_by_name),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_an_alias),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_no_hosts),
	};
	return cmocka_run_group_tests_name("net/mx", tests, NULL, NULL);
}
