#include "store/store.h"

#include "support/unit.h"

#include <ctype.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "store/internal.h"
#include "support/shelf.h"

static void hex_of(struct depot *d, size_t i, char out[FINGERPRINT_HEX])
{
	struct fingerprint print = depot_fingerprint(d, i);
	fingerprint_hex(&print, out);
}

static void check_is(struct depot *d, const struct entry *e, size_t i)
{
	const struct entry *want = depot_entry(d, i);
	assert_non_null(want);
	assert_int_equal(e->row, want->row);
	assert_int_equal(e->state, want->state);
	assert_string_equal(e->file, want->file);
}

static void check_found(struct depot *d, const char *text, size_t i)
{
	struct entry e;
	struct error err = { 0 };
	if (!store_resolve(d->store, text, &e, &err))
		fail_msg("%s", err.text);
	check_is(d, &e, i);
}

static void check_not_found(struct depot *d, const char *text, const char *want)
{
	struct entry e = { .name = "as it was" };
	struct error err = { 0 };
	assert_false(store_resolve(d->store, text, &e, &err));
	assert_int_equal(err.code, ERROR_NOT_FOUND);
	assert_string_equal(e.name, "as it was");
	if (!strstr(err.text, want))
		fail_msg("'%s' doesn't say '%s'", err.text, want);
}

static void test_find(void **state)
{
	struct depot *d = depot_new(20, STATE_TRUSTED);
	struct fingerprint none = { 0 };
	struct entry e;
	(void)state;
	for (size_t i = 0; i < 20; i++) {
		char *name = mem_format("cert-%zu", i);
		assert_string_equal(depot_entry(d, i)->name, name);
		assert_true(store_find_name(d->store, name, &e));
		check_is(d, &e, i);
		free(name);
	}
	assert_false(store_find(d->store, &none, &e));
	memset(&none, 0xff, sizeof none);
	assert_false(store_find(d->store, &none, &e));
	assert_false(store_find_name(d->store, "cert-20", &e));
	assert_false(store_find_name(d->store, "CERT-1", &e));
	depot_free(d);
}

static void test_notations(void **state)
{
	struct depot *d = depot_new(3, STATE_TRUSTED);
	char hex[FINGERPRINT_HEX];
	struct buf text = { 0 };
	struct fingerprint print = depot_fingerprint(d, 1);
	(void)state;
	hex_of(d, 1, hex);
	check_found(d, hex, 1);
	check_found(d, "cert-1", 1);
	text_hex(&text, print.bytes, FINGERPRINT_SIZE, ':');
	check_found(d, buf_text(&text), 1);
	for (size_t i = 0; i < text.len; i++)
		text.data[i] = (char)toupper((unsigned char)text.data[i]);
	check_found(d, buf_text(&text), 1);
	char *prefixed = mem_format("SHA256 Fingerprint=%s", buf_text(&text));
	check_found(d, prefixed, 1);
	free(prefixed);
	buf_cut(&text, 0);
	text_hex(&text, depot_entry(d, 1)->info.sha1, SHA1_SIZE, ' ');
	check_found(d, buf_text(&text), 1);
	buf_done(&text);
	depot_free(d);
}

static void test_prefixes(void **state)
{
	struct depot *d = depot_new(3, STATE_TRUSTED);
	char hex[FINGERPRINT_HEX];
	(void)state;
	hex_of(d, 2, hex);
	hex[12] = '\0';
	check_found(d, hex, 2);
	hex[6] = '\0';
	check_found(d, hex, 2);
	hex[5] = '\0';
	check_not_found(d, hex, "no certificate of that name or fingerprint");
	check_not_found(d, "", "no certificate");
	check_not_found(d, "cert-7", "certary list");
	check_not_found(d, "cert", "no certificate");
	check_not_found(d, "\x1b[2J", "\\x1b[2J: no certificate");
	hex_of(d, 2, hex);
	hex[63] = hex[63] == '0' ? '1' : '0';
	check_not_found(d, hex, "no certificate");
	depot_free(d);
}

static void test_several_of_one_name(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	struct plan plan = { .op = "import" };
	struct error err = { 0 };
	struct entry e;
	(void)state;
	for (size_t i = 0; i < 7; i++) {
		depot_make(d, &(struct certgen){ .cn = "x" });
		depot_plan_create(d, &plan, i, i % 2 ? STATE_BLOCKED : STATE_TRUSTED, "same");
	}
	depot_apply(d, &plan);
	assert_false(store_resolve(d->store, "same", &e, &err));
	assert_int_equal(err.code, ERROR_NOT_FOUND);
	assert_non_null(strstr(err.text, "7 certificates answer to that: same (trusted, "));
	assert_non_null(strstr(err.text, "same (blocked, "));
	assert_non_null(strstr(err.text, ", …"));
	depot_free(d);
}

static uint32_t first_24_bits(const uint8_t *der, size_t len)
{
	struct fingerprint print;
	fingerprint_of(der, len, &print);
	return (uint32_t)print.bytes[0] << 16 | (uint32_t)print.bytes[1] << 8 | print.bytes[2];
}

#define SERIAL "\x11\x22\x33\x44\x55\x66\x77\x78"
#define TRIES  40000

