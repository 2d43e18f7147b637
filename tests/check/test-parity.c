#include "check/parity.h"

#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

/* One certificate: its fingerprint is the letter, valid from a year on. */
static void put(struct manifest *m, char print, const char *name, enum state state, int64_t from)
{
	struct manifest_entry e = { .state = state,
		.name = name,
		.subject = "",
		.key = "EC 256",
		.not_before = from,
		.not_after = from + 1000 };
	memset(e.sha256.bytes, print, sizeof e.sha256.bytes);
	manifest_add(m, &e);
}

static void put_subject(
	struct manifest *m, char print, const char *subject, const char *key, int64_t from)
{
	struct manifest_entry e = { .state = STATE_TRUSTED,
		.name = "",
		.subject = subject,
		.key = key,
		.not_before = from,
		.not_after = from + 1000 };
	memset(e.sha256.bytes, print, sizeof e.sha256.bytes);
	manifest_add(m, &e);
}

/* Each difference as its code and the letters on both sides. */
static void expect(struct manifest *here, struct manifest *there, const char *want)
{
	struct parity p;
	struct buf got = { 0 };
	parity_compare(here, there, &p);
	for (size_t i = 0; i < p.count; i++) {
		const struct parity_row *row = &p.rows[i];
		buf_format(&got, "%s%s:%c%c", i ? " " : "", parity_code(row->kind),
			row->here ? (char)row->here->sha256.bytes[0] : '-',
			row->there ? (char)row->there->sha256.bytes[0] : '-');
	}
	assert_string_equal(buf_text(&got), want);
	parity_done(&p);
	buf_done(&got);
	manifest_done(here);
	manifest_done(there);
}

static void test_equal(void **state)
{
	struct manifest a = { 0 }, b = { 0 };
	(void)state;
	expect(&a, &b, "");
	put(&a, 'a', "x", STATE_TRUSTED, 1);
	put(&a, 'b', "y", STATE_BLOCKED, 1);
	put(&b, 'b', "y", STATE_BLOCKED, 1);
	put(&b, 'a', "x", STATE_TRUSTED, 1);
	put(&b, 'a', "x", STATE_TRUSTED, 1); /* said twice */
	put(&b, 'c', "z", STATE_TRASH, 1);   /* deleted is not there */
	expect(&a, &b, "");
}

static void test_each_kind(void **state)
{
	struct manifest a = { 0 }, b = { 0 };
	(void)state;
	put(&a, 'a', "only here", STATE_TRUSTED, 1);
	put(&b, 'b', "only there", STATE_TRUSTED, 1);
	put(&a, 'c', "state", STATE_TRUSTED, 1);
	put(&b, 'c', "state", STATE_UNTRUSTED, 1);
	put(&a, 'd', "name", STATE_TRUSTED, 1);
	put(&b, 'd', "another", STATE_TRUSTED, 1);
	put(&a, 'f', "older there", STATE_TRUSTED, 5);
	put(&b, 'e', "older there", STATE_TRUSTED, 1);
	put(&a, 'g', "newer there", STATE_TRUSTED, 1);
	put(&b, 'h', "newer there", STATE_TRUSTED, 5);
	put(&a, 'i', "both", STATE_TRUSTED, 1);
	put(&b, 'i', "neither", STATE_BLOCKED, 1);
	expect(&a, &b, "missing:a- extra:-b state:ii state:cc older:fe newer:gh name:ii name:dd");
}

static void test_who_follows_whom(void **state)
{
	struct manifest a = { 0 }, b = { 0 };
	(void)state;
	put_subject(&a, 'a', "CN=x", "RSA 2048", 5); /* no names: by subject and key */
	put_subject(&b, 'b', "CN=x", "RSA 2048", 1);
	expect(&a, &b, "older:ab");
	put_subject(&a, 'a', "CN=x", "RSA 2048", 5);
	put_subject(&b, 'b', "CN=x", "EC 256", 1);
	expect(&a, &b, "missing:a- extra:-b");
	put_subject(&a, 'a', "", "RSA 2048", 5); /* what says nothing follows nothing */
	put_subject(&b, 'b', "", "RSA 2048", 1);
	expect(&a, &b, "missing:a- extra:-b");
	put(&a, 'a', "x", STATE_TRUSTED, 5); /* of one time: neither is older */
	put(&b, 'b', "x", STATE_TRUSTED, 5);
	expect(&a, &b, "missing:a- extra:-b");
	put(&a, 'a', "x", STATE_TRUSTED, 5); /* a decision is no renewal */
	put(&b, 'b', "x", STATE_BLOCKED, 1);
	expect(&a, &b, "missing:a- extra:-b");
	put(&a, 'a', "x", STATE_TRUSTED, 9); /* of several the newest go together */
	put(&a, 'b', "x", STATE_TRUSTED, 3);
	put(&b, 'c', "x", STATE_TRUSTED, 1);
	expect(&a, &b, "missing:b- older:ac");
}

