#include "store/record.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "support/keyrack.h"

/* What an editor or an operator leaves beside a file, under a name behind it. */
static void copy_aside(struct depot *d, const char *file, const char *suffix)
{
	size_t len;
	char *from = mem_format("store/%s", file), *to = mem_format("%s%s", file, suffix);
	const char *bytes = tmp_read(d->tmp, from, &len);
	depot_write(d, to, bytes, len);
	free(from);
	free(to);
}

static void test_names(void **state)
{
	static const char hex[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
	static const struct {
		int folder;
		const char *behind;
		bool good;
	} rows[] = {
		{ FOLDER_IDENTITIES, ".pem", true },
		{ FOLDER_IDENTITIES, ".pem~", false },
		{ FOLDER_IDENTITIES, ".pem.identity", false },
		{ FOLDER_IDENTITIES, "", false },
		{ FOLDER_IDENTITIES, "00.pem", false },
		{ FOLDER_DISCARDED, ".pem.identity", true },
		{ FOLDER_DISCARDED, ".pem.key", true },
		{ FOLDER_DISCARDED, ".pem", false },
		{ FOLDER_DISCARDED, ".pem~.key", false },
	};
	struct fingerprint hash;
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *name = mem_format("%s%s", hex, rows[i].behind);
		assert_int_equal(record_file_hash(rows[i].folder, name, &hash), rows[i].good);
		free(name);
	}
	assert_false(record_file_hash(FOLDER_ISSUED, "", &hash));
	assert_false(record_file_hash(FOLDER_ISSUED, "AA.pem", &hash));
	char *upper = mem_format("A%s.pem", hex + 1);
	assert_false(record_file_hash(FOLDER_ISSUED, upper, &hash));
	free(upper);
}

static void test_copies_count_once(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	struct issued_list issued = { 0 };
	(void)state;
	keyrack_make(d, 0);
	copy_aside(d, keyrack_file(d, FOLDER_IDENTITIES, 0), "~");
	copy_aside(d, keyrack_request(d, 0), ".bak");
	copy_aside(d, keyrack_issue(d, 0, "b.example"), "~");
	struct identities all = keyrack_read(d);
	assert_int_equal(all.count, 1);
	assert_int_equal(all.items[0].request_count, 1);
	assert_true(store_issued(d->store, &all.items[0].id, &issued, NULL));
	assert_int_equal(issued.count, 1);
	issued_done(&issued);
	identities_done(&all);
	depot_free(d);
}

/* Another name and another content: what was meant can't be told. */
static void swap_in(struct depot *d, const char *file, const char *other)
{
	size_t len;
	char *from = mem_format("store/%s", other);
	const char *bytes = tmp_read(d->tmp, from, &len);
	depot_write(d, file, bytes, len);
	free(from);
}

static void test_what_is_named_after_another_is_left_out(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	struct issued_list issued = { 0 };
	(void)state;
	keyrack_make(d, 0);
	keyrack_make(d, 1);
	swap_in(d, keyrack_file(d, FOLDER_IDENTITIES, 1), keyrack_file(d, FOLDER_IDENTITIES, 0));
	const char *request = keyrack_request(d, 0);
	swap_in(d, keyrack_request(d, 0), request);
	const char *one = keyrack_issue(d, 0, "b.example");
	swap_in(d, keyrack_issue(d, 0, "b.example"), one);
	struct identities all = keyrack_read(d);
	assert_int_equal(all.count, 1);
	assert_int_equal(all.items[0].request_count, 1);
	assert_true(store_issued(d->store, &all.items[0].id, &issued, NULL));
	assert_int_equal(issued.count, 1);
	issued_done(&issued);
	identities_done(&all);
	depot_free(d);
}

static int forget_keys(void **state)
{
	(void)state;
	notary_forget();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_copies_count_once),
		cmocka_unit_test(test_what_is_named_after_another_is_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, forget_keys);
}