/* Count up the serial number until two of the certificates begin with the same six digits. */
static void drop_collision(struct depot *d)
{
	static uint32_t seen[TRIES];
	size_t len;
	size_t i = depot_make(d, &(struct certgen){ .cn = "twin", .serial = SERIAL });
	const uint8_t *made = depot_der(d, i, &len);
	uint8_t *der = mem_copy(made, len), *serial = memmem(der, len, SERIAL, 8);
	assert_non_null(serial);
	for (uint32_t n = 0; n < TRIES; n++) {
		memcpy(serial, &n, sizeof n);
		serial[0] &= 0x7f;
		seen[n] = first_24_bits(der, len);
		for (uint32_t k = 0; k < n; k++) {
			if (seen[k] != seen[n] || (k & ~0x80u) == (n & ~0x80u))
				continue;
			tmp_write(d->tmp, "store/trusted/a.der", der, len);
			memcpy(serial, &k, sizeof k);
			serial[0] &= 0x7f;
			tmp_write(d->tmp, "store/blocked/b.der", der, len);
			free(der);
			return;
		}
	}
	fail_msg("no two begin alike");
}

static void test_ambiguous_prefix(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	char first[FINGERPRINT_HEX], second[FINGERPRINT_HEX];
	struct entry e;
	struct error err = { 0 };
	(void)state;
	drop_collision(d);
	depot_reload(d);
	assert_int_equal(store_count(d->store), 2);
	assert_true(store_find_name(d->store, "a", &e));
	fingerprint_hex(&e.info.sha256, first);
	assert_true(store_find_name(d->store, "b", &e));
	fingerprint_hex(&e.info.sha256, second);
	assert_memory_equal(first, second, 6);
	first[6] = '\0';
	check_not_found(d, first, "2 certificates answer to that: ");
	check_not_found(d, first, "a (trusted, ");
	check_not_found(d, first, "b (blocked, ");
	assert_true(store_resolve(d->store, second, &e, &err));
	assert_string_equal(e.name, "b");
	depot_free(d);
}

/* Whoever makes a certificate may call it like the beginning of another one's fingerprint. */
static void test_a_name_never_passes_for_a_fingerprint(void **state)
{
	struct depot *d = depot_new(2, STATE_TRUSTED);
	char hex[FINGERPRINT_HEX], part[FINGERPRINT_HEX];
	(void)state;
	hex_of(d, 0, hex);
	snprintf(part, sizeof part, "%.16s", hex);
	depot_rename(d, 1, part);
	check_not_found(d, part, "2 certificates answer to that");
	depot_rename(d, 1, hex);
	check_found(d, hex, 0);
	depot_free(d);
}

static void test_twins_are_one(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	char hex[FINGERPRINT_HEX];
	(void)state;
	depot_drop_pem(d, "blocked/twin.pem", 0, "Name: cert-0\n");
	depot_reload(d);
	hex_of(d, 0, hex);
	check_found(d, hex, 0);
	check_found(d, "cert-0", 0);
	assert_int_equal(depot_state(d, 0), STATE_BLOCKED);
	depot_free(d);
}

static void test_a_name_as_it_was_typed(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	(void)state;
	depot_rename(d, 0, "a\\u{202e}b");
	check_found(d, "a\u202eb", 0);
	check_found(d, "a\\u{202e}b", 0); /* and as a list shows it */
	depot_free(d);
}

/* By fingerprint, by its first digits and by name, whatever stands before and behind it. */
static void check_each(struct store *store)
{
	struct entry e, got;
	struct error err = { 0 };
	char hex[FINGERPRINT_HEX];
	for (uint32_t cursor = 0; store_next(store, &cursor, &e);) {
		assert_true(store_find(store, &e.info.sha256, &got));
		assert_int_equal(fingerprint_compare(&got.info.sha256, &e.info.sha256), 0);
		fingerprint_hex(&e.info.sha256, hex);
		if (!store_resolve(store, hex, &got, &err))
			fail_msg("%s", err.text);
		assert_int_equal(fingerprint_compare(&got.info.sha256, &e.info.sha256), 0);
		assert_true(store_find_name(store, e.name, &got));
		assert_string_equal(got.name, e.name);
	}
}

static void test_in_an_index(void **state)
{
	struct shelf *s = shelf_new(300);
	struct store *store;
	struct entry e, got;
	struct error err = { 0 };
	uint32_t cursor = 0;
	(void)state;
	shelf_open(s, true, &store);
	assert_true(store->now.base.table.count > 200);
	assert_int_equal(store->now.fresh.count, 0);
	check_each(store);
	assert_true(store_next(store, &cursor, &e));
	struct fingerprint gone = e.info.sha256;
	char *path = mem_format("store/%s/%s", state_name((int)e.state), e.file);
	tmp_remove(s->depot->tmp, path); /* its row is dead from then on */
	if (!store_reload(store, &err))
		fail_msg("%s", err.text);
	assert_true(store->now.base.table.count > 200);
	assert_false(store_find(store, &gone, &got));
	check_each(store);
	free(path);
	store_close(store);
	shelf_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_notations),
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_several_of_one_name),
		cmocka_unit_test(test_ambiguous_prefix),
		cmocka_unit_test(test_a_name_never_passes_for_a_fingerprint),
		cmocka_unit_test(test_twins_are_one),
		cmocka_unit_test(test_in_an_index),
		cmocka_unit_test(test_a_name_as_it_was_typed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