static void target(struct manifest *m, const char *name, const char *prints)
{
	struct manifest_target *t = manifest_add_target(m, name, "java", NULL, NULL);
	for (; *prints; prints++) {
		struct fingerprint print;
		memset(print.bytes, *prints, sizeof print.bytes);
		manifest_target_put(t, &print);
	}
	manifest_target_sort(t);
}

static void test_targets(void **state)
{
	struct manifest a = { 0 }, b = { 0 };
	struct parity p;
	(void)state;
	target(&a, "only here", "a");
	target(&a, "same", "ab");
	target(&a, "other", "cab");
	parity_compare(&a, &b, &p); /* the other one doesn't tell of its targets */
	assert_int_equal(p.count, 0);
	parity_done(&p);
	target(&b, "same", "ba");
	target(&b, "other", "dae");
	target(&b, "only there", "");
	parity_compare(&a, &b, &p);
	assert_int_equal(p.count, 3);
	assert_string_equal(p.rows[0].target_here->name, "only here");
	assert_string_equal(p.rows[1].target_there->name, "only there");
	assert_int_equal(p.rows[2].kind, PARITY_TARGET_OTHER);
	assert_int_equal(p.rows[2].lacking, 2);
	assert_int_equal(p.rows[2].further, 2);
	parity_done(&p);
	manifest_done(&a);
	manifest_done(&b);
}

/* Of a target that is large only the number is known; and how it stands to its own store. */
static void test_targets_without_certificates(void **state)
{
	struct manifest a = { 0 }, b = { 0 };
	struct parity p;
	(void)state;
	manifest_add_target(&a, "large", "java", NULL, "behind")->held = 900;
	manifest_add_target(&a, "said by one", "java", NULL, "current")->held = 3;
	target(&a, "few", "ab");
	manifest_add_target(&b, "large", "java", NULL, "changed")->held = 1000;
	manifest_add_target(&b, "said by one", "java", NULL, "");
	manifest_add_target(&b, "few", "java", NULL, "current")->held = 2;
	parity_compare(&a, &b, &p);
	assert_int_equal(p.count, 2);
	assert_int_equal(p.rows[0].kind, PARITY_TARGET_OTHER);
	assert_int_equal(p.rows[0].further, 100);
	assert_int_equal(p.rows[1].kind, PARITY_TARGET_STATE);
	assert_string_equal(p.rows[1].target_there->state, "changed");
	parity_done(&p);
	manifest_done(&a);
	manifest_done(&b);
}

static void test_words(void **state)
{
	struct manifest a = { 0 }, b = { 0 };
	struct parity p;
	(void)state;
	parity_compare(&a, &b, &p);
	char *words = parity_words(&p);
	assert_string_equal(words, "ok");
	free(words);
	parity_done(&p);
	put(&a, 'a', "x", STATE_TRUSTED, 1);
	put(&a, 'b', "y", STATE_TRUSTED, 1);
	put(&b, 'c', "z", STATE_TRUSTED, 1);
	parity_compare(&a, &b, &p);
	words = parity_words(&p);
	assert_string_equal(words, "2 missing there, 1 extra there");
	free(words);
	parity_done(&p);
	manifest_done(&a);
	manifest_done(&b);
	for (int k = 0; k < PARITY_COUNT; k++)
		assert_true(*parity_code((enum parity_kind)k) && *parity_name((enum parity_kind)k));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equal),
		cmocka_unit_test(test_each_kind),
		cmocka_unit_test(test_who_follows_whom),
		cmocka_unit_test(test_targets),
		cmocka_unit_test(test_targets_without_certificates),
		cmocka_unit_test(test_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
